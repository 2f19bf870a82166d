"""Word times: exact where the words are in the sound, sensible where they are not, and never missing."""

from __future__ import annotations

import itertools
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import MediaError
from automagic.providers.local.espeak import engine as espeak
from automagic.providers.local.shared import aligner, reading_aligner, waveform
from automagic.providers.local.shared.aligner import WordAligner
from automagic.providers.local.shared.pronunciation import to_arpabet
from automagic.providers.local.shared.speech import Speech
from automagic.values.words import SpokenSentence, SpokenToken, Word
from tests.support.media.speech_models import ready_model

pytest_plugins = ["tests.support.media.speech_models"]


def sentence(*tokens: tuple[str, str]) -> SpokenSentence:
    """From (display word, its spoken words)."""
    pairs = tuple(SpokenToken(display, tuple(spoken.split())) for display, spoken in tokens)
    return SpokenSentence(" ".join(display for display, _ in tokens), " ".join(s for _, s in tokens), pairs)


def plain(text: str) -> SpokenSentence:
    return sentence(*((word, word.lower().strip(".,!?¿¡")) for word in text.split()))


def say(target: Path, text: str, language: str = "en") -> Path:
    espeak.speak(text, "standard", language, "", str(target))
    return target


def say_apart(folder: Path, words: list[str], gap_s: float, language: str = "en") -> tuple[Path, list[float]]:
    """A sound of words with silence between them, and where each begins to be heard."""
    parts, starts, at = [], [], 0.3
    parts.append(np.zeros(round(at * 22050), np.float32))
    for word in words:
        samples, rate = waveform.read_wav(say(folder / "word.wav", word, language))
        assert rate == 22050
        first, last = waveform.find_audible(samples, rate)
        starts.append(at)
        parts += [samples[first:last], np.zeros(round(gap_s * rate), np.float32)]
        at += (last - first) / rate + gap_s
    waveform.write_wav(folder / "apart.wav", np.concatenate(parts), 22050)
    return folder / "apart.wav", starts


def assert_ordered(words: tuple[Word, ...], duration_s: float) -> None:
    assert all(0 <= word.start_s < word.end_s <= duration_s + 1e-3 for word in words)
    assert all(left.end_s <= right.start_s + 1e-9 for left, right in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["seven", "yellow", "boats", "zorblax", "never", "carried", "people"]),
        ("es", ["siete", "barcos", "nunca", "llevaron", "gente"]),
        ("de", ["sieben", "boote", "fahren", "niemals", "über", "wasser"]),
    ],
)
def test_words_are_found_where_they_are_spoken(tmp_path: Path, language: str, words: list[str]) -> None:
    sound, starts = say_apart(tmp_path, words, 0.25, language)
    found = aligner.align_words(str(sound), words, language, "")
    assert found["method"] == "forced"
    errors = [abs(start - true) for (start, _), true in zip(found["times"], starts, strict=True)]
    assert statistics.median(errors) <= 0.04
    assert max(errors) <= 0.15


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["seven", "yellow", "boats", "zorblax", "never", "carried", "people"]),
        ("es", ["siete", "barcos", "nunca", "llevaron", "gente"]),
        ("xx", ["seven", "yellow", "boats"]),
    ],
)
def test_words_are_found_without_an_acoustic_model(
    tmp_path: Path, language: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, starts = say_apart(tmp_path, words, 0.25, language if language != "xx" else "en")
    monkeypatch.setattr(aligner, "is_usable", lambda _name: False)
    found = aligner.align_words(str(sound), words, language, "")
    assert found["method"] == "compared"
    errors = [abs(start - true) for (start, _), true in zip(found["times"], starts, strict=True)]
    assert statistics.median(errors) <= 0.05
    assert max(errors) <= 0.3
    assert aligner.align_words(str(sound), words * 9, language, "")["method"] == "proportional"
    assert aligner.align_words(str(sound), [], language, "")["times"] == []


@pytest.mark.soak
def test_comparison_comes_near_to_forced_alignment(spoken: list[tuple[str, Path, Speech]]) -> None:
    errors = []
    for text, sound, _ in spoken[-3:]:
        words = [word.strip(".").lower() for word in text.split()]
        samples, rate = waveform.read_wav(sound)
        forced, compared = aligner.force(samples, rate, words, "en"), aligner.compare(samples, rate, words, "en")
        assert forced is not None
        assert compared is not None
        errors += [abs(one - other) for (one, _), (other, _) in zip(forced, compared, strict=True)]
    assert statistics.median(errors) <= 0.03
    assert max(errors) <= 0.3


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_each_moment_of_the_reading_has_its_own_and_none_goes_back(known: int, heard: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    moments = reading_aligner.match(
        draw.normal(size=(known, 4)).astype(np.float32), draw.normal(size=(heard, 4)).astype(np.float32)
    )
    assert len(moments) == known
    assert moments.min() >= 0
    assert moments.max() <= heard - 1
    assert (np.diff(moments) >= 0).all()


def test_a_sound_that_is_slower_in_places_is_matched_there() -> None:
    known = np.eye(8, dtype=np.float32)
    heard = np.repeat(known, [1, 1, 5, 1, 1, 3, 1, 1], axis=0)
    assert reading_aligner.match(known, heard).tolist() == [0, 1, 6, 7, 8, 11, 12, 13]
    assert reading_aligner.match(known, known).tolist() == list(range(8))


async def test_display_words_get_the_times_of_their_spoken_words(tmp_path: Path, home: Path) -> None:
    sound = say(tmp_path / "a.wav", "She paid five million dollars yesterday.")
    words = WordAligner(home, threads=1)
    shown = sentence(
        ("She", "she"), ("paid", "paid"), ("$5M", "five million dollars"), ("–", ""), ("yesterday.", "yesterday")
    )
    try:
        found = await words.align(sound, shown, language="en")
        again = await words.align(sound, shown, language="en")
    finally:
        await words.close()
    assert found == again
    assert found.method == "forced"
    assert [word.text for word in found.words] == ["She", "paid", "$5M –", "yesterday."]
    samples, rate = waveform.read_wav(sound)
    assert_ordered(found.words, len(samples) / rate)
    she, _, money, _ = found.words
    assert money.end_s - money.start_s > 3 * (she.end_s - she.start_s)
    assert she.start_s == pytest.approx(waveform.LEAD_S, abs=0.03)


def test_one_sound_does_not_change_the_times_of_the_next(tmp_path: Path) -> None:
    words = "she paid five million dollars".split()  # noqa: SIM905 - reads as what is said
    sound = say(tmp_path / "a.wav", "She paid five million dollars.")
    quiet, rate = waveform.read_wav(say(tmp_path / "b.wav", "Something else was said here."))
    waveform.write_wav(tmp_path / "b.wav", quiet * np.float32(0.05), rate)
    first = aligner.align_words(str(sound), words, "en", "")
    aligner.align_words(str(tmp_path / "b.wav"), "something else was said here".split(), "en", "")  # noqa: SIM905
    assert aligner.align_words(str(sound), words, "en", "") == first


def test_words_that_are_not_in_the_sound_are_spread_over_it(tmp_path: Path) -> None:
    sound = say(tmp_path / "a.wav", "Good morning.")
    words = [f"{word}ington" for word in ("wash", "well", "ken", "dar", "bur", "cov", "read", "addl", "lex")]
    found = aligner.align_words(str(sound), words, "en", "")
    assert found["method"] == "proportional"
    samples, rate = waveform.read_wav(sound)
    first, last = waveform.find_audible(samples, rate)
    assert found["times"][0][0] == pytest.approx(first / rate)
    assert found["times"][-1][1] == pytest.approx(last / rate)


@pytest.mark.soak
def test_recognition_places_the_words_it_hears(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    model = ready_model(tmp_path / "home", aligner.RECOGNISER)
    sound = str(say(tmp_path / "a.wav", "She paid five million dollars yesterday."))
    words = ["she", "paid", "xylophone", "million", "dollars", "yesterday"]
    heard = aligner._recognise(sound, words, "en", str(model))
    forced = aligner.align_words(sound, words, "en", "")["times"]
    assert heard is not None
    assert all(abs(left[0] - right[0]) < 0.25 for left, right in zip(heard, forced, strict=True))
    assert aligner._recognise(sound, ["xylophone"] * 9, "en", str(model)) is None
    (tmp_path / "broken").mkdir()
    assert aligner._recognise(sound, words, "en", str(tmp_path / "broken")) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("— … !", "en"), ("", "en"), ("日本語 の 文", "ja"), ("hello", "xx"), ("½ ☃ ok", "en"), ("a " * 200, "en")],
)
async def test_no_sentence_is_left_without_times(tmp_path: Path, home: Path, text: str, language: str) -> None:
    sound = say(tmp_path / "a.wav", "Good morning to you.")
    words = WordAligner(home, threads=1)
    spoken = sentence(*((word, word if word.isalnum() else "") for word in text.split()))
    try:
        found = await words.align(sound, spoken, language=language)
    finally:
        await words.close()
    samples, rate = waveform.read_wav(sound)
    assert_ordered(found.words, len(samples) / rate)
    assert " ".join(word.text for word in found.words).split() == text.split()


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(100), np.zeros(16000), np.ones(300)])
def test_a_sound_without_speech_still_gives_times(tmp_path: Path, samples: np.ndarray) -> None:
    waveform.write_wav(tmp_path / "a.wav", samples.astype(np.float32), 16000)
    found = aligner.align_words(str(tmp_path / "a.wav"), ["good", "morning"], "en", "")
    assert found["method"] == "proportional"
    shown = aligner.show_words(plain("Good morning"), found["times"], found["duration_s"])
    assert [word.text for word in shown] == ["Good", "morning"]


async def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, home: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    words = WordAligner(home, threads=1)
    try:
        with pytest.raises(MediaError, match=r"a\.wav"):
            await words.align(tmp_path / "a.wav", plain("Hello."), language="en")
    finally:
        await words.close()


def test_silent_display_words_join_their_neighbours() -> None:
    shown = sentence(("“", ""), ("Well", "well"), ("—", ""), ("…", ""), ("yes", "yes"), ("!", ""))
    words = aligner.show_words(shown, [(0.1, 0.4), (0.6, 0.9)], 1.0)
    assert words == (Word("“ Well — …", 0.1, 0.4), Word("yes !", 0.6, 0.9))
    assert aligner.show_words(sentence(("—", "")), [], 1.0) == (Word("—", 0.0, 1.0),)


@given(
    st.lists(st.tuples(st.floats(-1, 12), st.floats(-1, 12)), max_size=60),
    st.floats(0.01, 10),
)
def test_words_are_always_in_order_and_inside_the_sound(spans: list[tuple[float, float]], duration_s: float) -> None:
    ordered = aligner.order(spans, duration_s)
    assert len(ordered) == len(spans)
    assert all(0 <= start <= end <= duration_s + 1e-4 for start, end in ordered)
    assert all(left[1] <= right[0] + 1e-4 for left, right in itertools.pairwise(ordered))


def test_times_that_are_right_are_left_alone() -> None:
    assert aligner.order([(0.1, 0.4), (0.4, 0.5), (0.8, 1.0)], 1.2) == [(0.1, 0.4), (0.4, 0.5), (0.8, 1.0)]


def test_words_between_known_ones_share_the_time_between() -> None:
    times = aligner.fill(["one", "two", "three", "four"], {0: (0.2, 0.5), 3: (1.5, 1.9)}, 0.0, 2.0)
    assert times[0] == (0.2, 0.5)
    assert times[1][0] == 0.5
    assert times[1][1] == times[2][0]
    assert times[2][1] == pytest.approx(1.5)
    assert times[3] == (1.5, 1.9)
    assert times[2][1] - times[2][0] > times[1][1] - times[1][0]


def test_silence_at_the_edges_of_a_word_is_not_the_word() -> None:
    levels = np.full(100, -5.0, np.float32)
    levels[:20] = levels[50:70] = levels[95:] = -70
    assert aligner.refine([(5, 55), (55, 90)], levels) == [(0.2, 0.5), (0.7, 0.92)]
    # A silence of 60 ms is the closure of a consonant.
    levels[50:70] = -5
    levels[50:56] = -70
    assert aligner.refine([(18, 53), (53, 90)], levels) == [(0.2, 0.56), (0.56, 0.92)]


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("tʃˈɜːtʃ", "CH ER CH"),
        ("θɹˈaɪv", "TH R AY V"),
        ("dʒˈʌdʒɪz", "JH AH JH IH Z"),
        ("ˈaɪɚn", "AY ER N"),
        ("pˈeɾo", "P EY D OW"),
        ("tɾˈes", "T R EY S"),
        ("ʒˌuʁnˈal", "ZH UW R N AA L"),
        ("ˈ", ""),
    ],
)
def test_ipa_becomes_arpabet(ipa: str, phones: str) -> None:
    assert " ".join(to_arpabet(ipa)) == phones


def test_every_phone_exists_in_the_acoustic_model() -> None:
    from automagic.providers.local.shared.pronunciation import _PHONES

    decoder = aligner._decoder()
    for phones in set(_PHONES.values()):
        name = "test_" + "_".join(phones)
        decoder.add_word(name, " ".join(phones), True)
        assert decoder.lookup_word(name) == " ".join(phones)


def test_a_word_whose_sounds_are_known_is_looked_for_by_them(tmp_path):
    sound = str(say(tmp_path / "a.wav", "We use sequel every single day"))
    words = ["we", "use", "sql", "every", "single", "day"]
    spoken = aligner.align_words(sound, ["sequel" if word == "sql" else word for word in words], "en", "")
    stated = aligner.align_words(sound, words, "en", "", {"sql": "ˈsiːkwəl"})
    assert stated["method"] == spoken["method"] == "forced"
    for (start_s, _), (known_s, _) in zip(stated["times"], spoken["times"], strict=True):
        assert start_s == pytest.approx(known_s, abs=0.05)

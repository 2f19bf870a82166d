"""What is said in recordings: from captions that are their own, else by hearing; each sound once."""

from __future__ import annotations

import json
import math
import shlex
import shutil
import wave

import numpy as np
import pytest

from automagic.errors import ConfigurationError, MediaError
from automagic.products.archive.hearing import recipe
from automagic.providers.local.shared.waveform import write_wav
from automagic.stages import transcription
from automagic.store.catalogue import item_id
from automagic.values.transcript import HearingPlan, Transcript
from automagic.values.words import Word
from tests.support.media.small_films import write_film

RATE = 16_000
SAID = "The library budget grew by four percent. Main Street gets new trees in May."


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


class Ear(list):
    """The recogniser, as far as these tests need it: the sounds it was asked to hear, of which it knows the words.

    Attributes:
        heard: The parts that it began to hear.
        deaf_from_s: It hears no part that begins later.
        language: Of all that it hears.
    """

    def __init__(self):
        super().__init__()
        self.heard = []
        self.deaf_from_s = math.inf
        self.language = "en"

    def fingerprint(self, _language, *, quick=False):
        return "ear 1, quick" if quick else "ear 1"

    async def plan(self, sound, **_options):
        with wave.open(str(sound)) as file:
            loud = np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2")).max(initial=0) > 100
        self.append(sound)
        return HearingPlan(self.language, (((0.0, 2.0),), ((2.0, 9.0),)) if loud else ())

    async def hear(self, _sound, chunks, language, *, quick, **_options):
        ((start_s, end_s),) = chunks
        self.heard.append(start_s)
        if start_s >= self.deaf_from_s:
            raise MediaError("recognition failed")
        words = [Word(word, at * 0.4, at * 0.4 + 0.3) for at, word in enumerate(SAID.split())]
        said = tuple(word for word in words if start_s <= word.start_s < end_s)
        return Transcript(said, language, "whisper-tiny.en (ear)" if quick else "ear")

    def join(self, plan, parts):
        said = tuple(word for part in parts for word in part.words)
        return Transcript(said, plan.language, parts[0].transcriber if parts else "ear")


@pytest.fixture
def ear(monkeypatch):
    """Who hears instead of the recogniser."""
    from automagic.services import Engines

    ear = Ear()
    monkeypatch.setattr(Engines, "transcriber", ear)
    monkeypatch.setattr(transcription, "asks_server", lambda _name: False)
    return ear


@pytest.fixture
def meetings(tmp_path):
    folder = tmp_path / "meetings"
    folder.mkdir()
    return folder


def talk(path, *, words_s, length_s):
    """Noise while words are said, else silence."""
    sound = np.zeros(round(length_s * RATE), np.float32)
    noise = np.random.default_rng(1).normal(0, 0.1, len(sound)).astype(np.float32)
    for start_s, end_s in words_s:
        part = slice(round(start_s * RATE), round(end_s * RATE))
        sound[part] = noise[part]
    write_wav(path, sound, RATE)


def spans(seed, length_s):
    """Cues of 1 to 4 s with pauses between them."""
    chance, at_s, found = np.random.default_rng(seed), 1.0, []
    while at_s < length_s - 6:
        end_s = at_s + chance.uniform(1, 4)
        found.append((at_s, end_s))
        at_s = end_s + chance.uniform(0.5, 3)
    return found


def clock(at_s):
    return f"{int(at_s // 3600):02}:{int(at_s // 60 % 60):02}:{at_s % 60:06.3f}".replace(".", ",")


def write_captions(path, cues, text="the council talks about the harbour"):
    rows = [
        f"{number}\n{clock(start_s)} --> {clock(end_s)}\n{text}\n" for number, (start_s, end_s) in enumerate(cues, 1)
    ]
    path.write_text("\n".join(rows))


def test_own_captions_are_taken_and_nothing_is_heard(answer, meetings, ear):
    cues = spans(1, 120)
    talk(meetings / "2026-03-11 Council.wav", words_s=cues, length_s=120)
    write_captions(meetings / "2026-03-11 Council.srt", cues)
    answer("add", "council", str(meetings))
    answer("sync")
    told = answer("hear")
    assert (told["success"], told["from"], told["findings"], ear) == (1, {"captions": 1}, [], [])
    (source,) = answer("status")["sources"]
    assert (source["with_transcript"], source["with_captions"]) == (1, 1)
    assert answer("hear")["success"] == 0
    assert len(answer("search", "harbour")["hits"]) == told["passages"]


def test_captions_that_are_late_are_moved_and_anothers_are_refused(answer, meetings, ear):
    cues = spans(1, 240)
    for name in ("late", "other", "long"):
        talk(meetings / f"{name}.wav", words_s=cues, length_s=240)
    write_captions(meetings / "late.srt", [(start_s + 5, end_s + 5) for start_s, end_s in cues])
    write_captions(meetings / "other.srt", spans(2, 240))
    write_captions(meetings / "long.srt", spans(1, 900))
    answer("add", "council", str(meetings))
    answer("sync")
    told = answer("hear")
    assert told["from"] == {"captions": 1, "heard": 1, "known": 1}  # the same sound under two names is heard once
    assert len(ear) == 1
    findings = "\n".join(told["findings"])
    assert "late.srt of late" in findings
    assert "5.0 s late, and were moved" in findings
    assert "other.srt is not the captions of other" in findings
    assert "the recording ends after 240 s" in findings


def test_a_renamed_recording_is_not_heard_again_and_silence_and_no_sound_are_said(answer, meetings, ear):
    talk(meetings / "a.wav", words_s=[(1, 5)], length_s=10)
    talk(meetings / "quiet.wav", words_s=[], length_s=10)
    write_film(meetings / "mute.mp4", sound=False)
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear")["from"] == {"heard": 1, "no sound": 1, "silent": 1}
    shutil.copyfile(meetings / "a.wav", meetings / "b.wav")
    answer("sync")
    assert answer("hear")["from"] == {"known": 1}
    assert len(ear) == 2
    assert {hit["show"] for hit in answer("search", "librar*")["hits"]} == {"a", "b"}


def test_who_is_stopped_goes_on_there_and_leaves_no_sound_behind(answer, meetings, ear, tmp_path):
    def sounds():
        return [path for path in (tmp_path / "home" / "artifacts").glob("??/*") if path.read_bytes()[:4] == b"RIFF"]

    talk(meetings / "a.wav", words_s=[(1, 9)], length_s=10)
    answer("add", "council", str(meetings))
    answer("sync")
    ear.deaf_from_s = 2.0
    assert "recognition failed" in answer("hear", code=5)["error"]["message"]
    assert (ear.heard, len(sounds())) == ([0.0, 2.0], 1)
    ear.deaf_from_s = math.inf
    assert answer("hear")["from"] == {"heard": 1}
    assert (len(ear), ear.heard) == (1, [0.0, 2.0, 2.0])
    assert answer("search", '"library budget grew by four percent main street"')["hits"]
    assert sounds() == []


def test_a_quick_pass_is_searched_at_once_and_heard_again_later(answer, meetings, ear):
    talk(meetings / "a.wav", words_s=[(1, 9)], length_s=10)
    talk(meetings / "quiet.wav", words_s=[], length_s=10)
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear", "--quick")["from"] == {"quick": 1, "silent": 1}
    assert answer("search", "library")["hits"]
    (source,) = answer("status")["sources"]
    assert source["with_transcript"] == 2
    again = answer("hear", "--quick")
    assert (again["from"], again["skipped"], len(ear.heard)) == ({}, 1, 2)
    assert answer("hear")["from"] == {"heard": 1}
    assert (answer("hear")["success"], len(ear.heard)) == (0, 4)
    assert len(answer("search", "library")["hits"]) == 1


def test_a_quick_pass_over_another_language_is_heard_as_ever(answer, meetings, ear):
    ear.language = "de"
    talk(meetings / "a.wav", words_s=[(1, 9)], length_s=10)
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear", "--quick")["from"] == {"heard": 1}


def test_what_cannot_be_heard_is_named_and_the_rest_goes_on(answer, meetings, ear):
    for name in ("a", "b", "c"):
        talk(meetings / f"{name}.wav", words_s=[(1, 5)], length_s=10 + ord(name) % 3)
    answer("add", "council", str(meetings))
    answer("sync")
    (meetings / "a.wav").unlink()
    (meetings / "b.wav").write_bytes(b"cut")
    told = answer("hear", code=5)["error"]["message"]
    assert "the file of" in told
    assert "and 1 more" in told
    assert len(ear) == 1
    assert answer("hear", "--limit", "1", code=5)["error"]


def test_captions_come_first_when_the_media_are_not_here(answer, meetings, ear):
    cues = spans(1, 60)
    talk(meetings / "a.wav", words_s=cues, length_s=60)
    write_captions(meetings / "a.srt", cues)
    answer("add", "council", str(meetings))
    answer("sync", "--no-media")
    assert answer("hear")["from"] == {"captions": 1}
    assert answer("hear")["success"] == 0
    answer("sync")
    assert answer("hear")["from"] == {"captions": 1}  # now they are held against the sound
    assert answer("hear")["success"] == 0


@pytest.mark.soak
def test_nine_hours_are_heard(answer, meetings, ear):
    with wave.open(str(meetings / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(2000)
        second = (np.sin(np.arange(2000)) * 3000).astype("<i2").tobytes()
        for _ in range(9 * 3600):
            file.writeframesraw(second)
    answer("add", "council", str(meetings))
    answer("sync")
    told = answer("hear")
    assert (told["from"], told["heard_s"]) == ({"heard": 1}, 9 * 3600.0)


def test_a_hit_names_the_word_and_what_can_be_made_of_it(answer, meetings, ear):
    talk(meetings / "2026-03-11 Council.wav", words_s=[(1, 5)], length_s=10)
    answer("add", "council", str(meetings))
    answer("sync")
    answer("hear")
    found = answer("search", '"main street" tree*')
    (hit,) = found["hits"]
    assert (hit["show"], hit["date"], hit["sentence"]) == (
        "2026-03-11 Council", "2026-03-11", "Main Street gets new trees in May.",
    )  # fmt: skip
    assert (hit["at_s"], hit["timecode"]) == (2.8, "0:00:02")
    clips = shlex.split(hit["clips"])
    assert clips == ["automagic", "clips", f"archive:{hit['id']}@0:00:02.8", "--query=main street tree"]
    assert SAID in hit["posts"]
    assert answer("search", "budget", "--since", "2026-03-12")["hits"] == []
    assert answer("search", "budget", "--until", "2026-03-11", "--show", "counc", "--source", "council")["hits"]
    about = answer("show", item_id("council", "2026-03-11 Council.wav", 1))
    assert (about["heard"], about["passages"], about["media"]["state"]) == ("heard", 1, "there")


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("a.vtt", ("<v Ann Lee>{}", "<v MAYOR LÓPEZ>{}")),
        ("a.srt", (">> ANN LEE: {}", ">> MAYOR LÓPEZ: {}")),
        ("a.srt", ("Ann Lee: {}", "Mayor López: {}")),
    ],
)
def test_who_speaks_by_the_captions_is_found_and_shown(answer, meetings, ear, name, marks):
    cues = spans(1, 120)
    talk(meetings / "a.wav", words_s=cues, length_s=120)
    said = ("The harbour opens in May.", "The harbour costs a million.", "Nobody pays for it yet.")
    rows = []
    for number, (start_s, end_s) in enumerate(cues):
        text = said[number % 3] if number % 3 == 2 else marks[number % 3].format(said[number % 3])
        at = " --> ".join(clock(at_s) for at_s in (start_s, end_s))
        rows.append(f"{at.replace(',', '.') if name == 'a.vtt' else at}\n{text}\n")
    numbered = [f"{number}\n{row}" for number, row in enumerate(rows, 1)]
    (meetings / name).write_text("\n".join(["WEBVTT\n", *rows] if name == "a.vtt" else numbered))
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear")["from"] == {"captions": 1}
    every = answer("search", "harbour")["hits"]
    assert {hit["speaker"].upper() for hit in every} == {"ANN LEE", "MAYOR LÓPEZ"}
    hits = answer("search", "harbour", "--speaker", "lópez")["hits"]
    assert {(hit["speaker"].upper(), hit["sentence"]) for hit in hits} == {("MAYOR LÓPEZ", said[1])}
    assert answer("search", "harbour", "--speaker", "Nobody")["hits"] == []
    assert ear == []


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("search", "👍"), "no word"),
        (("search", "x\udcff"), "a sign that no text can hold"),
        (("search", "x", "--show", "\udcff"), "a sign that no text can hold"),
        (("search", "x" * 5000), "no word that is said is so long"),
        (("search", "word " * 40), "more than 32 words"),
        (("search", " "), "no word"),
        (("search", "x", "--since", "yesterday"), "not a valid day"),
        (("search", "x", "--since", "2026-02-01", "--until", "2026-01-01"), "is after"),
        (("search", "x", "--source", "nobody"), "no source"),
        (("show", "abc"), "no recording abc"),
        (("hear", "nobody"), "no source"),
        (("hear",), "no source yet"),
        (("hear", "--transcriber", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_done_is_said(answer, args, told):
    assert told in answer(*args, code=2)["error"]["message"]


def test_captions_that_were_cut_off_are_told_and_not_lent_to_another_recording(answer, meetings, ear):
    cues = spans(1, 240)
    talk(meetings / "2026-03-11 cut.wav", words_s=cues, length_s=240)
    write_captions(meetings / "2026-03-11 cut.srt", [cue for cue in cues if cue[1] < 100])
    talk(meetings / "2026-03-10 same.wav", words_s=cues, length_s=240)
    answer("add", "council", str(meetings))
    answer("sync")
    told = answer("hear")
    assert told["from"] == {"captions": 1, "heard": 1}
    assert [finding.partition("(")[0] for finding in told["findings"]] == [
        "2026-03-11 cut.srt has words for only 42% of the time in which 2026-03-11 cut "
    ]


def test_what_is_missing_here_is_no_fault_of_a_vendor(answer, meetings, monkeypatch):
    talk(meetings / "a.wav", words_s=[(1, 9)], length_s=10)
    answer("add", "council", str(meetings))
    answer("sync")

    def lack(*_arguments, **_options):
        raise ConfigurationError("the model is not installed", hint="Install it.")

    monkeypatch.setattr(recipe, "hear_words", lack)
    assert answer("hear", code=3)["error"]["kind"] == "configuration"


def test_captions_in_capitals_are_kept_as_they_are_and_found_by_any_letters(answer, meetings, ear):
    cues = spans(1, 120)
    talk(meetings / "a.wav", words_s=cues, length_s=120)
    write_captions(meetings / "a.srt", cues, text=">> THE COUNCIL TALKS ABOUT THE HARBOUR")
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear")["from"] == {"captions": 1}
    hit, *_ = answer("search", '"talks about the Harbour"')["hits"]
    assert hit["sentence"].startswith("THE COUNCIL TALKS ABOUT THE HARBOUR")
    assert ear == []


def test_what_a_hit_says_steers_no_terminal(answer, automagic, meetings, ear):
    cues = spans(1, 120)
    talk(meetings / "a\n\x1b[31m.wav", words_s=cues, length_s=120)
    write_captions(meetings / "a\n\x1b[31m.srt", cues, text="the \x1b[31m harbour is deep")
    answer("add", "council", str(meetings))
    answer("sync")
    assert answer("hear")["from"] == {"captions": 1}
    shown, _ = automagic("archive", "search", "harbour")
    more, _ = automagic("archive", "show", answer("search", "harbour")["hits"][0]["id"])
    assert "\x1b[31m" not in shown + more
    assert "a [31m" in shown.splitlines()[0]

"""The default voice."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import ConfigurationError, RequestError
from automagic.providers.local.kokoro import engine as kokoro
from automagic.providers.local.kokoro import graph as kokoro_graph
from automagic.providers.local.kokoro.engine import KokoroNarrator
from automagic.providers.local.kokoro.stated_sounds import phonemize_stated
from automagic.providers.local.kokoro.tiles import matrices
from automagic.providers.local.shared import waveform
from automagic.providers.local.shared.speech import open_model
from tests.support.media.speech_models import ready_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ready_model(tmp_path_factory.mktemp("home"), "kokoro")


def speak(model: Path, target: Path, text: str, voice: str = "af_heart", language: str = "en", **more: int) -> float:
    result = kokoro.speak(text, voice, language, str(model), str(target), **more)
    return result["frames"] / result["sample_rate"]


@pytest.fixture(scope="module")
def yes(model: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One word by the default voice."""
    target = tmp_path_factory.mktemp("yes") / "yes.wav"
    assert 0.2 < speak(model, target, "Yes.") < 1.2
    return target.read_bytes()


@pytest.mark.soak
def test_a_language_has_its_own_sounds(model: Path, yes: bytes, tmp_path: Path) -> None:
    speak(model, tmp_path / "a.wav", "Yes.", language="es-mx")
    assert (tmp_path / "a.wav").read_bytes() != yes


def test_a_text_beyond_the_limit_is_spoken_in_parts_with_a_pause(model: Path, tmp_path: Path) -> None:
    assert 1.0 < speak(model, tmp_path / "a.wav", "I came, I saw.", part_symbols=11) < 3.0
    samples, rate = waveform.read_wav(tmp_path / "a.wav")
    quiet = waveform.level_db(samples, rate) < waveform.AUDIBLE_DB
    inner = quiet[np.flatnonzero(~quiet)[0] : np.flatnonzero(~quiet)[-1]]
    assert inner.sum() * waveform.FRAME_S == pytest.approx(kokoro.PAUSES_S[","], abs=0.06)


@given(st.text(alphabet="abə ,.;ˈ", max_size=3000), st.integers(5, 400))
def test_parts_hold_every_symbol_within_the_limit(phonemes: str, limit: int) -> None:
    parts = kokoro.split_phonemes(phonemes, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", phonemes)


def test_a_long_text_is_cut_after_a_sentence_before_a_clause() -> None:
    text = "aaaa bbbb, cccc dddd. eeee ffff, gggg hhhh."
    assert kokoro.split_phonemes(text, 30) == ["aaaa bbbb, cccc dddd.", "eeee ffff, gggg hhhh."]
    assert kokoro.split_phonemes("aaaa bbbb, cccc dddd", 15) == ["aaaa bbbb,", "cccc dddd"]


@pytest.mark.soak
def test_tiles_and_short_snakes_sound_as_what_they_stand_for(
    model: Path, yes: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the same bytes: the sums are taken in another order."""
    monkeypatch.setattr(kokoro_graph, "TILES", {})
    monkeypatch.setattr(
        kokoro_graph, "_short_snake", lambda graph, target, signal, channels: (signal, np.ones(channels, np.float32))
    )
    for name in (kokoro.MODEL_FILE, "af_heart.bin"):
        (tmp_path / name).symlink_to(model / name)
    speak(tmp_path, tmp_path / "plain.wav", "Yes.")
    (tmp_path / "yes.wav").write_bytes(yes)
    plain, short = (waveform.read_wav(tmp_path / f"{name}.wav")[0].astype(np.float64) for name in ("plain", "yes"))
    error = max(float(np.mean((plain - short) ** 2)), 1e-30)
    assert 10 * np.log10(np.mean(plain**2) / error) > 80  # dB; most of it is rounding to 16 bits


def test_a_model_is_prepared_once_by_two_processes_at_once(model: Path, tmp_path: Path) -> None:
    """And what a killed one left half-written does not stay."""
    (tmp_path / kokoro.MODEL_FILE).symlink_to(model / kokoro.MODEL_FILE)
    (tmp_path / f".{kokoro.MODEL_FILE}.prepared.partial").write_bytes(b"half")
    (tmp_path / "prepared-of-an-older-version.onnx").touch()
    code = (
        "import sys, pathlib\n"
        "from automagic.providers.local.kokoro import graph\n"
        "told = []\n"
        "name = graph.prepare(pathlib.Path(sys.argv[1]), told.append).parent.name\n"
        "print(name, len(told), *(progress.total_bytes for progress in told[-1:]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / kokoro.MODEL_FILE)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate()[0].split() for process in both]
    (prepared,) = tmp_path.glob("prepared-*")
    assert sorted(told, key=len) == [
        [prepared.name, "0"],
        [prepared.name, "3", str(sum(path.stat().st_size for path in prepared.iterdir()))],
    ]
    assert not list(tmp_path.glob(".*.partial"))


@given(st.integers(1, 11), st.integers(6, 20), st.integers(0, 9))
def test_products_of_transforms_convolve_a_tile(taps: int, half_size: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    tile, kernel = chance.standard_normal(2 * half_size), chance.standard_normal(taps)
    forward, of_weights, inverse = matrices(taps, 2 * half_size)
    found = inverse @ ((of_weights @ kernel) * (forward @ tile))
    np.testing.assert_allclose(found, np.correlate(tile, kernel, "valid"), atol=1e-4)


@pytest.mark.soak
@pytest.mark.parametrize("damaged", ["model.onnx", "weights"])
def test_a_prepared_model_that_was_damaged_is_made_anew(model: Path, tmp_path: Path, damaged: str) -> None:
    for name in (kokoro.MODEL_FILE, "af_heart.bin"):
        (tmp_path / name).symlink_to(model / name)
    prepared = kokoro_graph.prepare(tmp_path / kokoro.MODEL_FILE).with_name(damaged)
    whole = prepared.read_bytes()
    prepared.write_bytes(whole[:1000])
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        kokoro.load(str(tmp_path))
    kokoro.load(str(tmp_path))
    assert prepared.read_bytes() == whole


def test_a_prepared_model_needs_no_optimisation_that_it_has_been_through(model: Path) -> None:
    prepared = kokoro_graph.prepare(model / kokoro.MODEL_FILE)
    style = np.fromfile(model / "af_heart.bin", "<f4").reshape(kokoro.STYLE_ROWS, 1, kokoro.STYLE_SIZE)[20]
    said = {"tokens": np.array([[0, *range(50, 70), 0]]), "style": style, "speed": np.array([1.0], np.float32)}
    (usual,) = open_model(prepared).run(["audio"], said)
    (ours,) = open_model(prepared, optimised=kokoro_graph.OPTIMISED).run(["audio"], said)
    assert np.array_equal(ours, usual)


def test_a_broken_model_is_explained(tmp_path: Path) -> None:
    (tmp_path / kokoro.MODEL_FILE).write_bytes(b"not a model")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        kokoro.load(str(tmp_path))


@pytest.mark.soak
async def test_two_sentences_at_once_sound_as_they_do_alone(model: Path, yes: bytes, tmp_path: Path) -> None:
    narrator = KokoroNarrator(model.parent.parent, threads=2)
    try:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(narrator.speak("Yes.", tmp_path / "a.wav", voice="af_heart", language="en"))
            tasks.create_task(narrator.speak("Yes.", tmp_path / "b.wav", voice="bm_george", language="en"))
    finally:
        await narrator.close()
    assert (tmp_path / "a.wav").read_bytes() == yes != (tmp_path / "b.wav").read_bytes()
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() / file.getframerate() == first.result().duration_s


async def test_what_cannot_be_spoken_starts_no_process(home: Path, tmp_path: Path) -> None:
    narrator = KokoroNarrator(home, threads=1)
    with pytest.raises(RequestError, match="no voice 'heart'") as caught:
        await narrator.speak("Hi.", tmp_path / "a.wav", voice="heart", language="en")
    assert "Did you mean af_heart?" in caught.value.hint
    with pytest.raises(RequestError, match="does not speak 'ja'") as caught:
        await narrator.speak("Hi.", tmp_path / "a.wav", voice="af_heart", language="ja")
    assert "espeak" in caught.value.hint
    assert narrator._child.pid is None


def test_a_fingerprint_depends_on_the_voice_alone(home: Path) -> None:
    narrator = KokoroNarrator(home, threads=1)
    assert len({narrator.fingerprint(voice.name) for voice in narrator.voices}) == 4


SOUNDS = (("Siobhan", "ʃɪˈvɔːn"), ("Aoife", "ˈiːfə"), ("S-Q-L", "ˈsiːkwəl"))


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("I met a Siobhan at the house.", "aɪ mˈɛt ɐ ʃɪvˈɔːn æt ðə hˈaʊs."),
        ("The Aoife's S-Q-L", "ðɪ ˈiːfəz sˈiːkwəl"),
        ("Siobhan, Siobhan!", "ʃɪvˈɔːn, ʃɪvˈɔːn!"),
        ("Siobhans at Siobhan-on-Sea", ""),
        ("Nobody here.", "nˈoʊbɑːdi hˈɪɹ."),
    ],
)
def test_stated_sounds_take_the_place_of_guessed_ones_and_leave_their_neighbours(text: str, phonemes: str) -> None:
    said = kokoro.phonemes_of(text, "af_heart", "en", SOUNDS)
    assert said == (phonemes or kokoro.phonemes_of(text, "af_heart", "en"))


def test_where_a_name_is_read_otherwise_among_its_neighbours_each_part_is_read_by_itself() -> None:
    def whimsical(text: str) -> str:
        return text.lower() if " " not in text.strip() else text.upper()

    assert phonemize_stated("We met Siobhan there", SOUNDS, whimsical) == "WE MET  ʃɪvˈɔːn  there"


def test_a_name_sounds_as_it_is_stated(model: Path, tmp_path: Path) -> None:
    for number, sounds in enumerate(((), (("Yes", "nˈoʊ"),), (("No", "jˈɛs"),))):
        kokoro.speak("Yes.", "af_heart", "en", str(model), str(tmp_path / f"{number}.wav"), sounds=sounds)
    kokoro.speak("No.", "af_heart", "en", str(model), str(tmp_path / "no.wav"))
    plain, stated, other, no = ((tmp_path / f"{name}.wav").read_bytes() for name in ("0", "1", "2", "no"))
    assert (plain != stated, plain == other, stated == no) == (True, True, True)

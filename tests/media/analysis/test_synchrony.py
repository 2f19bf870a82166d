"""Whether a transcript belongs to a recording, told from when its words come; with real speech."""

from __future__ import annotations

import asyncio
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.text.sentences import split_sentences
from automagic.media.analysis.synchrony import compare_times
from automagic.media.sound.listening import measure_levels
from automagic.media.sound.prosody import find_silences
from automagic.media.sound.side_levels import RATE as SAMPLE_RATE
from automagic.providers.local.espeak.engine import EspeakNarrator
from automagic.sources.transcripts.file import read_transcript
from automagic.values.words import Word
from tests.support.texts.interviews import INTERVIEWS

Talk = tuple[tuple[Word, ...], tuple[tuple[float, float], ...], float]
"""Words as a transcript has them, silences of the sound, its length."""

SAID = 14


async def speak(folder: Path, name: str) -> Talk:
    """An interview's first sentences, spoken by a machine with pauses between them."""
    narrator = EspeakNarrator(folder / "home", threads=1)
    rng = np.random.default_rng(len(name))
    time_s, parts, cues = 0.5, [], []
    for text in [text for _, turn in INTERVIEWS[name] for text in split_sentences(turn, "en")][:SAID]:
        speech = await narrator.speak(text, folder / "one.wav", voice="standard", language="en")
        with wave.open(str(folder / "one.wav")) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
            rate = file.getframerate()
        length = round(len(samples) * SAMPLE_RATE / rate)
        parts.append(
            (
                round(time_s * SAMPLE_RATE),
                np.interp(np.arange(length) * rate / SAMPLE_RATE, np.arange(len(samples)), samples),
            )
        )
        cues.append({"text": text, "start": time_s, "end": time_s + speech.duration_s})
        time_s += speech.duration_s + float(rng.uniform(0.05, 0.6))
    await narrator.close()
    sound = np.zeros(round((time_s + 1) * SAMPLE_RATE))
    for first, samples in parts:
        sound[first : first + len(samples)] += samples
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(sound.astype("<i2").tobytes())
    (folder / f"{name}.json").write_text(json.dumps(cues))
    levels = measure_levels(folder / f"{name}.wav")
    words = read_transcript(folder / f"{name}.json").words
    return words, find_silences(levels), len(levels) / 100


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Talk]:
    folder = tmp_path_factory.mktemp("talks")
    return {name: asyncio.run(speak(folder, name)) for name in INTERVIEWS}


def shift(words: tuple[Word, ...], by_s: float) -> list[Word]:
    return [Word(word.text, word.start_s + by_s, word.end_s + by_s) for word in words]


def test_its_own_transcript_fits(talks: dict[str, Talk]) -> None:
    for words, silences, duration_s in talks.values():
        assert compare_times(words, silences, duration_s).verdict == "fits"
        assert compare_times(shift(words, 0.3), silences, duration_s).verdict == "fits"


@pytest.mark.parametrize("by_s", [-4.0, 1.5, 3.3, 8.0])
def test_a_late_or_early_transcript_is_told_by_how_much(talks: dict[str, Talk], by_s: float) -> None:
    for words, silences, duration_s in talks.values():
        moved = [word for word in shift(words, by_s) if word.start_s >= 0]
        found = compare_times(moved, silences, duration_s)
        assert found.verdict == "shifted"
        assert found.offset_s == pytest.approx(-by_s, abs=0.1)


def test_another_talks_transcript_neither_fits_nor_is_shifted(talks: dict[str, Talk]) -> None:
    for name, (_, silences, duration_s) in talks.items():
        for other, (words, _, _) in talks.items():
            if other != name:
                assert compare_times(words, silences, duration_s).verdict == "unclear"


def test_of_a_long_recording_it_is_certain(talks: dict[str, Talk]) -> None:
    """The same six times over: long enough that even a rough transcript would show a peak."""
    words, _, length_s = talks["diver"]
    _, silences, duration_s = talks["baker"]
    long = [word for number in range(6) for word in shift(words, number * length_s * 1.03)]
    quiet = [
        (start_s + number * duration_s, end_s + number * duration_s)
        for number in range(6)
        for start_s, end_s in silences
    ]
    assert compare_times(long, quiet, 6 * duration_s).verdict == "unlike"


def test_sound_without_silence_tells_nothing(talks: dict[str, Talk]) -> None:
    words, _, duration_s = talks["nurse"]
    assert compare_times(words, (), duration_s).verdict == "unclear"


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 5)), max_size=20),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 5)), max_size=20),
    st.floats(0, 100),
)
def test_any_times_can_be_compared(
    said: list[tuple[float, float]], quiet: list[tuple[float, float]], duration_s: float
) -> None:
    words = [Word("x", start_s, start_s + length_s) for start_s, length_s in sorted(said)]
    found = compare_times(words, [(start_s, start_s + length_s) for start_s, length_s in sorted(quiet)], duration_s)
    assert -1.001 <= found.here <= 1.001

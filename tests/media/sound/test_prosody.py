"""Silences and delivery: what is loud, high, fast and paused is measured as it was made."""

from __future__ import annotations

import itertools
import math
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.sound.listening import FLOOR_DB, measure_levels
from automagic.media.sound.pitch import track_pitch
from automagic.media.sound.prosody import count_syllables, describe_prosody, find_silences
from automagic.media.video.source import ClipCancelled
from automagic.providers.local.espeak import engine as espeak
from automagic.providers.local.shared import waveform
from automagic.values.transcript import Sentence
from tests.support.media.tone_bursts import write_recording

RATE = 16_000
Samples = NDArray[np.float32]


def save(folder: Path, samples: Samples) -> Path:
    return write_recording(folder / "a.wav", samples, codec="pcm_s16le", rate=RATE, sample_format="s16")


@cache
def voice(text: str) -> Samples:
    """Somebody who says this, without silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "voice.wav"
        espeak.speak(text, "standard", "en", "", str(file))
        samples, rate = waveform.read_wav(file)
    samples = waveform.resample(samples, rate, RATE)
    first, last = waveform.find_audible(samples, RATE)
    return samples[first:last]


def sung(hertz_from: float, hertz_to: float, duration_s: float) -> Samples:
    """A buzz with six harmonics that glides evenly in semitones."""
    time = np.arange(round(duration_s * RATE)) / RATE
    hertz = hertz_from * (hertz_to / hertz_from) ** (time / duration_s)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return (0.1 * sum(np.sin(number * phase) / number for number in range(1, 7))).astype(np.float32)


def sentence(start_s: float, end_s: float, text: str = "Bees.") -> Sentence:
    return Sentence(f"{start_s:08.3f}", 0, 1, start_s, end_s, text)


TALK = ("The bees fly home.", "Nobody knows why.", "They dance on the comb.", "And then it rained.")
GAPS_S = (0.8, 0.4, 1.5, 0.6, 0.5)


def talk() -> tuple[Samples, list[tuple[float, float]]]:
    """Sentences with known silences around them, and when those are."""
    parts: list[Samples] = []
    gaps: list[tuple[float, float]] = []
    at = 0.0
    for number, gap_s in enumerate(GAPS_S):
        parts.append(np.zeros(round(gap_s * RATE), np.float32))
        gaps.append((at, at + gap_s))
        at += gap_s
        if number < len(TALK):
            parts.append(voice(TALK[number]))
            at += len(parts[-1]) / RATE
    return np.concatenate(parts), gaps


@pytest.mark.parametrize("background_db", [None, -30.0, -20.0])
def test_silences_are_found_in_a_quiet_and_in_a_noisy_room(tmp_path: Path, background_db: float | None) -> None:
    samples, gaps = talk()
    if background_db is not None:
        noise = np.random.default_rng(0).standard_normal(len(samples)).astype(np.float32)
        samples = samples + noise * np.sqrt((samples**2).mean()) * 10 ** (background_db / 20)
    silences = find_silences(measure_levels(save(tmp_path, samples)))
    for start_s, end_s in gaps:
        inside = sum(max(0.0, min(end_s, last) - max(start_s, first)) for first, last in silences)
        assert inside >= 0.8 * (end_s - start_s)
    spoken = [(left[1], right[0]) for left, right in itertools.pairwise(gaps)]
    overlap = sum(max(0.0, min(end, last) - max(start, first)) for start, end in spoken for first, last in silences)
    assert overlap <= (0.12 if background_db is None else 0.35) * sum(end - start for start, end in spoken)


def test_silences_are_found_when_the_room_gets_louder(tmp_path: Path) -> None:
    samples, gaps = talk()
    noise = np.random.default_rng(0).standard_normal(len(samples) * 12).astype(np.float32) * 0.02
    long = np.tile(samples, 12)
    long[len(long) // 2 :] += noise[len(long) // 2 :]
    silences = find_silences(measure_levels(save(tmp_path, long)))
    period_s = len(samples) / RATE
    for repeat in (0, 1, 10, 11):  # far from where it changes
        start_s, end_s = gaps[2][0] + repeat * period_s, gaps[2][1] + repeat * period_s
        assert any(first <= start_s + 0.15 and last >= end_s - 0.15 for first, last in silences)


def test_one_steady_sound_is_no_silence_and_nothing_is_all_silence() -> None:
    assert find_silences(np.full(3000, -20.0, np.float32)) == ()
    assert find_silences(np.full(3000, FLOOR_DB, np.float32)) == ((0.0, 30.0),)
    assert find_silences(np.zeros(0, np.float32)) == ()


@given(st.lists(st.floats(-100, 0, width=32), max_size=400))
def test_silences_are_in_order_and_inside(levels: list[float]) -> None:
    found = find_silences(np.array(levels, np.float32))
    edges = [edge for silence in found for edge in silence]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(levels) / 100 for edge in edges)
    assert all(end_s - start_s >= 0.12 - 1e-9 for start_s, end_s in found)


@pytest.mark.parametrize(("hertz", "semitones"), [(80.0, 0.0), (120.0, 5.0), (200.0, 12.0), (400.0, 1.0)])
def test_the_melody_is_measured_in_semitones(hertz: float, semitones: float) -> None:
    glide = sung(hertz, hertz * 2 ** (semitones / 12), 2.0)
    pitches = track_pitch([glide], RATE)
    voiced = pitches[pitches > 0]
    assert len(voiced) > 0.9 * len(pitches)
    assert voiced[0] == pytest.approx(hertz, rel=0.02)
    low, high = np.percentile(12 * np.log2(voiced), (5, 95))
    assert high - low == pytest.approx(0.9 * semitones, abs=0.3)


def test_noise_and_silence_have_no_melody() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE * 2).astype(np.float32) * 0.1
    assert (track_pitch([noise], RATE) > 0).mean() < 0.05
    assert not track_pitch([np.zeros(RATE, np.float32)], RATE).any()
    assert len(track_pitch([], RATE)) == 0


def test_the_melody_does_not_depend_on_how_the_sound_is_read() -> None:
    sound = sung(100, 180, 3.0)
    whole = track_pitch([sound], RATE)
    parts = track_pitch(np.split(sound, [RATE, RATE * 2]), RATE)
    assert len(whole) == len(parts) == 150
    assert np.allclose(whole, parts)


def test_delivery_tells_loud_from_soft_and_lively_from_flat(tmp_path: Path) -> None:
    still = np.zeros(RATE, np.float32)
    flat, lively = sung(120, 121, 2.0), np.concatenate([sung(110, 220, 1.0), sung(220, 110, 1.0)])
    sound = np.concatenate([still, flat * 0.5, still, lively * 2, still, still])
    first, second = describe_prosody(save(tmp_path, sound), [sentence(1, 3), sentence(4, 6)])
    assert second.loudness_db - first.loudness_db == pytest.approx(12.04, abs=0.3)
    assert first.pitch_range < 0.5
    assert second.pitch_range == pytest.approx(0.9 * 12, abs=0.6)
    assert (first.pause_before_s, first.pause_after_s) == pytest.approx((1.0, 1.0), abs=0.05)
    assert second.pause_after_s == pytest.approx(2.0, abs=0.05)


def test_loudness_is_relative_to_the_recording(tmp_path: Path) -> None:
    samples, gaps = talk()
    spans = [(left[1], right[0]) for left, right in itertools.pairwise(gaps)]
    sentences = [sentence(start_s, end_s, text) for (start_s, end_s), text in zip(spans, TALK, strict=True)]
    loud = describe_prosody(save(tmp_path, samples), sentences)
    soft = describe_prosody(save(tmp_path, samples * 0.25), sentences)
    assert [one.loudness_db for one in loud] == pytest.approx([one.loudness_db for one in soft], abs=0.2)
    powers = [10 ** (one.loudness_db / 10) for one in loud]
    assert min(powers) < 1 < max(powers)


def test_rate_counts_syllables_and_leaves_pauses_out(tmp_path: Path) -> None:
    first, second = voice("Seven yellow boats"), voice("never carried people.")
    straight = np.concatenate([np.zeros(RATE // 2, np.float32), first, second, np.zeros(RATE // 2, np.float32)])
    halting = np.insert(straight, RATE // 2 + len(first), np.zeros(RATE, np.float32))
    text = "Seven yellow boats never carried people."
    rates = [
        describe_prosody(save(tmp_path, sound), [sentence(0.5, len(sound) / RATE - 0.5, text)])[0].rate
        for sound in (straight, halting)
    ]
    assert rates[0] == pytest.approx(rates[1], rel=0.1)
    assert 2.5 < rates[0] < 9


def test_a_pause_counts_whole_when_a_words_time_is_a_little_off(tmp_path: Path) -> None:
    still, tone = np.zeros(RATE, np.float32), sung(120, 130, 1.0)
    sound = save(tmp_path, np.concatenate([still, tone, still, tone, still]))
    first, second = describe_prosody(sound, [sentence(1.1, 2.2), sentence(2.9, 3.9)])
    assert first.pause_after_s == second.pause_before_s == pytest.approx(1.0, abs=0.05)


def test_sentences_outside_the_sound_are_described_too(tmp_path: Path) -> None:
    sound = save(tmp_path, sung(100, 120, 1.0))
    found = describe_prosody(sound, [sentence(0.2, 0.8), sentence(5.0, 6.0), sentence(9.0, 9.0, "")])
    assert all(math.isfinite(value) for one in found for value in (one.loudness_db, one.pitch_range, one.rate))
    assert describe_prosody(sound, []) == ()


def test_cancelling_and_broken_files_are_explained(tmp_path: Path) -> None:
    sound = save(tmp_path, sung(100, 120, 1.0))
    with pytest.raises(ClipCancelled):
        describe_prosody(sound, [sentence(0, 1)], cancelled=lambda: True)
    sound.write_bytes(b"nothing")
    with pytest.raises(MediaError):
        describe_prosody(sound, [sentence(0, 1)])


@pytest.mark.parametrize(
    ("text", "count"),
    [("bees", 1), ("honey", 2), ("home", 1), ("people", 2), ("Schmetterling", 3), ("24", 2), ("日本語", 3), ("psst", 1),
     ("молоко", 3), ("It's a bee.", 3), ("", 0)],
)  # fmt: skip
def test_syllables_are_counted_by_their_vowels(text: str, count: int) -> None:
    assert count_syllables(text) == count

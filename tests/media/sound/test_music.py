"""Composed music: in key, without clicks, resolved at the end, the same for the same seed."""

from __future__ import annotations

import itertools
import wave
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from automagic.media.sound.music import compose, write_music
from automagic.media.sound.music_score import STYLES, Mood, Score, write_score

MOODS: tuple[Mood, ...] = tuple(STYLES)
LENGTH_S = 16.7
"""Of a piece with two sections."""


@cache
def piece(mood: Mood, duration_s: float) -> NDArray[np.float32]:
    """The same for several tests."""
    return compose("clean", duration_s=duration_s, mood=mood)


@given(seed=st.text(max_size=20), duration_s=st.floats(3, 300), mood=st.sampled_from(MOODS))
@settings(max_examples=50, deadline=None)
def test_every_score_stays_in_key_without_clashes(seed: str, duration_s: float, mood: Mood) -> None:
    score = write_score(seed, duration_s, mood, 48_000)
    for pad in score.pads:
        assert {pitch % 12 for pitch in (*pad.chord.pitches, pad.chord.bass)} <= set(score.scale)
        intervals = {high - low for low, high in itertools.combinations(pad.chord.pitches, 2)}
        assert not intervals & {0, 1, 13}
    pitched = [note for note in score.notes if note.voice in {"mallet", "bass"}]
    assert pitched
    assert all(note.pitch % 12 in score.scale for note in pitched)
    assert all(0 <= note.start <= score.total for note in score.notes)


@given(seed=st.text(max_size=20), duration_s=st.floats(3, 300), mood=st.sampled_from(MOODS))
@settings(max_examples=40, deadline=None)
def test_every_score_ends_on_its_tonic(seed: str, duration_s: float, mood: Mood) -> None:
    score = write_score(seed, duration_s, mood, 48_000)
    last = score.pads[-1]
    assert last.end == score.total
    assert last.chord.bass % 12 == score.scale[0]
    assert 0.5 <= (score.total - score.ending) / 48_000 <= 3.1
    assert any(note.start == score.ending and note.voice == "bass" for note in score.notes)


def test_chords_follow_each_other_at_a_human_tempo() -> None:
    for mood, style in STYLES.items():
        for number in range(20):
            score = write_score(f"tempo {number}", 60, mood, 48_000)
            bars = sorted({pad.start for pad in score.pads})
            shortest_s = min(late - early for early, late in itertools.pairwise(bars)) / 48_000
            low, high = style.beats_a_minute
            assert 0.8 * low <= 60 / (shortest_s / 4) <= 1.2 * high or shortest_s > 240 / low


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("duration_s", [3.0, LENGTH_S])
def test_it_is_clean(mood: Mood, duration_s: float) -> None:
    music = piece(mood, duration_s)
    assert music.shape == (round(duration_s * 48_000), 2)
    assert music.dtype == np.float32
    assert 0.1 < np.max(np.abs(music)) < 0.9
    assert np.max(np.abs(np.mean(music, axis=0))) < 5e-4
    assert not music[0].any()
    assert np.max(np.abs(music[-1])) < 1e-3
    if mood != "driving":  # a click is a jump of the slope; a shaker is meant to have many
        assert np.max(np.abs(np.diff(music, 2, axis=0))) < 0.03


def test_it_is_wide_but_keeps_its_middle() -> None:
    music = piece("calm", LENGTH_S)
    left, right = music[:, 0], music[:, 1]
    correlation = float(np.mean(left * right) / np.sqrt(np.mean(left**2) * np.mean(right**2)))
    assert 0.1 < correlation < 0.9


def test_it_never_falls_silent_inside() -> None:
    music = piece("calm", LENGTH_S)
    seconds = np.sqrt((music[: 15 * 48_000] ** 2).reshape(15, -1).mean(axis=1))
    assert np.all(seconds > 0.01)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_piece() -> None:
    first = piece("calm", 3.0)
    assert np.array_equal(first, compose("clean", duration_s=3.0))
    assert not np.array_equal(first, compose("b", duration_s=3.0))


def test_the_file_holds_what_is_composed(tmp_path: Path) -> None:
    target = tmp_path / "music.wav"
    write_music("a", duration_s=12, target=target)  # two sections
    with wave.open(str(target)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 48_000, 12 * 48_000)
        written = np.frombuffer(file.readframes(12 * 48_000), "<i2").reshape(-1, 2)
    assert np.max(np.abs(written / 32767 - compose("a", duration_s=12))) < 1 / 32767
    assert [path.name for path in tmp_path.iterdir()] == ["music.wav"]


def test_other_sample_rates_give_the_same_piece() -> None:
    low, high = (write_score("a", 20, "bright", rate) for rate in (24_000, 48_000))

    def melody(score: Score) -> list[int]:
        return [note.pitch for note in score.notes if note.voice == "mallet"]

    assert sorted(melody(low)) == sorted(melody(high))
    assert compose("a", duration_s=4, sample_rate=24_000).shape == (96_000, 2)

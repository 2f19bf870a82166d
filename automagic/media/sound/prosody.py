"""How things are said: silences, and loudness, melody, pace and pauses of each sentence.

levels, 10 ms   ▁▁▅▇▆▇▁▁▁▃▆▇▅▁▁▁▁     what lies nearer to the background around it than to the speech is silence,
silences        ──      ───     ────    whatever the background is: a quiet room, a fan, music
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.sound.listening import FLOOR_DB, LEVELS_PER_S, measure_levels, read_blocks
from automagic.media.sound.pitch import HOP_S, track_pitch
from automagic.media.sound.side_levels import RATE as SAMPLE_RATE
from automagic.values.transcript import Prosody

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from automagic.values.transcript import Sentence

    Levels = NDArray[np.float32]

SHORTEST_SILENCE_S = 0.12
"""The closure of a "t" lasts up to 0.1 s."""
SHORTEST_SOUND_S = 0.03

AROUND_S = 12.0
"""How far around a moment its background and its speech are looked for."""
BACKGROUND, SPEECH = 8.0, 92.0
"""Percentiles of the levels around."""
ABOVE_DB, ABOVE_SHARE = 3.0, 0.1
"""Silence reaches so far above the background: what noise wavers by, and a share of the way to the speech, in dB. More
takes soft consonants in noise for silence, less takes music's swell for speech."""
DEEPEST_DB = 45.0
"""What lies further below the speech is silent however quiet the background is."""
FLAT_DB = 8.0
"""With less between them everything is one: sound, or silence when it is `DEEPEST_DB` below the loudest."""

EDGE_S = 0.3
"""How far a sentence's stated edge may be from the pause that is meant."""


def find_silences(levels: Levels) -> tuple[tuple[float, float], ...]:
    """Where nobody speaks: (start, end) in seconds, in order.

    Args:
        levels: dB for each 10 ms, as `measure_levels` gives them.
    """
    if not len(levels):
        return ()
    # The mean over 30 ms: single frames of speech dip between the pulses of a low voice.
    padded = np.pad(levels.astype(np.float64), 1, mode="edge")
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    quiet = _without_short(smooth > _limits(levels), SHORTEST_SOUND_S)
    silent = _without_short(~quiet, SHORTEST_SILENCE_S)
    return tuple((start / LEVELS_PER_S, end / LEVELS_PER_S) for start, end in _runs(silent))


def _limits(levels: Levels) -> NDArray[np.float64]:
    """The level for each frame below which it is silent."""
    step = LEVELS_PER_S
    centres = np.arange(0, len(levels) + step, step)
    reach = round(AROUND_S * LEVELS_PER_S)
    loudest = float(np.percentile(levels, 99))
    limits = np.empty(len(centres))
    for index, centre in enumerate(centres):
        near = levels[max(0, centre - reach) : centre + reach]
        background, speech = (float(value) for value in np.percentile(near, (BACKGROUND, SPEECH)))
        if speech < loudest - DEEPEST_DB or speech <= FLOOR_DB + FLAT_DB:
            limits[index] = np.inf
        elif speech - background < FLAT_DB:
            limits[index] = -np.inf
        else:
            background = max(background, speech - DEEPEST_DB)
            limits[index] = background + ABOVE_DB + ABOVE_SHARE * (speech - background)
    frames = np.minimum(np.arange(len(levels)) // step, len(centres) - 1)
    limit: NDArray[np.float64] = limits[frames]
    return limit


def _without_short(flags: NDArray[np.bool_], shortest_s: float) -> NDArray[np.bool_]:
    """The flags without runs of True that are shorter."""
    kept = flags.copy()
    for start, end in _runs(flags):
        if end - start < shortest_s * LEVELS_PER_S:
            kept[start:end] = False
    return kept


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and behind-last index of each run of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(
        zip((int(i) for i in np.flatnonzero(edges == 1)), (int(i) for i in np.flatnonzero(edges == -1)), strict=True)
    )


def describe_prosody(
    wav: Path, sentences: Sequence[Sentence], *, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Prosody, ...]:
    """How each sentence is said, in the sentences' order.

    Args:
        wav: 16 kHz mono 16-bit, as `extract_sound` writes it.
        sentences: In order, on the sound's timeline.

    Raises:
        MediaError: The sound cannot be read.
        ClipCancelled: `cancelled` said so.
    """
    levels = measure_levels(wav)
    silences = find_silences(levels)
    loud = np.ones(len(levels), bool)
    for start_s, end_s in silences:
        loud[round(start_s * LEVELS_PER_S) : round(end_s * LEVELS_PER_S)] = False
    pitches = track_pitch(read_blocks(wav, 30.0), SAMPLE_RATE, cancelled)
    powers = 10 ** (levels.astype(np.float64) / 10)
    spoken = np.zeros(len(levels), bool)
    for sentence in sentences:
        spoken[_frames(sentence, LEVELS_PER_S)] = True
    usual_db = _mean_db(powers[loud & spoken])
    pauses = _pauses(sentences, silences, len(levels) / LEVELS_PER_S)
    return tuple(
        _describe(sentence, powers, loud, pitches, usual_db, before_s, after_s)
        for sentence, (before_s, after_s) in zip(sentences, pauses, strict=True)
    )


def _describe(
    sentence: Sentence,
    powers: NDArray[np.float64],
    loud: NDArray[np.bool_],
    pitches: NDArray[np.float64],
    usual_db: float,
    before_s: float,
    after_s: float,
) -> Prosody:
    frames = _frames(sentence, LEVELS_PER_S)
    heard = powers[frames][loud[frames]]
    voiced = pitches[_frames(sentence, 1 / HOP_S)]
    voiced = voiced[voiced > 0]
    pitch_range = 0.0
    if len(voiced) >= 5:
        low, high = np.percentile(12 * np.log2(voiced), (5, 95))
        pitch_range = float(high - low)
    spoken_s = max(len(heard) / LEVELS_PER_S, 0.1)
    return Prosody(
        loudness_db=round(_mean_db(heard) - usual_db, 2) if len(heard) else 0.0,
        pitch_range=round(pitch_range, 2),
        rate=round(count_syllables(sentence.text) / spoken_s, 2),
        pause_before_s=round(before_s, 3),
        pause_after_s=round(after_s, 3),
    )


def _frames(sentence: Sentence, rate: float) -> slice:
    return slice(max(0, round(sentence.start_s * rate)), max(0, round(sentence.end_s * rate)))


def _mean_db(powers: NDArray[np.float64]) -> float:
    return float(10 * np.log10(max(powers.mean(), 1e-10))) if len(powers) else 0.0


def _pauses(
    sentences: Sequence[Sentence], silences: Sequence[tuple[float, float]], duration_s: float
) -> list[tuple[float, float]]:
    """The longest silence at each edge; one that a word's time is a little inside of counts whole."""
    edges = [
        (left, right)
        for left, right in zip(
            [0.0, *(sentence.end_s for sentence in sentences)],
            [*(sentence.start_s for sentence in sentences), duration_s],
            strict=True,
        )
    ]
    gaps: list[float] = []
    at = 0
    for left, right in edges:
        low, high = min(left, right) - EDGE_S, max(left, right) + EDGE_S
        while at < len(silences) and silences[at][1] <= low:
            at += 1
        longest_s = 0.0
        following = at
        while following < len(silences) and silences[following][0] < high:
            start_s, end_s = silences[following]
            longest_s = max(longest_s, end_s - start_s)
            following += 1
        gaps.append(longest_s)
    return list(itertools.pairwise(gaps))


_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿąęıőű]+|[аеёиоуыэюяєії]|[αεηιουωάέήίόύώ]+", re.IGNORECASE)
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def count_syllables(text: str) -> int:
    """About how many syllables a text has: groups of vowels, at least one a word; a figure counts as one each.

    English has a silent "e" at the end. Writing without vowels counts a syllable for two letters.
    """
    total = len(_SYLLABIC.findall(text))
    for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d", _SYLLABIC.sub(" ", text)):
        groups = len(_VOWELS.findall(word))
        if groups > 1 and re.search(r"[^aeiouyl]e$", word):
            groups -= 1
        total += max(1, groups if groups or word.isascii() else len(word) // 2)
    return total

"""Whether the words of a transcript are said when the sound says that somebody speaks; pure.

    sound       ▁▁▇▇▇▇▁▇▇▁▁▁▇▇▇▇▇▁▁▁▇▇▁▁      1 where it is not silent
    transcript  ▁▁▇▇▇▇▁▇▇▁▁▁▇▇▇▇▇▁▁▁▇▇▁▁      1 where a word is said
    likeness    at every shift of the one against the other: a peak at 0 when they belong together, a peak elsewhere
                when the transcript is late or early, none when it is another recording's

What it takes for a peak depends on the length: the likeness of things that have nothing to do with each other wavers,
the less the longer they are, and how much is seen at all the other shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.values.words import Word

STEPS_A_SECOND = 20
LATEST_S = 900.0
"""A transcript is looked for so far from where it should be."""

NEAR_S = 0.5
"""Subtitles come and go this much before and after the words."""

GAP_S = 0.15
"""Words that are less apart are said in one go; a shorter silence is a consonant."""
SILENCE_S = 0.25

SURE = 6.5
"""Times what is usual at other shifts. Of talks of 25 s and more, what fits had at least 7.8, what belongs to another
recording 5.8 at most."""
LEAST = 0.15

TELLING_S = 180.0
TELLING_SHARE = 0.04
"""What is as long, and has as much silence and as many gaps, would show a peak even in rough subtitles: none means that
the transcript is another recording's."""

Verdict = Literal["fits", "shifted", "unlike", "unclear"]


@dataclass(frozen=True, slots=True)
class Synchrony:
    """How a transcript lies on a recording.

    Attributes:
        verdict: "unclear" where the sound has too little silence, or the transcript too few gaps, to tell.
        offset_s: Of the shift at which they are most alike; positive when the transcript is early.
        likeness: There, -1..1.
        here: Without a shift.
    """

    verdict: Verdict
    offset_s: float
    likeness: float
    here: float


def compare_times(words: Sequence[Word], silences: Sequence[tuple[float, float]], duration_s: float) -> Synchrony:
    """Compare when words are said with when the sound is not silent.

    Args:
        words: In order, on the timeline that the transcript states.
        silences: As `find_silences` gives them.
        duration_s: Of the sound.
    """
    length = round(max(duration_s, words[-1].end_s if words else 0.0) * STEPS_A_SECOND) + 1
    heard = np.ones(round(duration_s * STEPS_A_SECOND) + 1)
    for start_s, end_s in silences:
        if end_s - start_s >= SILENCE_S:
            heard[round(start_s * STEPS_A_SECOND) : round(end_s * STEPS_A_SECOND)] = 0.0
    said = np.zeros(length)
    latest_s = -GAP_S
    for word in words:
        start_s = latest_s if word.start_s - latest_s < GAP_S else word.start_s
        said[round(max(start_s, 0.0) * STEPS_A_SECOND) : round(word.end_s * STEPS_A_SECOND)] = 1.0
        latest_s = word.end_s
    likeness, lags = _correlate(heard, said)
    if likeness is None:
        return Synchrony("unclear", 0.0, 0.0, 0.0)
    best = int(np.argmax(likeness))
    near = np.abs(lags) <= NEAR_S * STEPS_A_SECOND
    here = float(likeness[near].max())
    offset_s, peak = float(lags[best]) / STEPS_A_SECOND, float(likeness[best])
    away = likeness[np.abs(lags - lags[best]) > 2 * STEPS_A_SECOND]
    chance = float(np.sqrt(np.mean(away**2))) if len(away) else 1.0
    shares = (1 - float(heard.mean()), 1 - float(said[: len(heard)].mean()))
    telling = duration_s >= TELLING_S and min(shares) >= TELLING_SHARE
    return Synchrony(_judge(here, peak, chance, telling=telling), offset_s, round(peak, 3), round(here, 3))


def _judge(here: float, peak: float, chance: float, *, telling: bool) -> Verdict:
    if here >= max(SURE * chance, LEAST):
        return "fits"
    if peak >= max(SURE * chance, LEAST):
        return "shifted"
    return "unlike" if telling else "unclear"


def _correlate(
    heard: NDArray[np.float64], said: NDArray[np.float64]
) -> tuple[NDArray[np.float64] | None, NDArray[np.int64]]:
    """Pearson's likeness at each shift in steps; None when one of them is the same all the time."""
    one, other = heard - heard.mean(), said - said.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    reach = min(round(LATEST_S * STEPS_A_SECOND), len(heard) - 1, len(said) - 1)
    lags = np.arange(-reach, reach + 1)
    if not size:
        return None, lags
    length = 1 << (len(one) + len(other)).bit_length()
    turned = np.fft.irfft(np.fft.rfft(one, length) * np.conj(np.fft.rfft(other, length)), length)
    likeness: NDArray[np.float64] = turned[lags] / size
    return likeness, lags

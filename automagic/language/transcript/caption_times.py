"""When captions come, against when their words are heard: by how much they are shifted, and whether that grows.

    late by   +1.5 s ─────────────── shifted: the same all through
              0 s ▁▂▃▄▅▆▇ +3.6 s     drifting: made for another frame rate

The line is that of Theil and Sen, the median of all slopes: a fifth of the cues may be wrong without moving it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_MOST_POINTS = 400
"""Of these, every pair gives a slope; of more points, evenly many are taken."""

FRAME_RATES: tuple[tuple[str, float], ...] = (
    ("29.97 frames a second that were counted as 30, as labels without drop frame are", 1001 / 1000 - 1),
    ("30 frames a second that were counted as 29.97", 1000 / 1001 - 1),
    ("25 frames a second that were counted as 23.976", 25 / 23.976 - 1),
    ("23.976 frames a second that were counted as 25", 23.976 / 25 - 1),
    ("25 frames a second that were counted as 24", 25 / 24 - 1),
    ("24 frames a second that were counted as 25", 24 / 25 - 1),
)
_SAME_RATE = 0.1
"""A drift within a tenth of one of these is named by it."""


@dataclass(frozen=True, slots=True)
class CaptionTimes:
    """How far captions are from what they say.

    Attributes:
        offset_s: At the beginning of the recording: positive where captions come late.
        drift: Seconds that they come later with each second.
        drift_error: Of that: its standard error.
        p50_s, p95_s, worst_s: Of the distances, without sign.
        worst_cue: Of which cue the worst is.
        cues: How many were compared.
    """

    offset_s: float
    drift: float
    drift_error: float
    p50_s: float
    p95_s: float
    worst_s: float
    worst_cue: int
    cues: int

    @property
    def drift_s_per_hour(self) -> float:
        """The same by the hour."""
        return self.drift * 3600

    @property
    def frame_rate(self) -> str:
        """The mistake that explains the drift; "" for none that is known."""
        for told, rate in FRAME_RATES:
            if abs(self.drift - rate) <= _SAME_RATE * abs(rate):
                return told
        return ""


def measure_times(points: Sequence[tuple[int, float, float]]) -> CaptionTimes | None:
    """How far captions are from what they say.

    Args:
        points: (cue, when its words are heard, when it comes), in seconds.

    Returns:
        None where fewer than three cues can be compared.
    """
    if len(points) < 3:
        return None
    late = [(heard, comes - heard) for _, heard, comes in points]
    drift = _slope(late)
    offset = median(by - drift * heard for heard, by in late)
    rest = [by - offset - drift * heard for heard, by in late]
    spread = 1.4826 * median(abs(one) for one in rest)  # a standard deviation, of most
    middle = sum(heard for heard, _ in late) / len(late)
    width = math.sqrt(sum((heard - middle) ** 2 for heard, _ in late))
    distances = sorted((abs(comes - heard), cue) for cue, heard, comes in points)
    return CaptionTimes(
        offset,
        drift,
        spread / width if width else math.inf,
        distances[len(distances) // 2][0],
        distances[math.ceil(0.95 * len(distances)) - 1][0],
        *distances[-1],
        len(points),
    )


def _slope(points: Sequence[tuple[float, float]]) -> float:
    step = max(1, len(points) // _MOST_POINTS)
    chosen = points[::step]
    slopes = [
        (late - before) / (at - since)
        for number, (since, before) in enumerate(chosen)
        for at, late in chosen[number + 1 :]
        if at > since
    ]
    return median(slopes) if slopes else 0.0

"""Black and still stretches of moving pictures, found on every 8th pixel of every 8th row of the luma plane.

Used twice: on each frame while a segment is rendered, and on frames that are decoded from a finished file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grid = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class DetectedRange:
    """Seconds from the start of the segment or video."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s


STRIDE = 8
BLACK_LUMA = 22
"""Limited-range luma (16 is black) up to which a point counts as black: a dark theme's ground lies above."""
BLACK_SHARE = 0.995
CHANGE_LUMA = 6
"""A point has changed when its luma differs by more; what a key frame's new quantisation does stays below."""
CHANGED_SHARE = 0.0005
"""Fewer changed points than this, and the picture stands still."""
TOUCHING_S = 0.001


def sample_luma(plane: NDArray[Any]) -> Grid:
    """Every `STRIDE`th point of a luma plane (height, width)."""
    grid: Grid = plane[::STRIDE, ::STRIDE].astype("int16")
    return grid


class BlackFreezeDetector:
    """Follows black and still stretches from sample to sample.

    Args:
        black_s, still_s: Shorter stretches are not kept.
    """

    def __init__(self, black_s: float, still_s: float) -> None:
        self.black: list[DetectedRange] = []
        self.still: list[DetectedRange] = []
        self._black_s, self._still_s = black_s, still_s
        self._black_since: float | None = None
        self._still_since = 0.0
        self._last_still = 0.0
        self._grid: Grid | None = None

    def see(self, time_s: float, grid: Grid) -> None:
        """Look at the next sample."""
        if (grid <= BLACK_LUMA).mean() >= BLACK_SHARE:
            self._black_since = time_s if self._black_since is None else self._black_since
        else:
            self._end_black(time_s)
        # Compared with the picture at which the stretch began, so that the slowest move adds up to a change.
        if self._grid is None or (abs(grid - self._grid) > CHANGE_LUMA).mean() >= CHANGED_SHARE:
            # It ends with the last picture of its own: the next stretch, which begins here, is another one.
            self._end_still(self._last_still)
            self._grid, self._still_since = grid, time_s
        self._last_still = time_s

    def end(self, time_s: float) -> None:
        """Close what is open; `time_s` is when the pictures end."""
        self._end_black(time_s)
        self._end_still(time_s)

    def _end_black(self, time_s: float) -> None:
        if self._black_since is not None and time_s - self._black_since >= self._black_s:
            self.black.append(DetectedRange(self._black_since, time_s))
        self._black_since = None

    def _end_still(self, time_s: float) -> None:
        if self._grid is not None and time_s - self._still_since >= self._still_s:
            self.still.append(DetectedRange(self._still_since, time_s))


def join_ranges(stretches: Iterable[DetectedRange], shortest_s: float) -> list[DetectedRange]:
    """Stretches that touch or overlap become one; of these, those that last at least `shortest_s`."""
    joined: list[DetectedRange] = []
    for stretch in sorted(stretches, key=lambda one: one.start_s):
        if joined and stretch.start_s <= joined[-1].end_s + TOUCHING_S:
            joined[-1] = DetectedRange(joined[-1].start_s, max(joined[-1].end_s, stretch.end_s))
        else:
            joined.append(stretch)
    return [stretch for stretch in joined if stretch.length_s >= shortest_s]

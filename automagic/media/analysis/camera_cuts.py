"""Where the picture changes from one frame to the next: cuts, told from movement, fades and flashes.

    change  ▁▁▂▁▁█▁▁▂▁   a cut: one large change among small ones, and what was there does not come back
            ▁▁▅▆▅▆▅▁▁▁   a fade, or fast movement: its neighbours are as large
            ▁▁█▁█▁▁▁▁▁   a flash: what was there comes back

Whatever the light: pictures that correlate show the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Thumb = NDArray[np.float32]

LEAST_CHANGE = 6.0
"""Mean change of luma, of 255. Somebody who moves in front of a still camera makes 1 to 3."""

TIMES_NEIGHBOURS, TIMES_AT_INTRA = 3.0, 2.0
"""How many times the mean pace of change around it a cut's must be; less where the encoder began anew, too."""

AROUND_S = 0.4
"""How far around a change its neighbours are looked at, and how soon after a flash the picture is back."""

SAME_SCENE = 0.92
"""Correlation of two pictures that show the same, perhaps in other light."""

_ONE_STEP_S = 0.12
_SHORTEST_S, _LONGEST_S = 1 / 60, 0.2
"""Between frames, for their pace: what moves departs from where it was with about the root of time."""

_RETURNED = 0.4
"""Of the change: pictures that differ by less than this share of it are the same again."""

_PLAIN = 4.0
"""Standard deviation of luma below which a picture is one tone: nothing to correlate."""


@dataclass(frozen=True, slots=True)
class FrameChange:
    """Between two frames that were looked at one after the other.

    Attributes:
        intra: Whether the second is coded without reference to others, as encoders do where the picture changes.
    """

    before_s: float
    after_s: float
    intra: bool = False


@dataclass(slots=True)
class _Seen:
    time_s: float
    thumb: Thumb
    change: float
    pace: float
    intra: bool


class CutFinder:
    """Follows the thumbnails of a recording in order."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque()
        self._next = 1  # the first that is not decided

    def see(self, time_s: float, thumb: Thumb, *, intra: bool = False) -> list[FrameChange]:
        """Look at the next thumbnail; cuts that are now certain are returned, each once, `AROUND_S` late."""
        change = pace = 0.0
        if self._seen:
            change = measure_change(self._seen[-1].thumb, thumb)
            pace = change / min(max(time_s - self._seen[-1].time_s, _SHORTEST_S), _LONGEST_S) ** 0.5
        self._seen.append(_Seen(time_s, thumb, change, pace, intra))
        return self._decide(time_s - AROUND_S)

    def end(self) -> list[FrameChange]:
        """Those among the last frames."""
        return self._decide(float("inf"))

    def _decide(self, until_s: float) -> list[FrameChange]:
        found = []
        while self._next < len(self._seen) and self._seen[self._next].time_s <= until_s:
            if self._is_cut(self._next):
                here = self._seen[self._next]
                found.append(FrameChange(self._seen[self._next - 1].time_s, here.time_s, here.intra))
            self._next += 1
            # What lies further back than a neighbour may goes; the one before the next stays.
            while self._next > 1 and self._seen[0].time_s < self._seen[self._next - 1].time_s - AROUND_S:
                self._seen.popleft()
                self._next -= 1
        return found

    def _is_cut(self, index: int) -> bool:
        here, previous = self._seen[index], self._seen[index - 1]
        if here.change < LEAST_CHANGE:
            return False
        around = [one for one in self._seen if one is not here and abs(one.time_s - here.time_s) <= AROUND_S]
        paces = sorted(one.pace for one in around if one is not self._seen[0])
        # The largest other may be the next cut, unless it is so near that both are steps of one.
        times = TIMES_AT_INTRA if here.intra else TIMES_NEIGHBOURS
        if paces and here.pace < times * float(np.mean(paces[:-1] or [0.0])):
            return False
        if any(one.pace > here.pace for one in around if abs(one.time_s - here.time_s) <= _ONE_STEP_S):
            return False
        # The frame before may be older than its neighbours: a still picture need not be repeated in a file.
        before = [*(one.thumb for one in around if one.time_s < previous.time_s), previous.thumb]
        after = [here.thumb, *(one.thumb for one in around if one.time_s > here.time_s)]
        came_back = any(measure_change(before[-1], thumb) < _RETURNED * here.change for thumb in after[1:])
        went_back = any(measure_change(thumb, here.thumb) < _RETURNED * here.change for thumb in before[:-1])
        return not (came_back or went_back or any(same_scene(before[-1], thumb) for thumb in after))


def measure_change(one: Thumb, other: Thumb) -> float:
    """Mean difference of luma, of 255."""
    return float(np.abs(one - other).mean())


def same_scene(one: Thumb, other: Thumb) -> bool:
    """Whether two pictures have the same things in the same places, however bright."""
    spread = float(one.std()), float(other.std())
    if min(spread) < _PLAIN:
        return False
    shared = float(((one - one.mean()) * (other - other.mean())).mean())
    return shared / (spread[0] * spread[1]) > SAME_SCENE

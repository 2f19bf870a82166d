"""Which stretches of a recording could stand alone where nobody says anything: judged by picture and sound; pure.

    cuts      │         │      │                │          edges: where a shot changes or the sound is quiet,
    quiet        ▁▁                  ▁▁▁                    and where there is neither for long, every few seconds
    stretch      └─────────────┘
    each second: does the picture move, is a face seen, how loud is it ─▶ features ─▶ percentiles ─▶ score

As with words, each feature is a stretch's percentile among all stretches of this recording, times its weight.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from automagic.values.moments import Contribution, Moment, MomentChoice, Rejection
from automagic.values.recording import Footage, TimeRange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SCORER = "features of picture and sound"
MOST_EDGES = 5000
"""So that the number of stretches does not grow with the recording's length for ever."""

GRID_S = 5.0
"""Without a cut and without quiet for this long, any moment will do."""
CLOSE_S = 0.5
"""Edges that are nearer to each other are one."""

MOST_REJECTED = 12
_ROOMY = 1.25
"""Edges are not where they would be best: lengths may differ by this much."""

_SHARED_AT_MOST = 0.5
_CUT, _QUIET, _NOTHING = 1.0, 0.7, 0.0


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a stretch may begin or end, and how good a place it is, 0..1."""

    time_s: float
    worth: float


def find_edges(
    footage: Footage, silences: Sequence[tuple[float, float]], words: Sequence[tuple[float, float]]
) -> tuple[Edge, ...]:
    """Where one may cut, in order.

    Args:
        silences: Of the sound, (start, end).
        words: (start, end) of what little is said: no edge lies inside of one.
    """
    seen = [time_s for one in footage.pictured for time_s in one]
    ends = [Edge(time_s, _CUT) for time_s in sorted({0.0, *seen, footage.duration_s})]
    cuts = [Edge(shot.start_s, _CUT) for shot in footage.shots[1:]]
    quiet = [Edge((start_s + end_s) / 2, _QUIET) for start_s, end_s in silences if end_s - start_s >= CLOSE_S]
    grid = [Edge(GRID_S * number, _NOTHING) for number in range(1, math.ceil(footage.duration_s / GRID_S))]
    apart_s = max(CLOSE_S, footage.duration_s / MOST_EDGES)
    starts = [start_s for start_s, _ in words]
    taken: list[float] = []
    found: list[Edge] = []
    for kind, reach_s in ((ends, 0.0), (cuts, apart_s), (quiet, apart_s), (grid, max(apart_s, GRID_S / 2))):
        kept: list[Edge] = []
        for edge in kind:
            at = bisect_left(taken, edge.time_s)
            near = [
                abs(edge.time_s - other) for other in (*taken[max(at - 1, 0) : at + 1], *(e.time_s for e in kept[-1:]))
            ]
            said = bisect_right(starts, edge.time_s) - 1
            inside = said >= 0 and edge.time_s < words[said][1]
            if not inside and min(near, default=reach_s) >= reach_s:
                kept.append(edge)
        found += kept
        taken = sorted(edge.time_s for edge in found)
    return tuple(sorted(found, key=lambda edge: edge.time_s))


class VisualCandidates:
    """All stretches between two edges that have the right length, with what is known of each.

    Args:
        levels: dB for each 10 ms, as `measure_levels` gives them; empty without sound.
        weights: (feature, weight).
        within: Where there is a picture; empty for everywhere.
    """

    def __init__(
        self,
        footage: Footage,
        levels: NDArray[np.float32],
        edges: Sequence[Edge],
        weights: Sequence[tuple[str, float]],
        *,
        min_s: float,
        max_s: float,
        within: Sequence[TimeRange] = (),
    ) -> None:
        times = np.array([edge.time_s for edge in edges])
        worths = np.array([edge.worth for edge in edges])
        first, last = _pairs(times, min_s, max_s)
        if within:
            seen = np.any([(times[first] >= from_s) & (times[last] <= to_s) for from_s, to_s in within], axis=0)
            first, last = first[seen], last[seen]
        self.start_s, self.end_s = times[first], times[last]
        self._seconds = _Seconds(footage, levels)
        self._has_picture = footage.width > 0
        self._cuts = np.array([shot.start_s for shot in footage.shots[1:]])
        self._values: dict[str, Floats] = {"edges": (worths[first] + worths[last]) / 2, **self._measure()}
        self._weights = dict(weights)
        self._percentiles = {
            name: _rank(values)
            for name, values in self._values.items()
            if self._weights.get(name) and len(values) and np.ptp(values.round(6)) > 0
        }
        self.scores: Floats = np.zeros(len(first))
        for name, ranks in self._percentiles.items():
            self.scores += self._weights[name] * ranks

    @property
    def features(self) -> tuple[str, ...]:
        """What was measured, by its name in the weights file."""
        return tuple(self._values)

    def _measure(self) -> dict[str, Floats]:
        seconds, long_s = self._seconds, np.maximum(self.end_s - self.start_s, 0.1)
        cuts = np.searchsorted(self._cuts, self.end_s) - np.searchsorted(self._cuts, self.start_s, side="right")
        found = {
            "motion": seconds.mean("moving", self.start_s, self.end_s),
            "faces": seconds.mean("faces", self.start_s, self.end_s),
            "cuts": cuts / long_s,
        }
        if seconds.heard:
            found["loud"] = seconds.mean("loud", self.start_s, self.end_s)
            found["surge"] = seconds.most("rise", self.start_s, self.end_s)
        return found

    def moment(self, index: int) -> Moment:
        """A stretch with its score and reasons; no words are said in it."""
        start_s, end_s = float(self.start_s[index]), float(self.end_s[index])
        contributions = [
            Contribution(name, round(float(ranks[index]), 4), self._weights[name], self._why(name, index))
            for name, ranks in self._percentiles.items()
            if ranks[index] > 0
        ]
        contributions.sort(key=lambda one: (-one.points, one.feature))
        first, last = (hashlib.sha256(f"{time_s:.3f}".encode()).hexdigest()[:8] for time_s in (start_s, end_s))
        return Moment(
            hashlib.sha256(f"{first} {last}".encode()).hexdigest()[:8],
            first,
            last,
            start_s,
            end_s,
            "",
            round(sum(one.points for one in contributions), 4),
            tuple(contributions),
        )

    def _why(self, name: str, index: int) -> str:
        value = float(self._values[name][index])
        match name:
            case "motion":
                return f"{value:.0%} of the picture moves"
            case "faces":
                return f"a face is seen {value:.0%} of the time"
            case "cuts":
                return f"a cut every {1 / value:.0f} s" if value else "no cut"
            case "loud":
                return f"{value:+.1f} dB against the whole recording"
            case "surge":
                return f"the sound rises by {value:.0f} dB within a second"
            case _:
                return {_CUT: "begins and ends at a cut", _QUIET: "begins and ends in quiet"}.get(
                    value, "begins or ends amid a shot" if self._has_picture else "begins or ends amid sound"
                )

    def choose(self, count: int, at_least: int) -> MomentChoice:
        """The best that share no time; where that gives fewer than `at_least`, shorter ones, then ones that share."""
        wanted = min(count, at_least)
        whole_s = float(self.end_s.max(initial=0.0) - self.start_s.min(initial=0.0))
        picked: list[int] = []
        shared = 0.0
        for longest_s, share in (
            (np.inf, 0.0),
            (_ROOMY * whole_s / wanted, 0.0),
            (_ROOMY * whole_s / wanted, _SHARED_AT_MOST),
        ):
            found = self._pick(count if not share else wanted, longest_s, share)
            if len(found) > len(picked):
                picked, shared = found, share
            if len(picked) >= wanted:
                break
        notices = []
        if shared:
            notices.append("Some moments share time with each other: there is little material.")
        if len(picked) < wanted:
            notices.append(f"Only {len(picked)} {'moment is' if len(picked) == 1 else 'moments are'} long enough.")
        chosen = tuple(self.moment(index) for index in picked)
        return MomentChoice(chosen, self._rejected(picked, count), len(self.scores), SCORER, tuple(notices))

    def _pick(self, count: int, longest_s: float, share: float) -> list[int]:
        free = self.end_s - self.start_s <= longest_s + 1e-6
        floor = float(np.median(self.scores)) if len(self.scores) else 0.0
        picked: list[int] = []
        while len(picked) < count and free.any():
            best = int(np.argmax(np.where(free, self.scores, -np.inf)))
            if len(picked) >= 4 and self.scores[best] < floor:
                break
            picked.append(best)
            free &= self._shared(best) <= share
            free[best] = False
        return picked

    def _shared(self, index: int) -> Floats:
        """The time that each stretch shares with one, as a part of the shorter of the two."""
        both = np.minimum(self.end_s, self.end_s[index]) - np.maximum(self.start_s, self.start_s[index])
        shorter = np.minimum(self.end_s - self.start_s, self.end_s[index] - self.start_s[index])
        shared: Floats = np.clip(both - 1e-6, 0.0, None) / shorter
        return shared

    def _rejected(self, picked: Sequence[int], count: int) -> tuple[Rejection, ...]:
        """The best that were not chosen, unlike each other, and why."""
        overlaps = [self._shared(index) for index in picked]
        told: list[int] = []
        near = np.zeros(len(self.scores), np.bool_)
        for index in np.argsort(-self.scores, kind="stable")[:5000]:
            if len(told) >= MOST_REJECTED:
                break
            if index not in picked and not near[index]:
                told.append(int(index))
                near |= self._shared(int(index)) > _SHARED_AT_MOST
        found = []
        for index in told:
            place = next((place for place, shared in enumerate(overlaps, start=1) if shared[index] > 0), 0)
            full = (
                f"{count} better ones were asked for and found" if len(picked) >= count else "too far behind the best"
            )
            found.append(Rejection(self.moment(index), f"overlaps with {place}" if place else full))
        return tuple(found)


class _Seconds:
    """What is known of each second of a recording."""

    def __init__(self, footage: Footage, levels: NDArray[np.float32]) -> None:
        count = max(math.ceil(footage.duration_s), 1)
        moving, faces = np.zeros(count), np.zeros(count)
        for shot in footage.shots:
            moving[int(shot.start_s) : max(math.ceil(shot.end_s), int(shot.start_s) + 1)] = shot.moving
            for track in shot.faces:
                faces[np.clip(np.array(track.times_s, np.float64).astype(np.int64), 0, count - 1)] = 1.0
        self._columns = {"moving": moving, "faces": faces}
        whole = levels[: len(levels) // 100 * 100].reshape(-1, 100).astype(np.float64)
        self.heard = bool(len(whole)) and float(np.ptp(whole)) > 1.0
        if self.heard:
            loud = np.resize(10 * np.log10((10 ** (whole / 10)).mean(axis=1)), count)
            loud[len(whole) :] = loud[: len(whole)].min()
            self._columns["loud"] = loud - float(np.median(loud))
            self._columns["rise"] = np.maximum(np.diff(loud, prepend=loud[0]), 0.0)
        self._sums = {name: np.concatenate([[0.0], np.cumsum(column)]) for name, column in self._columns.items()}

    def mean(self, name: str, start_s: Floats, end_s: Floats) -> Floats:
        first, end = self._places(start_s, end_s)
        sums = self._sums[name]
        means: Floats = (sums[end] - sums[first]) / (end - first)
        return means

    def most(self, name: str, start_s: Floats, end_s: Floats) -> Floats:
        """The greatest value within each stretch, by a table of the greatest within 1, 2, 4, ... seconds."""
        first, end = self._places(start_s, end_s)
        table = [self._columns[name]]
        while 2 ** len(table) <= int((end - first).max(initial=1)):
            half = 2 ** (len(table) - 1)
            below = table[-1]
            table.append(np.maximum(below, np.concatenate([below[half:], np.full(half, -np.inf)])[: len(below)]))
        levels = np.frexp(end - first)[1] - 1
        stacked = np.stack(table)
        greatest: Floats = np.maximum(stacked[levels, first], stacked[levels, end - 2**levels])
        return greatest

    def _places(self, start_s: Floats, end_s: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        count = len(self._columns["moving"])
        first = np.minimum(start_s.astype(np.int64), count - 1)
        return first, np.clip(np.ceil(end_s).astype(np.int64), first + 1, count)


def _pairs(times: Floats, min_s: float, max_s: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of all pairs of edges that are `min_s` to `max_s` apart."""
    low = np.searchsorted(times, times + min_s - 1e-6)
    high = np.searchsorted(times, times + max_s + 1e-6)
    counts = np.maximum(high - low, 0)
    first = np.repeat(np.arange(len(times)), counts)
    offsets = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, low[first] + offsets if len(first) else first


def _rank(values: Floats) -> Floats:
    """Where each value stands among all, 0..1; equal ones share their middle rank, 0 stays 0."""
    values = values.round(6)
    scale = np.sort(values)
    ranks = (np.searchsorted(scale, values, side="left") + np.searchsorted(scale, values, side="right")) / (
        2 * len(scale)
    )
    result: Floats = np.where(values == 0.0, 0.0, ranks)
    return result

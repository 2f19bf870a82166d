"""How a crop of fixed size stands or moves so that what it follows stays inside: as calmly as can be.

    wanted   ~~~~~~~~~~~~╱~~~~~~~~~~~      where the crop would stand if it took every nod for a move
    allowed  ▒▒▒▒▒▒▒▒▒▒▒╱▒▒▒▒▒▒▒▒▒▒▒▒      where the face is inside
    path     ───────────╯‾‾‾‾‾‾‾‾‾‾‾‾      still while it can be, then one soft move

A still place is taken if it serves 95 % of the looks. Else the path is the total-variation denoised wish (flat wherever
flat will do, at one speed where somebody walks), with as much calm as the face inside allows, and soft at its corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

GRID_S = 0.2
"""Steps in which a path is decided: as often as faces are looked for."""

STILL_ENOUGH = 0.95
"""Share of the looks that a still crop has to serve."""

_INSIDE_ENOUGH, _WORTH = 0.985, 0.01
"""A path is calm enough to keep at the first share of steps inside; a less calm one must gain the second."""

_STEP_S = 0.04
_CALM = tuple(4.0 / 2**step for step in range(8))
"""How far, times how long, somebody may stray before the crop follows: in crop sizes times steps of the grid."""

_REST_S = 1.0
_SOFT_S = 0.35
"""Standard deviation of the bell that rounds a path's corners: a move across half a crop takes about 1.2 s."""

_SOFTEST_S = 1.2
_FASTEST = 1.6
"""Crop sizes a second."""

_TOLERANCE = 0.0004
"""Of the picture's side: less than a pixel of a full HD picture, by which a straight piece may miss the path."""


@dataclass(frozen=True, slots=True)
class CropRange:
    """Where a crop may stand along one axis, at each step of a grid: its near edge, as a share of the picture's side.

    Attributes:
        wanted: The best place.
        low, high: Between these what it follows is inside with comfort.
        size: Of the crop.
        counts: Steps at which there is something to follow; at the others the crop may stand anywhere.
    """

    wanted: Values
    low: Values
    high: Values
    size: float
    counts: NDArray[np.bool_]

    def inside(self, place: Values | float) -> NDArray[np.bool_]:
        """At which steps a crop that stands there serves."""
        return (place >= self.low - 1e-9) & (place <= self.high + 1e-9)

    def share_inside(self, place: Values | float) -> float:
        """How often, of the steps that count."""
        return float(self.inside(place)[self.counts].mean()) if self.counts.any() else 1.0


def find_still(span: CropRange) -> float:
    """The one place that serves most steps, and of these the nearest to what is mostly wanted."""
    middle = float(np.median(span.wanted[span.counts] if span.counts.any() else span.wanted))
    best = span.share_inside(middle)
    if best >= STILL_ENOUGH:
        return middle
    # How many steps a place serves changes only at the ends of what they allow.
    place = middle
    for candidate in sorted(np.unique([span.low, span.high]), key=lambda one: abs(float(one) - middle)):
        share = span.share_inside(float(candidate))
        if share > best + 1e-9:
            best, place = share, float(candidate)
    return place


def find_path(span: CropRange, times_s: Values) -> Values:
    """Where the crop stands at `fine_times(times_s)`: the calmest path that keeps what it follows inside.

    Args:
        times_s: The grid of the span, in even steps.
    """
    fine = fine_times(times_s)
    best: tuple[float, Values] | None = None
    for calm in _CALM:
        resting = _rest(denoise(span.wanted, calm * span.size), span.wanted)
        path = np.clip(_soften(np.interp(fine, times_s, resting), span.size), 0.0, 1.0 - span.size)
        inside = span.share_inside(np.interp(times_s, fine, path))
        if best is None or inside > best[0] + _WORTH:
            best = inside, path
        if inside >= _INSIDE_ENOUGH:
            break
    assert best is not None  # noqa: S101  # _CALM is not empty
    return best[1]


def fine_times(times_s: Values) -> Values:
    """The times at which a path is known, 25 a second, from the first to the last of a grid."""
    count = max(round((times_s[-1] - times_s[0]) / _STEP_S), 1)
    return np.linspace(times_s[0], times_s[-1], count + 1)


def pick_keys(paths: Values) -> list[int]:
    """Indices of the points between which straight lines are close enough: Ramer, Douglas and Peucker.

    Args:
        paths: (points, axes), at even steps.
    """
    kept = {0, len(paths) - 1}
    open_ends = [(0, len(paths) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        if last - first < 2:
            continue
        share = np.linspace(0.0, 1.0, last - first + 1)[:, None]
        missed = np.abs(paths[first : last + 1] - (paths[first] + (paths[last] - paths[first]) * share)).max(axis=1)
        worst = int(missed.argmax())
        if missed[worst] > _TOLERANCE:
            kept.add(first + worst)
            open_ends += [(first, first + worst), (first + worst, last)]
    return sorted(kept)


def denoise(values: Values, strength: float) -> Values:
    """The minimiser x of ½ Σ (x - values)² + strength Σ |Δx|.

    L. Condat, "A direct algorithm for 1-D total variation denoising", IEEE Signal Processing Letters 20(11), 2013.
    """
    y = [float(value) for value in values]
    count = len(y)
    x = [0.0] * count
    if count < 2 or strength <= 0:
        return np.array(y)
    k = start = last_low = last_high = 0
    low, high = y[0] - strength, y[0] + strength
    under, over = strength, -strength
    while True:
        while k == count - 1:
            if under < 0:
                x[start : last_low + 1] = [low] * (last_low + 1 - start)
                k = last_low = start = last_low + 1
                low, under = y[k], strength
                over = low + under - high
            elif over > 0:
                x[start : last_high + 1] = [high] * (last_high + 1 - start)
                k = last_high = start = last_high + 1
                high, over = y[k], -strength
                under = high + over - low
            else:
                x[start:] = [low + under / (k - start + 1)] * (count - start)
                return np.array(x)
        under += y[k + 1] - low
        over += y[k + 1] - high
        if under < -strength:
            x[start : last_low + 1] = [low] * (last_low + 1 - start)
            k = start = last_low = last_high = last_low + 1
            low, high = y[k], y[k] + 2 * strength
            under, over = strength, -strength
        elif over > strength:
            x[start : last_high + 1] = [high] * (last_high + 1 - start)
            k = start = last_low = last_high = last_high + 1
            low, high = y[k] - 2 * strength, y[k]
            under, over = strength, -strength
        else:
            k += 1
            if under >= strength:
                last_low = k
                low += (under - strength) / (k - start + 1)
                under = strength
            if over <= -strength:
                last_high = k
                high += (over + strength) / (k - start + 1)
                over = -strength


def _rest(path: Values, wanted: Values) -> Values:
    """The path with each rest brought to the middle of what was wanted during it: denoising draws rests together."""
    edges = np.flatnonzero(np.abs(np.diff(path)) > 1e-9) + 1
    result = path.copy()
    for part in np.split(np.arange(len(path)), edges):
        if len(part) * GRID_S >= _REST_S:
            result[part] = np.median(wanted[part])
    return result


def _soften(path: Values, size: float) -> Values:
    """Rounded at its corners, and no faster than `_FASTEST`."""
    soft_s = _SOFT_S
    while True:
        reach = int(3 * soft_s / _STEP_S)
        bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP_S / soft_s) ** 2)
        padded = np.concatenate([np.full(reach, path[0]), path, np.full(reach, path[-1])])
        result: Values = np.convolve(padded, bell / bell.sum(), mode="valid")
        speed = np.abs(np.diff(result)).max(initial=0.0) / _STEP_S
        if speed <= _FASTEST * size or soft_s >= _SOFTEST_S:
            return result
        soft_s *= 1.4

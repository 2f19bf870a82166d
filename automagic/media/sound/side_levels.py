"""How loud either side of a recording is, and what both have in common, every tenth of a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Floats = NDArray[np.float64]

RATE = 16_000
_MEASURED_RATE = 8_000
FRAMES_A_SECOND = 10

_HIGH_PASS_S = 0.005
"""Of the moving mean that is taken away, twice: hum of 50 Hz falls by 40 dB, speech keeps its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What each tenth of a second has: mean squares of left and right, and the mean of their product."""

    left: Floats
    right: Floats
    common: Floats


def write_profiles(profiles: Sequence[Profile], target: Path) -> None:
    """Several of one recording as a NumPy file: float32 of (profile, left and right and common, tenth of a second)."""
    longest = max((len(one.left) for one in profiles), default=0)
    table = np.zeros((len(profiles), 3, longest), np.float32)
    for place, one in enumerate(profiles):
        table[place, :, : len(one.left)] = one.left, one.right, one.common
    with target.open("wb") as file:
        np.save(file, table, allow_pickle=False)


def read_profiles(path: Path) -> tuple[Profile, ...]:
    """What `write_profiles` wrote."""
    table = np.load(path, allow_pickle=False)
    return tuple(Profile(*(row.astype(np.float64) for row in one)) for one in table)


class SidesMeter:
    """Measures stereo as it comes by.

    Most of speech is below 4 kHz: higher rates are taken down to about twice that by plain means.
    """

    def __init__(self) -> None:
        self._odd, self._rest = np.zeros((0, 2), np.float32), np.zeros((0, 2))
        self._sums: list[Floats] = []
        self._given = self._every = self._width = 0
        self._frame = 0.0  # length in samples, not whole at every rate
        self._begun = 0  # frames at this rate

    def add(self, stereo: Samples, rate: int) -> None:
        """Take the next block, (n, 2)."""
        if rate != self._given:
            self._given, self._every = rate, max(rate // _MEASURED_RATE, 1)
            self._frame = rate / self._every / FRAMES_A_SECOND
            self._width = 2 * round(_HIGH_PASS_S * rate / self._every / 2)
            self._rest, self._odd, self._begun = np.zeros((0, 2)), np.zeros((0, 2), np.float32), 0
        stereo = np.concatenate([self._odd, stereo]) if len(self._odd) else stereo
        count = len(stereo) // self._every
        self._odd = stereo[count * self._every :]
        if not count:
            return
        parts = (stereo[first :: self._every][:count] for first in range(self._every))
        fewer = sum(parts, np.zeros((count, 2), np.float32)) / self._every
        if not len(self._rest):  # no step at the start
            self._rest = np.repeat(fewer[:1], self._width, axis=0)
        self._rest = np.concatenate([self._rest, fewer])
        self._measure()

    def end(self) -> Profile:
        """All that was measured."""
        for length in (self._width, int(self._frame) + 1):  # what is around the last sample; the last frame's rest
            if len(self._rest) > self._width + (length > self._width) * (self._width + 1):
                self._rest = np.concatenate([self._rest, np.repeat(self._rest[-1:], length, axis=0)])
                self._measure()
        return Profile(*(np.concatenate(self._sums, axis=1) if self._sums else np.zeros((3, 0))))

    def _measure(self) -> None:
        """Take whole frames out of what has come."""
        begin = round(self._begun * self._frame)
        frames = int((begin + len(self._rest) - 2 * self._width) / self._frame + 1e-6) - self._begun
        if frames < 1:
            return
        edges = np.round((self._begun + np.arange(frames + 1)) * self._frame).astype(np.int64) - begin
        heard = _without_hum(_without_hum(self._rest[: edges[-1] + 2 * self._width], self._width), self._width)
        left, right = heard[:, 0], heard[:, 1]
        products = np.stack([left * left, right * right, left * right])
        self._sums.append(np.add.reduceat(products, edges[:-1], axis=1) / np.diff(edges))
        self._rest = self._rest[edges[-1] :]
        self._begun += frames


def _without_hum(samples: Floats, width: int) -> Floats:
    """Samples less the mean of those around them; shorter by that."""
    sums = np.cumsum(np.concatenate([np.zeros((1, 2)), samples]), axis=0)
    means = (sums[width + 1 :] - sums[: -width - 1]) / (width + 1)
    high: Floats = samples[width // 2 : len(samples) - width // 2] - means
    return high

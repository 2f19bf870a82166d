"""Durations as counts in bins that grow by 4.9 %, so that quantiles of any time come out of sums.

A bin's edges are powers of 10^(1/48); a quantile read from it is at most 2.4 % off (the DDSketch of Masson, Rim
and Lee, VLDB 2019, with a fixed number of bins). Every 24th edge is half a power of ten: the edges that Prometheus
is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from automagic.reading.json import parse_json

BINS_A_DECADE = 48
_GROWTH = 10 ** (1 / BINS_A_DECADE)
_LOWEST, _HIGHEST = -4 * BINS_A_DECADE, 6 * BINS_A_DECADE
"""0.1 ms to 11 days; what lies outside counts in the last bin of its side."""

Histogram = dict[int, int]
"""Bin → count. Bin i holds durations d with 10^((i-1)/48) < d <= 10^(i/48), in seconds."""


def bin_of(duration_s: float) -> int:
    """The bin that a duration counts in."""
    if duration_s <= 0:
        return _LOWEST
    return min(max(math.ceil(math.log10(duration_s) * BINS_A_DECADE - 1e-9), _LOWEST), _HIGHEST)


def quantile(histogram: Mapping[int, int], share: float) -> float | None:
    """The duration in seconds that `share` (0..1) of all are at most as long as; None when there are none."""
    rank = max(math.ceil(share * sum(histogram.values())), 1)
    for index in sorted(histogram):
        rank -= histogram[index]
        if rank <= 0:
            # The middle of the bin in the sense that it is as far off from either edge, relatively.
            return float(2 * _GROWTH**index / (_GROWTH + 1))
    return None


def add_to(histogram: Histogram, more: Mapping[int, int]) -> None:
    """Add counts to a histogram."""
    counted = histogram.get
    for index, count in more.items():
        histogram[index] = counted(index, 0) + count


def count_up_to(histogram: Mapping[int, int], half_decades: int) -> int:
    """How many are at most 10^(half_decades / 2) seconds long; exact, since that is the edge of a bin."""
    last = half_decades * BINS_A_DECADE // 2
    return sum(count for index, count in histogram.items() if index <= last)


def encode_histogram(histogram: Histogram) -> str:
    """As JSON."""
    return msgspec.json.encode(dict(sorted(histogram.items()))).decode()


def decode_histogram(text: str) -> Histogram:
    """What `encode_histogram` wrote."""
    return parse_json(text, name="a histogram", type=dict[int, int])

"""The formulas behind a profile's numbers, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log, sqrt

from automagic.language.style.profile import LengthSpread

Z = 1.959964
"""The standard normal deviate of a two-sided interval of 95 %."""


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """The interval of 95 % of a share (Wilson 1927); (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = Z * sqrt(share * (1 - share) / of + spread / of / 4) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def median_interval(values: Sequence[int]) -> tuple[int, int, int]:
    """The median, and the interval of 95 % between two ranks (Conover 1999); needs no distribution.

    Fewer than six values have no such interval: then it is their range.
    """
    ranked = sorted(values)
    reach = Z * sqrt(len(ranked)) / 2
    low = max(1, floor(len(ranked) / 2 - reach))
    high = min(len(ranked), ceil(len(ranked) / 2 + 1 + reach))
    return ranked[(len(ranked) - 1) // 2], ranked[low - 1], ranked[high - 1]


def spread_of(values: Sequence[int]) -> LengthSpread:
    """Percentiles as nearest ranks: the smallest value that so many do not exceed."""
    ranked = sorted(values)
    low, median, high = (ranked[max(0, ceil(share * len(ranked)) - 1)] for share in (0.1, 0.5, 0.9))
    return LengthSpread(low, median, high)


def log_odds_z(count: int, places: int, frequency: float, elsewhere: int) -> float:
    """How surely a word is more frequent than elsewhere (Monroe, Colaresi and Quinn 2008).

    Args:
        count: How often it was counted in `places`.
        frequency: 0..1, exclusive: how frequent it is in the `elsewhere` places of others.
    """
    odds = log(count / (places - count + 1)) - log(frequency / (1 - frequency))
    return odds / sqrt(1 / count + 1 / (elsewhere * frequency))


def rarer_elsewhere(inside: Mapping[str, int], whole: Mapping[str, int], posts: int, of: int) -> dict[str, float]:
    """The z of each word of a part of the posts against the rest of them, by the posts that have it.

    Args:
        inside, whole: In how many posts of the part, and of all, a word stands.
        posts, of: How many posts the part has, and all have together.
    """
    rest = max(1, of - posts)
    found = {}
    for word, count in inside.items():
        elsewhere = whole[word] - count
        odds = log((count + 0.5) / (posts - count + 0.5)) - log((elsewhere + 0.5) / (rest - elsewhere + 0.5))
        found[word] = odds / sqrt(1 / (count + 0.5) + 1 / (elsewhere + 0.5))
    return found

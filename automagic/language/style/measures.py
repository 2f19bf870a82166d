"""The formulas behind a profile's numbers, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from automagic.language.style.profile import LengthSpread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Z = 1.959964
"""The standard normal deviate of a two-sided interval of 95 %."""


def z_of_any(tests: int) -> float:
    """The z that by chance not even one of so many tests reaches, at 5 % (Bonferroni), two-sided."""
    return NormalDist().inv_cdf(1 - 0.025 / max(1, tests))


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


def log_odds_z(
    counts: NDArray[np.int64], places: int, frequencies: NDArray[np.float32], elsewhere: int
) -> NDArray[np.float64]:
    """How surely each word is more frequent than elsewhere (Monroe, Colaresi and Quinn 2008).

    Args:
        counts: (words,) how often each was counted in `places`.
        frequencies: (words,) 0..1, exclusive: how frequent each is in the `elsewhere` places of others.
    """
    import numpy as np

    usual = frequencies.astype(np.float64)
    odds = np.log(counts / (places - counts + 1)) - np.log(usual / (1 - usual))
    z: NDArray[np.float64] = odds / np.sqrt(1 / counts + 1 / (elsewhere * usual))
    return z


def rarer_elsewhere(inside: NDArray[np.int64], whole: NDArray[np.int64], posts: int, of: int) -> NDArray[np.float64]:
    """The z of each word of a part of the posts against the rest of them, by the posts that have it.

    Args:
        inside, whole: (words,) in how many posts of the part, and of all, each stands.
        posts, of: How many posts the part has, and all have together.
    """
    import numpy as np

    rest, elsewhere = max(1, of - posts), whole - inside
    odds = np.log((inside + 0.5) / (posts - inside + 0.5)) - np.log((elsewhere + 0.5) / (rest - elsewhere + 0.5))
    z: NDArray[np.float64] = odds / np.sqrt(1 / (inside + 0.5) + 1 / (elsewhere + 0.5))
    return z

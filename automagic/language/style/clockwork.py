"""Times that nobody posts at: dates without a time of day, or times that were made up.

An example's posts, a table of dates, an export that lost its times: whatever is counted of such times says nothing of
an author, so it is said instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

_FEWEST = 30
_SHARE = 0.9
"""So many of the posts share what gives them away; a few others may have come later."""


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What gives the times of posts away.

    Attributes:
        posts: How many are of this time.
        time: Of the day, to the second, in the zone that they say: "12:00:00".
        apart_s: From each to the next, where that is the same; 0 where it is not.
    """

    posts: int
    time: str
    apart_s: float = 0.0


def find_clockwork(times: Sequence[datetime]) -> Clockwork | None:
    """What gives these times away; None where a person may have posted at them, or they are too few to tell.

    Args:
        times: In their order.
    """
    if len(times) < _FEWEST:
        return None
    (usual, count), *_ = Counter(map(datetime.time, times)).most_common(1)
    if count < _SHARE * len(times):
        return None
    (gap, alike), *_ = Counter(after - before for before, after in pairwise(times)).most_common(1)
    apart_s = gap.total_seconds() if alike >= _SHARE * (len(times) - 1) else 0.0
    return Clockwork(count, usual.isoformat(), apart_s)

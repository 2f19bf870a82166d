"""Where a recording turns to something else.

    sentence vectors   ↗ ↗ ↗ → ↗ │ ↘ ↘ ↓ ↘ │ ← ← ←      a topic is a run of sentences that point the same way
    topics begin at    0           5          9

The best division of all is found by dynamic programming (as Utiyama and Isahara 2001 do with words): each topic is
worth how far its sentences point together, and costs a penalty, so that there are few.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

PENALTY = 1.1
"""What a topic costs at least, in sentences of usual length; lower makes more topics. On documents of Choi's kind, of
talks and of news alike, 1.1 to 1.3 serve nearly as well."""

CHANCE = 1.4
"""A topic must be worth this many times what dividing a topic at random would gain."""

LONGEST_TOPIC = 200
"""Sentences; about a quarter of an hour. It bounds the work to n times this."""


def find_topics(vectors: NDArray[np.float32], lengths: Sequence[float]) -> tuple[int, ...]:
    """Indices of the sentences that begin a topic, the first one included; empty without sentences.

    Args:
        vectors: One unit vector for each sentence, (n, size).
        lengths: How much each sentence says: its words. "Right." tells little of the topic.
    """
    import numpy as np

    count = len(vectors)
    if not count:
        return ()
    weights = np.sqrt(np.maximum(np.asarray(lengths, np.float64), 1.0))
    weighted = vectors.astype(np.float64) * (weights / weights.mean())[:, None]
    sums = np.vstack([np.zeros(weighted.shape[1]), np.cumsum(weighted, axis=0)])
    cost = max(PENALTY, CHANCE * _gain_by_chance(vectors))
    worth = np.zeros(count + 1)
    begins = np.zeros(count + 1, np.int64)
    for end in range(1, count + 1):
        first = max(0, end - LONGEST_TOPIC)
        worths = worth[first:end] + np.linalg.norm(sums[end] - sums[first:end], axis=1) - cost
        best = int(np.argmax(worths))
        worth[end], begins[end] = worths[best], first + best
    starts: list[int] = []
    at = count
    while at > 0:
        at = int(begins[at])
        starts.append(at)
    return tuple(reversed(starts))


def _gain_by_chance(vectors: NDArray[np.float32]) -> float:
    """What it gains to divide sentences that are about one thing.

    n unit vectors whose likeness is r on average add up to a length of sqrt(n r n + n (1 - r)), which for large n is
    n sqrt(r) + (1 - r) / (2 sqrt(r)): each division gains the second part again. Neighbours tell r.
    """
    import numpy as np

    if len(vectors) < 2:
        return 0.0
    likeness = max(0.02, float(np.mean(np.einsum("ij,ij->i", vectors[1:], vectors[:-1]))))
    return (1 - likeness) / (2 * math.sqrt(likeness))

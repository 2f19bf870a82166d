"""Which sentences say most of a text: LexRank centrality and maximal marginal relevance.

    sentences ──▶ TF-IDF vectors ──▶ cosine graph ──▶ PageRank = centrality ──▶ pick central, unlike the picked

LexRank: Erkan and Radev 2004; MMR: Carbonell and Goldstein 1998.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from automagic.language.text.keywords import content_words

_DAMPING = 0.85
_ITERATIONS = 60
_TOLERANCE = 1e-6

Vector = dict[str, float]


def stem(word: str) -> str:
    """A crude English stem, enough to let "batteries" meet "battery"."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("'s", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + instead
    return word


def vectors_of(sentences: Sequence[str], language: str = "en") -> list[Vector]:
    """One TF-IDF vector of unit length per sentence; empty for a sentence without content words."""
    counts = [Counter(stem(word) for word in content_words(sentence, language)) for sentence in sentences]
    documents: Counter[str] = Counter()
    for count in counts:
        documents.update(count.keys())
    vectors = []
    for count in counts:
        vector = {
            word: (1.0 + math.log(times)) * math.log(1.0 + len(sentences) / documents[word])
            for word, times in sorted(count.items())
        }
        norm = math.sqrt(sum(weight * weight for weight in vector.values()))
        vectors.append({word: weight / norm for word, weight in vector.items()} if norm else {})
    return vectors


def similarity(one: Vector, other: Vector) -> float:
    """Cosine of two unit vectors, 0..1."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large.get(word, 0.0) for word, weight in small.items())


def centrality(vectors: Sequence[Vector]) -> list[float]:
    """How much of the text each sentence stands for: its PageRank on the similarity graph, the greatest being 1.

    Cost is quadratic in the number of sentences; give it at most a thousand or so.
    """
    count = len(vectors)
    if count == 0:
        return []
    links = [
        [similarity(one, other) if i != j else 0.0 for j, other in enumerate(vectors)] for i, one in enumerate(vectors)
    ]
    sums = [sum(row) for row in links]
    rank = [1.0 / count] * count
    for _ in range(_ITERATIONS):
        loose = sum(rank[i] for i in range(count) if sums[i] == 0.0) / count
        weight = [rank[i] / sums[i] if sums[i] else 0.0 for i in range(count)]
        following = [
            (1.0 - _DAMPING) / count
            + _DAMPING * (loose + sum(w * row[j] for w, row in zip(weight, links, strict=True)))
            for j in range(count)
        ]
        change = sum(abs(a - b) for a, b in zip(rank, following, strict=True))
        rank = following
        if change < _TOLERANCE:
            break
    top = max(rank)
    return [value / top for value in rank]


def redundancy(vector: Vector, chosen: Sequence[Vector]) -> float:
    """The greatest similarity to what was chosen already, 0..1."""
    return max((similarity(vector, other) for other in chosen), default=0.0)

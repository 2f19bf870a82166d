"""How near a moment is to what somebody looks for: by meaning, and by the words themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from automagic.language.moments.reading import TalkReading, quote, stems_of
from automagic.language.text.keywords import content_words
from automagic.language.text.summary import stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.language.moments.reading import Floats, Ints

NEAR = 0.4
"""Likeness of a query and the sentence nearest to it, from which they are about the same thing."""

NEAR_WHOLE = 0.25
"""Likeness of a query and a whole moment that it needs as well, so that one sentence on its edge is not enough."""

_WORDS_ALONE = 0.75
"""Share of the query's words in one moment from which it is near, however its sentences are put."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What moments should be about.

    Attributes:
        text: In the person's words.
        vector: Its unit vector, from where the sentences' come; None to compare by words alone.
    """

    text: str
    vector: NDArray[np.float32] | None = None


def likeness_to_query(reading: TalkReading, query: Query, first: Ints, last: Ints) -> Floats:
    """Of each stretch: mean of its nearest sentence's likeness, its own likeness, and the share of words it has."""
    words = shares_of_words(reading, query, first, last)
    likeness = _sentence_likeness(reading, query)
    if likeness is None:
        return words
    mean = reading.total(f"query {query.text}", lambda: likeness, first, last) / (last - first + 1)
    values: Floats = (nearest(likeness, first, last) + mean + words) / 3
    return values


def is_near(reading: TalkReading, query: Query, first: Ints, last: Ints) -> NDArray[np.bool_]:
    """Whether each stretch is about it, rather than only less far than the others."""
    near: NDArray[np.bool_] = shares_of_words(reading, query, first, last) >= _WORDS_ALONE
    likeness = _sentence_likeness(reading, query)
    if likeness is None:
        return near
    assert query.vector is not None  # noqa: S101 - it was there for the likeness
    whole = reading.likeness(query.vector.astype(np.float64), first, last)
    return (near | (nearest(likeness, first, last) >= NEAR)) & (whole >= NEAR_WHOLE)


def nearest(likeness: Floats, first: Ints, last: Ints) -> Floats:
    """The greatest value within each stretch, by a table of the greatest within 1, 2, 4, ... sentences."""
    table = [likeness]
    longest = int((last - first + 1).max(initial=1))
    while 2 ** len(table) <= longest:
        half = 2 ** (len(table) - 1)
        below = table[-1]
        table.append(np.maximum(below, np.concatenate([below[half:], np.full(half, -np.inf)])[: len(below)]))
    levels = np.frexp(last - first + 1)[1] - 1
    stacked = np.stack(table)
    greatest: Floats = np.maximum(stacked[levels, first], stacked[levels, last + 1 - 2**levels])
    return greatest


def shares_of_words(reading: TalkReading, query: Query, first: Ints, last: Ints) -> Floats:
    """How many of the query's words, by their stems, are said in each stretch, 0..1."""
    wanted = stems_of(query.text, reading.talk.language)
    found = np.zeros(len(first))
    for word in wanted:
        found += reading.total(f"word {word}", partial(_says, reading, word), first, last) > 0
    return found / max(1, len(wanted))


def _says(reading: TalkReading, word: str) -> list[float]:
    return [float(word in words) for words in reading.stems]


def why_about(reading: TalkReading, query: Query, first: int, last: int) -> str:
    """The sentence that is nearest, and the words that are said."""
    likeness = _sentence_likeness(reading, query)
    words: frozenset[str] = frozenset().union(*reading.stems[first : last + 1])
    said = [word for word in content_words(query.text, reading.talk.language) if stem(word) in words]
    parts = []
    if likeness is not None:
        index = first + int(np.argmax(likeness[first : last + 1]))
        parts.append(f"nearest by {likeness[index]:.2f}: {quote(reading.talk.sentences[index].text)}")
    if said:
        parts.append("says " + ", ".join(f"“{word}”" for word in dict.fromkeys(said)))
    return "; ".join(parts) or f"says nothing of “{query.text}”"


def _sentence_likeness(reading: TalkReading, query: Query) -> Floats | None:
    if query.vector is None or reading.talk.vectors is None:
        return None
    likeness: Floats = reading.talk.vectors.astype(np.float64) @ query.vector.astype(np.float64)
    return likeness

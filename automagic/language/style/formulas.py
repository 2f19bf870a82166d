"""Formulas: runs of words that an author uses again and again, and may therefore use once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from automagic.language.style.numbering import BEHIND, NumberedTexts, OwnPosts
from automagic.values.post import Post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERBATIM_WORDS = 8
"""A shared run of so many words is no accident."""

FORMULA_POSTS = 3
"""In so many posts a run of `VERBATIM_WORDS` words is the author's own way of speaking."""

_BUCKET_BITS = 20
"""At the most: of few runs, to touch so many buckets would take longer than to count in them."""

BETWEEN = -1
"""What stands behind each post, and is no word."""


@dataclass(frozen=True, slots=True)
class SpokenFormula:
    """A run of words that an author uses again and again.

    Attributes:
        words: Lower-case, without marks, by single spaces.
        posts: In how many posts the rarest `VERBATIM_WORDS` words of it stand.
    """

    words: str
    posts: int


@dataclass(frozen=True, slots=True, eq=False)
class NumberedWords:
    """The words of some posts as numbers, one post after the other.

    Attributes:
        names: What the numbers stand for.
        words: (places,) int32, `BETWEEN` behind each post; never empty.
        posts: (places,) int32, which post a place is of.
    """

    names: Sequence[str]
    words: NDArray[np.int32]
    posts: NDArray[np.int32]


def number_words(texts: NumberedTexts) -> NumberedWords:
    """The words of each text, without its marks."""
    import numpy as np

    kept = texts.word_names.copy()
    kept[texts.number_of[BEHIND]] = True
    places = kept[texts.numbers]
    words = np.where(texts.word_names, np.arange(len(kept), dtype=np.int32), np.int32(BETWEEN))[texts.numbers[places]]
    if not len(words):
        return NumberedWords((), np.array([BETWEEN], np.int32), np.zeros(1, np.int32))
    return NumberedWords(texts.names, words, texts.texts[places])


def formulas(posts: Sequence[Post]) -> tuple[SpokenFormula, ...]:
    """The runs of `VERBATIM_WORDS` words or more that stand in `FORMULA_POSTS` own posts or more, longest first."""
    return find_formulas(number_words(OwnPosts.of(posts).numbered))


def find_formulas(numbered: NumberedWords) -> tuple[SpokenFormula, ...]:
    """The same of words that have their numbers."""
    import numpy as np

    size = len(numbered.words) - VERBATIM_WORDS + 1
    if size < 1:
        return ()
    runs = np.zeros(size, np.uint64)
    whole = np.ones(size, bool)
    for step in range(VERBATIM_WORDS):
        part = numbered.words[step : step + size]
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + part.astype(np.uint64)
        whole &= part != BETWEEN
    (starts,) = np.nonzero(whole)
    bits = min(_BUCKET_BITS, size.bit_length() + 1)
    buckets = (runs[starts] * np.uint64(0xD6E8FEB86659FD93) >> np.uint64(64 - bits)).astype(np.int64)
    starts = starts[np.bincount(buckets)[buckets] >= FORMULA_POSTS]  # so that few have to be put in order
    if not len(starts):
        return ()
    by_post = runs[starts] * np.uint64(0xD6E8FEB86659FD93) + numbered.posts[starts].astype(np.uint64)
    _, once = np.unique(by_post, return_index=True)
    values, counts = np.unique(runs[starts][once], return_counts=True)
    own = counts >= FORMULA_POSTS
    often = dict(zip(values[own].tolist(), counts[own].tolist(), strict=True))
    if not often:
        return ()
    (places,) = np.nonzero(whole & np.isin(runs, values[own]))
    return _join(numbered, [(int(place), often[int(runs[place])]) for place in places])


def _join(numbered: NumberedWords, places: Sequence[tuple[int, int]]) -> tuple[SpokenFormula, ...]:
    """Runs that begin one behind the other are one formula; one of which all is said in longer ones is none."""
    found: dict[str, int] = {}
    begin, rarest = places[0]
    for (place, count), (following, next_count) in pairwise([*places, (-1, 0)]):
        rarest = min(rarest, count)
        if following == place + 1:
            continue
        spoken = numbered.words[begin : place + VERBATIM_WORDS].tolist()
        found.setdefault(" ".join(numbered.names[number] for number in spoken), rarest)
        begin, rarest = following, next_count
    kept: list[SpokenFormula] = []
    covered: set[tuple[str, ...]] = set()
    for text, count in sorted(found.items(), key=lambda item: (-len(item[0]), item[0])):
        runs = runs_of(text.split(" "))
        if not runs <= covered:
            covered |= runs
            kept.append(SpokenFormula(text, count))
    return tuple(kept)


def runs_of(words: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of `VERBATIM_WORDS` words."""
    return {tuple(words[at : at + VERBATIM_WORDS]) for at in range(len(words) - VERBATIM_WORDS + 1)}

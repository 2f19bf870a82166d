"""Find which words of two long texts are the same ones: of captions and of what was heard, say.

    four words in a row that both texts have equally often ─▶ anchors, the longest run that is in order in both
    between two anchors, where few words are left ─▶ the longest common blocks

So nine hours are matched in a moment, and a cut or a repetition in one of them puts nothing else out of step.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain

_RUN = 4
_MOST_BETWEEN = 600
"""Words between two anchors that are compared one by one; longer gaps are two different texts."""


def match_words(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of equal words, rising in both."""
    anchors = _in_order(_find_anchors(first, second))
    pairs: list[tuple[int, int]] = []
    at = (0, 0)
    for anchor in (*anchors, (len(first), len(second))):
        pairs += _match_between(first, second, at, anchor)
        if anchor[0] < len(first):
            pairs.append(anchor)
        at = (anchor[0] + 1, anchor[1] + 1)
    return pairs


def _find_anchors(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Places of words that begin a run which both texts have equally often, rising in the first."""
    ours, theirs = _find_runs(first), _find_runs(second)
    pairs = (
        zip(places, theirs[run], strict=True)
        for run, places in ours.items()
        if run in theirs and len(places) == len(theirs[run])
    )
    return sorted(chain.from_iterable(pairs))


def _find_runs(words: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(words) - _RUN + 1):
        found.setdefault(tuple(words[place : place + _RUN]), []).append(place)
    return found


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part that rises in the second place too (patience sorting)."""
    ends: list[int] = []  # the smallest last place of a run of each length
    index_of: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect.bisect_left(ends, place)
        before.append(index_of[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        index_of[length : length + 1] = [index]
    found: list[tuple[int, int]] = []
    at = index_of[-1] if index_of else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _match_between(
    first: Sequence[str], second: Sequence[str], begin: tuple[int, int], end: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    ours, theirs = first[begin[0] : end[0]], second[begin[1] : end[1]]
    if not ours or not theirs:
        return
    if max(len(ours), len(theirs)) > _MOST_BETWEEN:
        return
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            yield begin[0] + block.a + step, begin[1] + block.b + step

"""A text that is too long for one post becomes a thread of several.

    paragraphs ─▶ sentences ─▶ words, whose neighbours may belong together ─▶ as few parts as there can be, each ended
                               (5–kilometres, San–Marino, a link)             at the best place that it reaches

What is written stays: between two parts only white space is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import regex

from automagic.errors import RequestError
from automagic.language.names.writing import name_breaks
from automagic.language.numbers.bonds import bonds
from automagic.language.posts.counting.length import Network, NetworkLimits, limits_of, measure
from automagic.language.posts.facets import links_of
from automagic.language.text.phrases import ends_sentence
from automagic.language.text.sentences import goes_on
from automagic.language.text.signs import glued, peel

MOST_PARTS = 99
_WORD = re.compile(r"[\S\u00A0\u202F]+")  # what a no-break space joins is one
_CLUSTER = regex.compile(r"\X")
_CLAUSE_ENDS = (",", ";", ":", "–", "—")
_LEAST_FILLED = 0.5
"""A part ends at a better place when it is filled at least so far there."""

Fits = Callable[[str], bool]
Links = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is not divided: characters [start, end) of the text, and how good a place to end a part is behind it.

    Attributes:
        rank: 0 between words, 1 after a clause, 2 after a sentence, 3 after a paragraph.
    """

    start: int
    end: int
    rank: int


def split_thread(
    text: str,
    network: Network,
    *,
    limits: NetworkLimits | None = None,
    kept: Sequence[str] = (),
    language: str = "en",
    numbered: bool = False,
) -> tuple[str, ...]:
    """The posts of a thread, in order; one when the text fits, none when it is empty.

    A part ends after a paragraph, else a sentence, else a clause, else a word; never inside a link, a number with its
    unit or a kept name, unless that alone is longer than a post: then it is cut between two signs.

    Args:
        limits: Of an instance of Mastodon, or of a paying account.
        kept: Names that stay whole.
        numbered: Whether "1/4" stands at the end of each part of several.

    Raises:
        RequestError: It would have more than 99 parts, or a link or one sign of it is longer than a post.
    """
    text = text.strip()
    limits = limits or limits_of(network)

    def with_suffix(suffix: str) -> Fits:
        return lambda part: measure(part + suffix, network, limits).ok

    if not text or with_suffix("")(text):
        return (text,) if text else ()
    links = [(link.start, link.end) for link in links_of(text, network)]
    pieces = _find_pieces(text, kept, language)
    if not numbered:
        return tuple(_fill(text, pieces, links, with_suffix("")))
    parts: list[str] = []
    for most in (9, 99):
        parts = list(_fill(text, pieces, links, with_suffix(f"\n\n{most}/{most}")))
        if len(parts) <= most:
            return tuple(f"{part}\n\n{index}/{len(parts)}" for index, part in enumerate(parts, 1))
    raise RequestError(_TOO_LONG)


_TOO_LONG = (
    f"The text makes a thread of more than {MOST_PARTS} posts. Publish it as a page, and a post with a link to it."
)


def _fill(text: str, pieces: Sequence[_Piece], links: Links, fits: Fits) -> Iterator[str]:
    """Parts that fit, each as long as it may be before the best place to end it."""
    at = count = 0
    todo = list(pieces)
    while at < len(todo):
        count += 1
        if count > MOST_PARTS:
            raise RequestError(_TOO_LONG)
        start = todo[at].start
        most = _most_that_fit(text, todo, at, fits)
        if most == at:
            todo[at : at + 1] = _cut(text, todo[at], links, fits)
            most = at + 1
        end = most if most == len(todo) else _best_end(todo, at, most)
        yield text[start : todo[end - 1].end]
        at = end


def _most_that_fit(text: str, pieces: Sequence[_Piece], at: int, fits: Fits) -> int:
    """The end of the longest run of pieces from `at` on that is one post."""
    low, high, step = at, at + 1, 1
    while high <= len(pieces) and fits(text[pieces[at].start : pieces[high - 1].end]):
        low, step = high, step * 2
        high += step
    high = min(high, len(pieces) + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(text[pieces[at].start : pieces[middle - 1].end]):
            low = middle
        else:
            high = middle
    return low


def _best_end(pieces: Sequence[_Piece], at: int, most: int) -> int:
    """The last of the best places to end in; one that leaves the part half empty is none, while there is a sentence."""
    whole = pieces[most - 1].end - pieces[at].start
    ends = [index for index in range(at + 1, most + 1) if index == most or pieces[index - 1].rank]
    filled = [end for end in ends if pieces[end - 1].end - pieces[at].start >= _LEAST_FILLED * whole]
    best = max(filled, key=lambda end: (pieces[end - 1].rank, end))
    if pieces[best - 1].rank < 2:
        best = max(ends, key=lambda end: (min(pieces[end - 1].rank, 2), end))
    return best


def _cut(text: str, piece: _Piece, links: Links, fits: Fits) -> list[_Piece]:
    """A piece that is too long for any post, at the last sign that fits, and the rest of it."""
    ends = [piece.start + match.end() for match in _CLUSTER.finditer(text[piece.start : piece.end])]
    low, high = -1, len(ends)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(text[piece.start : ends[middle]]):
            low = middle
        else:
            high = middle
    if low < 0:
        raise RequestError(f"One sign of the text is longer than a post: {text[piece.start : piece.start + 8]!r}…")
    spaces = [end for end in ends[: low + 1] if text[end : end + 1].isspace()]
    end = spaces[-1] if spaces else ends[low]
    for start, stop in links:
        if start < end < stop:
            if start <= piece.start:
                raise RequestError(f"The link {text[start : start + 30]}… is longer than a post. Use a shorter one.")
            end = start
    rest = end + len(text[end : piece.end]) - len(text[end : piece.end].lstrip())
    return [_Piece(piece.start, end, 0), _Piece(rest, piece.end, piece.rank)]


def _find_pieces(text: str, kept: Sequence[str], language: str) -> list[_Piece]:
    found = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    shown = [text[start:end] for start, end in found]
    bound = bonds([peel(word)[1] for word in shown], [""] * len(shown))
    joined = glued(shown, language)
    named = name_breaks(shown, [0.0] * len(shown), kept)
    pieces: list[_Piece] = []
    start = 0
    for index, (_, end) in enumerate(found):
        last = index + 1 == len(found)
        between = "" if last else text[end : found[index + 1][0]]
        rank = 3 if last or between.count("\n") > 1 else _rank(shown[index], shown[index + 1], language)
        if "\n" in between:
            rank = max(rank, 2)
        if rank == 3 or (not named[index] and (rank == 2 or not (bound[index] or joined[index]))):
            pieces.append(_Piece(found[start][0], end, rank))
            start = index + 1
    return pieces


def _rank(word: str, following: str, language: str) -> int:
    if ends_sentence(word) and not goes_on(word, following, language):
        return 2
    return int(word.endswith(_CLAUSE_ENDS))

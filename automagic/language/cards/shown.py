"""Which words of a sentence's tree a card shows.

"Some 1,200 people crossed it." shown as SOME · 1,200 · people ──▶ {0, 1, 2}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import split_words
from automagic.language.text.signs import glued, peel
from automagic.values.script import Card

# A word with its apostrophes, or a sign that means something on its own.
_PIECE = re.compile(r"\w+(?:['’]\w+)*|[%$€£¥°]")


def pieces_of(text: str) -> list[tuple[str, int, int]]:
    """The words and meaning signs of a text in lower case, each with its first and last character."""
    return [(m[0].casefold().replace("’", "'"), m.start(), m.end()) for m in _PIECE.finditer(text)]


@lru_cache(maxsize=64)
def display_words(text: str) -> tuple[tuple[int, int], ...]:
    """The first and last character of each display word, a number with its signs and unit as one: "− 5 °C"."""
    pieces = split_words(text)
    spans: list[tuple[int, int]] = []
    at, joins = 0, False
    for piece, goes_on in zip(pieces, glued(pieces), strict=True):
        start = text.index(piece, at)
        at = start + len(piece)
        spans[-1 if joins else len(spans) :] = [(spans[-1][0] if joins else start, at)]
        joins = goes_on
    return tuple(spans)


def peeled(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The characters of a display word without the marks around it."""
    lead, _, trail = peel(text[slice(*span)])
    return span[0] + len(lead), span[1] - len(trail)


def parts_words(text: str, at: int) -> bool:
    """Whether a mark stands between two display words or behind one, and not inside a number: "5 – 10 km", "3:2"."""
    return not any(start <= at < peeled(text, (start, end))[1] for start, end in display_words(text))


def locate(text: str, sentence: ParsedSentence) -> frozenset[int] | None:
    """The words of the sentence that `text` shows, closest together; None when it has others, or another order."""
    wanted = [piece for piece, _, _ in pieces_of(text)]
    there = pieces_of(sentence.text)
    best: list[int] | None = None
    for first in range(len(there)):
        if not wanted or there[first][0] != wanted[0]:
            continue
        places = _follow(wanted, [piece for piece, _, _ in there], first)
        if places and (best is None or places[-1] - places[0] < best[-1] - best[0]):
            best = places
    if best is None:
        return None if wanted else frozenset()
    spans = [there[place][1:] for place in best]
    return frozenset(
        index
        for index, word in enumerate(sentence.words)
        if any(word.start < end and start < word.end for start, end in spans)
    )


def _follow(wanted: list[str], there: list[str], first: int) -> list[int]:
    """The next place of each wanted piece from `first` on; empty when one is missing."""
    places, at = [], first
    for piece in wanted:
        while at < len(there) and there[at] != piece:
            at += 1
        if at == len(there):
            return []
        places.append(at)
        at += 1
    return places


def main_texts(card: Card) -> tuple[str, ...]:
    """What a card says as one thought, in the order in which it is read; a title's headline is no part of it."""
    figures = [
        text for figure in card.figures for text in (f"{figure.prefix}{figure.value} {figure.unit}", figure.label)
    ]
    headline = "" if card.layout == "title" else card.headline
    texts = (card.kicker, headline, *card.items, *card.sides, *figures)
    return tuple(text for text in texts if text.strip())


def shown_texts(card: Card) -> tuple[str, ...]:
    """Everything that is read on a card but its title, figures without their labels included."""
    return (*main_texts(card), *((card.detail,) if card.detail else ()), *((card.speaker,) if card.speaker else ()))


def read_in_order(sentence: ParsedSentence, inside: Iterable[int]) -> Iterator[int]:
    """The words of `inside` that are no punctuation, in the order of the sentence."""
    return (index for index in sorted(inside) if not sentence.is_punctuation(index))

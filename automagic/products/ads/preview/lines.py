"""A line of an ad as it is looked at: what is seen of it, what is cut, and which words of its source it says.

Made of ceramic, it lasts up to 10 years.        the brief's sentence
                    ╰─── underlined ──╯          what the line says of it
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

import regex

from automagic.products.ads.specs.counting import count_text
from automagic.products.ads.specs.table import Counting

_WORDS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|[\p{L}\p{M}\p{N}]+(?:['’.,-][\p{L}\p{M}\p{N}]+)*|."
)
_GRAPHEMES = regex.compile(r"\X", regex.DOTALL)
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def tell_hidden(text: str) -> str:
    """A text in which each sign that nobody sees, or that turns the line round, is named: "[U+202E]"."""
    return "".join(
        f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in _HIDDEN and sign not in f"{_JOINERS}\n" else sign
        for sign in text
    )


def is_right_to_left(text: str) -> bool:
    """Whether its first letter that has a direction is written from the right."""
    directions = (unicodedata.bidirectional(sign) for sign in text)
    return next((one != "L" for one in directions if one in {"L", "R", "AL"}), False)


def split_seen(text: str, seen: int, how: Counting) -> tuple[str, str]:
    """What is seen of a text and what is not, where `seen` characters are, counted as the platform does."""
    graphemes = _GRAPHEMES.findall(text)
    most = bisect.bisect_right(
        range(1, len(graphemes) + 1), seen, key=lambda n: count_text("".join(graphemes[:n]), how)
    )
    return "".join(graphemes[:most]), "".join(graphemes[most:])


def mark_source(text: str, source: str) -> tuple[tuple[str, bool], ...]:
    """The parts of a source, each with whether the text says it."""
    words, said = _WORDS.findall(source), _WORDS.findall(text)
    marked = [False] * len(words)
    matcher = SequenceMatcher(a=[one.casefold() for one in words], b=[one.casefold() for one in said], autojunk=False)
    for block in matcher.get_matching_blocks():
        part = words[block.a : block.a + block.size]
        if any(one.isalnum() or len(one) > 1 for one in part):  # a space or a comma alone says nothing
            marked[block.a : block.a + block.size] = [True] * block.size
    return tuple(_joined(words, marked))


def _joined(words: list[str], marked: list[bool]) -> Iterator[tuple[str, bool]]:
    for is_said, several in groupby(zip(words, marked, strict=True), key=lambda one: one[1]):
        yield "".join(word for word, _ in several), is_said

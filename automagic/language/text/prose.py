"""Blocks of running text, which every reader of a format makes, and what a sentence, a line and a title are in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from automagic.values.document import PassageKind

BlockKind = Literal["heading", "paragraph", "item", "rule"]

TERMINAL = ".!?…。!?؟।։።"
_CLOSING = "\"'”’»›)]」』*_ "
_MIN_ITEM_WORDS = 4
_MIN_ITEM_LETTERS = 8  # for scripts without spaces between words
MAX_TITLE_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Form:
    """How a block stood in its document.

    Attributes:
        rank: Of a heading, 1 to 6 as in HTML; more for the lines in a text that serve as one, see `parts`.
        level: How deep in lists, from 1; 0 outside.
        list, item: Which list and which item of the document it stands in, from 1; 0 for none.
        number: Of an item, as it is written or counted; 0 for none.
        ordered: Whether its list is numbered.
        strong: The bold words with which it begins; all of it when it is bold throughout.
        passage: What it is by its element: "text", "quote", "row" or "definition".
        group: Which quote of the document it stands in, from 1; 0 for none.
        term: What a definition explains, or the first cell of a row.
        speaker: Of a quote.
    """

    rank: int = 0
    level: int = 0
    list: int = 0
    item: int = 0
    number: int = 0
    ordered: bool = False
    strong: str = ""
    passage: PassageKind = "text"
    group: int = 0
    term: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of running text, in reading order; code, pictures and the like have been left out already.

    `is_link` says that it is nothing but a link. A "rule" has no text: a line drawn across the page ends a numbered
    part, and one with a rank all parts down to that.
    """

    kind: BlockKind
    text: str
    is_link: bool = False
    form: Form = Form()


GAP = Block("paragraph", "")
"""Where code, a picture or the like was left out: the heading over it is not without content."""


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as sentences do, however few words it has."""
    bare = text.rstrip(_CLOSING)
    return bool(bare) and bare[-1] in TERMINAL


def is_sentence(text: str) -> bool:
    """Whether `text` ends like a sentence and has enough words to be one."""
    bare = text.rstrip(_CLOSING)
    if not bare or bare[-1] not in TERMINAL:
        return False
    return len(bare.split()) >= _MIN_ITEM_WORDS or (not bare.isascii() and len(bare) >= _MIN_ITEM_LETTERS)


def join_lines(lines: list[str]) -> str:
    """Hard-wrapped lines as one line, white space collapsed; a word that was broken after its hyphen is rejoined."""
    text = " ".join(" ".join(line.split()) for line in lines)
    return re.sub(r"(?<=[^\W\d_])- (?=[^\W\d_])", "-", text) if _breaks_words(lines) else text


def shorten_title(text: str) -> str:
    """One line of at most `MAX_TITLE_LETTERS` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= MAX_TITLE_LETTERS:
        return line
    return line[: MAX_TITLE_LETTERS - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def _breaks_words(lines: list[str]) -> bool:
    return any(re.search(r"[^\W\d_]-\s*$", line) for line in lines[:-1])

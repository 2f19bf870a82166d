"""What is told of a document: its prose. What a list item, a heading and a paragraph look like in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item"]

_TERMINAL = ".!?…。!?؟।։።"
_CLOSING = "\"'”’»›)]」』*_ "
_MIN_ITEM_WORDS = 4
_MIN_ITEM_LETTERS = 8  # for scripts without spaces between words
MAX_TITLE_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Block:
    """One block of running text, in reading order; tables, code and the like have been left out already.

    `is_link` says that it is nothing but a link.
    """

    kind: BlockKind
    text: str
    is_link: bool = False


def choose_paragraphs(blocks: list[Block], *, short_items: bool = False) -> tuple[str, ...]:
    """The paragraphs, and the list items that are sentences; all list items when there is no prose at all.

    Args:
        blocks: In reading order.
        short_items: Whether short items count too, closed by a period: "Bring boots". On web pages they are menus.
    """
    prose = tuple(
        b.text if b.kind == "paragraph" or is_sentence(b.text) else f"{b.text}."
        for b in blocks
        if b.kind == "paragraph" or (b.kind == "item" and (is_sentence(b.text) or (short_items and _is_short(b))))
    )
    return prose or tuple(b.text for b in blocks if b.kind == "item")


def _is_short(block: Block) -> bool:
    """Whether an item has words, and ends in one."""
    return not block.is_link and len(block.text.split()) > 1 and block.text[-1].isalnum()


def is_sentence(text: str) -> bool:
    """Whether `text` ends like a sentence and has enough words to be one."""
    bare = text.rstrip(_CLOSING)
    if not bare or bare[-1] not in _TERMINAL:
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

"""Markdown to blocks of running text: tables, code and raw HTML are left out, links and emphasis leave their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from automagic.language.script.structure import Kind, LeftOut
from automagic.language.text.markup import is_tag
from automagic.sources.prose import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LEFT_OUT: dict[str, Kind] = {"fence": "code", "code_block": "code", "table_open": "table"}
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
_TASK_BOX = re.compile(r"\[[ xX]\]\s+")
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_MAX_NESTING = 40  # of blocks; people stop at four or five, and the parser descends once for each
_MAX_MARKED_LETTERS = 20_000  # of one block; nobody writes such a paragraph, and unclosed marks cost n² time
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,.;:!?](?:\s|$))")  # where a picture or a footnote's mark stood


def read_markdown(text: str) -> tuple[str, list[Block], list[LeftOut]]:
    """The title (the first heading, when it is of the first level), the blocks, and code and tables that are left out.

    The form is CommonMark with tables.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    blocks: list[Block] = []
    left_out: list[LeftOut] = []
    title = ""
    opened: list[str] = []
    parser.core.ruler.disable("inline")  # blocks first, so that the size of each can be looked at
    links: dict[str, Any] = {}  # what `[text][name]` refers to, collected from all blocks
    for token in parser.parse(text, links):
        if token.type in _LEFT_OUT:
            kind, text_ = _LEFT_OUT[token.type], token.content.strip() or _first_line(text, token)
            left_out.append(LeftOut(kind, token.map[0] + 1 if token.map else 0, text_.partition("\n")[0]))
        if token.nesting == 1:
            opened.append(token.tag)
        elif token.nesting == -1:
            opened.pop()
        elif token.type == "inline" and "table" not in opened and not _FOOTNOTE.match(token.content):
            inline = _parse_inline(parser, token.content, links)
            block = Block(_kind_of(opened), _to_words(inline), is_link=_is_link(inline))
            if not any(letter.isalnum() for letter in block.text):
                continue
            if opened[-1] == "h1" and not any(earlier.kind == "heading" for earlier in blocks):
                title = block.text
            blocks.append(block)
    return title, blocks, left_out


def _first_line(text: str, token: Token) -> str:
    return text.split("\n")[token.map[0]] if token.map else ""


def _is_link(tokens: Sequence[Token]) -> bool:
    """Whether a block is nothing but a link, as in a table of contents."""
    return len(tokens) > 2 and tokens[0].type == "link_open" and tokens[-1].type == "link_close"


def _parse_inline(parser: MarkdownIt, content: str, links: dict[str, Any]) -> list[Token]:
    """The marked-up parts of one block; of an endless one, its characters as they stand."""
    from markdown_it.token import Token

    if len(content) > _MAX_MARKED_LETTERS:
        return [Token("text", "", 0, content=content)]
    children: list[Token] = []
    parser.inline.parse(content, parser, links, children)
    return children


def _kind_of(opened: list[str]) -> BlockKind:
    """By the elements around the text, the innermost last."""
    if opened[-1] != "p":
        return "heading"
    return "item" if "li" in opened else "paragraph"


def _to_words(tokens: Sequence[Token]) -> str:
    """What is said of inline tokens: no pictures, no marks of footnotes, no struck-out words."""
    parts: list[str] = []
    struck = 0
    for token in tokens:
        if token.type in {"s_open", "s_close"}:
            struck += token.nesting
        elif struck or token.type == "image":
            continue
        elif token.type in {"softbreak", "hardbreak"} or _LINE_BREAK.match(token.content):
            parts.append(" ")
        elif token.type != "html_inline" or not is_tag(token.content):
            parts.append(token.content)
    text = _TASK_BOX.sub("", _FOOTNOTE_MARK.sub("", "".join(parts)).lstrip(), count=1)
    return _SPACE_BEFORE_MARK.sub("", " ".join(text.split()))

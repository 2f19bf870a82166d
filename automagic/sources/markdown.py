"""Markdown to blocks of running text: code and raw HTML are left out, links and emphasis leave their words.

The form is CommonMark with tables. What a block was (the depth and number of an item, a quote, the row of a table) is
kept with it; so is its bold beginning. Lines of one paragraph that are a list but for its marks are items of one:
"✅ Fast", "• Light", "200 g flour".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from automagic.language.script.structure import Kind, LeftOut
from automagic.language.text.heads import (
    are_items,
    are_steps,
    split_answer,
    split_question,
    without_bullet,
    without_signs,
)
from automagic.language.text.markdown import is_break, is_footnote, parse_blocks, parse_inline, to_words
from automagic.language.text.prose import GAP, Block, Form
from automagic.sources.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_LEFT_OUT: dict[str, Kind] = {"fence": "code", "code_block": "code", "html_block": "markup"}
_ALERT = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_MOST_BOLD_WORDS = 12


def read_markdown(text: str) -> tuple[str, list[Block], list[LeftOut]]:
    """The title (the first heading, when it is of the first level), the blocks, and what was left out."""
    marked = parse_blocks(text)
    page = _Page(text.split("\n"))
    for token in marked.tokens:
        if token.type == "inline":
            if is_footnote(token.content):
                page.leave_out(token, "footnote")
            else:
                page.read(parse_inline(token.content, marked.links))
        elif token.nesting:
            page.turn(token)
        else:
            page.leave_out(token, _LEFT_OUT.get(token.type))
    return page.title, page.blocks, page.left_out


# ---------------------------------------------------------------------------------------------------- blocks


@dataclass
class _List:
    """An open list: its number in the document, the number of its first item as written, and the next one's."""

    name: int
    written: str = ""
    next: int = 0


@dataclass
class _Page:
    """What was read so far, and the elements that are open."""

    lines: list[str]
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    items: list[tuple[int, int]] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    table_line: int = -1
    counted: int = 0

    def turn(self, token: Token) -> None:
        """Open or close an element."""
        opens = token.nesting == 1
        if opens:
            self.opened.append(token.tag)
        else:
            self.opened.pop()
        if token.tag in {"ul", "ol"}:
            self._turn_list(opens=opens)
        elif token.tag == "li":
            self._turn_item(token, opens=opens)
        elif token.tag == "blockquote":
            self.quotes = [*self.quotes, self._count()] if opens else self.quotes[:-1]
        elif token.tag == "table":
            self._turn_table(token, opens=opens)
        elif token.tag == "tr" and opens:
            self.rows.append([])

    def _turn_list(self, *, opens: bool) -> None:
        if opens:
            self.lists.append(_List(self._count()))
        else:
            self.lists.pop()

    def _turn_item(self, token: Token, *, opens: bool) -> None:
        if not opens:
            self.items.pop()
            return
        list_ = self.lists[-1]
        number = 0
        if token.info:  # as it is written; "1." before every item counts them
            number = list_.next if token.info == list_.written else int(token.info)
            list_.written = list_.written or token.info
            list_.next = number + 1
        self.items.append((self._count(), number))

    def _turn_table(self, token: Token, *, opens: bool) -> None:
        if opens:
            self.rows, self.table_line = [], token.map[0] if token.map else -1
            return
        header, *rows = self.rows or [[]]
        found = read_rows(header, rows)
        if found is not None:
            self.blocks += found
            return
        self.blocks.append(GAP)
        line = self.table_line
        shown = self.lines[line] if 0 <= line < len(self.lines) else ""
        self.left_out.append(LeftOut("table", line + 1, shown))

    def leave_out(self, token: Token, kind: Kind | None) -> None:
        """Note what is not told."""
        if token.type == "hr":
            self.blocks.append(Block("rule", ""))
            return
        self.blocks.append(GAP)
        shown = _TAG.sub("", token.content) if kind == "markup" else token.content
        line = token.map[0] if token.map else -1
        if kind and (kind == "code" or any(map(str.isalnum, shown))):
            shown = shown.strip() or (self.lines[line] if line >= 0 else "")
            self.left_out.append(LeftOut(kind, line + 1, shown.partition("\n")[0]))

    def read(self, tokens: Sequence[Token]) -> None:
        """Add the blocks of one run of text, or the cell of a row."""
        if "table" in self.opened:
            if self.rows:
                self.rows[-1].append(to_words(tokens))
            return
        added = [block for block in self._blocks(tokens) if any(letter.isalnum() for letter in block.text)]
        if not added:
            self.blocks.append(GAP)
        elif self.opened[-1] == "h1" and not any(earlier.kind == "heading" for earlier in self.blocks):
            self.title = added[0].text
        self.blocks += added

    def _blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Most often one; several where lines are items, or a bold line stands over others."""
        form = self._form()
        if form.rank:
            yield Block("heading", to_words(tokens), form=form)
            return
        is_item = "li" in self.opened
        lines = list(_lines(tokens))
        texts = [to_words(line) for line in lines]
        if not is_item and len(lines) > 1 and (are_items(texts) or are_steps(texts)):
            yield from self._line_items(lines, texts)
        elif len(lines) > 1 and texts[1].startswith(": ") and texts[0]:
            term = replace(form, passage="definition", term=texts[0].rstrip(" :"))
            yield self._block(tokens, term, is_item=is_item)
        elif len(lines) > 1 and (_is_bold_line(lines[0], texts[1]) or _asks(texts)):
            yield self._block(lines[0], form, is_item=is_item)
            yield self._block(tokens[len(lines[0]) + 1 :], form, is_item=is_item)
        else:
            yield self._block(tokens, form, is_item=is_item)

    def _block(self, tokens: Sequence[Token], form: Form, *, is_item: bool) -> Block:
        text = to_words(tokens)
        if form.passage == "quote" and _ALERT.match(text):
            text, form = _ALERT.sub("", text, count=1), replace(form, passage="text", group=0)
        strong = _strong(tokens)
        form = replace(form, strong=strong if without_signs(text).startswith(strong) else "")
        return Block("item" if is_item else "paragraph", text, is_link=_is_link(tokens), form=form)

    def _line_items(self, lines: Sequence[Sequence[Token]], texts: Sequence[str]) -> Iterator[Block]:
        list_ = self._count()
        is_list = not are_steps(texts)
        for line, text in zip(lines, texts, strict=True):
            form = Form(level=1, list=list_, item=self._count()) if is_list else Form()
            block = self._block(line, form, is_item=is_list)
            yield replace(block, text=without_bullet(text)) if is_list else block

    def _form(self) -> Form:
        tag = self.opened[-1]
        item, number = self.items[-1] if self.items else (0, 0)
        list_ = self.lists[-1] if self.items else None
        return Form(
            rank=int(tag[1]) if tag[0] == "h" and tag[1:].isdecimal() else 0,
            level=len(self.items),
            list=list_.name if list_ else 0,
            item=item,
            number=number,
            ordered=number > 0 or (list_ is not None and bool(list_.written)),
            passage="quote" if self.quotes else "text",
            group=self.quotes[-1] if self.quotes else 0,
        )

    def _count(self) -> int:
        self.counted += 1
        return self.counted


def _asks(texts: Sequence[str]) -> bool:
    """Whether the first line asks and the second answers."""
    return bool(split_question(texts[0]) and split_answer(texts[1]))


def _is_bold_line(line: Sequence[Token], following: str) -> bool:
    """Whether a line is bold throughout and the next one begins anew."""
    text = to_words(line)
    is_bold = bool(text) and _strong(line) == without_signs(text) and len(text.split()) <= _MOST_BOLD_WORDS
    return is_bold and bool(following) and not following[0].islower()


# ---------------------------------------------------------------------------------------------------- inline


def _lines(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens between line breaks that stand in no emphasis or link."""
    start = depth = 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if is_break(token) and not depth:
            yield tokens[start:index]
            start = index + 1
    yield tokens[start:]


def _is_link(tokens: Sequence[Token]) -> bool:
    """Whether a block is nothing but a link, as in a table of contents."""
    return len(tokens) > 2 and tokens[0].type == "link_open" and tokens[-1].type == "link_close"


def _strong(tokens: Sequence[Token]) -> str:
    """The bold words at the beginning; "" when it begins with others."""
    begun = -1
    depth = 0
    for index, token in enumerate(tokens):
        if token.type == "strong_open":
            begun = index if begun < 0 else begun
            depth += 1
        elif token.type == "strong_close":
            depth -= 1
            if not depth:
                return to_words(tokens[begun : index + 1])
        elif begun < 0 and any(letter.isalnum() for letter in token.content):
            return ""
    return ""

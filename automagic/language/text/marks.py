"""From the blocks of a text to its paragraphs, each with a mark that says what it is. Pure.

# Sleep / ## 1. Keep it dark / Blackout curtains are cheap.
    ──▶ "Blackout curtains are cheap."   Mark(number=1, head="Keep it dark", headings=("1. Keep it dark",))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from automagic.language.text.heads import are_amounts, lead, name_of, own_head, split_number
from automagic.language.text.parts import BOLD, INNER, LEAD, LINE, find_parts
from automagic.language.text.prose import Block, ends_sentence, is_sentence, shorten_title
from automagic.values.document import Mark, PassageKind

_OPEN_ENDS = ":：,;"
_MOST_LINKS = 1 / 3
_MOST_HEADINGS = 8  # of a path: six of HTML and two lines that serve as one


def mark_paragraphs(blocks: Sequence[Block], *, title: str, is_text: bool) -> tuple[tuple[str, ...], tuple[Mark, ...]]:
    """The paragraphs of a text and what each is.

    Kept are paragraphs, rows, list items that are sentences, and short items, closed by a period: "Bring boots". Links
    alone are kept only where there is nothing else.

    Args:
        title: Of the document; the heading that says the same is over all and named nowhere.
        is_text: Whether it was written as a text. On web pages short items may be menus: they count only in lists that
            look like the text's own.
    """
    parts = find_parts(blocks, is_text=is_text)
    told = range(len(parts)) if is_text else _own_lists(parts)
    kept = [block.kind != "heading" and _is_told(block, short=index in told) for index, block in enumerate(parts)]
    if not any(kept):
        kept = [block.kind == "item" and bool(block.text) for block in parts]
    chosen = [replace(block, text=_closed(block)) if keep else block for block, keep in zip(parts, kept, strict=True)]
    chosen = [block for block, keep in zip(chosen, kept, strict=True) if keep or block.kind in {"heading", "rule"}]
    chosen = _end_last_parts(chosen)
    paragraphs = tuple(block.text for block in chosen if block.kind in {"paragraph", "item"})
    return paragraphs, tuple(_mark(chosen, title))


def _is_told(block: Block, *, short: bool) -> bool:
    if not block.text:
        return False
    if block.kind == "paragraph" or is_sentence(block.text):
        return True
    has_words = any(letter.isalnum() for letter in block.text)
    return short and not block.is_link and has_words and (block.form.ordered or block.text[-1] not in _OPEN_ENDS)


def _closed(block: Block) -> str:
    """The text of a block as a paragraph: an item that ends like no sentence gets a period."""
    is_item = block.kind == "item" or (block.form.level > 0 and not block.form.ordered)
    ends = not is_item or ends_sentence(block.text) or block.text[-1] in _OPEN_ENDS
    return block.text if ends else f"{block.text}."


def _own_lists(parts: Sequence[Block]) -> set[int]:
    """Which blocks of a page stand in lists whose short items are part of its text, and no menu."""
    lists: dict[int, list[int]] = {}
    for index, block in enumerate(parts):
        if block.form.level:
            lists.setdefault(block.form.list, []).append(index)
    own: set[int] = set()
    for indices in lists.values():
        before = indices[0] - 1
        inside = before in own and parts[before].form.level < parts[indices[0]].form.level
        if inside or _is_own_list(parts, indices):
            own.update(indices)
    return own


def _is_own_list(parts: Sequence[Block], indices: Sequence[int]) -> bool:
    items = [parts[index] for index in indices]
    links = sum(item.is_link for item in items)
    if links > _MOST_LINKS * len(items):
        return False
    before = parts[indices[0] - 1] if indices[0] else None
    led = before is not None and (before.text.endswith((":", "：")) or (before.kind == "heading" and not links))
    return (
        led
        or any(item.form.ordered or item.form.passage == "definition" or is_sentence(item.text) for item in items)
        or sum(bool(item.form.strong or lead(item.text)) for item in items) * 2 >= len(items)
        or are_amounts([item.text for item in items])
    )


def _end_last_parts(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a rule behind the last of several numbered parts where what follows belongs to the whole.

    That is so where each part before has one paragraph only.
    """
    numbered = [index for index, block in enumerate(blocks) if _number_of_heading(block)]
    ends: set[int] = set()
    for place, index in enumerate(numbered):
        rank = blocks[index].form.rank
        following = next((i for i in range(index + 1, len(blocks)) if blocks[i].kind == "heading"), len(blocks))
        is_last = place + 1 == len(numbered) or blocks[numbered[place + 1]].form.rank != rank
        before = numbered[max(place - 2, 0) : place]
        singles = [b for b, a in zip(before, numbered[max(place - 1, 1) : place + 1], strict=False) if a - b == 2]
        if is_last and len(singles) == 2 and following - index > 2 and all(blocks[b].form.rank == rank for b in before):
            ends.add(index + 1)
    return [one for index, block in enumerate(blocks) for one in ((block, _RULE) if index in ends else (block,))]


_RULE = Block("rule", "")


def _number_of_heading(block: Block) -> int:
    return (block.form.number or split_number(block.text)[0]) if block.kind == "heading" else 0


# ---------------------------------------------------------------------------------------------------- marks


@dataclass
class _Over:
    """A heading that is open: which one of the text it is, and whether something was told below it."""

    place: int
    block: Block
    number: int
    name: str
    path: tuple[str, ...]
    opened: bool = False


@dataclass
class _Reading:
    """The headings over the place that is being read, and which items were begun.

    Attributes:
        parts: How many headings of the first rank the text has: one is its title, several are its parts.
    """

    title: str
    parts: int
    over: list[_Over] = field(default_factory=list)
    begun: set[int] = field(default_factory=set)
    entered: int = 0
    told: bool = False

    def enter(self, block: Block) -> None:
        """Begin a part with its heading."""
        self.leave(block)
        while self.over and block.form.rank <= self.over[-1].block.form.rank < LEAD:
            self.over.pop()
        if block.form.rank == LEAD and not block.form.item and self.over and not self.over[-1].number:
            self.over = (
                self.over[:-1] if self.over[-1].block.form.rank == LINE else self.over
            )  # a question's answer ends
        path = self.over[-1].path if self.over else ()
        shown = shorten_title(block.text).rstrip(" :：")
        number = block.form.number or split_number(block.text)[0]
        is_title = not self.entered and not self.told and not number and self._may_be_title(block)
        self.entered += 1
        if not is_title:
            path = (*path, shown)[:_MOST_HEADINGS]
        for over in self.over:
            over.opened = True
        self.over.append(
            _Over(self.entered, block, number, "" if is_title else shorten_title(name_of(block.text)), path)
        )

    def rule(self, block: Block) -> None:
        """End what a line across the page ends: a numbered part, or all parts down to the rank that it has."""
        self.leave(block)
        while self.over and (
            self.over[-1].block.form.rank >= block.form.rank if block.form.rank else self.over[-1].number
        ):
            self.over.pop()

    def _may_be_title(self, block: Block) -> bool:
        return (block.form.rank == 1 and self.parts == 1) or _same(shorten_title(block.text), self.title)

    def leave(self, block: Block) -> None:
        """End the parts that are no longer than a list or an item, when `block` stands outside them.

        Parts below a line that serves as a heading end before a paragraph with a head of its own, too.
        """
        if (
            block.kind == "paragraph"
            and not block.form.level
            and own_head(block.text, block.form.strong, is_item=False)
        ):
            while self.over and self.over[-1].block.form.rank in {BOLD, LINE}:
                self.over.pop()
        while self.over and self.over[-1].block.form.rank in {LEAD, INNER}:
            form = self.over[-1].block.form
            if block.form.level > form.level or (form.item and block.form.item == form.item):
                return
            self.over.pop()


def _mark(blocks: Sequence[Block], title: str) -> list[Mark]:
    alone = _count_below(blocks)
    reading = _Reading(title, sum(block.kind == "heading" and block.form.rank == 1 for block in blocks))
    marks = []
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            reading.enter(block)
        elif block.kind == "rule":
            reading.rule(block)
        else:
            reading.leave(block)
            marks.append(_mark_one(block, reading, is_alone=alone.get(index, 0) == 1))
            reading.told = True
    return marks


def _count_below(blocks: Sequence[Block]) -> dict[int, int]:
    """For each paragraph, how many stand below the heading that is directly over it, in all its parts."""
    reading = _Reading("", 0)
    places: dict[int, int] = {}
    counts: Counter[int] = Counter()
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            reading.enter(block)
        elif block.kind == "rule":
            reading.rule(block)
        else:
            reading.leave(block)
            counts.update(over.place for over in reading.over)
            if reading.over:
                places[index] = reading.over[-1].place
    return {index: counts[place] for index, place in places.items()}


def _mark_one(block: Block, reading: _Reading, *, is_alone: bool) -> Mark:
    form = block.form
    over = reading.over[-1] if reading.over else None
    kind = _kind_of(block)
    in_list = kind in {"item", "step"}
    is_first = not reading.told if over is None else not over.opened
    head = form.term or own_head(block.text, form.strong, is_item=block.kind == "item" or in_list)
    if not head and over is not None and (is_alone or (is_first and (not in_list or over.block.form.rank == INNER))):
        head = over.name
    if form.item:
        opens = form.item not in reading.begun
        reading.begun.add(form.item)
    else:
        opens = is_first or in_list or kind in {"row", "definition"}
    if over is not None:
        over.opened = True
    own = form.number or (split_number(form.strong)[0] if form.strong else 0)
    return Mark(
        kind=kind,
        number=own or (over.number if over is not None else 0),
        head=head,
        headings=over.path if over is not None else (),
        speaker=form.speaker if kind == "quote" else "",
        level=form.level,
        opens=opens,
    )


def _kind_of(block: Block) -> PassageKind:
    if block.form.passage != "text":
        return block.form.passage
    if block.form.ordered:
        return "step"
    return "item" if block.kind == "item" or block.form.level else "text"


def _same(heading: str, title: str) -> bool:
    return heading.casefold().rstrip(" .:") == title.casefold().rstrip(" .:")

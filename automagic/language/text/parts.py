"""Which blocks of a text name others, whatever element they stand in; and what blocks beside each other make. Pure.

**Keep it dark**          a bold line, "1. Keep it dark" alone in its list, "Ingredients:" before a list and the
Blackout curtains …       question of "Q: … A: …" are headings; headings without a text below them are items
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from automagic.language.text.heads import (
    has_bullet,
    is_short_head,
    lead,
    name_of,
    split_answer,
    split_number,
    split_question,
    without_bullet,
    without_signs,
)
from automagic.language.text.prose import Block, Form, ends_sentence

T = TypeVar("T")

BOLD, LINE, LEAD, INNER = 7, 8, 9, 10
"""Ranks of lines that serve as headings: a bold line; a numbered line or a question; "Ingredients:", over its list
only; the first line of a list item, over the rest of that item only."""

_MOST_BOLD_WORDS, _MOST_LEAD_WORDS, _MOST_ASKING_WORDS = 12, 3, 5
_ASKING = re.compile(r"(?:what|for|to|was|für|ce|pour|lo|para|cosa|per|o)\s", re.IGNORECASE)
"""As "What you will need:" begins; other words are more often a sentence: "It sells three things:"."""
_DASHES = "—–―"
_CLOSES = "\"'”’“»«)"
_SPEAKER = re.compile(r"[—–―~-]{1,2}\s*(?P<name>[^\W\d_].{0,99})", re.DOTALL)
_MOST_SPEAKER_WORDS = 12


def find_parts(blocks: Sequence[Block], *, is_text: bool) -> list[Block]:
    """The blocks with all their headings told, in order.

    Args:
        is_text: Whether it was written as a text. On a page headings alone are often menus, unless they are numbered.
    """
    worded = [block for block in blocks if block.kind != "heading" or any(map(str.isalnum, block.text))]
    found = _name_speakers(worded)
    for rule in (_answer, _bullet, _head, _number_steps, _define):
        found = rule(found)
    return _list_heads(found, is_text=is_text)


# ---------------------------------------------------------------------------------------------------- quotes


def _name_speakers(blocks: list[Block]) -> list[Block]:
    """Quotes without the name behind them, each with its speaker."""
    speakers = {block.form.group: block.form.speaker for block in blocks if block.form.speaker}
    kept: list[Block] = []
    group = 0
    for block in blocks:
        form = block.form
        text, speaker = _split_speaker(block.text) if form.group or group else (block.text, "")
        if not form.group and text:  # a paragraph behind a quote is its speaker's name or none of it
            text, speaker = block.text, ""
        if speaker:
            speakers[form.group or group] = speaker
        if text:
            kept.append(replace(block, text=text))
        elif not speaker:
            kept.append(block)
        group = form.group
    return [
        replace(block, form=replace(block.form, speaker=block.form.speaker or speakers.get(block.form.group, "")))
        if block.form.group
        else block
        for block in kept
    ]


def _split_speaker(text: str) -> tuple[str, str]:
    """What is said, and who said it: "Bread is patience. — Maria Lopez, baker"."""
    place = max(text.rfind(dash) for dash in (*_DASHES, "--", " - ", "~ "))
    if place < 0 and text[:1] != "-":
        return text, ""
    place = max(place, 0)
    while place and text[place - 1] in "—–―-~":
        place -= 1
    said, found = text[:place].rstrip(), _SPEAKER.fullmatch(text[place:].strip())
    name = found["name"].strip() if found else ""
    words = name.split()
    if not name or len(words) > _MOST_SPEAKER_WORDS or not name[0].isupper() or (name[-1] in "!?…" or ". " in name[4:]):
        return text, ""
    if (
        said
        and said[-1] not in _CLOSES
        and not ends_sentence(said)
        and sum(word[0].isupper() for word in words[:2]) < 2
    ):
        return text, ""
    return said, name.rstrip(".") if len(words) > 1 else name


# ---------------------------------------------------------------------------------------------------- headings


def _answer(blocks: list[Block]) -> list[Block]:
    """ "Q: What is it?" over "A: It is bread." """
    found = list(blocks)
    for index, (block, following) in enumerate(pairwise(blocks)):
        question, answer = split_question(block.text), split_answer(following.text)
        if question and answer and "heading" not in {block.kind, following.kind}:
            found[index] = _as_heading(block, LINE, text=question)
            found[index + 1] = replace(following, text=answer, form=replace(following.form, strong=""))
    return found


def _head(blocks: list[Block]) -> list[Block]:
    items = Counter(list_ for list_, _ in {(block.form.list, block.form.item) for block in blocks})
    alone = {list_ for list_, count in items.items() if list_ and count == 1}
    counted = sum(block.form.list in alone and block.form.ordered for block in blocks)
    bold_sentences = sum(_is_bold_line(block) and ends_sentence(block.text) for block in blocks)
    numbered = sum(_is_numbered_line(block) for block in blocks)
    found = []
    item = 0
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        is_first, item = block.form.item != item, block.form.item
        rank = 0
        if following is not None and following.kind != "heading" and block.kind != "heading" and block.text:
            rank = _rank_in_item(
                block,
                following,
                is_first=is_first,
                is_alone=block.form.list in alone and (counted > 1 or _is_bold_line(block)),
            )
            rank = rank or _rank_of_line(block, following, bold_sentences=bold_sentences > 1, numbered=numbered > 1)
        found.append(_as_heading(block, rank) if rank else block)
    return found


def _rank_of_line(block: Block, following: Block, *, bold_sentences: bool, numbered: bool) -> int:
    """As which heading a block serves by its own looks; 0 for none.

    Args:
        bold_sentences: Whether lines that are bold throughout are headings here even when they end like sentences.
        numbered: Whether short lines with numbers are.
    """
    inside = following.form.level > block.form.level
    if not following.text or (not inside and following.form.item != block.form.item):
        return 0
    if _is_lead(block):
        return LEAD if inside else 0
    if _is_bold_line(block) and not _is_bold_line(following):
        return BOLD if bold_sentences or not ends_sentence(block.text) else 0
    return LINE if numbered and _is_numbered_line(block) and not _is_numbered_line(following) else 0


def _rank_in_item(block: Block, following: Block, *, is_first: bool, is_alone: bool) -> int:
    """As which heading the first line of a list item serves; 0 for none."""
    if not block.form.item or not is_first or block.is_link:
        return 0
    if not is_short_head(block.text) and not _is_bold_line(block):
        return 0
    if following.form.item == block.form.item:
        return INNER
    is_over = block.form.level == 1 and not following.form.level and following.text
    return LINE if is_alone and is_over and (block.form.ordered or _is_bold_line(block)) else 0


def _is_lead(block: Block) -> bool:
    """ "Ingredients:", "**What you will need for the dough:**"."""
    most = _MOST_ASKING_WORDS if _ASKING.match(block.text) else _MOST_LEAD_WORDS
    if block.form.strong == without_signs(block.text) or block.form.item:
        most = _MOST_BOLD_WORDS
    is_open = block.text[-1:] in {":", "："} and any(map(str.isalnum, block.text))
    return is_open and len(block.text.split()) <= most


def _is_bold_line(block: Block) -> bool:
    form, count = block.form, len(block.text.split())
    is_bold = (
        bool(block.text)
        and form.strong == without_signs(block.text)
        and form.passage == "text"
        and count <= _MOST_BOLD_WORDS
    )
    return is_bold and not _STATES.search(name_of(block.text))


_STATES = re.compile(r"\d|[:：]\s")
"""A bold line with a figure or a value in it is told: "**Price: $49 until Friday**"."""


def _is_numbered_line(block: Block) -> bool:
    """ "1. Keep it dark" as a paragraph."""
    return _is_plain(block) and is_short_head(block.text) and split_number(block.text)[0] > 0


def _as_heading(block: Block, rank: int, *, text: str = "") -> Block:
    return replace(block, kind="heading", text=text or block.text, form=replace(block.form, rank=rank, strong=""))


def _list_heads(blocks: list[Block], *, is_text: bool) -> list[Block]:
    """Headings that have nothing below them, made items; the title is none of them, nor is one alone."""
    empty = [
        index
        for index, block in enumerate(blocks)
        if index
        and block.kind == "heading"
        and _is_empty(block, blocks[index + 1] if index + 1 < len(blocks) else None)
    ]
    found = list(blocks)
    for run in _runs(empty, lambda a, b: b == a + 1 and blocks[a].form.rank == blocks[b].form.rank):
        for index in run:
            block = blocks[index]
            number = block.form.number or split_number(block.text)[0]
            if number or (is_text and len(run) > 1):
                text = name_of(block.text) if number else block.text
                found[index] = Block("item", text, form=Form(level=1, number=number, ordered=number > 0))
    return found


def _is_empty(block: Block, following: Block | None) -> bool:
    return following is None or (following.kind == "heading" and following.form.rank <= block.form.rank)


# ---------------------------------------------------------------------------------------------------- pairs and steps


def _number_steps(blocks: list[Block]) -> list[Block]:
    """Paragraphs that count on from one another, "1. …" and "2. …", or "Step 1: …", are steps."""
    counted = [(index, split_number(block.text)[0]) for index, block in enumerate(blocks) if _is_plain(block)]
    counted = [(index, number) for index, number in counted if number]
    found = list(blocks)
    for run in _runs(counted, lambda a, b: b[1] == a[1] + 1):
        for index, number in run if len(run) > 1 else ():
            form = replace(blocks[index].form, level=1, number=number, ordered=True)
            found[index] = replace(blocks[index], form=form)
    return found


def _bullet(blocks: list[Block]) -> list[Block]:
    """Neighbouring paragraphs with a sign before each are items, as office programs write them: "· Buy bread"."""
    signed = [index for index, block in enumerate(blocks) if _is_plain(block) and has_bullet(block.text)]
    found = list(blocks)
    for run in _runs(signed, lambda a, b: b == a + 1):
        for index in run if len(run) > 1 else ():
            form = replace(blocks[index].form, level=1, list=-run[0] - 1, item=-index - 1)
            found[index] = replace(blocks[index], text=without_bullet(blocks[index].text), form=form)
    return found


def _is_plain(block: Block) -> bool:
    return block.kind == "paragraph" and not block.form.level and block.form.passage == "text"


def _define(blocks: list[Block]) -> list[Block]:
    """Neighbours of the form "Term: meaning" are definitions; when a term comes again, they are a conversation."""
    terms = [(index, lead(block.text)) for index, block in enumerate(blocks) if _may_define(block)]
    pairs = [(index, term) for index, term in terms if term and blocks[index].text.find(term + ":") >= 0]
    found = list(blocks)
    for run in _runs(pairs, lambda a, b: b[0] == a[0] + 1):
        if len(run) > 1 and len({term for _, term in run}) == len(run):
            for index, term in run:
                found[index] = replace(blocks[index], form=replace(blocks[index].form, passage="definition", term=term))
    return found


def _may_define(block: Block) -> bool:
    return _is_plain(block) and not split_number(block.text)[0] and block.text[-1:] not in {":", ""}


def _runs(values: Sequence[T], joins: Callable[[T, T], bool]) -> list[list[T]]:
    """The values in order, in groups of neighbours that join."""
    runs: list[list[T]] = []
    for value in values:
        if runs and joins(runs[-1][-1], value):
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs

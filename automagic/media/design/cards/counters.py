"""The counter at the top of a card, at the same place on all of them: which step of how many, or which year.

2/7  ━━━━ ━━━━ ──── ──── ──── ──── ────        1881  ━━━─────────────────
"""

from __future__ import annotations

from dataclasses import replace

from automagic.media.design.cards.arrangement import Arrangement, Counter, Setter, middle
from automagic.media.design.cards.blocks import PixelBox, TextBlock, measure
from automagic.values.script import CardPlace

_ROW, _BELOW = 0.052, 0.045
"""Height of its row, and the room below it, as fractions of the short side."""

_SIZE = 1.35
"""Of its number, in multiples of a label's size."""

_RAIL, _GAP = 0.009, 0.012
"""Height of the rail, and the room between two of its segments, as fractions of the short side."""

_BEFORE_RAIL = 0.034
"""Room between number and rail, as a fraction of the short side."""

_MOST_SEGMENTS = 12
"""Of more steps the rail is one line."""


def place_counter(page: Arrangement, setter: Setter) -> None:
    """Set the counter of the card's place at the top of the area, which becomes as much lower."""
    place, area = page.card.place, page.area
    if place is None:
        return
    size = _SIZE * setter.size("label")
    row = replace(area, height=_ROW * page.unit)
    voice = setter.voice("label")
    cell = replace(row, width=max(measure(digit * len(str(place.last)), voice, size) for digit in "0123456789") + 1)
    number, before = (_in_row(str(one), setter, cell, size) if one else None for one in (place.number, place.before))
    total = _in_row(f"/{place.last}", setter, replace(row, x=cell.right, width=row.width - cell.width), size)
    if number is None or total is None:
        return  # its face has no digits
    if place.counts_steps:  # those of one digit and of two end at the same place
        number, before = (block and block.moved(cell.right - block.box.right, 0) for block in (number, before))
    left = (total.box.right if place.counts_steps else cell.right) + _BEFORE_RAIL * page.unit
    thick = _RAIL * page.unit
    rail = PixelBox(left, row.cy - thick / 2, row.right - left, thick)
    page.counter = Counter(
        number,
        total if place.counts_steps else None,
        before,
        _segments(place, rail, page.unit),
        _filled(place, place.number, rail, page.unit),
        _filled(place, place.before, rail, page.unit),
    )
    used = (_ROW + _BELOW) * page.unit
    page.area = replace(area, y=area.y + used, height=area.height - used)


def _segments(place: CardPlace, rail: PixelBox, unit: float) -> list[PixelBox]:
    count = place.last if place.counts_steps and place.last <= _MOST_SEGMENTS else 1
    gap = _GAP * unit
    width = (rail.width - gap * (count - 1)) / count
    return [replace(rail, x=rail.x + (width + gap) * index, width=width) for index in range(count)]


def _filled(place: CardPlace, number: int, rail: PixelBox, unit: float) -> list[PixelBox]:
    """What of the rail is done at a number."""
    segments = _segments(place, rail, unit)
    if len(segments) > 1:
        return segments[:number]
    return [replace(rail, width=max(rail.width * place.share(number), rail.height))] if number else []


def _in_row(text: str, setter: Setter, row: PixelBox, size: float) -> TextBlock | None:
    block = setter.aligned("left").set(text, "label", row, size=size, smallest=size, max_lines=1)
    return middle(block, row) if block is not None else None

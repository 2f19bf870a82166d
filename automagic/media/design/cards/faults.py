"""Faults of an arrangement: what leaves its zone, covers something else or has lost words.

They are known before a pixel is drawn.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from automagic.media.design.cards.arrangement import Arrangement, ink_of_mark
from automagic.media.design.cards.blocks import PixelBox, TextBlock
from automagic.values.frame import Frame
from automagic.values.script import Card

_TOUCH_PX = 1.0
"""Boxes may meet, and rounding may make them overlap by this much."""


def find_faults(page: Arrangement, frame: Frame) -> tuple[str, ...]:
    """What is wrong with an arrangement, for people; empty when nothing is."""
    texts = _named_texts(page)
    shapes = _named_shapes(page)
    faults = [
        f"{name} leaves its zone"
        for name, box in [*((name, block.box) for name, block in texts), *shapes]
        if not frame.content.contains(box.rounded())
    ]
    inked = [(name, _inked(block)) for name, block in texts]
    pairs = [*itertools.combinations(inked, 2), *itertools.product(inked, shapes), *itertools.combinations(shapes, 2)]
    faults += [f"{first} covers {second}" for (first, one), (second, other) in pairs if _cover(one, other)]
    return tuple(faults)


def is_whole(page: Arrangement, card: Card) -> bool:
    """Whether all that a card says has room: no text of it is cut short, and no entry is left out."""
    cut = any(block.cut for block in page.texts())
    return not cut and (page.card.layout != "list" or len(page.items) == len(card.items))


def _named_texts(page: Arrangement) -> list[tuple[str, TextBlock]]:
    single = {
        name: getattr(page, name)
        for name in ("kicker", "headline", "detail", "figure", "figure_unit", "label", "speaker", "brand", "versus")
    }
    texts = [(name.replace("_", " "), block) for name, block in single.items()]
    texts += [(f"entry {number}", item) for number, item in enumerate(page.items, 1)]
    for number, bar in enumerate(page.bars, 1):
        texts += [(f"label {number}", bar.label), (f"value {number}", bar.value)]
    if page.counter is not None:
        texts += [("place", page.counter.number), ("places", page.counter.total)]
    return [(name, block) for name, block in texts if block is not None]


def _named_shapes(page: Arrangement) -> list[tuple[str, PixelBox]]:
    """What is drawn beside text; a panel, a marker and a ring hold texts of their own."""
    shapes = [(f"panel {number}", panel.box) for number, panel in enumerate(page.panels, 1)]
    shapes += [(f"marker {number}", marker.box) for number, marker in enumerate(page.markers, 1)]
    shapes += [(f"bar {number}", bar.track) for number, bar in enumerate(page.bars, 1)]
    if page.counter is not None:
        shapes += [(f"rail {number}", box) for number, box in enumerate(page.counter.rail, 1)]
    if page.icon is not None:
        shapes.append(("icon", page.icon.box))
    if page.logo is not None:
        shapes.append(("logo", page.logo))
    if page.rule is not None:
        shapes.append(("rule", page.rule))
    if page.mark is not None:
        shapes.append(("quotation mark", ink_of_mark(page.mark)))
    return shapes


def _inked(block: TextBlock) -> PixelBox:
    """From the capitals of the first line to the last base line: descenders may reach into the space below."""
    top = block.lines[0].y - block.cap_height
    return replace(block.box, y=top, height=block.lines[-1].y - top)


def _cover(one: PixelBox, other: PixelBox) -> bool:
    return (
        min(one.right, other.right) - max(one.x, other.x) > _TOUCH_PX
        and min(one.bottom, other.bottom) - max(one.y, other.y) > _TOUCH_PX
    )

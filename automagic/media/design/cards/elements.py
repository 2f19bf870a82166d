"""The elements of a card: an arrangement cut into the parts that come one by one.

    Arrangement ─ split ─▶ kicker, icon, headline 1, headline 2, figure, entry 1 … each an arrangement of its own

What is not the part is left out of its arrangement, so that the theme's own templates draw it, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from automagic.media.design.cards.arrangement import Arrangement, Counter, Ring, ink_of_mark
from automagic.media.design.cards.blocks import PixelBox, TextBlock, TextLine, TextRun, measure
from automagic.media.design.icons import PEN
from automagic.values.moving import Entrance, Growth

_AWAY = -4.0
"""Where a ring stands that must be there, so that its figure has the right colour, and must not be seen: in frames."""

_COUNT_STEPS = 16
"""Numbers that a figure shows while it counts up."""

_COUNTED = re.compile(r"\d{1,3}(?:([,. \u00a0\u202f])\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?")
_SMALLEST_COUNT = 5
_COUNTS_FROM = 0.25
"""Of the number: from nothing the digits would change too fast to be read."""


@dataclass(frozen=True, slots=True)
class CardPart:
    """One element before it is drawn; see `Element`.

    Attributes:
        pages: What each of its images shows.
        box: Around its ink, with room for what juts out.
        begins, ends, origin: As `Element` says.
    """

    name: str
    pages: tuple[Arrangement, ...]
    box: PixelBox
    text: str = ""
    entrance: Entrance = "rise"
    growth: Growth = ""
    grows_on: str = ""
    reaches: float = 1.0
    waits: bool = False
    begins: str = ""
    ends: str = ""
    origin: tuple[float, float] = (0.0, 0.0)


def blank(page: Arrangement) -> Arrangement:
    """The same card with nothing on it."""
    return Arrangement(page.card, page.area, page.unit, page.wide, page.align)


def split_page(page: Arrangement, *, by_word: bool = False) -> tuple[CardPart, ...]:
    """The parts of an arrangement, in the order in which they are read.

    Args:
        by_word: Whether the headline comes word by word, and not line by line.
    """
    parts = [
        *_counter(page),
        *_texts(page, "kicker", entrance="appear"),
        *_mark(page),
        *_icon(page),
        *([] if page.speaker else _rule(page)),
        *(_words(page) if by_word else _texts(page, "headline")),
        *_quantity(page),
        *_texts(page, "label"),
        *_bars(page),
        *_panels(page),
        *_entries(page),
        *_texts(page, "detail"),
        *(_rule(page) if page.speaker else []),
        *_texts(page, "speaker"),
        *_texts(page, "brand", entrance="appear"),
    ]
    return tuple(parts)


def _texts(page: Arrangement, field: str, *, entrance: Entrance = "rise") -> Iterator[CardPart]:
    """The lines of a block of text, each with its accent words uncovered when they are said."""
    block: TextBlock | None = getattr(page, field)
    if block is None:
        return
    looks = "" if field in _STAY_TOGETHER else _look(field, block)
    for number, line in enumerate(block.lines, 1):
        pages = [_only(page, field, replace(block, lines=(line,)))]
        accent = " ".join(run.text for run in line.runs if run.accent)
        swept = accent and not block.style.accent_italic
        if swept:
            plain = replace(line, runs=tuple(replace(run, accent=False) for run in line.runs))
            pages.insert(0, _only(page, field, replace(block, lines=(plain,))))
        yield CardPart(
            f"{field} {number}",
            tuple(pages),
            _around(block, line),
            _said(line),
            entrance,
            ("back" if block.right_to_left else "across") if swept else "",
            accent if swept else "",
            begins=looks and f"{looks} {number}",
            ends=looks and f"{looks} {number}",
            origin=(line.x, line.y),
        )


_STAY_TOGETHER = frozenset({"headline", "detail"})
"""Whose lines do not go by themselves to where the same words stand on the next card."""


def _look(field: str, block: TextBlock) -> str:
    """How a block of text looks, wherever it stands."""
    return f"{field} {_said_by(block)} {block.family} {block.size:.1f}"


def _counter(page: Arrangement) -> Iterator[CardPart]:
    """Number and rail begin as the card before left them; of how many there are stands."""
    counter, place = page.counter, page.card.place
    if counter is None or place is None or counter.number is None:
        return
    bare = Counter(None, None, None, [], [], [])
    numbers = [replace(bare, number=one) for one in (counter.before, counter.number) if one is not None]
    rails = [replace(bare, rail=counter.rail, filled=one) for one in (counter.filled_before, counter.filled) if one]
    looks = [f"{one} of {place.first}-{place.last} {counter.number.size:.1f}" for one in (place.before, place.number)]
    moves = place.before not in {0, place.number}
    whole = _grown(counter.number.box, counter.number.size * 0.4)
    grown: tuple[tuple[str, str, list[Counter], Growth, PixelBox], ...] = (
        ("place", _said_by(counter.number), numbers, "roll", whole),
        ("rail", "", rails, "across", _around_boxes(counter.rail)),
    )
    for name, text, shown, growth, box in grown:
        pages = tuple(replace(blank(page), counter=one) for one in shown[0 if moves else -1 :])
        begins, ends = (f"{name} {look}" for look in (looks if moves else looks[1:] * 2))
        yield CardPart(name, pages, box, text, "appear", growth if moves else "", begins=begins, ends=ends)
    if counter.total is not None:
        only = replace(blank(page), counter=replace(bare, total=counter.total))
        yield CardPart("total", (only,), _around_block(counter.total), entrance="appear")


def _only(page: Arrangement, field: str, block: TextBlock) -> Arrangement:
    only = blank(page)
    setattr(only, field, block)
    return only


def _words(page: Arrangement) -> Iterator[CardPart]:
    """The words of a headline; accent words that stand together come together, on their plate or over their line."""
    block = page.headline
    if block is None:
        return
    if block.right_to_left:
        yield from _texts(page, "headline")
        return
    number = 0
    for line in block.lines:
        for run in line.runs:
            for piece in [run] if run.accent else _split_run(run, block):
                number += 1
                one = replace(line, runs=(piece,), x=piece.x, width=piece.width)
                only = replace(blank(page), headline=replace(block, lines=(one,)))
                yield CardPart(f"headline {number}", (only,), _around(block, one), piece.text)


def _split_run(run: TextRun, block: TextBlock) -> Iterator[TextRun]:
    before = ""
    for word in run.text.split(" "):
        left = measure(before, block.style, block.size) if before else 0.0
        right = measure(before + word, block.style, block.size)
        yield TextRun(word, run.x + left, right - left, accent=False)
        before += word + " "


def _mark(page: Arrangement) -> Iterator[CardPart]:
    if page.mark is not None:
        box = ink_of_mark(page.mark)
        yield CardPart(
            "mark", (replace(blank(page), mark=page.mark),), _grown(box, page.mark.size * 0.2), entrance="appear"
        )


def _icon(page: Arrangement) -> Iterator[CardPart]:
    """Its badge, the way of the pen upon it, and all of it."""
    if page.icon is not None:
        names = ("", f"{PEN}{page.icon.name}", page.icon.name)
        pages = tuple(replace(blank(page), icon=replace(page.icon, name=name)) for name in names)
        margin = page.icon.box.width * 0.12
        box = page.icon.box
        looks = f"icon {page.icon.name} {box.width:.1f}"
        yield CardPart(
            "icon", pages, _grown(box, margin), "", "appear", "stroke", begins=looks, ends=looks, origin=(box.x, box.y)
        )


def _rule(page: Arrangement) -> Iterator[CardPart]:
    """What begins a card, or leads a quote's speaker in and comes with the name."""
    if page.rule is not None:
        whole = replace(blank(page), rule=page.rule)
        box = _grown(page.rule, page.rule.height)
        name, said = ("dash", _said_by(page.speaker)) if page.speaker else ("rule", "")
        yield CardPart(name, (blank(page), whole), box, said, "appear", growth="across", waits=bool(said))


def _quantity(page: Arrangement) -> Iterator[CardPart]:
    """Ring, figure and unit. Inside a ring the figure has another colour: it is drawn with one that is out of sight."""
    card, hidden = page.card, None
    said = card.figures[0].value if card.figures else ""
    if page.ring is not None:
        ring = page.ring
        hidden = replace(ring, cx=_AWAY * page.unit, cy=_AWAY * page.unit, share=0.0)
        reach = ring.radius + ring.stroke * 1.6
        box = PixelBox(ring.cx - reach, ring.cy - reach, 2 * reach, 2 * reach)
        pages = tuple(replace(blank(page), ring=one) for one in (replace(ring, share=0.0), ring))
        yield CardPart("ring", pages, box, entrance="appear", growth="round", grows_on=said, reaches=ring.share)
    if page.figure is not None:
        yield _figure(page, page.figure, hidden, said)
    if page.figure_unit is not None:
        unit = page.figure_unit
        only = replace(blank(page), figure_unit=unit, ring=hidden)
        yield CardPart("unit", (only,), _around_block(unit), _said_by(unit), waits=True)


def _figure(page: Arrangement, figure: TextBlock, hidden: Ring | None, said: str) -> CardPart:
    numbers = _countable(page, figure)
    pages = tuple(replace(blank(page), figure=block, ring=hidden) for block in (*numbers, figure))
    growth: Growth = "count" if numbers else ""
    return CardPart("figure", pages, _around_block(figure), said, growth=growth, grows_on=said, waits=True)


def _countable(page: Arrangement, figure: TextBlock) -> list[TextBlock]:
    """The figure with smaller numbers, rising; none where it is a year, small, or set in more than one piece."""
    if len(figure.lines) != 1 or len(figure.lines[0].runs) != 1 or not page.card.figures:
        return []
    line, run = figure.lines[0], figure.lines[0].runs[0]
    found = list(_COUNTED.finditer(run.text))
    if len(found) != 1:
        return []
    written, comma = found[0][0], found[0][1]
    bare = page.card.figures[0]
    if not comma and len(written) == 4 and written.isdigit() and not bare.unit and not bare.prefix:
        return []  # a year
    digits = re.sub(r"[^\d]", "", written) if comma else written.replace(",", ".")
    last = float(digits)
    if last < _SMALLEST_COUNT:
        return []
    places = 0 if comma or not re.search(r"[.,]", written) else len(re.split(r"[.,]", written)[1])
    blocks, shown = [], {run.text}
    for step in range(_COUNT_STEPS):
        value = last * (_COUNTS_FROM + (1 - _COUNTS_FROM) * step / _COUNT_STEPS)
        number = _written(value, places, comma, written)
        text = f"{run.text[: found[0].start()]}{number}{run.text[found[0].end() :]}"
        if text not in shown and measure(text, figure.style, figure.size) <= run.width:
            shown.add(text)
            blocks.append(replace(figure, lines=(replace(line, runs=(replace(run, text=text),)),)))
    return blocks


def _written(value: float, places: int, comma: str | None, like: str) -> str:
    if comma:
        return f"{value:,.0f}".replace(",", comma)
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if "," in like else text


def _bars(page: Arrangement) -> Iterator[CardPart]:
    for number, bar in enumerate(page.bars, 1):
        texts = [text for text in (bar.label, bar.value) if text is not None]
        boxes = [bar.track, *(text.box for text in texts)]
        top, bottom = min(box.y for box in boxes), max(box.bottom for box in boxes)
        right = max(box.right for box in boxes)
        box = PixelBox(bar.track.x, top, right - bar.track.x, bottom - top)
        empty = replace(bar, fill=replace(bar.fill, width=0.0), value=None)
        pages = tuple(replace(blank(page), bars=[one]) for one in (empty, bar))
        said = " ".join(_said_by(text) for text in (bar.value, bar.label) if text is not None)
        margin = page.unit * 0.03
        yield CardPart(f"bar {number}", pages, _grown(box, margin), said, growth="across", grows_on=said, waits=True)


def _panels(page: Arrangement) -> Iterator[CardPart]:
    for number, panel in enumerate(page.panels, 1):
        only = replace(blank(page), panels=[panel])
        said = _said_by(panel.text) if panel.text else ""
        yield CardPart(f"panel {number}", (only,), _grown(panel.box, 8), said, waits=number > 1)
    if page.versus is not None:
        yield CardPart(
            "versus", (replace(blank(page), versus=page.versus),), _around_block(page.versus), entrance="appear"
        )


def _entries(page: Arrangement) -> Iterator[CardPart]:
    for number, item in enumerate(page.items, 1):
        only = replace(blank(page), items=[item])
        box = item.box
        if number <= len(page.markers):
            marker = page.markers[number - 1]
            only = replace(only, markers=[marker])
            foot = max(marker.box.bottom, box.bottom, (marker.rule_y or 0.0) + 2)
            head = min(marker.box.y, box.y)
            left, right = min(marker.box.x, box.x), max(marker.box.right, box.right, page.area.right)
            box = PixelBox(left, head, right - left, foot - head)
        yield CardPart(f"entry {number}", (only,), _grown(box, item.size * 0.4), _said_by(item), "slide", waits=True)


def _said(line: TextLine) -> str:
    return " ".join(run.text for run in line.runs)


def _said_by(block: TextBlock) -> str:
    return " ".join(_said(line) for line in block.lines)


def _around(block: TextBlock, line: TextLine) -> PixelBox:
    """A line with its plate or underline, and all that letters may do beside their box."""
    return _grown(PixelBox(line.x, line.y - block.size, line.width, block.size * 1.35), block.size * 0.3)


def _around_block(block: TextBlock) -> PixelBox:
    boxes = [_around(block, line) for line in block.lines]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return PixelBox(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def _around_boxes(boxes: Sequence[PixelBox]) -> PixelBox:
    first, last = boxes[0], boxes[-1]
    return _grown(replace(first, width=last.right - first.x), first.height)


def _grown(box: PixelBox, margin: float) -> PixelBox:
    return box.inset(-margin)

"""Quantities: numbers, shares and comparisons, drawn true to scale."""

from __future__ import annotations

import re
from dataclasses import replace

from automagic.media.design.cards.arrangement import Arrangement, Bar, Panel, Ring, Setter, columns, lead_in, say
from automagic.media.design.cards.blocks import PixelBox, TextBlock, measure
from automagic.values.script import Card, Figure

_LONGEST_LEAD = 7
"""Words of a headline that stand above a figure."""


def number(card: Card, page: Arrangement, setter: Setter) -> None:
    """Headline, kicker, figure, unit, label, detail: read in this order they are the statement; none may be missing."""
    figure = card.figures[0] if card.figures else Figure(value=card.headline)
    share = figure.share if figure.share is not None and 0 <= figure.share <= 1 else None
    headline = card.headline if card.figures else ""
    # Without a label a short headline leads to the figure; a long one, or one that says all that the label says, has
    # more room below it.
    whole = _says(headline, figure.label)
    words = figure.label if figure.label and not whole else headline if whole or _is_long(headline) else ""
    lead = replace(card, headline=headline if headline.casefold() != words.casefold() else "")
    if page.wide:
        first, second = columns(page, 0.56 if share is None else 0.44)
        _number_words(page, setter, words, card.detail, second)
        _quantity(lead, page, setter, figure, share, first)
        return
    area = page.area
    _number_words(page, setter, words, card.detail, replace(area, height=area.height * 0.40))
    said = [block for block in (page.label, page.detail) if block is not None]
    used = max((block.box.bottom for block in said), default=area.y) - area.y
    gap = 0.058 * page.unit if said else 0.0
    end = _quantity(lead, page, setter, figure, share, replace(area, height=area.height - used - gap))
    page.label, page.detail = (
        block.moved(0, end + gap - area.y) if block is not None else None for block in (page.label, page.detail)
    )


def _says(headline: str, label: str) -> bool:
    """Whether a headline has the label's words in it, in their order: once is enough."""
    said, wanted = (re.findall(r"\w+", text.casefold()) for text in (headline, label))
    return bool(wanted) and any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def _is_long(headline: str) -> bool:
    return len(headline.split()) > _LONGEST_LEAD


def _number_words(page: Arrangement, setter: Setter, words: str, below: str, text: PixelBox) -> None:
    """The label in large letters and, calmer, what else there is to say."""
    said = Card("statement", words, detail=below)
    say(said, page, setter, text, boost=0.62, place="middle" if page.wide else "top")
    if page.headline is not None:
        page.label, page.headline = page.headline, None


def _quantity(
    card: Card, page: Arrangement, setter: Setter, figure: Figure, share: float | None, spot: PixelBox
) -> float:
    """Lead, kicker and figure or its ring, from the top of a spot (in its middle when wide); their end."""
    size = setter.size("headline") * (0.5 if page.wide else 0.62)
    page.headline = setter.set(
        card.headline, "headline", replace(spot, height=spot.height * 0.3),
        size=size, smallest=size * 0.5, accent=card.accent, max_lines=3,
    )  # fmt: skip
    used = page.headline.box.height + 0.045 * page.unit if page.headline else 0.0
    room = lead_in(card, page, setter, replace(spot, y=spot.y + used, height=spot.height - used))
    end = _ring(page, setter, figure, share, room) if share is not None else _big_figure(page, setter, figure, room)
    if page.wide:
        # The eye sees digits end on their base line; the box reserves room for what may hang below it.
        drawn = max((block.box.bottom for block in (page.figure, page.figure_unit) if block is not None), default=end)
        dy = max(min((spot.bottom - end) / 2, spot.bottom - drawn), 0.0)
        page.headline, page.kicker, page.figure, page.figure_unit = (
            block.moved(0, dy) if block is not None else None
            for block in (page.headline, page.kicker, page.figure, page.figure_unit)
        )
        page.ring = replace(page.ring, cy=page.ring.cy + dy) if page.ring else None
    return end


def whole_figure(figure: Figure) -> tuple[str, str]:
    """(the figure with what belongs to it without a space, the unit that stands apart)."""
    close = figure.unit in {"%", "‰", "°", "x", "×", "°C", "°F", "k", "K", "M", "B"}
    return f"{figure.prefix}{figure.value}{figure.unit if close else ''}", "" if close else figure.unit


def _ring(page: Arrangement, setter: Setter, figure: Figure, share: float, spot: PixelBox) -> float:
    """The share as a part of a circle with the value in its middle; the circle's lower edge."""
    diameter = min(spot.height, spot.width, 0.58 * page.unit)
    stroke = diameter * setter.theme.composition.ring
    cx = spot.x + diameter / 2 if page.align == "left" else spot.cx
    page.ring = Ring(cx, spot.y + diameter / 2, diameter / 2 - stroke / 2, stroke, share)
    inner = diameter - 2 * stroke
    value, unit = whole_figure(figure)
    # "Nine out of ten" takes two lines, whose corners come nearer to the circle.
    lines, across, size = (2, 0.72, 0.30) if len(value.split()) > 2 else (1, 0.86, 0.48)
    box = PixelBox(cx - inner * across / 2, spot.y + stroke, inner * across, inner)
    page.figure = setter.centered(value, "figure", box, size=inner * size, max_lines=lines)
    if unit and page.figure is not None:
        low = PixelBox(box.x, page.figure.box.bottom, box.width, inner * 0.2)
        page.figure_unit = setter.centered(unit, "body", low, size=inner * 0.12, max_lines=1)
    return spot.y + diameter


def _big_figure(page: Arrangement, setter: Setter, figure: Figure, spot: PixelBox) -> float:
    """The figure as large as it goes, its unit on the same base line when that costs little, else below; their end."""
    value, unit = whole_figure(figure)
    cleaned = setter.clean(value, "figure")
    of_one = measure(cleaned, setter.voice_for(cleaned, "figure"), 100.0) / 100 or 1.0
    # A short figure fills most of the measure, a long one all of it.
    usual = setter.size("figure")
    largest = min(max(0.74 * spot.width / of_one, usual), max(1.2 * usual, 0.50 * page.unit))
    unit_size = min(setter.size("headline") * 0.66, spot.height * 0.20)
    gap = 0.055 * page.unit
    unit_width = measure(unit, setter.voice("headline"), unit_size) if unit else 0.0
    smallest = setter.size("body")
    block = setter.set(value, "figure", spot, size=largest, smallest=smallest, max_lines=1)
    if block is None:
        return spot.y
    beside = False
    if unit and page.align == "left" and unit_width + gap < spot.width * 0.55:
        narrow = replace(spot, width=max(spot.width - unit_width - gap, 1.0))
        shared = setter.set(value, "figure", narrow, size=largest, smallest=smallest, max_lines=1)
        beside = shared is not None and shared.size >= block.size * 0.72
        block = shared if shared is not None and beside else block
    # A comma hangs deeper than any other part of a figure.
    clear = max(unit_size * 0.5, block.size * (0.21 if re.search(r"[,;$()]", value) else 0.14))
    below = unit_size * 1.1 + clear if unit and not beside else 0.0
    if below and block.box.height + below > spot.height:
        lower = replace(spot, height=spot.height - below)
        block = setter.set(value, "figure", lower, size=largest, smallest=smallest, max_lines=1) or block
    base = spot.y + block.cap_height
    page.figure = block.moved(0, base - block.lines[0].y)
    if not unit:
        return base
    x = page.figure.box.right + gap * 0.7 if beside else spot.x
    room = PixelBox(x, base, spot.right - x, unit_size * 3)
    word = setter.set(unit, "headline", room, size=unit_size, smallest=unit_size * 0.4, max_lines=1)
    if word is None:
        return base
    drop = 0.0 if beside else word.cap_height + clear
    page.figure_unit = word.moved(0, base + drop - word.lines[0].y)
    return base + drop


def comparison(card: Card, page: Arrangement, setter: Setter) -> None:
    figures = card.figures[:2]
    sides = [side for side in card.sides[:2] if setter.clean(side)]
    to_scale = len(figures) == 2 and all(figure.magnitude is not None and figure.magnitude >= 0 for figure in figures)
    if page.wide:
        head, body = columns(page, 0.40)
        room = lead_in(card, page, setter, head)
        say(card, page, setter, room, boost=0.82, place="middle")
        first = page.headline or page.detail
        if page.kicker and first:
            above = first.box.y - 0.045 * page.unit - page.kicker.box.height
            page.kicker = page.kicker.moved(0, above - page.kicker.box.y)
    else:
        area = lead_in(card, page, setter, page.area)
        say(card, page, setter, replace(area, height=area.height * (0.36 if card.headline or card.detail else 0.0)),
            boost=0.76, place="top")  # fmt: skip
        last = page.detail or page.headline
        top = last.box.bottom + 0.06 * page.unit if last else area.y
        body = PixelBox(area.x, top, area.width, area.bottom - top)
    if to_scale:
        _bars(figures, page, setter, body)
    elif len(figures) == 2:
        _panels(
            [" ".join(part for part in (*whole_figure(figure), figure.label) if part) for figure in figures],
            page,
            setter,
            body,
        )
    elif sides:
        _panels(sides, page, setter, body)


def _bars(figures: tuple[Figure, ...], page: Arrangement, setter: Setter, body: PixelBox) -> None:
    """Two bars from one zero line, their lengths in the ratio of the magnitudes."""
    gap = 0.055 * page.unit
    row = (body.height - gap) / 2
    largest = max(figure.magnitude or 0.0 for figure in figures) or 1.0
    label_size = setter.size("body") * 0.92
    value_size = min(setter.size("headline") * 0.72, row * 0.40)
    label_size = min(label_size, value_size * 0.8)
    tallest = min(row, 0.27 * page.unit)
    pointed, left = _pointed(figures), setter.aligned("left")
    offset = (body.height - (2 * tallest + gap)) / 2 if page.wide else 0.0
    for index, figure in enumerate(figures):
        magnitude = figure.magnitude or 0.0
        top = body.y + offset + index * (tallest + gap) if tallest < row else body.y + index * (row + gap)
        value, unit = whole_figure(figure)
        said = f"{value} {unit}".strip()
        line = PixelBox(body.x, top, body.width, value_size * 1.3)
        amount = left.set(said, "headline", replace(line, width=body.width * 0.6), size=value_size, max_lines=1)
        used = amount.box.width + 0.03 * page.unit if amount else 0.0
        label = _label_beside(
            left, figure.label, PixelBox(body.x + used, top, body.width - used, value_size * 1.35), label_size
        )
        if amount is not None and label is not None:
            label = label.moved(0, amount.lines[0].y - label.lines[-1].y)
        head = value_size * 1.08
        track = PixelBox(body.x, top + head, body.width, max(tallest - head, 0.03 * page.unit))
        fill = replace(track, width=max(track.width * magnitude / largest, 0.004 * page.unit))
        page.bars.append(Bar(track, fill, label, amount, strong=index == pointed))


def _label_beside(setter: Setter, text: str, box: PixelBox, size: float) -> TextBlock | None:
    """What a bar stands for: on two lines where both are as high as the value beside them, else on one."""
    for lines, smallest in ((2, 0.6), (1, 0.5)):
        block = setter.set(text, "body", box, size=size, smallest=size * smallest, max_lines=lines)
        if block is None or block.lines[-1].y - block.box.y <= box.height / 1.35:
            return block
    return block


def _pointed(figures: tuple[Figure, ...]) -> int:
    """Which of two figures takes the accent: the later year, else the first, which the sentence is about."""
    years = [re.findall(r"\b(?:1[89]|20)\d\d\b", figure.label) for figure in figures]
    return 1 if all(years) and years[1][-1] > years[0][-1] else 0


def _panels(sides: list[str], page: Arrangement, setter: Setter, body: PixelBox) -> None:
    """Two panels with a small "vs" between them, of one text size."""
    gap = 0.075 * page.unit
    beside = not page.wide and body.width / max(body.height, 1.0) > 1.9
    boxes = []
    for index in range(len(sides)):
        if beside:
            width = (body.width - gap) / 2
            boxes.append(PixelBox(body.x + index * (width + gap), body.y, width, body.height))
        else:
            height = min((body.height - gap) / 2, 0.30 * page.unit)
            top = body.y + (body.height - (2 * height + gap)) / 2 if page.wide else body.y
            boxes.append(PixelBox(body.x, top + index * (height + gap), body.width, height))
    size = setter.size("headline") * 0.62
    pad = 0.045 * page.unit
    for side, box in zip(sides, boxes, strict=True):
        block = setter.centered(side, "headline", box.inset(pad, pad * 0.7), size=size)
        size = min(size, block.size) if block is not None else size
    for index, (side, box) in enumerate(zip(sides, boxes, strict=True)):
        block = setter.centered(side, "headline", box.inset(pad, pad * 0.7), size=size)
        page.panels.append(Panel(box, block, strong=index == 1))
    if len(boxes) == 2:
        between = (
            PixelBox(boxes[0].right, boxes[0].cy - gap / 2, gap, gap)
            if beside
            else PixelBox(body.cx - gap / 2, boxes[0].bottom, gap, gap)
        )
        page.versus = setter.centered("vs", "label", between, size=gap * 0.34, max_lines=1)

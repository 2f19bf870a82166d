"""Quantities: numbers, shares and comparisons, drawn true to scale."""

from __future__ import annotations

import re
from dataclasses import replace

from automagic.media.cards.arrangement import Arrangement, Bar, Panel, Ring, Setter, columns, say
from automagic.media.cards.typeset import Box, measure
from automagic.model import Card, Figure


def number(card: Card, page: Arrangement, setter: Setter) -> None:
    figure = card.figures[0] if card.figures else Figure(value=card.headline)
    share = figure.share if figure.share is not None and 0 <= figure.share <= 1 else None
    headline = card.headline if card.figures else ""
    words = figure.label or headline
    below = headline if figure.label and headline.casefold() != figure.label.casefold() else card.detail
    if page.wide:
        first, second = columns(page, 0.5 if share is None else 0.44)
        spot, text = first, second
    elif share is None:
        spot = replace(page.area, height=page.area.height * 0.54)
        text = Box(
            page.area.x, spot.bottom + 0.055 * page.unit, page.area.width, page.area.height * 0.46 - 0.055 * page.unit
        )
    else:
        spot = replace(page.area, height=page.area.height * 0.60)
        text = Box(
            page.area.x, spot.bottom + 0.05 * page.unit, page.area.width, page.area.height * 0.40 - 0.05 * page.unit
        )
    if share is not None:
        _ring(page, setter, figure, share, spot)
    else:
        _big_figure(page, setter, figure, spot)
    _number_words(page, setter, words, below, text)


def _number_words(page: Arrangement, setter: Setter, words: str, below: str, text: Box) -> None:
    """The label in large letters and, calmer, what else there is to say."""
    said = Card("statement", words, detail=below)
    boost = 0.62 if page.wide else 0.56
    say(said, page, setter, text, boost=boost, place="middle" if page.wide else "top")
    if page.headline is not None:
        page.label, page.headline = page.headline, None


def whole_figure(figure: Figure) -> tuple[str, str]:
    """(the figure with what belongs to it without a space, the unit that stands apart)."""
    close = figure.unit in {"%", "‰", "°", "x", "×", "°C", "°F", "k", "K", "M", "B"}
    return f"{figure.prefix}{figure.value}{figure.unit if close else ''}", "" if close else figure.unit


def _ring(page: Arrangement, setter: Setter, figure: Figure, share: float, spot: Box) -> None:
    diameter = min(spot.height, spot.width)
    stroke = diameter * setter.theme.composition.ring
    left = page.align == "left" and not page.wide
    cx = spot.x + diameter / 2 if left else spot.cx
    page.ring = Ring(cx, spot.y + spot.height / 2, diameter / 2 - stroke / 2, stroke, share)
    inner = diameter - 2 * stroke
    value, unit = whole_figure(figure)
    box = Box(cx - inner * 0.41, spot.cy - inner / 2, inner * 0.82, inner)
    page.figure = setter.centered(value, "figure", box, size=inner * 0.46, max_lines=1)
    if unit and page.figure is not None:
        low = Box(box.x, page.figure.box.bottom, box.width, inner * 0.2)
        page.figure_unit = setter.centered(unit, "body", low, size=inner * 0.12, max_lines=1)


def _big_figure(page: Arrangement, setter: Setter, figure: Figure, spot: Box) -> None:
    """The figure as large as it goes, its unit on the same base line when that costs little, else below."""
    value, unit = whole_figure(figure)
    largest = setter.size("figure") * (1.2 if page.wide else 1.0)
    unit_size = min(setter.size("headline") * 0.62, spot.height * 0.20)
    gap = 0.055 * page.unit
    unit_width = measure(unit, setter.voice("headline"), unit_size) if unit else 0.0
    smallest = setter.size("body")
    narrow = replace(spot, width=max(spot.width - unit_width - gap, 1.0))
    block = setter.set(value, "figure", spot, size=largest, smallest=smallest, max_lines=1)
    if block is None:
        return
    if unit and page.align == "left" and unit_width + gap < spot.width * 0.55:
        shared = setter.set(value, "figure", narrow, size=largest, smallest=smallest, max_lines=1)
        beside = shared is not None and shared.size >= block.size * 0.72
        block = shared if shared is not None and beside else block
    else:
        beside = False
    below = unit_size * 1.6 if unit and not beside else 0.0
    if unit and not beside and block.box.height + below > spot.height:
        lower = replace(spot, height=spot.height - below)
        block = setter.set(value, "figure", lower, size=largest, smallest=smallest, max_lines=1) or block
    base = spot.bottom - below if not page.wide else spot.cy + (block.cap_height - below) / 2
    page.figure = block.moved(0, base - block.lines[0].y)
    if not unit:
        return
    x = page.figure.box.right + gap * 0.7 if beside else spot.x
    room = Box(x, base, spot.right - x, unit_size * 3)
    word = setter.set(unit, "headline", room, size=unit_size, smallest=unit_size * 0.4, max_lines=1)
    if word is not None:
        drop = 0.0 if beside else word.cap_height + max(unit_size * 0.5, block.size * 0.17)
        page.figure_unit = word.moved(0, base + drop - word.lines[0].y)


def comparison(card: Card, page: Arrangement, setter: Setter) -> None:
    figures = card.figures[:2]
    sides = [side for side in card.sides[:2] if setter.clean(side)]
    to_scale = len(figures) == 2 and all(figure.magnitude is not None and figure.magnitude >= 0 for figure in figures)
    said = replace(card, detail="" if to_scale else card.detail)
    if page.wide:
        head, body = columns(page, 0.40)
        say(said, page, setter, head, boost=0.82, place="middle")
    else:
        head = replace(page.area, height=page.area.height * (0.34 if card.headline else 0.0))
        say(said, page, setter, head, boost=0.74, place="top")
        last = page.detail or page.headline
        used = last.box.bottom - page.area.y + 0.06 * page.unit if last else 0.0
        body = Box(page.area.x, page.area.y + used, page.area.width, page.area.height - used)
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


def _bars(figures: tuple[Figure, ...], page: Arrangement, setter: Setter, body: Box) -> None:
    """Two bars from one zero line, their lengths in the ratio of the magnitudes."""
    gap = 0.055 * page.unit
    row = (body.height - gap) / 2
    largest = max(figure.magnitude or 0.0 for figure in figures) or 1.0
    label_size = setter.size("body") * 0.92
    value_size = min(setter.size("headline") * 0.72, row * 0.40)
    label_size = min(label_size, value_size * 0.8)
    tallest = min(row, 0.27 * page.unit)
    pointed = _pointed(figures)
    offset = (body.height - (2 * tallest + gap)) / 2 if page.wide else 0.0
    for index, figure in enumerate(figures):
        magnitude = figure.magnitude or 0.0
        top = body.y + offset + index * (tallest + gap) if tallest < row else body.y + index * (row + gap)
        value, unit = whole_figure(figure)
        said = f"{value} {unit}".strip()
        line = Box(body.x, top, body.width, value_size * 1.3)
        amount = setter.set(
            said, "headline", replace(line, width=body.width * 0.6), size=value_size, align="left", max_lines=1
        )
        used = amount.box.width + 0.03 * page.unit if amount else 0.0
        label = setter.set(
            figure.label, "body", Box(body.x + used, top, body.width - used, value_size * 1.35),
            size=label_size, smallest=label_size * 0.6, align="left", max_lines=2,
        )  # fmt: skip
        if amount is not None and label is not None:
            label = label.moved(0, amount.lines[0].y - label.lines[-1].y)
        head = value_size * 1.08
        track = Box(body.x, top + head, body.width, max(tallest - head, 0.03 * page.unit))
        fill = replace(track, width=max(track.width * magnitude / largest, 0.004 * page.unit))
        page.bars.append(Bar(track, fill, label, amount, strong=index == pointed))


def _pointed(figures: tuple[Figure, ...]) -> int:
    """Which of two figures takes the accent: the later year, else the first, which the sentence is about."""
    years = [re.findall(r"\b(?:1[89]|20)\d\d\b", figure.label) for figure in figures]
    return 1 if all(years) and years[1][-1] > years[0][-1] else 0


def _panels(sides: list[str], page: Arrangement, setter: Setter, body: Box) -> None:
    """Two panels with a small "vs" between them, of one text size."""
    gap = 0.075 * page.unit
    beside = not page.wide and body.width / max(body.height, 1.0) > 1.9
    boxes = []
    for index in range(len(sides)):
        if beside:
            width = (body.width - gap) / 2
            boxes.append(Box(body.x + index * (width + gap), body.y, width, body.height))
        else:
            height = min((body.height - gap) / 2, 0.30 * page.unit)
            top = body.y + (body.height - (2 * height + gap)) / 2 if page.wide else body.y
            boxes.append(Box(body.x, top + index * (height + gap), body.width, height))
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
            Box(boxes[0].right, boxes[0].cy - gap / 2, gap, gap)
            if beside
            else Box(body.cx - gap / 2, boxes[0].bottom, gap, gap)
        )
        page.versus = setter.centered("vs", "label", between, size=gap * 0.34, max_lines=1)

"""Layouts that stand: a column of words, measured from its foot up, and a picture above it that takes what is left.

┌──────────┐
│ picture  │ ◀ all height that the words do not need
├──────────┤
│ mark     │
│ headline │ ◀ as large as goes
│ detail   │
│ [button] price
│ disclaimer
└──────────┘
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from automagic.media.design.ads.content import AdContent, AdSizes, AdVoices
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.setting import AdLine, AdParts, AdSetter, Demands
from automagic.media.design.cards.blocks import PixelBox

_PANES = {"square": (0.54, 0.48, 0.42, 0.36, 0.3), "tall": (0.5, 0.45, 0.4, 0.35, 0.3, 0.25)}
"""Share of the height that the picture is tried with."""
_MOST_PANE = {"square": 0.58, "tall": 0.62}
_GROWN, _GROWN_ALONE = 1.4, 2.2
"""How much larger than it must be a headline becomes, beside or under a picture and without one."""
_NARROW = 190
"""Pixels at a density of 1: in a narrower column the button is as wide as it."""
_LEAST_LOGO = 0.55
"""Of the button's height: a lower logo stands by itself above the headline."""
_LOGO_PX = 20
"""At a density of 1, how high a logo stands by itself at least, where it is no wider than high."""
_ROUNDING = 0.01


@dataclass(slots=True)
class WordColumn:
    """Words above one another; `heads` are moved down and `foot` stays where it is when there is room to spread.

    Attributes:
        slack: Pixels that are left between them.
    """

    box: PixelBox
    top: AdParts
    heads: list[AdLine]
    foot: AdParts
    slack: float

    def spread(self) -> AdParts:
        """All of it: the mark at the top, the button at the foot, headline and detail in the middle of what is left."""
        return self._joined(self.slack * 0.5)

    def gathered(self, dy: float) -> AdParts:
        """All of it as one group, moved down by so much; what is left stays above it."""
        down = self._joined(0.0, foot_up=self.slack)
        return AdParts(
            [text.moved(0, dy) for text in down.texts],
            _down(down.button, dy),
            _down(down.logo, dy),
            _down(down.plate, dy),
        )

    def _joined(self, heads_dy: float, foot_up: float = 0.0) -> AdParts:
        texts = [
            *self.top.texts,
            *(text.moved(0, heads_dy) for text in self.heads),
            *(text.moved(0, -foot_up) for text in self.foot.texts),
        ]
        logo = self.top.logo or _down(self.foot.logo, -foot_up)
        plate = self.top.plate or _down(self.foot.plate, -foot_up)
        return AdParts(texts, _down(self.foot.button, -foot_up), logo, plate)


def _down(box: PixelBox | None, dy: float) -> PixelBox | None:
    return box if box is None else replace(box, y=box.y + dy)


def fit_below(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices, demands: Demands) -> AdParts | None:
    """Words under a picture that reaches from edge to edge, or words alone."""
    setter, margin, inner = AdSetter(form, voices), form.margin, form.content
    left, width = inner.x + margin, inner.width - 2 * margin
    if sizes.picture is None:
        box = PixelBox(left, inner.y + margin, width, inner.height - 2 * margin)
        column = fit_column(content, sizes, setter, demands, box)
        return None if column is None else column.spread()
    foot = inner.bottom - margin
    for share in _PANES[form.shape]:
        pane = round(share * form.height) if not form.covered[0] else round(inner.y + share * 0.9 * inner.height)
        if not sizes.fills(form.width, pane):
            continue
        box = PixelBox(left, pane + margin, width, foot - pane - margin)
        column = fit_column(content, sizes, setter, demands, box)
        if column is None:
            continue
        most = min(_MOST_PANE[form.shape] * form.height, float(sizes.picture[1]))
        grown = round(min(column.slack, max(most - pane, 0.0)))
        # What the picture cannot take stands around the words, so that no hole is left at their foot.
        parts = column.gathered(grown + (column.slack - grown) / 2)
        parts.pane = PixelBox(0, 0, form.width, pane + grown)
        return parts
    return None


def fit_column(
    content: AdContent, sizes: AdSizes, setter: AdSetter, demands: Demands, box: PixelBox
) -> WordColumn | None:
    """The words in a box, the headline as large as goes; None where they have no room."""
    if box.width <= 0 or box.height <= 0:
        return None
    form, good = setter.form, setter.form.good_headline
    body = max(setter.least_body, 0.4 * good)
    foot = _fit_foot(content, sizes, setter, box)
    if foot is None:
        return None
    parts, foot_height, mark_is_in = foot
    top = AdParts()
    taken = foot_height
    start = box.y
    if not mark_is_in:
        high = max(_LOGO_PX * form.density, 1.1 * good) if sizes.logo else 0.85 * good
        mark = setter.mark(sizes, content.brand, high, min(0.62 * box.width, 9 * good))
        if mark is not None:
            mark.place(top, box.x, box.y, has_plate=sizes.plate)
            start += mark.height + 0.62 * good
            taken += mark.height + 0.62 * good
    gap = 0.45 * good
    most = (_GROWN if sizes.picture else _GROWN_ALONE) * good
    for size in (1.35 * body, body):
        detail, needed = None, 0.0
        if content.details:
            lines = 3 if form.shape != "tall" else 5
            detail = setter.line(
                "detail", content.details[0], PixelBox(box.x, 0, box.width, box.height), size, max_lines=lines
            )
            if detail is None or detail.block.size < size - _ROUNDING:
                continue
            needed = gap + detail.block.box.height
        left = box.height - taken - needed - (0.62 * good if foot_height else 0.0)
        lines = 7 if form.shape == "tall" else 4
        slot = PixelBox(box.x, start, box.width, left)
        headline = setter.headline(content.headlines[0], slot, demands, most=most, max_lines=lines)
        if headline is None:
            continue
        if detail is not None and size > body and headline.block.size < 1.5 * size:
            continue  # the detail would be as loud as the headline
        heads = [headline]
        if detail is not None:
            heads.append(detail.moved(0, start + headline.block.box.height + gap - detail.block.box.y))
        slack = left - headline.block.box.height
        return WordColumn(box, top, heads, parts, slack)
    return None


def _fit_foot(
    content: AdContent, sizes: AdSizes, setter: AdSetter, box: PixelBox
) -> tuple[AdParts, float, bool] | None:
    """Button, price and disclaimer at the foot of a box, their height, and whether the logo stands beside them."""
    form, parts = setter.form, AdParts()
    bottom = box.bottom
    if content.disclaimer:
        lines = 2 if box.width > 200 * form.density else 5
        line = setter.line("disclaimer", content.disclaimer, box, setter.least_body, max_lines=lines)
        if line is None:
            return None
        parts.texts.append(line.moved(0, bottom - line.block.box.bottom))
        bottom -= line.block.box.height + 0.7 * setter.least_body * bool(content.call or content.price)
    size = max(setter.least_button, 0.46 * form.good_headline)
    width, tall = setter.button(content.call, size) if content.call else (0.0, 0.0)
    if width > box.width:
        size *= box.width / width
        if size < setter.least_button - _ROUNDING:
            return None
        width, tall = setter.button(content.call, size)
    if content.call and box.width < _NARROW * form.density:
        width = box.width
    at, gap, price = box.x + width, 0.9 * size, None
    if content.price:
        price = setter.line("price", content.price, box, 1.5 * size)
        if price is None:
            return None
    if price is not None and at + gap * bool(width) + price.block.box.width <= box.right:
        at += gap * bool(width)
        tall = max(tall, price.block.cap_height)
        parts.texts.append(_put(price, at, bottom - tall / 2 - price.block.cap_height / 2))
        at += price.block.box.width
        price = None
    has_logo = False
    if sizes.logo is not None and form.shape in {"square", "tall"} and at > box.x:
        mark = setter.mark(sizes, "", 0.8 * tall, box.right - at - 1.5 * gap)
        has_logo = mark is not None and mark.height >= _LEAST_LOGO * tall
        if mark is not None and has_logo:
            mark.place(parts, box.right - mark.width, bottom - tall / 2 - mark.height / 2, has_plate=sizes.plate)
    if content.call:
        setter.place_button(parts, content.call, PixelBox(box.x, bottom - tall, width, tall), size)
    height = box.bottom - bottom + tall
    if price is not None:
        height += price.block.box.height + gap
        parts.texts.append(_put(price, box.x, box.bottom - height))
    return parts, height, has_logo


def _put(text: AdLine, x: float, y: float) -> AdLine:
    """A line with the upper left corner of its letters here."""
    return text.moved(x - text.block.box.x, y - text.block.box.y)

"""Layouts that lie: strips, whose parts stand beside one another, and banners with a picture beside a column."""

from __future__ import annotations

from collections.abc import Iterator

from automagic.media.design.ads.content import AdContent, AdSizes, AdVoices
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.setting import AdLine, AdParts, AdSetter, Demands
from automagic.media.design.ads.stacks import fit_column
from automagic.media.design.cards.blocks import PixelBox

_PICTURE_FROM = 460
"""Pixels at a density of 1: a narrower strip has no room for a picture."""
_STRIP_PANES = (1.6, 1.3, 1.0)
"""Width of its picture, in multiples of its height."""
_PANES = {
    "square": (0.5, 0.46, 0.42, 0.38),
    "wide": (0.46, 0.42, 0.38, 0.34),
    "banner": (0.40, 0.36, 0.32, 0.28),
    "strip": (0.34, 0.28),
}
"""Share of the width that the picture takes."""


def fit_strip(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices, demands: Demands) -> AdParts | None:
    """Picture | logo | headline, detail, disclaimer | price | button."""
    wide_enough = form.width >= _PICTURE_FROM * form.density
    if sizes.picture is None:
        return _strip(content, sizes, form, AdSetter(form, voices), demands, 0.0)
    if not wide_enough:
        return None
    for share in _STRIP_PANES:
        pane = min(share * form.height, 0.3 * form.width)
        if sizes.fills(pane, form.height):
            found = _strip(content, sizes, form, AdSetter(form, voices), demands, pane)
            if found is not None:
                return found
    return None


def _strip(
    content: AdContent, sizes: AdSizes, form: AdFormat, setter: AdSetter, demands: Demands, pane: float
) -> AdParts | None:
    height, margin = form.height, form.margin
    parts = AdParts()
    left, right = form.content.x + margin, form.content.right - margin
    if pane:
        parts.pane = PixelBox(form.content.x, 0, round(pane), height)
        left = parts.pane.right + margin
    is_low = height < 70 * form.density
    if content.call:
        size = max(setter.least_button, min(0.155 * height, 0.045 * form.width))
        width, tall = setter.button(content.call, size)
        tall = min(tall, height - 2 * margin * 0.6)
        box = PixelBox(right - width, (height - tall) / 2, width, tall)
        setter.place_button(parts, content.call, box, size)
        right = box.x - margin
    if content.price:
        size = max(1.2 * setter.least_button, (0.3 if is_low else 0.25) * height)
        price = setter.line("price", content.price, PixelBox(0, 0, 0.2 * form.width, height), size)
        if price is None:
            return None
        block = price.block
        at = right - block.box.width, (height - block.cap_height) / 2
        parts.texts.append(price.moved(at[0] - block.box.x, at[1] - block.box.y))
        right = at[0] - margin
    mark = None
    if sizes.logo is not None:
        mark = setter.mark(sizes, "", (0.5 if is_low else 0.38) * height, 0.17 * form.width)
    if mark is not None:
        mark.place(parts, left, (height - mark.height) / 2, has_plate=sizes.plate)
        left += mark.width + 1.5 * margin
    texts = _strip_texts(content, setter, demands, PixelBox(left, 0, right - left, height), has_mark=mark is not None)
    if texts is None:
        return None
    parts.texts += texts
    return parts


def _strip_texts(
    content: AdContent, setter: AdSetter, demands: Demands, box: PixelBox, *, has_mark: bool
) -> list[AdLine] | None:
    """The texts in the middle, set above one another and centred down."""
    form = setter.form
    room = form.height - 1.7 * form.margin
    small = max(setter.least_body, 0.125 * form.height)
    gap = 0.055 * form.height + 0.15 * small
    below: list[AdLine] = []
    for role, text in (("detail", content.details[0] if content.details else ""), ("disclaimer", content.disclaimer)):
        if text:
            size = small if role == "detail" else setter.least_body
            line = setter.line(role, text, box, size)  # type: ignore[arg-type]  # both are roles
            if line is None:
                return None
            below.append(line)
    above: list[AdLine] = []
    if content.brand and not has_mark:
        line = setter.line("brand", content.brand, box, max(setter.least_body, 0.13 * form.height))
        if line is None:
            return None
        above.append(line)
    taken = sum(line.block.box.height + gap for line in (*above, *below))
    over = setter.rise(content.headlines[0])
    most = max(demands.headline, 0.4 * form.height / (1 + over))
    slot = PixelBox(box.x, 0, box.width, room - taken - over * demands.headline)
    headline = setter.headline(content.headlines[0], slot, demands, most=most, max_lines=2)
    if headline is None:
        return None
    texts = [*above, headline, *below]
    height = sum(one.block.box.height for one in texts) + gap * (len(texts) - 1)
    return list(_stacked(texts, (form.height - height + over * headline.block.size) / 2, gap))


def _stacked(texts: list[AdLine], top: float, gap: float) -> Iterator[AdLine]:
    for text in texts:
        yield text.moved(0, top - text.block.box.y)
        top += text.block.box.height + gap


def fit_beside(
    content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices, demands: Demands
) -> AdParts | None:
    """A column of words, and the picture beside it from edge to edge."""
    setter, margin = AdSetter(form, voices), form.margin
    for share in _PANES[form.shape] if sizes.picture else (0.0,):
        pane = round(share * form.width)
        if pane and not sizes.fills(pane, form.height):
            continue
        box = PixelBox(margin, margin, form.width - pane - 2 * margin, form.height - 2 * margin)
        column = fit_column(content, sizes, setter, demands, box)
        if column is not None:
            parts = column.spread()
            parts.pane = PixelBox(form.width - pane, 0, pane, form.height) if pane else None
            return parts
    return None

"""Layouts: how title, statement, list, quote and closing are composed; numbers have a file of their own.

upright and square frames      wide frames
┌──────────────┐               ┌──────────────────────────┐
│ icon  kicker │               │ kicker                   │
│              │               │ headline        figure,  │
│ headline     │               │ headline        icon     │
│ detail       │               │ detail                   │
├── captions ──┤               ├──────── captions ────────┤
└──────────────┘               └──────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from automagic.media.design.bidi import is_right_to_left
from automagic.media.design.cards.arrangement import (
    QUOTATION_MARK,
    WIDE,
    Arrangement,
    Icon,
    Marker,
    Setter,
    columns,
    lead_in,
    middle,
    place_icon,
    place_kicker,
    safe_area,
    say,
)
from automagic.media.design.cards.blocks import PixelBox, TextBlock, measure
from automagic.media.design.cards.counters import place_counter
from automagic.media.design.cards.fallbacks import simpler_cards
from automagic.media.design.cards.faults import find_faults, is_whole
from automagic.media.design.cards.logos import logo_size
from automagic.media.design.cards.quantities import comparison, number
from automagic.media.design.cards.typeset import TextFrame, set_text
from automagic.media.design.themes import Brand, Theme
from automagic.values.frame import Frame
from automagic.values.script import Card


def arrange(card: Card, theme: Theme, frame: Frame, brand: Brand) -> Arrangement:
    """Give every block of the card its place and size.

    Where a layout has no room for all that the card says, its letters are smaller, and else a simpler one takes its
    place: nothing ever stands outside its zone or covers something else. Words are left out where nothing else helps.
    """
    pages: list[tuple[int, Arrangement]] = []
    for one in simpler_cards(card):
        for scale in _SMALLER:
            page = _lay_out(one, theme, frame, brand, scale)
            faults = len(find_faults(page, frame))
            if not faults and is_whole(page, card):
                return page
            if scale == 1.0:
                pages.append((faults, page))
    return min(pages, key=lambda found: found[0])[1]


_SMALLER = (1.0, 0.7)
"""Of the letters' usual size, what is tried before words are left out."""


def empty_page(card: Card, theme: Theme, frame: Frame, scale: float = 1.0) -> Arrangement:
    """The page of a card before anything has its place; `scale` is of all that is drawn."""
    area = safe_area(frame)
    wide = area.width / area.height >= WIDE
    align = "left" if wide else theme.composition.align
    return Arrangement(card, area=area, unit=scale * min(frame.width, frame.height), wide=wide, align=align)


def _lay_out(card: Card, theme: Theme, frame: Frame, brand: Brand, scale: float) -> Arrangement:
    page = empty_page(card, theme, frame, scale)
    setter = Setter(theme, brand, page.unit, page.align)
    layouts: dict[str, Callable[[Card, Arrangement, Setter], None]] = {
        "title": title,
        "statement": statement,
        "number": number,
        "list": entries,
        "quote": quotation,
        "comparison": comparison,
        "closing": closing,
    }
    place_counter(page, setter)
    layouts[card.layout](card, page, setter)
    if not page.wide:
        # All that a card says stands together, in the middle: eyes find it in the same place on every card.
        page.settle(_above_brand(page))
    if page.headline is not None and page.headline.right_to_left and not page.wide:
        _mirror(page)
    return page


def _mirror(page: Arrangement) -> None:
    """What stands at the left edge by default goes to the right one, where a right-to-left text begins."""
    if page.icon is not None and page.align == "left":
        page.icon = replace(page.icon, box=_mirrored(page.icon.box, page.area))
    if page.rule is not None:
        page.rule = _mirrored(page.rule, page.area)
    if page.mark is not None and page.align == "left":
        page.mark = page.mark.moved(_mirrored(page.mark.box, page.area).x - page.mark.box.x, 0)
    if page.kicker is not None and page.icon is not None and page.align == "left":
        page.kicker = page.kicker.moved(_mirrored(page.kicker.box, page.area).x - page.kicker.box.x, 0)


def _mirrored(box: PixelBox, area: PixelBox) -> PixelBox:
    return replace(box, x=area.x + area.right - box.right)


def statement(card: Card, page: Arrangement, setter: Setter) -> None:
    _point(card, page, setter, boost=1.0)


def title(card: Card, page: Arrangement, setter: Setter) -> None:
    _brand_mark(page, setter)
    _point(card, page, setter, boost=1.16)


def closing(card: Card, page: Arrangement, setter: Setter) -> None:
    _brand_mark(page, setter)
    _point(card, page, setter, boost=1.0)


def _point(card: Card, page: Arrangement, setter: Setter, *, boost: float) -> None:
    """One statement with one icon: above it in upright frames, beside it in wide ones."""
    area = _above_brand(page)
    if page.wide:
        _point_wide(card, page, setter, area, boost)
        return
    icon_size = min(0.17 * page.unit, area.height * 0.22) if card.icon else 0.0
    place_icon(card, page, area, icon_size)
    beside = page.icon is not None and page.align == "left"
    left = icon_size + 0.04 * page.unit if beside else 0.0
    place_kicker(card, page, setter, PixelBox(area.x + left, area.y, area.width - left, area.height), boost=1.3)
    top = icon_size
    if page.kicker is not None and beside:
        page.kicker = middle(page.kicker, PixelBox(area.x, area.y, area.width, icon_size))
    elif page.kicker is not None:
        lower = top + (0.045 * page.unit if card.icon else 0.0)
        page.kicker = page.kicker.moved(0, lower)
        top = lower + page.kicker.box.height
    gap = 0.055 * page.unit if top else 0.0
    text = PixelBox(area.x, area.y + top + gap, area.width, area.height - top - gap)
    say(card, page, setter, text, boost=boost, place="top")
    if page.align == "left" and not top and page.headline:
        # A short rule stands where an icon would: something has to begin the card.
        room = 0.075 * page.unit
        page.lower(min(room, max(area.bottom - page.reach()[1], 0.0)))
        rule = PixelBox(area.x, page.headline.box.y - room, 0.11 * page.unit, 0.011 * page.unit)
        page.rule = rule if rule.y >= area.y - 0.5 else None


def _point_wide(card: Card, page: Arrangement, setter: Setter, area: PixelBox, boost: float) -> None:
    """Words on the left, the icon large on the right; words alone are larger."""
    icon_size = 0.42 * page.unit if card.icon else 0.0
    text = replace(area, width=area.width - icon_size - (0.09 * page.unit if card.icon else 0.0))
    if card.icon:
        page.icon = Icon(card.icon, PixelBox(area.right - icon_size, area.cy - icon_size / 2, icon_size, icon_size))
    place_kicker(card, page, setter, text, boost=1.3)
    top = page.kicker.box.height + 0.055 * page.unit if page.kicker else 0.0
    room = PixelBox(text.x, text.y + top, text.width, text.height - top)
    say(card, page, setter, room, boost=boost * (1.15 if card.icon else 1.6), place="middle")
    if page.kicker and page.headline:
        above = page.headline.box.y - 0.055 * page.unit - page.kicker.box.height
        page.kicker = page.kicker.moved(0, above - page.kicker.box.y)


def entries(card: Card, page: Arrangement, setter: Setter) -> None:
    items = [item for item in (setter.clean(item) for item in card.items[:4]) if item]
    if page.wide:
        head, body = columns(page, 0.42)
        _point_beside(card, page, setter, head)
    else:
        area = lead_in(card, page, setter, page.area)
        share = (0.30 if card.headline else 0.0) + (0.12 if card.detail else 0.0)
        say(card, page, setter, replace(area, height=area.height * share), boost=0.82, place="top")
        last = page.detail or page.headline
        top = last.box.bottom + 0.055 * page.unit if last else area.y
        body = PixelBox(area.x, top, area.width, area.bottom - top)
    _rows(items, page, setter, body)


def _point_beside(card: Card, page: Arrangement, setter: Setter, head: PixelBox) -> None:
    icon_size = 0.16 * page.unit if card.icon else 0.0
    gap = 0.05 * page.unit if card.icon else 0.0
    place_kicker(card, page, setter, head)
    above = icon_size + gap + (page.kicker.box.height + 0.045 * page.unit if page.kicker else 0.0)
    text = PixelBox(head.x, head.y + above, head.width, head.height - above)
    say(card, page, setter, text, boost=0.86, place="middle")
    top = page.headline.box.y if page.headline else text.y
    if page.kicker:
        top -= 0.045 * page.unit + page.kicker.box.height
        page.kicker = page.kicker.moved(0, top - page.kicker.box.y)
    if card.icon and page.headline:
        top -= gap + icon_size
        page.icon = Icon(card.icon, PixelBox(head.x, max(head.y, top), icon_size, icon_size))


def _rows(items: list[str], page: Arrangement, setter: Setter, body: PixelBox) -> None:
    """Rows of equal height, each with a marker; one size for all, the one that the longest entry needs."""
    if not items:
        return
    row = min(body.height / len(items), 0.165 * page.unit)
    if page.wide:
        body = replace(body, y=body.cy - row * len(items) / 2, height=row * len(items))
    badge = min(0.094 * page.unit, row * 0.62)
    indent = badge + 0.04 * page.unit
    size = min(setter.size("headline") * 0.56, row * 0.46)
    lines = PixelBox(0, 0, body.width - indent, row * 0.86)
    # One line each when that costs a third of the size at most, else two.
    widest = max(measure(item, setter.voice("headline"), size) for item in items)
    most = 1 if widest * 0.66 <= lines.width else 2
    left = setter.aligned("left")

    def attempt(text: str, largest: float) -> TextBlock | None:
        return left.set(text, "headline", lines, size=largest, smallest=largest * 0.45, max_lines=most)

    for item in items:
        block = attempt(item, size)
        size = min(size, block.size) if block is not None else size
    if page.align == "center":
        blocks = [attempt(item, size) for item in items]
        used = indent + max(block.box.width for block in blocks if block is not None)
        body = replace(body, x=body.cx - used / 2, width=used)
    for index, item in enumerate(items):
        box = PixelBox(body.x, body.y + index * row, body.width, row)
        block = attempt(item, size)
        if block is not None:
            right_to_left = block.right_to_left
            dx = body.right - indent - block.box.right if right_to_left else body.x + indent
            moved = middle(block.moved(dx, 0), box)
            page.items.append(moved)
        else:
            right_to_left = False
        x = body.right - badge if right_to_left else body.x
        spot = PixelBox(x, box.cy - badge / 2, badge, badge)
        number = setter.centered(str(index + 1), "headline", spot, size=badge * 0.5, max_lines=1)
        page.markers.append(Marker(spot, number, box.bottom if index + 1 < len(items) else None))


def quotation(card: Card, page: Arrangement, setter: Setter) -> None:
    area = page.area
    place_kicker(card, page, setter, area, boost=1.3)
    lead = page.kicker.box.height + 0.045 * page.unit if page.kicker else 0.0
    size = setter.size("figure") * (1.0 if page.wide else 0.9)
    sign = TextFrame(setter.voice("quote"), replace(area, height=size * 2), page.align)
    mark = set_text("“", sign, size=size, smallest=size)
    height = 0.0
    if mark is not None:
        height = size * QUOTATION_MARK
        page.mark = mark
    speaker_size = setter.size("body") * 1.2
    # A short rule leads the speaker in.
    led = page.align == "left" and not is_right_to_left(card.speaker)
    rule = 0.05 * page.unit if led else 0.0
    shift = rule + 0.024 * page.unit if led else 0.0
    label = PixelBox(area.x + shift, area.y, area.width - shift, speaker_size * 3)
    page.speaker = setter.set(card.speaker, "body", label, size=speaker_size, smallest=speaker_size * 0.6, max_lines=2)
    gap = 0.055 * page.unit
    foot = page.speaker.box.height + gap if page.speaker else 0.0
    head = lead + height + 0.035 * page.unit
    room = PixelBox(area.x, area.y + head, area.width, area.height - head - foot)
    text = card.headline or card.detail
    largest = setter.size("headline") * (1.12 if page.wide else 0.92)
    quote = setter.set(text, "quote", room, size=largest, smallest=setter.size("body") * 0.7, accent=card.accent)
    if quote is None:
        page.mark = page.speaker = page.kicker = None
        return
    total = head + quote.box.height + foot
    top = area.y + (area.height - total) / 2
    if page.mark is not None:
        # The mark's ink begins at the top of the capitals.
        page.mark = page.mark.moved(0, top + lead - page.mark.box.y)
    if page.kicker is not None:
        page.kicker = page.kicker.moved(0, top - page.kicker.box.y)
    page.headline = quote.moved(0, top + head - quote.box.y)
    if page.speaker is not None:
        y = top + head + quote.box.height + gap
        if led:
            thickness = 0.006 * page.unit
            page.rule = PixelBox(area.x, y + (page.speaker.cap_height - thickness) / 2, rule, thickness)
        page.speaker = page.speaker.moved(0, y - page.speaker.box.y)


def _brand_mark(page: Arrangement, setter: Setter) -> None:
    """Logo, name and handle, small, at the foot of the area."""
    brand, area = setter.brand, page.area
    name = "  ".join(part for part in (setter.clean(brand.name), setter.clean(brand.handle)) if part)
    height = _BRAND_HEIGHT * page.unit
    logo = PixelBox(area.x, area.bottom, 0.0, 0.0)
    if brand.logo:
        widest = min(_WIDEST_LOGO * height, area.width * (0.5 if name else 1.0))
        wide, high = logo_size(brand.logo, height=height, widest=widest)
        logo = PixelBox(area.x, area.bottom - (height + high) / 2 if high < height else area.bottom - high, wide, high)
    used = logo.width + (_BESIDE_LOGO * height if brand.logo else 0.0)
    size = setter.size("body") * 0.62
    # Beside a logo that is higher than a line, the name stands at its middle.
    line = PixelBox(area.x + used, min(logo.cy, area.bottom - height / 2) - height / 2, area.width - used, height)
    text = setter.aligned("left").set(name, "body", line, size=size, smallest=size * 0.6, max_lines=1) if name else None
    if text is not None:
        text = middle(text.moved(line.x - text.box.x, 0), line)
    width = used + text.box.width if text is not None else logo.width
    shift = area.cx - width / 2 - area.x if page.align == "center" and not page.wide else 0.0
    page.brand = text.moved(shift, 0) if text is not None else None
    page.logo = replace(logo, x=logo.x + shift) if brand.logo else None


_BRAND_HEIGHT = 0.048
"""Of a line of the brand's, and of most logos, as a fraction of the short side."""

_WIDEST_LOGO = 6.0
"""Of that height; a wider logo is lower."""

_BESIDE_LOGO = 0.35
"""Of that height, between logo and name."""


def _above_brand(page: Arrangement) -> PixelBox:
    tops = [page.brand.box.y] if page.brand else []
    tops += [page.logo.y] if page.logo else []
    if not tops:
        return page.area
    foot = min(*tops, page.area.bottom - _BRAND_HEIGHT * page.unit) - 0.045 * page.unit
    return replace(page.area, height=foot - page.area.y)

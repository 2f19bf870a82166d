"""The ground of a clip that has no picture of its own: a card of the theme, the recording's cover, room for its sound.

upright frames            wide frames
┌──────────────┐          ┌──────────────────────────┐
│ ▣ show       │          │ ▣▣▣▣  show               │     ▣ cover, or an icon where there is none
│   who        │          │ ▣▣▣▣  title of the clip  │
│ title of     │          │ ▣▣▣▣  who                │
│ the clip     │          │                          │
│ ▂▅▇▅▂▃▇▅▂▁▂▃ │          │ ▂▅▇▅▂▃▇▅▂▁▂▃▅▇▅▂▃▇▅▂▁▂▃▅ │     the wave: `podcast_wave` draws it
├── captions ──┤          ├──────── captions ────────┤
└──────────────┘          └──────────────────────────┘
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError
from automagic.media.design.cards import paint, raster
from automagic.media.design.cards.arrangement import (
    Arrangement,
    Icon,
    Setter,
    middle,
    middle_area,
    place_kicker,
    safe_area,
    say,
)
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.jpeg import encode_jpeg
from automagic.media.design.lettering import undrawable
from automagic.media.design.themes import Design, Theme
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_COVER_PX = 6000
"""Longer sides are not decoded: podcasts' covers have 3000 at most."""

_STRIP, _STRIP_GAP = 0.125, 0.05
"""Height of the wave and the space above it, of the frame's shorter side."""

_COVER, _ICON, _COVER_SHARE, _COVER_WIDE = 0.27, 0.15, 0.5, 0.32
"""Sides of a cover and of an icon: of the shorter side, at most of the height there is; in wide frames of the width."""
_CENTRED = 0.85
"""How much smaller it is where everything stands in the middle, below one another."""
_GUTTER = 0.055
_WIDE = 1.3
_MARGIN = 0.075

_ROUND = 0.09
"""Of a cover's corners, of its side."""

_SHADOW, _SHADOW_DENSE = 0.05, 0.45


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground, ready to be drawn on.

    Attributes:
        pixels: RGB, (height, width, 3).
        strip: Where the wave is drawn.
        texts: Where its texts stand.
    """

    pixels: NDArray[np.uint8]
    strip: Rect
    texts: tuple[Rect, ...]


def draw_ground(card: Card, cover: bytes | None, design: Design, frame: Frame) -> Ground:
    """Paint the ground of a clip.

    Args:
        card: A title card: the clip's title, the show above it, who speaks below it.
        cover: A picture file of the recording; None for the card's icon.

    Raises:
        ConfigurationError: No font can draw the text, or a template of the theme is wrong.
    """
    theme, brand = design.theme, design.brand
    card = _without_unreadable(card, theme)
    upper, strip = _divide(frame)
    area = safe_area(_within(frame, upper))
    picture = read_cover(cover) if cover else None
    wide = frame.width > _WIDE * frame.height
    if wide and picture is None:
        page, place = arrange(card, theme, _within(frame, upper), brand), None
    elif wide:
        page, place = _arrange_wide(card, area, Setter(theme, brand, frame.height, "left"))
    else:
        setter = Setter(theme, brand, min(frame.width, frame.height), theme.composition.align)
        page, place = _arrange_upright(card, area, setter, share=_ICON if picture is None else _COVER)
        page.icon = Icon(card.icon, place) if picture is None else None
    pixels = paint(
        page,
        design,
        frame,
        seed=f"{card.kicker}/{card.headline}",
        size=(frame.width, frame.height),
    )
    if picture is not None and place is not None:
        lay_cover(pixels, picture, place)
    # As wide as what is above it.
    strip = PixelBox(area.x, strip.y, area.width, strip.height)
    return Ground(pixels, strip.rounded(), tuple(block.box.rounded() for block in page.texts()))


def draw_thumbnail(card: Card, cover: bytes | None, design: Design, frame: Frame) -> bytes:
    """A clip's thumbnail: its title as large as it goes, with the cover or an icon; JPEG bytes."""
    picture = read_cover(cover) if cover else None
    page, place = _arrange_thumbnail(
        card, Setter(design.theme, design.brand, min(frame.width, frame.height), "left"), frame
    )
    page.icon = Icon(card.icon, place) if picture is None else None
    image = paint(
        page,
        design,
        frame,
        seed=f"thumbnail/{card.headline}",
        size=(frame.width, frame.height),
        layout="thumbnail",
        window=PixelBox(0, 0, frame.width, frame.height),
    )
    if picture is not None:
        lay_cover(image, picture, place)
    return encode_jpeg(image)


def read_cover(data: bytes) -> NDArray[np.uint8] | None:
    """The middle square of a picture file, RGB; None when it is none, or too large to be one."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP")) as image:
            if max(image.size) > MOST_COVER_PX or min(image.size) < 16:
                return None
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            square = image.convert("RGB").crop((left, top, left + side, top + side))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    return np.asarray(square, np.uint8)


def lay_cover(image: NDArray[np.uint8], cover: NDArray[np.uint8], place: PixelBox) -> None:
    """Lay a square picture with round corners and a soft shadow upon an RGB image, in place."""
    import cv2

    side = round(min(place.width, place.height))
    if side < 2:
        raise MediaError("there is no room for a cover")
    ways = cv2.INTER_AREA if side < len(cover) else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(cover, (side, side), interpolation=ways), np.uint8)
    spread = round(_SHADOW * side)
    around = 5 * spread
    mask = np.pad(_round_square(side), around)
    shadow = np.zeros((*mask.shape, 4), np.uint8)
    lowered = np.roll(mask, spread, axis=0)
    shadow[:, :, 3] = np.rint(255 * _SHADOW_DENSE * cv2.GaussianBlur(lowered, (0, 0), spread)).astype(np.uint8)
    x, y = round(place.x), round(place.y)
    _blend(image, shadow, x - around, y - around)
    opacity = np.rint(255 * _round_square(side)).astype(np.uint8)[:, :, None]
    raster.blend(image, np.concatenate([scaled, opacity], axis=2), x, y)


def _blend(image: NDArray[np.uint8], layer: NDArray[np.uint8], x: int, y: int) -> None:
    """Blend a layer that may jut out at the left and the top as well."""
    raster.blend(image, np.ascontiguousarray(layer[max(-y, 0) :, max(-x, 0) :]), max(x, 0), max(y, 0))


def _round_square(side: int) -> NDArray[np.float32]:
    """How opaque each pixel of a square with round corners is, 0..1."""
    radius = _ROUND * side
    away = np.abs(np.arange(side) + 0.5 - side / 2) - (side / 2 - radius)
    distance = np.hypot(np.maximum(away, 0)[None, :], np.maximum(away, 0)[:, None]) - radius
    opaque: NDArray[np.float32] = np.clip(0.5 - distance, 0, 1).astype(np.float32)
    return opaque


def _without_unreadable(card: Card, theme: Theme) -> Card:
    """Without the show's or the speaker's name where no font here has its letters: a clip can do without."""

    def readable(text: str) -> str:
        letters = "".join(filter(str.isalpha, text))
        return "" if undrawable(letters, theme.headline.family) else text

    return replace(card, kicker=readable(card.kicker), detail=readable(card.detail))


def _divide(frame: Frame) -> tuple[PixelBox, PixelBox]:
    """The part of the content for words and cover, and the wave's below it."""
    content, unit = frame.content, min(frame.width, frame.height)
    height = _STRIP * unit
    strip = PixelBox(content.x, content.bottom - height, content.width, height)
    return PixelBox(content.x, content.y, content.width, content.height - height - _STRIP_GAP * unit), strip


def _within(frame: Frame, box: PixelBox) -> Frame:
    """The same frame with less room for content."""
    return replace(frame, content=Rect(int(box.x), int(box.y), int(box.width), int(box.height)))


def _arrange_wide(card: Card, area: PixelBox, setter: Setter) -> tuple[Arrangement, PixelBox]:
    """Words beside the cover, and where that stands."""
    unit = setter.unit
    side = min(area.height, _COVER_WIDE * area.width)
    place = PixelBox(area.x, area.y + (area.height - side) / 2, side, side)
    left = place.right + _GUTTER * unit
    words = PixelBox(left, area.y, area.right - left, area.height)
    page = Arrangement(card, area=words, unit=unit, wide=False, align=setter.align)
    place_kicker(card, page, setter, words, boost=1.15)
    gap = 0.04 * unit
    top = page.kicker.box.height + gap if page.kicker else 0.0
    say(
        card,
        page,
        setter,
        replace(words, y=words.y + top, height=words.height - top),
        boost=0.9,
        place="middle",
        calm=True,
    )
    if page.kicker and page.headline:
        page.kicker = page.kicker.moved(0, page.headline.box.y - gap - page.kicker.box.bottom)
    return page, place


def _arrange_upright(card: Card, area: PixelBox, setter: Setter, *, share: float) -> tuple[Arrangement, PixelBox]:
    """Words beside and below the cover or icon, and where that stands.

    Args:
        share: Its side, of the frame's shorter one.
    """
    unit, gap = setter.unit, _GUTTER * setter.unit
    page = Arrangement(card, area=area, unit=unit, wide=False, align=setter.align)
    centred = setter.align == "center"
    side = min(share * unit, _COVER_SHARE * area.height) * (_CENTRED if centred else 1.0)
    place = PixelBox(area.cx - side / 2 if centred else area.x, area.y, side, side)
    if centred:
        top = place.bottom + gap
        place_kicker(card, page, setter, replace(area, y=top, height=area.bottom - top))
        top = page.kicker.box.bottom + gap / 2 if page.kicker else top
        say(card, page, setter, replace(area, y=top, height=area.bottom - top), boost=1.0, place="top", calm=True)
    else:
        top, left = place.bottom + gap, place.right + gap
        below = replace(area, y=top, height=area.bottom - top)
        say(replace(card, detail=""), page, setter, below, boost=1.0, place="top", calm=True)
        _place_beside(card, page, setter, PixelBox(left, area.y, area.right - left, side))
    used = page.reach()[1]
    lower = max(area.bottom - max(used, place.bottom), 0.0) / 2
    page.lower(lower)
    return page, replace(place, y=place.y + lower)


def _arrange_thumbnail(card: Card, setter: Setter, frame: Frame) -> tuple[Arrangement, PixelBox]:
    """The whole title as large as it goes, beside or below the cover or icon, where profile grids show it."""
    unit = setter.unit
    area = middle_area(frame).inset(_MARGIN * unit)
    wide = area.width > _WIDE * area.height
    side = min(area.height * 0.62, area.width * 0.36) if wide else min(0.42 * unit, area.height * 0.4)
    gap = _GUTTER * unit
    if wide:
        place = PixelBox(area.right - side, area.cy - side / 2, side, side)
        words = replace(area, width=area.width - side - gap)
    else:
        place = PixelBox(area.x, area.y, side, side)
        words = PixelBox(area.x, place.bottom + gap, area.width, area.bottom - place.bottom - gap)
    page = Arrangement(card, area=area, unit=unit, wide=wide, align=setter.align)
    block = setter.set(
        card.headline, "headline", words, size=0.22 * unit, smallest=0.045 * unit, accent=card.accent, max_lines=6
    )
    page.headline = middle(block, words) if block is not None and wide else block
    return page, place


def _place_beside(card: Card, page: Arrangement, setter: Setter, box: PixelBox) -> None:
    """The show, and below it who speaks, in the middle of a box's height."""
    label, body = setter.size("label"), setter.size("body")
    kicker = setter.set(card.kicker, "label", box, size=label, smallest=label * 0.7, max_lines=2)
    speaker = setter.set(card.detail, "body", box, size=body, smallest=label * 0.8, max_lines=2)
    blocks = [block for block in (kicker, speaker) if block is not None]
    gap = 0.022 * setter.unit
    y = box.cy - (sum(block.box.height for block in blocks) + gap * (len(blocks) - 1)) / 2
    if kicker is not None:
        page.kicker = kicker.moved(0, y - kicker.box.y)
        y += kicker.box.height + gap
    page.detail = speaker.moved(0, y - speaker.box.y) if speaker is not None else None

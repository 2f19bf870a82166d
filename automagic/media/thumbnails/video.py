"""The thumbnail: a picture that still says its one thing when it is 160 pixels wide.

Not a shrunken card. The few words that the title promises, as large as they go, and one icon that nobody can miss; a
number that they begin with stands as a figure above the others ("7 / Balcony Garden Mistakes"). In upright frames
everything stays in the middle 4:5, which profile grids show.
"""

from __future__ import annotations

import re
from dataclasses import replace

from automagic.media.design.cards import paint
from automagic.media.design.cards.arrangement import Arrangement, Icon, Setter, middle, middle_area
from automagic.media.design.cards.blocks import PixelBox, TextBlock
from automagic.media.design.cards.faults import find_faults
from automagic.media.design.jpeg import encode_jpeg
from automagic.media.design.themes import Brand, Design, Theme
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

_MARGIN = 0.075
# "7 Balcony Garden Mistakes", "14 : 9 for the old library"; no year, which counts nothing, no "7-day", and no part of
# a number: "8 | to 10 hours", "5 | million", "3 | m²".
_FIGURE = re.compile(r"(?![12]\d{3}\s)([$€£]?\d[\d.,]*(?:\s?[%°]|\s?[:–]\s?\d+)?)\s+(?=[^\W\d_]{3})(?!\w+\s+\W?\d)")
_SCALES = re.compile(r"(?:hundred|thousand|mil|tausend)(?!\w)|\w{0,4}(?:mill?i|bill?i|trill?i|milj|milh)\w*")
_LONGEST_FIGURE = 7
# A number with its currency or unit, which takes the accent colour.
_QUANTITY = re.compile(
    r"(?<!\w)[$€£]?\d[\d.,]*(?:\s?[:–]\s?\d+|\s(?:to|zu|a|à|tot|per|of|de|von)\s\d+)?(?:\s?[%°€$£]|\s[^\W\d_]{4,}(?!\w))?"
)
_BESIDE_QUANTITY = frozenset(
    {"against", "with", "after", "before", "from", "into", "gegen", "contra", "contre", "contro"}
)


def draw_thumbnail(card: Card, words: str, design: Design, frame: Frame) -> bytes:
    """JPEG bytes of the frame's size.

    Args:
        card: Its icon is drawn; its accent, where the words have it.
        words: What the picture says: see `language.script.promise`.
        frame: Only its size matters: no interface covers a thumbnail.

    Raises:
        ConfigurationError: A template of the theme is wrong.
    """
    page = arrange_thumbnail(card, words, design.theme, frame, design.brand)
    image = paint(
        page,
        design,
        frame,
        seed=f"thumbnail/{words}",
        size=(frame.width, frame.height),
        layout="thumbnail",
        window=PixelBox(0, 0, frame.width, frame.height),
    )
    return encode_jpeg(image)


def arrange_thumbnail(card: Card, words: str, theme: Theme, frame: Frame, brand: Brand) -> Arrangement:
    """Words and figure or icon, side by side or one above the other; the words alone where they have no room."""
    whole = replace(frame, content=Rect(0, 0, frame.width, frame.height))
    plain = replace(card, icon="", layout="title", figures=())
    tries = [(card, True), (card, False), (plain, False)]
    pages = [_arrange(one, words, theme, frame, brand, counted) for one, counted in tries]
    return min(pages, key=lambda page: len(find_faults(page, whole)))


def _arrange(card: Card, words: str, theme: Theme, frame: Frame, brand: Brand, counted: bool) -> Arrangement:
    unit = float(min(frame.width, frame.height))
    area = middle_area(frame).inset(_MARGIN * unit)
    wide = area.width / area.height > 1.3
    align = "left" if wide else theme.composition.align
    page = Arrangement(replace(card, headline=words), area=area, unit=unit, wide=wide, align=align)
    setter = Setter(theme, brand, unit, align)
    figure = _FIGURE.match(words) if counted else None
    if figure and len(figure[1]) <= _LONGEST_FIGURE and not _SCALES.match(words[figure.end() :].lower()):
        _with_figure(figure[1], words[figure.end() :], page, setter)
    else:
        _with_icon(card, words, page, setter)
    return page


def _with_figure(value: str, words: str, page: Arrangement, setter: Setter) -> None:
    """The figure beside the words in wide frames, above them in upright ones."""
    area, unit = page.area, page.unit
    if page.wide:
        share = 0.30 if len(value) < 3 else 0.42
        room = replace(area, width=area.width * share)
        left = area.x + room.width + 0.07 * unit
        text = PixelBox(left, area.y, area.right - left, area.height)
        figure = setter.set(value, "figure", room, size=unit * 0.78, smallest=unit * 0.1, max_lines=1)
        page.figure = middle(figure, room) if figure is not None else None
        label = _large(words, text, setter)
        page.label = middle(label, text) if label is not None else None
        return
    room = replace(area, height=area.height * 0.52)
    page.figure = setter.set(value, "figure", room, size=unit * 0.62, smallest=unit * 0.1, max_lines=1)
    used = (page.figure.lines[0].y - area.y if page.figure else 0.0) + 0.075 * unit
    below = PixelBox(area.x, area.y + used, area.width, area.height - used)
    page.label = _large(words, below, setter)
    blocks = [block for block in (page.figure, page.label) if block is not None]
    shift = (area.bottom - max(block.box.bottom for block in blocks)) / 2 if blocks else 0.0
    page.figure = page.figure.moved(0, shift) if page.figure else None
    page.label = page.label.moved(0, shift) if page.label else None


def _with_icon(card: Card, words: str, page: Arrangement, setter: Setter) -> None:
    """The words as large as they go; the icon beside them in wide frames, above them in upright ones."""
    area, unit = page.area, page.unit
    text, accent = area, _accent(card, words)
    if card.icon and page.wide:
        size = min(0.56 * unit, area.width * 0.36)
        page.icon = Icon(card.icon, PixelBox(area.right - size, area.cy - size / 2, size, size))
        text = PixelBox(area.x, area.y, area.width - size - 0.06 * unit, area.height)
    elif card.icon:
        size = min(0.42 * unit, area.height * 0.36)
        x = area.cx - size / 2 if page.align == "center" else area.x
        page.icon = Icon(card.icon, PixelBox(x, area.y, size, size))
        text = PixelBox(area.x, area.y + size + 0.06 * unit, area.width, area.height - size - 0.06 * unit)
    block = _large(words, text, setter, accent)
    if block is not None:
        page.headline = middle(block, text)


def _large(words: str, box: PixelBox, setter: Setter, accent: str = "") -> TextBlock | None:
    """The words as large as they go without a hyphen, of which the small picture shows nothing; with one if need be."""
    tried = None
    for size in (0.30, 0.22, 0.16):
        block = setter.set(words, "headline", box, size=setter.unit * size, smallest=setter.unit * 0.07, accent=accent)
        tried = tried or block
        if block and sum(len(run.text.split()) for line in block.lines for run in line.runs) <= len(words.split()):
            return block
    return tried


def _accent(card: Card, words: str) -> str:
    """The number with its unit, else what the card stresses; "" where that is all there is."""
    quantity = _QUANTITY.search(words)
    if quantity and quantity[0].strip(" .,") != words:
        number, _, unit = quantity[0].rpartition(" ")
        return (number if number and unit in _BESIDE_QUANTITY else quantity[0]).rstrip(" .,")
    return card.accent if card.accent and re.search(rf"(?<!\w){re.escape(card.accent)}(?!\w)", words) else ""

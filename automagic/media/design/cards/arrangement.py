"""Arrangement: the blocks of a card with their places and sizes, and what all layouts share in placing them.

Everything that must be seen lies a little inside the content rectangle: elements that come have room to move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from automagic.media.design.cards.blocks import PixelBox, TextBlock
from automagic.media.design.cards.typeset import TextFrame, clean_text, set_text
from automagic.media.design.fonts import covering_family, covers, script_of
from automagic.media.design.themes import Brand, Theme, TypeStyle
from automagic.values.frame import Frame
from automagic.values.script import Card


def middle_area(frame: Frame) -> PixelBox:
    """What profile grids show of a frame: in upright ones the middle 4:5."""
    height = min(frame.height, frame.width * 1.25)
    return PixelBox(0, (frame.height - height) / 2, frame.width, height)


ROOM = 1.08
"""How much larger the content rectangle is than what a layout fills of it, about the frame's middle."""
QUOTATION_MARK = 0.34  # height of its ink, which hangs from the top of the capitals, in multiples of its size
WIDE = 1.75  # width to height of the content, from which two columns stand side by side


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon and the square that it, or its badge, fills."""

    name: str
    box: PixelBox


@dataclass(frozen=True, slots=True)
class Ring:
    """A share drawn as part of a circle: centre, radius of the line's middle, width of the line."""

    cx: float
    cy: float
    radius: float
    stroke: float
    share: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A quantity drawn as a bar: the whole track and the filled part, with what is written on it."""

    track: PixelBox
    fill: PixelBox
    label: TextBlock | None
    value: TextBlock | None
    strong: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A side of a comparison."""

    box: PixelBox
    text: TextBlock | None
    strong: bool


@dataclass(frozen=True, slots=True)
class Marker:
    """The number of a list's entry, in a square box, and the line between it and the next entry."""

    box: PixelBox
    text: TextBlock | None
    rule_y: float | None


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the card stands in a count.

    Attributes:
        number, total: Its number, and of how many; None for what is not drawn.
        before: The number of the card before, where its own stands; it gives way to it.
        rail: The whole way, in segments or in one.
        filled, filled_before: What of it is done, and what was on the card before.
    """

    number: TextBlock | None
    total: TextBlock | None
    before: TextBlock | None
    rail: list[PixelBox]
    filled: list[PixelBox]
    filled_before: list[PixelBox]


@dataclass(slots=True)
class Arrangement:
    """Everything that a layout's template draws, by name; what is not there is None or empty.

    Attributes:
        card: What it says; its layout names the template.
    """

    card: Card
    area: PixelBox
    unit: float
    wide: bool
    align: str
    kicker: TextBlock | None = None
    headline: TextBlock | None = None
    detail: TextBlock | None = None
    figure: TextBlock | None = None
    figure_unit: TextBlock | None = None
    label: TextBlock | None = None
    speaker: TextBlock | None = None
    brand: TextBlock | None = None
    logo: PixelBox | None = None
    mark: TextBlock | None = None
    rule: PixelBox | None = None
    icon: Icon | None = None
    ring: Ring | None = None
    bars: list[Bar] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    versus: TextBlock | None = None
    items: list[TextBlock] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    counter: Counter | None = None

    def texts(self) -> list[TextBlock]:
        """Every block of text that must be read."""
        single = (
            self.kicker, self.headline, self.detail, self.figure, self.figure_unit, self.label, self.speaker,
            self.brand, self.versus,
        )  # fmt: skip
        of_bars = [text for bar in self.bars for text in (bar.label, bar.value)]
        inside = [panel.text for panel in self.panels] + [marker.text for marker in self.markers]
        counted = [self.counter.number, self.counter.total] if self.counter else []
        return [block for block in (*single, *of_bars, *inside, *self.items, *counted) if block is not None]

    def reach(self) -> tuple[float, float]:
        """Top and bottom of everything drawn but counter and brand."""
        boxes = [block.box for block in replace(self, counter=None, brand=None).texts()]
        boxes += [part.box for part in (self.icon, *self.panels, *self.markers) if part is not None]
        boxes += [bar.track for bar in self.bars] + ([self.rule] if self.rule else [])
        boxes += [ink_of_mark(self.mark)] if self.mark else []
        if self.ring is not None:
            outer = self.ring.radius + self.ring.stroke / 2
            boxes.append(PixelBox(self.ring.cx - outer, self.ring.cy - outer, 2 * outer, 2 * outer))
        if not boxes:
            return self.area.y, self.area.y
        return min(box.y for box in boxes), max(box.bottom for box in boxes)

    def lower(self, dy: float) -> None:
        """Move everything but counter and brand down."""

        def block(text: TextBlock | None) -> TextBlock | None:
            return text.moved(0, dy) if text is not None else None

        def down(box: PixelBox) -> PixelBox:
            return replace(box, y=box.y + dy)

        self.kicker, self.headline, self.detail = block(self.kicker), block(self.headline), block(self.detail)
        self.figure, self.figure_unit, self.label = block(self.figure), block(self.figure_unit), block(self.label)
        self.speaker, self.mark, self.versus = block(self.speaker), block(self.mark), block(self.versus)
        self.rule = down(self.rule) if self.rule else None
        self.icon = replace(self.icon, box=down(self.icon.box)) if self.icon else None
        self.ring = replace(self.ring, cy=self.ring.cy + dy) if self.ring else None
        self.bars = [
            Bar(down(bar.track), down(bar.fill), block(bar.label), block(bar.value), bar.strong) for bar in self.bars
        ]
        self.panels = [Panel(down(panel.box), block(panel.text), panel.strong) for panel in self.panels]
        self.items = [item.moved(0, dy) for item in self.items]
        self.markers = [
            Marker(down(marker.box), block(marker.text), None if marker.rule_y is None else marker.rule_y + dy)
            for marker in self.markers
        ]

    def settle(self, area: PixelBox) -> None:
        """Move everything but counter and brand, as one group, to the middle of the area's height."""
        top, bottom = self.reach()
        self.lower(area.y + max(area.height - (bottom - top), 0.0) / 2 - top)


def ink_of_mark(mark: TextBlock) -> PixelBox:
    """What is seen of a quotation mark."""
    return replace(mark.box, height=QUOTATION_MARK * mark.size)


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets text in the theme's voices and sizes for one frame."""

    theme: Theme
    brand: Brand
    unit: float
    align: str

    def voice(self, name: str) -> TypeStyle:
        """The theme's voice, with the brand's font for headlines and figures."""
        styles = {
            "headline": self.theme.headline,
            "figure": self.theme.figure_type,
            "quote": self.theme.quote,
            "body": self.theme.body,
            "label": self.theme.label_type,
        }
        style = styles[name]
        return replace(style, family=self.brand.font) if self.brand.font and name in {"headline", "figure"} else style

    def voice_for(self, text: str, name: str) -> TypeStyle:
        """The voice, in another family when its own has not the script; a display face has to stay heavy then."""
        style = self.voice(name)
        letters = "".join(filter(str.isalpha, text))
        missing = [letter for letter in letters if not covers(letter, style.family)]
        own = {script_of(letter) for letter in letters if letter not in missing}
        # A symbol or a foreign word is drawn in a fallback; where a letter of its own script is missing, or most
        # letters are, the whole text goes there.
        if not missing or (2 * len(missing) <= len(letters) and not any(script_of(one) in own for one in missing)):
            return style
        family = covering_family(letters, style.family)
        weight = style.fallback_weight or style.weight
        return replace(style, family=family, weight=weight, tracking=min(style.tracking, 0.0), accent_italic=False)

    def size(self, name: str) -> float:
        """The scale's size in pixels."""
        return float(getattr(self.theme.scale, name)) * self.unit

    def clean(self, text: str, voice: str = "body") -> str:
        """Without what cannot be drawn."""
        return clean_text(text, self.voice(voice).family)

    def set(
        self,
        text: str,
        voice: str,
        box: PixelBox,
        *,
        size: float,
        smallest: float | None = None,
        accent: str = "",
        max_lines: int = 99,
    ) -> TextBlock | None:
        """Set cleaned text; `size` and `smallest` in pixels, the latter half of the former unless given."""
        cleaned = self.clean(text, voice)
        return set_text(
            cleaned,
            TextFrame(self.voice_for(cleaned, voice), box, self.align, max_lines),
            size=size,
            smallest=size * 0.5 if smallest is None else smallest,
            accent=self.clean(accent, voice),
        )

    def aligned(self, align: str) -> Setter:
        """The same, aligned otherwise."""
        return replace(self, align=align)

    def centered(self, text: str, voice: str, box: PixelBox, *, size: float, max_lines: int = 3) -> TextBlock | None:
        """Set in the very middle of a box."""
        centered = self.aligned("center")
        block = centered.set(text, voice, box, size=size, smallest=size * 0.3, max_lines=max_lines)
        return middle(block, box) if block is not None else None


def middle(block: TextBlock, box: PixelBox) -> TextBlock:
    """The block moved so that its capitals and base lines stand in the middle of the box's height."""
    seen = block.cap_height + (block.lines[-1].y - block.lines[0].y)
    return block.moved(0, box.cy - seen / 2 - block.box.y)


def safe_area(frame: Frame) -> PixelBox:
    """What a layout fills: the content, drawn in by `ROOM` towards the frame's middle."""
    content, cx, cy = frame.content, frame.width / 2, frame.height / 2

    def shrink(value: float, center: float) -> float:
        return center + (value - center) / ROOM

    left = max(content.x, shrink(content.x, cx))
    top = max(content.y, shrink(content.y, cy))
    right = min(content.right, shrink(content.right, cx))
    bottom = min(content.bottom, shrink(content.bottom, cy))
    return PixelBox(left, top, right - left, bottom - top).inset(2)


def aligned_x(page: Arrangement, area: PixelBox, width: float) -> float:
    return area.cx - width / 2 if page.align == "center" else area.x


def stack(area: PixelBox, blocks: list[TextBlock], gaps: list[float], *, place: str) -> list[TextBlock]:
    """Blocks below one another with the given gaps, at the top, middle or bottom of the area."""
    height = sum(block.box.height for block in blocks) + sum(gaps)
    y = {"top": area.y, "middle": area.y + (area.height - height) / 2, "bottom": area.bottom - height}[place]
    moved = []
    for index, block in enumerate(blocks):
        moved.append(block.moved(0, y - block.box.y))
        y += block.box.height + (gaps[index] if index < len(gaps) else 0.0)
    return moved


_OF_DETAIL = 1.4
"""Of a theme's body size: the second line goes on with what is said, and is read at the same distance."""


def say(
    card: Card, page: Arrangement, setter: Setter, area: PixelBox, *, boost: float, place: str, calm: bool = False
) -> None:
    """Headline and detail, in an area of their own; a calm detail is no part of what is said, and smaller."""
    gap = 0.042 * page.unit
    detail_size = setter.size("body") * (1.0 if calm else _OF_DETAIL)
    most = area.height * (0.34 if calm else 0.4)
    detail = setter.set(
        card.detail, "body", PixelBox(area.x, area.y, min(area.width, 17 * detail_size), most),
        size=detail_size, smallest=setter.size("body") * 0.72, max_lines=4,
    )  # fmt: skip
    if detail is not None and page.align == "center":
        detail = detail.moved(area.cx - detail.box.cx, 0)
    room = area.height - (detail.box.height + gap if detail is not None else 0)
    headline = _set_headline(card, setter, PixelBox(area.x, area.y, area.width, room), setter.size("headline") * boost)
    present = [block for block in (headline, detail) if block is not None]
    placed = stack(area, present, [gap] * (len(present) - 1), place=place)
    page.headline = placed[0] if headline is not None else None
    page.detail = placed[-1] if detail is not None else None


_FEW_LINES, _OF_WORDS, _WORTH_FEW_LINES = 6, 0.62, 0.6
"""A headline of more lines is a wall, one of more lines than this share of its words a ladder; and what its letters may
lose of their size so that it is neither."""


def _set_headline(card: Card, setter: Setter, box: PixelBox, size: float) -> TextBlock | None:
    """In few lines where its letters stay large, else in as many as it needs."""
    words = len(card.headline.split())
    least = max(size * _WORTH_FEW_LINES, min(size, setter.size("body") * 1.2))
    largest = least if words > _FEW_LINES / _OF_WORDS else size
    few = min(_FEW_LINES, math.ceil(_OF_WORDS * words))
    tried = dict.fromkeys([(size, least, few), (size, least, min(_FEW_LINES, words)), (largest, 0.9 * least, 99)])
    text, accent = (setter.clean(one, "headline") for one in (card.headline, card.accent))
    style = setter.voice_for(text, "headline")
    for first, smallest, most in tried:
        frame = TextFrame(style, box, setter.align, most)
        block = set_text(text, frame, size=first, smallest=smallest, accent=accent, whole=True)
        if block is not None and (most == 99 or block.size >= 0.9 * least):
            return block
    return setter.set(
        card.headline, "headline", box, size=largest, smallest=setter.size("body") * 0.8, accent=card.accent
    )


def place_kicker(card: Card, page: Arrangement, setter: Setter, area: PixelBox, *, boost: float = 1.0) -> None:
    size = setter.size("label") * boost
    page.kicker = setter.set(card.kicker, "label", area, size=size, smallest=size * 0.6, max_lines=1)


def lead_in(card: Card, page: Arrangement, setter: Setter, area: PixelBox) -> PixelBox:
    """Place the kicker at the top of an area; what is left below it."""
    place_kicker(card, page, setter, area, boost=1.3)
    used = page.kicker.box.height + 0.045 * page.unit if page.kicker else 0.0
    return replace(area, y=area.y + used, height=area.height - used)


def place_icon(card: Card, page: Arrangement, area: PixelBox, size: float) -> None:
    if card.icon:
        page.icon = Icon(card.icon, PixelBox(aligned_x(page, area, size), area.y, size, size))


def columns(page: Arrangement, share: float) -> tuple[PixelBox, PixelBox]:
    """Two columns with a gutter, the left one `share` of the width."""
    area, gutter = page.area, 0.08 * page.unit
    left = (area.width - gutter) * share
    return (
        PixelBox(area.x, area.y, left, area.height),
        PixelBox(area.x + left + gutter, area.y, area.width - left - gutter, area.height),
    )

"""Setting the parts of an ad: texts measured, a button about its words, a logo at the height that it has room for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from automagic.media.design.ads.content import AdSizes, AdVoices
from automagic.media.design.ads.formats import LEAST_BODY, LEAST_BUTTON, AdFormat
from automagic.media.design.cards.blocks import PixelBox, TextBlock, measure
from automagic.media.design.cards.typeset import TextFrame, set_text
from automagic.media.design.fonts import line_metrics
from automagic.media.design.lettering import ink_of_other_scripts
from automagic.media.design.themes import TypeStyle

TextRole = Literal["headline", "detail", "brand", "price", "button", "disclaimer"]

_BUTTON_HEIGHT, _BUTTON_SIDE = 2.35, 1.05
"""In multiples of its letters' size: how high a button is, and how much of it stands on each side of its words."""
_PLATE_ROOM = 0.22
"""Of a logo's height, around it on its plate."""
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Demands:
    """What a layout must reach.

    Attributes:
        headline: Its least size in pixels.
        whole_words: Whether no word of it may be torn.
    """

    headline: float
    whole_words: bool


@dataclass(frozen=True, slots=True)
class AdLine:
    """A text that has its place; `slot` is what was kept for it, and `words` what it says, on one line."""

    role: TextRole
    block: TextBlock
    slot: PixelBox
    words: str
    centred: bool = False

    def moved(self, dx: float, dy: float) -> AdLine:
        """The same elsewhere."""
        slot = replace(self.slot, x=self.slot.x + dx, y=self.slot.y + dy)
        return replace(self, block=self.block.moved(dx, dy), slot=slot)

    def turned(self, width: float | None) -> AdLine:
        """At the side where an ad is read from: mirrored in a width, or not where it is None.

        A line that runs the other way stands at that side too.
        """
        found = self if width is None else self.moved(width - self.slot.right - self.slot.x, 0)
        if self.centred:
            return found
        at = found.slot.x if width is None else found.slot.right - found.block.box.width
        return replace(found, block=found.block.moved(at - found.block.box.x, 0))


@dataclass(slots=True)
class AdParts:
    """The parts of an ad as they are put together, read from the left."""

    texts: list[AdLine] = field(default_factory=list)
    button: PixelBox | None = None
    logo: PixelBox | None = None
    plate: PixelBox | None = None
    pane: PixelBox | None = None


@dataclass(frozen=True, slots=True)
class AdMark:
    """A logo with its plate, or a brand line, as large as it is; `text` is None for a logo."""

    width: float
    height: float
    logo: tuple[float, float] | None = None
    text: AdLine | None = None

    def place(self, parts: AdParts, x: float, y: float, *, has_plate: bool) -> None:
        """Put it at an upper left corner."""
        if self.text is not None:
            parts.texts.append(self.text.moved(x - self.text.slot.x, y - self.text.slot.y))
        if self.logo is not None:
            width, height = self.logo
            parts.logo = PixelBox(x + (self.width - width) / 2, y + (self.height - height) / 2, width, height)
            parts.plate = PixelBox(x, y, self.width, self.height) if has_plate else None


@dataclass(frozen=True, slots=True)
class AdSetter:
    """Sets the texts of one ad."""

    form: AdFormat
    voices: AdVoices

    @property
    def least_body(self) -> float:
        """Pixels: no detail and no disclaimer is smaller."""
        return LEAST_BODY * self.form.density

    @property
    def least_button(self) -> float:
        """Pixels: no button's words are smaller."""
        return LEAST_BUTTON * self.form.density

    def headline(self, text: str, box: PixelBox, demands: Demands, *, most: float, max_lines: int) -> AdLine | None:
        """As large as it goes; None below what is demanded."""
        block = self._set(text, self.voices.headline, box, most, demands.headline, max_lines)
        if block is None or (demands.whole_words and _is_torn(block, text)):
            return None
        return AdLine("headline", block, box, text)

    def rise(self, text: str) -> float:
        """How far its letters reach above capitals, in multiples of its size as a headline; 0 for Latin ones."""
        style = self.voices.headline
        above, _ = ink_of_other_scripts(text, style.typeface())
        return max(0.0, above - line_metrics(style.family, style.weight)[0])

    def line(self, role: TextRole, text: str, box: PixelBox, size: float, *, max_lines: int = 1) -> AdLine | None:
        """A smaller text, whole and at this size or down to the least of its role; None where it does not fit."""
        style = self.voices.body if role in {"detail", "disclaimer"} else self.voices.button
        block = self._set(text, style, box, size, min(size, self.least_body), max_lines)
        return None if block is None or _is_torn(block, text) else AdLine(role, block, box, text)

    def button(self, text: str, size: float) -> tuple[float, float]:
        """(width, height) of a button with these words."""
        style = self.voices.button
        return measure(text, style, size) + 2 * _BUTTON_SIDE * size, _BUTTON_HEIGHT * size

    def place_button(self, parts: AdParts, text: str, box: PixelBox, size: float) -> None:
        """A button with its words in the middle."""
        inner = box.inset(0.3 * size, 0)
        block = set_text(text, TextFrame(self.voices.button, inner, "center", 1), size=size, smallest=size * 0.5)
        if block is None:
            return
        block = block.moved(box.cx - block.box.cx, box.cy - block.cap_height / 2 - block.box.y)
        parts.button = box
        parts.texts.append(AdLine("button", block, box, text, centred=True))

    def mark(self, sizes: AdSizes, brand: str, height: float, widest: float) -> AdMark | None:
        """The logo, or the brand's name where there is none; None where there is neither, or no room for a name."""
        if sizes.logo is not None:
            room = _PLATE_ROOM if sizes.plate else 0.0
            ratio = sizes.logo[0] / sizes.logo[1]
            tall = height * min(max(1.0, 1.5 / ratio), 1.4)
            inner = tall / (1 + room)  # a plate may be a little higher than a logo by itself
            width = min(inner * ratio, widest - 2 * room * inner, float(sizes.logo[0]))
            inner = width / ratio
            pad = room * inner
            return AdMark(width + 2 * pad, inner + 2 * pad, logo=(width, inner))
        if not brand:
            return None
        size = max(self.least_button, 0.8 * height)
        text = self.line("brand", brand, PixelBox(0, 0, widest, 3 * size), size)
        if text is None:
            return None
        return AdMark(text.block.box.width, text.block.box.height, text=replace(text, slot=text.block.box))

    def _set(
        self, text: str, style: TypeStyle, box: PixelBox, size: float, smallest: float, max_lines: int
    ) -> TextBlock | None:
        if min(box.width, box.height) <= 0:
            return None
        frame = TextFrame(style, box, "left", max_lines)
        block = set_text(text, frame, size=max(size, smallest), smallest=smallest, whole=True)
        return None if block is None or block.cut or block.size < smallest - _ROUNDING else block


def _is_torn(block: TextBlock, text: str) -> bool:
    """Whether a hyphen was put into a word of it."""
    shown = "".join(run.text for line in block.lines for run in line.runs)
    return "".join(shown.split()) != "".join(text.replace("\u00a0", " ").split())

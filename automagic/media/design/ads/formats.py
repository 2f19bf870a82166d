"""Formats of ads: their size, what of it is seen, and how small letters in it may be.

    strip > 5          ▭▭▭▭▭▭▭▭▭▭        banner 2.2-5   ▭▭▭▭▭      wide 1.5-2.2   ▭▭▭
    square 0.7-1.5     ▢                 tall < 0.7     ▯

An ad that is shown as large as it is drawn has a density of 1; a post of 1080 pixels on a phone of 390 has more, and
its letters grow with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from automagic.media.design.cards.blocks import PixelBox

AspectClass = Literal["strip", "banner", "wide", "square", "tall"]

LEAST_HEADLINE, LEAST_BUTTON, LEAST_BODY = 14.0, 12.0, 10.0
"""Pixels at a density of 1: what is smaller is not read."""

_PHONE, _FEED = 390.0, 500.0
"""Pixels across, at a density of 1, at which a post is shown: upright or square, and lying."""

_LOWEST_USUAL = 70.0
"""Lower strips are for phones: one line of letters fills them."""
_LOW = 120.0
"""An ad that is lower has no room for texts above a button: it is a strip, whatever its shape."""


@dataclass(frozen=True, slots=True)
class AdFormat:
    """A size to fill.

    Attributes:
        width, height: In pixels; odd ones are fine.
        density: How many of its pixels stand on one of the screen.
        covered: Pixels from the top, right, bottom and left that an interface hides.
    """

    width: int
    height: int
    density: float = 1.0
    covered: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def shape(self) -> AspectClass:
        """Which layout it takes."""
        ratio = self.width / self.height
        if ratio > 5 or (self.height < _LOW * self.density and ratio > 2):
            return "strip"
        if ratio > 2.2:
            return "banner"
        if ratio > 1.5:
            return "wide"
        return "square" if ratio >= 0.7 else "tall"

    @property
    def content(self) -> PixelBox:
        """What no interface covers."""
        top, right, bottom, left = self.covered
        return PixelBox(left, top, self.width - left - right, self.height - top - bottom)

    @property
    def least_pane(self) -> tuple[int, int]:
        """(width, height) in pixels of the smallest picture that its layout shows."""
        width, height = self.width, self.height
        return {
            "strip": (height, height),
            "banner": (round(0.28 * width), height),
            "wide": (round(0.34 * width), height),
            "square": (width, round(0.3 * height)),
            "tall": (width, round(0.25 * height)),
        }[self.shape]

    @property
    def margin(self) -> float:
        """Pixels between its edge and its letters."""
        short = min(self.width, self.height)
        if self.shape == "strip":
            return min(max(4.0, 0.14 * short), 11 * self.density)
        return max(4.0, 0.065 * short)

    @property
    def least_headline(self) -> float:
        """Pixels: no headline is smaller."""
        return LEAST_HEADLINE * self.density

    @property
    def good_headline(self) -> float:
        """Pixels: others give way before a headline becomes smaller."""
        width, height = self.width, self.height
        good = {
            "strip": min((0.27 if height >= _LOWEST_USUAL * self.density else 0.32) * height, 0.055 * width),
            "banner": 0.125 * height,
            "wide": 0.082 * height,
            "square": 0.074 * min(width, height),
            "tall": 0.068 * width + 7 * self.density,
        }[self.shape]
        return max(good, self.least_headline)


def density_of(width: int, height: int) -> float:
    """How dense a post of this size is on a phone; at least 1."""
    return max(1.0, width / (_PHONE if width < 1.5 * height else _FEED))

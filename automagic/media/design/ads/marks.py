"""Logos on ads: without their empty margins, and on what each of them can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from automagic.media.design.palette import luminance

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEEN = 96
"""Opacity, of 255, from which a pixel belongs to the logo."""
_LOOKED_AT_PX = 128
_LEAST_CONTRAST = 1.7
_MOST_HIDDEN = 0.12
"""Of its pixels that may have less contrast with the ground; edges always have less."""
_EMPTY = 8


@dataclass(frozen=True, slots=True)
class LogoLook:
    """What of a logo can be seen.

    Attributes:
        lights: Relative luminance (WCAG 2.x) of its pixels, and the share of each, which add up to 1.
        box: The one colour of its edge where it brings its own ground; "" where it is cut out.
    """

    lights: tuple[tuple[float, float], ...]
    box: str = ""

    def hidden_on(self, ground: str) -> float:
        """The share of its pixels, 0 to 1, that is hardly seen on a colour."""
        under = luminance(ground)
        return sum(
            share
            for light, share in self.lights
            if (max(light, under) + 0.05) / (min(light, under) + 0.05) < _LEAST_CONTRAST
        )

    def shows_on(self, ground: str) -> bool:
        """Whether it can be seen on a colour, or brings its own ground and has it there."""
        return self.box == ground if self.box else self.hidden_on(ground) <= _MOST_HIDDEN


def open_mark(path: Path) -> Image.Image:
    """A logo's PNG, RGBA."""
    with Image.open(path) as opened:
        logo: Image.Image = opened.convert("RGBA")
    return logo


def trim_mark(logo: Image.Image) -> Image.Image:
    """A logo, RGB or RGBA, without its transparent margins."""
    if logo.mode != "RGBA":
        return logo
    seen = logo.getchannel("A").point(lambda value: 255 if value > _EMPTY else 0).getbbox()
    return logo.crop(seen) if seen else logo


def look_at_mark(logo: Image.Image) -> LogoLook:
    """Which lights a logo has, and whether it brings its own ground."""
    small = logo.copy()
    small.thumbnail((_LOOKED_AT_PX, _LOOKED_AT_PX), Image.Resampling.BOX)
    pixels = np.asarray(small)
    box = _box_of(pixels)
    seen = pixels[pixels[..., 3] >= _SEEN][:, :3] / 255
    linear = np.where(seen <= 0.04045, seen / 12.92, ((seen + 0.055) / 1.055) ** 2.4)
    lights = linear @ np.array((0.2126, 0.7152, 0.0722))
    counts, edges = np.histogram(lights, bins=32, range=(0.0, 1.0))
    middles = (edges[:-1] + edges[1:]) / 2
    shares = counts / max(1, lights.size)
    found = ((float(light), float(share)) for light, share in zip(middles, shares, strict=True))
    return LogoLook(tuple(one for one in found if one[1]), box)


def _box_of(pixels: NDArray[np.uint8]) -> str:
    """The colour all around it; "" where its edge is transparent, or has several colours."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(np.int16)
    if edge[:, 3].min() < 250 or np.abs(edge[:, :3] - np.median(edge[:, :3], axis=0)).max() > 12:
        return ""
    red, green, blue = (int(value) for value in np.median(edge[:, :3], axis=0))
    return f"#{red:02x}{green:02x}{blue:02x}"

"""Colours of an ad: a brand's own where they can be read, else the nearest that can.

    brand's colours ─┐
    logo's pixels ───┴─▶ grounds: which shows logo and button? ─▶ ink ≥ 7, small text ≥ 4.5, button ≥ 3 ─▶ AdColours

Contrast is WCAG 2.x: 4.5 for text (1.4.3), 3 for what is no text (1.4.11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.media.design.palette import Mode, contrast_ratio, derive_palette, hex_to_oklch, mix, oklch_to_hex

if TYPE_CHECKING:
    from automagic.media.design.ads.marks import LogoLook

TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0
_INK_CONTRAST = 7.0
_STEP = 0.01
"""Of lightness."""
WHITE, BLACK, PURE_BLACK = "#ffffff", "#101216", "#000000"


@dataclass(frozen=True, slots=True)
class ColourChange:
    """A brand's colour that could not stand as it is, and the nearest that can."""

    wanted: str
    used: str
    ground: str
    contrast: float


@dataclass(frozen=True, slots=True)
class AdColours:
    """What an ad is drawn in, each "#rrggbb".

    Attributes:
        ground: Under everything.
        ink, muted: Large and small text; at least 4.5 on the ground.
        accent: Price and brand line; at least 4.5 on the ground.
        button, on_button: Its plate, at least 3 on the ground, and its text, at least 4.5 on the plate.
        plate: Under the logo, "" where the ground shows it.
        changes: What of a brand's own colours was changed.
        hides_logo: Whether even on its plate some of the logo cannot be seen.
    """

    ground: str
    ink: str
    muted: str
    accent: str
    button: str
    on_button: str
    plate: str = ""
    changes: tuple[ColourChange, ...] = ()
    hides_logo: bool = False


def choose_colours(colours: Sequence[str], seed: str, logo: LogoLook | None, *, loud: bool = False) -> AdColours:
    """The colours of all ads of a brand.

    Args:
        colours: Its own, "#rrggbb": that of buttons, then those of grounds.
        seed: What others are derived from, such as its name.
        logo: What it must not vanish on.
        loud: Whether words stand alone: then the brand's first colour is the ground.
    """
    grounds = [*colours[1:], *_tints(colours, seed)]
    wanted = [(one, colours[0] if colours else derive_palette(seed, mode=_mode(one)).accent) for one in grounds]
    if loud:
        first = wanted[0][1]
        wanted.insert(0, (first, max((WHITE, BLACK), key=lambda end: contrast_ratio(end, first))))
    ground, button = max(
        wanted,
        key=lambda pair: (
            logo is None or logo.shows_on(pair[0]),
            contrast_ratio(pair[1], pair[0]) >= SHAPE_CONTRAST,
            -wanted.index(pair),
        ),
    )
    plate = ""
    if logo is not None and not logo.shows_on(ground):
        plate = logo.box or min((WHITE, BLACK), key=logo.hidden_on)
    changes: list[ColourChange] = []

    def readable(colour: str, contrast: float) -> str:
        used = nearest_readable(colour, ground, contrast)
        if used != colour and colour in colours:
            changes.append(ColourChange(colour, used, ground, contrast))
        return used

    shown = readable(button, SHAPE_CONTRAST)
    ink = _ink_on(ground)
    return AdColours(
        ground=ground,
        ink=ink,
        muted=nearest_readable(mix(ink, ground, 0.28), ground, TEXT_CONTRAST),
        accent=readable(button, TEXT_CONTRAST),
        button=shown,
        on_button=next(
            (text for text in (WHITE, ground, ink, BLACK) if contrast_ratio(text, shown) >= TEXT_CONTRAST),
            PURE_BLACK,  # one of white and it always has 4.58
        ),
        plate=plate,
        changes=tuple(changes),
        hides_logo=logo is not None and bool(plate) and not logo.shows_on(plate),
    )


def nearest_readable(colour: str, ground: str, contrast: float) -> str:
    """The colour, lighter or darker by as little as gives it this contrast with the ground; its hue stays."""
    if contrast_ratio(colour, ground) >= contrast:
        return colour
    lightness, chroma, hue = hex_to_oklch(colour)
    for step in range(1, round(1 / _STEP) + 1):
        for moved in (lightness - step * _STEP, lightness + step * _STEP):
            if 0 < moved < 1:
                found = oklch_to_hex(moved, chroma, hue)
                if contrast_ratio(found, ground) >= contrast:
                    return found
    return max((WHITE, PURE_BLACK), key=lambda end: contrast_ratio(end, ground))


def _tints(colours: Sequence[str], seed: str) -> list[str]:
    """A light and a dark ground in the brand's hue, else in that of a harmony of the seed."""
    if not colours:
        first: list[str] = [derive_palette(seed, mode="light").grounds[0], derive_palette(seed, mode="dark").grounds[0]]
        return first if hashlib.sha256(seed.encode()).digest()[2] % 2 else first[::-1]
    _, chroma, hue = hex_to_oklch(colours[0])
    return [oklch_to_hex(0.975, min(chroma, 0.012), hue), oklch_to_hex(0.22, min(chroma, 0.045), hue)]


def _mode(ground: str) -> Mode:
    return "dark" if hex_to_oklch(ground)[0] < 0.6 else "light"


def _ink_on(ground: str) -> str:
    """Nearly black or nearly white in the ground's hue, or pure where the ground is neither light nor dark."""
    lightness, chroma, hue = hex_to_oklch(ground)
    tinted = oklch_to_hex(0.2 if lightness > 0.6 else 0.985, min(chroma, 0.03), hue)
    if contrast_ratio(tinted, ground) >= _INK_CONTRAST:
        return tinted
    return max((WHITE, PURE_BLACK), key=lambda end: contrast_ratio(end, ground))

"""The plate behind captions that stand over a picture: so dense that they read well whatever the picture shows.

    ground of a card    the theme's own: outline, shadow or plate
    still, clip         a plate, as dense as black or white behind it demands, whichever is worse
    join to a card      the plate goes with the picture

One density for all pictures: a plate that is dense enough for a bright sky is hardly seen on a dark picture, and does
not change from one to the next, nor in the joins between them.
"""

from __future__ import annotations

from dataclasses import replace

from automagic.media.design.palette import ACCENT_CONTRAST, INK_CONTRAST, contrast_ratio, hex_to_rgb
from automagic.values.cues import CaptionStyle

_MARGIN = 1.06
"""Contrast beyond what is demanded, for what the encoder changes."""

_NEARLY_OPAQUE, _OPAQUE = 230, 255


def over_pictures(style: CaptionStyle) -> CaptionStyle:
    """The style over a still or a clip: with a plate, in the colour of the outline where the theme has none.

    It is the least dense one that leaves all words a contrast of `INK_CONTRAST` (WCAG 2.x) over any picture. Where the
    accent's colour would need it nearly opaque, `ACCENT_CONTRAST` is enough for the spoken word.
    """
    color, own = _plate_of(style)
    color = color or style.outline_color
    for accent, densest in ((INK_CONTRAST, _NEARLY_OPAQUE), (ACCENT_CONTRAST, _OPAQUE)):
        for opacity in range(own, max(own, densest) + 1):
            if _reads(style, color, opacity / _OPAQUE, accent):
                return replace(style, plate=_write(color, opacity))
    return replace(style, plate=_write(color, _OPAQUE))


def beside_picture(style: CaptionStyle, other: CaptionStyle, share: float) -> CaptionStyle:
    """The style in a join with another shot: with at least a share (0..1) of that one's plate."""
    color, own = _plate_of(style)
    theirs, dense = _plate_of(other)
    return replace(style, plate=_write(color or theirs, max(own, round(share * dense)))) if color or theirs else style


def _plate_of(style: CaptionStyle) -> tuple[str, int]:
    """Colour and opacity (0..255) of a style's plate; "" and 0 without one."""
    return style.plate[:7], int(style.plate[7:9] or "ff", 16) if style.plate else 0


def _write(color: str, opacity: int) -> str:
    return f"{color}{opacity:02x}"


def _reads(style: CaptionStyle, color: str, opacity: float, accent: float) -> bool:
    """Whether the words are told from the plate over black and over white: no picture is worse than one of them."""
    plate = hex_to_rgb(color)
    for level in (0.0, 1.0):
        # As video mixes: its channels, not their light.
        mixed = (round(255 * (opacity * channel + (1 - opacity) * level)) for channel in plate)
        behind = "#" + "".join(f"{channel:02x}" for channel in mixed)
        for ink, wanted in ((style.color, INK_CONTRAST), (style.accent, accent)):
            if contrast_ratio(ink, behind) < wanted * _MARGIN:
                return False
    return True

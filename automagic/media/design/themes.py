"""What a theme says: fonts, sizes, composition, captions and motion; `theme_files.py` reads it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from automagic.media.design.fonts import font_fingerprint
from automagic.media.design.lettering import Typeface
from automagic.media.design.palette import Mode, Palette, Style, derive_palette, mix
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame
from automagic.values.moving import MotionStyle

HEAVY = 700
"""At least as heavy as this are the fonts that stand in for one of large letters."""

Align = Literal["left", "center"]
Emphasis = Literal["color", "italic", "plate", "underline"]
Motion = Literal["calm", "lively", "still"]
Transition = Literal["cut", "crossfade", "slide", "wipe", "zoom"]
Temper = Style | Literal["any-bold"]


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose video it is; every part may be empty.

    Attributes:
        name: Of the person or the channel.
        handle: Such as "@name".
        logo: Bytes of a PNG or SVG file.
        colors: "#rrggbb": the accent, then the grounds.
        font: A family that replaces the theme's headline font.
    """

    name: str = ""
    handle: str = ""
    logo: bytes | None = None
    colors: tuple[str, ...] = ()
    font: str = ""


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One voice of the typography.

    Attributes:
        family: Of an installed font, or the path of a file.
        weight: 100-900.
        italic: Slanted letters.
        uppercase: Shown in capitals.
        tracking: Extra space between letters, in multiples of the size.
        leading: Distance of base lines, in multiples of the size.
        accent_italic: Whether the accent words inside it are slanted.
        fallback_weight: Of the fonts that draw what the family has not; 0 for its own weight.
    """

    family: str
    weight: int
    italic: bool = False
    uppercase: bool = False
    tracking: float = 0.0
    leading: float = 1.1
    accent_italic: bool = False
    fallback_weight: int = 0

    def typeface(self, *, marked: bool = False) -> Typeface:
        """The font of its letters; `marked` words take the slant of accents."""
        italic = self.italic or (marked and self.accent_italic)
        return Typeface(self.family, self.weight, italic, self.fallback_weight)


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Four sizes, as fractions of the frame's short side; text shrinks from its size in steps."""

    figure: float
    headline: float
    body: float
    label: float


@dataclass(frozen=True, slots=True)
class Composition:
    """How blocks are arranged and drawn.

    Attributes:
        align: Of text and icons in upright frames.
        emphasis: What happens to the accent words.
        icon_stroke: Width of an icon's lines, as a fraction of its size.
        icon_badge: Whether icons stand in a badge.
        radius: Of panels and plates, as a fraction of the frame's short side.
        ring: Width of a ring's line, as a fraction of its diameter.
    """

    align: Align
    emphasis: Emphasis
    icon_stroke: float
    icon_badge: bool
    radius: float
    ring: float


@dataclass(frozen=True, slots=True)
class Captions:
    """Burned-in captions: see `CaptionStyle`. Sizes as fractions of the short side or of the text size."""

    family: str
    weight: int
    size: float
    uppercase: bool
    outline: float
    plate: float
    line_height: float


@dataclass(frozen=True, slots=True)
class Theme:
    """One way that pictures look.

    Attributes:
        name: Of its folder.
        label: For people.
        mode: Dark or light grounds.
        temper: Which family of palettes.
        motion: How lively its pictures move.
        moves: How the elements of its cards come and go.
        transition: What stands between a card and a picture, and between two pictures.
        grain: Standard deviation of the film grain, as a fraction of full scale, under 0.03.
        blur: How far the ground's colours melt into one another: standard deviation as a fraction of the frame's
            short side; 0 keeps its edges.
        headline, body, label_type, quote, figure_type: The voices.
        scale, composition, captions: See there.
        folders: Where its files are, its own first.
        templates: Its SVG templates by file name, the default theme's where it has none of its own.
    """

    name: str
    label: str
    mode: Mode
    temper: Temper
    motion: Motion
    moves: MotionStyle
    transition: Transition
    grain: float
    blur: float
    headline: TypeStyle
    body: TypeStyle
    label_type: TypeStyle
    quote: TypeStyle
    figure_type: TypeStyle
    scale: TypeScale
    composition: Composition
    captions: Captions
    folders: tuple[Path, ...]
    templates: dict[str, str] = field(compare=False)

    def palette(self, seed: str, colors: tuple[str, ...] = ()) -> Palette:
        """The palette of a video in this theme; brand colours override."""
        return derive_palette(seed, mode=self.mode, base=colors, style=self.temper)

    def caption_style(self, palette: Palette, frame: Frame) -> CaptionStyle:
        """How captions look over this theme's grounds."""
        size = round(self.captions.size * min(frame.width, frame.height))
        # A frame with a low caption band gets letters of which two lines fit.
        size = min(size, int(frame.caption.height / (2 * self.captions.line_height + 0.3)))
        dark = palette.mode == "dark"
        plate = ""
        if self.captions.plate > 0:
            opacity = round(self.captions.plate * 255)
            plate = f"{mix(palette.grounds[0], '#000000', 0.35) if dark else '#ffffff'}{opacity:02x}"
        return CaptionStyle(
            family=self.captions.family,
            weight=self.captions.weight,
            size_px=size,
            color=palette.ink,
            accent=palette.accent,
            outline_px=round(self.captions.outline * size, 1),
            outline_color=mix(palette.grounds[0], "#000000", 0.6) if dark else palette.grounds[0],
            plate=plate,
            uppercase=self.captions.uppercase,
            line_height=self.captions.line_height,
            fonts=font_fingerprint((self.captions.family,)),
        )

    def motion_style(self, motion: Motion) -> MotionStyle | None:
        """How elements move, more or less lively; None where all stand from the first frame on."""
        if motion == "still":
            return None
        return replace(self.moves, distance=self.moves.distance * (1.4 if motion == "lively" else 1.0))

    @property
    def families(self) -> tuple[str, ...]:
        """Every family that its pictures and captions use, each once."""
        voices = (self.headline, self.body, self.label_type, self.quote, self.figure_type)
        return tuple(dict.fromkeys([*(voice.family for voice in voices), self.captions.family]))


@dataclass(frozen=True, slots=True)
class Design:
    """All that decides how one video's pictures look."""

    theme: Theme
    palette: Palette
    brand: Brand

"""Themes: folders that say how pictures look, made to be copied and edited.

    <name>/
      theme.toml       fonts, type scale, ground, composition, captions, motion
      ground.svg       the soft background: colour fields and nothing with an edge
      art.svg          what is sharp and decorative: lines, arcs, dots, a large faded icon
      parts.svg        macros that the layouts share: text, emphasis, rule
      icon.svg         how an icon is presented
      title.svg  statement.svg  number.svg  list.svg  quote.svg  comparison.svg  closing.svg  thumbnail.svg
      *.ttf  *.otf     fonts of its own, named in theme.toml by file name

Whatever a folder leaves out, a value or a template, is the `default` theme's. Templates are Jinja2 in a sandbox: a
theme may come from a stranger.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import msgspec

from automagic.data import shipped
from automagic.errors import ConfigurationError, RequestError
from automagic.machine.blocks import hash_file
from automagic.media.design.fonts import font_fingerprint
from automagic.media.design.lettering import Typeface
from automagic.media.design.palette import Mode, Palette, Style, derive_palette, mix
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import expand_home, open_named, read_named
from automagic.reading.toml import parse_toml
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame

DEFAULT_THEME = "default"
_SHIPPED = shipped("themes")

HEAVY = 700
"""At least as heavy as this are the fonts that stand in for one of large letters."""

_LARGEST = {".toml": 1 << 20, ".svg": 1 << 20, ".ttf": 32 << 20, ".otf": 32 << 20}
"""Suffixes of the files that a theme is made of, with the bytes that each may have."""

_HEAVIEST = 1000
"""Of a font, as OpenType counts weights."""
_LARGEST_SIZE = 10
"""All sizes are fractions or multiples of something; ten times is none that anybody means."""

Shape = TypeVar("Shape", "TypeStyle", "TypeScale", "Composition", "Captions")

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
        transition: What stands between scenes.
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

    @property
    def families(self) -> tuple[str, ...]:
        """Every family that its pictures and captions use, each once."""
        voices = (self.headline, self.body, self.label_type, self.quote, self.figure_type)
        return tuple(dict.fromkeys([*(voice.family for voice in voices), self.captions.family]))


def theme_names() -> tuple[str, ...]:
    """The themes that come with the program, the default one first."""
    names = sorted(folder.name for folder in _SHIPPED.iterdir() if (folder / "theme.toml").is_file())
    return (DEFAULT_THEME, *(name for name in names if name != DEFAULT_THEME))


def load_theme(name_or_path: str) -> Theme:
    """Read a shipped theme by name, or a person's own by its folder.

    Raises:
        RequestError: There is no such theme.
        ConfigurationError: Its theme.toml is wrong.
    """
    if name_or_path in theme_names():
        folder = _SHIPPED / name_or_path
    else:
        folder = expand_home(name_or_path)
        if not (folder / "theme.toml").is_file():
            raise _no_such_theme(name_or_path)
    base = _SHIPPED / DEFAULT_THEME
    own = _read_toml(folder)
    folders = tuple(dict.fromkeys((folder.resolve(), base.resolve())))
    try:
        values = _merge(_read_toml(base), own)
        return _build_theme(folder, values, folders)
    except (KeyError, ValueError) as error:
        missing = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ConfigurationError(
            f"The theme {folder.name!r} is wrong: {missing}", hint="Compare its theme.toml with the default theme's."
        ) from error


def theme_fingerprint(theme: Theme) -> str:
    """Hash of everything that can change its pictures: its values, templates, fonts and the default's templates."""
    digest = hashlib.sha256()
    for folder in theme.folders:
        for path in _files(folder, *_LARGEST):
            with open_named(path, _LARGEST[path.suffix.lower()], error=ConfigurationError) as (file, _):
                digest.update(path.name.encode() + b"\0" + bytes.fromhex(hash_file(file)))
    digest.update(font_fingerprint(theme.families).encode())
    return digest.hexdigest()


def _files(folder: Path, *suffixes: str) -> list[Path]:
    """The files of a theme with these suffixes, by name.

    Raises:
        ConfigurationError: One leads out of the folder by a link, is not a plain file, or is too large.
    """
    home, found = folder.resolve(), []
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if suffix not in suffixes or path.is_dir():
            continue
        real = path.resolve()
        if not real.is_relative_to(home) or not real.is_file():
            raise ConfigurationError(
                f"{path.name} of the theme {folder.name!r} leads out of its folder or is not a plain file.",
                hint="Put a copy of the file into the theme's folder.",
            )
        if real.stat().st_size > _LARGEST[suffix]:
            raise ConfigurationError(
                f"{path.name} of the theme {folder.name!r} is larger than {_LARGEST[suffix] >> 20} MB.",
                hint="Use a smaller file.",
            )
        found.append(path)
    return found


def _read_templates(folders: tuple[Path, ...]) -> dict[str, str]:
    templates: dict[str, str] = {}
    for folder in folders:
        for path in _files(folder, ".svg"):
            called = f"The template {path.name} of the theme {folder.name!r}"
            data = read_named(path, _LARGEST[".svg"], called=called, error=ConfigurationError)
            try:
                templates.setdefault(path.name, decode_utf8(data, called))
            except MalformedText as error:
                raise ConfigurationError(error.message, hint="Save it as UTF-8.") from error
    return templates


def _no_such_theme(name: str) -> RequestError:
    nearest = difflib.get_close_matches(name, theme_names(), n=1, cutoff=0.5)
    known = ", ".join(theme_names())
    hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
    return RequestError(
        f"There is no theme {name!r}.", hint=f"{hint}Known themes: {known}; or the path of a theme folder."
    )


def _read_toml(folder: Path) -> dict[str, Any]:
    _files(folder, ".toml")
    called = f"theme.toml of the theme {folder.name!r}"
    data = read_named(folder / "theme.toml", _LARGEST[".toml"], called=called, error=ConfigurationError)
    try:
        return parse_toml(data, name=called)
    except MalformedText as error:
        raise ConfigurationError(
            f"The theme {folder.name!r} cannot be read: {error.fault}", hint="Mend its theme.toml."
        ) from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` on top of `base`, table by table; a font that names its own family starts afresh."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and not isinstance(value, dict):
            raise ValueError(f"{key} must be a table, and not {value!r}")  # noqa: TRY004 - as all that is wrong
        fresh = isinstance(value, dict) and "family" in value
        merged[key] = (
            _merge(below, value) if isinstance(value, dict) and isinstance(below, dict) and not fresh else value
        )
    return merged


def _build_theme(folder: Path, values: dict[str, Any], folders: tuple[Path, ...]) -> Theme:
    known = {"label", "mode", "palette", "motion", "transition", "grain", "blur"}
    known |= {"fonts", "scale", "composition", "captions"}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"unknown entry {unknown[0]!r}")
    voices = {name: _type_style(folder, table, f"fonts.{name}") for name, table in values["fonts"].items()}
    for name in ("headline", "quote", "figure"):  # a display face is heavy whatever its number says
        voices[name] = replace(voices[name], fallback_weight=max(voices[name].weight, HEAVY))
    if values["composition"]["emphasis"] == "italic":
        voices |= {name: replace(voices[name], accent_italic=True) for name in ("headline", "quote")}
    captions = _shaped(Captions, values["captions"], "captions")
    captions = replace(captions, family=_family(folder, captions.family))
    grain, blur = (_number(values[name], name) for name in ("grain", "blur"))
    if not 0 <= grain < 0.03:
        raise ValueError("grain must be at least 0 and under 0.03")
    return Theme(
        name=folder.resolve().name,
        label=str(values["label"]),
        mode=_one_of(values["mode"], get_args(Mode)),
        temper=_one_of(values["palette"], ("deep", "bold", "quiet", "any-bold")),
        motion=_one_of(values["motion"], get_args(Motion)),
        transition=_one_of(values["transition"], get_args(Transition)),
        grain=grain,
        blur=min(max(0.0, blur), 1.0),
        headline=voices["headline"],
        body=voices["body"],
        label_type=voices["label"],
        quote=voices["quote"],
        figure_type=voices["figure"],
        scale=_shaped(TypeScale, values["scale"], "scale"),
        composition=_shaped(Composition, values["composition"], "composition"),
        captions=captions,
        folders=folders,
        templates=_read_templates(folders),
    )


def _shaped(kind: type[Shape], table: Any, place: str) -> Shape:
    """A table as what it has to be: all its entries, of their kinds, within what can be drawn, and no others."""
    if isinstance(table, dict) and (unknown := sorted(set(table) - {field.name for field in fields(kind)})):
        raise ValueError(f"unknown entry {unknown[0]!r} in {place}")
    try:
        shape = msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{place}: {error}") from error
    for entry in fields(kind):
        value = getattr(shape, entry.name)
        most = _HEAVIEST if "weight" in entry.name else _LARGEST_SIZE
        if isinstance(value, int | float) and abs(value) > most:
            raise ValueError(f"{place}.{entry.name} must be at most {most:g}, and not {value:g}")
    return shape


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number, and not {value!r}")  # noqa: TRY004 - said like all that is wrong
    return float(value)


def _one_of(value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def _type_style(folder: Path, table: Any, place: str) -> TypeStyle:
    style = _shaped(TypeStyle, table, place)
    return replace(style, family=_family(folder, style.family))


def _family(folder: Path, name: str) -> str:
    """A font that the folder brings is known by its path."""
    if name.lower().endswith((".ttf", ".otf")):
        _files(folder, ".ttf", ".otf")
    return str((folder / Path(name).name).resolve()) if name.lower().endswith((".ttf", ".otf")) else name

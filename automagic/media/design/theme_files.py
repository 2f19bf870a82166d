"""Themes: folders that say how pictures look, made to be copied and edited.

    <name>/
      theme.toml       fonts, type scale, ground, composition, captions, motion
      ground.svg       the soft background: colour fields and nothing with an edge
      art.svg          what is sharp and decorative: lines, arcs, dots, a large faded icon
      parts.svg        macros that the layouts share: text, emphasis, rule
      icon.svg         how an icon is presented
      counter.svg      how it is shown where a card stands in a count
      title.svg  statement.svg  number.svg  list.svg  quote.svg  comparison.svg  closing.svg  thumbnail.svg
      *.ttf  *.otf     fonts of its own, named in theme.toml by file name

Whatever a folder leaves out, a value or a template, is the `default` theme's. Templates are Jinja2 in a sandbox: a
theme may come from a stranger.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from automagic.data import shipped
from automagic.errors import ConfigurationError, RequestError
from automagic.machine.blocks import hash_file
from automagic.media.design.fonts import font_fingerprint
from automagic.media.design.palette import Mode
from automagic.media.design.themes import HEAVY, Captions, Composition, Motion, Theme, Transition, TypeScale, TypeStyle
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import expand_home, open_named, read_named
from automagic.reading.toml import parse_toml
from automagic.shaping import to_shape
from automagic.values.moving import MotionStyle

DEFAULT_THEME = "default"
_SHIPPED = shipped("themes")

_LARGEST = {".toml": 1 << 20, ".svg": 1 << 20, ".ttf": 32 << 20, ".otf": 32 << 20}
"""Suffixes of the files that a theme is made of, with the bytes that each may have."""

_HEAVIEST = 1000
"""Of a font, as OpenType counts weights."""
_LARGEST_SIZE = 10
"""The largest number in a theme: sizes are fractions or multiples of something, and ten times is always a mistake."""

_SLOWEST = 2.0
"""Seconds, and short sides of the frame: a move that takes longer or goes further is a mistake."""

Shape = TypeVar("Shape", TypeStyle, TypeScale, Composition, Captions, MotionStyle)


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
            f"The theme {folder.name!r} cannot be read: {error.fault}", hint="Correct its theme.toml."
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
    known |= {"fonts", "scale", "composition", "captions", "moves"}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"unknown entry {unknown[0]!r}")
    voices = {name: _shaped(TypeStyle, table, f"fonts.{name}") for name, table in values["fonts"].items()}
    voices = {name: replace(style, family=_family(folder, style.family)) for name, style in voices.items()}
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
        moves=_moves(values["moves"]),
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


def _moves(table: Any) -> MotionStyle:
    moves = _shaped(MotionStyle, table, "moves")
    for name in ("enter_s", "grow_s", "exit_s", "distance"):
        if not 0 <= getattr(moves, name) <= _SLOWEST:
            raise ValueError(f"moves.{name} must be from 0 to {_SLOWEST:g}, and not {getattr(moves, name):g}")
    return moves


def _shaped(kind: type[Shape], table: Any, place: str) -> Shape:
    """A table as what it has to be: all its entries, of their kinds, within what can be drawn, and no others."""
    if isinstance(table, dict) and (unknown := sorted(set(table) - {field.name for field in fields(kind)})):
        raise ValueError(f"unknown entry {unknown[0]!r} in {place}")
    try:
        shape = to_shape(table, kind)
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
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _family(folder: Path, name: str) -> str:
    """A font that the folder brings is known by its path."""
    if not name.lower().endswith((".ttf", ".otf")):
        return name
    _files(folder, ".ttf", ".otf")
    return str((folder / Path(name).name).resolve())

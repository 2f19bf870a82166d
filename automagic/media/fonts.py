"""Fonts: which files draw a text, whether they can, and how wide it becomes.

A family is the name of an installed `fontpkg-*` package ("Inter", "Noto Sans") or the path of a `.ttf`/`.otf` file,
for a theme that brings its own. Nothing is ever taken from the system: the same text looks the same on every machine.
Behind the families of a theme stand the fallbacks, Noto Sans and those of its script siblings that are installed.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.errors import ConfigurationError

FALLBACK_FAMILY = "Noto Sans"

# First word of a character's Unicode name → the fontpkg family that draws its script.
_SCRIPT_FAMILIES = {
    "ARABIC": "Noto Sans Arabic",
    "DEVANAGARI": "Noto Sans Devanagari",
    "KHMER": "Noto Sans Khmer",
    "TAMIL": "Noto Sans Tamil",
    "TELUGU": "Noto Sans Telugu",
    "THAI": "Noto Sans Thai",
    "BENGALI": "Hind Siliguri",
    "HEBREW": "Heebo",
}


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file of a family.

    Attributes:
        path: The file.
        italic: Whether its letters are slanted.
        weight: 100-900, or None for a file with a weight axis.
        axes: (tag, smallest, largest) of each variation axis.
    """

    path: Path
    italic: bool
    weight: int | None
    axes: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    faces: tuple[FontFace, ...]


def font_files(families: Sequence[str]) -> tuple[Path, ...]:
    """The files of all faces of the families and of the fallbacks behind them, each once.

    Raises:
        ConfigurationError: A family is neither installed nor a font file.
    """
    paths = [face.path for name in _with_fallbacks(families) for face in _family(name).faces]
    return tuple(dict.fromkeys(paths))


def family_name(family: str) -> str:
    """What an SVG or a caption calls the family: its own name, also for one that was given as a file."""
    return _family(family).name


def is_installed(family: str) -> bool:
    """Whether the family can be used on this machine."""
    return Path(family).is_file() if _is_file_name(family) else _package_folder(family) is not None


def font_file(family: str, weight: int, *, italic: bool = False) -> Path:
    """The one file that draws the family at (or nearest to) this weight and slant."""
    return _choose_face(family, weight, italic=italic).path


def font_fingerprint(families: Sequence[str]) -> str:
    """Hash of the bytes of every file in `font_files`, for the keys of steps that draw text."""
    digest = hashlib.sha256()
    for path in font_files(families):
        status = path.stat()
        digest.update(_hash_file(path, status.st_size, status.st_mtime_ns))
    return digest.hexdigest()


# ---------------------------------------------------------------------------------------------- coverage


def missing_characters(text: str, families: Sequence[str]) -> str:
    """The characters of `text`, each once and in order, that neither the families nor the fallbacks can draw.

    White space needs no glyph. Emoji and control characters are reported like any other.
    """
    wanted = {character: None for character in text if not character.isspace()}
    for name in _with_fallbacks(families):
        if not wanted:
            break
        covered = _coverage(_choose_face(name, 400, italic=False).path)
        wanted = {character: None for character in wanted if ord(character) not in covered}
    return "".join(wanted)


def covering_family(text: str, family: str) -> str:
    """The family, or the first fallback that draws the whole text when the family does not; the family if none does."""
    names = _with_fallbacks((family,))
    return next((name for name in names if covers(text, name)), family)


def covers(text: str, family: str) -> bool:
    """Whether the family alone draws every character of the text but white space."""
    covered = _coverage(_choose_face(family, 400, italic=False).path)
    return all(ord(character) in covered or character.isspace() for character in text)


def require_coverage(text: str, families: Sequence[str]) -> None:
    """Check that every character of `text` can be drawn.

    Raises:
        ConfigurationError: Names the script that no font covers, and the package that would bring it.
    """
    missing = missing_characters(text, families)
    if not missing:
        return
    character = missing[0]
    word = _script(character)
    family = _SCRIPT_FAMILIES.get(word, "")
    script = word if word == "CJK" else word.title()
    if family:
        hint = f"Install its font: pip install fontpkg-{_slug(family)}"
    else:
        hint = "Add a .ttf or .otf file that covers it to a theme folder and choose it with --theme."
    raise ConfigurationError(
        f"No installed font can draw {script} text, such as {character!r} (U+{ord(character):04X}).",
        hint=hint,
    )


RIGHT_TO_LEFT_MARK = "\u200f"
"""Around a line that runs from right to left: the renderer takes every line for one from left to right, and would put
a number at its start and a full stop at its end on the wrong side."""


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a strong direction runs from right to left (Unicode bidi rule P2)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


# ---------------------------------------------------------------------------------------------- measuring


@functools.lru_cache(maxsize=16384)
def text_width(text: str, family: str, weight: int, size_px: float, *, italic: bool = False) -> float:
    """Width of one line in pixels, shaped as resvg shapes it: kerning, ligatures, weight and optical size axes.

    Characters that the family lacks are measured in the first fallback that has them.
    """
    return sum(
        _shape_width(run, _choose_face(name, weight, italic=italic), weight, size_px)
        for name, run in _split_by_coverage(text, family)
    )


def line_metrics(family: str, weight: int, *, italic: bool = False) -> tuple[float, float]:
    """(height of capitals, depth of descenders), both positive, as fractions of the font size."""
    return _line_metrics(_choose_face(family, weight, italic=italic).path)


@functools.lru_cache(maxsize=64)
def _line_metrics(path: Path) -> tuple[float, float]:
    hb = _harfbuzz()
    font = hb.Font(_face(path))
    extents = [font.get_glyph_extents(font.get_nominal_glyph(ord(letter)) or 0) for letter in "Hp"]
    upem = float(_face(path).upem)
    if extents[0] is None or extents[1] is None:
        return 0.72, 0.22
    return extents[0].y_bearing / upem, -(extents[1].y_bearing + extents[1].height) / upem


def _split_by_coverage(text: str, family: str) -> list[tuple[str, str]]:
    """Runs of (family that draws it, text), fallbacks where the family has no glyph."""
    if covers(text, family):
        return [(family, text)]
    runs: list[tuple[str, str]] = []
    names = _with_fallbacks((family,))
    coverages = {name: _coverage(_choose_face(name, 400, italic=False).path) for name in names}
    for character in text:
        name = next((name for name in names if ord(character) in coverages[name]), names[0])
        if character.isspace() and runs:
            name = runs[-1][0]
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + character)
        else:
            runs.append((name, character))
    return runs


def _shape_width(text: str, face: FontFace, weight: int, size_px: float) -> float:
    # resvg sets the optical size axis to the font size in user units; the others but the weight keep their default.
    wanted = {"wght": float(weight), "opsz": size_px}
    variations = tuple((tag, min(max(wanted[tag], low), high)) for tag, low, high in face.axes if tag in wanted)
    return _shape_advance(text, face.path, variations) * size_px


@functools.lru_cache(maxsize=16384)
def _shape_advance(text: str, path: Path, variations: tuple[tuple[str, float], ...]) -> float:
    """Width of a shaped text in multiples of its size: without an optical size axis, one shaping serves all sizes."""
    hb = _harfbuzz()
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(_sized_font(path, variations), buffer)
    units = sum(position.x_advance for position in buffer.glyph_positions or ())
    return float(units) / float(_face(path).upem)


def _harfbuzz() -> Any:
    """The shaping library: it ships no types, and only drawing needs it."""
    return importlib.import_module("uharfbuzz")


@functools.lru_cache(maxsize=256)
def _sized_font(path: Path, variations: tuple[tuple[str, float], ...]) -> Any:
    hb = _harfbuzz()
    font = hb.Font(_face(path))
    if variations:
        font.set_variations(dict(variations))
    return font


@functools.lru_cache(maxsize=64)
def _face(path: Path) -> Any:
    hb = _harfbuzz()
    return hb.Face(hb.Blob.from_file_path(str(path)))


@functools.lru_cache(maxsize=64)
def _coverage(path: Path) -> frozenset[int]:
    return frozenset(_face(path).unicodes)


# ---------------------------------------------------------------------------------------------- families


def _with_fallbacks(families: Sequence[str]) -> tuple[str, ...]:
    siblings = [name for name in _SCRIPT_FAMILIES.values() if _package_folder(name) is not None]
    return tuple(dict.fromkeys([*families, FALLBACK_FAMILY, *siblings]))


@functools.lru_cache(maxsize=256)
def _choose_face(family: str, weight: int, *, italic: bool) -> FontFace:
    """The face whose slant, then weight, is nearest to the wanted one; the lighter of two equally near."""

    def distance(face: FontFace) -> tuple[bool, int, int]:
        return (face.italic != italic, abs((face.weight or weight) - weight), face.weight or weight)

    return min(_family(family).faces, key=distance)


@functools.lru_cache(maxsize=128)
def _family(family: str) -> _Family:
    if _is_file_name(family):
        return _family_from_file(Path(family))
    folder = _package_folder(family)
    if folder is None:
        raise ConfigurationError(
            f"The font {family!r} is not installed.", hint=f"Install it: pip install fontpkg-{_slug(family)}"
        )
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    axes = tuple((axis["tag"], float(axis["min"]), float(axis["max"])) for axis in metadata.get("axes", ()))
    faces = tuple(
        FontFace(
            path=folder / entry["path"],
            italic=entry.get("style", "normal") == "italic",
            weight=None if entry.get("variable") else int(entry.get("weight") or 400),
            axes=axes if entry.get("variable") else (),
        )
        for entry in metadata["files"]
    )
    return _Family(metadata["family"], faces)


def _family_from_file(path: Path) -> _Family:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            name = font["name"].getBestFamilyName() or path.stem
            axes = (
                tuple((axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes)
                if "fvar" in font
                else ()
            )
            weight = None if any(tag == "wght" for tag, _, _ in axes) else int(font["OS/2"].usWeightClass)
            italic = bool(font["OS/2"].fsSelection & 1)
    except (OSError, TTLibError) as error:
        raise ConfigurationError(
            f"The font file {path.name} cannot be read: {error}", hint="Use a .ttf or .otf file."
        ) from error
    return _Family(str(name), (FontFace(path, italic, weight, axes),))


@functools.lru_cache(maxsize=256)
def _package_folder(family: str) -> Path | None:
    """Folder of the family's `fontpkg-*` package, found without importing or listing packages."""
    spec = importlib.util.find_spec(f"fontpkg_{_slug(family).replace('-', '_')}")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@functools.lru_cache(maxsize=256)
def _hash_file(path: Path, size_bytes: int, mtime_ns: int) -> bytes:  # noqa: ARG001 - part of the cache's key
    return hashlib.sha256(path.read_bytes()).digest()


def _is_file_name(family: str) -> bool:
    return family.lower().endswith((".ttf", ".otf"))


def _slug(family: str) -> str:
    return "-".join(family.lower().split())


def _script(character: str) -> str:
    """The script by the first word of the character's Unicode name; "CJK" and "HANGUL" are their own."""
    return unicodedata.name(character, "unknown").split(" ", maxsplit=1)[0]

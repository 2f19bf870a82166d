"""Fonts: which files draw a text, and whether they can.

A family is the name of an installed font package ("Inter", "Noto Sans") or the path of a `.ttf`/`.otf` file, for a
theme that brings its own. Nothing is ever taken from the system: the same text looks the same on every machine.

    the theme's family ─▶ Noto Sans ─▶ the font of the character's script ─▶ symbols, emoji, mathematics ─▶ CJK

Behind the family stand the others, in this order; a character that none of them has is left out of pictures. How the
letters of a text become outlines is in `lettering`.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.errors import ConfigurationError
from automagic.reading.json import parse_json

FALLBACK_FAMILY = "Noto Sans"
EMOJI_FAMILY = "Noto Emoji"
CJK_FAMILY = "Noto Sans CJK JP"

_SCRIPTS = (
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada",
    "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai",
)  # fmt: skip

_SCRIPT_FAMILIES = {script.upper(): f"Noto Sans {script}" for script in _SCRIPTS}
"""First word of a character's Unicode name → the family that draws its script."""

_CJK_WORDS = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"}

_SYMBOL_FAMILIES = (
    "Noto Sans Symbols",
    "Inter",
    "JetBrains Mono",
    EMOJI_FAMILY,
    "Noto Sans Symbols 2",
    "Noto Sans Math",
)
"""Heavy letters stand beside heavy symbols: the ones with a weight axis come first."""

# Families of packages that hold several: the package's module, and the file in it.
_SHARED_PACKAGES = {
    **{name: ("manimgx_fonts", f"{name.replace(' ', '')}[wght].ttf") for name in _SCRIPT_FAMILIES.values()},
    "Noto Sans Symbols": ("manimgx_fonts", "NotoSansSymbols[wght].ttf"),
    EMOJI_FAMILY: ("manimgx_fonts", "NotoEmoji[wght].ttf"),
    CJK_FAMILY: ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"),
    "Noto Sans Symbols 2": ("pymupdf_fonts", "NotoSansSymbols2_Regular.py"),
    "Noto Sans Math": ("pymupdf_fonts", "NotoSansMath_Regular.py"),
}


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file of a family.

    Attributes:
        path: The file; a Python module that holds the font's bytes ends in ".py".
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
    names = dict.fromkeys([*families, *_fallbacks()])
    return tuple(dict.fromkeys(path for name in names for path in _files_of(name)))


def family_name(family: str) -> str:
    """What an SVG calls the family: its own name, also for one that was given as a file."""
    return _family(family).name


def is_installed(family: str) -> bool:
    """Whether the family can be used on this machine."""
    return Path(family).is_file() if _is_file_name(family) else _package_folder(family) is not None


def font_fingerprint(families: Sequence[str]) -> str:
    """Hash of the bytes of every file in `font_files`, for the keys of steps that draw text."""
    digest = hashlib.sha256()
    for path in font_files(families):
        known = _identity(path)
        if known not in _hashes:
            with path.open("rb") as file:  # piece by piece: memory for 40 MB costs more than their hash
                _hashes[known] = hashlib.file_digest(file, "sha256").digest()
        digest.update(_hashes[known])
    return digest.hexdigest()


def know_hashes(families: Sequence[str], hash_files: Callable[[Iterable[Path]], Mapping[Path, str]]) -> None:
    """Take the hashes of the files in `font_files` from somebody who remembers them: there are 40 MB to read.

    Args:
        hash_files: Gives the SHA-256 of each file in hexadecimal.
    """
    for path, known in hash_files(font_files(families)).items():
        _hashes[_identity(path)] = bytes.fromhex(known)


_hashes: dict[tuple[Path, int, int], bytes] = {}
"""By path, size and time of the content in ns."""


def _identity(path: Path) -> tuple[Path, int, int]:
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns


def families_for(character: str, family: str) -> Iterator[str]:
    """Who may draw a character, in order: the family itself, then the fallbacks that may have it."""
    yield family
    if family != FALLBACK_FAMILY:
        yield FALLBACK_FAMILY
    word = script_of(character)
    script = _SCRIPT_FAMILIES.get(word, "")
    usual = (script,) if script else ()
    others = (*usual, CJK_FAMILY) if word in _CJK_WORDS else (*usual, *_SYMBOL_FAMILIES, CJK_FAMILY)
    yield from (name for name in others if name != family and is_installed(name))


def covering_family(text: str, family: str) -> str:
    """The family, or the first fallback that draws the whole text when the family does not; the family if none does."""
    if covers(text, family):
        return family
    names = dict.fromkeys(name for character in text for name in families_for(character, family))
    return next((name for name in names if covers(text, name)), family)


def covers(text: str, family: str) -> bool:
    """Whether the family alone draws every character of the text that needs a glyph."""
    covered = coverage(family)
    return all(ord(character) in covered or not needs_glyph(character) for character in text)


_NEVER_SEEN = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810)})


_DRAWN_FORMATS = (
    range(0xFFF9, 0xFFFC),  # interlinear notes
    range(0x110BD, 0x110BE),  # Kaithi numbers
    range(0x110CD, 0x110CE),
    range(0x13430, 0x13440),  # joins of hieroglyphs
    range(0x1BCA0, 0x1BCA4),  # shorthand
)
"""Format characters that are no default ignorables to HarfBuzz: without a font it draws a missing glyph for them."""


@functools.lru_cache(maxsize=4096)
def needs_glyph(character: str) -> bool:
    """False for white space and what is never seen itself (Unicode: default ignorable): joiners, selectors, tags."""
    code = ord(character)
    if character.isspace() or is_selector(character) or code in _NEVER_SEEN:
        return False
    # Signs that stand before an Arabic number are format characters that are seen.
    if unicodedata.category(character) != "Cf" or unicodedata.bidirectional(character) in {"AN", "AL"}:
        return True
    return any(ord(character) in drawn for drawn in _DRAWN_FORMATS)


def is_selector(character: str) -> bool:
    """Whether it chooses between two looks of the character before it."""
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


def coverage(family: str) -> frozenset[int]:
    """The code points that the family has glyphs for."""
    return _coverage(choose_face(family, 400, italic=False).path)


def name_missing_fonts(characters: Iterable[str]) -> str:
    """What to install, or to do, so that these characters are drawn."""
    words = {script_of(character) for character in characters}
    if words & _CJK_WORDS and not is_installed(CJK_FAMILY):
        return "Install the fonts for Chinese, Japanese and Korean: pip install 'automagic[cjk]'"
    return "Add a .ttf or .otf file that has them to a theme folder of yours, and choose it with --theme."


@functools.lru_cache(maxsize=4096)
def script_of(character: str) -> str:
    """The first word of the character's Unicode name: "LATIN", "CJK", "HANGUL"."""
    return unicodedata.name(character, "unknown").split(" ", maxsplit=1)[0].split("-", maxsplit=1)[0]


@functools.lru_cache(maxsize=256)
def choose_face(family: str, weight: int, *, italic: bool) -> FontFace:
    """The face whose slant, then weight, is nearest to the wanted one; the lighter of two equally near."""

    def distance(face: FontFace) -> tuple[bool, int, int]:
        return (face.italic != italic, abs((face.weight or weight) - weight), face.weight or weight)

    return min(_family(family).faces, key=distance)


@functools.lru_cache(maxsize=64)
def harfbuzz_face(path: Path) -> Any:
    """The file as the shaping library has it, which ships no types; only drawing needs it."""
    hb = importlib.import_module("uharfbuzz")
    if path.suffix == ".py":
        return hb.Face(hb.Blob(_bytes_of_module(path)))
    return hb.Face(hb.Blob.from_file_path(str(path)))


@functools.lru_cache(maxsize=64)
def line_metrics(family: str, weight: int, *, italic: bool = False) -> tuple[float, float]:
    """(height of capitals, depth of descenders), both positive, as fractions of the font size.

    Of a font for another script, they are those of the Latin letters that stand beside it.
    """
    if not covers("Hp", family) and family != FALLBACK_FAMILY:
        return line_metrics(FALLBACK_FAMILY, weight, italic=italic)
    hb = importlib.import_module("uharfbuzz")
    face = harfbuzz_face(choose_face(family, weight, italic=italic).path)
    font = hb.Font(face)
    extents = [font.get_glyph_extents(font.get_nominal_glyph(ord(letter)) or 0) for letter in "Hp"]
    upem = float(face.upem)
    if extents[0] is None or extents[1] is None:
        return 0.72, 0.22
    return extents[0].y_bearing / upem, -(extents[1].y_bearing + extents[1].height) / upem


@functools.lru_cache(maxsize=64)
def _coverage(path: Path) -> frozenset[int]:
    # What a font draws for control characters and in private areas means nothing to others.
    return frozenset(
        code for code in harfbuzz_face(path).unicodes if unicodedata.category(chr(code)) not in _MEANINGLESS
    )


_MEANINGLESS = {"Cc", "Co", "Cs"}


def _fallbacks() -> list[str]:
    names = (FALLBACK_FAMILY, *_SCRIPT_FAMILIES.values(), *_SYMBOL_FAMILIES, CJK_FAMILY)
    return [name for name in names if is_installed(name)]


def _files_of(family: str) -> list[Path]:
    folder = None if _is_file_name(family) else _package_folder(family)
    if folder is not None and not (folder / "metadata.json").is_file():
        return [folder / _SHARED_PACKAGES[family][1]]
    return [face.path for face in _family(family).faces]


@functools.lru_cache(maxsize=128)
def _family(family: str) -> _Family:
    if _is_file_name(family):
        return _family_from_file(Path(family))
    folder = _package_folder(family)
    if folder is None:
        raise ConfigurationError(
            f"The font {family!r} is not installed.", hint=f"Install it: pip install fontpkg-{_slug(family)}"
        )
    if not (folder / "metadata.json").is_file():
        return _family_from_file(_files_of(family)[0])
    metadata = parse_json((folder / "metadata.json").read_bytes(), name=f"metadata.json of the font {family}")
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
        data = io.BytesIO(_bytes_of_module(path)) if path.suffix == ".py" else path.open("rb")
        with data as file, TTFont(file, lazy=True, fontNumber=0) as font:
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
    """Folder of the package that has the family, found without importing or listing packages; None for a file."""
    if _is_file_name(family):
        return None
    module = f"fontpkg_{_slug(family).replace('-', '_')}"
    modules = [module] if module.isidentifier() else []  # "St. Mary" would be a package with something in it
    if family in _SHARED_PACKAGES:
        modules.append(_SHARED_PACKAGES[family][0])
    specs = (importlib.util.find_spec(module) for module in modules)
    return next((Path(spec.origin).parent for spec in specs if spec is not None and spec.origin), None)


def _bytes_of_module(path: Path) -> bytes:
    """The font that a module of `pymupdf_fonts` holds, packed."""
    data: bytes = importlib.import_module(f"{path.parent.name}.{path.stem}").fontbuffer
    return data


def _is_file_name(family: str) -> bool:
    return family.lower().endswith((".ttf", ".otf"))


def _slug(family: str) -> str:
    return "-".join(family.lower().split())

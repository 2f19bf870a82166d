"""Lettering: a line of text as outlines, each part of it in a font that has its letters.

    "Hi 👩‍🚀 שלום" ─ clusters ─▶ who has each ─┬─▶ one piece a font, script and direction ─ HarfBuzz ─▶ glyphs ─▶ path
                                            └─ nobody ─▶ left out

What is measured is what is drawn. The renderer of SVG is not asked for text: where the parts of a line need different
fonts it matches their glyphs by number, and draws boxes for whatever joins (emoji of several parts, ligatures, Indic
syllables). Here every piece is shaped by itself, and no missing glyph can come out.
"""

from __future__ import annotations

import functools
import importlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.media.design.bidi import DirectedRun, visual_runs
from automagic.media.design.clusters import is_emoji, split_clusters
from automagic.media.design.fonts import (
    EMOJI_FAMILY,
    choose_face,
    covering_family,
    covers,
    families_for,
    harfbuzz_face,
    is_installed,
    needs_glyph,
    script_of,
)

_GREEK = re.compile("[\u0370-\u03ff]")
_LINE_SPACE = re.compile("[\t-\r\x1c-\x1f\x85\u1680\u2028\u2029]")
"""White space that fonts have no glyph for, unlike the spaces of different widths."""


_MEASURED_PX = 64.0
"""Where only proportions count: of a font with an optical size, that of large letters."""

_SIMPLE_END = 0x0300
"""Below it every character stands alone and runs from left to right."""

# Letters of these scripts join or stand in fixed distances: no room is added between them.
_JOINED = {
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "KHMER", "MALAYALAM", "MYANMAR", "ORIYA",
    "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAI", "LAO",
}  # fmt: skip


_ALIKE = {"", "LATIN", "GREEK", "CYRILLIC"}


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font as a person asks for it.

    Attributes:
        fallback_weight: Of the fonts that stand in for it, where its own weight says little: a display face is heavy
            at 400. 0 for the same.
    """

    family: str
    weight: int
    italic: bool = False
    fallback_weight: int = 0

    def weight_in(self, family: str) -> int:
        """How heavy letters are that this family draws."""
        return self.fallback_weight if self.fallback_weight and family != self.family else self.weight


@dataclass(frozen=True, slots=True)
class FontRun:
    """Characters [start, start + len(text)) of a line that one font draws in one direction."""

    text: str
    start: int
    family: str
    right_to_left: bool
    script: str


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a shaped piece; lengths in multiples of the font size.

    Attributes:
        number: In its font; 0 is the box that stands for a missing one.
        cluster: The first character of the line that it belongs to.
        advance: How far the next one is.
        dx, dy: Its offset from the pen, to the right and up.
    """

    number: int
    cluster: int
    advance: float
    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class PlacedGlyph:
    """A glyph on a line: its outline, and where its pen stands, in pixels from the line's left end and base line."""

    number: int
    outline: tuple[tuple[str, tuple[float, ...]], ...]
    x: float
    y: float
    scale: float
    cluster: int
    advance: float


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """A line as it is drawn, from left to right; `width` in pixels."""

    glyphs: tuple[PlacedGlyph, ...]
    width: float

    def extent(self, first: int, end: int) -> tuple[float, float]:
        """(left, right) of what characters [first, end) take up; (0, 0) for nothing."""
        own = [glyph for glyph in self.glyphs if first <= glyph.cluster < end]
        if not own:
            return 0.0, 0.0
        return min(glyph.x for glyph in own), max(glyph.x + glyph.advance for glyph in own)

    def path(self, x: float, y: float, first: int = 0, end: int | None = None) -> str:
        """SVG path data of characters [first, end), the line's left end at `x` and its base line at `y`."""
        return " ".join(
            _path_data(glyph, x, y)
            for glyph in self.glyphs
            if glyph.outline and first <= glyph.cluster and (end is None or glyph.cluster < end)
        )


def drawable(text: str, family: str) -> str:
    """The text without what neither the family nor a fallback can draw."""
    if covers(text, family):
        return text
    return "".join(cluster for cluster in split_clusters(text) if _family_of(cluster, family))


def undrawable(text: str, family: str) -> tuple[str, ...]:
    """What `drawable` leaves out, each once and in order."""
    if covers(text, family):
        return ()
    return tuple(dict.fromkeys(cluster for cluster in split_clusters(text) if not _family_of(cluster, family)))


@functools.lru_cache(maxsize=4096)
def _family_of(cluster: str, family: str) -> str:
    """The font that draws a cluster; empty when none can. What is never visible belongs to any font."""
    seen = "".join(character for character in cluster if needs_glyph(character))
    if not seen:
        return family
    if is_emoji(cluster) and is_installed(EMOJI_FAMILY) and covers(seen, EMOJI_FAMILY):
        return EMOJI_FAMILY
    return next((name for name in families_for(seen[0], family) if covers(seen, name)), "")


def capitals(text: str) -> str:
    """The text in capitals; Greek ones carry no accent."""
    if not _GREEK.search(text):
        return text.upper()
    bare = unicodedata.normalize("NFD", text.upper()).replace("\u0301", "")
    return unicodedata.normalize("NFC", bare)


def text_width(text: str, face: Typeface, size_px: float) -> float:
    """Width of one line in pixels, as it is drawn without room between letters; what nobody can draw has none."""
    pieces = _split_pieces(text, face.family)
    return size_px * sum(glyph.advance for piece in pieces for glyph in _shape(piece, face, size_px))


def count_spaced(text: str, face: Typeface) -> int:
    """After how many glyphs of a line room between letters would be added."""
    pieces = (piece for piece in _split_pieces(text, face.family) if piece.script not in _JOINED)
    return sum(glyph.advance > 0 for piece in pieces for glyph in _shape(piece, face, _MEASURED_PX))


@functools.lru_cache(maxsize=4096)
def ink_of_other_scripts(text: str, face: Typeface, *, symbols: bool = False) -> tuple[float, float]:
    """How far letters reach above and below the base line that are not built like Latin ones, in multiples of the size.

    (0, 0) where there are none: Latin letters are as high and as deep as a font's metrics say.

    Args:
        symbols: Whether everything that another font draws counts too.
    """
    heights = [0.0]
    for piece in _split_pieces(text, face.family):
        if piece.script in _ALIKE and not (symbols and piece.family != face.family):
            continue
        font = _font_of(piece.family, face, _MEASURED_PX)
        for glyph in _shape(piece, face, _MEASURED_PX):
            heights += [value + glyph.dy for _, values in _outline(*font, glyph.number) for value in values[1::2]]
    return max(heights), -min(heights)


def shape_line(
    text: str, face: Typeface, size_px: float, *, letter_spacing: float = 0.0, word_spacing: float = 0.0
) -> ShapedLine:
    """Put a line's glyphs beside one another.

    Args:
        letter_spacing: Pixels after each glyph; not in scripts whose letters join.
        word_spacing: Pixels added to each space.
    """
    placed: list[PlacedGlyph] = []
    x = 0.0
    for piece in _split_pieces(text, face.family):
        path, variations = _font_of(piece.family, face, size_px)
        spacing = 0.0 if piece.script in _JOINED else letter_spacing
        for glyph in _shape(piece, face, size_px):
            advance = glyph.advance * size_px
            if advance > 0:
                advance += spacing + (word_spacing if text[piece.start + glyph.cluster].isspace() else 0.0)
            outline = _outline(path, variations, glyph.number)
            at = x + glyph.dx * size_px
            placed.append(
                PlacedGlyph(
                    glyph.number, outline, at, -glyph.dy * size_px, size_px, piece.start + glyph.cluster, advance
                )
            )
            x += advance
    return ShapedLine(tuple(placed), x)


@functools.lru_cache(maxsize=8192)
def _split_pieces(text: str, family: str) -> tuple[FontRun, ...]:
    """The pieces of a line from left to right."""
    text = _LINE_SPACE.sub(" ", text)
    if text and ord(max(text)) < _SIMPLE_END and covers(text, family):
        return (FontRun(text, 0, family, right_to_left=False, script="LATIN"),)
    pieces: list[FontRun] = []
    for run in visual_runs(text):
        found = list(_pieces_of_run(text, run, family))
        pieces += found[::-1] if run.right_to_left else found
    return tuple(pieces)


def _pieces_of_run(text: str, run: DirectedRun, family: str) -> Iterator[FontRun]:
    """Neighbouring clusters of one font and one script, in logical order; without those that no font draws."""
    start = at = run.start
    current: tuple[str, str] | None = None
    for cluster, drawn_by in (*_assign(text[run.start : run.end], family), ("", "")):
        key: tuple[str, str] | None = (drawn_by, _script_of_cluster(cluster)) if drawn_by else None
        if key and current and key[0] == current[0] and "" in (key[1], current[1]):
            key = current = (key[0], key[1] or current[1])
        if key != current:
            if current:
                yield FontRun(text[start:at], start, current[0], run.right_to_left, current[1])
            start, current = at, key
        at += len(cluster)


def _assign(text: str, family: str) -> list[tuple[str, str]]:
    """Each cluster and who draws it; the letters of one word look alike when one of them is missing."""
    found: list[tuple[str, str]] = []
    for part in re.findall(r"\s+|\S+", text):
        clusters = list(split_clusters(part))
        families = [_family_of(cluster, family) for cluster in clusters]
        scripts = [_script_of_cluster(cluster) for cluster in clusters]
        for script in {script for script in scripts if script}:
            places = [index for index, one in enumerate(scripts) if one == script and families[index]]
            if len({families[index] for index in places}) > 1:
                letters = "".join(filter(needs_glyph, "".join(clusters[index] for index in places)))
                together = covering_family(letters, family)
                for index in places:
                    families[index] = together if covers(letters, together) else families[index]
        found += zip(clusters, families, strict=True)
    return found


def _script_of_cluster(cluster: str) -> str:
    """The script of its first letter; empty for what all scripts use."""
    letter = next((character for character in cluster if character.isalpha()), "")
    word = script_of(letter) if letter else ""
    return "CJK" if word in {"HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"} else word


def _font_of(family: str, face: Typeface, size_px: float) -> tuple[Path, tuple[tuple[str, float], ...]]:
    """The file that draws a piece, and its axes: the weight and the optical size; others keep their default."""
    weight = face.weight_in(family)
    source = choose_face(family, weight, italic=face.italic)
    wanted = {"wght": float(weight), "opsz": size_px}
    return source.path, tuple(
        (tag, min(max(wanted[tag], low), high)) for tag, low, high in source.axes if tag in wanted
    )


def _shape(piece: FontRun, face: Typeface, size_px: float) -> tuple[Glyph, ...]:
    return _shape_text(piece.text, *_font_of(piece.family, face, size_px), piece.right_to_left)


@functools.lru_cache(maxsize=16384)
def _shape_text(
    text: str, path: Path, variations: tuple[tuple[str, float], ...], right_to_left: bool
) -> tuple[Glyph, ...]:
    """Glyphs from left to right, in multiples of the size: without an optical size, one shaping serves all sizes."""
    hb = importlib.import_module("uharfbuzz")
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    if language := _language_of(text):
        buffer.language = language
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    hb.shape(_sized_font(path, variations), buffer)
    upem = float(harfbuzz_face(path).upem)
    return tuple(
        Glyph(info.codepoint, info.cluster, place.x_advance / upem, place.x_offset / upem, place.y_offset / upem)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True)
    )


def _language_of(text: str) -> str:
    """Which country's forms Chinese characters take: kana are Japanese, hangul is Korean, else simplified Chinese."""
    words = {script_of(character) for character in text if character > "\u2e7f"}
    if words & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "HANGUL" in words:
        return "ko"
    return "zh-hans" if "CJK" in words else ""


@functools.lru_cache(maxsize=256)
def _sized_font(path: Path, variations: tuple[tuple[str, float], ...]) -> Any:
    font = importlib.import_module("uharfbuzz").Font(harfbuzz_face(path))
    if variations:
        font.set_variations(dict(variations))
    return font


@functools.lru_cache(maxsize=4096)
def _outline(
    path: Path, variations: tuple[tuple[str, float], ...], number: int
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A glyph's outline as SVG commands, upward, in multiples of the size."""
    hb = importlib.import_module("uharfbuzz")
    commands: list[tuple[str, tuple[float, ...]]] = []
    scale = 1 / float(harfbuzz_face(path).upem)

    def add(command: str) -> Callable[..., None]:
        return lambda *values: commands.append((command, tuple(value * scale for value in values[: _LENGTHS[command]])))

    functions = hb.DrawFuncs()
    functions.set_move_to_func(add("M"))
    functions.set_line_to_func(add("L"))
    functions.set_quadratic_to_func(add("Q"))
    functions.set_cubic_to_func(add("C"))
    functions.set_close_path_func(add("Z"))
    _sized_font(path, variations).draw_glyph(number, functions, None)
    return tuple(commands)


_LENGTHS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}


def _path_data(glyph: PlacedGlyph, x: float, y: float) -> str:
    left, base, scale = x + glyph.x, y + glyph.y, glyph.scale
    parts = []
    for command, values in glyph.outline:
        points = [
            f"{(left + value * scale if index % 2 == 0 else base - value * scale):.2f}"
            for index, value in enumerate(values)
        ]
        parts.append(command + " ".join(points))
    return "".join(parts)

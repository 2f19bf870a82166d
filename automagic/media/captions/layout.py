"""Where the words of a burned-in caption stand: one size for the whole cue, inside the frame's caption zone."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.media.captions.words import LineRoom
from automagic.media.design.fonts import line_metrics
from automagic.media.design.lettering import Typeface, capitals, drawable, ink_of_other_scripts, shape_line, text_width
from automagic.media.design.themes import HEAVY
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame

PLATE_PADDING = (0.42, 0.30)
"""Around the lines, across and down, in multiples of the size."""

SHADOW_SIGMA = 0.09
"""Softness of the shadow under letters without a plate, in multiples of the size."""

SHADOW_OFFSET = 0.045
"""How far the shadow falls, in multiples of the size."""

EDGE_PX = 2
"""Stays free at each side for smoothed edges."""

_LEAST_PADDING = 0.12
"""Of a plate, about letters that are higher or deeper than those it is made for, in multiples of the size."""

_BETWEEN = 0.02
"""Between such letters of two lines, in multiples of the size."""

_ASCENT_SPARE = 0.28
"""Room above capitals for accents, in multiples of the size."""


@dataclass(frozen=True, slots=True)
class CaptionLayout:
    """Lines of a cue at the size they are drawn in.

    Attributes:
        lines: The shown words of each line; a word that no font draws is empty.
        size: Font size in pixels.
        widths: Of each line, letters only.
    """

    lines: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]


def is_seen(cue: Cue, style: CaptionStyle) -> bool:
    """Whether there is a font for any of it."""
    return any(word for line in _shown_lines(cue, style) for word in line)


def max_chars_per_line(style: CaptionStyle, frame: Frame) -> int:
    """How many characters of ordinary text one line holds at the style's own size."""
    sample = "the quick brown fox jumps over the lazy dog and never looks back at it"
    shown = capitals(sample) if style.uppercase else sample
    average = text_width(shown, typeface(style), style.size_px) / len(shown)
    return max(int((frame.caption.width - 2 * side_margin(style, style.size_px)) / average), 1)


def line_room(style: CaptionStyle, frame: Frame) -> LineRoom:
    """What fits on one line at the style's own size, measured in its letters."""
    columns = max_chars_per_line(style, frame)
    width = frame.caption.width - 2 * side_margin(style, style.size_px) - 2 * EDGE_PX - 2
    spacing = word_spacing(style, style.size_px)

    @functools.lru_cache(maxsize=4096)
    def measure(text: str) -> float:
        shown = capitals(text) if style.uppercase else text
        wide = text_width(shown, typeface(style), style.size_px) + shown.count(" ") * spacing
        return wide * columns / width

    return LineRoom(columns, measure)


def _shown_lines(cue: Cue, style: CaptionStyle) -> tuple[tuple[str, ...], ...]:
    lines = (tuple(" ".join(drawable(word.text, style.family).split()) for word in line) for line in cue.lines)
    if style.uppercase:
        lines = (tuple(map(capitals, line)) for line in lines)
    return tuple(lines)


def side_margin(style: CaptionStyle, size: float) -> float:
    """What stands left and right of the letters: outline, shadow or plate."""
    outline = style.outline_px * size / style.size_px
    return PLATE_PADDING[0] * size if style.plate else outline + 3 * SHADOW_SIGMA * size


def vertical_extent(lines: Sequence[Sequence[str]], style: CaptionStyle, size: float) -> tuple[float, float]:
    """(above the first baseline, below it) of everything that is drawn."""
    capitals, depth = (part * size for part in line_metrics(style.family, style.weight))
    outline = style.outline_px * size / style.size_px
    # What other scripts and symbols need beyond capitals and descenders.
    higher, deeper = (part * size for part in (_reach(lines[0], style)[0], _reach(lines[-1], style)[1]))
    last = (len(lines) - 1) * line_pitch(lines, style) * size
    if style.plate:
        padding = PLATE_PADDING[1] * size
        # Few letters hang below the line: most of their room counts as padding, else the text would seem too high.
        below = depth + max(padding - 0.7 * depth, 0.1 * size)
        spare = _LEAST_PADDING * size
        return max(capitals + padding, higher + spare), last + max(below, deeper + spare)
    shadow = 3 * SHADOW_SIGMA * size
    below = max(depth + max(outline, shadow), deeper + outline + shadow + SHADOW_OFFSET * size if deeper else 0.0)
    return max(capitals + _ASCENT_SPARE * size, higher) + outline, last + below


def line_pitch(lines: Sequence[Sequence[str]], style: CaptionStyle) -> float:
    """Distance of base lines in multiples of the size: more than the style's where letters would touch."""
    reaches = [_reach(line, style) for line in lines]
    _, depth = line_metrics(style.family, style.weight)
    pairs = [(upper[1], lower[0]) for upper, lower in itertools.pairwise(reaches)]
    wanted = (max(below, depth) + above + _BETWEEN for below, above in pairs if below or above)
    return max([style.line_height, *wanted])


def _reach(line: Sequence[str], style: CaptionStyle) -> tuple[float, float]:
    return ink_of_other_scripts(_joined(line), typeface(style), symbols=True)


def _largest_scale(lines: tuple[tuple[str, ...], ...], style: CaptionStyle, frame: Frame) -> float:
    """Found in a few steps: fonts with an optical size axis are wider, for their size, when they are small."""
    width, height = frame.caption.width - 2 * EDGE_PX - 2, frame.caption.height - 2 * EDGE_PX - 2
    scale = 1.0
    for _ in range(4):
        size = style.size_px * scale
        wide = max((_line_width(line, style, size) for line in lines), default=0.0) + 2 * side_margin(style, size)
        over = max(wide / width, sum(vertical_extent(lines, style, size)) / height if lines else 0.0)
        if over <= 1.0:
            break
        scale /= over
    return scale


def _line_width(line: tuple[str, ...], style: CaptionStyle, size: float) -> float:
    text = _joined(line)
    return text_width(text, typeface(style), size) + text.count(" ") * word_spacing(style, size)


def _joined(line: Sequence[str]) -> str:
    return " ".join(word for word in line if word)


def typeface(style: CaptionStyle) -> Typeface:
    """The font of its letters."""
    return Typeface(style.family, style.weight, fallback_weight=max(style.weight, HEAVY))


def word_spacing(style: CaptionStyle, size: float) -> float:
    """What is added to each space: an outline takes from both its sides."""
    return 0.8 * style.outline_px * size / style.size_px


def lay_out(cue: Cue, style: CaptionStyle, frame: Frame) -> CaptionLayout:
    lines = _shown_lines(cue, style)
    size = style.size_px * _largest_scale(lines, style, frame)
    return CaptionLayout(lines, size, tuple(_line_width(line, style, size) for line in lines))


def mask_svg(
    lines: Sequence[Sequence[str]], size: float, style: CaptionStyle, width: int, height: int, baseline: float
) -> str:
    """The drawing of a cue's masks: red outline, green letters whose blue counts the words from 1.

    The blue of word n of N is 255 n / N.
    """
    outline = style.outline_px * size / style.size_px
    total = sum(len(line) for line in lines)
    spacing, pitch = word_spacing(style, size), line_pitch(lines, style) * size
    letters: list[str] = []
    number = 0
    for index, line in enumerate(lines):
        shaped = shape_line(_joined(line), typeface(style), size, word_spacing=spacing)
        x, y = (width - shaped.width) / 2, baseline + index * pitch
        first = 0
        for text in line:
            number += 1
            path = shaped.path(x, y, first, first + len(text))
            letters.append(f'<path fill="#00ff{word_blue(number, total):02x}" d="{path}"/>')
            first += len(text) + 1 if text else 0
    # All outlines lie under all letters: none covers a part of its neighbour.
    under = "".join(re.sub("#00ff..", "#ff0000", path, count=1) for path in letters) if outline > 0 else ""
    stroke = f'<g stroke="#ff0000" stroke-width="{2 * outline:.3f}" stroke-linejoin="round">{under}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{stroke}{"".join(letters)}</svg>'


def word_blue(number: int, total: int) -> int:
    """How the drawing marks the letters of word `number` (from 1) of `total`."""
    return round(255 * number / total)

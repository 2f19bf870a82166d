"""Where the words of a burned-in caption stand: one size for the whole cue, inside the frame's caption zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from automagic.media import fonts
from automagic.model import CaptionStyle, Cue, Frame

SMALLEST_SCALE = 0.6
"""Of the style's size: a smaller caption is not a caption any more."""

PLATE_PADDING = (0.42, 0.30)
"""Around the lines, across and down, in multiples of the size."""

SHADOW_SIGMA = 0.09
"""Softness of the shadow under letters without a plate, in multiples of the size."""

EDGE_PX = 2
"""Stays free at each side for smoothed edges."""

_ASCENT_SPARE = 0.28
"""Room above capitals for accents, in multiples of the size."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CaptionLayout:
    """Lines of a cue at the size they are drawn in.

    Attributes:
        lines: The shown words of each line.
        size: Font size in pixels.
        widths: Of each line, letters only.
    """

    lines: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]


def fits(cue: Cue, style: CaptionStyle, frame: Frame, *, scale: float = SMALLEST_SCALE) -> bool:
    """Whether a cue can be drawn inside `frame.caption` at `scale` of the style's size or larger."""
    if len(cue.lines) > 2:
        return False
    return _largest_scale(_shown_lines(cue, style), style, frame) >= scale


def max_chars_per_line(style: CaptionStyle, frame: Frame) -> int:
    """How many characters of ordinary text one line holds at the style's own size."""
    sample = "the quick brown fox jumps over the lazy dog and never looks back at it"
    shown = sample.upper() if style.uppercase else sample
    average = fonts.text_width(shown, style.family, style.weight, style.size_px) / len(shown)
    return max(int((frame.caption.width - 2 * side_margin(style, style.size_px)) / average), 1)


def _shown_lines(cue: Cue, style: CaptionStyle) -> tuple[tuple[str, ...], ...]:
    lines = (tuple(_CONTROL.sub("", word.text).strip() for word in line) for line in cue.lines)
    if style.uppercase:
        lines = (tuple(text.upper() for text in line) for line in lines)
    return tuple(lines)


def side_margin(style: CaptionStyle, size: float) -> float:
    """What stands left and right of the letters: outline, shadow or plate."""
    outline = style.outline_px * size / style.size_px
    return PLATE_PADDING[0] * size if style.plate else outline + 3 * SHADOW_SIGMA * size


def vertical_extent(lines: int, style: CaptionStyle, size: float) -> tuple[float, float]:
    """(above the first baseline, below it) of everything that is drawn."""
    capitals, depth = fonts.line_metrics(style.family, style.weight)
    last = (lines - 1) * style.line_height * size + depth * size
    if style.plate:
        padding = PLATE_PADDING[1] * size
        # Few letters hang below the line: most of their room counts as padding, else the text would seem too high.
        return capitals * size + padding, last + max(padding - 0.7 * depth * size, 0.1 * size)
    outline = style.outline_px * size / style.size_px
    return capitals * size + _ASCENT_SPARE * size + outline, last + max(outline, 3 * SHADOW_SIGMA * size)


def _largest_scale(lines: tuple[tuple[str, ...], ...], style: CaptionStyle, frame: Frame) -> float:
    """Found in a few steps: fonts with an optical size axis are wider, for their size, when they are small."""
    width, height = frame.caption.width - 2 * EDGE_PX - 2, frame.caption.height - 2 * EDGE_PX - 2
    scale = 1.0
    for _ in range(4):
        size = style.size_px * scale
        wide = max((_line_width(line, style, size) for line in lines), default=0.0) + 2 * side_margin(style, size)
        over = max(wide / width, sum(vertical_extent(len(lines), style, size)) / height)
        if over <= 1.0:
            break
        scale /= over
    return scale


def _line_width(line: tuple[str, ...], style: CaptionStyle, size: float) -> float:
    letters = fonts.text_width(" ".join(line), style.family, style.weight, size)
    return letters + (len(line) - 1) * word_spacing(style, size)


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
    spacing = word_spacing(style, size)
    stroke = (
        f' stroke="#ff0000" stroke-width="{2 * outline:.3f}" stroke-linejoin="round" paint-order="stroke"'
        if outline > 0
        else ""
    )
    number = 0
    rows = []
    for index, line in enumerate(lines):
        spans = []
        for text in line:
            number += 1
            spans.append(f'<tspan fill="#00ff{word_blue(number, total):02x}">{escape(text)}</tspan>')
        y = baseline + index * style.line_height * size
        mark = fonts.RIGHT_TO_LEFT_MARK if fonts.is_right_to_left(" ".join(line)) else ""
        rows.append(
            f'<text x="{width / 2:.3f}" y="{y:.3f}" text-anchor="middle"{stroke}>{mark}{" ".join(spans)}{mark}</text>'
        )
    families = quoteattr(f"{fonts.family_name(style.family)}, {fonts.FALLBACK_FAMILY}")
    font = f'font-family={families} font-weight="{style.weight}" font-size="{size:.3f}" word-spacing="{spacing:.3f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><g {font}>{"".join(rows)}</g></svg>'
    )


def word_blue(number: int, total: int) -> int:
    """How the drawing marks the letters of word `number` (from 1) of `total`."""
    return round(255 * number / total)

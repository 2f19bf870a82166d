"""Blocks: text that has its place on a card, and the outlines of its letters."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from automagic.media.design.bidi import visual_runs
from automagic.media.design.lettering import ShapedLine, capitals, count_spaced, shape_line, text_width
from automagic.media.design.themes import TypeStyle
from automagic.values.frame import Rect


@dataclass(frozen=True, slots=True)
class PixelBox:
    """Pixels in frame coordinates, not rounded."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def cx(self) -> float:
        """The middle, across."""
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        """The middle, down."""
        return self.y + self.height / 2

    def inset(self, across: float, down: float | None = None) -> PixelBox:
        """The box without a margin on all sides."""
        down = across if down is None else down
        return PixelBox(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def rounded(self) -> Rect:
        """The smallest whole-pixel rectangle around it."""
        left, top = int(self.x // 1), int(self.y // 1)
        return Rect(left, top, int(-(-self.right // 1)) - left, int(-(-self.bottom // 1)) - top)


@dataclass(frozen=True, slots=True)
class TextRun:
    """Neighbouring words of one line that look the same."""

    text: str
    x: float
    width: float
    accent: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its runs from left to right (or the whole line in one, from right to left), and its base line."""

    runs: tuple[TextRun, ...]
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text that has its place.

    Attributes:
        lines: From top to bottom.
        style, size: How it is set; `size` in pixels.
        family: Name of the font, as an SVG calls it.
        box: What the letters cover: capitals' height of the first line to the descenders of the last.
        cap_height: Of this size, in pixels.
        right_to_left: Whether lines are anchored at their right end.
        cut: Whether words of the text are not in it, for which it had no room.
    """

    lines: tuple[TextLine, ...]
    style: TypeStyle
    size: float
    family: str
    box: PixelBox
    cap_height: float
    right_to_left: bool
    cut: bool = False

    @property
    def spacing(self) -> float:
        """Pixels between letters."""
        return letter_spacing(self.style, self.size)

    @property
    def letters(self) -> tuple[tuple[str, ...], ...]:
        """SVG path data of each run of each line, where it stands."""
        return tuple(outlines(self, line) for line in self.lines)

    def moved(self, dx: float, dy: float) -> TextBlock:
        """The same block elsewhere."""
        lines = tuple(
            replace(
                line,
                x=line.x + dx,
                y=line.y + dy,
                runs=tuple(replace(run, x=run.x + dx) for run in line.runs),
            )
            for line in self.lines
        )
        return replace(self, lines=lines, box=replace(self.box, x=self.box.x + dx, y=self.box.y + dy))


def measure(text: str, style: TypeStyle, size: float, *, marked: bool = False) -> float:
    """Width of a text on one line, tracking included; `marked` words take the slant of accents."""
    shown = capitals(text) if style.uppercase else text
    face = style.typeface(marked=marked)
    return text_width(shown, face, round(size, 2)) + letter_spacing(style, size) * count_spaced(shown, face)


def letter_spacing(style: TypeStyle, size: float) -> float:
    """Pixels between letters: tight tracking is for large letters, and fades out towards small ones."""
    tight = min(max((size - 34.0) / 66.0, 0.0), 1.0) if style.tracking < 0 else 1.0
    return style.tracking * tight * size


def in_reading_order(line: TextLine, style: TypeStyle, size: float) -> TextLine:
    """The line with its runs where they are drawn: parts that run from right to left may stand elsewhere."""
    shaped = _shape_whole(line, style, size)
    if shaped is None:
        return line
    runs, first = [], 0
    for run in line.runs:
        left, right = shaped.extent(first, first + len(run.text))
        runs.append(replace(run, x=line.x + left, width=right - left))
        first += len(run.text) + 1
    return replace(line, runs=tuple(runs))


def _shape_whole(line: TextLine, style: TypeStyle, size: float) -> ShapedLine | None:
    """The line in one go, in which no word is slanted; None when all of it runs from left to right."""
    text = " ".join(run.text for run in line.runs)
    if all(run.right_to_left is False for run in visual_runs(text)):
        return None
    return shape_line(text, style.typeface(), size, letter_spacing=letter_spacing(style, size))


@functools.lru_cache(maxsize=256)
def outlines(block: TextBlock, line: TextLine) -> tuple[str, ...]:
    """SVG path data of each run of a line, where it stands."""
    style, size = block.style, block.size
    whole = _shape_whole(line, style, size)
    paths, first = [], 0
    for run in line.runs:
        end = first + len(run.text)
        if whole is not None:
            paths.append(whole.path(line.x, line.y, first, end))
        else:
            face = style.typeface(marked=run.accent)
            shaped = shape_line(run.text, face, size, letter_spacing=letter_spacing(style, size))
            paths.append(shaped.path(run.x, line.y))
        first = end + 1
    return tuple(paths)

"""Typesetting: words into balanced lines that fit a box.

A text takes the largest size, going down in small steps, at which every word fits the width and all lines fit the
height. Among all ways to break it into that number of lines, the least ragged one wins, unless it leaves a short word
alone at the end or a preposition at the end of a line. Words are never broken.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from automagic.media.bidi import is_right_to_left, visual_runs
from automagic.media.fonts import family_name, line_metrics, needs_glyph
from automagic.media.lettering import ShapedLine, capitals, count_spaced, drawable, shape_line, text_width
from automagic.media.themes import TypeStyle
from automagic.model import Rect

STEP = 0.94  # from one size to the next
_ILLEGIBLE = 5.0  # pixels: a box with no room for this has no room at all
_WORTH = 0.82  # of the size may go to spare the last word from standing alone
_ROUNDING = 1e-6  # pixels
_SHORT_LAST = 0.34  # of the measure: a lone last word narrower than this looks lost
_LEANING = {
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "as", "is", "are",
    "was", "your", "my", "our", "its", "their", "than", "that", "this", "no", "der", "die", "das", "ein", "eine", "und",
    "mit", "von", "zu", "im", "le", "la", "les", "de", "du", "des", "un", "une", "et", "el", "los", "las", "en", "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
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

    def inset(self, across: float, down: float | None = None) -> Box:
        """The box without a margin on all sides."""
        down = across if down is None else down
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def rounded(self) -> Rect:
        """The smallest whole-pixel rectangle around it."""
        left, top = int(self.x // 1), int(self.y // 1)
        return Rect(left, top, int(-(-self.right // 1)) - left, int(-(-self.bottom // 1)) - top)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of one line that look the same."""

    text: str
    x: float
    width: float
    accent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its runs from left to right (or the whole line in one, from right to left), and its base line."""

    runs: tuple[Run, ...]
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
    """

    lines: tuple[Line, ...]
    style: TypeStyle
    size: float
    family: str
    box: Box
    cap_height: float
    right_to_left: bool

    @property
    def spacing(self) -> float:
        """Pixels between letters."""
        return letter_spacing(self.style, self.size)

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


@dataclass(frozen=True, slots=True)
class _Measured:
    words: tuple[tuple[str, bool, float], ...]  # text, whether it is accented, width
    space: float


def clean_text(text: str, family: str) -> str:
    """The text on one line, without what neither the family nor a fallback can draw, and without control characters."""
    words = drawable(unicodedata.normalize("NFC", " ".join(text.split())), family).split()
    # What joined the parts of an emoji that nobody draws is no word of its own.
    return " ".join(word for word in words if any(needs_glyph(char) for char in word))


def set_text(
    text: str,
    style: TypeStyle,
    box: Box,
    *,
    size: float,
    smallest: float,
    align: str = "left",
    accent: str = "",
    max_lines: int = 99,
) -> TextBlock | None:
    """Set a text at the top of a box.

    Args:
        text: Cleaned; None is returned when it is empty, or the box has no room.
        style: The voice.
        box: Where; lines are as wide as it at most.
        size: The largest, in pixels.
        smallest: Below it, words are dropped from the end (and "…" shown) rather than set smaller, unless one
            word alone is too wide.
        align: "left" or "center"; left becomes right for a text that runs from right to left.
        accent: Words inside the text that are marked, exactly as they stand there.
        max_lines: At most so many.
    """
    words = _mark(text, accent)
    if not words:
        return None
    shown = [(capitals(word) if style.uppercase else word, marked) for word, marked in words]
    right_to_left = is_right_to_left(text)
    current = size
    while current >= _ILLEGIBLE:
        block = _try_size(shown, style, box, current, align, max_lines, right_to_left)
        if block is not None:
            return _without_orphan(block, shown, style, box, align, max_lines)
        if current * STEP >= smallest:
            current *= STEP
        elif len(shown) > 1 and _fits_width(shown, style, box, current):
            shown = [*shown[:-2], (_ellipsis(shown[-2][0]), shown[-2][1])]
        else:
            current *= STEP
    return None


def _without_orphan(
    block: TextBlock, words: Sequence[tuple[str, bool]], style: TypeStyle, box: Box, align: str, max_lines: int
) -> TextBlock:
    """A slightly smaller setting, when it brings a word that stands alone at the end into company."""
    current = block.size
    while len(words) > 2 and _last_words(block) == 1 and current * STEP >= _WORTH * block.size:
        current *= STEP
        smaller = _try_size(words, style, box, current, align, max_lines, block.right_to_left)
        if smaller is not None and _last_words(smaller) > 1:
            return smaller
    return block


def _last_words(block: TextBlock) -> int:
    return sum(len(run.text.split()) for run in block.lines[-1].runs)


def _ellipsis(word: str) -> str:
    return word.rstrip(".,;:!?…–—-") + "…"


def _mark(text: str, accent: str) -> list[tuple[str, bool]]:
    """Words, and whether each lies in the accent."""
    start = text.find(accent) if accent else -1
    end = start + len(accent)
    words, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        words.append((word, start >= 0 and position < end and position + len(word) > start))
        position += len(word)
    return words


def measure(text: str, style: TypeStyle, size: float, *, marked: bool = False) -> float:
    """Width of a text on one line, tracking included; `marked` words take the slant of accents."""
    shown = capitals(text) if style.uppercase else text
    face = style.typeface(marked=marked)
    return text_width(shown, face, round(size, 2)) + letter_spacing(style, size) * count_spaced(shown, face)


def letter_spacing(style: TypeStyle, size: float) -> float:
    """Pixels between letters: tight tracking is for large letters, and fades out towards small ones."""
    tight = min(max((size - 34.0) / 66.0, 0.0), 1.0) if style.tracking < 0 else 1.0
    return style.tracking * tight * size


def _measure_words(words: Sequence[tuple[str, bool]], style: TypeStyle, size: float) -> _Measured:
    plain = replace(style, uppercase=False)
    space = measure(" ", plain, size)
    return _Measured(tuple((word, marked, measure(word, plain, size, marked=marked)) for word, marked in words), space)


def _fits_width(words: Sequence[tuple[str, bool]], style: TypeStyle, box: Box, size: float) -> bool:
    return all(width <= box.width for _, _, width in _measure_words(words, style, size).words)


def _try_size(
    words: Sequence[tuple[str, bool]],
    style: TypeStyle,
    box: Box,
    size: float,
    align: str,
    max_lines: int,
    right_to_left: bool,
) -> TextBlock | None:
    measured = _measure_words(words, style, size)
    if any(width > box.width for _, _, width in measured.words):
        return None
    cap_height, depth = (part * size for part in line_metrics(style.family, style.weight, italic=style.italic))
    leading = style.leading * size
    room = int((box.height - cap_height - depth) / leading + 1e-6) + 1 if box.height >= cap_height + depth else 0
    breaks = break_lines(
        [width for _, _, width in measured.words],
        measured.space,
        box.width,
        min(room, max_lines),
        leaning=[word.lower() in _LEANING for word, _, _ in measured.words],
    )
    if breaks is None:
        return None
    lines = []
    for index, (first, last) in enumerate(breaks):
        y = box.y + cap_height + index * leading
        line = _place_line(measured, first, last, box, y, align, right_to_left)
        lines.append(_in_reading_order(line, style, size))
    left = min(line.x for line in lines)
    right = max(line.x + line.width for line in lines)
    height = cap_height + (len(lines) - 1) * leading + depth
    return TextBlock(
        lines=tuple(lines),
        style=style,
        size=size,
        family=family_name(style.family),
        box=Box(left, box.y, right - left, height),
        cap_height=cap_height,
        right_to_left=right_to_left,
    )


def _place_line(
    measured: _Measured, first: int, last: int, box: Box, y: float, align: str, right_to_left: bool
) -> Line:
    words = measured.words[first:last]
    width = sum(word[2] for word in words) + measured.space * (len(words) - 1)
    x = box.right - width if right_to_left else box.x
    if align == "center":
        x = box.cx - width / 2
    runs: list[Run] = []
    position = x
    for text, marked, word_width in words:
        if runs and runs[-1].accent == marked:
            joined = runs[-1]
            runs[-1] = replace(joined, text=f"{joined.text} {text}", width=position + word_width - joined.x)
        else:
            runs.append(Run(text, position, word_width, marked))
        position += word_width + measured.space
    return Line(tuple(runs), x, y, width)


def _in_reading_order(line: Line, style: TypeStyle, size: float) -> Line:
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


def _shape_whole(line: Line, style: TypeStyle, size: float) -> ShapedLine | None:
    """The line in one go, in which no word is slanted; None when all of it runs from left to right."""
    text = " ".join(run.text for run in line.runs)
    if all(run.right_to_left is False for run in visual_runs(text)):
        return None
    return shape_line(text, style.typeface(), size, letter_spacing=letter_spacing(style, size))


def outlines(block: TextBlock, line: Line) -> tuple[str, ...]:
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


def break_lines(
    widths: Sequence[float], space: float, measure_px: float, most: int, *, leaning: Sequence[bool] = ()
) -> list[tuple[int, int]] | None:
    """Break words into the fewest lines that fit, as evenly as possible.

    Args:
        widths: Of the words, pixels, each at most `measure_px`.
        space: Between two words.
        measure_px: Width of a line.
        most: Number of lines that may be used.
        leaning: Whether a word (an article, a preposition) should not end a line.

    Returns:
        (first, one past the last) word of each line, or None when they do not fit.
    """
    count = len(widths)
    fewest, used = 1, 0.0
    for width in widths:
        if used and used + space + width > measure_px + _ROUNDING:
            fewest, used = fewest + 1, width
        else:
            used += (space if used else 0) + width
    if fewest > most:
        return None
    ends = [0.0]
    for width in widths:
        ends.append(ends[-1] + width)
    target = (ends[-1] + space * (count - fewest)) / fewest

    def cost(first: int, last: int) -> float:
        width = ends[last] - ends[first] + space * (last - first - 1)
        if width > measure_px + _ROUNDING:
            return float("inf")
        ragged = ((width - target) / measure_px) ** 2
        if last == count:
            if first and last - first == 1 and width < _SHORT_LAST * measure_px and count > 2:
                ragged += 0.5
        elif leaning and leaning[last - 1]:
            ragged += 0.05
        if last - first == 1 and width < 0.12 * measure_px and count > 2:
            ragged += 0.2
        return ragged

    best: list[list[tuple[float, int]]] = [[(0.0, 0)] + [(float("inf"), 0)] * count]
    for _ in range(fewest):
        previous = best[-1]
        row = [(float("inf"), 0)] * (count + 1)
        for last in range(1, count + 1):
            row[last] = min((previous[first][0] + cost(first, last), first) for first in range(last))
        best.append(row)
    breaks, last = [], count
    for number in range(fewest, 0, -1):
        first = best[number][last][1]
        breaks.append((first, last))
        last = first
    return breaks[::-1]

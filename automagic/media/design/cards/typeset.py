"""Typesetting: words into balanced lines that fit a box.

A text takes the largest size, going down in small steps, at which every word fits the width and all lines fit the
height. Among all ways to break it into that number of lines, the least ragged one wins, unless it leaves a short word
alone at the end or a preposition at the end of a line. A word is broken where it would otherwise make the text smaller
than `LEAST_SCALE` of its size.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from automagic.media.design.bidi import is_right_to_left
from automagic.media.design.cards.blocks import PixelBox, TextBlock, TextLine, TextRun, in_reading_order, measure
from automagic.media.design.fonts import family_name, line_metrics, needs_glyph
from automagic.media.design.lettering import capitals, drawable, ink_of_other_scripts
from automagic.media.design.themes import TypeStyle
from automagic.media.design.word_breaks import (
    break_everywhere,
    break_word,
    is_bound,
    is_one_amount,
    is_unspaced,
    shorten_addresses,
)

STEP = 0.94  # from one size to the next
LEAST_SCALE = 0.6  # of its size a text may lose so that a word stays whole
_SCALE_OF_ADDRESS = 0.75  # of that size: an address is typed in as it is read
_ADDRESS = re.compile(r"\w[.@/]\w")
_ILLEGIBLE = 5.0  # pixels: a box with no room for this has no room at all
_WORTH, _WORTH_A_NAME = (
    0.78,
    0.66,
)  # of the size is left, at least, where smaller letters keep words in company, or a name whole
_SLACK = 0.9  # of the smallest size, below which even a name is torn
_LONELY = 0.42  # of the measure: a lone word between other lines that is narrower stands in a hole
_BETWEEN, _WIDEST_LEADING = 0.04, 1.5  # of the size: between the lines of a script that fills them, and at most
_ROUNDING = 1e-6  # pixels
_SHORT_LAST = 0.34  # of the measure: a lone last word narrower than this looks lost
_SPACES = re.compile(r"[^\S\u00a0]+")  # a no-break space holds two words together
_LEANING = {
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "as", "is", "are",
    "was", "your", "my", "our", "its", "their", "than", "that", "this", "no", "der", "die", "das", "ein", "eine", "und",
    "mit", "von", "zu", "im", "le", "la", "les", "de", "du", "des", "un", "une", "et", "el", "los", "las", "en", "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, or a part of one, as it is set.

    Attributes:
        marked: Whether it lies in the accent.
        joined: Whether it goes on from the part before it, without a space.
        bound: Whether no line should begin with it.
        hyphen: What shows at the end of a line that the next part goes on.
        width: In pixels at the size that is tried, its hyphen included.
    """

    text: str
    marked: bool
    joined: bool = False
    bound: bool = False
    hyphen: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class TextFrame:
    """Where a text is set, and how.

    Attributes:
        box: Lines are as wide as it at most.
        align: "left" or "center"; left becomes right for a text that runs from right to left.
        max_lines: The most lines.
    """

    style: TypeStyle
    box: PixelBox
    align: str = "left"
    max_lines: int = 99


def clean_text(text: str, family: str) -> str:
    """The text on one line, addresses as people say them, without what neither the family nor a fallback can draw."""
    text = shorten_addresses(unicodedata.normalize("NFC", " ".join(_split(text))))
    words = _split(drawable(text, family))
    # A sign that joins parts of an emoji that no font draws is not a word of its own.
    return " ".join(word for word in words if any(needs_glyph(char) for char in word))


def _split(text: str) -> list[str]:
    """The words of a text; no-break spaces stay inside one, single and not at its ends."""
    pieces = (re.sub("\u00a0+", "\u00a0", piece).strip("\u00a0") for piece in _SPACES.split(text))
    return [piece for piece in pieces if piece]


def set_text(
    text: str, frame: TextFrame, *, size: float, smallest: float, accent: str = "", whole: bool = False
) -> TextBlock | None:
    """Set a text at the top of a box.

    Args:
        text: Cleaned; None is returned when it is empty, or the box has no room.
        size: The largest, in pixels.
        smallest: Below it, words are dropped from the end (and "…" shown) rather than set smaller, unless one
            word alone is too wide.
        accent: Words inside the text that are marked, exactly as they stand there.
        whole: Whether None is returned rather than a text without some of its words.
    """
    words = _mark(text, accent)
    if not words:
        return None
    style = frame.style
    plain = [word.replace("\u00a0", " ") for word, _ in words]
    shown = [
        _Word(
            capitals(word) if style.uppercase else word,
            marked,
            bound=is_bound(plain, index) and word.lower() not in _LEANING,
        )
        for index, (word, (_, marked)) in enumerate(zip(plain, words, strict=True))
    ]
    shown = _break_long(shown, style, frame.box.width, max(smallest, LEAST_SCALE * size))
    right_to_left = is_right_to_left(text)
    current, count = size, len(shown)
    while current >= _ILLEGIBLE:
        block = _try_size(shown, frame, current, right_to_left)
        if block is not None:
            return replace(_tidy(block, shown, frame, smallest), cut=len(shown) < count)
        if current * STEP >= smallest:
            current *= STEP
        elif len(shown) > 1 and _fits_width(shown, frame, current):
            if whole:
                return None
            shown = [*shown[:-2], replace(shown[-2], text=_ellipsis(shown[-2].text), hyphen="")]
        else:
            current *= STEP
    return None


def _break_long(words: Sequence[_Word], style: TypeStyle, width: float, size: float) -> list[_Word]:
    """Words that would have to be smaller than `size` to fit the width, in parts that fit at that size."""
    plain = replace(style, uppercase=False)

    def fits(marked: bool, text: str) -> bool:
        scale = _SCALE_OF_ADDRESS if _ADDRESS.search(text) else 1.0
        return measure(text, plain, size * scale, marked=marked) <= width

    found: list[_Word] = []
    for word in [part for whole in words for part in _take_apart(whole, fits)]:
        unspaced = is_unspaced(word.text)
        parts = break_everywhere(word.text) if unspaced else break_word(word.text, partial(fits, word.marked))
        for number, part in enumerate(parts):
            hyphen = "-" if part.hyphen else ""
            found.append(_Word(part.text, word.marked, number > 0, word.bound and not number, hyphen))
    return found


def _take_apart(word: _Word, fits: Callable[[bool, str], bool]) -> list[_Word]:
    """Words that a no-break space holds together, each by itself where a line has no room for them."""
    if " " not in word.text or fits(word.marked, word.text):
        return [word]
    first, *others = word.text.split()
    return [replace(word, text=first), *(replace(word, text=text, bound=False) for text in others)]


def _tidy(block: TextBlock, words: Sequence[_Word], frame: TextFrame, smallest: float) -> TextBlock:
    """A slightly smaller setting, when it brings a lone last word into company or what belongs together on one line."""
    best, (torn, lonely), current = block, _flaws(block, words, frame), block.size
    least = max(_WORTH_A_NAME * block.size, _SLACK * smallest)
    while (torn or lonely) and len(words) > 2 and current * STEP >= least:
        current *= STEP
        smaller = _try_size(words, frame, current, block.right_to_left)
        if smaller is None:
            continue
        flaws = _flaws(smaller, words, frame)
        if flaws[0] < torn or (current >= _WORTH * block.size and sum(flaws) < torn + lonely):
            best, (torn, lonely) = smaller, flaws
    return best


def _flaws(block: TextBlock, words: Sequence[_Word], frame: TextFrame) -> tuple[int, int]:
    """How many names and amounts have no room on a line, and how many words stand alone between lines or at the end."""
    measured = _measure_words(words, frame.style, block.size)
    groups = _groups(measured, measure(" ", replace(frame.style, uppercase=False), block.size), frame.box.width)
    alone = [line for line in block.lines if sum(len(run.text.split()) for run in line.runs) == 1]
    lonely = sum(line is block.lines[-1] or line.width < _LONELY * frame.box.width for line in alone)
    return sum(group[0].bound for group in groups[1:]), lonely


def _ellipsis(word: str) -> str:
    return word.rstrip(".,;:!?…–—-") + "…"


def _mark(text: str, accent: str) -> list[tuple[str, bool]]:
    """Words, and whether each lies in the accent."""
    start = text.find(accent) if accent else -1
    end = start + len(accent)
    words, position = [], 0
    for word in _split(text):
        position = text.index(word, position)
        words.append((word, start >= 0 and position < end and position + len(word) > start))
        position += len(word)
    return words


def _measure_words(words: Sequence[_Word], style: TypeStyle, size: float) -> list[_Word]:
    plain = replace(style, uppercase=False)
    return [replace(word, width=measure(word.text + word.hyphen, plain, size, marked=word.marked)) for word in words]


def _fits_width(words: Sequence[_Word], frame: TextFrame, size: float) -> bool:
    return all(word.width <= frame.box.width for word in _measure_words(words, frame.style, size))


def _try_size(words: Sequence[_Word], frame: TextFrame, size: float, right_to_left: bool) -> TextBlock | None:
    style, box = frame.style, frame.box
    measured = _measure_words(words, style, size)
    if any(word.width > box.width for word in measured):
        return None
    space = measure(" ", replace(style, uppercase=False), size)
    cap_height, depth, leading = (part * size for part in _proportions(words, style))
    room = int((box.height - cap_height - depth) / leading + 1e-6) + 1 if box.height >= cap_height + depth else 0
    groups = _groups(measured, space, box.width)
    breaks = break_lines(
        [_width(group, space) for group in groups],
        [0.0 if group[0].joined else space for group in groups],
        box.width,
        min(room, frame.max_lines),
        leaning=[group[-1].text.lower() in _LEANING for group in groups],
    )
    if breaks is None:
        return None
    lines = []
    for index, (first, last) in enumerate(breaks):
        y = box.y + cap_height + index * leading
        words_of_line = [word for group in groups[first:last] for word in group]
        line = _place_line(_as_shown(words_of_line, style, size), space, box, y, frame.align, right_to_left)
        lines.append(in_reading_order(line, style, size))
    left = min(line.x for line in lines)
    right = max(line.x + line.width for line in lines)
    height = cap_height + (len(lines) - 1) * leading + depth
    return TextBlock(
        lines=tuple(lines),
        style=style,
        size=size,
        family=family_name(style.family),
        box=PixelBox(left, box.y, right - left, height),
        cap_height=cap_height,
        right_to_left=right_to_left,
    )


def _groups(words: Sequence[_Word], space: float, width: float) -> list[list[_Word]]:
    """The words, a number together with what it counts where both have room on one line."""
    groups: list[list[_Word]] = []
    for word in words:
        last = groups[-1] if groups else []
        together = bool(last) and not word.joined and (word.bound or is_one_amount(last[-1].text, word.text))
        if together and _width([*last, word], space) <= width:
            last.append(word)
        elif together and _goes_along(groups, word) and _width([last[-1], word], space) <= width:
            groups.append([last.pop(), word])
        else:
            groups.append([word])
    return groups


def _goes_along(groups: Sequence[Sequence[_Word]], word: _Word) -> bool:
    """Whether the last word belongs rather to the one behind it than to the one before: "Saturday | 15 November".

    The first word of all may have its capital from there: "Meet | Dripwell Two".
    """
    last = groups[-1]
    before = last[-2].text if len(last) > 1 else ""
    if len(groups) == 1 and len(last) == 2 and last[-1].text[:1].isupper():
        return True
    return before.isalpha() and before[0].isupper() and last[-1].text.isdecimal() and word.text[:1].isupper()


def _width(words: Sequence[_Word], space: float) -> float:
    return sum(word.width for word in words) + space * (len(words) - 1)


def _proportions(words: Sequence[_Word], style: TypeStyle) -> tuple[float, float, float]:
    """(height of capitals, depth, distance of base lines), in multiples of the size.

    Letters of other scripts reach higher and deeper than those that a theme's lines are set for.
    """
    cap_height, depth = line_metrics(style.family, style.weight, italic=style.italic)
    above, below = ink_of_other_scripts(" ".join(word.text for word in words), style.typeface())
    leading = max(style.leading, min(above + below + _BETWEEN, _WIDEST_LEADING) if above else 0.0)
    return cap_height, max(depth, below), leading


def _as_shown(words: Sequence[_Word], style: TypeStyle, size: float) -> list[_Word]:
    """The words of one line: parts of a word that stand beside one another are one word again."""
    shown: list[_Word] = []
    for word in words:
        if shown and word.joined:
            whole = replace(shown[-1], text=shown[-1].text + word.text, hyphen=word.hyphen)
            shown[-1] = _measure_words([whole], style, size)[0]
        else:
            shown.append(word)
    return [*shown[:-1], replace(shown[-1], text=shown[-1].text + shown[-1].hyphen)]


def _place_line(
    words: Sequence[_Word], space: float, box: PixelBox, y: float, align: str, right_to_left: bool
) -> TextLine:
    width = _width(words, space)
    x = box.right - width if right_to_left else box.x
    if align == "center":
        x = box.cx - width / 2
    runs: list[TextRun] = []
    position = x
    for word in words:
        if runs and runs[-1].accent == word.marked:
            joined = runs[-1]
            runs[-1] = replace(joined, text=f"{joined.text} {word.text}", width=position + word.width - joined.x)
        else:
            runs.append(TextRun(word.text, position, word.width, word.marked))
        position += word.width + space
    return TextLine(tuple(runs), x, y, width)


def break_lines(
    widths: Sequence[float],
    space: float | Sequence[float],
    measure_px: float,
    most: int,
    *,
    leaning: Sequence[bool] = (),
) -> list[tuple[int, int]] | None:
    """Break words into the fewest lines that fit, as evenly as possible.

    Args:
        widths: Of the words, pixels, each at most `measure_px`.
        space: Between two words, or before each of them.
        measure_px: Width of a line.
        most: Number of lines that may be used.
        leaning: Whether a word (an article, a preposition) should not end a line.

    Returns:
        (first, one past the last) word of each line, or None when they do not fit.
    """
    count = len(widths)
    gaps = [space] * count if isinstance(space, (int, float)) else list(space)
    fewest, used = 1, 0.0
    for width, gap in zip(widths, gaps, strict=True):
        if used and used + gap + width > measure_px + _ROUNDING:
            fewest, used = fewest + 1, width
        else:
            used += (gap if used else 0) + width
    if fewest > most:
        return None
    ends = [0.0]
    for width, gap in zip(widths, gaps, strict=True):
        ends.append(ends[-1] + gap + width)
    target = (ends[-1] - fewest * sum(gaps) / count) / fewest

    def cost(first: int, last: int) -> float:
        width = ends[last] - ends[first] - gaps[first]
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

"""The words of captions as pictures show them: an address as people say it, a long word in parts that fit a line.

The files beside a video keep the words as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from automagic.media.captions.cues import count_columns
from automagic.media.design.word_breaks import WordFragment, break_word, shorten_addresses
from automagic.values.words import Word

INSIDE_COST = 0.9
"""Of a cue or a line that ends inside a word, where it has to end somewhere."""


@dataclass(frozen=True, slots=True)
class LineRoom:
    """What fits on one line of a caption.

    Attributes:
        columns: Its length, in characters of ordinary text.
        measure: How many of them a text takes.
        kept: Names that stand on one line, even where that takes smaller letters.
    """

    columns: float
    measure: Callable[[str], float] = count_columns
    kept: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Whether a text stands on one line at the full size."""
        return self.measure(text) <= self.columns


def show_words(
    words: Sequence[Word], breaks: Sequence[float], room: LineRoom, *, whole: Container[str] = ()
) -> tuple[tuple[Word, ...], tuple[float, ...]]:
    """Words as they are drawn, and the cost of breaking after each; a part of a word has its share of the time.

    Args:
        breaks: For each word the cost, 0 to 1, of breaking after it.
        whole: Words that are not broken, even where they have no room on a line.
    """
    shown: list[Word] = []
    costs: list[float] = []
    for word, cost in zip(words, breaks, strict=True):
        text = shorten_addresses(word.text)
        parts = (WordFragment(text),) if word.text in whole else break_word(text, room.fits)
        total = sum(len(part.text) for part in parts) or 1
        start_s, done = word.start_s, 0
        for part in parts:
            done += len(part.text)
            end_s = word.start_s + (word.end_s - word.start_s) * done / total
            shown.append(replace(word, text=part.shown, start_s=start_s, end_s=end_s if done < total else word.end_s))
            costs.append(INSIDE_COST if done < total else cost)
            start_s = end_s
    return tuple(shown), tuple(costs)

"""Fold captions into what CEA-608 can show: rows of 32 columns, at most two or four of them.

one cue of 90 signs ─▶ rows of equal length ─▶ more than fit? ─▶ two cues, the time shared by their signs
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automagic.media.captions.scc.codes import COLUMNS, count_columns
from automagic.media.captions.scc.writer import MOST_ROWS, SccCue

_CLAUSE_ENDS = (".", "!", "?", "…", ",", ";", ":", "–", "—")
_CLAUSE_GAIN = 8
"""Columns of unevenness that a break behind a clause is worth."""
_MOST_BALANCED = 30
"""A text of more captions is no caption: its rows are filled one after the other."""


def fold_cues(
    cues: Sequence[tuple[float, float, str]], *, rows: int = MOST_ROWS, top: bool = False
) -> tuple[SccCue, ...]:
    """Captions that can be written, in the order of the given ones.

    Args:
        cues: (start, end, text) in seconds; line breaks of a text that fits stay.
        rows: The most that one caption has, 1..4.
        top: Where they stand.
    """
    return tuple(one for start, end, text in cues for one in _fold(start, end, text, rows, top=top))


def _fold(start_s: float, end_s: float, text: str, rows: int, *, top: bool) -> Iterator[SccCue]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) <= rows and all(count_columns(line) <= COLUMNS for line in lines):
        if lines:
            yield SccCue(start_s, end_s, tuple(lines), top)
        return
    words = [part for word in " ".join(lines).split() for part in _cut(word)]
    groups = _balance(words, rows)
    sizes = [sum(map(count_columns, group)) or 1 for group in groups]
    at = start_s
    for group, size in zip(groups, sizes, strict=True):
        until = at + (end_s - start_s) * size / sum(sizes)
        yield SccCue(at, until, tuple(group), top)
        at = until


def _cut(word: str) -> list[str]:
    """A word that is wider than the screen, in pieces that are not."""
    pieces = [""]
    for sign in word:
        if count_columns(pieces[-1] + sign) > COLUMNS:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _balance(words: Sequence[str], rows: int) -> list[list[str]]:
    """As few captions as hold all words, each with rows of nearly one length."""
    lines = _wrap(words, COLUMNS)
    count = -(-len(lines) // rows)
    if count > _MOST_BALANCED:
        return [lines[at : at + rows] for at in range(0, len(lines), rows)]
    for wanted in range(count, len(lines) + 1):
        groups = _share(words, wanted, rows)
        if groups is not None:
            return groups
    return [[line] for line in lines]


def _share(words: Sequence[str], count: int, rows: int) -> list[list[str]] | None:
    """The words on so many captions, parted best behind a clause; None where one would be too full."""
    total = sum(count_columns(word) + 1 for word in words)
    groups: list[list[str]] = []
    at = 0
    for number in range(1, count + 1):
        end = len(words) if number == count else _best_end(words, at, total * number / count)
        if end <= at:
            return None
        lines = _level(words[at:end])
        if len(lines) > rows:
            return None
        groups.append(lines)
        at = end
    return groups


def _best_end(words: Sequence[str], at: int, aim: float) -> int:
    """Behind which word a caption ends: near the aim, counted in columns from the first of all words."""
    best, least = at, float("inf")
    columns = 0.0
    for place, word in enumerate(words):
        columns += count_columns(word) + 1
        if place < at or place + 1 == len(words):
            continue
        cost = abs(columns - aim) - (_CLAUSE_GAIN if word.endswith(_CLAUSE_ENDS) else 0)
        if cost < least:
            best, least = place + 1, cost
    return best


def _level(words: Sequence[str]) -> list[str]:
    """The words on as few rows as they need, the longest of which is as short as can be."""
    fewest = len(_wrap(words, COLUMNS))
    low, high = 1, COLUMNS
    while low < high:
        middle = (low + high) // 2
        if max(map(count_columns, words)) <= middle and len(_wrap(words, middle)) <= fewest:
            high = middle
        else:
            low = middle + 1
    return _wrap(words, low)


def _wrap(words: Sequence[str], columns: int) -> list[str]:
    """Rows of at most so many columns, each as full as it can be."""
    lines: list[str] = []
    for word in words:
        if lines and count_columns(f"{lines[-1]} {word}") <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines

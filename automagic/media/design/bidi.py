"""Which way the characters of a line run, and in which order its parts stand from left to right.

    "He said שלום 200."  ─ levels ─▶  00000000 1111 1 222 0  ─ runs ─▶  He said | 200 | םולש | .

The Unicode bidirectional algorithm (UAX #9) for one line of plain text: P2-P3, W1-W7, N0-N2, I1-I2, L1 and L2. Texts
that are drawn have no embeddings: the characters that would begin and end one are passed over, as rule X9 does.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BRACKETS = {")": "(", "]": "[", "}": "{", "⟩": "⟨", "〉": "〈", "》": "《", "」": "「", "』": "『", "】": "【"}
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""What each type counts as for the neutrals beside it (N0-N1)."""


@dataclass(frozen=True, slots=True)
class DirectedRun:
    """Characters [start, end) of a line that run one way, in their logical order."""

    start: int
    end: int
    right_to_left: bool


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a strong direction runs from right to left (rule P2)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def visual_runs(text: str) -> tuple[DirectedRun, ...]:
    """The runs of a line from left to right, as it is read from its own beginning."""
    if not text:
        return ()
    levels = resolve_levels(text)
    runs = []
    start = 0
    for level, group in itertools.groupby(levels):
        end = start + sum(1 for _ in group)
        runs.append((level, start, end))
        start = end
    # L2: from the highest level down to the lowest odd one, turn round what stands at that level or above.
    for lowest in range(max(levels), 0, -1):
        turned: list[tuple[int, int, int]] = []
        for above, part in itertools.groupby(runs, key=lambda run: run[0] >= lowest):
            neighbours = list(part)
            turned += neighbours[::-1] if above else neighbours
        runs = turned
    return tuple(DirectedRun(first, last, level % 2 == 1) for level, first, last in runs)


def resolve_levels(text: str) -> list[int]:
    """The embedding level of each character: even ones run from left to right, odd ones from right to left."""
    base = 1 if is_right_to_left(text) else 0
    original = [unicodedata.bidirectional(character) or "L" for character in text]
    kept = [index for index, kind in enumerate(original) if kind not in _PASSED_OVER]
    kinds = _resolve_weak([original[index] for index in kept], base)
    _resolve_brackets([text[index] for index in kept], kinds, base)
    _resolve_neutral(kinds, base)
    levels = [base] * len(text)
    for index, kind in zip(kept, kinds, strict=True):
        if base == 0:
            levels[index] = {"L": 0, "R": 1}.get(kind, 2)
        else:
            levels[index] = 1 if kind == "R" else 2
    for index in range(1, len(text)):
        if original[index] in _PASSED_OVER:
            levels[index] = levels[index - 1]
    # L1: white space at the end belongs to the line.
    for index in range(len(text) - 1, -1, -1):
        if original[index] not in {"WS", "S", "B"} | _PASSED_OVER:
            break
        levels[index] = base
    return levels


_PASSED_OVER = {"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _direction(level: int) -> str:
    return "R" if level else "L"


def _resolve_weak(kinds: list[str], base: int) -> list[str]:
    """W1-W7: marks, numbers and what belongs to numbers."""
    strong = before = _direction(base)
    for index, kind in enumerate(kinds):
        if kind == "NSM":
            kind = before  # noqa: PLW2901 - W1: a mark is what it stands on
        if kind in {"L", "R", "AL"}:
            strong = kind
        if kind == "EN" and strong == "AL":
            kind = "AN"  # noqa: PLW2901 - W2
        kinds[index] = before = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for index in range(1, len(kinds) - 1):  # W4: one separator between two numbers
        if kinds[index] in {"ES", "CS"} and kinds[index - 1] == kinds[index + 1] == "EN":
            kinds[index] = "EN"
        elif kinds[index] == "CS" and kinds[index - 1] == kinds[index + 1] == "AN":
            kinds[index] = "AN"
    for start, end in _stretches(kinds, {"ET"}):  # W5: a currency or percent sign beside a number
        if "EN" in (kinds[start - 1] if start else "", kinds[end] if end < len(kinds) else ""):
            kinds[start:end] = ["EN"] * (end - start)
    kinds = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]  # W6
    strong = _direction(base)
    for index, kind in enumerate(kinds):  # W7: numbers of a left-to-right text
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
    return kinds


def _resolve_brackets(characters: Sequence[str], kinds: list[str], base: int) -> None:
    """N0: a pair of brackets takes the direction of what stands in it, or before it."""
    own = _direction(base)
    for opening, closing in _bracket_pairs(characters, kinds):
        inside = {_STRONG.get(kind, "") for kind in kinds[opening + 1 : closing]} - {""}
        if not inside:
            continue
        direction = own
        if own not in inside:
            earlier = (_STRONG[kind] for kind in reversed(kinds[:opening]) if kind in _STRONG)
            direction = next(iter(inside)) if next(earlier, own) in inside else own
        kinds[opening] = kinds[closing] = direction


def _bracket_pairs(characters: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """(opening, closing) of each pair, by their opening ones (BD16)."""
    waiting: list[tuple[str, int]] = []
    pairs = []
    for index, character in enumerate(characters):
        if kinds[index] != "ON":
            continue
        if character in _BRACKETS.values():
            waiting.append((character, index))
        elif character in _BRACKETS:
            at = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][0] == _BRACKETS[character]), None)
            if at is not None:
                pairs.append((waiting[at][1], index))
                del waiting[at:]
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], base: int) -> None:
    """N1-N2: what has no direction takes that of both its neighbours, or the line's."""
    own = _direction(base)
    for start, end in _stretches(kinds, {"B", "S", "WS", "ON"}):
        before = _STRONG[kinds[start - 1]] if start else own
        after = _STRONG[kinds[end]] if end < len(kinds) else own
        kinds[start:end] = [before if before == after else own] * (end - start)


def _stretches(kinds: Sequence[str], wanted: set[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of neighbouring characters of these types."""
    start = 0
    for matches, group in itertools.groupby(list(kinds), key=lambda kind: kind in wanted):
        end = start + sum(1 for _ in group)
        if matches:
            yield start, end
        start = end

"""Look through an SCC file for what players stumble over: each finding with its line, its time and its reason.

    00:01:00;00   94ae 94ae 9420 …      a label that drop frame leaves out, a code that is not repeated, a wrong parity,
                                        a row of 40 columns, bytes that are still on their way when the next begin

Readers differ in what they forgive, and say nothing of it; so what only one of them takes is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from automagic.media.captions.scc.codes import (
    BASIC,
    COLUMNS,
    END_OF_CAPTION,
    ERASE_LOADED,
    EXTENDED,
    NOTHING,
    ROW_CODES,
    SPECIAL,
    TAB_OFFSET,
    Pair,
)
from automagic.media.captions.scc.labels import from_label, to_seconds
from automagic.media.captions.scc.writer import HEAD, MOST_ROWS

SccFault = Literal[
    "header", "line", "label", "mixed labels", "order", "overlap", "hex", "parity", "single", "unknown", "columns",
    "rows", "never shown", "second field", "empty",
]  # fmt: skip

_DAY_S = 24 * 3600
_LINE = re.compile(r"(\S+)[\t ]+(.*)")
_WORD = re.compile(r"[0-9a-fA-F]{4}")
_SIGNS = frozenset((*SPECIAL.values(), *EXTENDED.values()))
_OVER = frozenset(EXTENDED.values())
_LETTERS = frozenset(BASIC.values())
_ROWS = {pair: row for row, pair in ROW_CODES.items()}
_MOST_OF_ONE = 20
"""Findings of one kind that are listed; a file that is wrong throughout says the same a thousand times."""


@dataclass(frozen=True, slots=True)
class SccFinding:
    """What is wrong at one place.

    Attributes:
        line: Of the file, from 1.
        at_s: When, by the label; None where there is none.
    """

    fault: SccFault
    message: str
    line: int
    at_s: float | None = None


def lint_scc(text: str) -> tuple[SccFinding, ...]:
    """All findings in the order of the file, at most 20 of a kind; none where every player can follow."""
    counts: dict[SccFault, int] = {}
    kept = []
    for finding in _find(text):
        counts[finding.fault] = counts.get(finding.fault, 0) + 1
        if counts[finding.fault] <= _MOST_OF_ONE:
            kept.append(finding)
    return tuple(kept)


def _find(text: str) -> Iterator[SccFinding]:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != HEAD:
        yield SccFinding("header", f"The first line is not “{HEAD}”.", 1)
    screen = _Screen()
    separators: set[str] = set()
    sent = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip() == HEAD:
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            yield SccFinding("line", "The line has no label with codes behind it.", number)
            continue
        sent = True
        label, words = match[1], match[2].lower().split()
        frame = from_label(label)
        if frame is None:
            yield SccFinding("label", f"There is no frame with the label {label}.", number)
            continue
        if separators and label[8] not in separators:
            message = "Labels with and without drop frame stand in one file."
            yield SccFinding("mixed labels", message, number, to_seconds(frame))
        separators.add(label[8])
        for fault, message, at_s in (*screen.begin(label, frame, len(words)), *_read(words, frame, screen)):
            yield SccFinding(fault, message, number, at_s)
    if screen.loaded:
        yield SccFinding("never shown", "The last caption is loaded and never shown.", len(lines))
    if not sent:
        yield SccFinding("empty", "The file has no captions.", max(1, len(lines)))


def _read(words: Sequence[str], frame: int, screen: _Screen) -> Iterator[tuple[SccFault, str, float]]:
    """What is wrong with the bytes of a line."""
    for place, word in enumerate(words):
        at_s = to_seconds(frame + place)
        if not _WORD.fullmatch(word):
            yield "hex", f"{word[:12]!r} is not four hexadecimal digits.", at_s
            continue
        raw = bytes.fromhex(word)
        if any(byte.bit_count() % 2 == 0 for byte in raw):
            yield "parity", f"{word} has a wrong parity: players show a block for it.", at_s
        repeated = word in (*words[max(0, place - 1) : place], *words[place + 1 : place + 2])
        for fault, message in screen.take((raw[0] & 0x7F, raw[1] & 0x7F), repeated=repeated):
            yield fault, message, at_s


@dataclass
class _Screen:
    """What has been sent so far.

    Attributes:
        begun, over: The frame of the latest line, and the one behind its last bytes.
        loaded: Whether there are letters that nobody has seen yet.
        columns: How many each row takes.
        row: Where letters go.
        last: The latest code, of which a repetition does not count.
    """

    begun: int = -1
    over: int = -1
    loaded: bool = False
    columns: dict[int, int] = field(default_factory=dict)
    row: int = 15
    last: Pair | None = None

    def begin(self, label: str, frame: int, length: int) -> Iterator[tuple[SccFault, str, float]]:
        """A line begins; gives what is wrong with when."""
        at_s = to_seconds(frame)
        if at_s >= _DAY_S:
            yield "label", f"The label {label} is behind the end of the day.", at_s
        if frame < self.begun:
            yield "order", f"Time goes back, by {self.begun - frame} frames.", at_s
        elif frame < self.over:
            yield "overlap", f"What was sent before takes {self.over - frame} frames longer.", at_s
        self.begun, self.over = frame, frame + length

    def take(self, pair: Pair, *, repeated: bool) -> Iterator[tuple[SccFault, str]]:
        """Two bytes come; gives what is wrong with them.

        Args:
            repeated: Whether the same stand beside them.
        """
        first, second = pair
        if not 0x10 <= first < 0x20:
            self.last = None
            yield from self._letters(pair)
            return
        if pair == self.last:
            self.last = None
            return
        self.last = pair
        if first & 0x08:  # channel 2, which others watch
            return
        if pair in _SIGNS:
            yield from self._add(0 if pair in _OVER else 1)
            return
        if not repeated:
            yield "single", f"The code {first:02x}{second:02x} is sent once: one lost byte loses it."
        if first == 0x15 and 0x20 <= second < 0x30:
            yield "second field", "It is a code of the second field, which SCC does not carry."
        elif first == TAB_OFFSET and 0x21 <= second <= 0x23:
            self.columns[self.row] = self.columns.get(self.row, 0) + second - 0x20
        elif second >= 0x40:
            yield from self._preamble(first, second)
        elif pair == END_OF_CAPTION:
            self.loaded = False
            self.columns = {}
        elif pair == ERASE_LOADED:
            self.columns = {}
        elif not (first == 0x14 and 0x20 <= second < 0x30) and not (first == 0x11 and 0x20 <= second < 0x30):
            yield "unknown", f"{first:02x}{second:02x} is no code of CEA-608."

    def _preamble(self, first: int, second: int) -> Iterator[tuple[SccFault, str]]:
        row = _ROWS.get((first, second & 0x60))
        if row is None:
            yield "unknown", f"{first:02x}{second:02x} names no row."
            return
        self.row = row
        self.columns[row] = (second & 0x0E) // 2 * 4 if second & 0x10 else 0
        if len(self.columns) == MOST_ROWS + 1:
            yield "rows", f"The caption has more than {MOST_ROWS} rows."

    def _letters(self, pair: Pair) -> Iterator[tuple[SccFault, str]]:
        for code in pair:
            if code == NOTHING:
                continue
            if code not in _LETTERS:
                yield "unknown", f"{code:02x} is no letter of CEA-608."
            yield from self._add(1)

    def _add(self, columns: int) -> Iterator[tuple[SccFault, str]]:
        self.loaded = True
        before = self.columns.get(self.row, 0)
        self.columns[self.row] = before + columns
        if before == COLUMNS and columns:
            yield "columns", f"Row {self.row} has more than {COLUMNS} columns: what is behind them is lost."

"""Tables for a terminal, out of plain text: a library for them takes longer to import than a command may take."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence

_JOINERS = "\u200c\u200d"

GAP = "  "


def draw_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), heading: bool = False) -> list[str]:
    """Lines with columns as wide as their cells; what a terminal has no room for is cut off the last one.

    Args:
        rows: All of one length.
        right: The columns that end at the same place.
        heading: The first row names the columns: a terminal shows it in bold.
    """
    widths = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    room = terminal_columns()
    lines = []
    for row in rows:
        cells = (
            f"{' ' * (width - columns_of(cell))}{cell}" if number in right else cell + " " * (width - columns_of(cell))
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        line = GAP.join(cells).rstrip()
        lines.append(shorten(line, room))
    if heading and sys.stdout.isatty():
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    return lines


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters and emoji take two, accents on letters none."""
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def printable(text: str, keep: str = "\n") -> str:
    """`text` without what would do something to a terminal.

    Args:
        keep: What may stay besides what is printed and what joins signs.
    """
    return "".join(sign if sign.isprintable() or sign in _JOINERS or sign in keep else "\ufffd" for sign in text)


def terminal_columns() -> int | None:
    """How wide it is; None where the output goes to a file or another program, unless COLUMNS says so."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def shorten(text: str, room: int | None) -> str:
    """A text in so many columns, any number when None; "…" where something was cut off."""
    if room is None or columns_of(text) <= room:
        return text
    kept, left = [], room - 1
    for character in text:
        left -= _columns_of(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"

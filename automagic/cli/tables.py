"""Tables for a terminal, out of plain text: a library for them takes longer to import than a command may take."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

GAP = "  "


def draw_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), heading: bool = False) -> list[str]:
    """Lines with columns as wide as their cells; what a terminal has no room for is cut off the last one.

    Args:
        rows: All of one length.
        right: The columns that end at the same place.
        heading: The first row names the columns: a terminal shows it in bold.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    live = sys.stdout.isatty()
    room = shutil.get_terminal_size().columns if live else None
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        line = GAP.join(cells).rstrip()
        lines.append(line if room is None or len(line) <= room else f"{line[: room - 1]}…")
    if heading and live:
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    return lines

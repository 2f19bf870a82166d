"""Tables of a few facts, each row said in a sentence: "Day: Monday; Fish: 12." Others are left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.text.prose import Block, Form, ends_sentence

_MOST_ROWS, _MOST_COLUMNS, _MOST_CELL_WORDS = 12, 8, 30
_NOTHING = re.compile(r"[\s\-–—/.·]*")

Row = Sequence[str]


def read_rows(header: Row, rows: Sequence[Row]) -> list[Block] | None:
    """The rows as blocks; None for what is no table of a few facts: a layout, a long list, a field of pictures.

    Args:
        header: The names of the columns; empty when it has none.
        rows: The cells, as many in each row.
    """
    filled = [row for row in rows if sum(map(_says, row)) > 1]
    width = max((len(row) for row in [header, *rows]), default=0)
    if not filled or not 2 <= width <= _MOST_COLUMNS or len(rows) > _MOST_ROWS:
        return None
    if any(len(cell.split()) > _MOST_CELL_WORDS for row in [header, *rows] for cell in row):
        return None
    return [Block("paragraph", _say(header, row), form=Form(passage="row", term=_first(row))) for row in filled]


def _say(header: Row, row: Row) -> str:
    cells = [cell.strip() for cell in row]
    if not any(map(_says, header)):
        first, *others = [cell for cell in cells if _says(cell)]
        text = f"{first.rstrip(' :')}: {', '.join(others)}"
    else:
        names = [*header, *[""] * (len(cells) - len(header))]
        text = "; ".join(_pair(name, cell) for name, cell in zip(names, cells, strict=False) if _says(cell))
    return text if ends_sentence(text) else f"{text}."


def _pair(name: str, cell: str) -> str:
    bare = name.strip().rstrip(" :")
    return f"{bare}: {cell}" if _says(bare) else cell


def _first(row: Row) -> str:
    return next((cell.strip() for cell in row if _says(cell)), "")


def _says(cell: str) -> bool:
    """Whether a cell holds more than a dash."""
    return not _NOTHING.fullmatch(cell)

"""The bytes of CEA-608: its alphabets, its control codes, its parity (47 CFR 15.119, CEA-608-E).

Two bytes go with each frame of 29.97 a second. A letter is one byte; a special sign is a pair of its own; an extended
sign is a pair that replaces the letter before it, which older decoders show instead. A control code is sent twice in
succession, so that a receiver that missed the first has the second; it ignores the repetition.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

Pair = tuple[int, int]
"""Two bytes without parity."""

COLUMNS, ROWS = 32, 15

_MOVED = {
    "á": 0x2A, "é": 0x5C, "í": 0x5E, "ó": 0x5F, "ú": 0x60, "ç": 0x7B, "÷": 0x7C, "Ñ": 0x7D, "ñ": 0x7E, "█": 0x7F,
}  # fmt: skip
"""Where the basic alphabet is not ASCII: these stand in place of * \\ ^ _ ` { | } ~."""

BASIC: Mapping[str, int] = MappingProxyType(
    {sign: code for code in range(0x20, 0x7F) if (sign := chr(code)) not in "*\\^_`{|}~"} | _MOVED
)
SPECIAL: Mapping[str, Pair] = MappingProxyType(
    {sign: (0x11, 0x30 + place) for place, sign in enumerate("®°½¿™¢£♪à\u00a0èâêîôû")}
)
EXTENDED: Mapping[str, Pair] = MappingProxyType(
    {
        sign: (bank, 0x20 + place)
        for bank, signs in (
            (0x12, "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"),
            (0x13, "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘"),
        )
        for place, sign in enumerate(signs)
    }
)

ROW_CODES: Mapping[int, Pair] = MappingProxyType(
    {
        1: (0x11, 0x40), 2: (0x11, 0x60), 3: (0x12, 0x40), 4: (0x12, 0x60), 5: (0x15, 0x40),
        6: (0x15, 0x60), 7: (0x16, 0x40), 8: (0x16, 0x60), 9: (0x17, 0x40), 10: (0x17, 0x60),
        11: (0x10, 0x40), 12: (0x13, 0x40), 13: (0x13, 0x60), 14: (0x14, 0x40), 15: (0x14, 0x60),
    }
)  # fmt: skip
"""The preamble of each row on channel 1, without indent: 4 columns more for each 2 above 0x10."""

RESUME_LOADING: Pair = (0x14, 0x20)
ERASE_DISPLAYED: Pair = (0x14, 0x2C)
ERASE_LOADED: Pair = (0x14, 0x2E)
END_OF_CAPTION: Pair = (0x14, 0x2F)
TAB_OFFSET = 0x17
NOTHING = 0x00

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "--", "…": "...", "−": "-",
    "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2028": " ", "\t": " ",
}  # fmt: skip
"""Marks of print that decoders show badly or not at all, as typewriters wrote them. Nobody misses a letter for it."""

_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row: a letter, and what replaces it in decoders that know more."""

    letter: int | None
    pair: Pair | None = None


def with_parity(pair: Pair) -> bytes:
    """Two bytes as they are sent: of each the number of ones is odd."""
    return bytes(byte | (0 if byte.bit_count() % 2 else 0x80) for byte in pair)


def to_cells(text: str) -> tuple[tuple[Cell, ...], tuple[tuple[str, str], ...]]:
    """A row as columns, and what could not be written: each sign and what stands for it, "?" for nothing like it."""
    cells: list[Cell] = []
    replaced: list[tuple[str, str]] = []
    for sign in _spell(text):
        if sign in BASIC:
            cells.append(Cell(BASIC[sign]))
        elif sign in SPECIAL:
            cells.append(Cell(None, SPECIAL[sign]))
        elif sign in EXTENDED:
            cells.append(Cell(_base(sign), EXTENDED[sign]))
        elif unicodedata.category(sign) not in _INVISIBLE:
            stands = unicodedata.normalize("NFKD", sign)[0]
            stands = stands if stands in BASIC else "?"
            cells.append(Cell(BASIC[stands]))
            replaced.append((sign, stands))
    return tuple(cells), tuple(replaced)


def count_columns(text: str) -> int:
    """How many columns a row takes."""
    return sum(
        sign in BASIC or sign in SPECIAL or sign in EXTENDED or unicodedata.category(sign) not in _INVISIBLE
        for sign in _spell(text)
    )


def row_pairs(cells: Sequence[Cell]) -> Iterator[tuple[Pair, ...]]:
    """What is sent for a row: units of one pair, or of two where a pair must not be taken for a repetition.

    Two equal special signs in succession would be one sign and its repetition; so each is sent twice.
    """
    held: int | None = None
    for place, cell in enumerate(cells):
        if cell.letter is not None:
            if held is None:
                held = cell.letter
            else:
                yield ((held, cell.letter),)
                held = None
        if cell.pair is not None:
            if held is not None:
                yield ((held, NOTHING),)
                held = None
            beside = (cells[place - 1 : place] or (None,))[0], (cells[place + 1 : place + 2] or (None,))[0]
            alone = cell.letter is not None or cell not in beside
            yield (cell.pair,) if alone else (cell.pair, cell.pair)
    if held is not None:
        yield ((held, NOTHING),)


def row_start(row: int, column: int) -> Iterator[tuple[Pair, ...]]:
    """The preamble that begins a row at a column, and a tab where the preamble's steps of four do not reach it.

    Args:
        row: 1..15.
        column: 0..31.
    """
    first, second = ROW_CODES[row]
    preamble = (first, second | 0x10 | column // 4 << 1)
    yield preamble, preamble
    if column % 4:
        tab = (TAB_OFFSET, 0x20 + column % 4)
        yield tab, tab


def _spell(text: str) -> Iterator[str]:
    for sign in unicodedata.normalize("NFC", text):
        yield from _PLAIN.get(sign, sign)


def _base(sign: str) -> int:
    """The letter that decoders show which do not know the extended sign: "A" for "À", a space for "©"."""
    return BASIC.get(unicodedata.normalize("NFD", sign)[0], BASIC[" "])

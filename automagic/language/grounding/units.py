"""What a number of a text counts, by one name however it is written: of "$5 million" and "5m dollars" the dollar."""

from __future__ import annotations

import re
from functools import cache

from automagic.language.numbers.units import CURRENCIES, UNITS
from automagic.language.numbers.values import Number

_BEHIND = re.compile(r"(?:[^\S\n]{0,2}|[^\S\n]?\n[^\S\n]?)-?([^\W\d_]+/h|[^\W\d_]+|[%‰°″′])")
_SPELLINGS = {"metre": "meter", "litre": "liter"}


def units_of(text: str, number: Number) -> tuple[str, ...]:
    """The unit of a number of `text`, before it or behind it; both when they differ."""
    before = text[max(0, number.start - 4) : number.start].rstrip()[-3:]
    symbol = next((before[-size:] for size in (3, 2, 1) if before[-size:] in CURRENCIES), "")
    behind = what_is_behind(text, number)
    names = [symbol] if symbol else []
    names += [behind[1]] if behind else []
    return tuple(unit for name in names if (unit := unit_names().get(_spelled(name))))


def with_unit(text: str, number: Number) -> str:
    """A number of `text` with its unit, as written."""
    behind = what_is_behind(text, number)
    start = number.start - (text[number.start - 1 : number.start] in CURRENCIES)
    known = behind is not None and _spelled(behind[1]) in unit_names()
    return text[start : behind.end() if behind and known else number.end]


def _spelled(unit: str) -> str:
    low = unit.lower()
    for british, american in _SPELLINGS.items():
        if british in low:
            return low.replace(british, american)
    return unit if unit in UNITS or unit in CURRENCIES else low


def what_is_behind(text: str, number: Number) -> re.Match[str] | None:
    """The word or sign right behind a number, as group 1."""
    return _BEHIND.match(text, number.end)


@cache
def unit_names() -> dict[str, str]:
    """A unit or currency as it may be written → its name."""
    names: dict[str, str] = {}
    for table in (UNITS, CURRENCIES):
        for written, (one, many, *_) in table.items():
            names |= {written: one, one.lower(): one, many.lower(): one}
    names |= {"day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month"}
    return names

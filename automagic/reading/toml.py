"""TOML: one door, for what a person writes and for what we ship. Every failure is ours, with its line and column."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from automagic.reading.faults import (
    GREATEST_INTEGER,
    LEAST_INTEGER,
    MAX_DEPTH,
    MalformedText,
    decode_utf8,
    find_deep,
    find_large,
    is_deep,
)

_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_TOKENS = re.compile(
    rf"""(?P<dotted>(?:{_KEY}[ \t]*\.[ \t]*){{{MAX_DEPTH}}})"""
    r'''|"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|\#[^\n]*+'''
    r"""|[\[\]{}]|(?P<number>[\w.+:-]++)""",
    re.DOTALL,
)
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def parse_toml(data: bytes | str, *, name: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The tables of a TOML text.

    More is refused than the format does, since none of it means anything in a file of ours: numbers that are
    infinite, none, or of more than 64 bits; the character NUL; tables more than `MAX_DEPTH` deep.

    Args:
        name: What errors call the text.

    Raises:
        MalformedText: It is not UTF-8, not TOML, or holds one of these.
    """
    text = decode_utf8(data, name).replace("\r\n", "\n")
    # Before it is parsed: the time for a key of n parts grows with n², 7 s for ten thousand.
    if (deep := _find_deep(text)) >= 0:
        raise MalformedText.at(name, f"it is nested deeper than {MAX_DEPTH} levels", text, deep)
    try:
        tables = tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise _located(str(error), text, name) from error
    except (ValueError, ArithmeticError, RecursionError) as error:  # more digits than Python reads; or Decimal does
        raise _too_large(text, name) from error
    if is_deep(tables):
        raise MalformedText(name, f"it is nested deeper than {MAX_DEPTH} levels")
    if fault := _find_fault(tables):
        if fault == _LARGE:
            raise _too_large(text, name)
        escape = max(text.find("\\u0000"), text.find("\\U00000000"), text.find("\\x00"))
        raise MalformedText.at(name, fault, text, escape)
    return tables


_LARGE = "a number is not finite, or too large"


def _find_deep(text: str) -> int:
    dotted = next((found.start() for found in _TOKENS.finditer(text) if found["dotted"]), -1)
    return dotted if dotted >= 0 else find_deep(text, _TOKENS)


def _find_fault(tables: dict[str, Any]) -> str:
    """What is wrong with a value that TOML allows; "" for nothing."""
    left: list[Any] = [tables]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str):
            if "\0" in value:
                return "it has the character NUL"
        elif isinstance(value, int | float | Decimal) and not _is_held(value):
            return _LARGE
    return ""


def _is_held(value: float | Decimal) -> bool:
    if isinstance(value, int):
        return LEAST_INTEGER <= value <= GREATEST_INTEGER
    # Decimals have exponents of 18 digits: what is not nought as a float neither is one.
    return math.isfinite(value) and math.isfinite(float(value)) and (not value or float(value) != 0.0)


def _too_large(text: str, name: str) -> MalformedText:
    place = find_large(text, _TOKENS)
    return MalformedText.at(name, _LARGE, text, place) if place >= 0 else MalformedText(name, _LARGE)


def _located(message: str, text: str, name: str) -> MalformedText:
    """tomllib's "Cannot declare ('news',) twice (at line 7, column 6)"."""
    found = _PLACE.fullmatch(message)
    reason = found[1] if found else message
    reason = reason[:1].lower() + reason[1:]
    if found and found[2]:
        return MalformedText(name, reason, line=int(found[2]), column=int(found[3]))
    return MalformedText.at(name, reason, text, len(text.rstrip()))

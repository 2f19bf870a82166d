"""Where a text breaks the rules of its format: what the doors for TOML and for JSON share."""

from __future__ import annotations

import math
import re

from automagic.errors import RequestError

MAX_DEPTH = 64
"""Lists and tables within one another. Nothing that we read has ten; a thousand would end the interpreter's stack."""

LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**64 - 1
"""What 64 bits hold. Larger ones are always mistakes, and overflow wherever one is divided by another."""


class MalformedText(RequestError):
    """A text is not what its format asks for.

    Attributes:
        reason: What is wrong.
        fault: Where and what, without the text's name: "line 3, column 7: ...".
        line, column: From 1; 0 where it is no single place.
    """

    def __init__(self, name: str, reason: str, *, line: int = 0, column: int = 0, hint: str = "") -> None:
        place = f"line {line}, column {column}" if line else ""
        super().__init__(f"{name}, {place}: {reason}" if place else f"{name}: {reason}", hint=hint)
        self.reason = reason
        self.fault = f"{place}: {reason}" if place else reason
        self.line = line
        self.column = column

    @classmethod
    def at(cls, name: str, reason: str, text: str, index: int, *, hint: str = "") -> MalformedText:
        """At the character of `text` with this index, from 0."""
        before = text[: max(index, 0)]
        return cls(
            name, reason, line=before.count("\n") + 1, column=len(before) - (before.rfind("\n") + 1) + 1, hint=hint
        )


def decode_utf8(data: bytes | str, name: str, *, hint: str = "") -> str:
    """The characters of a text, without a byte order mark; other encodings than UTF-8 are not tried.

    Raises:
        MalformedText: It is not UTF-8.
    """
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
        # Only a string of Python can hold one: no bytes of UTF-8 do.
        if lone := re.search("[\ud800-\udfff]", text):
            raise MalformedText.at(name, "it has half of a surrogate pair", text, lone.start(), hint=hint)
        return text
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The index counts from behind a byte order mark.
        body = data.removeprefix(b"\xef\xbb\xbf")
        before = body[: error.start].decode("utf-8", "replace")
        raise MalformedText.at(name, "it is not UTF-8 text", before, len(before), hint=hint) from error


def is_deep(value: object) -> bool:
    """Whether lists and tables stand more than `MAX_DEPTH` deep in one another; takes 0.1 µs for each value."""
    level = [value] if isinstance(value, list | dict) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for one in level
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, list | dict)
        ]
        if not level:
            return False
    return True


def find_deep(text: str, tokens: re.Pattern[str]) -> int:
    """The index of the bracket that is one too deep; -1 for none.

    Args:
        tokens: Finds strings and comments as a whole, and brackets.
    """
    depth = 0
    for found in tokens.finditer(text):
        token = found[0]
        if token in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                return found.start()
        elif token in ("]", "}"):
            depth = max(0, depth - 1)
    return -1


def find_large(text: str, tokens: re.Pattern[str]) -> int:
    """The index of the first number that cannot be held; -1 for none.

    Args:
        tokens: Finds strings and comments as a whole, and numbers in the group "number".
    """
    for found in tokens.finditer(text):
        if (number := found["number"]) and not is_held(number):
            return found.start("number")
    return -1


def is_held(number: str) -> bool:
    """Whether the text of a number is one of 64 bits, whole or not; "0x1f" and the like are whole."""
    digits = number.replace("_", "").lower()
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    try:
        if base != 10 or digits.lstrip("+-").isdecimal():
            return len(digits) <= 70 and LEAST_INTEGER <= int(digits, base) <= GREATEST_INTEGER
        return math.isfinite(float(digits))
    except ValueError:
        return True  # it is not a number, but a date

"""JSON: one door, for what persons and vendors give and for what we keep. Every failure is ours, with its place."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar, overload

import msgspec

from automagic.reading.faults import MAX_DEPTH, MalformedText, decode_utf8, find_deep, find_large, is_deep
from automagic.shaping import once_alone

Value = TypeVar("Value")

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
_TOKENS = re.compile(
    rf"{_STRING}|[\[\]{{}}]|(?P<number>-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)|(?P<constant>-?(?:NaN|Infinity))", re.DOTALL
)
_LONG_NUMBER = re.compile(r"\d{19}")
_BETWEEN = re.compile(r"[\s,]*+")
_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")
_BYTE = re.compile(r"(.*?) \(byte (\d+)\)")


@overload
def parse_json(data: bytes | str, *, name: str) -> Any: ...
@overload
def parse_json(data: bytes | str, *, name: str, type: type[Value]) -> Value: ...
def parse_json(data: bytes | str, *, name: str, type: Any = Any) -> Any:
    """The value of a JSON document.

    More is refused than the format does: numbers of more than 64 bits, and what is nested deeper than `MAX_DEPTH`.

    Args:
        name: What errors call the document.
        type: What it has to be, in msgspec's terms.

    Raises:
        MalformedText: It is not UTF-8, not JSON, holds one of these, or is of another type; with its line and column,
            or, of another type, with the path of keys.
    """
    body = data.removeprefix(b"\xef\xbb\xbf") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    try:
        value = once_alone(type, lambda: msgspec.json.decode(body, type=type))
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors, and so are those of Unicode
        raise _explain(error, decode_utf8(body, name), name) from error
    if is_deep(value):
        text = decode_utf8(body, name)
        raise MalformedText.at(name, _DEEP, text, find_deep(text, _TOKENS))
    refuse_large(body if isinstance(body, str) else body.decode("utf-8", "replace"), name)
    return value


def split_json_list(data: bytes, *, name: str, key: str = "") -> list[bytes]:
    """Each element of a list as a document of its own, whatever is wrong in it: for who reads those that are good.

    Args:
        key: Of the object that holds the list; "" where the list is all.

    Raises:
        MalformedText: It is no list that could be parted: not JSON, not UTF-8, or nested too deeply.
    """
    text = decode_utf8(data, name)
    try:
        value = json.loads(text)  # lets half of a surrogate pair and a number of any size pass
        value = value[key] if key else value
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise _explain(error, text, name) from error
    if not isinstance(value, list):
        raise MalformedText(name, "it is no list")
    return [json.dumps(one).encode() for one in value]


def parse_json_documents(text: str, *, name: str) -> list[Any]:
    """Several documents behind each other, one a line or not. NaN and Infinity are read, as Python's tools write them.

    Raises:
        MalformedText: As `parse_json`; a half of a surrogate pair is refused as well, since no file can hold it.
    """
    text = decode_utf8(text, name)
    decoder = json.JSONDecoder()
    documents: list[Any] = []
    position = len(text) - len(text.lstrip())
    try:
        while position < len(text):
            document, position = decoder.raw_decode(text, position)
            documents.append(document)
            position = found.end() if (found := _BETWEEN.match(text, position)) else position
    except json.JSONDecodeError as error:
        raise MalformedText(name, error.msg, line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise _explain(error, text, name) from error
    if is_deep(documents):
        raise MalformedText.at(name, _DEEP, text, find_deep(text, _TOKENS))
    refuse_large(text, name)
    if half := _find_half(text):
        raise MalformedText.at(name, _HALVED, text, half - 1)
    return documents


_DEEP = f"it is nested deeper than {MAX_DEPTH} levels"
_TOO_LARGE = "the number is too large"
_HALVED = "the text has half of a surrogate pair"


def refuse_large(text: str, name: str) -> None:
    """Raise MalformedText for the first number that takes more than 64 bits."""
    if _LONG_NUMBER.search(text) and (place := find_large(text, _TOKENS)) >= 0:
        raise MalformedText.at(name, _TOO_LARGE, text, place)


def _find_half(text: str) -> int:
    """One more than the index of an escape that is half of a pair; 0 for none. A backslash may be one of two."""
    for found in _HALF.finditer(text):
        before = text[: found.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return found.start() + 1
    return 0


def _explain(error: Exception, text: str, name: str) -> MalformedText:
    """What is wrong and where: by Python's own reader, which says both better, where it sees it too."""
    if (deep := find_deep(text, _TOKENS)) >= 0:
        return MalformedText.at(name, _DEEP, text, deep)
    found = _find_syntax(text)
    if found is not None:
        return MalformedText(name, f"not JSON: {found.msg}", line=found.lineno, column=found.colno)
    reason, place = _find_value(text)
    if not reason and (byte := _BYTE.fullmatch(str(error))):
        reason = byte[1]
        place = len(text.encode("utf-8", "replace")[: int(byte[2])].decode("utf-8", "replace"))
    return MalformedText.at(name, reason, text, place) if reason else MalformedText(name, str(error))


def _find_syntax(text: str) -> json.JSONDecodeError | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as found:
        return found
    except (ValueError, RecursionError):
        return None  # a number is too long: found by `_find_value`
    return None


def _find_value(text: str) -> tuple[str, int]:
    """What Python's reader lets pass, and its index; ("", -1) for nothing."""
    for token in _TOKENS.finditer(text):
        if token["constant"]:
            return f"not JSON: {token[0]} is not a number", token.start()
    if (place := find_large(text, _TOKENS)) >= 0:
        return _TOO_LARGE, place
    half = _find_half(text)
    return (_HALVED, half - 1) if half else ("", -1)

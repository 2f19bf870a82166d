"""Texts to check, out of a file or from another program.

    {"text": "…"}                      a line of JSON each: .jsonl, or whatever begins like one
    blocks parted by empty lines       everything else

What is checked is what was written: nothing is mended, no encoding is guessed.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.json import parse_json
from automagic.reading.named_files import expand_home, file_name, read_named

MAX_BYTES = 10_000_000
MOST_TEXTS = 100_000
STANDARD_INPUT = "standard input"
_SHAPE = 'Each line needs a text: {"text": "…"}.'
_LINES = (".jsonl", ".ndjson")
_OTHERS = (".json", ".csv", ".tsv", ".zip", ".js", ".car")
_ROW = re.compile(r'\s*\{\s*"')
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def read_texts(source: str) -> tuple[str, ...]:
    """The texts of a file, or of standard input for "-".

    Raises:
        RequestError: There are none, or it is something else.
    """
    if source == "-":
        return split_texts(read_standard_input(), STANDARD_INPUT)
    path = expand_home(source)
    name = file_name(path)
    if path.suffix.lower() in _OTHERS:
        raise RequestError(f"{name} is no file of texts", hint=f"Give a .txt, or a .jsonl. {_SHAPE}")
    return split_texts(read_named(path, MAX_BYTES, hint=_SHAPE), name, lines=path.suffix.lower() in _LINES)


def read_standard_input() -> bytes:
    """All of it.

    Raises:
        RequestError: It is closed, or too large.
    """
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError, AttributeError) as error:  # it is closed, or there is none
        raise RequestError("Standard input could not be read.", hint="Give a file name instead of -.") from error
    if len(data) > MAX_BYTES:
        raise RequestError(f"{STANDARD_INPUT} is larger than {MAX_BYTES / 1_000_000:g} MB.", hint="Check it in parts.")
    return data


def split_texts(data: bytes, name: str, *, lines: bool = False) -> tuple[str, ...]:
    """The texts in some bytes.

    Args:
        name: What errors call them.
        lines: They are JSON lines; else they may be.

    Raises:
        RequestError: There are none, or more than `MOST_TEXTS`; or they are broken, with the line.
    """
    text = decode_utf8(data, name, hint="Save it as UTF-8.")
    if lines or _ROW.match(text):
        texts = [_read_line(line, number, name) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        texts = [block.strip("\n") for block in _EMPTY_LINES.split(plain) if block.strip()]
    if not texts:
        raise RequestError(f"{name} has no texts", hint=f"Write some, parted by empty lines, or as JSON. {_SHAPE}")
    if len(texts) > MOST_TEXTS:
        raise RequestError(f"{name} has more than {MOST_TEXTS:,} texts", hint="Check them in parts.")
    return tuple(texts)


def _read_line(line: str, number: int, name: str) -> str:
    try:
        row: Any = parse_json(line, name=name)
    except MalformedText as error:
        raise MalformedText(name, error.reason, line=number, column=error.column, hint=_SHAPE) from error
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise RequestError(f"{name}, line {number} has no text", hint=_SHAPE)
    return text

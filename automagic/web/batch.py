"""Many jobs in one request, a line each, as JSON lines or CSV: all are queued, or every fault is told.

{"kind": "video", "topic": "Why ice floats", "duration_s": 45, "key": "monday"}
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from automagic.errors import RequestError
from automagic.jobs.queue.queue import PreparedJob
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.json import parse_json
from automagic.web.problems import Problem
from automagic.web.submitting import Desk, Offer, list_offers, prepare

JSON_LINES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
CSV = "text/csv"
MAX_LINES = 1_000
MAX_FAULTS = 100

Fault = tuple[int, str, str]
"""The line, from 1; the column's name or number; and what is wrong."""


def add_batch(desk: Desk, data: bytes, kind: str, key: str) -> list[dict[str, Any]]:
    """Queue a job for each line: their ids, and whether each is new. Blocks.

    Args:
        kind: The media type.
        key: Goes before a line's number where the line has no key of its own; "" for none.

    Raises:
        Problem: Something is wrong; nothing was queued.
    """
    offers = {offer.kind: offer for offer in list_offers()}
    drafts: list[PreparedJob] = []
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory(prefix="automagic-batch-") as folder:
        for number, line in _read_lines(data, kind):
            if number > MAX_LINES:
                raise Problem(422, f"there are more than {MAX_LINES:,} lines", hint="Send them in several batches.")
            room = Path(folder) / str(number)
            room.mkdir()
            try:
                drafts.append(_read_line(desk, offers, line, f"{key}-{number}" if key else "", room))
            except Problem as problem:
                faults += [(number, _column(pointer), what) for pointer, what in problem.errors] or [
                    (number, "", problem.detail)
                ]
        if faults:
            raise _refuse(faults)
        if not drafts:
            raise Problem(422, "there is no line", hint='A line is like {"kind": "video", "topic": "Why ice floats"}.')
        added = desk.queue.add(drafts)
    return [{"id": one.id, "new": one.new} for one in added]


def _refuse(faults: list[Fault]) -> Problem:
    shown = [
        (
            f"/{line - 1}/{column}" if column else f"/{line - 1}",
            f"line {line}{f', column {column}' if column else ''}: {what}",
        )
        for line, column, what in faults[:MAX_FAULTS]
    ]
    lines = len({line for line, _, _ in faults})
    return Problem(422, f"{lines} {'line is' if lines == 1 else 'lines are'} wrong; nothing was queued", errors=shown)


def _column(pointer: str) -> str:
    return pointer.lstrip("/").partition("/")[0]


def _read_line(
    desk: Desk, offers: Mapping[str, Offer], line: Mapping[str, Any] | Fault, key: str, room: Path
) -> PreparedJob:
    if not isinstance(line, Mapping):
        raise Problem(422, line[2], errors=[(f"/{line[1]}", line[2])])
    values = dict(line)
    kind, own = values.pop("kind", "video"), values.pop("key", key)
    if not isinstance(kind, str) or kind not in offers:
        raise _wrong("kind", f"{str(kind)[:40]!r} is none of: {', '.join(offers)}")
    if not isinstance(own, str):
        raise _wrong("key", "it is not a text")
    return prepare(desk, offers[kind], values, own, str(room))


def _wrong(column: str, what: str) -> Problem:
    return Problem(422, what, errors=[(f"/{column}", what)])


def _read_lines(data: bytes, kind: str) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    try:
        text = decode_utf8(data, "the body").replace("\r\n", "\n").replace("\r", "\n")
    except RequestError as error:
        raise Problem(400, error.message) from error
    yield from _read_csv(text) if kind == CSV else _read_json_lines(text)


def _read_json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_json(line, name="the line")
        except MalformedText as error:
            yield number, (number, str(error.column or 1), error.reason)
            continue
        yield number, value if isinstance(value, dict) else (number, "1", "it is not a JSON object")


def _read_csv(text: str) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if beyond := row.pop(None, None):  # what has no name
                number = reader.line_num
                yield number, (number, str(len(row) + 1), f"the header has no name for {', '.join(beyond)[:60]!r}")
            else:
                yield reader.line_num, {str(name).strip(): value for name, value in row.items() if value}
    except csv.Error as error:
        yield reader.line_num, (reader.line_num, "1", f"it is not CSV: {error}")

"""Posts in a file of an author's own: rows of JSON or CSV, or plain text.

    {"id": "1", "text": "…", "created_at": "2027-01-31T18:00:00Z"}     a line of .jsonl, an element of a list in .json
    id,text,created_at                                                 the first line of .csv, in any order
    blocks parted by empty lines                                       .txt

Only the text is needed. Other tools' names for the same things are understood as well; what is not known is ignored.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast, get_args

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.json import parse_json
from automagic.sources.encoding import decode_text
from automagic.sources.posts.export import Export, read_count, read_language_tag, read_time
from automagic.values.post import PostKind

_NAMES = {
    "id": ("id", "id_str", "post_id", "tweet_id", "status_id", "uri"),
    "text": ("text", "full_text", "content", "post", "tweet", "body", "message"),
    "created_at": ("created_at", "createdat", "date", "time", "timestamp", "datetime", "published", "published_at"),
    "kind": ("kind", "type"),
    "language": ("language", "lang"),
    "likes": ("likes", "favorite_count", "like_count", "favourites_count"),
    "reposts": ("reposts", "retweets", "retweet_count", "repost_count", "reblogs_count"),
    "replies": ("replies", "reply_count", "replies_count"),
    "media": ("media", "media_count"),
    "author": ("author", "username", "screen_name", "handle", "user", "account"),
}
"""What is read → the names it may have, in lower case with underscores; the first of them that a row has counts."""

_KINDS = {**{kind: kind for kind in get_args(PostKind)}, "retweet": "repost", "reblog": "repost", "own": "post"}
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_SHAPE = 'Each row needs a text: {"id": "1", "text": "…", "created_at": "2027-01-31T18:00:00Z"}, or these as columns.'


def read_json_lines(name: str, data: bytes) -> Export:
    """One JSON object a line; empty lines are none.

    A line that is something else is left out.

    Raises:
        RequestError: It is no text.
    """
    rows = _Rows(name)
    for number, line in enumerate(decode_utf8(data, name).split("\n"), start=1):
        if line.strip():
            with rows.export.record():
                rows.add(_read_line(line, name, number), f"line {number}")
    return rows.finish()


def _read_line(line: str, name: str, number: int) -> Any:
    try:
        return parse_json(line, name=name)
    except MalformedText as error:
        raise MalformedText(name, error.reason, line=number, column=error.column, hint=_SHAPE) from error


def read_json_list(name: str, values: Iterable[Any]) -> Export:
    """A list of JSON objects; an element that is something else is left out.

    Args:
        values: As they were parsed, or what is wrong with one.
    """
    rows = _Rows(name)
    for number, row in enumerate(values, start=1):
        with rows.export.record():
            rows.add(row, f"element {number}")
    return rows.finish()


def read_csv(name: str, data: bytes) -> Export:
    """A table whose first line names its columns; parted by commas, semicolons or tabs.

    Raises:
        RequestError: It has no column of texts, or its marks are broken: nobody knows where a row ends. A row that is
            none is left out.
    """
    text = decode_text(data, location=name, media_type="text/csv")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True)
    rows = _Rows(name)
    try:
        columns = [_plain(column) for column in reader.fieldnames or ()]
        if not set(_NAMES["text"]) & set(columns):
            raise RequestError(
                f"{name} has no column of texts: its first line names {', '.join(columns)[:200]}", hint=_SHAPE
            )
    except csv.Error as error:
        raise _explain(reader, name, 1, error) from error
    for row, where in _list_rows(reader, name, rows.export):
        with rows.export.record():
            rows.add({key: value for key, value in row.items() if key is not None}, where)
    return rows.finish()


def _list_rows(reader: csv.DictReader[str], name: str, export: Export) -> Iterator[tuple[dict[str, Any], str]]:
    """Each row, and where it ends; one whose marks are broken is left out, with the lines that it took.

    Raises:
        RequestError: The last one is not closed: nobody knows how many rows are in it.
    """
    while True:
        first = reader.reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            fault = _explain(reader, name, first, error)
            if "end of data" in str(error):
                raise fault from error
            export.broken.append(fault)
            continue
        if row is None:
            return
        yield row, f"line {reader.line_num}"


def _explain(reader: csv.DictReader[str], name: str, first: int, error: csv.Error) -> RequestError:
    last = reader.reader.line_num
    lines = f"line {last}" if last <= first else f"lines {first} to {last}"
    return RequestError(f"{name}, {lines}: {error}", hint="Export it as CSV once more.")


def read_plain(name: str, data: bytes) -> Export:
    """Blocks of text parted by empty lines, a post each; a line of dashes or the like parts as well.

    Raises:
        RequestError: It is no text.
    """
    export = Export(name)
    text = decode_text(data, location=name)
    for number, block in enumerate(_parted(text), start=1):
        with export.record():
            export.add(block, id="", where=f"block {number}")
    return export


def _parted(text: str) -> Iterator[str]:
    yield from (
        block for block in re.split(r"\n(?:[ \t]*(?:[-=*_~%]{1,80}[ \t]*)?\n)+", f"\n{text}\n") if block.strip()
    )


class _Rows:
    """The rows of one file, as they come."""

    def __init__(self, name: str) -> None:
        self.export = Export(name)
        self._authors: set[str] = set()

    def add(self, row: Any, where: str) -> None:
        """Read one row."""
        name = self.export.name
        if isinstance(row, MalformedText):
            raise RequestError(f"{name}, {where}: {row.reason}", hint=_SHAPE) from row
        if not isinstance(row, Mapping):
            raise RequestError(f"{name}, {where} is not a post: it is no object with names", hint=_SHAPE)
        plain = {_plain(str(key)): value for key, value in row.items()}
        found = {field: _first(plain, names) for field, names in _NAMES.items()}
        empty = "" if any(plain.get(name) == "" for name in _NAMES["text"]) else None
        if not isinstance(text := found["text"] or empty, str):
            raise RequestError(f"{name}, {where} has no text", hint=_SHAPE)
        if isinstance(author := found["author"], str) and author.strip():
            self._authors.add(author.strip().lstrip("@"))
        self.export.add(
            text,
            id=_read_id(found["id"], f"{name}, {where}"),
            where=where,
            created_at=read_time(found["created_at"], f"{name}, {where}"),
            kind=_read_kind(found["kind"], text),
            language=read_language_tag(found["language"]),
            likes=read_count(found["likes"]),
            reposts=read_count(found["reposts"]),
            replies=read_count(found["replies"]),
            media=min(read_count(found["media"]) or 0, 1000),
        )

    def finish(self) -> Export:
        """All of them."""
        for author in self._authors:
            self.export.add_account("rows", author)
        return self.export


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _read_id(value: Any, where: str) -> str:
    """Ids have up to 64 bits: a program that takes them for floating-point numbers rounds them, and two become one."""
    if isinstance(value, float) or (isinstance(value, str) and _ROUNDED.fullmatch(value.strip())):
        raise RequestError(
            f"{where}: the id {value} was rounded",
            hint="Export the table with ids as text, or leave them out: posts are then known by their text and time.",
        )
    return str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _read_kind(value: Any, text: str) -> PostKind:
    known = _KINDS.get(value.strip().lower()) if isinstance(value, str) else None
    if known is None and re.match(r"RT @\w{1,20}:? ", text):
        known = "repost"
    return cast("PostKind", known or "post")

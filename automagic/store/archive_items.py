"""One recording of the archive by its id, with all that is here of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items
from automagic.errors import RequestError
from automagic.reading.json import parse_json
from automagic.values.station import StationItem

_COLUMNS = (
    "id", "source", "remote_id", "generation", "title", "event_at", "length_s", "media_state", "media_path",
    "media_bytes", "media_sha256", "transcript", "captions", "listed",
)  # fmt: skip
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """What is known of a recording; the attributes are those of the table.

    Attributes:
        event_at: Seconds since 1970; None where the source does not say.
        media_path: Of its file; "" where it is not here.
        transcript, captions: Digests of what the store holds: a `Transcript` as JSON, and the file of the station's own
            captions; "" for none.
        listed: As its source listed it last.
    """

    id: str
    source: str
    remote_id: str
    generation: int
    title: str
    event_at: float | None
    length_s: float
    media_state: str
    media_path: str
    media_bytes: int
    media_sha256: str
    transcript: str
    captions: str
    listed: StationItem


def find_item(engine: sa.Engine, item: str) -> ArchiveItem:
    """The recording of this id.

    Raises:
        RequestError: There is none.
    """
    query = _select().where(archive_items.c.id == item)
    with engine.connect().execution_options(reads_only=True) as connection:
        row = connection.execute(query).first()
        if row is not None:
            return _read(row)
        begun = (
            sa.select(archive_items.c.id).where(archive_items.c.id.startswith(item[:2], autoescape=True)).limit(_PAGE)
        )
        near = difflib.get_close_matches(item, connection.execute(begun).scalars(), n=1, cutoff=0.8)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise RequestError(
        f"there is no recording {item} in the archive", hint=f"{meant}automagic archive search finds them."
    )


def items_of(engine: sa.Engine, source: str) -> Iterator[ArchiveItem]:
    """The newest of each recording of a source, by its name there, a thousand at a time in memory."""
    last = ""
    while True:
        of = archive_items.c
        query = _select().where(of.source == source, of.newest, of.remote_id > last).order_by(of.remote_id).limit(_PAGE)
        with engine.connect().execution_options(reads_only=True) as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield _read(row)
        if len(rows) < _PAGE:
            return
        last = rows[-1].remote_id


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(archive_items.c[name] for name in _COLUMNS))


def _read(row: sa.Row[tuple[object, ...]]) -> ArchiveItem:
    told = dict(row._mapping)
    listed = msgspec.convert(parse_json(told.pop("listed"), name=told["id"]), StationItem)
    return ArchiveItem(**told, listed=listed)

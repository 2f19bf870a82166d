"""The recordings of the sources that are mirrored: what is known of each, what has changed, what is missing.

    known(source)    ─▶ one query: name → fingerprint, state
    write(changes)   ─▶ one transaction for each 500
    settle(…)        ─▶ one transaction: missing, gone, up to when all was seen
    status()         ─▶ one query for all sources

A recording is never removed because its source does not list it: it is missing, then gone, and may return.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_sources
from automagic.database.engine import clock_of, now_of
from automagic.errors import RequestError
from automagic.reading.json import parse_json
from automagic.shaping import to_shape
from automagic.store.health import SourceHealth
from automagic.values.station import StationItem

BATCH = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a recording, in short.

    Attributes:
        fingerprint: Of the item as it was listed last.
        generation: The newest.
        missing_since: When its source did not list it for the first time; None where it does.
        gone: Whether it is called gone.
    """

    fingerprint: str
    generation: int
    missing_since: float | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A recording that is new, or is listed differently.

    Attributes:
        generation: 1 for a new one; one more than before where the name means another recording now.
        returned: Whether it was missing or gone.
        other_media: Whether its file is another than it was, or there is one now: it is wanted again.
        other_captions: Whether its captions are others than they were: they are read again.
    """

    item: StationItem
    generation: int
    returned: bool = False
    other_media: bool = False
    other_captions: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a look at a source ended.

    Attributes:
        missing: Names that were not listed; since when stays as it is.
        evidence: Names that are gone → why.
        cursor_at: By the source's clock: up to here all was seen. None where that stays as it was.
        full: Whether all was listed.
    """

    missing: Sequence[str] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    cursor_at: float | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source, counted.

    Attributes:
        items: Recordings that it serves or served, each once.
        pending: Of which the media are wanted.
        failed: Of which they could not be had.
        missing, gone, held: As their names say.
        with_media, with_transcript, with_captions: Of which there is one here.
        damaged, lost: Of which the media were here, and are not as they came, or not there any more.
        bytes: Of the media that are here.
        now: By the database's clock.
        probe: The last look at its health, as its row has it; for `store.health`.
        probe_age_s: How long ago that was; None where nobody ever looked.
    """

    name: str
    kind: str
    address: str
    items: int
    pending: int
    failed: int
    missing: int
    gone: int
    held: int
    with_media: int
    with_transcript: int
    with_captions: int
    damaged: int
    lost: int
    bytes: int
    cursor_at: float | None
    probe: str
    probe_age_s: float | None
    now: float

    @property
    def health(self) -> SourceHealth:
        """How it was then."""
        return SourceHealth.read(self.probe)

    @property
    def health_is_fresh(self) -> bool:
        """Whether that is still good."""
        return self.probe_age_s is not None and self.probe_age_s < self.health.fresh_s


def item_id(source: str, remote_id: str, generation: int) -> str:
    """Our own name of a recording: 12 hexadecimal digits."""
    return hashlib.sha256(f"{source}\n{remote_id}\n{generation}".encode()).hexdigest()[:12]


class Catalogue:
    """All of it, in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def _read(self) -> sa.Connection:
        return self._engine.connect().execution_options(reads_only=True)

    def known(self, source: str) -> dict[str, Known]:
        """Every recording of a source by its name there, its newest generation."""
        columns = (
            archive_items.c[name] for name in ("remote_id", "fingerprint", "generation", "missing_since", "gone_at")
        )
        query = sa.select(*columns).where(archive_items.c.source == source, archive_items.c.newest)
        with self._read() as connection:
            return {
                name: Known(fingerprint, generation, missing, gone is not None)
                for name, fingerprint, generation, missing, gone in connection.execute(query)
            }

    def listed(self, source: str, names: Sequence[str]) -> dict[str, StationItem]:
        """These recordings as their source listed them last."""
        found: dict[str, StationItem] = {}
        with self._read() as connection:
            for part in _batches(names, BATCH):
                query = sa.select(archive_items.c.remote_id, archive_items.c.listed).where(
                    archive_items.c.source == source, archive_items.c.newest, archive_items.c.remote_id.in_(part)
                )
                found |= {
                    name: to_shape(parse_json(listed, name=name), StationItem)
                    for name, listed in connection.execute(query)
                }
        return found

    def write(self, source: str, changes: Iterable[Change]) -> int:
        """Write what is new or changed, each batch in one transaction; gives how many were written.

        A batch that was written stays, whatever comes after it.
        """
        written = 0
        for batch in _batches(changes, BATCH):
            with self._engine.begin() as connection:
                now = now_of(connection)
                if older := [one.item.remote_id for one in batch if one.generation > 1]:
                    connection.execute(
                        sa.update(archive_items)
                        .where(archive_items.c.source == source, archive_items.c.remote_id.in_(older))
                        .values(newest=False)
                    )
                connection.execute(_upsert(connection.dialect.name), {"rows": _as_json(source, batch, now)})
                _want_again(connection, source, batch)
            written += len(batch)
        return written

    def settle(self, source: str, settlement: Settlement) -> None:
        """Write how a look ended, in one transaction: all of it is noted or nothing."""
        if not settlement.missing and not settlement.evidence and settlement.cursor_at is None:
            return
        with self._engine.begin() as connection:
            now = clock_of(connection.dialect)
            served = sa.update(archive_items).where(_served(source))
            for names in _batches(settlement.missing, BATCH):
                since = sa.func.coalesce(archive_items.c.missing_since, now)
                connection.execute(served.where(archive_items.c.remote_id.in_(names)).values(missing_since=since))
            for part in _batches(settlement.evidence.items(), BATCH):
                why = sa.case(dict(part), value=archive_items.c.remote_id)
                gone = served.where(archive_items.c.remote_id.in_([name for name, _ in part]))
                connection.execute(gone.values(gone_at=now, evidence=why))
            if settlement.cursor_at is not None:
                values = {"cursor_at": settlement.cursor_at, **({"full_at": now} if settlement.full else {})}
                connection.execute(sa.update(archive_sources).where(archive_sources.c.name == source).values(values))

    def hold(self, item: str, *, why: str, by: str) -> None:
        """Keep a recording, whatever else may be decided; an empty `why` lets it go again.

        Raises:
            RequestError: There is none of this name.
        """
        with self._engine.begin() as connection:
            at = now_of(connection) if why else None
            done = connection.execute(
                sa.update(archive_items).where(archive_items.c.id == item).values(held_at=at, held_why=why, held_by=by)
            )
        if done.rowcount != 1:
            raise RequestError(
                f"there is no recording {item} in the archive", hint="automagic archive search finds them."
            )

    def status(self) -> tuple[SourceStatus, ...]:
        """Every source, in one query."""
        item = archive_items.c

        def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            return sa.func.count().filter(condition)

        here = sa.case((item.media_state != "lost", item.media_bytes), else_=0)
        counted = (
            sa.select(
                item.source,
                sa.func.count().label("items"),
                count(item.media_state == "wanted").label("pending"),
                count(item.media_state == "failed").label("failed"),
                count(item.missing_since.is_not(None) & item.gone_at.is_(None)).label("missing"),
                sa.func.count(item.gone_at).label("gone"),
                sa.func.count(item.held_at).label("held"),
                count(item.media_state == "there").label("with_media"),
                count(item.transcript != "").label("with_transcript"),
                count(item.captions != "").label("with_captions"),
                count(item.media_state == "damaged").label("damaged"),
                count(item.media_state == "lost").label("lost"),
                sa.func.coalesce(sa.func.sum(here), 0).label("bytes"),
            )
            .where(item.newest)
            .group_by(item.source)
            .subquery()
        )
        numbers = [column for column in counted.c if column.name != "source"]
        of = archive_sources.c
        query = (
            sa.select(
                of.name, of.kind, of.address, *(sa.func.coalesce(column, 0) for column in numbers),
                of.cursor_at, of.probe, of.probed_at, clock_of(self._engine.dialect),
            )
            .select_from(archive_sources.outerjoin(counted, counted.c.source == of.name))
            .order_by(of.name)
        )  # fmt: skip
        with self._read() as connection:
            return tuple(_status_of(*row) for row in connection.execute(query))


def _status_of(*columns: Any) -> SourceStatus:
    *facts, probed_at, now = columns
    age_s = None if probed_at is None else max(0.0, float(now) - probed_at)
    return SourceStatus(*(*facts, age_s, float(now)))


def _want_again(connection: sa.Connection, source: str, batch: Sequence[Change]) -> None:
    """What is here of recordings whose files or captions changed stays until what there is now is here."""
    wanted = {"media_state": "wanted", "media_error": ""}
    for names, change in (
        ([one.item.remote_id for one in batch if one.other_media], wanted),
        ([one.item.remote_id for one in batch if one.other_captions], {"sound_sha256": ""}),
    ):
        if names:
            of = archive_items.c.remote_id.in_(names)
            connection.execute(sa.update(archive_items).where(_served(source), of).values(change))


def _served(source: str) -> sa.ColumnElement[bool]:
    return sa.and_(archive_items.c.source == source, archive_items.c.newest)


_FRESH: dict[str, Any] = {
    "newest": True, "missing_since": None, "gone_at": None, "held_at": None, "held_why": "", "held_by": "",
    "media_path": "", "media_bytes": 0, "media_sha256": "", "media_error": "", "sound_sha256": "", "transcript": "",
    "captions": "", "media_checked_at": None,
}  # fmt: skip
"""Of a recording that is seen for the first time."""

_RELISTED = (
    "fingerprint", "title", "show_id", "event_at", "length_s", "servable", "listed", "changed_at", "missing_since",
    "gone_at", "evidence",
)  # fmt: skip
"""What a changed one takes over; what is here of it stays."""


def _as_json(source: str, batch: Sequence[Change], now: float) -> str:
    return msgspec.json.encode([_row(source, change, now) for change in batch]).decode()


def _row(source: str, change: Change, now: float) -> dict[str, Any]:
    item = change.item
    return {
        **_FRESH,
        "source": source,
        "remote_id": item.remote_id,
        "generation": change.generation,
        "id": item_id(source, item.remote_id, change.generation),
        "fingerprint": item.fingerprint,
        "title": item.title,
        "show_id": item.show_id,
        "event_at": item.event_at.timestamp() if item.event_at else None,
        "length_s": item.length_s,
        "servable": item.servable,
        "listed": msgspec.json.encode(item).decode(),
        "first_seen_at": now,
        "changed_at": now,
        "evidence": f"returned at {now:.0f}" if change.returned else "",
        "media_state": "wanted" if item.url else "none",
    }


def _upsert(dialect: str) -> sa.Executable:
    """One statement for a whole batch, whose rows are one JSON array: a database far away is asked once."""
    columns = list(archive_items.columns)
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        each = sa.func.json_each(sa.bindparam("rows", type_=sa.Text)).table_valued("value")
        rows = sa.select(*(sa.func.json_extract(each.c.value, f"$.{column.name}") for column in columns))
        # Without a condition SQLite would read "ON CONFLICT" as that of a join.
        lite = sqlite.insert(archive_items).from_select(columns, rows.where(sa.true()))
        taken = {name: lite.excluded[name] for name in _RELISTED}
        return lite.on_conflict_do_update(index_elements=list(archive_items.primary_key), set_=taken)
    from sqlalchemy.dialects import postgresql

    value = sa.func.jsonb_array_elements(sa.cast(sa.bindparam("rows", type_=sa.Text), postgresql.JSONB)).column_valued(
        "value"
    )
    rows = sa.select(*(sa.cast(value.op("->>")(column.name), column.type) for column in columns))
    insert = postgresql.insert(archive_items).from_select(columns, rows)
    taken = {name: insert.excluded[name] for name in _RELISTED}
    return insert.on_conflict_do_update(index_elements=list(archive_items.primary_key), set_=taken)


def _batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(things)
    while batch := list(itertools.islice(iterator, size)):
        yield batch

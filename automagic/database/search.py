"""Search what was said: words, "phrases", beginnings* — in SQLite by FTS5, on PostgreSQL by tsvector, behind one door.

    the budget  "Main Street"  librar*
         │            │           └ any word that begins so
         │            └ these words, in this order, side by side
         └ each of these words, somewhere in the passage

Words are compared in small letters, without accents and apostrophes, whatever the language: "Café" is "cafe".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_passages
from automagic.database.search_query import NO_FILTERS, SearchFilters, Term

COMMON = 20_000
"""Passages: where more have the words, the newest come first, since ranking them all takes seconds."""

BEST = 100
"""So many hits at least are looked at for what the filters leave, the best first, before all are: of each one the
whole passage is read."""

ASKED = 300
"""Recordings that are asked one by one, the newest first, for words that are common."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that has what was searched.

    Attributes:
        passage: Its number.
        item: Of the recording.
        start_s, end_s: In the recording.
        text: As it was said.
        folded, times, speaker: As in the table.
    """

    passage: int
    item: str
    start_s: float
    end_s: float
    text: str
    folded: str
    times: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        passages: The best first, or the newest.
        order: By which they are.
    """

    passages: tuple[FoundPassage, ...]
    order: Literal["best", "newest"]


def search(
    connection: sa.Connection,
    terms: Sequence[Term],
    filters: SearchFilters = NO_FILTERS,
    *,
    limit: int = 20,
    any_of: bool = False,
) -> Found:
    """The passages that have all of these.

    Args:
        terms: At least one.
        any_of: Those that have one of them are enough.
    """
    lite = connection.dialect.name == "sqlite"
    matches, rank = (_sqlite_match if lite else _postgresql_match)(terms, any_of=any_of)
    hits = _count_hits(connection, matches, lite=lite)
    common = hits > COMMON
    if common and (newest := _newest(connection, matches, filters, limit)) is not None:
        return Found(tuple(newest), "newest")
    if lite and not common:
        looked = max(BEST, 2 * limit)
        found = _best(connection, matches, filters, looked)[:limit]
        if len(found) == limit or hits <= looked:
            return Found(tuple(found), "best")
    by = (*_NEWEST_FIRST, archive_passages.c.start_s)
    query = _passages(lite=lite).where(matches, *_of_items(filters), *_of_passages(filters))
    query = query.order_by(*(by if common else (rank, *by))).limit(limit)
    found = [FoundPassage(*row) for row in connection.execute(query)]
    return Found(tuple(found), "newest" if common else "best")


_NEWEST_FIRST = (sa.desc(sa.func.coalesce(archive_items.c.event_at, 0)), archive_items.c.id)
_COLUMNS = tuple(
    archive_passages.c[name] for name in ("rowid", "item", "start_s", "end_s", "text", "folded", "times", "speaker")
)
_INDEX = sa.table("archive_index", sa.column("rowid"))


def _passages(*, lite: bool) -> sa.Select[Any]:
    table = archive_passages.join(archive_items, archive_items.c.id == archive_passages.c.item)
    if lite:
        table = table.join(_INDEX, _INDEX.c.rowid == archive_passages.c.rowid)
    return sa.select(*_COLUMNS).select_from(table)


def _best(
    connection: sa.Connection, matches: sa.ColumnElement[bool], filters: SearchFilters, looked: int
) -> list[FoundPassage]:
    """Of the best hits of SQLite's index those that the filters leave: ranked before anything else is read of them."""
    rank: sa.ColumnClause[float] = sa.literal_column("rank")
    ranked = sa.select(_INDEX.c.rowid, rank.label("rank")).where(matches).order_by(rank).limit(looked).subquery()
    query = (
        sa.select(*_COLUMNS)
        .select_from(ranked)
        .join(archive_passages, archive_passages.c.rowid == ranked.c.rowid)
        .join(archive_items, archive_items.c.id == archive_passages.c.item)
        .where(*_of_items(filters), *_of_passages(filters))
        .order_by(ranked.c.rank, *_NEWEST_FIRST, archive_passages.c.start_s)
    )
    return [FoundPassage(*row) for row in connection.execute(query)]


def _newest(
    connection: sa.Connection, matches: sa.ColumnElement[bool], filters: SearchFilters, limit: int
) -> list[FoundPassage] | None:
    """Hits of the newest recordings, one after another until there are enough; None where many of them have few."""
    lite = connection.dialect.name == "sqlite"
    found: list[FoundPassage] = []
    newest = sa.select(archive_items.c.id).where(*_of_items(filters)).order_by(*_NEWEST_FIRST).limit(ASKED)
    items = connection.execute(newest).scalars().all()
    for item in items:
        of_item = archive_passages.c.item == item
        query = _passages(lite=lite).where(matches, of_item, *_of_passages(filters))
        if lite:  # its passages were written together: only this part of the index is looked at
            own = sa.select(sa.func.min(archive_passages.c.rowid), sa.func.max(archive_passages.c.rowid))
            first, last = connection.execute(own.where(of_item)).one()
            query = query.where(_INDEX.c.rowid.between(first, last))
        query = query.order_by(archive_passages.c.start_s).limit(limit - len(found))
        found += [FoundPassage(*row) for row in connection.execute(query)]
        if len(found) == limit:
            return found
    return found if len(items) < ASKED else None


def _of_items(filters: SearchFilters) -> Iterator[sa.ColumnElement[bool]]:
    yield archive_items.c.newest
    if filters.source:
        yield archive_items.c.source == filters.source
    if filters.show:
        yield archive_items.c.title.icontains(filters.show, autoescape=True)
    if filters.since is not None:
        yield archive_items.c.event_at >= filters.since
    if filters.until is not None:
        yield archive_items.c.event_at <= filters.until
    if filters.items is not None:
        yield archive_items.c.id.in_(filters.items)


def _of_passages(filters: SearchFilters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.speaker:
        yield archive_passages.c.speaker.icontains(filters.speaker, autoescape=True)


def count_passages(connection: sa.Connection, term: Term) -> int:
    """How many passages have it, whatever the filters; of more than `COMMON` it says one more."""
    lite = connection.dialect.name == "sqlite"
    matches, _ = (_sqlite_match if lite else _postgresql_match)((term,), any_of=False)
    return _count_hits(connection, matches, lite=lite)


def _sqlite_match(terms: Sequence[Term], *, any_of: bool) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[float]]:
    asked = (" OR " if any_of else " AND ").join(
        f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in terms
    )
    return sa.literal_column("archive_index").op("MATCH")(asked), sa.literal_column("bm25(archive_index)")


def _postgresql_match(terms: Sequence[Term], *, any_of: bool) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[float]]:
    def said(term: Term) -> str:
        words = [f"'{word}'" for word in term.words]
        words[-1] += ":*" if term.prefix else ""
        return f"({' <-> '.join(words)})"

    asked = sa.func.to_tsquery("simple", (" | " if any_of else " & ").join(map(said, terms)))
    words: sa.ColumnClause[str] = sa.literal_column("archive_passages.words")
    return words.op("@@")(asked), -sa.func.ts_rank_cd(words, asked)


def _count_hits(connection: sa.Connection, matches: sa.ColumnElement[bool], *, lite: bool) -> int:
    """How many passages have all words, whatever the filters; no more than `COMMON` and one are counted."""
    some = sa.select(sa.literal(1)).select_from(_INDEX if lite else archive_passages).where(matches)
    counted = sa.select(sa.func.count()).select_from(some.limit(COMMON + 1).subquery())
    return int(connection.execute(counted).scalar_one())

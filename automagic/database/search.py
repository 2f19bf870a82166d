"""Search what was said: words, "phrases", beginnings* — in SQLite by FTS5, on PostgreSQL by tsvector, behind one door.

    the budget  "Main Street"  librar*
         │            │           └ any word that begins so
         │            └ these words, in this order, side by side
         └ each of these words, somewhere in the passage

Words are compared in small letters, without accents and apostrophes, whatever the language: "Café" is "cafe".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_passages
from automagic.errors import RequestError

COMMON = 20_000
"""Passages: where more have the words, the newest come first, since ranking them all takes seconds."""

MOST_TERMS = 32
_APOSTROPHES = "'’ʼ`´"


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in a passage: words side by side; of the last, only its beginning where it is a prefix."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Where to search.

    Attributes:
        source: Only in this source; "" for all.
        show: A part of the programme's title, in any letters.
        since, until: When it happened, seconds since 1970; None for no limit.
        speaker: Only what this speaker mark says; "" for anybody.
        items: Only in these; None for all.
    """

    source: str = ""
    show: str = ""
    since: float | None = None
    until: float | None = None
    speaker: str = ""
    items: tuple[str, ...] | None = None


NO_FILTERS = SearchFilters()


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


def fold(text: str) -> list[str]:
    """The words of a text as they are searched."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = []
    for piece in bare.casefold().translate({ord(sign): None for sign in _APOSTROPHES}).split():
        words += "".join(sign if sign.isalnum() else " " for sign in piece).split()
    return words


def parse_query(text: str) -> tuple[Term, ...]:
    """What is asked for.

    Raises:
        RequestError: It holds no word, or too many.
    """
    terms = [term for term in _read_terms(text) if term.words]
    if not terms:
        raise RequestError(
            f"{text.strip()!r} holds no word to search for", hint='Such as: budget "Main Street" librar*'
        )
    if sum(len(term.words) for term in terms) > MOST_TERMS:
        raise RequestError(f"more than {MOST_TERMS} words cannot be searched for at once", hint="Give fewer.")
    return tuple(terms)


def _read_terms(text: str) -> Iterator[Term]:
    for place, part in enumerate(text.replace("“", '"').replace("”", '"').split('"')):
        if place % 2:
            yield Term(tuple(fold(part)))
            continue
        for word in part.split():
            folded = fold(word)
            if word.endswith("*"):
                yield Term(tuple(folded), prefix=True)
            elif len(folded) > 1:  # "twenty-four" is said side by side
                yield Term(tuple(folded))
            else:
                yield from (Term((one,)) for one in folded)


def search(
    connection: sa.Connection, terms: Sequence[Term], filters: SearchFilters = NO_FILTERS, *, limit: int = 20
) -> Found:
    """The passages that have all of these.

    Args:
        terms: At least one.
    """
    lite = connection.dialect.name == "sqlite"
    matches, rank = (_sqlite_match if lite else _postgresql_match)(terms)
    common = _is_common(connection, terms, matches)
    newest = (sa.desc(sa.func.coalesce(archive_items.c.event_at, 0)), archive_items.c.id, archive_passages.c.start_s)
    table = archive_passages.join(archive_items, archive_items.c.id == archive_passages.c.item)
    if lite:
        index = sa.table("archive_index", sa.column("rowid"))
        table = table.join(index, index.c.rowid == archive_passages.c.rowid)
    names = ("rowid", "item", "start_s", "end_s", "text", "folded", "times", "speaker")
    columns = (archive_passages.c[name] for name in names)
    query = (
        sa.select(*columns)
        .select_from(table)
        .where(matches, *_where(filters))
        .order_by(*(newest if common else (rank, *newest)))
        .limit(limit)
    )
    found = tuple(FoundPassage(*row) for row in connection.execute(query))
    return Found(found, "newest" if common else "best")


def _where(filters: SearchFilters) -> Iterator[sa.ColumnElement[bool]]:
    yield archive_items.c.newest
    if filters.source:
        yield archive_items.c.source == filters.source
    if filters.show:
        yield archive_items.c.title.icontains(filters.show, autoescape=True)
    if filters.since is not None:
        yield archive_items.c.event_at >= filters.since
    if filters.until is not None:
        yield archive_items.c.event_at <= filters.until
    if filters.speaker:
        yield archive_passages.c.speaker == filters.speaker
    if filters.items is not None:
        yield archive_passages.c.item.in_(filters.items)


def _sqlite_match(terms: Sequence[Term]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[float]]:
    asked = " AND ".join(f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in terms)
    return sa.literal_column("archive_index").op("MATCH")(asked), sa.literal_column("bm25(archive_index)")


def _postgresql_match(terms: Sequence[Term]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[float]]:
    def said(term: Term) -> str:
        words = [f"'{word}'" for word in term.words]
        words[-1] += ":*" if term.prefix else ""
        return f"({' <-> '.join(words)})"

    asked = sa.func.to_tsquery("simple", " & ".join(map(said, terms)))
    words: sa.ColumnClause[str] = sa.literal_column("archive_passages.words")
    return words.op("@@")(asked), -sa.func.ts_rank_cd(words, asked)


def _is_common(connection: sa.Connection, terms: Sequence[Term], matches: sa.ColumnElement[bool]) -> bool:
    """Whether so many passages have even the rarest word that ranking them is no help."""
    if connection.dialect.name != "sqlite":
        some = sa.select(sa.literal(1)).select_from(archive_passages).where(matches).limit(COMMON + 1).subquery()
        return connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > COMMON
    if any(term.prefix for term in terms):
        index = sa.table("archive_index", sa.column("rowid"))
        lite = sa.select(index.c.rowid).where(matches).limit(COMMON + 1).subquery()
        return connection.execute(sa.select(sa.func.count()).select_from(lite)).scalar_one() > COMMON
    # The index knows of each word how many passages have it.
    vocabulary = sa.table("archive_words", sa.column("term"), sa.column("doc"))
    said = {word for term in terms for word in term.words}
    rarest = sa.select(sa.func.count(), sa.func.min(vocabulary.c.doc)).where(vocabulary.c.term.in_(sorted(said)))
    count, fewest = connection.execute(rarest).one()
    return bool(count == len(said) and fewest > COMMON)

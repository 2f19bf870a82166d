"""The sources that the archive mirrors: where each is, up to when it was looked at, and how it was."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_sources
from automagic.database.engine import insert_once, now_of
from automagic.errors import RequestError


@dataclass(frozen=True, slots=True)
class ArchiveSource:
    """One of them; the attributes are those of the table.

    Attributes:
        name: By which the person calls it.
        cursor_at: By its own clock, seconds since 1970: up to here all was seen. None before the first time.
        full_at: When all was listed last.
        served: How many recordings it serves, as far as we know.
    """

    name: str
    kind: str
    address: str
    user: str
    allow_private: bool
    added_at: float
    cursor_at: float | None
    full_at: float | None
    served: int = 0


_ADD = "Add one: automagic archive add NAME URL|FOLDER|FEED."
_COLUMNS = ("name", "kind", "address", "user", "allow_private", "added_at", "cursor_at", "full_at")


class Sources:
    """All of them, in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[ArchiveSource, ...]:
        """By name."""
        item = archive_items.c
        served = (
            sa.select(sa.func.count())
            .where(
                item.source == archive_sources.c.name,
                item.newest,
                item.missing_since.is_(None),
                item.gone_at.is_(None),
            )
            .scalar_subquery()
        )
        columns = (archive_sources.c[name] for name in _COLUMNS)
        query = sa.select(*columns, served).order_by(archive_sources.c.name)
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return tuple(ArchiveSource(*tuple(row)) for row in connection.execute(query))

    def every(self) -> tuple[ArchiveSource, ...]:
        """All of them.

        Raises:
            RequestError: There is none.
        """
        known = self.all()
        if not known:
            raise RequestError("the archive has no source yet", hint=_ADD)
        return known

    def find(self, name: str) -> ArchiveSource:
        """The one of this name.

        Raises:
            RequestError: There is none.
        """
        known = self.all()
        for one in known:
            if one.name == name:
                return one
        names = [one.name for one in known]
        near = difflib.get_close_matches(name, names, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        there = f"Sources: {', '.join(names)}." if names else _ADD
        raise RequestError(f"the archive has no source {name}", hint=meant + there)

    def add(self, name: str, *, kind: str, address: str, user: str, allow_private: bool) -> bool:
        """Add one; gives whether it is new.

        Raises:
            RequestError: There is another of this name.
        """
        row: dict[str, Any] = {
            "name": name, "kind": kind, "address": address, "user": user, "allow_private": allow_private, "probe": "",
        }  # fmt: skip
        with self._engine.begin() as connection:
            new = insert_once(connection, archive_sources, [{**row, "added_at": now_of(connection)}])
            there = connection.execute(sa.select(archive_sources).where(archive_sources.c.name == name)).one()
            if (there.kind, there.address) != (kind, address):
                raise RequestError(
                    f"there is a source {name} already: {there.address}", hint="Give this one another name."
                )
            change = sa.update(archive_sources).where(archive_sources.c.name == name)
            connection.execute(change.values(user=user, allow_private=allow_private))
        return bool(new)

    def remove(self, name: str) -> int:
        """Forget a source and all that was known of its recordings; files stay. Gives how many recordings there were.

        Raises:
            RequestError: One of them is held.
        """
        with self._engine.begin() as connection:
            of = archive_items.c.source == name
            held = connection.execute(
                sa.select(sa.func.count()).where(of, archive_items.c.held_at.is_not(None))
            ).scalar_one()
            if held:
                many = "1 recording" if held == 1 else f"{held:,} recordings"
                raise RequestError(
                    f"{many} of {name} must stay: held", hint="Release them first: automagic archive release ID."
                )
            count = connection.execute(sa.select(sa.func.count()).where(of)).scalar_one()
            connection.execute(sa.delete(archive_sources).where(archive_sources.c.name == name))
        return int(count)

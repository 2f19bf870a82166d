"""Changes that leave nothing behind of what was there before."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa


@contextlib.contextmanager
def erasing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that erases what it removes.

    SQLite leaves removed text in its file until something is written over it: here zeros are, and the journal, which
    has the text as well, is emptied.
    """
    lite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if lite:
            connection.connection.cursor().execute("PRAGMA secure_delete=ON")
        with connection.begin():
            yield connection
        if lite:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

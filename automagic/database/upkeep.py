"""Keep SQLite's file small and quick to change. A database server does this by itself."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa

_UNUSED_SHARE = 0.1
_UNUSED_BYTES = 1 << 20
"""The file is written again when at least this much of it is unused."""


@contextlib.contextmanager
def many_changes(engine: sa.Engine) -> Iterator[None]:
    """Let changes collect in the journal, up to 128 MB: each page would be copied into the file again and again.

    Much that is looked up or removed by hashes is all over the file: its pages are kept in memory, up to 128 MB.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    _set(engine, "wal_autocheckpoint=32000", "cache_size=-131072")
    try:
        yield
    finally:
        _set(engine, "wal_autocheckpoint=1000", "cache_size=-2000")


@contextlib.contextmanager
def without_checks(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection on which SQLite lets rows go without looking for others that point at them.

    The caller removes those: table by table, which takes half the time of row by row.
    """
    with engine.connect() as connection:
        lite = engine.dialect.name == "sqlite"
        # On the driver's own connection, since within a transaction this would do nothing.
        if lite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            if lite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def shrink_database(engine: sa.Engine) -> str:
    """Shrink the file when much of it is unused. Returns why it could not be done, or ""."""
    if engine.dialect.name != "sqlite":
        return ""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        pages, unused, page_bytes = (
            int(cursor.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        if unused * page_bytes < _UNUSED_BYTES or unused < _UNUSED_SHARE * pages:
            return ""
        # The new file is written twice: beside the old one and into its journal.
        if shutil.disk_usage(str(engine.url.database)).free < 2 * (pages - unused) * page_bytes + _UNUSED_BYTES:
            return "the database was not made smaller: that needs more free disk for a moment"
        cursor.execute("PRAGMA busy_timeout=5000")
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            return f"the database was not made smaller: {error}"
        finally:
            cursor.execute("PRAGMA busy_timeout=30000")
    finally:
        connection.close()
    return ""


def _set(engine: sa.Engine, *pragmas: str) -> None:
    connection = engine.raw_connection()  # goes back into the pool, and comes out of it for what follows
    for pragma in pragmas:
        connection.cursor().execute(f"PRAGMA {pragma}")
    connection.close()

"""Open the database: SQLite under the home folder by default, PostgreSQL by URL; migrate it when it is behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from automagic.errors import AutomagicError, ConfigurationError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import contextmanager
else:
    from contextlib import contextmanager

HEAD = "0004"
"""The newest migration; a test compares it with the migrations folder. Kept here so that opening an up-to-date
database does not import the migration tool."""


def open_database(url: str) -> sa.Engine:
    """Connect to `url` and bring the schema up to date.

    Raises:
        ConfigurationError: The database cannot be opened, is damaged, or was written by a newer AutoMagic.
    """
    engine = sa.create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine)
    try:
        if _revision(engine) != HEAD:
            _migrate(engine, url)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise explain_database(error, engine) from error
    return engine


def explain_database(error: sa.exc.DatabaseError, engine: sa.Engine) -> AutomagicError:
    """What a failure of the database means to a person."""
    place = engine.url.database or engine.url.render_as_string(hide_password=True)
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # above it are the extended codes
    if code == sqlite3.SQLITE_FULL:
        return ResourceError(
            f"the disk is full: the database {place} cannot grow",
            hint="Free some space and run the same command again: it goes on from here.",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        hint = "Make it writable, or set AUTOMAGIC_HOME to a folder that is."
    elif code == sqlite3.SQLITE_BUSY:
        hint = "Another run holds it: try again."
    else:
        hint = "Move the file away to start with an empty one; finished videos are not stored in it."
    return ConfigurationError(f"the database {place} cannot be used: {error.orig}", hint=hint)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def _set_up_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A deferred transaction that turns from reading to writing fails at once when another process wrote in
        # between; an immediate one waits its turn. Readers see the last committed state and wait for nobody.
        options = connection.get_execution_options()
        # Both levels survive a killed process; FULL survives a power cut as well, at the price of an fsync.
        durable = options.get("durable", True)
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN" if options.get("reads_only", False) else "BEGIN IMMEDIATE")


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: sa.Engine, url: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with _one_at_a_time(engine):
        if _revision(engine) == HEAD:  # another process was faster
            return
        config.attributes["engine"] = engine
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(
                f"the database {sa.make_url(url).render_as_string(hide_password=True)} was written by another version: "
                f"{error}",
                hint="Update AutoMagic.",
            ) from error


@contextmanager
def _one_at_a_time(engine: sa.Engine) -> Iterator[None]:
    """Hold the other processes off while the schema changes."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        import fcntl

        with Path(engine.url.database + ".migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT pg_advisory_lock(4740421)"))
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(4740421)"))

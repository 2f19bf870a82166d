"""Open the database: SQLite under the home folder by default, PostgreSQL by URL; migrate it when it is behind."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from automagic.database.address import PATIENCE, SCHEMA, describe_server
from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.revisions import NewerVersion, is_known
from automagic.errors import AutomagicError, ConfigurationError, ResourceError
from automagic.machine.lock_files import open_lock
from automagic.machine.private_files import touch_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import contextmanager
else:
    from contextlib import contextmanager

HEAD = "0016"
"""The newest migration; a test compares it with the migrations folder. Kept here so that opening an up-to-date
database does not import the migration tool."""

OUTAGE_S = 60.0
"""How long to wait for a server that was reached before."""


POOL_SIZE = 5


def open_database(url: str, *, pool_size: int = POOL_SIZE) -> sa.Engine:
    """Connect to `url` and bring the schema up to date.

    Args:
        pool_size: How many connections to a server are kept open; a file has one a thread.

    Raises:
        ConfigurationError: The database cannot be opened or is damaged.
        NewerVersion: A newer AutoMagic wrote it.
    """
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, connect_args={"timeout": 30})
        if engine.url.database:
            with contextlib.suppress(OSError):  # SQLite says why it cannot be made
                touch_private(Path(engine.url.database))
        _set_up_sqlite(engine)
    else:
        engine = _connect_server(url, pool_size)
    try:
        if (revision := _revision(engine)) != HEAD:
            if not is_known(revision):
                engine.dispose()
                raise NewerVersion(f"the database {_describe(engine)}")
            _migrate(engine)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise explain_database(error, engine) from error
    return engine


def _describe(engine: sa.Engine) -> str:
    url = engine.url.render_as_string(hide_password=True)
    return engine.url.database or url if _is_file(engine) else f"({describe_server(url)})"


def explain_database(error: sa.exc.DatabaseError, engine: sa.Engine) -> AutomagicError:
    """What a failure of the database means to a person."""
    if engine.dialect.name == "postgresql":
        place = describe_server(engine.url.render_as_string(hide_password=True))
        reason = [line for line in str(error.orig).strip().splitlines() if not line.startswith("\t")][-1]
        return ConfigurationError(
            f"the database, {place}, cannot be used: {reason}", hint="Check DATABASE_URL, and that the server runs."
        )
    place = engine.url.database or engine.url.render_as_string(hide_password=True)
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # above it are the extended codes
    if code == sqlite3.SQLITE_FULL:
        return ResourceError(
            f"the disk is full: the database {place} cannot grow",
            hint="Free some space and run the same command again: it goes on from here.",
        )
    # Never to begin with an empty one: what was paid for would be bought once more.
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        hint = "Make the file and its folder writable for you: it holds what was paid for."
    elif code == sqlite3.SQLITE_IOERR:
        hint = "Check the disk and its free space, then try again."
    elif code == sqlite3.SQLITE_BUSY:
        hint = "Another run holds it: try again."
    else:
        hint = f"It holds what was paid for: restore it from a backup, or recover it: sqlite3 {place} .recover"
    return ConfigurationError(f"the database {place} cannot be used: {error.orig}", hint=hint)


def now_of(connection: sa.Connection) -> float:
    """Seconds since 1970 by the clock that all who use this database share: the server's, else this machine's."""
    if connection.dialect.name != "postgresql":
        return time.time()
    return float(connection.execute(sa.select(clock_of(connection.dialect))).scalar_one())


def clock_of(dialect: sa.Dialect) -> sa.ColumnElement[Any]:
    """The same as a column of a query, which spares asking for it alone; rows give it as a number."""
    if dialect.name != "postgresql":
        return sa.literal(time.time())
    return sa.func.extract("epoch", sa.func.clock_timestamp())


def lost_connection(error: BaseException | None) -> bool:
    """Whether a failure comes from a server that went away in the middle, or that broke a deadlock: try it again."""
    while error is not None:
        if isinstance(error, sa.exc.OperationalError) and not isinstance(error.orig, sqlite3.Error):
            state = getattr(error.orig, "sqlstate", None)
            # Without a state it was never reached; 08 connection, 57P shutdown, 40 deadlock or serialization.
            return state is None or state.startswith(("08", "57P", "40"))
        error = error.__cause__
    return False


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def insert_once(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add rows, leaving out those whose key is there already; gives how many were added."""
    if not rows:
        return 0
    values = rows[0] if len(rows) == 1 else list(rows)
    statement = _insert_new(table, connection.dialect.name)
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount


@cache
def _insert_new(table: sa.Table, dialect: str) -> sa.Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()


def _connect_server(url: str, pool_size: int) -> sa.Engine:
    """A server that goes away for a while is waited for, once it was there."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=20,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c search_path={SCHEMA}",
            "application_name": "automagic",
            **PATIENCE,
        },
    )
    reached = False

    @sa.event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        nonlocal reached
        until = time.monotonic() + OUTAGE_S
        while True:
            try:
                connection = dialect.connect(*arguments, **options)
            except dialect.dbapi.OperationalError:
                if not reached or time.monotonic() > until:
                    raise
                time.sleep(0.25)
            else:
                reached = True
                return connection

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _set_up_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        # Its own knows the letters of English only, and one search shall find the same in both databases.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A deferred transaction that turns from reading to writing fails at once when another process wrote in
        # between; an immediate one waits its turn. Readers see the last committed state and never wait.
        options = connection.get_execution_options()
        # Both levels survive a killed process; FULL survives a power cut as well, at the price of an fsync.
        durable = options.get("durable", True)
        level = "FULL" if durable else "NORMAL"
        if connection.info.get("synchronous") != level:
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
            connection.info["synchronous"] = level
        connection.exec_driver_sql("BEGIN" if options.get("reads_only", False) else "BEGIN IMMEDIATE")


def _is_file(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version", schema=None if _is_file(engine) else SCHEMA):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with _one_at_a_time(engine):
        if _revision(engine) == HEAD:  # another process was faster
            return
        if not _is_file(engine):
            with engine.begin() as connection:
                connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        config.attributes["engine"] = engine
        command.upgrade(config, "head")


@contextmanager
def _one_at_a_time(engine: sa.Engine) -> Iterator[None]:
    """Hold the other processes off while the schema changes."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        import fcntl

        with open_lock(Path(engine.url.database + ".migrating")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with engine.connect() as connection:
            connection.execute(sa.text(f"SELECT pg_advisory_lock({AdvisoryLock.SCHEMA:d})"))
            try:
                yield
            finally:
                connection.execute(sa.text(f"SELECT pg_advisory_unlock({AdvisoryLock.SCHEMA:d})"))

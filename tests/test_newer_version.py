"""A home that a newer version wrote: every command says so, and none changes it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from conftest import Command

from automagic.database.engine import HEAD, open_database, sqlite_url
from automagic.database.revisions import NewerVersion, is_known
from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.location import SCHEMA_MARK, QueuePlace


def write(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--status",), ("--metrics",), ("spend",), ("jobs", "list"), ("jobs", "add", "video", "--topic", "Moss"),
        ("jobs", "retry", "one"), ("schedule", "list"), ("--cleanup",), ("worker", "--drain"),
        ("--now", "--topic", "Moss", "--plan"), ("publish", "one", "--to", "folder:out"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_home_of_a_newer_version_is_refused_in_words(
    automagic: Command, home: Path, empty_database: bytes, arguments: tuple[str, ...]
) -> None:
    database = home / "automagic.db"
    database.write_bytes(empty_database)
    write(database, "UPDATE alembic_version SET version_num = '9999'")
    (home.parent / "schedules.toml").write_text('[news]\nat = "09:00"\ntopics = ["Moss"]\n')
    before = database.read_bytes()
    _, said = automagic(*arguments, code=3)
    assert "written by a newer version of AutoMagic" in said
    assert "Update AutoMagic" in said
    assert database.read_bytes() == before
    assert not (home / "jobs.db").exists()


def test_a_queue_of_a_newer_version_is_not_taken_back_to_this_one(place: QueuePlace) -> None:
    prepare(place)
    write(place.file, f"PRAGMA user_version={SCHEMA_MARK + 100}")
    with pytest.raises(NewerVersion, match="the job queue"):
        prepare(place)
    with contextlib.closing(sqlite3.connect(place.file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_MARK + 100,)


def test_each_revision_up_to_the_newest_is_known(home: Path, empty_database: bytes) -> None:
    assert is_known(None)
    assert is_known("0001")
    assert is_known(HEAD)
    assert not is_known("9999")
    assert not is_known("abcdef012345")
    (home / "automagic.db").write_bytes(empty_database)
    write(home / "automagic.db", "UPDATE alembic_version SET version_num = 'abcdef012345'")
    with pytest.raises(NewerVersion):
        open_database(sqlite_url(home / "automagic.db"))

"""A home that a newer version wrote: every command says so, and none changes it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from automagic.database.engine import HEAD, open_database, sqlite_url
from automagic.database.revisions import NewerVersion, is_known
from automagic.jobs.queue.engine import MAJOR, prepare
from automagic.jobs.queue.location import QueueLocation
from tests.support.processes.command_line import Command


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


def mark_of(place: QueueLocation) -> int:
    with contextlib.closing(sqlite3.connect(place.file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_queue_of_the_engines_next_major_version_is_refused(place: QueueLocation) -> None:
    prepare(place)
    newer = mark_of(place) + MAJOR
    write(place.file, f"PRAGMA user_version={newer}")
    with pytest.raises(NewerVersion, match="the job queue"):
        prepare(place)
    assert mark_of(place) == newer


def test_a_queue_of_the_engines_next_minor_version_is_used_as_it_is(place: QueueLocation) -> None:
    prepare(place)
    newer = mark_of(place) + 100
    write(place.file, f"PRAGMA user_version={newer}")
    prepare(place)
    assert mark_of(place) == newer


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

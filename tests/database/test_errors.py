"""A database that cannot be used: what is said never leads to losing what was paid for."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from automagic.database.engine import explain_database, open_database, sqlite_url
from automagic.errors import ConfigurationError, ResourceError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.reads import count_jobs
from automagic.jobs.queue.reads import open_database as open_queue


def assert_keeps_what_was_paid_for(hint: str) -> None:
    for advice in ("empty", "delete", "move", "AUTOMAGIC_HOME"):
        assert advice.lower() not in hint.lower()


def test_a_damaged_database_is_to_be_restored(home):
    (home / "automagic.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(ConfigurationError, match="cannot be used") as caught:
        open_database(sqlite_url(home / "automagic.db"))
    assert_keeps_what_was_paid_for(caught.value.hint)
    assert "backup" in caught.value.hint


def test_a_full_disk_is_to_be_given_room(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE filler (x)")
    with pytest.raises(sa.exc.OperationalError) as caught, engine.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(1000000))")
    explained = explain_database(caught.value, engine)
    assert isinstance(explained, ResourceError)
    assert_keeps_what_was_paid_for(explained.hint)


CODES = [
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
]


@pytest.mark.parametrize("code", [*CODES, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_CORRUPT])
def test_no_failure_of_the_disk_is_answered_by_beginning_anew(engine, code):
    failure = sqlite3.OperationalError("disk I/O error")
    failure.sqlite_errorcode = code
    explained = explain_database(sa.exc.OperationalError("SELECT 1", {}, failure), engine)
    assert explained.hint
    assert_keeps_what_was_paid_for(explained.hint.replace(str(engine.url.database), ""))


def test_a_damaged_queue_is_to_be_restored(tmp_path):
    place = QueueLocation(tmp_path)
    place.file.write_bytes(b"no database at all" * 1000)
    with pytest.raises(ConfigurationError, match="cannot be used") as caught, open_queue(place) as database:
        count_jobs(database)
    assert_keeps_what_was_paid_for(caught.value.hint)

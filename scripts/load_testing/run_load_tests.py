"""Drive the queue as many people would: users who each add a job, wait for it, and add the next; real workers.

    python scripts/load_testing/run_load_tests.py --users 20 --duration 30 [--workers 2] [--kind video] [--json]
    python scripts/load_testing/run_load_tests.py --target archive …       status, search and sync: see load_archive.py
    python scripts/load_testing/run_load_tests.py --target http …          the HTTP API: see load_http.py

    user ─ add ─▶ queue ─▶ worker processes ─▶ result          added:      how long adding takes
     ▲                                            │            queueing:   from asking to a worker's beginning
     └──────────── watch, then the next ──────────┘            completion: from asking to the worker's end

The queue is a SQLite file in a temporary folder, where one worker works at a time; with DATABASE_URL it is a new
database on that server, which is dropped at the end. Nothing else is touched. Ctrl-C ends it with the report so far.
Exit code 0, 1 when jobs failed or none was done, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import load_archive
import load_http
import psutil
from load_kinds import find
from own_places import latencies, own_place, print_latencies, settings_of

from automagic.errors import AutomagicError, ConfigurationError
from automagic.jobs.queue.client import AsyncJobQueue
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import PreparedJob
from automagic.jobs.queue.reads import Job
from automagic.jobs.worker import work
from automagic.machine.memory import bound_threads
from automagic.studio import open_studio

READY_S = 60.0
"""A worker that has done nothing after so long will not."""

WORKER_GRACE_S = 12.0
SAMPLE_S = 0.25
INTERRUPTED = 130


# ---------------------------------------------------------------------------------------------- the users


async def add_job(desk: AsyncJobQueue, options: argparse.Namespace, number: int, folder: Path) -> Job:
    """Add the next job; no two are the same, so that none is remembered."""
    if options.kind == "video":
        from automagic import VideoRequest

        text = await asyncio.to_thread(_write_script, folder / f"{number}.md", number)
        request = VideoRequest(
            script=str(text), platforms=("square",), voice="espeak", music="none", draft=True, credentials=False
        )
        return await desk.add(request)
    draft = PreparedJob("hashing", f"hashing {number}", {"steps": options.steps, "work_s": options.work}, {})
    [added] = await asyncio.to_thread(desk.queue.add, [draft])
    return await desk.get(added.id)


def _write_script(path: Path, number: int) -> Path:
    path.write_text(f"# Number {number}\n\nThis is number {number} of many.\n", "utf-8")
    return path


# ---------------------------------------------------------------------------------------------- what is measured


@dataclass
class Tally:
    """What came of the jobs so far; times in seconds."""

    added_s: list[float] = field(default_factory=list)
    queueing_s: list[float] = field(default_factory=list)
    completion_s: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    began_at: float = 0.0
    ended_at: float = 0.0
    workers_mb: float = 0.0
    users_mb: float = 0.0

    def count(self, asked_at: float, job: Job) -> None:
        """Count a job that has ended."""
        if job.state != "succeeded" or job.result is None:
            self.errors[(job.error or {}).get("message", job.state)] += 1
            return
        self.queueing_s.append(job.result["began"] - asked_at)
        self.completion_s.append(job.result["ended"] - asked_at)
        self.ended_at = max(self.ended_at, job.result["ended"])


def report(tally: Tally, options: argparse.Namespace, *, interrupted: bool) -> dict[str, Any]:
    """Everything that is printed, as plain data."""
    spent_s = max(tally.ended_at - tally.began_at, 0.0)
    done = len(tally.completion_s)
    return {
        "users": options.users,
        "duration_s": options.duration,
        "kind": options.kind,
        "database": "PostgreSQL" if options.url else "SQLite",
        "workers": options.workers,
        "concurrency": options.concurrency,
        "interrupted": interrupted,
        "latency_ms": latencies(
            {"added": tally.added_s, "queueing": tally.queueing_s, "completion": tally.completion_s}
        ),
        "jobs": {"succeeded": done, "failed": sum(tally.errors.values()), "unfinished": tally.unfinished},
        "throughput_per_s": round(done / spent_s, 2) if spent_s else 0.0,
        "errors": dict(tally.errors.most_common(20)),
        "peak_memory_mb": {"workers": round(tally.workers_mb, 1), "users": round(tally.users_mb, 1)},
    }


def print_report(told: Mapping[str, Any]) -> None:
    """For people."""
    workers = f"{told['workers']} worker{'s' if told['workers'] > 1 else ''}, {told['concurrency']} jobs at once each"
    print(f"{told['users']} users for {told['duration_s']:g} s, kind {told['kind']}, {told['database']}, {workers}")
    if told["interrupted"]:
        print("interrupted: what there was until then")
    print_latencies(told["latency_ms"])
    jobs, memory = told["jobs"], told["peak_memory_mb"]
    print(
        f"\n{told['throughput_per_s']} jobs a second; " + ", ".join(f"{count} {name}" for name, count in jobs.items())
    )
    print(f"peak memory: {memory['workers']} MB workers, {memory['users']} MB users")
    for message, count in told["errors"].items():
        print(f"{count} x {message}")


# ---------------------------------------------------------------------------------------------- the test


async def drive(place: QueueLocation, options: argparse.Namespace, tally: Tally, watched: list[psutil.Process]) -> None:
    """All users, from the first worker's readiness to the last job's end; `tally` is filled as it goes."""
    desk = AsyncJobQueue(place)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max(8, min(options.users, 32))))
    folder = place.home / "scripts"
    folder.mkdir()
    async with asyncio.timeout(READY_S):
        job = await add_job(desk, options, -1, folder)
        job = await _finished(desk, job, look=lambda: _check_alive(watched))
    if job.state != "succeeded":
        raise ConfigurationError(f"the first job {job.state}: {(job.error or {}).get('message', '')}")
    tally.began_at = time.time()
    async with _sampled(tally, watched), asyncio.TaskGroup() as users:
        for user in range(options.users):
            users.create_task(_use(desk, options, tally, user, folder))


async def _finished(desk: AsyncJobQueue, job: Job, *, look: Callable[[], None] = lambda: None) -> Job:
    """The job when it is finished; `look` is called each time it has changed."""
    async for changed in desk.watch(job.id):
        job = changed
        look()
    return job


async def _use(desk: AsyncJobQueue, options: argparse.Namespace, tally: Tally, user: int, folder: Path) -> None:
    """One user, until the time is up."""
    end = tally.began_at + options.duration
    number = user
    while time.time() < end:
        asked_at = time.time()
        tally.unfinished += 1
        try:
            job = await add_job(desk, options, number, folder)
            tally.added_s.append(time.time() - asked_at)
            async with asyncio.timeout(end + options.patience - time.time()):
                job = await _finished(desk, job)
        except AutomagicError as error:  # the database is away, for instance
            tally.errors[error.message] += 1
            await asyncio.sleep(SAMPLE_S)
        except TimeoutError:
            await desk.cancel(job.id)
            return
        else:
            tally.count(asked_at, job)
        tally.unfinished -= 1
        number += options.users


@contextlib.asynccontextmanager
async def _sampled(tally: Tally, watched: Sequence[psutil.Process]) -> AsyncIterator[None]:
    """Note the most memory that the workers with their children, and this process, hold at a time."""

    async def sample() -> None:
        while True:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [one for process in watched for one in (process, *process.children(recursive=True))]
                tally.workers_mb = max(tally.workers_mb, sum(one.memory_info().rss for one in family) / 1e6)
            tally.users_mb = max(tally.users_mb, psutil.Process().memory_info().rss / 1e6)
            await asyncio.sleep(SAMPLE_S)

    task = asyncio.create_task(sample())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _check_alive(watched: Sequence[psutil.Process]) -> None:
    if not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in watched):
        raise ConfigurationError("every worker has ended", hint="What they said stands above.")


@contextlib.contextmanager
def started_workers(place: QueueLocation, options: argparse.Namespace) -> Iterator[list[psutil.Process]]:
    """Worker processes, which end with the block; what they said is shown when one fell over."""
    environment = os.environ | {"AUTOMAGIC_HOME": str(place.home), "LOAD_DATABASE_URL": place.database_url}
    command = [sys.executable, __file__, "--as-worker", "--concurrency", str(options.concurrency)]
    said = place.home / "workers.txt"
    with said.open("w") as file:
        workers = [
            subprocess.Popen([*command, "--name", f"load-{number}"], env=environment, stderr=file, stdout=file)
            for number in range(options.workers)
        ]
    try:
        yield [psutil.Process(worker.pid) for worker in workers]
    finally:
        for worker in workers:
            worker.terminate()
        codes = [_wait(worker) for worker in workers]
        if any(codes):
            sys.stderr.write(said.read_text("utf-8")[-4000:])


def _wait(worker: subprocess.Popen[bytes]) -> int:
    try:
        return worker.wait(WORKER_GRACE_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.wait()


async def run_worker(options: argparse.Namespace) -> None:
    """One worker process."""
    place = QueueLocation(Path(os.environ["AUTOMAGIC_HOME"]), os.environ["LOAD_DATABASE_URL"])
    async with open_studio(settings_of(place)) as studio:
        await work(
            studio,
            name=options.name,
            concurrency=options.concurrency,
            tell=lambda line: sys.stderr.write(line + "\n"),
            find=find,
        )


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=10, metavar="N", help="how many add jobs at once (10)")
    parser.add_argument("--duration", type=float, default=10.0, metavar="S", help="how long they add (10)")
    parser.add_argument(
        "--target", choices=("queue", "archive", "http"), default="queue", help="what is loaded (queue)"
    )
    parser.add_argument(
        "--workers", type=int, metavar="W", help="worker processes, 1 on SQLite, else 2; of the archive, its users' (2)"
    )
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs at once in each worker (4)")
    parser.add_argument("--kind", choices=("hashing", "video"), default="hashing", help="what the jobs make")
    parser.add_argument("--steps", type=int, default=2, metavar="N", help="of a hashing job (2)")
    parser.add_argument(
        "--work", type=float, default=0.01, metavar="S", help="core seconds of each of its steps (0.01)"
    )
    parser.add_argument("--recordings", type=int, default=2000, metavar="N", help="of the archive (2000)")
    parser.add_argument("--bare", action="store_true", help="of http: a bare ASGI application, to compare with")
    parser.add_argument("--patience", type=float, default=60.0, metavar="S", help="for jobs under way at the end (60)")
    parser.add_argument("--json", action="store_true", help="print exactly one JSON document")
    parser.add_argument("--as-worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--name", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.url = os.environ.get("DATABASE_URL", "")
    options.workers = options.workers or (2 if options.url or options.target == "archive" else 1)
    if (
        min(options.users, options.workers, options.concurrency, options.steps, options.recordings) < 1
        or options.duration <= 0
    ):
        parser.error("numbers must be positive")
    return options


def main(arguments: Sequence[str]) -> int:
    """Run the test and print its report; the exit code."""
    options = read_options(arguments)
    bound_threads()
    if options.target == "archive":
        return load_archive.main(options)
    if options.target == "http":
        return load_http.main(options)
    if options.as_worker:
        asyncio.run(run_worker(options))
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally = Tally()
    interrupted = False
    try:
        with own_place(options.url) as place, started_workers(place, options) as watched:
            asyncio.run(drive(place, options, tally, watched))
    except KeyboardInterrupt:
        interrupted = True
    except AutomagicError as error:
        sys.stderr.write(f"Error: {error.message}\n{error.hint}\n")
        return error.exit_code
    told = report(tally, options, interrupted=interrupted)
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        print_report(told)
    if interrupted:
        return INTERRUPTED
    return 0 if told["jobs"]["succeeded"] and not told["errors"] and not tally.unfinished else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

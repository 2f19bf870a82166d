"""Start and watch workers that are processes of their own."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from automagic.jobs.queue.location import QueueLocation
from tests.support.places import PROGRAMS
from tests.support.processes.python_programs import Program, run_python, start

PATIENCE_S = 60.0


def worker_command(place: QueueLocation, *flags: str) -> list[str]:
    url = ["--url", place.database_url] if place.database_url else []
    shelf = ["--artifacts", place.artifacts_url] if place.artifacts_url else []
    return [str(PROGRAMS / "trial_worker.py"), str(place.home), *url, *shelf, *flags]


def drain(place: QueueLocation, *flags: str) -> str:
    """Work off the queue; gives what the worker told."""
    done = run_python(*worker_command(place, *flags), "--drain")
    assert done.code == 0, done.err
    return done.err


def drain_whatever_dies(place: QueueLocation, *flags: str, most: int = 12) -> int:
    """Work off the queue with one worker after another, as whatever keeps a service running does.

    Returns:
        How many of them were killed.
    """
    for deaths in range(most):
        done = run_python(*worker_command(place, *flags), "--drain")
        if done.code == 0:
            return deaths
        assert done.code == -signal.SIGKILL, done.err
    raise AssertionError(f"{most} workers were killed, one after the other")


@contextlib.contextmanager
def worker(place: QueueLocation, *flags: str) -> Iterator[Program]:
    """A worker that is killed at the end if it still lives; what it told is in a file `worker-<pid>.txt`."""
    place.home.mkdir(parents=True, exist_ok=True)
    said = place.home / f"worker-{time.monotonic_ns()}.txt"
    with said.open("w") as file:
        process = start(*worker_command(place, *flags), stderr=file)
    try:
        yield process
    except BaseException:
        sys.stdout.write(said.read_text())  # for whoever looks why it failed
        raise
    finally:
        process.kill()
        process.wait()


def told(place: QueueLocation, what: str) -> bool:
    """Whether any worker of this home has said so."""
    return any(what in file.read_text() for file in place.home.glob("worker-*.txt"))


def wait_until(happened: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> float:
    """Wait for something; gives how long it took."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < patience_s, "it did not happen in time"
        time.sleep(0.02)  # between looks
    return time.monotonic() - started


def parts_done(log: Path) -> Counter[str]:
    """How often each part was carried out: "job number"."""
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.rpartition(" ")[0] for line in lines)


def parts_remembered(place: QueueLocation) -> set[str]:
    """The parts whose result is in memory, "job number": those are finished, and may not be done again."""
    return {json.loads(result)["name"] for result in _results(place)}


def _results(place: QueueLocation) -> list[str]:
    """None as long as no worker has got so far."""
    asked = "SELECT result FROM {} WHERE name = 'trial_part'"
    if place.shared:
        with psycopg.connect(place.url) as server:
            if server.execute("SELECT to_regclass('automagic.steps')").fetchone() == (None,):
                return []
            return [row[0] for row in server.execute(asked.format("automagic.steps").encode())]
    with contextlib.closing(sqlite3.connect(place.home / "automagic.db")) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'steps'").fetchone():
            return []
        return [row[0] for row in connection.execute(asked.format("steps"))]


def assert_none_repeated(log: Path, finished: set[str], *, under_way: int) -> None:
    """See that no part that was finished was done again.

    Args:
        finished: `parts_remembered` just before a worker was stopped.
        under_way: How many jobs it was at: of each, one part may be done and not yet remembered.
    """
    repeated = {part for part, count in parts_done(log).items() if count > 1}
    assert not repeated & finished
    assert len(repeated) <= under_way


def jobs_in_order(log: Path) -> list[str]:
    """The jobs in the order in which their parts were done."""
    return [line.partition(" ")[0] for line in log.read_text().splitlines()]


def keep_working(
    place: QueueLocation, *, workers: int, until: Callable[[], bool], patience_s: float = PATIENCE_S
) -> int:
    """Workers of which each that dies is started again, until something is so; gives how many died."""
    died = 0
    with contextlib.ExitStack() as stack:
        at_work = [stack.enter_context(worker(place)) for _ in range(workers)]

        def happened() -> bool:
            nonlocal died
            for number, process in enumerate(at_work):
                if process.poll() is not None:
                    died += 1
                    at_work[number] = stack.enter_context(worker(place))
            return until()

        wait_until(happened, patience_s=patience_s)
    return died

"""The queue at a glance, by plain SQL: what waits, how long, and which workers are alive."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.jobs.queue import reads, statements
from automagic.machine.lock_files import take_lock

if TYPE_CHECKING:
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.reads import State

DAY_S = 86400.0

CONNECTION_NAME, LOCK_NAME = "automagic worker ", "jobs.worker.lock"
"""As in leases.py, which takes longer to import than all of this; a test with a real lease holds them together."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, how long, and who is there to do it.

    Attributes:
        waiting: Queued and due now.
        oldest_waits_s: How long the first of them has been waiting; 0 for none.
        failed_1d: How many failed in the last day.
        workers: Those that are alive, by name.
    """

    counts: dict[State, int]
    waiting: int
    oldest_waits_s: float
    failed_1d: int
    workers: tuple[str, ...]

    @property
    def gauges(self) -> dict[str, tuple[str, float]]:
        """For Prometheus: name → what it is, and the figure."""
        return {
            "jobs_waiting": ("Jobs that are due and wait for a worker.", float(self.waiting)),
            "jobs_oldest_wait_seconds": ("How long the first of them has been waiting.", self.oldest_waits_s),
            "workers": ("Workers that are alive.", float(len(self.workers))),
        }

    @property
    def figures(self) -> dict[str, float | None]:
        """For alerts."""
        return {
            "jobs_waiting": float(self.waiting),
            "oldest_job_waits_s": self.oldest_waits_s,
            "jobs_failed_1d": float(self.failed_1d),
            "workers": float(len(self.workers)),
        }


def read_overview(place: QueueLocation, *, now: float) -> Overview:
    """Look at the queue; changes nothing.

    Raises:
        ConfigurationError: It cannot be reached.
    """
    with reads.open_database(place) as database:
        waiting = database.all(statements.COUNT_WAITING)
        count, first_ms = waiting[0] if waiting else (0, None)
        failed = database.all(statements.COUNT_FAILED_SINCE, (int((now - DAY_S) * 1000),))
        return Overview(
            counts=reads.count_jobs(database),
            waiting=int(count),
            oldest_waits_s=max(now - first_ms / 1000, 0.0) if first_ms else 0.0,
            failed_1d=int(failed[0][0]) if failed else 0,
            workers=_find_workers(place, database),
        )


def _find_workers(place: QueueLocation, database: reads.Database) -> tuple[str, ...]:
    """The workers that hold the locks of `leases.py`: those that are alive."""
    if place.shared:
        names = database.all(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name LIKE ? "
            "AND datname = current_database() ORDER BY 1",
            (f"{CONNECTION_NAME}%",),
        )
        return tuple(str(name).removeprefix(CONNECTION_NAME) for (name,) in names)
    with contextlib.suppress(FileNotFoundError), (place.home / LOCK_NAME).open("r") as lock:
        if not take_lock(lock, shared=True):
            return (lock.read(),)
    return ()

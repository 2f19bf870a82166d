"""Changing jobs from any process: adding, cancelling, queueing again, removing; all through the job engine's client.

What a worker changes is in custody.py. Only adding a job or changing one imports the engine (DBOS): 0.2 s of CPU more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from automagic.jobs.queue import reads
from automagic.jobs.queue.deaths import labels_of
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.new_job import NewJob
from automagic.jobs.queue.turns import turn

if TYPE_CHECKING:
    from automagic.jobs.queue.engine import LastingClient

_BATCH = 500
"""Jobs that are removed in one transaction."""


def add_jobs(place: QueueLocation, orders: Sequence[NewJob], *, client: LastingClient | None = None) -> list[bool]:
    """Queue jobs, all or none; one whose id is there already stays as it is.

    Args:
        client: Of a process that adds many, one by one.

    Returns:
        For each, whether it is new.
    """
    from automagic.jobs.queue.engine import open_client, prepare

    prepare(place)
    with client.use() if client else open_client(place) as own:
        return own.add(orders)


def cancel(place: QueueLocation, job_id: str) -> None:
    """Cancel a job unless it is finished; a worker that has it sees that it no longer owns it."""
    from automagic.jobs.queue.engine import open_client

    with open_client(place) as client, reads.open_database(place) as database, turn(place, database):
        job = reads.find_job(database, job_id)
        if job is not None and not job.finished:
            client.cancel(job_id)


def queue_again(place: QueueLocation, job_id: str) -> None:
    """Queue a job that failed or was cancelled once more, and reset the counts of its attempts and its deaths."""
    from automagic.jobs.queue.engine import open_client

    with open_client(place) as client, reads.open_database(place) as database, turn(place, database):
        job = reads.find_job(database, job_id)
        if job is not None and job.state in ("failed", "cancelled"):
            client.label(job_id, labels_of([]) | {reads.ATTEMPTS: 0, reads.NOTED_CLAIM: None})
            client.rewind(job_id)


def remove_finished(place: QueueLocation, job_ids: Sequence[str], *, before: float) -> list[str]:
    """Remove those of these jobs that are still finished since before a moment, and all that is kept of them.

    Returns:
        The ids of those that went.
    """
    from automagic.jobs.queue.engine import open_client

    gone: list[str] = []
    with open_client(place) as client, reads.open_database(place) as database:
        for start in range(0, len(job_ids), _BATCH):
            with turn(place, database):  # nobody retries one of them just now
                ids = reads.still_finished(database, job_ids[start : start + _BATCH], before=before)
                client.delete(ids)
            gone += ids
    return gone


def erase_removed(place: QueueLocation) -> None:
    """Let nothing of removed jobs stay in SQLite's file, where it would until something is written over it."""
    if not place.shared:
        with reads.open_database(place) as database:
            database.do("VACUUM")
            database.do("PRAGMA wal_checkpoint(TRUNCATE)")

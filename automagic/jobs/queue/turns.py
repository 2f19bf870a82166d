"""One process at a time moves jobs: looking at a job and then changing it is done under one lock.

The engine's client changes a job whatever has become of it since it was looked at: moving one to a worker's queue would
bring back one that was cancelled meanwhile, and two workers would take the same one.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from automagic.database.advisory_locks import AdvisoryLock
from automagic.machine.lock_files import open_lock, take_lock

if TYPE_CHECKING:
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.reads import Database


@contextlib.contextmanager
def turn(place: QueueLocation, database: Database, *, wait: bool = True) -> Iterator[bool]:
    """Hold all other processes off for a moment; the system, or the server, ends it when this process ends.

    Without `wait`, gives False when somebody else has the turn.
    """
    if database.shared:
        take = "SELECT pg_advisory_lock(?) IS NOT NULL" if wait else "SELECT pg_try_advisory_lock(?)"
        [(ours,)] = database.all(take, (AdvisoryLock.QUEUE_TURN.value,))
        try:
            yield bool(ours)
        finally:
            if ours:
                database.all("SELECT pg_advisory_unlock(?)", (AdvisoryLock.QUEUE_TURN.value,))
        return
    with open_lock(place.home / "jobs.turn.lock") as lock:
        if wait:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield wait or take_lock(lock)

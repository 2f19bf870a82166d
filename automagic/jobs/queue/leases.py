"""Who may execute jobs, and who has died: a lock that ends with its process, however it ends.

SQLite       one lock file: its holder executes, the others stand by and follow when it dies
PostgreSQL   each worker holds an advisory lock of its name; whoever can take another's lock knows that it is dead

The operating system, or the database server, releases these locks: no timeout is needed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from automagic.errors import ConfigurationError, RequestError
from automagic.jobs.queue.deaths import AbandonedJob
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.reads import Database, busy_workers, connect
from automagic.machine.lock_files import open_lock, take_lock

if TYPE_CHECKING:
    import psycopg

CONNECTION_NAME = "automagic worker "
"""With the worker's name behind it, as PostgreSQL lists its connection."""

# A machine that vanishes closes no connection: the server asks after 3 s, then twice more each second.
_KEEPALIVE = "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"

LOST_S = 10.0
"""A worker that was without its lock for this long, while the database answered, has been replaced."""


class Lease(ABC):
    """The right to execute under a name. One thread uses it.

    Attributes:
        worker: The name.
    """

    worker: str

    @abstractmethod
    def acquire(self) -> bool:
        """Take it; False while somebody else holds it."""

    @abstractmethod
    def keep(self) -> Database | None:
        """See that it is still held; gives a connection for statements, None while the database is away.

        Raises:
            RequestError: Another worker has taken the name over for good.
        """

    @abstractmethod
    def holds_for(self, worker: str) -> contextlib.AbstractContextManager[bool]:
        """Hold another worker's lock for a moment; False while that worker is alive."""

    @abstractmethod
    def release(self) -> None:
        """Release it."""

    @property
    @abstractmethod
    def holder(self) -> str:
        """Who holds it instead, for people."""

    def take_over(self, database: Database, bury: Callable[[Database, str], list[AbandonedJob]]) -> list[AbandonedJob]:
        """Put the jobs of every dead worker back into the queue; gives those they had begun."""
        found: list[AbandonedJob] = []
        for worker in busy_workers(database):
            if worker != self.worker:
                with self.holds_for(worker) as dead:
                    if dead:
                        found += bury(database, worker)
        return found


def open_lease(place: QueueLocation, name: str) -> Lease:
    """The right to execute under `name`; for "" under this host's name, with a number where several share it.

    Raises:
        RequestError: The name is not valid.
        ConfigurationError: The database cannot be reached.
    """
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
        raise RequestError(
            f"{name!r} is not a valid name of a worker", hint="At most 40 letters, digits, dots and dashes."
        )
    host = re.sub(r"[^A-Za-z0-9._-]", "-", platform.node())[:30] or "worker"
    return AdvisoryLease(place, name, host) if place.shared else FileLease(place, name or host)


class FileLease(Lease):
    """One lock file beside the queue."""

    def __init__(self, place: QueueLocation, worker: str) -> None:
        self.worker = worker
        self._path = place.home / "jobs.worker.lock"
        self._file = place.file
        self._lock: TextIO | None = None
        self._connection: sqlite3.Connection | None = None

    def acquire(self) -> bool:
        lock = open_lock(self._path)
        if not take_lock(lock):
            lock.close()
            return False
        lock.truncate(0)
        lock.write(f"{self.worker} (process {os.getpid()})")
        lock.flush()
        self._lock = lock
        self._connection = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        return True

    def keep(self) -> Database | None:
        return Database(self._connection) if self._connection is not None else None

    @contextlib.contextmanager
    def holds_for(self, worker: str) -> Iterator[bool]:
        """Every other worker that took jobs from this file is dead: there is one lock."""
        yield worker != self.worker

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._lock is not None:
            self._lock.close()

    @property
    def holder(self) -> str:
        with contextlib.suppress(OSError):
            return self._path.read_text("utf-8")
        return "another worker"


class AdvisoryLease(Lease):
    """A lock of the database session, under the hash of the worker's name."""

    def __init__(self, place: QueueLocation, name: str, host: str) -> None:
        self.worker = name
        self._place = place
        self._names = [name] if name else [f"{host}-{number}" for number in range(1, 100)]
        self._connection: psycopg.Connection[Any] | None = None
        self._lost_since: float | None = None

    def acquire(self) -> bool:
        for name in self._names:
            connection = connect(self._place, name=CONNECTION_NAME + name, options=_KEEPALIVE)
            if _lock(connection, name):
                self.worker = name
                self._connection = connection
                return True
            connection.close()
        return False

    def keep(self) -> Database | None:
        import psycopg

        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
                return Database(self._connection)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._connection.close()
                self._connection = None
        with contextlib.suppress(ConfigurationError, psycopg.OperationalError):
            connection = connect(self._place, name=CONNECTION_NAME + self.worker, options=_KEEPALIVE)
            if _lock(connection, self.worker):
                self._connection, self._lost_since = connection, None
                return Database(connection)
            connection.close()  # a worker that takes our jobs over holds it for a moment, a successor for good
            self._lost_since = self._lost_since or time.monotonic()
            if time.monotonic() - self._lost_since > LOST_S:
                raise RequestError(f"another worker is now called {self.worker}", hint="Give each one its own --name.")
        return None

    @contextlib.contextmanager
    def holds_for(self, worker: str) -> Iterator[bool]:
        """See `Lease.holds_for`."""
        if self._connection is None or not _lock(self._connection, worker):
            yield False
            return
        try:
            yield True
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", (_number(worker),))

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def holder(self) -> str:
        return f"another worker called {self._names[0]}"


def _lock(connection: psycopg.Connection[Any], worker: str) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_number(worker),)).fetchone()
    return bool(row and row[0])


def _number(worker: str) -> int:
    """The number that stands for a name: 64 bits, so that two names share one practically never."""
    digest = hashlib.sha256(f"automagic worker {worker}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)

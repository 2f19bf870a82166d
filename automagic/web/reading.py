"""The queue's database, kept open to look at it: opening it for each look costs thirty times the look.

SQLite is read where the request is handled (tens of microseconds); a server's answer is waited for in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from automagic.errors import ConfigurationError
from automagic.jobs.queue import reads
from automagic.jobs.queue.location import QueueLocation

Found = TypeVar("Found")

BUSY_S = 0.5
"""How long a look waits for a writer of SQLite before it says that the queue is busy."""

LOOK_S = 0.2
"""How long a file that is open is taken for the one that is there."""

OUTAGE_S = 1.0
"""For how long a server that could not be reached is not tried again: each try may take seconds."""

DEPTH_S = 1.0

_LOST = {"OperationalError", "InterfaceError", "AdminShutdown"}


class Reader:
    """One connection for reading. Closed by `close`; an error closes it as well, and the next look opens it anew."""

    def __init__(self, place: QueueLocation) -> None:
        self.place = place
        self._lock = threading.Lock()
        self._open = contextlib.ExitStack()
        self._database: reads.Database | None = None
        self._file = (0, 0)
        self._looked_at = 0.0
        self._counted = (-DEPTH_S, 0)
        self._outage: tuple[float, ConfigurationError] | None = None
        self._thread = ThreadPoolExecutor(1, "queue-reader") if place.shared else None

    async def read(self, look: Callable[[reads.Database], Found]) -> Found:
        """What a look at the queue finds.

        Raises:
            ConfigurationError: The queue cannot be reached or is busy.
        """
        if self._thread is None:
            return self._look(look)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._look, look)

    async def depth(self) -> int:
        """How many jobs wait or run, as it was at most `DEPTH_S` ago.

        Raises:
            ConfigurationError: As above.
        """
        if time.monotonic() - self._counted[0] > DEPTH_S:
            self._counted = time.monotonic(), await self.read(reads.count_open)
        return self._counted[1]

    def _look(self, look: Callable[[reads.Database], Found]) -> Found:
        with self._lock:
            for again in (False, True):
                try:
                    return look(self._opened())
                except ConfigurationError:
                    self._forget()
                    raise
                except Exception as error:  # psycopg is not imported for SQLite: its errors are known by name
                    self._forget()
                    lost = type(error).__name__ in _LOST or isinstance(error, sqlite3.DatabaseError)
                    if not lost:
                        raise
                    # What a look finds malformed may be only what it has seen of a file that others change.
                    if again or isinstance(error, sqlite3.OperationalError):
                        raise ConfigurationError(
                            f"the job queue cannot be read now: {error}", hint="Try again in a moment."
                        ) from error
        raise AssertionError

    def _opened(self) -> reads.Database:
        if self.place.shared:
            return self._database or self._reached()
        now = time.monotonic()
        if self._database is not None and any(self._file) and now - self._looked_at < LOOK_S:
            return self._database
        file = _identity(self.place)
        self._looked_at = now
        if self._database is not None and file == self._file:
            return self._database
        self._forget()  # a backup was put in its place, or it was not there yet
        # Any thread may look, one at a time: the lock sees to it.
        name = f"{self.place.file.absolute().as_uri()}?mode=ro" if any(file) else "file::memory:"
        lite = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, uri=True, check_same_thread=False)
        self._open.enter_context(contextlib.closing(lite))
        reads.know_subseconds(lite)
        self._database, self._file = reads.Database(lite), file
        return self._database

    def _reached(self) -> reads.Database:
        """The server's database; who asks soon after it could not be reached does not try it again."""
        if self._outage is not None and time.monotonic() < self._outage[0]:
            raise ConfigurationError(self._outage[1].message, hint=self._outage[1].hint)
        try:
            connection = self._open.enter_context(reads.connect(self.place, name="automagic web"))
        except ConfigurationError as error:
            self._outage = time.monotonic() + OUTAGE_S, error
            raise
        self._database = reads.Database(connection)
        return self._database

    def _forget(self) -> None:
        self._database = None
        with contextlib.suppress(Exception):  # it is broken already
            self._open.close()
        self._open = contextlib.ExitStack()

    def close(self) -> None:
        """Let go of the database."""
        if self._thread is not None:
            self._thread.shutdown()
        with self._lock:
            self._forget()


def _identity(place: QueueLocation) -> tuple[int, int]:
    """Of the file that is there now; (0, 0) for none."""
    with contextlib.suppress(FileNotFoundError):
        found = place.file.stat()
        return found.st_dev, found.st_ino
    return 0, 0

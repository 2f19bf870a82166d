"""Asked before heavy work begins: is there memory and disk for it?

memory   work that would not fit waits until other work of ours has ended; what is only kept for speed goes first
disk     low: the emergency cleanup runs once; nearly full: work stops before the database cannot be written
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from automagic.errors import AutomagicError, ResourceError
from automagic.monitor.resources import LOW_DISK_BYTES, ProcessTree, read_machine

POLL_S = 0.2

STOP_DISK_BYTES = 256 << 20
"""Below it no work begins: the database and the files under way need what is left."""

Tell = Callable[[str], object]


def _tell_nobody(_text: str) -> None:
    """Ignore the message: there is no listener."""


async def _have_nothing() -> None:
    """Nothing can be freed."""


class Gauges:
    """Where the guard's figures come from, in bytes.

    Args:
        folder: On the disk that is filled.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tree = ProcessTree()

    def used_memory(self) -> int:
        """Of this process and its children."""
        return self._tree.read().memory_bytes

    def free_memory(self) -> int:
        """What can be had without swapping."""
        return read_machine(self._folder).memory_free_bytes

    def free_disk(self) -> int:
        """For us."""
        disk = os.statvfs(next(path for path in (self._folder, *self._folder.parents) if path.exists()))
        return disk.f_bavail * disk.f_frsize


class ResourceGuard:
    """Asked before heavy work begins.

    Args:
        folder: On the disk that is filled: AUTOMAGIC_HOME.
        memory_bytes: What this process and its children may hold together; may be changed later.
        clean_up: The emergency cleanup, which may take seconds; called in a thread, once until the disk has recovered.
        relieve: Frees what is only kept for speed; called when memory gets tight, before anything waits.
        at_work: Called when work begins.
        gauges: Those of `folder` and of this process when None.

    Attributes:
        low_bytes, stop_bytes: Free disk space below which the cleanup runs, and below which work stops.
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory_bytes: int,
        clean_up: Callable[[], object],
        relieve: Callable[[], Awaitable[object]] = _have_nothing,
        at_work: Callable[[], object] = lambda: None,
        gauges: Gauges | None = None,
    ) -> None:
        self._folder = folder
        self.memory_bytes = memory_bytes
        self._clean_up = clean_up
        self._relieve = relieve
        self._at_work = at_work
        self._gauges = gauges or Gauges(folder)
        self.low_bytes, self.stop_bytes = LOW_DISK_BYTES, STOP_DISK_BYTES
        self._promised: list[int] = []
        self._idle_bytes = 0
        self._turn = asyncio.Lock()
        self._cleaning = asyncio.Lock()
        self._cleaned = False

    @contextlib.asynccontextmanager
    async def work(self, needed_bytes: int = 0, *, tell: Tell = _tell_nobody) -> AsyncIterator[None]:
        """Reserve memory for a piece of work: waits until it fits, and fails when the disk is nearly full.

        Args:
            tell: Is given the reason of a wait or a cleanup, once for each.

        Raises:
            ResourceError: The disk would be nearly full, and the cleanup could not help.
        """
        self._at_work()
        await self.check_disk(tell=tell)
        await self.wait_for_memory(needed_bytes, tell=tell)
        try:
            yield
        finally:
            self.release(needed_bytes)

    async def wait_for_memory(self, needed_bytes: int = 0, *, tell: Tell = _tell_nobody) -> None:
        """Wait until this many bytes fit, and reserve them; `release` frees them. First come, first served.

        When nothing of ours is under way, waiting would free nothing: then the work begins regardless of what it needs.
        """
        async with self._turn:
            if not self._promised:
                self._idle_bytes = self._gauges.used_memory()
            if self._promised and not self._fits(needed_bytes):
                await self._relieve()
                if self._promised and not self._fits(needed_bytes):
                    tell(f"Memory is short: work waits until {needed_bytes / 1e6:.0f} MB are free.")
            while self._promised and not self._fits(needed_bytes):  # noqa: ASYNC110 - memory has no event to wait for
                await asyncio.sleep(POLL_S)
            self._promised.append(needed_bytes)

    def release(self, needed_bytes: int = 0) -> None:
        """Free what `wait_for_memory` reserved."""
        self._promised.remove(needed_bytes)

    def _fits(self, needed_bytes: int) -> bool:
        # What began a moment ago does not hold yet what it said that it needs.
        used = max(self._gauges.used_memory(), self._idle_bytes + sum(self._promised))
        return used + needed_bytes <= self.memory_bytes and needed_bytes <= self._gauges.free_memory()

    async def check_disk(self, needed_bytes: int = 0, *, tell: Tell = _tell_nobody) -> None:
        """Make sure that the disk has room for this many bytes more; a low disk runs the emergency cleanup first.

        Raises:
            ResourceError: It would be nearly full, and the cleanup could not help.
        """
        if self._gauges.free_disk() - needed_bytes >= self.low_bytes:
            self._cleaned = False
            return
        async with self._cleaning:  # the others wait for the one that cleans
            if not self._cleaned and self._gauges.free_disk() - needed_bytes < self.low_bytes:
                self._cleaned = True
                tell("The disk is nearly full: cleaning up.")
                try:
                    await asyncio.to_thread(self._clean_up)
                except AutomagicError as error:  # another cleanup is under way, the queue cannot be asked
                    tell(f"The cleanup was not possible: {error.message}.")
        free = self._gauges.free_disk()
        if free - needed_bytes < self.stop_bytes:
            raise ResourceError(
                f"only {free / 1e6:.0f} MB are free on the disk of {self._folder}",
                hint="Free some space and run the same command again: it goes on from here.",
            )

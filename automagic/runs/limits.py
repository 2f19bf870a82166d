"""Limits named for the resource they protect. Work that does not fit now waits; it does not fail."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

CORE_BYTES = 300 << 20
"""What a piece of work takes beside what is loaded already: rendering at 1080x1920 with its encoder takes the most."""

LAST_PIECES = 3
"""When at most this many pieces of work a core are left, the longest go first."""


class Guard(Protocol):
    """Knows whether the machine has room for more work: `monitor.guard`."""

    def work(self, needed_bytes: int, *, tell: Callable[[str], object]) -> contextlib.AbstractAsyncContextManager[None]:
        """Hold room for work: waits until it fits; ResourceError when the disk is nearly full."""
        ...


class Limits:
    """The limits that all runs of a process share.

    Args:
        cores: How many pieces of CPU-heavy work run at once.
        guard: Asked before each of them begins.

    Attributes:
        paused: How many reasons there are that a worker takes no further jobs; what runs goes on.
        interpreter: Held by work that keeps Python's interpreter to itself for long: two pieces of it would hold two
            cores and take turns.
    """

    def __init__(self, *, cores: int, guard: Guard | None = None) -> None:
        self.cores = Cores(cores)
        self.paused = 0
        self.interpreter = asyncio.Lock()
        self.guard = guard

    @contextlib.asynccontextmanager
    async def heavy_work(
        self, *, urgent: bool = False, alone: bool = False, length_s: float = 0.0, tell: Callable[[str], object]
    ) -> AsyncIterator[None]:
        """Hold a core and the memory that work on it takes; waits until both are free.

        Args:
            urgent, alone, length_s: As of `Cores.hold`.
            tell: Is given the reason of a wait that is not for a core.

        Raises:
            ResourceError: The disk is nearly full.
        """
        async with contextlib.AsyncExitStack() as held:
            await held.enter_async_context(self.cores.hold(urgent=urgent, alone=alone, length_s=length_s))
            if self.guard is not None:
                await held.enter_async_context(self.guard.work(CORE_BYTES, tell=tell))
            yield


class Cores:
    """The processor cores that work may hold, one each.

    Work that is done alone goes first, then urgent work, then who asked first: neighbours share what they have loaded.
    Only of the last few pieces the longest goes first, so that in the end no core waits long for another (Graham 1969,
    "Bounds on Multiprocessing Timing Anomalies").

    Args:
        count: How many there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._last = count * LAST_PIECES
        self._waiting: list[_Wait] = []
        self._tickets = itertools.count()

    @contextlib.asynccontextmanager
    async def hold(self, *, urgent: bool = False, alone: bool = False, length_s: float = 0.0) -> AsyncIterator[None]:
        """Hold one core; waits until one is free.

        Args:
            urgent: Whether other work waits for this one's result.
            alone: Whether it is done one at a time and so has waited for its turn already.
            length_s: About how long it takes, in any measure that is the same for all; 0 where nobody knows.
        """
        rank = 0 if alone else 1 if urgent else 2
        await self._take(rank, length_s)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, rank: int, length_s: float) -> None:
        if self._free > 0:  # then nobody waits: a core that is released goes to the first one in the queue
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        bisect.insort(self._waiting, _Wait(rank, next(self._tickets), length_s, turn), key=_Wait.order)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # cancelled after its turn had come
                self._give_back()
            raise

    def resize(self, count: int) -> None:
        """Let another number be held from now on; work that is under way keeps its core to its end."""
        more, self.count, self._last = count - self.count, count, count * LAST_PIECES
        if more < 0:
            self._free += more
        for _ in range(more):
            self._give_back()

    def _give_back(self) -> None:
        self._waiting = [wait for wait in self._waiting if not wait.turn.cancelled()]
        if not self._waiting or self._free < 0:  # fewer may be held than are
            self._free += 1
            return
        chosen = self._waiting[0]
        if len(self._waiting) <= self._last:
            equals = [wait for wait in self._waiting if wait.rank == chosen.rank]
            chosen = max(equals, key=lambda wait: wait.length_s)  # the first of them
        self._waiting.remove(chosen)
        chosen.turn.set_result(None)


@dataclass(frozen=True, slots=True, eq=False)
class _Wait:
    rank: int
    ticket: int
    length_s: float
    turn: asyncio.Future[None]

    def order(self) -> tuple[int, int]:
        return self.rank, self.ticket

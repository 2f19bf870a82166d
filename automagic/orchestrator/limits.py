"""Limits named for the resource they protect. Work that does not fit now waits; it does not fail."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Limits:
    """The run's limits.

    Args:
        cores: How many pieces of CPU-heavy work run at once.
    """

    def __init__(self, *, cores: int) -> None:
        self.cores = cores
        self.cpu = asyncio.Semaphore(cores)


async def run_in_thread(work: Callable[[Callable[[], bool]], Result]) -> Result:
    """Run blocking work in a thread and end it on cancellation.

    `work` is given a function that says whether it should stop; it must look at it often. On cancellation this
    waits until the thread has ended, so that nothing it holds open outlives the caller.
    """
    stop = threading.Event()
    thread = asyncio.create_task(asyncio.to_thread(work, stop.is_set))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(thread, return_exceptions=True)
        raise

"""One flight per key: whoever asks for what is already under way shares it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


@dataclass
class _Flight(Generic[Result]):
    task: asyncio.Task[Result]
    passengers: int = 0
    ending: bool = False


class Flights(Generic[Result]):
    """Work by key. It is ended when everybody who waited for it was cancelled, and not before."""

    def __init__(self) -> None:
        self._under_way: dict[str, _Flight[Result]] = {}

    async def join(self, key: str, start: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """The result of what is under way for `key`, or of what `start` begins."""
        while (flight := self._under_way.get(key)) is not None and flight.ending:
            await asyncio.wait((flight.task,))  # it still writes down how far it came
        if flight is None:
            flight = self._under_way[key] = _Flight(asyncio.create_task(start()))
            flight.task.add_done_callback(partial(self._forget, key))
        flight.passengers += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.passengers == 1 and not flight.task.done():
                flight.ending = True
                flight.task.cancel()
                await settle(flight.task)
            raise
        finally:
            flight.passengers -= 1

    def _forget(self, key: str, _task: asyncio.Task[Result]) -> None:
        del self._under_way[key]


async def settle(task: asyncio.Task[Any]) -> None:
    """Wait for a task's end without cancelling it, whatever it comes to."""
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()  # looked at, so that nobody reports it as forgotten


async def see_through(task: asyncio.Task[Result]) -> Result:
    """A task's result; a cancellation waits until the task is done, so that what it wrote is known."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await settle(task)
        raise

"""Single flight: who asks for something that another caller is already fetching waits for that outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeAlias, TypeVar

Result = TypeVar("Result")

_Outcome: TypeAlias = Callable[[], Result]
"""Gives the result, or raises the failure."""


class SingleFlight(Generic[Result]):
    """Work by key. The first who asks does it; when that one is cancelled, the next one that waits does it."""

    def __init__(self) -> None:
        self._under_way: dict[str, list[asyncio.Future[_Outcome[Result] | None]]] = {}

    async def join(self, key: str, start: Callable[[], Awaitable[Result]]) -> Result:
        """The result of what is under way for `key`, else of `start`."""
        while (others := self._under_way.get(key)) is not None:
            landed: asyncio.Future[_Outcome[Result] | None] = asyncio.get_running_loop().create_future()
            others.append(landed)
            if (outcome := await landed) is not None:
                return outcome()
        waiting = self._under_way[key] = []
        outcome = None
        try:
            result = await start()
            outcome = lambda: result  # noqa: E731 - it is one of two
        except Exception as error:
            outcome = _raising(error)
            raise
        finally:
            del self._under_way[key]
            for landed in waiting:
                if not landed.done():
                    landed.set_result(outcome)
        return result


def _raising(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


async def settle(task: asyncio.Task[Any]) -> None:
    """Wait until a task has ended, without cancelling it; its result or failure is ignored."""
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()  # looked at, or asyncio would warn that it was never retrieved


async def shield_to_completion(task: asyncio.Task[Result]) -> Result:
    """A task's result; a cancellation waits until the task is done, so that what it wrote is known."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await settle(task)
        raise

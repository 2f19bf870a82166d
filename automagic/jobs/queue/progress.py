"""How far a job is, from the events of its run: one small value, told at most twice a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from automagic.values.events import Event, StepFinished, StepProgress, StepsPlanned, StepStarted

INTERVAL_S = 0.5

LAST_STEPS = 0.05
"""Share of the whole that is left for work that is not announced: mixing, joining, measuring."""


class JobProgress:
    """Counts events; knows the fraction that is done and the step that is at work."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.further = asyncio.Event()
        """Set when the first step is newly made: a remembered one is no progress."""
        self._planned: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._running: dict[tuple[str, str], float] = {}
        self._fraction = 0.0

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case StepsPlanned(name, count):
                self._planned[name] = self._planned.get(name, 0) + count
            case StepStarted(name, subject):
                self._running[name, subject] = 0.0
            case StepProgress(name, subject, fraction):
                self._running[name, subject] = fraction
            case StepFinished(name, subject, hit):
                if not hit:
                    self.further.set()
                self._running.pop((name, subject), None)
                self._done[name] = self._done.get(name, 0) + 1
            case _:
                return
        self.changed.set()

    @property
    def fraction(self) -> float:
        """How much of the announced steps is done, 0..1; never falls."""
        total = sum(self._planned.values())
        if total:
            done = sum(min(self._done.get(name, 0), count) for name, count in self._planned.items())
            under_way = sum(part for (name, _), part in self._running.items() if name in self._planned)
            self._fraction = max(self._fraction, min((done + under_way) / total, 1.0) * (1 - LAST_STEPS))
        return self._fraction

    @property
    def value(self) -> dict[str, Any]:
        """As it is told."""
        doing = next(reversed(self._running), ("", ""))[0]
        return {"fraction": round(self.fraction, 3), "doing": doing}

    async def tell(self, write: Callable[[dict[str, Any]], Awaitable[bool]]) -> None:
        """Write each change, at most one in `INTERVAL_S`; until `write` says that no one needs it."""
        told: dict[str, Any] = {}
        while True:
            await self.changed.wait()
            self.changed.clear()
            if self.value != told:
                told = self.value
                if not await write(told):
                    return
                await asyncio.sleep(INTERVAL_S)

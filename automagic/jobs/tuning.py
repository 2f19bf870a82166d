"""A worker tunes itself: a rule that holds long enough is acted upon once, and undone when it holds no longer.

    figure beyond the bound ── for so long ──▶ apply, logged ──▶ figure good again ──▶ undo, logged

Off unless PERFORMANCE_TUNING=on. What is never undone is what was only kept for speed: it comes back by itself.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automagic.machine.memory import trim_memory
from automagic.monitor.alerts import AlertState, judge
from automagic.monitor.tuning_rules import Action, TuningRule

if TYPE_CHECKING:
    from automagic.services import Services

Undo = Callable[[], str]
"""Takes an action back, and says so; "" where there is nothing to take back."""


@dataclass
class Tuner:
    """Of one process.

    Args:
        services: What is tuned.
        rules: In force; may be changed.
        most_slots: Of CPU-heavy work at once: the machine's cores.
        log: Is given a line for each application, and each undoing.
    """

    services: Services
    rules: tuple[TuningRule, ...]
    most_slots: int
    log: Callable[[str], object]
    _episodes: dict[str, AlertState] = field(default_factory=dict)
    _applied: dict[str, Undo] = field(default_factory=dict)

    @property
    def applied(self) -> tuple[str, ...]:
        """The rules whose actions are in force."""
        return tuple(self._applied)

    async def look(self, figures: Mapping[str, float | None], *, now: float) -> None:
        """Judge every rule once, and act."""
        by_name = {one.rule.name: one for one in self.rules}
        for name in set(self._applied) - set(by_name):
            self._undo(name, "the rule is gone")
        self._episodes, changes = judge([one.rule for one in self.rules], figures, self._episodes, now=now)
        for change in changes:
            name, said = change.rule.name, change.rule.describe(change.value)
            if not change.raised:
                self._undo(name, f"{change.rule.metric} is {change.value:.4g}")
                continue
            done, undo = await self._actions[by_name[name].action]()
            self._applied[name] = undo
            self.log(f"Tuning {name}: {said}: {done}.")

    def undo_all(self, why: str) -> None:
        """Take everything back."""
        for name in tuple(self._applied):
            self._undo(name, why)
        self._episodes = {}

    def _undo(self, name: str, why: str) -> None:
        if name in self._applied and (said := self._applied.pop(name)()):
            self.log(f"Tuning {name} is over ({why}): {said}.")

    @property
    def _actions(self) -> dict[Action, Callable[[], Awaitable[tuple[str, Undo]]]]:
        return {
            "shrink-caches": self._shrink_caches,
            "collect": self._collect,
            "fewer-slots": self._take_slot,
            "more-slots": self._add_slot,
            "pause-queue": self._pause_queue,
        }

    async def _shrink_caches(self) -> tuple[str, Undo]:
        from automagic.performance.layer import opened_optimizer

        await self.services.engines.rest()
        own = opened_optimizer()
        gone = own.cache.shrink(0.5) if own is not None else 0
        await asyncio.to_thread(_give_back)
        return f"engines at rest were closed, {gone} values left the cache", _nothing

    async def _collect(self) -> tuple[str, Undo]:
        found = await asyncio.to_thread(_give_back)
        return f"{found} pieces of garbage were found, freed memory went back to the system", _nothing

    async def _take_slot(self) -> tuple[str, Undo]:
        return self._change_slots(-1)

    async def _add_slot(self) -> tuple[str, Undo]:
        return self._change_slots(1)

    def _change_slots(self, step: int) -> tuple[str, Undo]:
        cores = self.services.limits.cores
        count = min(max(cores.count + step, 1), max(self.most_slots, cores.count))
        changed = count - cores.count
        if not changed:
            return f"it stays at {count} pieces of work at once", _nothing
        cores.resize(count)

        def undo() -> str:
            cores.resize(max(1, cores.count - changed))
            return f"{cores.count} pieces of work at once again"

        return f"{count} pieces of work at once", undo

    async def _pause_queue(self) -> tuple[str, Undo]:
        limits = self.services.limits
        limits.paused += 1

        def undo() -> str:
            limits.paused -= 1
            return "the queue goes on" if not limits.paused else "another rule still holds the queue"

        return "no further job begins", undo


def _give_back() -> int:
    found = gc.collect()
    trim_memory()
    return found


def _nothing() -> str:
    return ""

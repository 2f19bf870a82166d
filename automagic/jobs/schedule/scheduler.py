"""The running scheduler: wakes when something is due. APScheduler keeps the time, the ledger knows what was done.

    schedules ─▶ look ─▶ fire what is due ─▶ plan the next look ─┐
                  ▲                                              │ APScheduler, in memory only
                  └──────────────────────────────────────────────┘
    every TICK_S: did the clock jump? then look at all;  every SWEEP_S: is a firing left undelivered?

Each look decides by the ledger alone, so that a look too many changes nothing, and a stop, a jump of the clock or a
second scheduler neither lose a firing nor double it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime
from typing import TypeVar

import sqlalchemy as sa
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from automagic.jobs.queue.failures import describe_error
from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.firing import Firer, format_time
from automagic.jobs.schedule.times import next_due, wake_time

TICK_S = 1.0
SWEEP_S = 30.0
RETRY_S = 10.0
"""After the database, or the queue, could not be used."""

JUMP_S = 2.0
"""What the clock gains or loses from one tick to the next beyond this is a jump."""

Value = TypeVar("Value")


class Scheduler:
    """Fires schedules until it is cancelled.

    Args:
        firer: Does what is due; its `tell` is given each line.
    """

    def __init__(self, schedules: Iterable[Schedule], firer: Firer) -> None:
        self._schedules = {schedule.name: schedule for schedule in schedules}
        self._begun: dict[str, Schedule] = {}
        self._firer = firer
        self._failing: set[str] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="schedule")
        self._planner = AsyncIOScheduler(timezone=UTC, jobstores={"default": MemoryJobStore()})
        self._forgetting: set[asyncio.Future[None]] = set()

    async def run(self) -> None:
        """Fire until cancelled."""
        self._planner.start()
        try:
            await self._guard("", self._firer.deliver_claimed)
            for name in tuple(self._schedules):
                self._plan(name, time.time())
            await self._mind_the_clock()
        finally:
            self._planner.shutdown(wait=False)
            self._thread.shutdown(wait=False, cancel_futures=True)

    def replace(self, schedules: Iterable[Schedule]) -> list[str]:
        """Go on with other schedules from now on; gives a line for each that was added, removed or changed.

        Call it on the event loop that runs the scheduler.
        """
        new = {schedule.name: schedule for schedule in schedules}
        old, self._schedules = self._schedules, new
        lines: list[str] = []
        for name in old.keys() - new.keys():
            self._begun.pop(name, None)
            if self._planner.get_job(name):
                self._planner.remove_job(name)
            self._forget(name)
        lines += [f"{name}: removed." for name in old if name not in new]
        for name, schedule in new.items():
            if name in old and old[name] == schedule:
                continue
            what = f"changed ({_differences(old[name], schedule)})" if name in old else "added"
            coming = wake_time(schedule.timing, name, next_due(schedule.timing, time.time()))
            lines.append(f"{name}: {what}, next {format_time(coming, schedule)}.")
            self._plan(name, time.time())
        return lines

    def _plan(self, name: str, moment: float) -> None:
        self._planner.add_job(
            self._look,
            DateTrigger(datetime.fromtimestamp(moment, UTC)),
            args=(name,),
            id=name,
            replace_existing=True,
            misfire_grace_time=None,  # late or not is for the schedule to say
            max_instances=3,  # a look plans the next one before it has ended itself
        )

    async def _look(self, name: str) -> None:
        schedule = self._schedules.get(name)
        if schedule is None:
            return
        begin = self._begun.get(name) != schedule
        coming = await self._guard(name, lambda: self._firer.look(schedule, begin=begin))
        if self._schedules.get(name) != schedule:
            return  # replaced meanwhile: that planned its own look
        if coming is not None:
            self._begun[name] = schedule
        self._plan(name, time.time() + RETRY_S if coming is None else coming)

    async def _guard(self, name: str, act: Callable[[], Value]) -> Value | None:
        """Do something that blocks; None when it failed, which is told the first time in a row."""
        try:
            done = await asyncio.get_running_loop().run_in_executor(self._thread, act)
        except Exception as error:  # whatever it is, the other schedules go on and this one is tried again
            if name not in self._failing:
                told = _describe(error)
                self._firer.tell(f"{name or 'schedules'}: {told}; tried again every {RETRY_S:.0f} s.")
            self._failing.add(name)
            return None
        if name in self._failing:
            self._failing.discard(name)
            self._firer.tell(f"{name or 'schedules'}: goes on.")
        return done

    def _forget(self, name: str) -> None:
        task = asyncio.ensure_future(self._guard(name, lambda: self._firer.ledger.forget(name)))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    async def _mind_the_clock(self) -> None:
        swept = time.monotonic()
        wall, steady = time.time(), swept
        while True:
            await asyncio.sleep(TICK_S)
            jump = (time.time() - wall) - (time.monotonic() - steady)
            wall, steady = time.time(), time.monotonic()
            if abs(jump) > JUMP_S:
                self._firer.tell(f"The clock went {'forward' if jump > 0 else 'back'} by {abs(jump):.0f} s.")
                for name in tuple(self._schedules):
                    self._plan(name, wall)
            if steady - swept > SWEEP_S:
                swept = steady
                await self._guard("", self._firer.deliver_claimed)


def _describe(error: Exception) -> str:
    if isinstance(error, sa.exc.DatabaseError):
        return f"the database: {str(error.orig).strip()}"
    kept = describe_error(error)
    return str(kept["message"]) + (f"\n{kept['traceback']}" if kept["traceback"] else "")


def _differences(old: Schedule, new: Schedule) -> str:
    names: list[str] = []
    for part in fields(Schedule):
        before, after = getattr(old, part.name), getattr(new, part.name)
        if before == after:
            continue
        if part.name == "options":
            names += sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
        elif part.name == "timing":
            names += [one for one in ("zone", "start", "jitter_s") if getattr(before, one) != getattr(after, one)]
        else:
            names.append(part.name)
    return ", ".join(name.removesuffix("_s") for name in names) or "its times"

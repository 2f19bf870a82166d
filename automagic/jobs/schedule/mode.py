"""`automagic --scheduled`: the scheduler in the foreground, and a worker beside it when there is no other.

signals ─▶ stop ─┬─▶ Scheduler.run     fires
                 ├─▶ work              carries out jobs: SQLite, as soon as no other worker does;
                 │                     PostgreSQL, when no worker is connected
                 └─▶ background tasks  run whether it works or only fires
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError
from automagic.jobs.queue import reads
from automagic.jobs.queue.leases import CONNECTION_NAME
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.schedule.entry import find_problems
from automagic.jobs.schedule.file import FoundSchedules
from automagic.jobs.schedule.firing import Firer, format_time
from automagic.jobs.schedule.ledger import Ledger
from automagic.jobs.schedule.scheduler import Scheduler
from automagic.jobs.schedule.times import next_due, wake_time
from automagic.jobs.telling import Onlook, Tell, look_away
from automagic.jobs.worker import BackgroundTask, with_background_tasks, work
from automagic.machine.leaving import hear, take_signals

if TYPE_CHECKING:
    from automagic.studio import Studio

OTHERS_S = 5.0
"""How often it is asked whether there is still another worker."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


async def run_scheduled(
    found: FoundSchedules,
    place: QueueLocation,
    studio: Studio,
    *,
    tell: Tell,
    background_tasks: Sequence[BackgroundTask] = (),
    onlook: Onlook = look_away,
    started: Callable[[Scheduler], object] = lambda _scheduler: None,
) -> None:
    """Fire schedules and carry out jobs until SIGTERM, SIGHUP or Ctrl-C.

    Jobs under way go back to the queue at once: what they finished is remembered.

    Args:
        background_tasks: What goes on beside it.
        onlook: Is shown each job while it is made.
        started: Is given the running scheduler, so that its schedules can be replaced.

    Raises:
        ConfigurationError: The database or the queue cannot be used.
    """
    stop = asyncio.Event()
    scheduler = Scheduler(
        found.schedules, Firer(Ledger(studio.services.store.engine), JobQueue(place, studio.settings), tell)
    )
    with hear(_SIGNALS, stop.set):
        introduce(found, tell)
        await asyncio.to_thread(_tell_problems, found, tell)
        started(scheduler)
        await _until(
            stop, scheduler.run(), _work_off(place, studio, tell, onlook, stop), _go_along(background_tasks, tell)
        )
        tell("Stopped.")


async def _until(stop: asyncio.Event, *parts: Coroutine[Any, Any, None]) -> None:
    """Run all parts until `stop`, or until one fails; then they are cancelled and waited for."""
    stopped = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopped, *tasks):
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _go_along(background_tasks: Sequence[BackgroundTask], tell: Tell) -> None:
    async with with_background_tasks(background_tasks, tell):
        await asyncio.Event().wait()  # until cancelled


async def _work_off(place: QueueLocation, studio: Studio, tell: Tell, onlook: Onlook, stop: asyncio.Event) -> None:
    told = False
    while place.shared and await asyncio.to_thread(_others_work, place):
        if not told:
            tell("Another worker is connected: this process only adds jobs.")
            told = True
        await asyncio.sleep(OTHERS_S)
    task = asyncio.create_task(work(studio, tell=tell, onlook=onlook))
    await asyncio.sleep(0)  # it takes the signals for itself first: here is decided what they mean
    take_signals(_SIGNALS, stop.set)
    try:
        await asyncio.wait([task])
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    task.result()


def _others_work(place: QueueLocation) -> bool:
    """Whether a worker is connected to the server."""
    with contextlib.suppress(ConfigurationError), reads.open_database(place) as database:
        statement = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE ? AND datname = current_database()"
        )
        return bool(database.all(statement, (f"{CONNECTION_NAME}%",))[0][0])
    return True  # it cannot be reached: neither could we work


def introduce(found: FoundSchedules, tell: Tell) -> None:
    """Print the schedules and when each is due."""

    now = time.time()
    tell(f"Schedules from {' and '.join(found.places)}. Ctrl-C stops.")
    for schedule in found.schedules:
        coming = wake_time(schedule.timing, schedule.name, next_due(schedule.timing, now))
        topics = f", topics from {schedule.topics}" if schedule.topics else ""
        tell(f"{schedule.name}: {schedule.kind} {schedule.when}{topics}; next {format_time(coming, schedule)}.")


def _tell_problems(found: FoundSchedules, tell: Tell) -> None:
    for schedule in found.schedules:
        for problem in find_problems(schedule):
            tell(f"{problem} Until that is corrected, nothing is made.")

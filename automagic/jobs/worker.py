"""A worker: takes jobs, makes their products, and goes on with those of workers that died.

    studio ─▶ lease ─▶ engine ─┬─ job ─▶ inputs placed ─▶ product's run ─▶ result kept
                               ├─ job ─▶ …
              every TICK_S:    ├─ lease kept? jobs still ours? room for more? other workers dead? stop?
                               └─ background tasks: what else runs while it works

SIGTERM lets the jobs under way finish for `GRACE_S` and puts the rest back into the queue; a second one puts them back
at once. What a job has finished is in the artifact store, so the next worker goes on from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from automagic.errors import AutomagicError
from automagic.jobs.kinds import Makes, find_kind
from automagic.jobs.making import JobMaker, remove_dead
from automagic.jobs.outage import Outage, is_away
from automagic.jobs.queue import deaths, reads
from automagic.jobs.queue.custody import Custody
from automagic.jobs.queue.engine import JobEngine, QueueClient, prepare
from automagic.jobs.queue.failures import describe_error
from automagic.jobs.queue.files import JobFiles
from automagic.jobs.queue.leases import Lease, open_lease
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.telling import JobName, Onlook, Shift, Tell, look_away, told
from automagic.machine.leaving import Threads, end_tasks, hear
from automagic.machine.logs import bind

if TYPE_CHECKING:
    from automagic.studio import Studio
    from automagic.values.events import Listener

TICK_S = 0.25
DRAINED_TICK_S = 0.1
"""When somebody may be waiting for the end."""

TAKE_OVER_S = 0.8
"""How often a worker asks whether others have died."""

GRACE_S = 4.5
"""Container engines kill 10 s after SIGTERM: the rest of the time is for putting jobs back into the queue."""

QUIET_S = 10.0
"""A database that takes longer than this for an answer counts as one that does not answer."""

LAST_S = 1.0
"""How long each of the last things may take that a worker does before it leaves."""

Value = TypeVar("Value")
BackgroundTask = Callable[[Tell], Awaitable[None]]
"""Runs beside the jobs until it is cancelled: sampling, alerts, reloading, the daily cleanup. While it has a true
attribute `busy`, it has begun something that a drain waits for."""


async def work(  # noqa: PLR0913 - what a worker may be told; each has a default of its own
    studio: Studio,
    *,
    name: str = "",
    concurrency: int = 2,
    drain: bool = False,
    tell: Tell = lambda _line: None,
    find: Callable[[str], Makes] = find_kind,
    background_tasks: Sequence[BackgroundTask] = (),
    onlook: Onlook = look_away,
) -> Shift:
    """Carry out jobs until SIGTERM or Ctrl-C; with `drain`, until none is waiting and what began beside them is done.

    Args:
        name: Unique among the workers of a queue and best the same after a restart; "" for this host's. A second
            worker of a name, and on SQLite any second worker, stands by and follows when the first has gone.
        concurrency: How many jobs at once.
        tell: Is given a line for each thing that happens.
        background_tasks: Started when this worker has its turn, cancelled and waited for when it ends.
            When one fails, that is reported and the jobs go on.
        onlook: Is shown each job while it is made.

    Raises:
        ConfigurationError: The queue or the place of its files cannot be used.
        RequestError: `name` is not a valid name.
    """
    with Threads(1, thread_name_prefix="jobs") as thread:
        worker = _Worker(studio, concurrency, drain, tell, find, tuple(background_tasks), thread, onlook)
        with hear((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), worker.stop):
            await worker.run(name)
        return worker.shift


@contextlib.asynccontextmanager
async def with_background_tasks(background_tasks: Sequence[BackgroundTask], tell: Tell) -> AsyncIterator[None]:
    """Run background tasks for as long as the block runs. When one fails, that is reported and the block goes on."""

    async def go_along(background_task: BackgroundTask) -> None:
        try:
            await background_task(tell)
        except Exception as error:
            name = getattr(background_task, "__name__", type(background_task).__name__)
            tell(f"{name} ended: {describe_error(error)['message']}")

    tasks = [asyncio.create_task(go_along(background_task)) for background_task in background_tasks]
    try:
        yield
    finally:
        await end_tasks(tasks)


class _NoAnswer(Exception):
    """What was called did not come back before this worker had to leave."""


@dataclass
class _Worker:
    studio: Studio
    concurrency: int
    drain: bool
    tell: Tell
    find: Callable[[str], Makes]
    background_tasks: tuple[BackgroundTask, ...]
    thread: Threads
    onlook: Onlook
    shift: Shift = field(default_factory=Shift)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: dict[str, asyncio.Task[Any]] = field(default_factory=dict)
    _taken_over_at: float = 0.0
    _stopped_at: float = 0.0

    _given_up: dict[str, AutomagicError] = field(default_factory=dict)
    """Jobs that were taken to be failed."""

    _names: dict[str, JobName] = field(default_factory=dict)
    """Of jobs that were taken and have not begun."""

    _silent: asyncio.Future[Any] | None = None

    def __post_init__(self) -> None:
        self.place = QueueLocation.of(self.studio.settings)
        self.files = JobFiles(self.place)
        self._maker = JobMaker(self.place, self.studio, self.files, self.find, self.tell, self._note_further)

    def stop(self) -> None:
        """Stop when the jobs under way are done or their time is up; asked a second time, at once."""
        if self.stopping.is_set():
            self.hurry.set()
        else:
            self._stopped_at = time.monotonic()
        self.stopping.set()

    async def run(self, name: str) -> None:
        """From the lease to giving it up."""
        with contextlib.suppress(_NoAnswer):  # when it has to leave, there is nobody to tell
            await self._run(name)

    async def _run(self, name: str) -> None:
        await self._apart(self.files.shelf.check)
        await self._apart(prepare, self.place)
        self._lease = lease = await self._apart(open_lease, self.place, name)
        if not await self._acquire(lease):
            return
        client = QueueClient(self.place)
        self._custody = custody = Custody(self.place, client, lease.worker, self.concurrency)
        try:
            # What a worker of this name left when it died is ours to go on with.
            self._tell_found(await self._with_database(custody.bury, lease.worker) or [])
            await self._tidy()
            await self._apart(client.open_queue, lease.worker, self.concurrency)
            self._engine = engine = JobEngine(self.place, worker=lease.worker)
            try:
                engine.start(self._perform)
                self.shift.worker = lease.worker
                self._introduce(lease)
                async with with_background_tasks(self.background_tasks, self.tell):
                    await self._watch()
                    await self._at_last(lambda: self._with_database(custody.announce_leaving))
                    await engine.all_begun()
                    await self._finish(engine.under_way())
            finally:
                self.stopping.set()
                await end_tasks(engine.under_way())
                await self._at_last(self._requeue)  # the engine can take nothing any more: its queue is empty
                await self._at_last(self._apart, engine.stop)
                asyncio.get_running_loop().set_default_executor(Threads())  # the engine's own has ended
                await self._at_last(self._apart, client.close_queue, lease.worker)
        finally:
            await self._at_last(self._apart, client.close)
            await self._at_last(self._apart, lease.release)

    async def _requeue(self) -> None:
        self.shift.requeued = await self._with_database(self._custody.requeue) or 0
        if self.shift.requeued:
            self.tell(f"{self.shift.requeued} put back into the queue.")

    def _introduce(self, lease: Lease) -> None:
        jobs = "one job" if self.concurrency == 1 else f"up to {self.concurrency} jobs"
        self.tell(f"{lease.worker} takes {jobs} at once from {self.place}.")
        if self.place.shared and not self.place.artifacts_url:
            self.tell("ARTIFACTS_URL is not set: only workers with this AUTOMAGIC_HOME see the files of these jobs.")

    async def _acquire(self, lease: Lease) -> bool:
        """Wait for the lease; False when there is nothing left to wait for."""
        told = False
        while not await self._apart(lease.acquire):
            if not told:
                self.tell(f"{lease.holder} is working already: standing by until it ends.")
                told = True
            if self.stopping.is_set() or (self.drain and await self._apart(_is_empty, self.place)):
                return False
            await self._pause(self.stopping)
        return True

    async def _watch(self) -> None:
        """Look after lease and jobs until it is time to stop."""
        outage = Outage(self.tell)
        while not self.stopping.is_set():
            self._engine.changed.clear()
            looking = asyncio.ensure_future(self._look())
            while not (await asyncio.wait((looking,), timeout=QUIET_S))[0]:
                outage.note(away=True)
            is_there = looking.result()
            if not self.stopping.is_set():
                outage.note(away=not is_there)
                await self._pause(self.stopping, self._engine.changed)

    async def _look(self) -> bool:
        """Whether the database is there to look after lease and jobs."""
        try:
            database = await self._apart(self._lease.keep)
            if database is None:
                return False
            await self._look_around(database)
        except _NoAnswer:
            return False
        except Exception as error:  # between two statements, too
            if not is_away(error):
                raise
            return False
        return True

    async def _look_around(self, database: reads.Database) -> None:
        started = dict(self._tasks)
        ours = await self._apart(reads.held_by, database, self._lease.worker)
        lost = [job for job, task in started.items() if job not in ours and self._tasks.get(job) is task]
        for job in lost:
            self.tell(f"{job} was cancelled, or now belongs to another worker.")
            await self._apart(self._custody.take_back, database, job)
        await self._cancel(lost)
        if time.monotonic() - self._taken_over_at >= TAKE_OVER_S:
            self._taken_over_at = time.monotonic()
            found = await self._apart(self._lease.take_over, database, self._custody.bury)
            self._tell_found(found)
            if found:
                await self._tidy()
        if not self.stopping.is_set() and not self.studio.services.limits.paused:
            await self._take(database)
        if self.drain and not self._tasks and not await self._apart(reads.count_open, database) and not self._is_busy():
            self.stopping.set()

    def _is_busy(self) -> bool:
        """Whether something is under way beside the jobs."""
        return any(getattr(task, "busy", False) for task in self.background_tasks)

    async def _take(self, database: reads.Database) -> None:
        """Take as many jobs as there is room for; they begin as soon as the engine sees them."""
        taken, ours = await self._apart(self._custody.take, database, set(self._tasks))
        for job in taken:
            self._names[job.job_id] = JobName.of(job.job_id, job.labels)
            known = deaths.read_deaths(job.labels)
            if deaths.is_given_up(known):
                self._given_up[job.job_id] = deaths.explain(known)
        self._engine.expect([job.job_id for job in taken], among=ours)

    def _tell_found(self, found: Sequence[deaths.AbandonedJob]) -> None:
        if found:
            self.tell(f"{len(found)} taken over from a worker that died.")
        for line in filter(None, (one.told for one in found)):
            self.tell(line)

    async def _tidy(self) -> None:
        """Remove what dead workers left; when that fails now, later."""
        home, engine = self.place.home, self.studio.services.store.engine
        with contextlib.suppress(OSError, sa.exc.OperationalError):
            await self._with_database(lambda database: remove_dead(home, engine, database))

    async def _finish(self, under_way: Sequence[asyncio.Task[Any]]) -> None:
        """Give the jobs under way their time."""
        if not under_way:
            return
        self.tell(f"Stopping: {len(under_way)} under way.")
        done = asyncio.ensure_future(asyncio.wait(under_way))
        hurry = asyncio.ensure_future(self.hurry.wait())
        left_s = max(GRACE_S - (time.monotonic() - self._stopped_at), 0.0) if self.stopping.is_set() else GRACE_S
        await asyncio.wait((done, hurry), timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        for waiter in (done, hurry):
            waiter.cancel()

    async def _cancel(self, jobs: list[str]) -> None:
        await end_tasks([self._tasks[job] for job in jobs if job in self._tasks])

    async def _pause(self, *until: asyncio.Event) -> None:
        """Until there may be something to do."""
        pause_s = TICK_S if self._tasks or not self.drain else DRAINED_TICK_S
        waiters = [asyncio.ensure_future(event.wait()) for event in until]
        await asyncio.wait(waiters, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        for waiter in waiters:
            waiter.cancel()

    async def _apart(self, function: Callable[..., Value], *arguments: Any) -> Value:
        """Call something that blocks, on the one thread that all of it shares.

        Raises:
            _NoAnswer: This worker has to leave, and it does not come back within `LAST_S`.
        """
        if self._silent is not None and not self._silent.done():
            raise _NoAnswer
        call = asyncio.get_running_loop().run_in_executor(self.thread, function, *arguments)
        stopping = asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait((call, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not call.done():
            await asyncio.wait((call,), timeout=LAST_S)
        if not call.done():
            self._silent = call
            raise _NoAnswer
        return call.result()

    async def _with_database(self, function: Callable[..., Value], *arguments: Any) -> Value | None:
        """The same for what is given the lease's connection first; None while the database is away."""

        def call() -> Value | None:
            database = self._lease.keep()
            return function(database, *arguments) if database is not None else None

        return await self._apart(call)

    async def _at_last(self, call: Callable[..., Awaitable[Value]], *arguments: Any) -> Value | None:
        """The same for what may be left out: None when it does not come back, or the database is away."""
        with contextlib.suppress(_NoAnswer):
            try:
                return await call(*arguments)
            except Exception as error:
                if not is_away(error):
                    raise
        return None

    async def _perform(self, job_id: str, document: dict[str, Any]) -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - inside a coroutine there is one
        await self._cancel([job_id])  # cancelled and retried so quickly that it still winds down here
        self._tasks[job_id] = task
        bind(job=job_id)
        try:
            with told(self._names.pop(job_id, JobName(job_id)), self.tell, self.onlook, self.shift) as telling:
                telling.result = await self._make(job_id, document, telling.listener)
        finally:
            if self._tasks.get(job_id) is task:
                del self._tasks[job_id]
        return telling.result

    async def _make(self, job_id: str, document: dict[str, Any], listener: Listener) -> dict[str, Any]:
        if (given_up := self._given_up.pop(job_id, None)) is not None:
            self._maker.remove_inputs(job_id)
            raise given_up
        return await self._maker.make(job_id, document, listener)

    async def _note_further(self, job_id: str) -> None:
        """Note that a job whose worker died has got further."""
        await self._with_database(self._custody.note_further, job_id)


def _is_empty(place: QueueLocation) -> bool:
    with reads.open_database(place) as database:
        return reads.count_open(database) == 0

"""One execution of one product: every costly thing in it goes through `Run.step`.

run.step(f, inputs) ── key known? ── yes ─▶ pin, decode, return          (a hit: nothing runs)
                           └── no ─▶ a folder of its own ─▶ f(context, inputs)
                                      ─▶ artifacts into the store ─▶ row committed ─▶ return
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, Literal, ParamSpec, TypeVar, cast

import sqlalchemy as sa

from automagic.database.engine import explain_database
from automagic.errors import AutomagicError, ResourceError, is_disk_full
from automagic.gate.calls import current_step
from automagic.machine.logs import bind
from automagic.reading.faults import MalformedText
from automagic.runs.context import StepContext
from automagic.runs.ids import new_run_id
from automagic.runs.limits import Limits
from automagic.runs.log import log_run
from automagic.runs.records import close_dead_runs, close_row, open_row, own_folder
from automagic.runs.redo import Redos
from automagic.runs.steps import Step, find_artifacts
from automagic.store.artifacts import ArtifactStore, Made
from automagic.values.artifact import Artifact
from automagic.values.events import (
    Event,
    Listener,
    MoneySpent,
    Notice,
    RunFinished,
    StepFailed,
    StepFinished,
    StepProgress,
    StepStarted,
)

Services = TypeVar("Services")
Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

RunState = Literal["running", "succeeded", "failed", "refused", "rejected", "cancelled"]
"""Refused is what cannot be done as it was asked (exit codes 2 and 3): it counts apart, and raises no alarm."""

_inside_step: ContextVar[str | None] = ContextVar("inside_step", default=None)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """The outcome of one request for a step.

    Attributes:
        name: The step.
        subject: What it was about, for people: a scene's id; may be empty.
        key: Its memory key.
        state: "hit" from memory, "miss" carried out, "planned" would be carried out.
        duration_s: Wall time, without waiting for a free core.
        estimated: In a plan: its key rests on a forecast.
        vendor, price_usd: In a plan: who would be paid, and about how much; "" and None for nobody.
    """

    name: str
    subject: str
    key: str
    state: Literal["hit", "miss", "planned"]
    duration_s: float
    estimated: bool = False
    vendor: str = ""
    price_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Workspace(Generic[Services]):
    """What the runs of a process share.

    Attributes:
        services: Handed to every step.
        home: In which each has a temporary folder.
    """

    services: Services
    home: Path
    store: ArtifactStore
    limits: Limits


@dataclass
class Run(Generic[Services]):
    """One execution of one product.

    Attributes:
        id: Sortable by time, unique.
        services: Handed to every step.
        folder: Its temporary folder.
        listener: Is told every event.
        take: Variant of the creative steps.
        redo: Steps to do again. What they made before counts until they have made it again.
        planning: Walk without changing anything.
        started_at: Seconds since 1970; with the id it names this attempt.
        records: What each step came to, in order of completion.
        cost_usd: Spent so far.
    """

    id: str
    services: Services
    store: ArtifactStore
    limits: Limits
    folder: Path
    listener: Listener
    take: int
    redo: Redos
    planning: bool
    started_at: float
    records: list[StepRecord] = field(default_factory=list)
    cost_usd: Decimal = Decimal(0)
    _under_way: dict[str, asyncio.Task[Any]] = field(default_factory=dict)
    _redone: set[str] = field(default_factory=set)

    def emit(self, event: Event) -> None:
        """Tell the listener."""
        if isinstance(event, MoneySpent):
            self.cost_usd = event.run_usd
        self.listener(event)

    async def step(self, step: Step[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
        """The result of a step: from memory when it is known, else carried out and remembered."""
        return await self.about("").step(step, *args, **kwargs)

    def about(self, subject: str) -> RunSubject[Services]:
        """Steps about one thing, a scene for instance; named in progress, errors and `--redo`."""
        return RunSubject(self, subject)

    async def _do(
        self, subject: str, step: Step[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs
    ) -> Result:
        if outer := _inside_step.get():
            raise RuntimeError(f"step {step.name} inside step {outer}: a step may not contain another")
        started = time.perf_counter()
        arguments = step.bind(args, kwargs)
        key = step.key(arguments, take=self.take)
        anew = self.redo.meet(step.name, subject) and key not in self._redone
        if key not in self._under_way and not (anew and self._retire(key)):
            remembered = await self._recall(key)
            if remembered is not None:
                with contextlib.suppress(MalformedText):  # written by other code: a miss
                    result = step.decode(remembered)
                    self._record(StepRecord(step.name, subject, key, "hit", time.perf_counter() - started))
                    return result
                if not self.planning:
                    self.store.forget(key)
        under_way = self._under_way.get(key)
        if under_way is not None:  # two platforms ask for the same thing: made once
            shared: Result = await asyncio.shield(under_way)
            if self.planning:
                self.emit(StepFinished(step.name, subject, hit=True, duration_s=0.0))
            else:
                self._record(StepRecord(step.name, subject, key, "hit", 0.0))
            return shared
        task = asyncio.create_task(self._make(subject, step, key, arguments, started))
        self._under_way[key] = task
        try:
            return await task
        finally:
            self._under_way.pop(key, None)

    async def _recall(self, key: str) -> str | None:
        run_id = None if self.planning else self.id
        if self.store.may_wait:
            return await asyncio.to_thread(self.store.recall, key, run_id=run_id)
        return self.store.recall(key, run_id=run_id)  # a thread would take longer than the look

    def snapshot(self, path: Path, media_type: str, max_bytes: int) -> Artifact:
        """Snapshot a person's file for this run; see `ArtifactStore.snapshot`."""
        return self.store.snapshot(path, media_type, max_bytes, run_id=None if self.planning else self.id)

    def _retire(self, key: str) -> bool:
        """Let a step be done again, and what it calls be called again."""
        self._redone.add(key)
        if not self.planning:
            from automagic.gate.journal import retire

            retire(self.store.engine, key)
        return True

    async def _make(
        self, subject: str, step: Step[Inputs, Result], key: str, arguments: Mapping[str, Any], started: float
    ) -> Result:
        if self.planning and not step.may_run_in_plan(arguments):
            estimated = not all(artifact.is_known for artifact in find_artifacts(arguments))
            forecast, quote = step.foresee(arguments, self.services)
            vendor, price_usd = (quote.vendor, quote.usd) if quote else ("", None)
            self._record(StepRecord(step.name, subject, key, "planned", 0.0, estimated, vendor, price_usd))
            return cast("Result", forecast)
        self.emit(StepStarted(step.name, subject))
        _inside_step.set(step.name)  # this task's own context: gone when it ends
        current_step.set(key)
        bind(step=step.name, subject=subject)
        async with self._telling_failure(step.name, subject, started), self._attempt_folder(step.name) as folder:
            context = StepContext(
                services=self.services,
                folder=folder,
                store=self.store,
                limits=self.limits,
                take=self.take if step.creative else 1,
                progress=lambda fraction: self.emit(StepProgress(step.name, subject, fraction)),
                tell=lambda text: self.emit(Notice(text)),
            )
            try:
                result = await step.carry_out(context, arguments)
                duration_s = time.perf_counter() - started - context.waited_s
                if not self.planning:
                    made = Made(step.name, step.version, step.encode(result), find_artifacts(result), duration_s)
                    anew = key in self._redone
                    remembered = await asyncio.to_thread(self.store.remember, key, made, run_id=self.id, anew=anew)
                    result = step.decode(remembered)
            except OSError as error:
                raise _explain(error, step.name, subject) from error
            except sa.exc.OperationalError as error:
                raise explain_database(error, self.store.engine) from error
        self._record(StepRecord(step.name, subject, key, "miss", duration_s))
        return result

    def _record(self, record: StepRecord) -> None:
        self.records.append(record)
        self.emit(StepFinished(record.name, record.subject, record.state == "hit", record.duration_s))

    @contextlib.asynccontextmanager
    async def _telling_failure(self, name: str, subject: str, started: float) -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            why = error.message if isinstance(error, AutomagicError) else _describe(error)
            self.emit(StepFailed(name, subject, why, time.perf_counter() - started))
            raise

    @contextlib.asynccontextmanager
    async def _attempt_folder(self, name: str) -> AsyncIterator[Path]:
        folder = self.folder / f"{name}-{secrets.token_hex(4)}.partial"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:  # in a thread: removing a folder takes many disks 20 ms, during which no core would be handed on
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


@dataclass(frozen=True, slots=True)
class RunSubject(Generic[Services]):
    """A run's steps about one thing."""

    run: Run[Services]
    name: str

    async def step(self, step: Step[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
        """The result of a step: from memory when it is known, else carried out and remembered."""
        return await self.run._do(self.name, step, *args, **kwargs)

    async def remembers(self, step: Step[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs) -> bool:
        """Whether the result of a step is in memory, so that what would carry it out need not be there."""
        key = step.key(step.bind(args, kwargs), take=self.run.take)
        return await self.run._recall(key) is not None


def _describe(error: BaseException) -> str:
    """An error that was not explained, for the log."""
    return "it was interrupted" if isinstance(error, asyncio.CancelledError) else repr(error)


def _explain(error: OSError, step: str, subject: str) -> AutomagicError:
    where = f"{step} ({subject})" if subject else step
    if is_disk_full(error):
        return ResourceError(
            f"{where}: the disk is full", hint="Free some space and run the same command again: it goes on from here."
        )
    return ResourceError(f"{where}: {error}", hint="Run the same command again: it goes on from here.")


@contextlib.asynccontextmanager
async def open_run(
    product: str,
    workspace: Workspace[Services],
    *,
    listener: Listener,
    take: int = 1,
    redo: Redos | None = None,
    planning: bool = False,
    run_id: str | None = None,
) -> AsyncIterator[Run[Services]]:
    """A run from its first row to its last. The caller sets its outcome by `finish`; an exception does it otherwise.

    Args:
        run_id: Of a run that may have been begun before, as a job's; a new one when None.
    """
    run_id = run_id or new_run_id()
    started_at = time.time()
    services, store, work = workspace.services, workspace.store, workspace.home / "work"
    with own_folder(work, run_id, started_at) as folder, log_run(run_id, product, listener, planning) as told:
        limits, redo = workspace.limits, redo or Redos()
        run = Run(run_id, services, store, limits, folder, told, take, redo, planning, started_at)
        if planning:
            yield run
            return
        try:
            await asyncio.to_thread(close_dead_runs, store.engine, work)
            await asyncio.to_thread(open_row, store.engine, run_id, product, started_at)
        except sa.exc.OperationalError as error:
            raise explain_database(error, store.engine) from error
        try:
            yield run
        except BaseException as error:
            state = _outcome_of(error)
            message = error.message if isinstance(error, AutomagicError) else _describe(error)
            # On a full disk the row stays "running"; the next run closes it, since its lock is gone.
            with contextlib.suppress(sa.exc.OperationalError):
                finish(run, state, error=None if state == "cancelled" else message)
            if isinstance(error, sa.exc.OperationalError):
                raise explain_database(error, store.engine) from error
            raise


def _outcome_of(error: BaseException) -> RunState:
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
        return "cancelled"
    return "refused" if isinstance(error, AutomagicError) and error.refusal else "failed"


def finish(
    run: Run[Any], state: RunState, *, title: str | None = None, result: str | None = None, error: str | None = None
) -> None:
    """Write a run's outcome and its steps; the first outcome stands."""
    values: dict[str, Any] = {
        "state": state,
        "finished_at": time.time(),
        "steps_hit": sum(record.state == "hit" for record in run.records),
        "steps_miss": sum(record.state == "miss" for record in run.records),
        "cost_usd": float(run.cost_usd),
        "result": result,
        "error": error,
    }
    if title is not None:
        values["title"] = title[:300]
    steps = [
        {
            "name": record.name,
            "subject": record.subject[:80],
            "key": record.key,
            "hit": record.state == "hit",
            "duration_s": record.duration_s,
        }
        for record in run.records
    ]
    close_row(run.store.engine, run.id, run.started_at, values, steps)
    run.emit(RunFinished(state, error))

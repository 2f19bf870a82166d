"""Work that runs beside its caller: bounded, timed, and ended by its id.

    submit_task(coroutine function)        on this event loop, as many as there are
    submit_task(plain function)            on one of `max_workers` threads; others wait for their turn
    submit_task(…, in_process=True)        in one of `max_processes` children, which is killed when the task is late

A thread cannot be ended. A task on one that is cancelled or late fails at once, but its thread is busy until the
function returns, and counts as such (`threads_busy`). There is no queue here that outlives the process: `studio.jobs`.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import inspect
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from automagic.errors import RequestError
from automagic.machine.processes import PythonChild
from automagic.monitor.measured import Measured
from automagic.performance import called
from automagic.performance.config import PerformanceConfig

LONGEST_NAME = 200

OUTCOMES = {"done": "completed", "failed": "failed", "cancelled": "cancelled", "late": "timed_out"}
"""How a task ends, and what that is called in `get_stats`."""


@dataclass
class RunningTask:
    """One that was submitted and has not ended.

    Attributes:
        began_at: When it got its thread or process, by `time.perf_counter`; None while it waits for one.
    """

    id: str
    name: str
    task: asyncio.Task[Any] | None = None
    began_at: float | None = None


@dataclass
class _Slots:
    """What tasks of one event loop wait for."""

    loop: asyncio.AbstractEventLoop
    threads: asyncio.Semaphore
    processes: asyncio.Semaphore
    idle: list[PythonChild] = field(default_factory=list)


class TaskPool:
    """Tasks of one process, from one event loop at a time.

    Args:
        measured: Is told how long each took and how it ended.
    """

    def __init__(self, config: PerformanceConfig, measured: Measured) -> None:
        self._config = config
        self._measured = measured
        self._ids = itertools.count(1)
        self._running: dict[str, RunningTask] = {}
        self._slots: _Slots | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._threads_busy = 0

    async def submit_task(
        self,
        function: Callable[..., Any],
        *args: Any,
        name: str = "",
        timeout: float | None = None,  # noqa: ASYNC109 - it begins later than the call
        in_process: bool = False,
    ) -> asyncio.Task[Any]:
        """Begin a task; await what this gives for its result. Its id is the task's name: `task.get_name()`.

        Args:
            name: What it is counted under; the function's by default.
            timeout: In seconds from when it begins to run; `task_timeout` when None, none when 0.
            in_process: In a child: the function must stand in a module, and arguments and result be plain values. What
                it raises is raised here, if it is one of Python's own exceptions, else a RuntimeError with its name.

        Raises:
            TimeoutError: By the awaited task, when it was late.
        """
        if in_process and (inspect.iscoroutinefunction(function) or function.__module__ == "__main__"):
            raise RequestError(
                f"{function.__qualname__} cannot run in a process of its own",
                hint="Give a plain function that stands in a module of its own.",
            )
        self._join_loop()
        named = name or getattr(function, "__qualname__", "") or repr(function)
        running = RunningTask(f"task-{next(self._ids)}", named[:LONGEST_NAME])
        limit_s = self._config.task_timeout if timeout is None else timeout
        work = self._work(running, function, args, limit_s or None, in_process=in_process)
        running.task = asyncio.create_task(self._watch(running, work), name=running.id)
        self._running[running.id] = running
        running.task.add_done_callback(lambda _task: self._end(running, work))
        return running.task

    async def batch_submit(self, calls: Iterable[Sequence[Any]]) -> list[asyncio.Task[Any]]:
        """Begin a task for each (function, argument, …)."""
        return [await self.submit_task(*call) for call in calls]

    async def wait_for_tasks(self, tasks: Sequence[asyncio.Task[Any]], timeout: float | None = 60) -> list[Any]:  # noqa: ASYNC109
        """The results of tasks, in their order; what failed has its exception in its place.

        A task that is not done in time has a TimeoutError there, and goes on.
        """
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)
        return [_outcome_of(task) for task in tasks]

    def cancel(self, task_id: str) -> bool:
        """End a task; whether there was one of this id that had not ended."""
        running = self._running.get(task_id)
        return running is not None and running.task is not None and running.task.cancel()

    @property
    def running_tasks(self) -> int:
        """How many have been submitted and have not ended."""
        return len(self._running)

    def get_stats(self) -> dict[str, Any]:
        """What runs now, and by name how tasks ended and how long they took, in seconds."""
        stats: dict[str, dict[str, float]] = {}
        for (_, name, outcome), took in self._measured.all("task").items():
            one = stats.setdefault(name, dict.fromkeys([*OUTCOMES.values(), "total_time"], 0))
            one[OUTCOMES[outcome]] += took.number
            one["total_time"] += took.total_s
        now = time.perf_counter()
        return {
            "running_tasks": len(self._running),
            "task_stats": stats,
            "tasks": [
                {"task_id": one.id, "name": one.name, "seconds": None if one.began_at is None else now - one.began_at}
                for one in self._running.values()
            ],
            "threads_busy": self._threads_busy,
            "threads": self._config.max_workers,
            "processes": self._config.max_processes,
        }

    async def close(self) -> None:
        """End every task, thread and child; a thread that goes on by itself is left to it."""
        tasks = [one.task for one in self._running.values() if one.task is not None]
        here = asyncio.get_running_loop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*(task for task in tasks if task.get_loop() is here), return_exceptions=True)
        if self._slots is not None and self._slots.loop is here:
            for child in self._slots.idle:
                await child.close()
        self._slots = None
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def resize(self) -> None:
        """Take up another number of threads from the configuration; those that are busy end their work first."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)
        if self._slots is not None:
            self._slots.threads = asyncio.Semaphore(self._config.max_workers)

    def _join_loop(self) -> _Slots:
        loop = asyncio.get_running_loop()
        if self._slots is None or self._slots.loop is not loop:
            threads, processes = self._config.max_workers, self._config.max_processes
            self._slots = _Slots(loop, asyncio.Semaphore(threads), asyncio.Semaphore(processes))
        return self._slots

    async def _watch(self, running: RunningTask, work: Any) -> Any:
        outcome = "failed"
        try:
            result = await work
            outcome = "done"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except _Late as late:
            outcome = "late"
            raise TimeoutError(f"{running.name} took longer than {late.limit_s:g} s") from None
        finally:
            took_s = 0.0 if running.began_at is None else time.perf_counter() - running.began_at
            self._measured.add_to(("task", running.name, outcome), took_s)
            del self._running[running.id]
        return result

    def _end(self, running: RunningTask, work: Any) -> None:
        """Of a task that was cancelled before its first step, nothing else has been run."""
        if self._running.pop(running.id, None) is not None:
            work.close()
            self._measured.add_to(("task", running.name, "cancelled"), 0.0)

    async def _work(
        self,
        running: RunningTask,
        function: Callable[..., Any],
        args: Sequence[Any],
        limit_s: float | None,
        *,
        in_process: bool,
    ) -> Any:
        slots = self._join_loop()
        if in_process:
            async with slots.processes, self._child(slots) as child, _limit(running, limit_s):
                where = {"module": function.__module__, "name": function.__name__}
                return _result_of(await child.call("carry_out", **where, args=list(args)))
        if inspect.iscoroutinefunction(function):
            async with _limit(running, limit_s):
                return await function(*args)
        threads = slots.threads
        await threads.acquire()
        future = self._start_thread(slots.loop, threads, function, args)
        async with _limit(running, limit_s):
            return await asyncio.wrap_future(future)

    def _start_thread(
        self,
        loop: asyncio.AbstractEventLoop,
        threads: asyncio.Semaphore,
        function: Callable[..., Any],
        args: Sequence[Any],
    ) -> Future[Any]:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._config.max_workers, "automagic-task")
        self._threads_busy += 1
        future = self._executor.submit(function, *args)

        def free() -> None:
            self._threads_busy -= 1
            threads.release()

        def end(_future: Future[Any]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for this thread any more
                loop.call_soon_threadsafe(free)

        future.add_done_callback(end)
        return future

    @contextlib.asynccontextmanager
    async def _child(self, slots: _Slots) -> AsyncIterator[PythonChild]:
        """A child: one that is idle, else a new one."""
        child = slots.idle.pop() if slots.idle else PythonChild(called.__name__)
        try:
            yield child
        finally:
            slots.idle.append(child)


class _Late(Exception):
    def __init__(self, limit_s: float) -> None:
        super().__init__(limit_s)
        self.limit_s = limit_s


@contextlib.asynccontextmanager
async def _limit(running: RunningTask, limit_s: float | None) -> AsyncIterator[None]:
    """Run for so long at most, from now on."""
    running.began_at = time.perf_counter()
    clock = asyncio.timeout(limit_s)
    try:
        async with clock:
            yield
    except TimeoutError:
        if clock.expired() and limit_s is not None:
            raise _Late(limit_s) from None
        raise


def _result_of(told: list[Any]) -> Any:
    """What a child's function gave.

    Raises:
        Exception: What it raised, where that is one of Python's own; others as RuntimeError, with their name.
    """
    if told[0] == "done":
        return told[1]
    _, name, text = told
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError):
        raise kind(text)
    raise RuntimeError(f"{name}: {text}")


def _outcome_of(task: asyncio.Task[Any]) -> Any:
    if not task.done():
        return TimeoutError(f"{task.get_name()} is not done yet")
    if task.cancelled():
        return asyncio.CancelledError()
    return task.exception() or task.result()

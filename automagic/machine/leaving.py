"""How a process ends in time when it is asked to, even if something still blocks.

    signal ─┬─▶ the loop cancels what is under way ─▶ all of it winds down ─▶ the process ends by itself
            └─▶ a clock ─▶ the loop does not answer, or the time is up ─▶ the process ends anyway

A thread that waits for a pipe, a broken disk or a network share cannot be ended, only left behind: nobody waits for one
longer than `THREAD_S`. What such an end leaves behind is what a kill leaves: the next run tidies it up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, ParamSpec, TypeVar

from automagic.machine.blocks import told_to_stop

P = ParamSpec("P")
Result = TypeVar("Result")

THREAD_S = 0.8
"""How long a thread may take to notice that it should stop; after that it is not waited for."""

LAST_THREAD_S = 0.4
"""The same when the process ends."""

TASK_S = 1.5
"""How long what was cancelled may take to end."""

COMMAND_S = 1.8
"""When a command whose loop does not answer is ended. One that does answer has `WINDING_S` to wind down."""

WINDING_S = 8.0

WORKER_S = 7.7
"""When a worker is ended in any case: container engines kill 10 s after SIGTERM."""

INTERRUPTED = 130
INTERRUPTED_WORD = "Interrupted. What is finished is kept: run the same command again to go on.\n"

_ANSWER_S = 0.1
_SHOW_CURSOR = "\x1b[?25h"


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel. What goes on waiting, such as for an answer that will be billed, is cancelled once more, then left."""
    waiting = set(tasks)
    for patience_s in (TASK_S, TASK_S / 5):
        for task in waiting:
            task.cancel()
        if waiting:
            _, waiting = await asyncio.wait(waiting, timeout=patience_s)


async def run_in_thread(work: Callable[[Callable[[], bool]], Result]) -> Result:
    """Run blocking work in a thread and end it on cancellation.

    `work` is given a function that says whether it should stop; it, or `check_stopped`, must be called often. On
    cancellation this waits until the thread has ended, so that nothing it holds open outlives the caller; but not for
    longer than `THREAD_S`, since a disk or a network share that does not answer would hold it for ever.
    """
    stop = threading.Event()

    def begin() -> Result:
        told_to_stop.set(stop)  # in this thread's own copy of the context
        return work(stop.is_set)

    thread = asyncio.create_task(asyncio.to_thread(begin))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait((thread,), timeout=THREAD_S)
        thread.add_done_callback(_look_at)
        raise


async def in_thread(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """As `run_in_thread`, for work that learns by `check_stopped` alone whether it should stop."""
    return await run_in_thread(lambda _stop: work(*args, **kwargs))


def _look_at(task: asyncio.Task[object]) -> None:
    """Look at its failure, so that asyncio does not warn that it was never retrieved."""
    if not task.cancelled():
        task.exception()


class Threads(ThreadPoolExecutor):
    """Threads for blocking work; one that does not come to an end is left behind."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for `LAST_THREAD_S` at most."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        ends_at = time.monotonic() + LAST_THREAD_S
        for thread in list(self._threads) if wait else ():
            thread.join(max(ends_at - time.monotonic(), 0.0))


def run(main: Coroutine[Any, Any, Result], *, clock: Clock) -> Result:
    """As `asyncio.run`, but no thread that blocks is waited for.

    Args:
        clock: Started by the first signal that `hear` hears.
    """
    _clocks.append(clock)
    try:
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            return runner.run(main)
    finally:
        _clocks.pop().stop()


def _new_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(Threads())
    return loop


def end(code: int) -> NoReturn:
    """End this process; threads that were left behind end with it."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    ends_at = time.monotonic() + _ANSWER_S
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(max(ends_at - time.monotonic(), 0.0))
            if thread.is_alive():
                os._exit(code)
    sys.exit(code)


class Clock:
    """Ends the process some time after it was asked to leave, should it not have left by then.

    Args:
        within_s: When it is ended.
        patient: Whether one whose loop still answers, or that waits for what it pays for, is given `WINDING_S`.
        code: Its exit code then.
        word: What it says then, on stderr.
    """

    def __init__(self, within_s: float, *, patient: bool = True, code: int = INTERRUPTED, word: str = "") -> None:
        self._within_s = within_s
        self._patient = patient
        self._code = code
        self._word = word
        self._stopped = threading.Event()
        self._started = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to count; asked again it goes on counting."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._count, args=(loop,), name="leaving", daemon=True).start()

    def stop(self) -> None:
        """Count no more: the process is leaving by itself."""
        self._stopped.set()

    def _count(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._stopped.wait(self._within_s):
            return
        patience_s = WINDING_S - self._within_s
        while self._patient and patience_s > 0 and (_paying or _answers(loop)):
            if self._stopped.wait(_ANSWER_S):
                return
            patience_s -= 0.0 if _paying else _ANSWER_S
        # In a thread of its own: who should read it may be what does not answer.
        saying = threading.Thread(target=_say, args=(self._word,), daemon=True)
        saying.start()
        saying.join(_ANSWER_S)
        os._exit(self._code)


def _say(word: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write((_SHOW_CURSOR if sys.stderr.isatty() else "") + word)
        sys.stderr.flush()


def _answers(loop: asyncio.AbstractEventLoop) -> bool:
    answered = threading.Event()
    try:
        loop.call_soon_threadsafe(answered.set)
    except RuntimeError:  # it is closed: what is left takes a moment
        return True
    return answered.wait(_ANSWER_S)


def command_clock() -> Clock:
    """Of a command that a person waits for."""
    return Clock(COMMAND_S, word=INTERRUPTED_WORD)


def worker_clock() -> Clock:
    """Of a worker: a service manager kills it soon after its signal."""
    return Clock(WORKER_S, patient=False, code=0, word="Left behind what did not end in time.\n")


_clocks: list[Clock] = []
"""Of this process, the innermost last: signals are for the process as a whole."""

_paying: list[object] = []
"""One for each request under way that will be billed."""


@contextlib.contextmanager
def hear(numbers: Sequence[signal.Signals], callback: Callable[[], object]) -> Iterator[None]:
    """Call back on the running loop when a signal comes, and start the clock even when the loop is blocked."""
    loop = asyncio.get_running_loop()
    take_signals(numbers, callback)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def take_signals(numbers: Sequence[signal.Signals], callback: Callable[[], object]) -> None:
    """Let this callback be the one that signals are for."""
    loop = asyncio.get_running_loop()

    def start_clock(_number: int, _frame: object) -> None:
        if _clocks:
            _clocks[-1].start(loop)

    for number in numbers:
        loop.add_signal_handler(number, callback)
        # The loop is woken anyway. Python calls this one between two of its own steps, also of a blocked call.
        signal.signal(number, start_clock)


@contextlib.contextmanager
def paying() -> Iterator[None]:
    """Around a request that will be billed: its answer is waited for."""
    mark = object()
    _paying.append(mark)
    try:
        yield
    finally:
        _paying.remove(mark)

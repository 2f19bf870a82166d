"""End a run cleanly on SIGTERM, as Ctrl-C does."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from automagic.machine.leaving import hear


@contextmanager
def cancel_on_signals() -> Iterator[None]:
    """Cancel the current task on SIGTERM, SIGHUP and Ctrl-C."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - inside a coroutine there is one
    with hear((signal.SIGTERM, signal.SIGHUP, signal.SIGINT), task.cancel):
        yield

"""A module for a drawing child that is made to die, to wait, to work without end, and to need too much."""

from __future__ import annotations

import os
import signal
import time

from automagic.media.design import drawing_work


def bound() -> None:
    """The same limits as for drawings, and a second of processor time for each call."""
    drawing_work.CALL_CPU_S = 1
    drawing_work.bound()


def draw(text: str) -> str:
    """What works."""
    return text.upper()


def die(how: int) -> None:
    """End at once, by a signal or with an exit code."""
    os._exit(how) if how > 0 else os.kill(os.getpid(), -how)
    signal.pause()


def wait() -> None:
    """Never answer, without work."""
    time.sleep(600)


def work() -> None:
    """Never answer, with work."""
    while True:
        pass


def swell() -> int:
    """Ask for more memory than there is to have."""
    return len(bytearray(drawing_work.MEMORY_BYTES))

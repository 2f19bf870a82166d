"""Kill a process before each step of what it does to files, to look what is left.

Each step is a line of Python in the modules that are looked at; before it the process kills itself, so that nothing
else of it is carried out. A fork begins each try.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any


def kill_before_step(number: int, files: Sequence[str], action: Callable[[], object]) -> bool:
    """Carry out `action` in a fork that is killed before its step of this number; False when it has fewer."""
    child = os.fork()
    if child == 0:
        left = number

        def step(_frame: FrameType, event: str, _argument: Any) -> Any:
            nonlocal left
            if event == "line":
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return step

        sys.settrace(lambda frame, _event, _argument: step if frame.f_code.co_filename.endswith(tuple(files)) else None)
        try:
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

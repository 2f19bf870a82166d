"""Kill a program by what it has done, not by the clock: so it counts on any machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.support.processes.python_programs import Program

PATIENCE_S = 100


def kill_after(program: Program, calls: Sequence[Any], requests: int, pause_s: float = 0.0) -> bool:
    """Kill it as soon as a test server has so many further requests; False when it has ended before.

    Args:
        calls: The server's ledger, which grows.
        pause_s: Wait so long behind the request.
    """
    wanted, patience = len(calls) + requests, time.monotonic() + PATIENCE_S
    while len(calls) < wanted and program.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    time.sleep(pause_s)
    if program.poll() is not None:
        return False
    program.kill()
    program.communicate()
    return True

"""Lease holders: one gate in one process on one host, and whether that process is still alive.

same host      the process table knows: a dead owner is followed at once, a living one is waited for
another host   only its lease tells: it has `LEASE_S`, renewed every `RENEW_S`
"""

from __future__ import annotations

import os
import platform
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEASE_S = 30.0
RENEW_S = 10.0

_SINCE_BOOT_S = 1e9
"""What is less counts from the start of the machine; older versions counted from 1970, by a clock that can be set."""

_START_TOLERANCE_S = 0.02
_CLOCK_TOLERANCE_S = 2.0
"""A process's start is told in ticks since boot; what clock the boot is told in may be set by a second."""


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """A gate that may hold claims.

    Attributes:
        mark: This gate's own, unlike any other's.
        host: Where its process is visible.
        process_started_at: Seconds since the machine started, on Linux, where setting the clock does not change it;
            elsewhere since 1970. With the process id it names one process for good.
    """

    mark: str
    host: str
    pid: int
    process_started_at: float
    run_id: str


def this_holder(run_id: str) -> LeaseHolder:
    """A new owner in this process."""
    started = _start_of(os.getpid())
    if started is None:
        import psutil

        started = psutil.Process().create_time()
    return LeaseHolder(secrets.token_hex(16), this_host(), os.getpid(), started, run_id)


@cache
def this_host() -> str:
    """Name, boot and process namespace: two processes with the same see each other in the process table."""
    boot = namespace = ""
    if Path("/proc/self/ns/pid").exists():
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    return ":".join((platform.node()[:60], boot, namespace))


def lives(host: str, pid: int, process_started_at: float, lease_until: float, *, now: float) -> bool:
    """Whether the owner of a claim may still be at work.

    Args:
        now: By the clock that `lease_until` was told by.
    """
    if host != this_host():
        return lease_until > now
    if process_started_at < _SINCE_BOOT_S and Path("/proc/self/stat").exists():
        started = _start_of(pid)
        return started is not None and abs(started - process_started_at) <= _START_TOLERANCE_S
    import psutil

    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - process_started_at) <= _CLOCK_TOLERANCE_S
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return lease_until > now


def _start_of(pid: int) -> float | None:
    """When a process began, in seconds since the machine started; None when it is gone, or this is not Linux."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return None
    # proc(5): the name in parentheses may hold anything; behind it the state, and as the 20th field the start in ticks.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19]) / os.sysconf("SC_CLK_TCK")


class Watch:
    """Tells holders that renew their leases from dead ones, by this machine's own clock and no clock of theirs.

    Args:
        clock: Seconds that only ever grow.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[str, float, float]] = {}

    def is_silent(self, key: str, owner: str, lease_until: float) -> bool:
        """Whether a lease has stayed the same for longer than one lasts, while we looked: a clock was set back."""
        now = self._clock()
        seen = self._seen.get(key)
        if seen is None or seen[:2] != (owner, lease_until):
            self._seen[key] = (owner, lease_until, now)
            return False
        return now - seen[2] > LEASE_S + RENEW_S

"""Who holds a claim: one gate in one process on one host, and whether that process still lives.

same host      the process table knows: a dead owner is followed at once, a living one is waited for
another host   only its lease tells: it has `LEASE_S`, renewed every `RENEW_S`
"""

from __future__ import annotations

import os
import platform
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEASE_S = 30.0
RENEW_S = 10.0
_START_TOLERANCE_S = 2.0
"""A process's start is told in ticks since boot; what clock the boot is told in may be set by a second."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A gate that may hold claims.

    Attributes:
        mark: This gate's own, unlike any other's.
        host: Where its process is visible.
        process_started_at: Seconds since 1970; with the process id it names one process for good.
    """

    mark: str
    host: str
    pid: int
    process_started_at: float
    run_id: str


def this_owner(run_id: str) -> Owner:
    """A new owner in this process."""
    import psutil

    return Owner(secrets.token_hex(16), this_host(), os.getpid(), psutil.Process().create_time(), run_id)


@cache
def this_host() -> str:
    """Name, boot and process namespace: two processes with the same see each other in the process table."""
    boot = namespace = ""
    if Path("/proc/self/ns/pid").exists():
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    return ":".join((platform.node()[:60], boot, namespace))


def lives(host: str, pid: int, process_started_at: float, lease_until: float, *, now: float) -> bool:
    """Whether the owner of a claim may still be at work."""
    if host != this_host():
        return lease_until > now
    import psutil

    try:
        process = psutil.Process(pid)
        started = abs(process.create_time() - process_started_at) <= _START_TOLERANCE_S
        return started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return lease_until > now

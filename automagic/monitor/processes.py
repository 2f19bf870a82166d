"""Which processes of ours run on this machine, and what they use: commands of AutoMagic and all that they started."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import psutil


@dataclass(frozen=True, slots=True)
class Processes:
    """All of this person's, without the one that asks.

    Attributes:
        commands: How many commands of AutoMagic.
        count: With everything that they started.
        memory_bytes: Resident, added up: pages that they share count for each of them.
        cpu_s: User and system time so far, by process: its id and when it began.
        read_at: Of the monotonic clock.
    """

    commands: int
    count: int
    memory_bytes: int
    cpu_s: dict[tuple[int, float], float] = field(default_factory=dict)
    read_at: float = 0.0

    def look_again(self) -> Processes:
        """The same ones a little later; cheaper than to look for them."""
        cpu_s: dict[tuple[int, float], float] = {}
        for pid, began in self.cpu_s:
            with contextlib.suppress(psutil.Error):  # it ended
                times = psutil.Process(pid).cpu_times()
                cpu_s[pid, began] = times.user + times.system
        return replace(self, cpu_s=cpu_s, read_at=time.monotonic())

    def busy_cores(self, before: Processes) -> float:
        """How many cores they have kept busy since an earlier look; those that ended meanwhile count for nothing."""
        used = sum(after - before.cpu_s[one] for one, after in self.cpu_s.items() if one in before.cpu_s)
        return used / max(self.read_at - before.read_at, 1e-3)


def find_processes() -> Processes:
    """Look at the process table."""
    me = os.getpid()
    parents: dict[int, int] = {}
    found: dict[int, psutil.Process] = {}
    commands: set[int] = set()
    for process in psutil.process_iter():
        try:
            with process.oneshot():
                if process.uids().real != os.getuid():
                    continue
                parents[process.pid] = process.ppid()
                found[process.pid] = process
                if process.pid != me and is_ours(process.cmdline()):
                    commands.add(process.pid)
        except psutil.Error:  # it ended, or is another's
            continue
    ours = {pid for pid in found if pid != me and _comes_from(pid, commands, parents)}
    memory_bytes, cpu_s = 0, {}
    for pid in ours:
        try:
            process = found[pid]
            memory_bytes += process.memory_info().rss
            times = process.cpu_times()
            cpu_s[pid, process.create_time()] = times.user + times.system
        except psutil.Error:
            continue
    roots = {pid for pid in commands if not _comes_from(parents.get(pid, 0), commands, parents)}
    return Processes(len(roots), len(ours), memory_bytes, cpu_s, time.monotonic())


def is_ours(command: list[str]) -> bool:
    """Whether a command line is AutoMagic's: `automagic …`, `python …/automagic …`, `python -m automagic …`."""
    if not command:
        return False
    names = [PurePath(argument).name for argument in command[:4]]
    if names[0] == "automagic":
        return True
    if not names[0].startswith("python"):
        return False
    for place, argument in enumerate(command[1:4], start=1):
        if argument == "-m":
            return len(command) > place + 1 and command[place + 1].partition(".")[0] == "automagic"
        if not argument.startswith("-"):
            return names[place] == "automagic"
    return False


def _comes_from(pid: int, commands: set[int], parents: dict[int, int]) -> bool:
    """Whether a process is one of the commands, or was started by one, directly or not."""
    seen: set[int] = set()
    while pid and pid not in seen:
        if pid in commands:
            return True
        seen.add(pid)
        pid = parents.get(pid, 0)
    return False

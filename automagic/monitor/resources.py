"""What the machine has and what we use of it: readings, and a sampler in the background.

read_machine    what there is, within a container's limits
ProcessTree     what this process and its children use
Sampler         a thread looks every `interval_s` and keeps the peaks, at less than 0.5 % of a core
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from automagic.machine.container import read_allowance

INTERVAL_S = 1.0

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

LOW_DISK_BYTES = 1 << 30
"""Less than this is a problem, and a reason for an emergency cleanup."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is, within the limits of the container that we may run in.

    Attributes:
        cores: That we may use; a fraction where the container's share is one.
        memory_total_bytes, memory_free_bytes: "Free" is what can be had without swapping.
        container_memory_bytes: The container's limit; None for none.
    """

    cores: float
    load: float
    memory_total_bytes: int
    memory_free_bytes: int
    disk_total_bytes: int
    disk_free_bytes: int
    container_memory_bytes: int | None


def read_machine(folder: Path) -> Machine:
    """Read everything; the disk is the one that holds `folder`, which need not exist yet."""
    memory = psutil.virtual_memory()
    allowance = read_allowance()
    cores = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if allowance.cores is not None:
        cores = min(cores, round(allowance.cores, 2))
    total, free = memory.total, memory.available
    limit = allowance.memory_bytes
    if limit is not None and limit < total:
        total, free = limit, min(free, limit - (allowance.memory_used_bytes or 0))
    else:
        limit = None
    place = next(path for path in (folder, *folder.parents) if path.exists())
    disk = psutil.disk_usage(str(place))
    return Machine(cores, os.getloadavg()[0], total, max(free, 0), disk.total, disk.free, limit)


@dataclass(frozen=True, slots=True)
class Usage:
    """What this process and its children use at one moment.

    Attributes:
        memory_bytes: Resident, added up: pages that they share count for each of them.
        cpu_s: User and system time so far of those that live.
    """

    memory_bytes: int
    cpu_s: float
    processes: int


class ProcessTree:
    """Reads this process and its descendants.

    psutil looks at every process of the machine to find children. Linux lists them by parent, which costs a hundredth.
    """

    def __init__(self) -> None:
        self._listed = Path(f"/proc/self/task/{os.getpid()}/children").exists()

    def read(self) -> Usage:
        """What they use now; a process that ends meanwhile counts for nothing."""
        memory_bytes, cpu_s, processes = 0, 0.0, 0
        for resident_bytes, used_s in self._read_linux() if self._listed else self._read_elsewhere():
            memory_bytes += resident_bytes
            cpu_s += used_s
            processes += 1
        return Usage(memory_bytes, cpu_s, processes)

    def _read_linux(self) -> Iterator[tuple[int, float]]:
        for pid in {os.getpid(), *self._descendants()}:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - as below
                # Behind the name, which may hold anything: state is the 3rd field of proc(5), so this is from there on.
                found = file.read().rpartition(b")")[2].split()
                yield int(found[21]) * _PAGE_BYTES, (int(found[11]) + int(found[12])) / _TICKS_A_SECOND

    @staticmethod
    def _read_elsewhere() -> Iterator[tuple[int, float]]:
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                yield process.memory_info().rss, times.user + times.system

    @staticmethod
    def _descendants() -> set[int]:
        found: set[int] = set()
        waiting = [os.getpid()]
        while waiting:
            tasks = f"/proc/{waiting.pop()}/task"
            with contextlib.suppress(OSError):  # it ended
                for thread in os.listdir(tasks):  # noqa: PTH208 - a Path for each thread costs more than the reading
                    with contextlib.suppress(OSError), open(f"{tasks}/{thread}/children") as listed:  # noqa: PTH123
                        children = [int(pid) for pid in listed.read().split()]
                        waiting += [pid for pid in children if pid not in found]
                        found.update(children)
        return found


class Sampler:
    """Looks at our processes every `interval_s` in a thread of its own, from `start` on.

    Args:
        folder: On the disk that is watched.
        flush: Is given the peaks since the last time, by name, every `flush_s` and at the end: for `record_peaks`.
            Called in the sampler's thread; when it raises OSError, the peaks are given again the next time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        flush: Callable[[Mapping[str, float]], None] | None = None,
        interval_s: float = INTERVAL_S,
        flush_s: float = 300.0,
    ) -> None:
        self._folder = folder
        self._flush = flush
        self._interval_s = interval_s
        self._flush_s = flush_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="resources", daemon=True)
        self._tree = ProcessTree()
        self.peaks: dict[str, float] = {}
        self.latest: Usage | None = None

    def start(self) -> None:
        """Begin; nothing happens when it has."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """End; the last peaks are flushed. Nothing happens when it never began."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _watch(self) -> None:
        flushed_at = time.monotonic()
        before: tuple[float, Usage] | None = None
        while True:
            before = self._look(before)
            ended = self._ended.wait(self._interval_s)
            if self._flush is not None and (ended or time.monotonic() - flushed_at >= self._flush_s):
                flushed_at = time.monotonic()
                with contextlib.suppress(OSError):  # the disk is full, the database is away
                    self._flush(self.peaks)
                    self.peaks = {}
            if ended:
                return

    def _look(self, before: tuple[float, Usage] | None) -> tuple[float, Usage]:
        moment, usage = time.monotonic(), self._tree.read()
        self.latest = usage
        self._note("memory_bytes", usage.memory_bytes)
        self._note("processes", usage.processes)
        with contextlib.suppress(OSError):  # the folder is gone
            disk = os.statvfs(self._folder)
            self._note("disk_used_share", 1 - disk.f_bavail / disk.f_blocks if disk.f_blocks else 0.0)
        # A process that ended takes its time with it: the next look tells again.
        if before is not None and usage.cpu_s >= before[1].cpu_s and moment > before[0]:
            self._note("cpu_cores", (usage.cpu_s - before[1].cpu_s) / (moment - before[0]))
        return moment, usage

    def _note(self, name: str, value: float) -> None:
        self.peaks[name] = max(self.peaks.get(name, 0.0), value)

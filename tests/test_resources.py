"""Resources: a container's limits, the sampler's peaks and cost, and the guard before heavy work."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from automagic.errors import ResourceError
from automagic.monitor.container import Allowance, read_allowance
from automagic.monitor.guard import ResourceGuard
from automagic.monitor.resources import ProcessTree, Sampler, read_machine
from automagic.monitor.totals import record_peaks, use_engine

MB = 1 << 20


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content + "\n")


def allowance(tmp_path: Path, membership: str, files: dict[str, str]) -> Allowance:
    (tmp_path / "cgroup").write_text(membership)
    root = tmp_path / "root"
    root.mkdir()
    write(root, files)
    return read_allowance(membership=tmp_path / "cgroup", root=root)


# ------------------------------------------------------------------------------------------------------ containers


def test_limits_of_version_2_count_with_those_of_the_parents(tmp_path):
    found = allowance(
        tmp_path,
        "0::/outer/inner\n",
        {
            "outer/memory.max": "500",
            "outer/memory.current": "300",
            "outer/memory.stat": "anon 100\ninactive_file 120",
            "outer/cpu.max": "max 100000",
            "outer/inner/memory.max": "max",
            "outer/inner/memory.current": "10",
            "outer/inner/cpu.max": "150000 100000",
        },
    )
    assert found == Allowance(500, 180, 1.5)


def test_limits_of_version_1_are_read_by_controller(tmp_path):
    found = allowance(
        tmp_path,
        "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n",
        {
            "memory/docker/abc/memory.limit_in_bytes": "1000",
            "memory/docker/abc/memory.usage_in_bytes": "900",
            "memory/docker/abc/memory.stat": "cache 5\ntotal_inactive_file 400",
            "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "50000",
            "cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000",
        },
    )
    assert found == Allowance(1000, 500, 0.5)


def test_a_path_of_the_host_that_is_not_there_means_the_group_at_the_root(tmp_path):
    found = allowance(
        tmp_path,
        "0::/kubepods/pod7/x\n",
        {"memory.max": "700", "memory.current": "70", "memory.stat": "inactive_file 0", "cpu.max": "200000 100000"},
    )
    assert found == Allowance(700, 70, 2.0)


def test_no_limits_and_no_groups_are_no_limits(tmp_path):
    none = {"memory/memory.limit_in_bytes": str((1 << 63) - 4096), "memory/memory.usage_in_bytes": "5"}
    assert allowance(tmp_path, "4:memory:/\n2:cpu:/\n", {**none, "cpu/cpu.cfs_quota_us": "-1"}) == Allowance()
    assert read_allowance(membership=tmp_path / "missing") == Allowance()


def test_the_machine_is_read_for_a_folder_that_is_not_there_yet(tmp_path):
    machine = read_machine(tmp_path / "not" / "yet")
    assert machine.cores > 0
    assert 0 < machine.memory_free_bytes <= machine.memory_total_bytes
    assert 0 < machine.disk_free_bytes <= machine.disk_total_bytes


# ------------------------------------------------------------------------------------------------------ the sampler

HOLDER = "import sys; held = b'x' * (80 << 20); print('ready', flush=True); sys.stdin.read()"


def test_the_memory_of_children_and_their_children_counts():
    tree = ProcessTree()
    before = tree.read()
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDER!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        during = tree.read()
        assert child.stdin is not None
        child.stdin.close()
    assert during.processes >= before.processes + 2
    assert during.memory_bytes > before.memory_bytes + 80 * MB
    assert tree.read().processes == before.processes


def test_peaks_are_flushed_into_the_database(tmp_path, engine):
    begin = use_engine(engine)
    with Sampler(tmp_path, interval_s=0.01, flush=lambda peaks: record_peaks(begin, peaks, now=time.time())) as sampler:
        while sampler.latest is None:
            threading.Event().wait(0.005)
    with engine.connect() as connection:
        found = dict(connection.exec_driver_sql("SELECT name, value FROM resource_peaks").all())
    assert found["memory_bytes"] > 10 * MB
    assert found["processes"] >= 1
    assert 0 < found["disk_used_share"] < 1


def test_looking_costs_less_than_half_a_percent_of_a_core(tmp_path):
    sampler = Sampler(tmp_path)
    looks = 200
    sampler._look(None)
    began = time.thread_time()
    for _ in range(looks):
        sampler._look(None)
    assert (time.thread_time() - began) / looks < 0.005  # once a second


# --------------------------------------------------------------------------------------------------------- the guard


class Room:
    """A machine whose figures a test sets."""

    def __init__(self) -> None:
        self.used = 0
        self.free = 1000
        self.disk = 1000
        self.cleanups = 0
        self.freed = 0
        self.relieved = 0
        self.said: list[str] = []

    def clean_up(self) -> None:
        self.cleanups += 1
        self.disk += self.freed

    def relieve(self) -> None:
        self.relieved += 1

    def guard(self) -> ResourceGuard:
        return ResourceGuard(
            Path(),
            memory_bytes=100,
            clean_up=self.clean_up,
            relieve=self.relieve,
            tell=self.said.append,
            low_bytes=500,
            stop_bytes=100,
            used_memory=lambda: self.used,
            free_memory=lambda: self.free,
            free_disk=lambda: self.disk,
        )


async def started(
    guard: ResourceGuard, needed: int, release: asyncio.Event
) -> tuple[asyncio.Task[None], asyncio.Event]:
    began = asyncio.Event()

    async def work() -> None:
        async with guard.work(needed):
            began.set()
            await release.wait()

    task = asyncio.create_task(work())
    for _ in range(5):
        await asyncio.sleep(0)
    return task, began


async def test_work_beyond_the_memory_limit_waits_until_some_is_given_back():
    room, release = Room(), asyncio.Event()
    guard = room.guard()
    first, began_first = await started(guard, 60, release)
    second, began_second = await started(guard, 60, release)
    assert (began_first.is_set(), began_second.is_set()) == (True, False)
    assert room.relieved == 1
    release.set()
    await asyncio.gather(first, second)
    assert began_second.is_set()
    assert len(room.said) == 1


async def test_what_other_processes_of_ours_hold_counts_too():
    room, release = Room(), asyncio.Event()
    guard = room.guard()
    first, _ = await started(guard, 10, release)
    room.used = 95
    second, began = await started(guard, 10, release)
    assert not began.is_set()
    room.used = 20
    await asyncio.wait_for(began.wait(), 2)
    release.set()
    await asyncio.gather(first, second)


async def test_a_single_piece_begins_however_much_it_needs():
    room, release = Room(), asyncio.Event()
    room.used = 5000
    task, began = await started(room.guard(), 10**9, release)
    assert began.is_set()
    release.set()
    await task


async def test_a_cancelled_wait_takes_nothing():
    room, release = Room(), asyncio.Event()
    guard = room.guard()
    first, _ = await started(guard, 60, release)
    waiting, _ = await started(guard, 60, release)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    third, began = await started(guard, 30, release)
    assert began.is_set()
    release.set()
    await asyncio.gather(first, third)


async def test_low_disk_cleans_up_once_and_goes_on_when_that_helped():
    room = Room()
    room.disk, room.freed = 400, 600
    guard = room.guard()
    await asyncio.gather(*(guard.check_disk() for _ in range(5)))
    assert (room.cleanups, room.disk) == (1, 1000)
    room.disk = 300  # low again, after it had recovered
    await guard.check_disk()
    assert room.cleanups == 2


async def test_a_cleanup_that_does_not_help_is_not_tried_again_and_a_full_disk_stops_work():
    room = Room()
    room.disk = 300
    guard = room.guard()
    await guard.check_disk()  # low, and there is still room
    room.disk = 99
    with pytest.raises(ResourceError, match="MB are free"):
        await guard.check_disk()
    assert room.cleanups == 1
    room.disk = 1000
    await guard.check_disk()
    with pytest.raises(ResourceError):
        async with guard.work():
            room.disk = 400
            await guard.check_disk(needed_bytes=350)
    assert room.cleanups == 2


async def test_the_guard_reads_the_real_machine(tmp_path):
    guard = ResourceGuard(tmp_path, memory_bytes=1 << 62, clean_up=lambda: None, low_bytes=1, stop_bytes=1)
    async with guard.work(1), guard.work(1):
        pass

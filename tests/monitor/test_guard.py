"""The guard before heavy work: memory is waited for, a low disk is cleaned once, a full one stops the work."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from automagic.database.plain import open_sqlite
from automagic.database.tables import runs
from automagic.errors import RequestError, ResourceError
from automagic.monitor.guard import Gauges, ResourceGuard
from automagic.monitor.metrics import read_metrics
from automagic.monitor.resources import ProcessTree
from automagic.runs.context import StepContext
from automagic.runs.limits import CORE_BYTES, Limits
from automagic.runs.run import Run, Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.services import Services, open_services
from automagic.settings import Settings
from automagic.values.artifact import Artifact
from automagic.values.events import Event, Notice

MB = 1 << 20


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

    async def relieve(self) -> None:
        self.relieved += 1

    def guard(self) -> ResourceGuard:
        guard = ResourceGuard(
            Path(), memory_bytes=100, clean_up=self.clean_up, relieve=self.relieve, gauges=Needles(self)
        )
        guard.low_bytes, guard.stop_bytes = 500, 100
        return guard


class Needles(Gauges):
    """Gauges that show what a room says."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def used_memory(self) -> int:
        return self.room.used

    def free_memory(self) -> int:
        return self.room.free

    def free_disk(self) -> int:
        return self.room.disk


async def started(
    guard: ResourceGuard, needed: int, release: asyncio.Event, tell: Callable[[str], object] = print
) -> tuple[asyncio.Task[None], asyncio.Event]:
    began = asyncio.Event()

    async def work() -> None:
        async with guard.work(needed, tell=tell):
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
    second, began_second = await started(guard, 60, release, room.said.append)
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
    guard = ResourceGuard(tmp_path, memory_bytes=1 << 62, clean_up=lambda: None)
    guard.low_bytes = guard.stop_bytes = 1
    async with guard.work(1), guard.work(1):
        pass


async def test_a_cleanup_that_is_not_possible_is_told_and_the_work_goes_on_while_there_is_room():
    room = Room()
    room.disk = 300

    def refuse() -> None:
        raise RequestError("another cleanup is under way")

    guard = ResourceGuard(Path(), memory_bytes=1, clean_up=refuse, gauges=Needles(room))
    guard.low_bytes, guard.stop_bytes = 500, 100
    await guard.check_disk(tell=room.said.append)
    assert "another cleanup is under way" in room.said[-1]


# ------------------------------------------------------------------------------------------- the real machine

HOLDER = "import sys; held = bytearray(120 << 20); print('ready', flush=True); sys.stdin.read()"


async def test_work_waits_while_a_child_holds_the_memory_and_begins_when_it_has_ended():
    now = ProcessTree().read().memory_bytes
    guard = ResourceGuard(Path(), memory_bytes=now + 100 * MB, clean_up=lambda: None)
    guard.low_bytes = guard.stop_bytes = 0
    release, said = asyncio.Event(), list[str]()
    first, _ = await started(guard, MB, release)
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        second, began = await started(guard, MB, release, said.append)
        await asyncio.sleep(0)
        assert not began.is_set()
        assert "Memory is short" in said[0]
        assert child.stdin is not None
        child.stdin.close()
    await asyncio.wait_for(began.wait(), 10)
    release.set()
    await asyncio.gather(first, second)


async def test_engines_that_have_nothing_to_do_give_up_their_memory_before_anything_waits(home):
    async with open_services(Settings(automagic_home=home)) as services:
        narrator = services.engines.narrator("espeak")
        await narrator.open()
        speaker = narrator._child.pid
        services.guard.memory_bytes = 1  # nothing fits beside the first
        release = asyncio.Event()
        first, _ = await started(services.guard, MB, release)
        second, began = await started(services.guard, MB, release)
        for _ in range(1000):
            if not psutil.pid_exists(speaker):
                break
            await asyncio.sleep(0.01)
        assert narrator._child.pid is None
        assert not began.is_set()
        release.set()
        await asyncio.gather(first, second)
        await narrator.open()  # and are there again when they are needed
        assert narrator._child.pid is not None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    mounted = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@step("pour", 1)
async def pour(context: StepContext[object], number: int) -> Artifact:
    """3 MB that nothing makes smaller, on a core."""
    async with context.core():
        path = context.folder / "water"
        path.write_bytes(os.urandom(3 * MB))
    return await context.keep(path, f"application/x-water-{number}")


async def pour_all(services: Services, count: int, told: list[str]) -> Run[Services]:
    def listen(event: Event) -> None:
        if isinstance(event, Notice):
            told.append(event.text)

    async with open_run(
        "video",
        Workspace(services, services.settings.home, services.store, services.limits),
        listener=listen,
    ) as run:
        for number in range(count):
            await run.step(pour, number)
        finish(run, "succeeded")
    return run


async def test_a_full_disk_is_cleaned_once_then_stops_the_work_which_goes_on_when_there_is_room(small_disk):
    told: list[str] = []
    async with open_services(Settings(automagic_home=small_disk), needed=set) as services:
        services.guard.low_bytes, services.guard.stop_bytes = 10 * MB, 6 * MB
        for _ in range(3):  # of a run that has ended: 9 MB that can be made again
            await pour_all(services, 1, told)
            services.store.forget(pour.key({"number": 0}))
        assert told == []
        with pytest.raises(ResourceError, match="MB are free") as stopped:
            await pour_all(services, 100, told)
        assert stopped.value.exit_code == 5
        # Low, cleaned and recovered; then low again, and nothing left to clean.
        assert told == ["The disk is nearly full: cleaning up."] * 2
        assert shutil.disk_usage(small_disk).free > 2 * MB
        ballast = sum(path.stat().st_size for path in (small_disk / "artifacts").rglob("*") if path.is_file())
        with services.store.engine.connect() as connection:
            ended = connection.execute(sa.select(runs.c.state, runs.c.error)).all()
        assert ended[-1].state == "failed"
        assert "MB are free" in ended[-1].error
        services.guard.low_bytes = services.guard.stop_bytes = 0
        finished = ballast // (3 * MB)
        run = await pour_all(services, finished + 1, told)
        # All that is there is of the run that was stopped: what the first ones made has gone.
        assert finished >= 4
        assert [record.state for record in run.records] == ["hit"] * finished + ["miss"]


async def test_heavy_work_of_all_runs_shares_the_cores_and_asks_the_guard(home):
    asked: list[int] = []

    class Counting:
        @contextlib.asynccontextmanager
        async def work(self, needed_bytes: int, *, tell: Callable[[str], object]) -> AsyncIterator[None]:
            del tell
            asked.append(needed_bytes)
            yield

    limits = Limits(cores=1, guard=Counting())
    under_way = 0

    async def work() -> None:
        nonlocal under_way
        async with limits.heavy_work(tell=print):
            under_way += 1
            assert under_way == 1
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(work() for _ in range(5)))
    assert asked == [CORE_BYTES] * 5


async def test_peaks_of_heavy_work_reach_the_metrics(home):
    async with open_services(Settings(automagic_home=home)) as services:
        await pour_all(services, 1, [])
    with open_sqlite(home / "automagic.db", writing=False) as begin, begin() as execute:
        peaks = read_metrics(execute, since=None, now=time.time()).peaks
    assert peaks["memory_bytes"] > 10 * MB
    assert peaks["processes"] >= 1


async def test_a_run_of_hits_starts_no_sampler(home):
    async with open_services(Settings(automagic_home=home)) as services:
        await pour_all(services, 1, [])
    async with open_services(Settings(automagic_home=home)) as services:
        await pour_all(services, 1, [])
        assert services.sampler.latest is None

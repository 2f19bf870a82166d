"""Tasks: in order, none lost, bounded, late, cancelled by their id."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest

from automagic.errors import RequestError
from tests.support.processes.vendor_shell import until


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


async def fail() -> None:
    raise ValueError("as it should")


async def test_a_thousand_tasks_come_back_in_order_and_none_is_lost(open_optimizer):
    pool = open_optimizer().task_manager
    tasks = await pool.batch_submit([(double, number) for number in range(1000)])
    assert pool.running_tasks == 1000
    assert await pool.wait_for_tasks(tasks) == [number * 2 for number in range(1000)]
    stats = pool.get_stats()
    assert stats["running_tasks"] == 0
    assert stats["task_stats"]["double"]["completed"] == 1000
    assert stats["task_stats"]["double"]["total_time"] > 0


async def test_what_fails_is_counted_and_told_in_its_place(open_optimizer):
    pool = open_optimizer().task_manager
    tasks = await pool.batch_submit([(double, 1), (fail,), (double, 2)])
    found = await pool.wait_for_tasks(tasks)
    assert [found[0], str(found[1]), found[2]] == [2, "as it should", 4]
    assert pool.get_stats()["task_stats"]["fail"]["failed"] == 1
    with pytest.raises(ValueError, match="as it should"):
        await (await pool.submit_task(fail))


async def test_plain_functions_run_on_so_many_threads_at_most(open_optimizer):
    pool = open_optimizer(max_workers=3).task_manager
    lock, now, most = threading.Lock(), 0, 0

    def work() -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return threading.current_thread().name

    names = await pool.wait_for_tasks(await pool.batch_submit([(work,)] * 20))
    assert most == 3
    assert len(set(names)) == 3


async def test_a_task_is_ended_by_its_id(open_optimizer):
    pool = open_optimizer().task_manager
    task = await pool.submit_task(asyncio.sleep, 60, name="sleeper")
    await asyncio.sleep(0)
    (running,) = pool.get_stats()["tasks"]
    assert running["task_id"] == task.get_name()
    assert pool.cancel(running["task_id"])
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not pool.cancel(running["task_id"])
    before = await pool.submit_task(asyncio.sleep, 60, name="sleeper")
    before.cancel()  # before its first step
    await asyncio.wait([before])
    await asyncio.sleep(0)
    assert pool.get_stats()["task_stats"]["sleeper"]["cancelled"] == 2
    assert pool.running_tasks == 0


async def test_a_task_that_is_late_is_told_so_and_its_thread_stays_busy(open_optimizer):
    pool = open_optimizer(max_workers=1, task_timeout=0.02).task_manager
    go_on = threading.Event()
    late = await pool.submit_task(go_on.wait, 30, name="stuck")
    with pytest.raises(TimeoutError, match=r"stuck took longer than 0\.02 s"):
        await late
    assert pool.get_stats()["task_stats"]["stuck"]["timed_out"] == 1
    assert pool.get_stats()["threads_busy"] == 1
    second = await pool.submit_task(threading.get_ident, timeout=20)
    await asyncio.sleep(0.05)
    assert not second.done(), "there is no thread for it"
    go_on.set()
    assert isinstance(await second, int)


async def test_a_timeout_of_the_tasks_own_is_a_failure(open_optimizer):
    async def own() -> None:
        raise TimeoutError("my own")

    pool = open_optimizer().task_manager
    with pytest.raises(TimeoutError, match="my own"):
        await (await pool.submit_task(own, name="own"))
    assert pool.get_stats()["task_stats"]["own"]["failed"] == 1


async def test_who_waits_no_longer_is_told_and_the_task_goes_on(open_optimizer):
    pool = open_optimizer().task_manager
    task = await pool.submit_task(asyncio.sleep, 0.05, "slept")
    (found,) = await pool.wait_for_tasks([task], timeout=0.01)
    assert isinstance(found, TimeoutError)
    assert await task == "slept"


async def test_a_child_does_heavy_work_and_is_killed_when_it_is_late(open_optimizer):
    pool = open_optimizer(max_processes=1).task_manager
    assert await (await pool.submit_task(sum, [1, 2], in_process=True)) == 3
    with pytest.raises(ZeroDivisionError, match="division"):
        await (await pool.submit_task(divmod, 1, 0, in_process=True))
    with pytest.raises(RuntimeError, match="JSONDecodeError: Expecting value"):
        await (await pool.submit_task(json.loads, "no", in_process=True))
    (child,) = pool._slots.idle
    began_at = time.perf_counter()
    late = await pool.submit_task(time.sleep, 60, in_process=True, timeout=1)
    with pytest.raises(TimeoutError, match="sleep took longer than 1 s"):
        await late
    assert time.perf_counter() - began_at < 30
    until(lambda: child.pid is None)


async def test_what_cannot_run_in_a_child_is_refused(open_optimizer):
    with pytest.raises(RequestError, match="double cannot run in a process"):
        await open_optimizer().task_manager.submit_task(double, 1, in_process=True)


async def test_at_the_end_nothing_runs_any_more(open_optimizer):
    optimizer = open_optimizer()
    tasks = await optimizer.task_manager.batch_submit([(asyncio.sleep, 60)] * 5)
    await optimizer.stop()
    assert all(task.cancelled() for task in tasks)
    assert await (await optimizer.task_manager.submit_task(double, 4)) == 8, "it can be used again"

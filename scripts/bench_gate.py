"""How fast the call gate is, measured against a server of its own in another process.

python scripts/bench_gate.py            print every measure
measure()                               yield (measure, value), for scripts/bench.py
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path

import aiohttp
from aiohttp import web

from automagic.database.engine import open_database, sqlite_url
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore

POOL = 10
REQUESTS = 2000
ROUNDS = 5
BODY = b'{"data": "' + b"x" * 1000 + b'"}'


def measure() -> Iterator[tuple[str, float]]:
    """Every measure with its value."""
    with _serving() as url:
        yield from asyncio.run(_measure(url))


async def _measure(url: str) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    ratios: list[float] = []
    rates: list[float] = []
    await _bare_rate(url)  # warms both sides up
    await _gate_rate(url, -1)
    for round_number in range(ROUNDS):  # in turns: what else the machine does meets both
        bare = await _bare_rate(url)
        gated = await _gate_rate(url, round_number)
        ratios.append(gated / bare)
        rates.append(gated)
    found.append(("gate.requests_per_s", round(statistics.median(rates))))
    found.append(("gate.requests_against_bare_aiohttp", round(statistics.median(ratios), 3)))
    memory_s, disk_s = await _cached_s(url)
    found.append(("gate.cached_in_memory_s", memory_s))
    found.append(("gate.cached_on_disk_s", disk_s))
    found.append(("gate.memory_operations_per_s", round(await _memory_rate())))
    found.append(("gate.pictures_in_parallel_speedup", round(await _pictures_speedup(url), 2)))
    found.append(("gate.upstream_calls_of_100_identical", await _identical_calls(url)))
    return found


async def _bare_rate(url: str) -> float:
    """With the same limits and time-outs as the gate's session: what is compared is the gate, not what it asks for."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=POOL),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=300, connect=10, sock_read=60),
        headers={"User-Agent": "bench"},
    ) as session:

        async def one(number: int) -> None:
            async with session.get(f"{url}/free/{number}") as response:
                await response.read()

        await one(-1)
        return await _rate(one, REQUESTS)


async def _gate_rate(url: str, round_number: int) -> float:
    """What is kept is on disk when the clock stops."""
    async with _gate() as gate:

        async def one(number: int) -> None:
            address = f"{url}/free/{number}"
            delivered = await gate.call(
                Call("bench", "page", "", {"url": address, "round": round_number}), _getter(gate, address)
            )
            assert delivered.source == "called"

        await one(-1)
        return await _rate(one, REQUESTS, gate.flush)


async def _rate(
    one: Callable[[int], Awaitable[None]], count: int, finish: Callable[[], Awaitable[None]] | None = None
) -> float:
    """How many a second, `POOL` of them under way at any time."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await one(number)

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(POOL)))
    if finish is not None:
        await finish()
    return count / (time.perf_counter() - started)


async def _cached_s(url: str) -> tuple[float, float]:
    """Seconds for an answer that is kept: in memory, and on disk by an earlier run. Medians of new Call values."""
    with tempfile.TemporaryDirectory() as folder:
        async with _gate(Path(folder)) as gate:
            for number in range(200):
                await gate.call(Call("bench", "page", "", {"n": number}), _getter(gate, f"{url}/free/{number}"))
            memory_s = await _median_s(gate, url, 200)
        async with _gate(Path(folder)) as gate:
            await gate.call(Call("bench", "page", "", {"n": 0}), _getter(gate, f"{url}/free/0"))
            disk_s = await _median_s(gate, url, 200, first=1)
    return memory_s, disk_s


async def _median_s(gate: Gate, url: str, count: int, *, first: int = 0) -> float:
    times = []
    for number in range(first, count):
        started = time.perf_counter()
        delivered = await gate.call(Call("bench", "page", "", {"n": number}), _getter(gate, f"{url}/free/{number}"))
        times.append(time.perf_counter() - started)
        assert delivered.source in ("memory", "disk")
    return statistics.median(times)


async def _memory_rate() -> float:
    """Calls a second that memory answers, through `Gate.call`."""

    async def send(_attempt: Attempt) -> Answer:
        return Answer(BODY, "application/json")

    async with _gate() as gate:
        calls = [Call("bench", "page", "", {"n": number}) for number in range(500)]
        for call in calls:
            await gate.call(call, send)
        started = time.perf_counter()
        for _ in range(200):
            for call in calls:
                await gate.call(call, send)
        return 100_000 / (time.perf_counter() - started)


async def _pictures_speedup(url: str) -> float:
    """Ten bought pictures that take the server 1 s each: one after the other, against all at once."""

    async def buy(gate: Gate, number: int) -> None:
        call = Call("bench", "image", "m", {"n": number}, estimate_usd=Decimal("0.04"))
        await gate.call(call, _getter(gate, f"{url}/picture/{number}"))

    took: list[float] = []
    for together in (False, True):
        async with _gate() as gate:
            started = time.perf_counter()
            if together:
                await asyncio.gather(*(buy(gate, number) for number in range(10)))
            else:
                for number in range(10):
                    await buy(gate, number)
            took.append(time.perf_counter() - started)
    return took[0] / took[1]


async def _identical_calls(url: str) -> int:
    """How many calls reach the server when the same is asked for 100 times at once."""
    async with _gate() as gate:
        send = _getter(gate, f"{url}/picture/identical")
        call = Call("bench", "page", "", {"identical": True})
        await asyncio.gather(*(gate.call(call, send) for _ in range(100)))
        reply = await gate.http.request("GET", f"{url}/count")
    return int(reply.body)


def _getter(gate: Gate, url: str) -> Callable[[Attempt], Awaitable[Answer]]:
    async def send(_attempt: Attempt) -> Answer:
        reply = await gate.http.request("GET", url)
        return Answer(reply.body, reply.media_type)

    return send


@contextlib.asynccontextmanager
async def _gate(home: Path | None = None) -> AsyncIterator[Gate]:
    with tempfile.TemporaryDirectory() as folder:
        home = home or Path(folder)
        settings = Settings(automagic_home=home, connection_pool_size=POOL, rate_limit_rpm=10_000_000)
        engine = open_database(sqlite_url(home / "automagic.db"))
        http = Http(pool=POOL, user_agent="bench")
        gate = Gate(settings, ArtifactStore(home / "artifacts", engine), http, "bench")
        try:
            yield gate
        finally:
            await gate.close()
            await http.close()
            engine.dispose()


@contextlib.contextmanager
def _serving() -> Iterator[str]:
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()


async def _serve() -> None:
    pictures = 0

    async def free(_request: web.Request) -> web.Response:
        return web.Response(body=BODY, content_type="application/json")

    async def picture(request: web.Request) -> web.Response:
        nonlocal pictures
        pictures += request.match_info["name"] == "identical"
        await asyncio.sleep(1)
        return web.Response(body=BODY, content_type="image/png")

    async def count(_request: web.Request) -> web.Response:
        return web.Response(text=str(pictures))

    app = web.Application()
    app.add_routes([web.get("/free/{name}", free), web.get("/picture/{name}", picture), web.get("/count", count)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    else:
        for name, value in measure():
            print(f"{name:42} {value:.6g}")

"""What the HTTP API reaches, with the server as a process of its own and clients of ours.

python scripts/bench_api.py             print every measure
measure_api(folder)                     yield (measure, value), for scripts/bench.py

Requests a second are compared with a bare ASGI application that reads the same row, interleaved on the same server:
pipelined, so that the client costs little. Of users each has a connection, asks once a second, at a time of its own,
and every answer counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from automagic.jobs.queue.location import QueueLocation  # noqa: E402
from automagic.jobs.queue.queue import JobQueue  # noqa: E402
from tests.support.web.automagic_web import WebServer, run_web  # noqa: E402

ROUNDS = 5
READ_S = 2.0
PIPELINES, DEPTH = 8, 16
USERS, USERS_S = 1000, 6.0
SUBMITS_A_S, SUBMITS_S = 50, 8.0
STREAMS = 1000
EVENTS = 40

_QUEUE, _JOB = "BENCH_QUEUE", "BENCH_JOB"
_database: list[sqlite3.Connection] = []


async def bare(scope: dict, _receive: object, send: object) -> None:  # type: ignore[type-arg]
    """The least that an application does that tells of a job: one row, nothing checked, no header but two."""
    if scope["type"] != "http":
        return
    if not _database:
        _database.append(sqlite3.connect(f"file:{os.environ[_QUEUE]}?mode=ro", uri=True, isolation_level=None))
    query = "SELECT workflow_uuid, status, priority, attributes FROM workflow_status WHERE workflow_uuid = ?"
    body = msgspec.json.encode(_database[0].execute(query, (os.environ[_JOB],)).fetchone())
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": body})  # type: ignore[operator]


@dataclass
class Target:
    """Where requests go: a server, and the process whose CPU and memory count."""

    port: int
    pid: int
    path: str

    @property
    def request(self) -> bytes:
        return f"GET {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()

    def processes(self) -> list[psutil.Process]:
        own = psutil.Process(self.pid)
        return [own, *own.children(recursive=True)]

    def cpu_s(self) -> float:
        return sum(sum(one.cpu_times()[:2]) for one in self.processes())

    def memory_mb(self) -> float:
        """What they share is counted once, where the system says it."""
        found = [one.memory_full_info() for one in self.processes()]
        return sum(getattr(one, "pss", one.uss) for one in found) / 1e6


@contextlib.contextmanager
def run_bare(queue: QueueLocation, job: str) -> Iterator[Target]:
    """The bare application over the same queue."""
    environment = {**os.environ, _QUEUE: str(queue.file), _JOB: job}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-log", "--backlog", "2048", "bench_api:bare"]
    with subprocess.Popen(
        command, cwd=ROOT / "scripts", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield Target(port, server.pid, "/")
        server.terminate()


class Pipeline(asyncio.Protocol):
    """Sends requests many at a time on one connection, and counts the answers."""

    def __init__(self, request: bytes) -> None:
        self._requests = request * DEPTH
        self._transport: asyncio.Transport | None = None
        self._left = 0
        self.answers = 0
        self.ends = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        assert self._transport
        self._left = DEPTH
        self._transport.write(self._requests)

    def data_received(self, data: bytes) -> None:
        count = data.count(b"HTTP/1.1 200")
        self.answers += count
        self._left -= count
        if self._left <= 0 and not self.ends:
            self._send()


async def read_on(target: Target) -> tuple[float, float]:
    """Requests a second, and a second of the server's CPU."""
    loop = asyncio.get_running_loop()
    pipelines = [
        (await loop.create_connection(lambda: Pipeline(target.request), "127.0.0.1", target.port))
        for _ in range(PIPELINES)
    ]
    await asyncio.sleep(0.3)
    before, cpu, begun = sum(one.answers for _, one in pipelines), target.cpu_s(), time.perf_counter()
    await asyncio.sleep(READ_S)
    answers = sum(one.answers for _, one in pipelines) - before
    took, used = time.perf_counter() - begun, target.cpu_s() - cpu
    for transport, one in pipelines:
        one.ends = True
        transport.close()
    return answers / took, answers / max(used, 0.01)


async def use_as_many(target: Target, *, watch: str = "") -> tuple[float, int]:
    """The 99th percentile of seconds that users wait, and how many requests had no answer.

    Args:
        watch: A path whose events are read meanwhile.
    """
    waits: list[float] = []
    lost = 0
    until = time.perf_counter() + USERS_S

    async def user() -> None:
        nonlocal lost
        await asyncio.sleep(random.random())  # noqa: S311 - spread
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        while time.perf_counter() < until:
            begun = time.perf_counter()
            writer.write(target.request)
            try:
                async with asyncio.timeout(10):
                    head = await reader.readuntil(b"\r\n\r\n")
                    size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    await reader.readexactly(size)
                waits.append(time.perf_counter() - begun)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                lost += 1
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - begun)))
        writer.close()

    async def follow() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(f"GET {watch} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(USERS_S):
                while await reader.read(65536):
                    pass
        writer.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(USERS):
            tasks.create_task(user())
        if watch:
            tasks.create_task(follow())
    return statistics.quantiles(waits, n=100)[98], lost


async def submit_at(target: Target) -> tuple[float, set[str]]:
    """The 95th percentile of seconds until a job is queued, durably; and the ids of the jobs."""
    waits: list[float] = []
    ids: set[str] = set()

    async def submit(number: int) -> None:
        await asyncio.sleep(number / SUBMITS_A_S)
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        body = b'{"topic": "Why ice floats", "platforms": ["shorts"]}'
        head = "POST /api/video HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close\r\n"
        writer.write(head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read(-1)
        writer.close()
        waits.append(time.perf_counter() - begun)
        if b" 202 " in answer[:20]:
            ids.add(answer.partition(b'"id":"')[2].partition(b'"')[0].decode())

    async with asyncio.TaskGroup() as tasks:
        for number in range(int(SUBMITS_A_S * SUBMITS_S)):
            tasks.create_task(submit(number))
    return statistics.quantiles(waits, n=20)[18], ids


async def wait_for_events(target: Target, queue: JobQueue) -> float:
    """The 95th percentile of seconds from a change of a job to the reader of its events."""
    waits: list[float] = []
    for _ in range(EVENTS):
        [added] = queue.add([queue.read("ads specs", {})])
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(f"GET /api/jobs/{added.id}/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        await reader.readuntil(b'"queued"')
        await asyncio.sleep(random.random() * 0.3)  # noqa: S311 - at any time of a look
        await asyncio.to_thread(queue.cancel, added.id)
        changed = time.perf_counter()
        await reader.readuntil(b'"cancelled"')
        waits.append(time.perf_counter() - changed)
        writer.close()
    return statistics.quantiles(waits, n=20)[18]


async def hold_streams(target: Target) -> float:
    """MB of the server while so many read events."""
    writers = []
    for _ in range(STREAMS):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(b"GET /api/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        writers.append((reader, writer))
    for reader, _ in writers:
        await reader.readuntil(b"event: jobs")
    used = target.memory_mb()
    for _, writer in writers:
        writer.close()
    return used


def measure_api(folder: Path) -> Iterator[tuple[str, float]]:
    """Each measure and what it reached."""
    home = folder / "home"
    home.mkdir(parents=True)
    os.environ["AUTOMAGIC_HOME"] = str(home)
    queue = JobQueue(QueueLocation(home))
    with run_web(home) as server:
        yield from _measure(server, queue)


def _measure(server: WebServer, queue: JobQueue) -> Iterator[tuple[str, float]]:
    ours = _target(server)
    with run_bare(queue.place, ours.path.rpartition("/")[2]) as plain:
        rates = [(asyncio.run(read_on(plain)), asyncio.run(read_on(ours))) for _ in range(ROUNDS)]
        yield "read a second", statistics.median(own[0] for _, own in rates)
        yield "read / bare", statistics.median(own[0] / other[0] for other, own in rates)
        yield "read / bare, by CPU", statistics.median(own[1] / other[1] for other, own in rates)
        users = [
            (asyncio.run(use_as_many(plain)), asyncio.run(use_as_many(ours, watch="/api/events"))) for _ in range(3)
        ]
        yield "users p99", statistics.median(own[0] for _, own in users)
        yield "users p99 / bare", statistics.median(own[0] / other[0] for other, own in users)
        yield "users unanswered", sum(own[1] for _, own in users)
        p95, ids = asyncio.run(submit_at(ours))
        yield "submit p95", p95
        asked = int(SUBMITS_A_S * SUBMITS_S)
        known = {job.id for job in queue.find_all(limit=None)}
        yield "submit lost", asked - len(ids & known)
        yield "event p95", asyncio.run(wait_for_events(ours, queue))
        yield "streams MB", asyncio.run(hold_streams(ours))


def _target(server: WebServer) -> Target:
    job = server.ask("POST", "/api/ads/specs", {}).json()
    return Target(server.port, server.process.pid, job["url"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for measure, value in measure_api(Path(folder)):
            print(f"{measure:24} {value:.3f}", flush=True)

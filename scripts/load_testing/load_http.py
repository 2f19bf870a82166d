"""Load the HTTP API as people would: each has a page open that follows events, and asks for something once a second.

    run_load_tests.py --target http --users 200 --duration 30 [--bare] [--json]

    user ─ job, job, list … submit ─▶ automagic serve ─▶ the queue, with 200 jobs in it
      └── one open stream of events ◀──┘

An open loop: each user asks at moments of its own, spread over the second, whether the last answer was there or not; a
closed loop would only measure how many users there are. Counted for each user, not only as percentiles: a server that
serves some and starves others has users without any answer. `--bare` asks a bare ASGI application on the same server
program instead, which is what the API is compared with.
Exit code 0, 1 when a request failed or a user had no answer, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from own_places import latencies, own_place, print_latencies

from automagic.errors import AutomagicError, ConfigurationError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue, PreparedJob

JOBS = 200
READY_S = 30.0
ANSWER_S = 20.0
ORDER = ("job", "job", "list", "job", "job", "ready", "job", "job", "list", "job")
SUBMIT_EACH = 50
"""One request of so many adds a job."""

BARE = "load_http:bare"


@dataclass
class Seen:
    """What the users saw."""

    took_s: dict[str, list[float]] = field(default_factory=lambda: {"job": [], "list": [], "ready": [], "submit": []})
    errors: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    events: int = 0
    added: int = 0


async def use(url: str, ids: list[str], users: int, duration_s: float, seen: Seen) -> None:
    """All users, in this process, for so long."""
    limit = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_S)
    async with aiohttp.ClientSession(url, connector=limit, timeout=timeout) as client, asyncio.TaskGroup() as tasks:
        end = time.monotonic() + duration_s
        for user in range(users):
            tasks.create_task(_use(client, ids, user, end, seen))


async def _use(client: aiohttp.ClientSession, ids: list[str], user: int, end: float, seen: Seen) -> None:
    chance = random.Random(user)  # noqa: S311 - a load, the same each time
    stream = asyncio.create_task(_follow(client, seen)) if ids else None
    await asyncio.sleep(chance.random())
    at = time.monotonic()
    asked: set[asyncio.Task[None]] = set()
    number = user
    while at < end:
        number += 1
        asked.add(task := asyncio.create_task(_ask(client, ids, user, number, seen)))
        task.add_done_callback(asked.discard)
        at += 1.0
        await asyncio.sleep(max(at - time.monotonic(), 0))
    if asked:
        await asyncio.wait(asked, timeout=ANSWER_S)
    if stream is not None:
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)


async def _ask(client: aiohttp.ClientSession, ids: list[str], user: int, number: int, seen: Seen) -> None:
    kind = ORDER[number % len(ORDER)] if number % SUBMIT_EACH else "submit"
    path = {"list": "/api/jobs", "ready": "/api/ready"}.get(kind, f"/api/jobs/{ids[number % len(ids)]}" if ids else "/")
    began = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWER_S):
            if kind == "submit" and ids:
                body = {"topic": f"Tide {number} of user {user}", "draft": True}
                key = {"Idempotency-Key": f"{user}-{number}"}
                answer = await client.post("/api/video", json=body, headers=key)
            else:
                answer = await client.get(path if ids else "/")
            async with answer:
                await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        seen.errors[f"{kind}: {type(error).__name__}"] += 1
        return
    if answer.status >= 400:
        seen.errors[f"{kind}: {answer.status}"] += 1
        return
    seen.took_s[kind].append(time.perf_counter() - began)
    seen.answers[user] += 1
    seen.added += answer.status == 202


async def _follow(client: aiohttp.ClientSession, seen: Seen) -> None:
    try:
        async with client.get("/api/events") as answer:
            async for line in answer.content:
                seen.events += line.startswith(b"event:")
    except aiohttp.ClientError as error:
        seen.errors[f"events: {type(error).__name__}"] += 1


# ---------------------------------------------------------------------------------------------- the server


@contextlib.contextmanager
def served(place: QueueLocation, *, bare: bool) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a server, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"AUTOMAGIC_HOME": str(place.home), "DATABASE_URL": place.database_url}
    command = [sys.executable, "-m", "automagic", "serve", "--port", str(port)]
    if bare:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--no-log", BARE]
    server = subprocess.Popen(
        command, env=environment, cwd=Path(__file__).parent, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise ConfigurationError("the server did not start", hint="Try `automagic serve` by itself.")


async def bare(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """The least that an ASGI application can do."""
    del receive
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"hello"})


def fill(place: QueueLocation) -> list[str]:
    """The ids of jobs that wait in the queue."""
    drafts = [PreparedJob("video", f"Tide {number}", {"topic": f"Tide {number}"}, {}) for number in range(JOBS)]
    return [added.id for added in JobQueue(place).add(drafts)]


# ------------------------------------------------------------------------------------------------- report


async def measure(place: QueueLocation, ids: list[str], options: argparse.Namespace, seen: Seen) -> dict[str, float]:
    """Let the users in; the server's CPU seconds and its memory in MB at the end."""
    with served(place, bare=options.bare) as (url, process):
        before = _cpu_s(process)
        with contextlib.suppress(asyncio.CancelledError):
            await use(url, [] if options.bare else ids, options.users, options.duration, seen)
        return {"cpu_s": _cpu_s(process) - before, "memory_mb": _memory_mb(process)}


def _tree(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _cpu_s(process: psutil.Process) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in _tree(process))


def _memory_mb(process: psutil.Process) -> float:
    return sum(one.memory_info().rss for one in _tree(process)) / 2**20


def report(seen: Seen, server: Mapping[str, float], options: argparse.Namespace) -> dict[str, Any]:
    """Everything that is printed, as plain data."""
    done = sum(map(len, seen.took_s.values()))
    return {
        "target": "bare" if options.bare else "http",
        "users": options.users,
        "duration_s": options.duration,
        "database": "PostgreSQL" if options.url else "SQLite",
        "latency_ms": latencies({"all": [one for kind in seen.took_s.values() for one in kind], **seen.took_s}),
        "requests": {"succeeded": done, "failed": seen.errors.total()},
        "unanswered_users": options.users - len(seen.answers),
        "events": seen.events,
        "jobs_added": seen.added,
        "server": {name: round(value, 2) for name, value in server.items()},
        "errors": dict(seen.errors.most_common(20)),
    }


def print_report(told: Mapping[str, Any]) -> None:
    """For people."""
    print(f"{told['users']} users for {told['duration_s']:g} s, one request a second each, {told['database']}")
    if told["interrupted"]:
        print("interrupted: what there was until then")
    print_latencies(told["latency_ms"])
    requests, server = told["requests"], told["server"]
    print(
        f"\n{requests['succeeded']:,} answered, {requests['failed']} failed, {told['jobs_added']} jobs added, ", end=""
    )
    print(f"{told['events']:,} events; {told['unanswered_users']} users without an answer")
    print(f"server: {server.get('cpu_s', 0)} CPU seconds, {server.get('memory_mb', 0)} MB")
    for message, count in told["errors"].items():
        print(f"{count} x {message}")


def main(options: argparse.Namespace) -> int:
    """Run the test and print its report; the exit code."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    seen, server, interrupted = Seen(), dict[str, float](), False
    try:
        with own_place(options.url) as place:
            ids = fill(place)
            server = asyncio.run(measure(place, ids, options, seen))
    except KeyboardInterrupt:
        interrupted = True
    except AutomagicError as error:
        sys.stderr.write(f"Error: {error.message}\n{error.hint}\n")
        return error.exit_code
    found = report(seen, server, options) | {"interrupted": interrupted}
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        print_report(found)
    if interrupted:
        return 130
    return 0 if found["requests"]["succeeded"] and not found["errors"] and not found["unanswered_users"] else 1

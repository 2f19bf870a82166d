"""Load the archive as many people would: status, search and sync at once, in several processes on one database.

    run_load_tests.py --target archive --users 20 --duration 30 [--workers 2] [--recordings 2000] [--json]

    users ─ status, status, search … sync ─▶ the products themselves ─▶ the database
                                                  └─▶ a Cablecast server on this machine, where recordings change

Each user asks for the next thing when the last is done: six times of ten the status, three times a search, once a sync
without media. With DATABASE_URL it is a new database on that server. How often the health of the source was kept, and
how long statements took, is read from the metrics, as `automagic --metrics` tells it.
Exit code 0, 1 when something failed or nothing was done, 130 after Ctrl-C, which tells what there was until then.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from own_places import latencies, own_place, print_latencies, settings_of

from automagic.errors import AutomagicError, ConfigurationError
from automagic.jobs.queue.location import QueueLocation
from automagic.monitor.metrics import Metrics
from automagic.products.archive.hearing.indexing import index_transcript
from automagic.products.archive.requests import AddSourceRequest, ArchiveStatusRequest, SyncRequest
from automagic.products.archive.searching.request import SearchRequest
from automagic.store.catalogue import item_id
from automagic.store.holdings import HeardItem, Holdings
from automagic.studio import Studio, open_studio
from automagic.values.request import Request
from automagic.values.transcript import Transcript
from automagic.values.words import Word

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.servers.cablecast import CablecastServer  # noqa: E402

SOURCE = "nine"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HEARD = 200
"""Recordings that can be searched, with `WORDS` words each."""

WORDS = 600
CHANGE_S = 0.5
"""So often a recording changes at the station."""

MOST_S = 120.0
"""A process of users that needs longer than this for its last request is ended."""

FELL_OVER: Mapping[str, Any] = {"took_s": {}, "errors": {"a process of users fell over": 1}, "spent_s": 0.0}
SAID = [
    "the",
    "council",
    "talks",
    "about",
    "a",
    "budget",
    "for",
    "main",
    "street",
    "and",
    "the",
    "library",
    "of",
    "harbour",
    "road",
]
REQUESTS: Mapping[str, Request] = {
    "status": ArchiveStatusRequest(),
    "search": SearchRequest('budget "main street"'),
    "sync": SyncRequest(SOURCE, no_media=True),
}
ORDER = ("status", "search", "status", "status", "sync", "status", "search", "status", "status", "search")


# ---------------------------------------------------------------------------------------------- the users


async def use(place: QueueLocation, users: int, duration_s: float) -> dict[str, Any]:
    """So many users in this process; what they saw."""
    took_s: dict[str, list[float]] = {name: [] for name in REQUESTS}
    errors: Counter[str] = Counter()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    loop.call_later(duration_s, ended.set)

    async def one(studio: Studio, at: int) -> None:
        while not ended.is_set():
            name = ORDER[at % len(ORDER)]
            at += 1
            began = time.perf_counter()
            try:
                result = await studio.run(REQUESTS[name])
                if result.complaint is not None:
                    raise result.complaint
            except AutomagicError as error:
                errors[f"{name}: {error.message}"] += 1
            else:
                took_s[name].append(time.perf_counter() - began)

    async with open_studio(settings_of(place)) as studio, asyncio.TaskGroup() as tasks:
        began = time.perf_counter()
        for user in range(users):
            tasks.create_task(one(studio, user * 3))
    return {"took_s": took_s, "errors": errors, "spent_s": time.perf_counter() - began}


# ------------------------------------------------------------------------------------------- what they use


async def fill(place: QueueLocation, server: CablecastServer, recordings: int) -> Metrics:
    """An archive of so many recordings, some of which can be searched; the metrics of what that took."""
    for number in range(1, recordings + 1):
        server.station.add(f"City Council {number}", length=3600, modified=LONG_AGO)
    said = " ".join(SAID).split()
    words = tuple(Word(said[at % len(said)], at * 0.4, at * 0.4 + 0.3) for at in range(WORDS))
    passages = index_transcript(Transcript(words, "en", "made"))
    async with open_studio(settings_of(place)) as studio:
        await studio.run(AddSourceRequest(SOURCE, server.url, allow_private=True))
        await studio.run(REQUESTS["sync"])
        holdings = Holdings(studio.services.store.engine)
        for vod in list(server.station.vods)[:HEARD]:
            await asyncio.to_thread(
                holdings.note_heard, item_id(SOURCE, str(vod), 1), HeardItem("", "made", "", passages)
            )
        return await studio.metrics()


async def read_metrics(place: QueueLocation) -> Metrics:
    """All that was measured."""
    async with open_studio(settings_of(place)) as studio:
        return await studio.metrics()


def drive(place: QueueLocation, server: CablecastServer, options: argparse.Namespace) -> tuple[list[Any], bool]:
    """All processes, until their time is up; what each told, and whether they were interrupted."""
    processes = []
    for number in range(options.workers):
        users = options.users // options.workers + (number < options.users % options.workers)
        command = [sys.executable, __file__, str(users), str(options.duration)]
        environment = os.environ | {"AUTOMAGIC_HOME": str(place.home), "LOAD_DATABASE_URL": place.database_url}
        # In a session of their own: Ctrl-C reaches us alone, and we tell them.
        processes.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        )
    interrupted = False
    vods = list(server.station.vods.values())
    end = time.monotonic() + options.duration + MOST_S
    try:
        at = 0
        while any(one.poll() is None for one in processes) and time.monotonic() < end:
            vod = vods[at % len(vods)]
            vod.file_name = f"{at}.mp4"
            server.station.touch(vod)
            at += 1
            time.sleep(CHANGE_S)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        for one in processes:
            one.terminate()
    told = []
    for one in processes:
        try:
            out, _ = one.communicate(timeout=MOST_S)
        except subprocess.TimeoutExpired:
            one.kill()
            out, _ = one.communicate()
        told.append(json.loads(out) if out else FELL_OVER)
    return told, interrupted


# ------------------------------------------------------------------------------------------------- report


def report(
    told: Sequence[Mapping[str, Any]], before: Metrics, after: Metrics, options: argparse.Namespace
) -> dict[str, Any]:
    """Everything that is printed, as plain data."""
    took_s = {name: [value for one in told for value in one["took_s"].get(name, ())] for name in REQUESTS}
    errors: Counter[str] = sum((Counter(one["errors"]) for one in told), Counter())
    done, spent_s = sum(map(len, took_s.values())), max(one["spent_s"] for one in told)
    number, total_s = (
        sum(getattr(one, field) for one in after.statements.values())
        - sum(getattr(one, field) for one in before.statements.values())
        for field in ("number", "total_s")
    )
    return {
        "target": "archive",
        "users": options.users,
        "duration_s": options.duration,
        "database": "PostgreSQL" if options.url else "SQLite",
        "processes": options.workers,
        "recordings": options.recordings,
        "latency_ms": latencies(took_s),
        "requests": {"succeeded": done, "failed": errors.total()},
        "throughput_per_s": round(done / spent_s, 2) if spent_s else 0.0,
        "health": [
            {"asked": one.asked, "kept": one.kept, "late": one.late, "made": one.made.number, "hit_rate": one.hit_rate}
            for one in after.caches
        ],
        "statements": {"number": number, "mean_ms": round(1000 * total_s / number, 3) if number else None},
        "errors": dict(errors.most_common(20)),
    }


def print_report(told: Mapping[str, Any]) -> None:
    """For people."""
    print(
        f"{told['users']} users for {told['duration_s']:g} s in {told['processes']} processes, {told['database']}, "
        f"an archive of {told['recordings']:,} recordings"
    )
    if told["interrupted"]:
        print("interrupted: what there was until then")
    print_latencies(told["latency_ms"])
    requests, statements = told["requests"], told["statements"]
    print(f"\n{told['throughput_per_s']} requests a second; {requests['succeeded']} done, {requests['failed']} failed")
    print(f"{statements['number']:,} statements of the database, {statements['mean_ms']} ms on average")
    for one in told["health"]:
        print(
            f"health of the source: asked for {one['asked']:,} times, {one['hit_rate']:.1%} kept; "
            f"the station was asked {one['made']} times"
        )
    for message, count in told["errors"].items():
        print(f"{count} x {message}")


def main(options: argparse.Namespace) -> int:
    """Run the test and print its report; the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with own_place(options.url) as place, CablecastServer() as server:
            before = asyncio.run(fill(place, server, options.recordings))
            told, interrupted = drive(place, server, options)
            found = report(told, before, asyncio.run(read_metrics(place)), options) | {"interrupted": interrupted}
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted before anybody used it.\n")
        return 130
    except ConfigurationError as error:
        sys.stderr.write(f"Error: {error.message}\n{error.hint}\n")
        return error.exit_code
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        print_report(found)
    if interrupted:
        return 130
    return 0 if found["requests"]["succeeded"] and not found["errors"] else 1


if __name__ == "__main__":
    where = QueueLocation(Path(os.environ["AUTOMAGIC_HOME"]), os.environ["LOAD_DATABASE_URL"])
    print(json.dumps(asyncio.run(use(where, int(sys.argv[1]), float(sys.argv[2])))))

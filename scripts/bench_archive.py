"""What mirroring a station costs: a Cablecast server of 50,000 recordings on this machine, looked at by the command.

    make bench ARGS=archive                               rows of bench.py
    DATABASE_URL=postgresql://… make bench ARGS=archive

    first look       memory of the whole command, and what it is more than the command that only counts
    no change        statements, commits, requests
    200 changed, 20 gone
                     of which the 20 have been missing for more than a day, and the server says of each that it is not
    status           one query, in this process

The server is that of the tests; it runs in this process, the command in one of its own. With DATABASE_URL all of it is
in a new database on that server, which is dropped at the end; requests are counted on SQLite alone.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from bench_commands import Row, Usage, automagic, use

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "load_testing")]

from own_places import own_place  # noqa: E402

from automagic.database.archive_tables import archive_items  # noqa: E402
from automagic.database.engine import open_database, sqlite_url  # noqa: E402
from automagic.jobs.queue.location import QueueLocation  # noqa: E402
from tests.support.servers.cablecast import CablecastServer  # noqa: E402

LARGE, MIDDLE = 50_000, 10_000
CHANGED, GONE = 200, 20
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def fill(server: CablecastServer, count: int) -> None:
    """Programmes with a recording each, unchanged for a long time."""
    server.station.projects = {number: f"Series {number}" for number in range(40)}
    for number in range(1, count + 1):
        server.station.add(f"City Council {number}", project=number % 40, length=3600 + number % 900, modified=LONG_AGO)


def archive(place: QueueLocation, *arguments: str, watched: bool = False) -> tuple[dict[str, Any], Usage]:
    """What the command says, and what it used."""
    settings = {"DATABASE_URL": place.database_url}
    usage = use(automagic("archive", *arguments, "--json"), place.home, place.home, watched=watched, settings=settings)
    return json.loads(usage.stdout), usage


def open_place(place: QueueLocation) -> sa.Engine:
    """Its database."""
    return open_database(place.database_url or sqlite_url(place.home / "automagic.db"))


def add(place: QueueLocation, server: CablecastServer) -> None:
    """Make it a source."""
    archive(place, "add", "nine", server.url, "--allow-private")


def measure_sync(place: QueueLocation) -> Iterator[Row]:
    """Looks at a large station."""
    with CablecastServer() as server:
        fill(server, LARGE)
        add(place, server)
        first, usage = archive(place, "sync", "--no-media", watched=True)
        _, alone = archive(place, "status", watched=True)
        assert first["new"] == LARGE, first
        more = usage.peak_mb - alone.peak_mb
        yield Row(
            f"memory of a first look at {LARGE:,}, the whole command",
            f"{usage.peak_mb:.0f} MB ({more:.0f} MB more than counting; {usage.wall_s:.0f} s, {usage.cpu_s:.0f} CPU s)",
            "100 MB",
            "50 MB",
            usage.peak_mb <= 100,
        )
        same, usage = archive(place, "sync", "--no-media", watched=True)
        told = f"{same['statements']} / {same['commits']} ({usage.cpu_s:.1f} CPU s, {usage.peak_mb:.0f} MB)"
        holds = same["statements"] <= 2 and same["commits"] == 0
        yield Row(f"statements / commits without changes, {LARGE:,}", told, "2 / 0", "1 / 0", holds)
        yield from _measure_changes(place, server)
        yield from measure_status(place)


def _measure_changes(place: QueueLocation, server: CablecastServer) -> Iterator[Row]:
    """200 changed, and 20 that were missing before are gone."""
    vods = list(server.station.vods.values())
    for vod in vods[-GONE:]:
        server.station.delete(vod)
    missing, _ = archive(place, "sync", "--no-media")
    assert (missing["missing"], missing["gone"]) == (GONE, 0), missing
    engine = open_place(place)
    with engine.begin() as connection:
        connection.execute(sa.update(archive_items).values(missing_since=archive_items.c.missing_since - 90_000))
    engine.dispose()
    for vod in vods[:CHANGED]:
        vod.length += 60
        server.station.touch(vod)
    changed, usage = archive(place, "sync", "--no-media", "--full")
    assert (changed["changed"], changed["gone"], changed["missing"]) == (CHANGED, GONE, 0), changed
    yield Row(
        f"statements / commits for {CHANGED} changed, {GONE} gone",
        f"{changed['statements']} / {changed['commits']} ({usage.cpu_s:.1f} CPU s)",
        "10 / 3",
        "7 / 2",
        changed["statements"] <= 10 and changed["commits"] <= 3,
    )


def measure_status(place: QueueLocation) -> Iterator[Row]:
    """Counting everything, in this process."""
    from automagic.database.counting import count_statements
    from automagic.store.catalogue import Catalogue

    engine = open_place(place)
    catalogue = Catalogue(engine)
    taken, used = [], []
    with count_statements(engine) as counted:
        for _ in range(9):
            begun, cpu = time.perf_counter(), time.process_time()
            catalogue.status()
            taken.append((time.perf_counter() - begun) * 1000)
            used.append((time.process_time() - cpu) * 1000)
    engine.dispose()
    queries, cpu_ms = counted.statements / len(taken), statistics.median(used)
    told = f"{queries:.0f} query, {cpu_ms:.0f} CPU ms ({statistics.median(taken):.0f} ms, at best {min(taken):.0f})"
    spent_ms = min(taken) if place.database_url else cpu_ms  # a server's CPU is not ours
    yield Row(f"status at {LARGE:,}", told, "1 query, 50 ms", "35 ms", queries == 1 and spent_ms <= 50)


def measure_requests(place: QueueLocation) -> Iterator[Row]:
    """A look at a station where nothing changed."""
    with CablecastServer() as server:
        fill(server, MIDDLE)
        add(place, server)
        archive(place, "sync", "--no-media")
        before = len(server.calls)
        archive(place, "sync", "--no-media")
        asked = len(server.calls) - before
        yield Row(f"requests without changes, {MIDDLE:,} recordings", f"{asked}", "5", "3", asked <= 5)


def rows(_folder: Path) -> Iterator[Row]:
    """What `make bench ARGS=archive` prints."""
    url = os.environ.get("DATABASE_URL", "")
    with own_place(url) as place:
        yield from measure_sync(place)
    if not url:
        with own_place("") as place:
            yield from measure_requests(place)

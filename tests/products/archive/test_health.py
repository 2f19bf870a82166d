"""How sources are: one question, kept for a while, told with its age; a status waits for none and fails for none."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from automagic.database.archive_tables import archive_sources
from automagic.database.counting import count_statements
from automagic.products.archive import health
from automagic.products.archive.requests import AddSourceRequest, ArchiveStatusRequest
from automagic.settings import load_settings
from automagic.store.catalogue import Catalogue
from automagic.store.health import FRESH_DOWN_S, FRESH_S
from automagic.studio import open_studio
from tests.support.processes import python_programs
from tests.support.servers.base import Fault
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.feed import FeedServer

CLOCK = "/cablecastapi/v1/systemtime"


@pytest.fixture
def server() -> Iterator[CablecastServer]:
    with CablecastServer() as server:
        yield server


@pytest.fixture
async def studio(home, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    async with open_studio(load_settings()) as studio:
        yield studio


async def add(studio, server, name="nine"):
    await studio.run(AddSourceRequest(name, server.url, allow_private=True))
    server.calls.clear()


async def status(studio, name="nine"):
    sources = (await studio.run(ArchiveStatusRequest())).facts["sources"]
    return next(one["health"] for one in sources if one["name"] == name)


def asked(server) -> list[str]:
    return [call.path for call in server.calls]


def pass_time(studio, seconds):
    with studio.services.store.engine.begin() as connection:
        connection.execute(sa.update(archive_sources).values(probed_at=archive_sources.c.probed_at - seconds))


async def test_a_source_is_asked_once_and_then_told_with_its_age(studio, server):
    await add(studio, server)
    first = await status(studio)
    assert (first["state"], first["why"], first["age_s"]) == ("up", "", 0.0)
    assert 0 < first["took_s"] < health.SLOW_S
    pass_time(studio, FRESH_S / 2)
    assert 29 <= (await status(studio))["age_s"] <= 40
    assert asked(server) == [CLOCK]
    pass_time(studio, FRESH_S)
    assert (await status(studio))["age_s"] == 0.0
    assert asked(server) == [CLOCK] * 2


async def test_a_fresh_status_is_one_query_and_writes_nothing(studio, server):
    await add(studio, server)
    await status(studio)
    services, catalogue = studio.services, Catalogue(studio.services.store.engine)
    with count_statements(services.store.engine) as counted:
        await health.with_health(catalogue.status(), services)
    assert (counted.statements, counted.commits) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(status=503), "503"),
        (Fault(status=202), "without saying anything"),
        (Fault(malformed="<html>Sign in</html>"), "a page for people"),
        (Fault(status=403), "refuses"),
        (Fault(malformed='{"time": '), "not JSON"),
    ],
    ids=["503", "empty", "page", "403", "cut"],
)
async def test_one_that_is_down_says_why_after_one_question_and_is_asked_again_sooner(studio, server, fault, told):
    await add(studio, server)
    server.fail(fault, path=CLOCK)
    found = await status(studio)
    assert found["state"] == "down"
    assert told in found["why"]
    assert asked(server) == [CLOCK]
    assert (await status(studio))["state"] == "down"
    pass_time(studio, FRESH_DOWN_S)
    assert (await status(studio))["state"] == "up"
    assert asked(server) == [CLOCK] * 2


async def test_one_that_hangs_is_waited_for_a_short_while(studio, server, monkeypatch):
    await add(studio, server)
    monkeypatch.setattr(health, "LONGEST_S", 0.3)
    server.fail(Fault(hang=True), path=CLOCK)
    began = asyncio.get_running_loop().time()
    found = await status(studio)
    assert (found["state"], found["why"]) == ("down", "no answer within 0.3 s")
    assert asyncio.get_running_loop().time() - began < 3


async def test_one_that_takes_its_time_is_slow(studio, server, monkeypatch):
    await add(studio, server)
    monkeypatch.setattr(health, "SLOW_S", 0.05)
    server.fail(Fault(delay_s=0.1), path=CLOCK)
    assert (await status(studio))["state"] == "slow"


async def test_many_who_ask_at_once_ask_the_source_once(studio, server):
    await add(studio, server)
    server.fail(Fault(delay_s=0.3), path=CLOCK)
    found = await asyncio.gather(*(status(studio) for _ in range(12)))
    assert asked(server) == [CLOCK]
    assert sorted({one["state"] for one in found}) == ["unknown", "up"]  # who came late was told what there was
    assert sum(one["state"] == "up" for one in found) >= 1


async def test_many_processes_ask_the_source_once(studio, server, home):
    await add(studio, server)
    server.fail(Fault(delay_s=0.8), path=CLOCK)
    environment = os.environ | {"AUTOMAGIC_HOME": str(home)}
    arguments = ("-m", "automagic", "archive", "status", "--json")
    started = [python_programs.start(*arguments, environment=environment) for _ in range(3)]
    ended = [await asyncio.to_thread(one.communicate, timeout=60) for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], ended
    states = [json.loads(out)["sources"][0]["health"]["state"] for out, _ in ended]
    assert asked(server) == [CLOCK]
    assert "up" in states
    assert {"up", "unknown"} >= set(states)


async def test_who_died_while_asking_is_followed(studio, server):
    await add(studio, server)
    records = health.HealthRecords(studio.services.store.engine)
    assert set(records.claim({"nine": ""})) == {"nine"}
    assert records.claim({"nine": ""}) == {}
    assert (await status(studio))["state"] == "unknown"
    assert asked(server) == []
    with studio.services.store.engine.begin() as connection:
        connection.execute(sa.update(archive_sources).values(probe='{"state":"unknown","asking_until":1.0}'))
    assert (await status(studio))["state"] == "up"


async def test_a_database_that_cannot_be_written_does_not_keep_a_status_from_its_answer(studio, server, monkeypatch):
    await add(studio, server)
    monkeypatch.setattr(health, "_DATABASE_S", 0.2)
    engine = studio.services.store.engine
    found = Catalogue(engine).status()
    with engine.begin():  # as a long change of another process
        (one,) = await health.with_health(found, studio.services)
    assert (one.health.state, asked(server)) == ("unknown", [])


async def test_a_feed_is_asked_for_what_is_new_and_a_folder_whether_it_can_be_read(studio, tmp_path):
    (tmp_path / "meetings").mkdir()
    with FeedServer() as feed:
        feed.add("Council")
        await studio.run(AddSourceRequest("pod", f"{feed.url}/feed.xml", allow_private=True))
        await studio.run(AddSourceRequest("films", str(tmp_path / "meetings")))
        feed.calls.clear()
        assert (await status(studio, "pod"))["state"] == "up"
        (call,) = feed.calls
        assert call.headers["if-modified-since"].endswith("GMT")
        feed.document = "<!DOCTYPE html><html><title>Sign in</title></html>"
        pass_time(studio, FRESH_S)
        assert (await status(studio, "pod"))["state"] == "down"
        feed.document = ""
        feed.fail(Fault(status=304))
        pass_time(studio, FRESH_S)
        assert (await status(studio, "pod"))["state"] == "up"
    assert (await status(studio, "films"))["state"] == "up"
    (tmp_path / "meetings").rmdir()
    pass_time(studio, FRESH_S)
    found = await status(studio, "films")
    assert (found["state"], "cannot be read" in found["why"]) == ("down", True)


async def test_how_often_it_was_kept_is_in_the_metrics(studio, server):
    await add(studio, server)
    for _ in range(9):
        await status(studio)
    pass_time(studio, FRESH_S)
    await status(studio)
    metrics = await studio.metrics()
    (cache,) = metrics.caches
    assert (cache.name, cache.asked, cache.kept, cache.made.number) == (health.CACHE, 10, 8, 2)
    assert cache.hit_rate == 0.8
    assert metrics.statements["select"].number > 10
    assert metrics.statements["select"].total_s > 0

"""Stations over the network: which kind an address is, and looks at servers that answer as real ones do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items
from automagic.database.engine import open_database, sqlite_url
from tests.support.servers.base import Fault
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.feed import FeedServer

HTML = "<!DOCTYPE html><html><title>Sign in</title></html>"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[CablecastServer]:
    with CablecastServer() as server:
        for number in range(1, 301):
            server.station.add(f"Council {number}", modified=LONG_AGO)
        yield server


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with FeedServer() as feed:
        for number in range(30):
            feed.add(f"Council {number}")
        yield feed


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


@pytest.fixture
def known(answer, server):
    """A source that was looked at."""
    answer("add", "nine", server.url, "--allow-private")
    assert answer("sync", "--no-media", "nine")["new"] == 300
    return server


def pass_a_day(place) -> None:
    """What is missing has been for more than a day."""
    engine = open_database(sqlite_url(place.home / "automagic.db"))
    with engine.begin() as connection:
        connection.execute(sa.update(archive_items).values(missing_since=archive_items.c.missing_since - 90_000))
    engine.dispose()


# ----------------------------------------------------------------------------------------------- which kind


def test_a_kind_is_told_by_what_answers(answer, server, feed):
    assert answer("add", "nine", server.url, "--allow-private")["kind"] == "cablecast"
    assert answer("add", "pod", f"{feed.url}/feed.xml", "--allow-private")["kind"] == "feed"


def test_an_address_where_neither_answers_is_refused(answer, feed):
    told = answer("add", "nine", f"{feed.url}/nothing", "--allow-private", code=4)["error"]
    assert "404" in told["message"]
    feed.document = HTML
    told = answer("add", "nine", f"{feed.url}/feed.xml", "--allow-private", code=2)["error"]
    assert "is no URL of a Cablecast server and no URL of an RSS or Atom feed" in told["message"]


def test_a_station_that_wants_a_password_is_told_so(answer, server, monkeypatch):
    server.closed = True
    told = answer("add", "nine", server.url, "--allow-private", code=3)["error"]
    assert "--user" in told["hint"]
    told = answer("add", "nine", server.url, "--allow-private", "--user", "admin", code=3)["error"]
    assert "ARCHIVE_PASSWORD" in told["hint"]
    monkeypatch.setenv("ARCHIVE_PASSWORD", server.key)
    assert answer("add", "nine", server.url, "--allow-private", "--user", "admin")["change"] == "added"
    assert answer("sync", "--no-media")["new"] == 300


def test_a_private_network_is_named_on_purpose(answer, server):
    told = answer("add", "nine", server.url, code=3)["error"]
    assert "--allow-private" in told["hint"]
    assert server.calls == []


# ------------------------------------------------------------------------------------------------- looking


def test_a_look_without_changes_asks_three_times_and_writes_nothing(answer, known):
    before = len(known.calls)
    found = answer("sync", "--no-media", "nine")
    assert (found["requests"], found["statements"], found["commits"]) == (3, 1, 0)
    assert (found["items"], found["new"], found["changed"]) == (300, 0, 0)
    assert len(known.calls) - before == 3


def test_changes_new_ones_and_missing_ones_are_seen(answer, known, place):
    known.station.touch(known.station.vods[1007])
    known.station.vods[1007].file_name = "another.mp4"
    known.station.vods[1007].length = 17
    known.station.add("New")
    known.station.delete(known.station.vods[1009])
    found = answer("sync", "--no-media", "nine")
    assert (found["new"], found["changed"], found["missing"], found["gone"]) == (1, 1, 1, 0)
    pass_a_day(place)
    found = answer("sync", "--no-media", "nine", "--full")
    assert (found["missing"], found["gone"], found["items"]) == (0, 1, 300)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(status=202), "without saying anything"),
        (Fault(malformed=HTML), "a page for people"),
        (Fault(malformed='{"shows": [{"id"'), "not JSON"),
        (Fault(status=404, body=HTML), "404"),
        (Fault(status=403), "refuses"),
        (Fault(status=503, headers={"Retry-After": "0"}), "503"),
        (Fault(status=429, headers={"Retry-After": "0"}), "429"),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_a_broken_answer_is_named_and_nothing_is_missing(answer, known, feed, fault, told):
    answer("add", "pod", f"{feed.url}/feed.xml", "--allow-private")
    known.fail(fault, path="/shows", times=3)
    found = answer("sync", "--no-media", "--full", code=4)
    assert told in " ".join(found["findings"])
    assert found["new"] == 30  # the feed, which is looked at after it
    sources = {one["name"]: one for one in answer("status")["sources"]}
    assert (sources["nine"]["items"], sources["nine"]["missing"], sources["nine"]["gone"]) == (300, 0, 0)
    assert found["missing"] == found["gone"] == 0


@pytest.mark.parametrize("change", [{"repeats": True}, {"count_lie": -5}, {"count_lie": 500}, {"duplicated": {4, 5}}])
def test_a_list_that_lies_is_named_and_nothing_is_missing(answer, known, change):
    known.station.delete(known.station.vods[1009])
    for name, value in change.items():
        setattr(known, name, value)
    found = answer("sync", "--no-media", "--full", code=4)
    assert "Nothing is marked as missing" in " ".join(found["findings"])
    assert answer("status")["sources"][0]["missing"] == 0


def test_a_station_that_vanished_is_named_and_nothing_is_missing(answer, known):
    known.station.shows.clear()
    known.station.vods.clear()
    found = answer("sync", "--no-media", code=4)
    assert "300 of 300 recordings are missing at once" in " ".join(found["findings"])
    assert answer("status")["sources"][0]["missing"] == 0


def test_what_a_proxy_does_not_find_is_not_gone(answer, known, place):
    known.station.delete(known.station.vods[1009])
    answer("sync", "--no-media")
    pass_a_day(place)
    known.fail(Fault(status=404, body=HTML), path="/vods/1009")
    found = answer("sync", "--no-media", "--full", code=4)
    assert found["gone"] == 0
    assert "whether it is gone is not said" in " ".join(found["findings"])
    assert answer("sync", "--no-media", "--full")["gone"] == 1


def test_one_that_is_hidden_or_disabled_is_not_gone(answer, known, place):
    for number, extra in ((1003, {"disabled": True}), (1004, {"isWatchable": False}), (1005, {"vodState": "brewing"})):
        known.station.vods[number].extra = extra
        known.station.touch(known.station.vods[number])
    found = answer("sync", "--no-media")
    assert (found["changed"], found["missing"], found["items"]) == (3, 0, 300)


def test_a_clock_that_was_set_back_is_followed(answer, known):
    known.station.ahead = timedelta(hours=5)
    known.station.touch(known.station.vods[1003])
    answer("sync", "--no-media")
    known.station.ahead = timedelta()
    known.station.vods[1007].file_name = "another.mp4"
    known.station.touch(known.station.vods[1007])
    assert answer("sync", "--no-media")["changed"] == 1


def test_a_feed_shows_its_newest_and_the_rest_is_not_missing(answer, feed):
    answer("add", "pod", f"{feed.url}/feed.xml", "--allow-private")
    assert answer("sync", "--no-media")["items"] == 30
    feed.shows = 10
    feed.add("Council, again")
    found = answer("sync", "--no-media")
    assert (found["new"], found["missing"], found["items"], found["requests"]) == (1, 0, 31, 1)
    assert answer("sync", "--no-media")["commits"] == 0

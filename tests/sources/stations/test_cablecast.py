"""A Cablecast server, read as real servers answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automagic.errors import AutomagicError, ConfigurationError, Permanent, Retryable, Unknown
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.sources.stations.cablecast.client import PAGE, CablecastClient
from automagic.sources.stations.cablecast.reader import CablecastReader
from automagic.sources.stations.shared.kind import AnotherKind, StationAccess
from automagic.values.secret import Secret
from automagic.values.station import StationItem
from tests.support.servers.base import Fault
from tests.support.servers.cablecast import CablecastServer, Chapter

HTML = "<!DOCTYPE html><html><title>Sign in</title></html>"
NEW_YORK = ZoneInfo("America/New_York")
EVENING = [(0.0, 4.0, "Good evening."), (8.0, 12.5, "The meeting is called to order."), (31.0, 33.0, "Item one.")]


@pytest.fixture
def server() -> Iterator[CablecastServer]:
    with CablecastServer() as server:
        yield server


@pytest.fixture
def http() -> Http:
    return Http(pool=2, connect_s=2, read_s=2, user_agent="AutoMagic tests")


@pytest.fixture
async def connect(server: CablecastServer, http: Http, home) -> AsyncIterator[Any]:
    """Opens a reader; what it waits is kept in `connect.waits`."""

    def reader(address: str = "", *, user: str = "", password: str = "", private: bool = True) -> CablecastReader:
        settings = Settings(automagic_home=home)
        access = StationAccess(http, settings, address or server.url, user, private)
        return CablecastReader(access, CablecastClient(access, Secret(password) if password else None, pause=pause))

    async def pause(wait_s: float) -> None:
        reader.waits.append(wait_s)  # type: ignore[attr-defined]  # it is here

    reader.waits = []  # type: ignore[attr-defined]
    yield reader
    await http.close()


def fill(server: CablecastServer, count: int) -> None:
    server.station.projects = {1: "City Council"}
    for number in range(1, count + 1):
        server.station.add(f"Council {number}", project=1)


async def read(pages: AsyncIterator[list[StationItem]]) -> dict[str, StationItem]:
    return {item.remote_id: item async for page in pages for item in page}


def asked(server: CablecastServer) -> list[str]:
    return [call.path.partition("/v1/")[2] for call in server.calls]


# ------------------------------------------------------------------------------------------------ what it says


async def test_a_recording_is_a_video_with_its_programme(server, connect) -> None:
    server.station.projects = {7: "School Board"}
    event = datetime(2026, 7, 14, 19, tzinfo=NEW_YORK)
    server.station.zone, server.station.zone_name = NEW_YORK, "America/New_York"
    vod = server.station.add("Board, July", vod=4211, length=3725.5, project=7, event=event)
    items = await read(connect().everything())
    item = items["4211"]
    assert (item.title, item.project, item.show_id, item.length_s) == ("Board, July", "School Board", "1", 3725.5)
    assert (item.event_at, item.file_name) == (event, vod.file_name)
    assert item.url == f"{server.url}/vod/{vod.folder}/vod.mp4"
    assert item.servable
    assert await connect().find("4211") == item


async def test_views_change_nothing(server, connect) -> None:
    fill(server, 3)
    first = await read(connect().everything())
    server.station.vods[1001].views = 5000
    assert {one.fingerprint for one in first.values()} == {
        one.fingerprint for one in (await read(connect().everything())).values()
    }


@pytest.mark.parametrize("page_of_server", [10_000, 100, 37])
@pytest.mark.parametrize("counts_pages", [False, True])
async def test_all_pages_are_read_however_the_server_counts(server, connect, page_of_server, counts_pages) -> None:
    fill(server, 450)
    server.largest_page, server.counts_pages = page_of_server, counts_pages
    assert len(await read(connect().everything())) == 450


async def test_a_large_server_that_counts_pages_is_read_to_its_end(server, connect) -> None:
    fill(server, 1100)
    server.largest_page, server.counts_pages = 10, True  # an offset of 10 recordings is the tenth page
    assert len(await read(connect().everything())) == 1100


async def test_exactly_one_page_is_asked_once_more(server, connect) -> None:
    fill(server, PAGE)
    assert len(await read(connect().everything())) == PAGE
    assert asked(server).count("shows") == 2


@pytest.mark.parametrize("root", ["", "/", "/cablecastapi", "/CablecastAPI/v1", "/CABLECASTAPI/"])
async def test_an_address_may_be_written_in_many_ways(server, connect, root) -> None:
    fill(server, 1)
    assert len(await read(connect(server.url + root).everything())) == 1


async def test_videos_of_programmes_that_are_not_listed_are_found(server, connect) -> None:
    fill(server, 3)
    vod = server.station.add("Hidden", vod=77)
    del server.station.shows[vod.show]
    found = await read(connect().everything())
    assert sorted(found) == ["1001", "1002", "1003", "77"]
    assert found["77"].title == vod.file_name


async def test_a_programme_without_videos_is_no_recording(server, connect) -> None:
    vod = server.station.add("Slate")
    server.station.shows[vod.show].vods.clear()
    del server.station.vods[vod.id]
    assert await read(connect().everything()) == {}


@pytest.mark.parametrize(
    ("extra", "servable"),
    [
        ({"disabled": True}, False),
        ({"isWatchable": False}, False),
        ({"vodState": "processing"}, False),
        ({"vodState": "brewing"}, False),
        ({"vodState": None}, False),
        ({}, True),
    ],
)
async def test_what_cannot_be_watched_is_listed_all_the_same(server, connect, extra, servable) -> None:
    server.station.add("Council", vod=5, extra=extra)
    item = (await read(connect().everything()))["5"]
    assert item.servable is servable
    assert item.state == (extra.get("vodState", "complete") or "unknown")


@pytest.mark.parametrize(
    ("url", "read_as"),
    [
        (None, ""),
        ("", ""),
        (17, ""),
        ("//cdn.example/a.mp4", "http://cdn.example/a.mp4"),
        ("/vod/a b.mp4", "{own}/vod/a%20b.mp4"),
        ("http://cdn.example/Sitzung für alle.mp4", "http://cdn.example/Sitzung%20f%C3%BCr%20alle.mp4"),
        ("http://cdn.example/a%20b.mp4", "http://cdn.example/a%20b.mp4"),
        ("../../../etc/passwd", "{own}/etc/passwd"),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("http://x.example:99999/a.mp4", ""),
        ("http://user:word@cdn.example/a.mp4", ""),
    ],
)
async def test_an_odd_address_is_none_or_a_whole_one(server, connect, url, read_as) -> None:
    server.station.add("Council", vod=5, extra={"url": url})
    assert (await read(connect().everything()))["5"].url == read_as.format(own=server.url)


@pytest.mark.parametrize("extra", [{"length": None}, {"length": -3}, {"length": "long"}, {"length": 1e12}])
async def test_an_odd_length_is_unknown(server, connect, extra) -> None:
    server.station.add("Council", vod=5, extra=extra)
    assert (await read(connect().everything()))["5"].length_s == 0


async def test_chapters_that_are_deleted_or_hidden_are_left_out(server, connect) -> None:
    chapters = [
        Chapter("Roll call", 30),
        Chapter("Budget", 900),
        Chapter("Closed session", 60, hidden=True),
        Chapter("Old", 45, deleted=True),
        Chapter("Opening", 0),
    ]
    server.station.add("Council", vod=5, chapters=chapters)
    server.station.add("Another", vod=6, chapters=[Chapter("Other", 1)])
    reader = connect()
    item = (await read(reader.everything()))["5"]
    found = await reader.chapters(item)
    assert [(one.title, one.at_s) for one in found] == [("Opening", 0), ("Roll call", 30), ("Budget", 900)]


# ------------------------------------------------------------------------------------------------- captions


@pytest.mark.parametrize(
    ("forms", "found"),
    [
        ({"hls", "vtt", "txt"}, [("hls", "en", "captions.en.m3u8"), ("hls", "es", "captions.es.m3u8")]),
        ({"vtt", "txt"}, [("vtt", "", "captions.vtt")]),
        ({"txt"}, [("txt", "en", "transcript.en.txt"), ("txt", "es", "transcript.es.txt")]),
        (set(), []),
    ],
)
async def test_captions_are_looked_for_where_stations_put_them(server, connect, forms, found) -> None:
    spanish = [(0.0, 4.0, "Buenas tardes.")]
    vod = server.station.add("Council", length=40, captions={"en": EVENING, "es": spanish}, caption_forms=forms)
    reader = connect()
    item = (await read(reader.everything()))[str(vod.id)]
    assert item.captions == ()
    before = reader.requests
    places = await reader.captions(item)
    assert [(one.form, one.language, one.url.rpartition("/")[2]) for one in places] == found
    assert reader.requests - before <= 4


@pytest.mark.parametrize("body", [" ", HTML])
async def test_a_caption_file_that_is_none_is_passed_over(server, connect, body) -> None:
    vod = server.station.add("Council", captions={"en": EVENING}, caption_forms={"vtt", "txt"})
    server.fail(Fault(status=200, body=body), path="captions.vtt")
    reader = connect()
    item = (await read(reader.everything()))[str(vod.id)]
    assert [one.form for one in await reader.captions(item)] == ["txt"]


async def test_a_firewall_in_front_of_captions_is_told(server, connect) -> None:
    vod = server.station.add("Council", captions={"en": EVENING})
    server.fail(Fault(status=202), path="vod.m3u8")
    reader = connect()
    item = (await read(reader.everything()))[str(vod.id)]
    with pytest.raises(Retryable, match="without saying anything"):
        await reader.captions(item)


async def test_a_recording_without_captions_has_none(server, connect) -> None:
    vod = server.station.add("Council")
    reader = connect()
    assert await reader.captions((await read(reader.everything()))[str(vod.id)]) == ()


# ---------------------------------------------------------------------------------------- what changed, and when


async def test_a_look_without_changes_asks_three_times(server, connect) -> None:
    fill(server, 1000)
    for show in server.station.shows.values():
        show.modified = datetime(2026, 1, 1, tzinfo=UTC)
    reader = connect()
    clock = await reader.clock()
    assert await read(reader.changed(clock.now - timedelta(minutes=10))) == {}
    assert await reader.count() == 1000
    assert reader.requests == 3


async def test_only_what_changed_is_told(server, connect) -> None:
    fill(server, 450)
    since = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for show in server.station.shows.values():
        show.modified = since - timedelta(hours=1)
    for number in range(1, 251):
        server.station.touch(server.station.vods[1000 + number], since + timedelta(seconds=number))
    reader = connect()
    assert len(await read(reader.changed(since))) == 250
    assert asked(server) == ["systemtime", "shows/search/advanced", "shows", "shows", "shows"]


async def test_a_server_with_a_clock_of_its_own_is_asked_by_it(server, connect) -> None:
    server.station.ahead = timedelta(hours=1)
    fill(server, 3)
    clock = await connect().clock()
    assert clock.now > datetime.now(UTC) + timedelta(minutes=59)
    server.station.touch(server.station.vods[1002])
    assert "1002" in await read(connect().changed(clock.now - timedelta(minutes=10)))


@pytest.mark.parametrize("naive", [True, False])
@pytest.mark.parametrize(
    ("since", "changed"),
    [
        ("2026-11-01T05:50:00+00:00", "2026-11-01T06:05:00+00:00"),  # 01:50, then 01:05: the hour comes twice
        ("2026-11-01T06:50:00+00:00", "2026-11-01T06:55:00+00:00"),
        ("2026-03-08T06:50:00+00:00", "2026-03-08T07:05:00+00:00"),  # 01:50, then 03:05: an hour is missing
        ("2026-07-01T12:00:00+00:00", "2026-07-01T12:00:01+00:00"),
    ],
)
async def test_a_change_is_seen_in_the_hour_that_comes_twice(server, connect, naive, since, changed) -> None:
    server.station.zone, server.station.zone_name, server.station.naive = NEW_YORK, "America/New_York", naive
    fill(server, 2)
    at = datetime.fromisoformat(since)
    server.station.touch(server.station.vods[1001], at - timedelta(hours=3))
    server.station.touch(server.station.vods[1002], datetime.fromisoformat(changed))
    assert sorted(await read(connect().changed(at))) == ["1002"]


async def test_times_without_a_zone_are_the_stations(server, connect) -> None:
    server.station.zone, server.station.zone_name, server.station.naive = NEW_YORK, "America/New_York", True
    event = datetime(2026, 7, 14, 19, tzinfo=NEW_YORK)
    server.station.add("Council", vod=5, event=event)
    assert (await read(connect().everything()))["5"].event_at == event
    found = await connect().find("5")  # also by a reader that was asked for nothing else
    assert found is not None
    assert found.event_at == event


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
async def test_a_zone_that_nobody_knows_is_utc(server, connect, zone) -> None:
    server.station.zone_name = zone
    assert (await connect().clock()).now.tzinfo is not None


# --------------------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("fault", "error", "told"),
    [
        (Fault(status=202), Retryable, "without saying anything (202)"),
        (Fault(status=200, body=" "), Retryable, "without saying anything (200)"),
        (Fault(malformed=HTML), AnotherKind, "a page for people"),
        (Fault(status=404, body=HTML), AnotherKind, "nothing there (404)"),
        (Fault(malformed="[1, 2]"), AnotherKind, "another form"),
        (Fault(malformed="{}"), AnotherKind, "without shows"),
        (Fault(malformed='{"shows": []}'), Permanent, "does not say how many"),
        (Fault(malformed='{"shows": [], "meta": {"count": "many"}}'), Permanent, "does not say how many"),
        (Fault(malformed='{"shows": [{"id": 1, "ti'), Permanent, "not JSON"),
        (Fault(status=401), ConfigurationError, "refuses to answer (401)"),
        (Fault(status=403, body=HTML), ConfigurationError, "refuses to answer (403)"),
        (Fault(status=400), Permanent, "400"),
    ],
)
async def test_what_is_no_answer_is_an_error(server, connect, fault, error, told) -> None:
    fill(server, 3)
    server.fail(fault, path="/shows")
    with pytest.raises(error) as caught:
        await read(connect().everything())
    assert told in str(caught.value)
    assert caught.value.hint or error is Permanent


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(status=503), Fault(status=502), Fault(status=429), Fault(truncate=True)]
)
async def test_a_stumble_is_asked_again_and_a_fall_is_told(server, connect, fault) -> None:
    fill(server, 3)
    server.fail(fault, path="/shows", times=2)
    assert len(await read(connect().everything())) == 3
    assert connect.waits == [1.0, 2.0]
    server.fail(fault, path="/shows", times=3)
    with pytest.raises((Retryable, Unknown)):
        await read(connect().everything())


async def test_a_server_is_waited_for_as_long_as_it_asks(server, connect) -> None:
    fill(server, 3)
    server.fail(Fault(status=429, headers={"Retry-After": "17"}), path="/shows")
    assert len(await read(connect().everything())) == 3
    assert connect.waits == [17.0]
    server.fail(Fault(status=429, headers={"Retry-After": "3600"}), path="/shows")
    with pytest.raises(Retryable):
        await read(connect().everything())
    assert connect.waits == [17.0]


@pytest.mark.parametrize("lie", [-1, -120, 1, 5000])
async def test_a_count_that_lies_is_told_after_all_was_given(server, connect, lie) -> None:
    fill(server, 450)
    server.count_lie = lie
    seen = []
    with pytest.raises(Permanent, match="says that it has"):
        async for page in connect().everything():
            seen += page
    assert len({item.remote_id for item in seen}) == 450
    assert len(server.calls) < 20


async def test_pages_that_come_again_for_ever_end(server, connect) -> None:
    fill(server, 450)
    server.repeats = True
    with pytest.raises(Permanent, match="its pages hold 200"):
        await read(connect().everything())
    assert len(server.calls) < 10


async def test_programmes_that_are_listed_twice_are_told(server, connect) -> None:
    fill(server, 10)
    server.duplicated = {3, 4}
    with pytest.raises(Permanent, match="has 12 shows, and its pages hold 10"):
        await read(connect().everything())


@pytest.mark.parametrize("empty", [False, True])
async def test_gone_is_what_the_server_itself_does_not_know(server, connect, empty) -> None:
    fill(server, 2)
    server.empty_404 = empty
    assert await connect().find("1001") is not None
    assert await connect().find("4711") is None
    server.fail(Fault(status=404, body=HTML), path="/vods")
    with pytest.raises(AnotherKind):
        await connect().find("1001")
    server.fail(Fault(malformed="{}"), path="/vods")
    with pytest.raises(Permanent, match="neither"):
        await connect().find("1001")


async def test_odd_entries_are_left_out_and_the_rest_is_read(server, connect) -> None:
    fill(server, 3)
    good = server.station.vod_json(server.station.vods[1001], server.url)
    odd = [None, 3, {}, {"id": None}, {"id": True}, {"id": "7"}, {"id": 8, "show": {"a": 1}}, {"id": 9, "show": 99}]
    answer = {"meta": {"count": 1}, "shows": [{"id": 1, "title": None}], "vods": [good, *odd]}
    server.fail(Fault(malformed=json.dumps(answer)), path="/shows")
    found = await read(connect().everything())
    assert {"1001", "8", "9"} <= set(found)
    assert "7" not in found


# ---------------------------------------------------------------------------------------- where it may be led


async def test_a_private_network_is_named_on_purpose(server, connect) -> None:
    with pytest.raises(ConfigurationError, match="private network") as caught:
        await connect(private=False).clock()
    assert "--allow-private" in caught.value.hint


async def test_a_redirect_to_another_host_is_not_followed(server, connect) -> None:
    server.redirect_to = f"http://localhost:{server.port}"
    with pytest.raises(Permanent, match=f"another host: localhost:{server.port}"):
        await connect().clock()
    assert len(server.calls) == 1


async def test_captions_on_another_private_host_are_not_asked_for(server, connect) -> None:
    server.station.add("Council", vod=5, extra={"url": f"http://localhost:{server.port}/vod/a/vod.mp4"})
    reader = connect()
    item = (await read(reader.everything()))["5"]
    with pytest.raises(ConfigurationError, match="private network"):
        await reader.captions(item)


async def test_the_password_goes_to_the_stations_own_origin_only(server, connect) -> None:
    server.closed = True
    with CablecastServer() as elsewhere:
        vod = elsewhere.station.add("Council", length=20, captions={"en": EVENING})
        server.station.add("Council", vod=5, extra={"url": f"{elsewhere.url}/vod/{vod.folder}/vod.mp4"})
        reader = connect(user=server.user, password=server.key)
        item = (await read(reader.everything()))["5"]
        assert [one.form for one in await reader.captions(item)] == ["hls"]
        assert all("authorization" in call.headers for call in server.calls)
        assert elsewhere.calls
        assert not any("authorization" in call.headers for call in elsewhere.calls)


async def test_a_wrong_password_is_told_and_never_shown(server, connect) -> None:
    server.closed = True
    with pytest.raises(AutomagicError) as caught:
        await connect(user="admin", password=server.key.upper()).clock()
    assert "401" in str(caught.value)
    assert server.key.upper() not in f"{caught.value} {caught.value.hint}"


def test_a_user_needs_a_password(http, home) -> None:
    access = StationAccess(http, Settings(automagic_home=home), "https://a.example", user="ann")
    with pytest.raises(ConfigurationError, match="there is no password"):
        CablecastClient(access, None)

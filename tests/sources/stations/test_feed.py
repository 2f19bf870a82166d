"""A feed as a station."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from automagic.errors import ConfigurationError, Permanent, Retryable, VendorError
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.sources.stations.feed import STATION
from automagic.sources.stations.feed.document import read_feed
from automagic.sources.stations.feed.reader import FeedReader
from automagic.sources.stations.shared.kind import AnotherKind, StationAccess
from automagic.values.station import CaptionPlace, StationItem
from tests.support.servers.base import Fault
from tests.support.servers.feed import FeedServer

RSS = "<rss><channel><title>T</title>{}</channel></rss>"
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
async def connect(server: FeedServer, home) -> AsyncIterator[Any]:
    http = Http(pool=2, connect_s=2, read_s=2, user_agent="AutoMagic tests")

    def reader(*, private: bool = True) -> Any:
        access = StationAccess(http, Settings(automagic_home=home), f"{server.url}/feed.xml", "", private)
        return STATION.open(access)

    yield reader
    await http.close()


async def read(reader: FeedReader) -> dict[str, StationItem]:
    return {item.remote_id: item async for page in reader.everything() for item in page}


async def test_an_entry_is_a_recording(server, connect) -> None:
    transcripts = [
        ("/t/1.txt", "text/plain", "en"),
        ("/t/1.html", "text/html", "en"),
        ("/t/1.srt", "application/x-subrip", ""),
        ("/t/1.vtt", "text/vtt; charset=utf-8", "en"),
    ]
    server.add("Council & Board", duration="1:02:05", length="17", transcripts=transcripts)
    item = (await read(connect()))["urn:episode:1"]
    assert (item.title, item.project, item.length_s) == ("Council & Board", "Channel 9", 3725.0)
    assert (item.url, item.file_name, item.link) == (f"{server.url}/media/1.mp4", "1.mp4", f"{server.url}/watch")
    assert item.event_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert item.size_bytes is None  # what a feed says of it is a lie too often
    assert await connect().captions(item) == (
        CaptionPlace(f"{server.url}/t/1.vtt", "vtt", "en"),
        CaptionPlace(f"{server.url}/t/1.srt", "srt"),
        CaptionPlace(f"{server.url}/t/1.txt", "txt", "en"),
    )


async def test_atom_is_a_feed_too(server, connect) -> None:
    server.atom = True
    server.add("Council")
    item = (await read(connect()))["urn:episode:1"]
    assert (item.title, item.url) == ("Council", f"{server.url}/media/1.mp4")
    assert item.event_at == datetime(2026, 1, 2, tzinfo=UTC)


async def test_pages_are_followed_and_the_first_is_fetched_once(server, connect) -> None:
    server.page = 10
    for number in range(35):
        server.add(f"Council {number}")
    reader = connect()
    await reader.clock()
    assert len(await read(reader)) == 35
    assert reader.requests == 4


async def test_pages_that_lead_in_a_circle_end(server, connect) -> None:
    server.page, server.circle = 10, True
    for number in range(35):
        server.add(f"Council {number}")
    with pytest.raises(Permanent, match="circle"):
        await read(connect())
    assert len(server.calls) < 10


async def test_what_is_not_shown_any_more_is_not_called_gone(server, connect) -> None:
    server.shows = 1
    server.add("Old")
    server.add("New")
    reader = connect()
    assert not reader.lists_all
    assert await reader.find("urn:episode:2") is not None
    with pytest.raises(VendorError, match="does not show"):
        await reader.find("urn:episode:1")


async def test_an_entry_without_a_name_is_known_by_its_film_and_one_without_a_film_is_none(server, connect) -> None:
    server.add("No name", guid="")
    server.add("No film", url="")
    server.add("A picture", kind="image/jpeg")
    assert list(await read(connect())) == [f"{server.url}/media/1.mp4"]


async def test_addresses_are_relative_to_the_feed_and_a_length_may_be_left_out(server, connect) -> None:
    server.add("Council", url="media/a b.mp4", length="", transcripts=[("../a.vtt", "text/vtt", "en")])
    (item,) = (await read(connect())).values()
    assert (item.url, item.captions[0].url) == (f"{server.url}/media/a%20b.mp4", f"{server.url}/a.vtt")
    assert item.size_bytes is None


async def test_a_part_of_a_feed_may_have_a_base_of_its_own(server, connect) -> None:
    entry = "<item xml:base='https://cdn.example/9/'><guid>1</guid><enclosure url='a.mp4' type='video/mp4'/></item>"
    server.document = f"<rss version='2.0'><channel>{entry}</channel></rss>"
    assert (await read(connect()))["1"].url == "https://cdn.example/9/a.mp4"


async def test_a_name_that_two_recordings_have_is_told(server, connect) -> None:
    for title in ("Old", "New"):
        server.add(title, guid="same")
    server.add("Again", guid="same", url=f"{server.url}/media/2.mp4")
    reader = connect()
    assert [item.title async for page in reader.everything() for item in page] == ["Again", "New"]  # the same film
    assert reader.left_out == ["Old has the name of another entry of the feed: same"]


@pytest.mark.parametrize(
    ("told", "length_s"), [("90", 90), ("62:05", 3725), ("1:02:05.5", 3725.5), ("", 0), ("long", 0), ("1:2:3:4", 0)]
)
async def test_lengths_are_written_in_many_ways(server, connect, told, length_s) -> None:
    server.add("Council", duration=told)
    assert (await read(connect()))["urn:episode:1"].length_s == length_s


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:1", "http://[", "http://a:b@x.example/a.mp4"])
async def test_an_odd_address_is_no_film(server, connect, url) -> None:
    server.add("Council", url=url)
    assert await read(connect()) == {}


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE html><html><body>Sign in</body></html>",
        '{"shows": []}',
        "<opml version='2.0'/>",
        "plain words",
        "<rss version='2.0'/>",
    ],
)
async def test_what_is_no_feed_is_another_kind(server, connect, document) -> None:
    server.document = document
    with pytest.raises(AnotherKind):
        await connect().clock()


async def test_a_feed_that_breaks_off_is_broken(server, connect) -> None:
    server.add("Council")
    server.fail(Fault(malformed="<?xml version='1.0'?><rss><channel><item><guid>1"))
    with pytest.raises(Permanent, match="is broken"):
        await connect().clock()


@pytest.mark.parametrize(
    ("declared", "used", "told"),
    [
        (f"<!ENTITY a0 'ha'>{LAUGHS}", "&a9;", "amplification"),
        ("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;", "declares entities"),
        ("<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'> %x;", "", "declares entities"),
    ],
    ids=["laughs", "file", "network"],
)
def test_entities_are_never_read(declared, used, told) -> None:
    entry = f"<item><guid>{used}1</guid><enclosure url='http://a.example/1.mp4'/></item>"
    text = f"<!DOCTYPE rss [{declared}]>{RSS.format(entry)}"
    with pytest.raises(Permanent, match=told):
        read_feed(text.encode(), "https://a.example/feed")


def test_bytes_that_are_no_text_are_no_feed() -> None:
    with pytest.raises(AnotherKind):
        read_feed(b"\xff\xfe\x00\x00" * 50, "https://a.example/feed")


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault(status=202, body=" "), Retryable), (Fault(status=404), Permanent), (Fault(status=403), ConfigurationError)],
)
async def test_what_is_no_answer_is_an_error(server, connect, fault, error) -> None:
    server.fail(fault)
    with pytest.raises(error):
        await connect().clock()


async def test_the_time_is_its_servers(server, connect) -> None:
    server.add("Council")
    then = datetime(2031, 5, 1, 12, tzinfo=UTC)
    server.fail(Fault(headers={"Date": "Thu, 01 May 2031 12:00:00 GMT"}))
    assert (await connect().clock()).now == then
    assert abs((await connect().clock()).now - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_private_network_is_named_on_purpose(server, connect) -> None:
    with pytest.raises(ConfigurationError, match="private network"):
        await connect(private=False).clock()

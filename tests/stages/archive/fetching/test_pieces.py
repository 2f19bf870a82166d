"""A recording that is served in pieces becomes one file; what is no such recording is named."""

from __future__ import annotations

import json
import re

import av
import pytest

from automagic.store.catalogue import item_id
from tests.support.media.streams import stream_files
from tests.support.processes.python_programs import start
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.cablecast.data import MediaFile

MASTER = (
    "#EXTM3U\n"
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",DEFAULT=YES,URI="sound/film.m3u8"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=64x48,AUDIO="a"\nsmall/film.m3u8\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=128x96,AUDIO="a"\nlarge/film.m3u8\n'
)


@pytest.fixture
def answer(automagic, monkeypatch):
    """What `automagic archive … --json` prints."""
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *map(str, arguments), "--json", code=code)[0])

    return run


@pytest.fixture
def server(answer):
    with CablecastServer() as server:
        answer("add", "council", server.url, "--allow-private")
        yield server


def add(server, files, *, entry="film.m3u8", length=12.0):
    """A recording whose only media is a playlist."""
    vod = server.station.add("Show", vod=1, length=length)
    vod.files = {name: MediaFile(data) for name, data in files.items()}
    vod.extra = {"url": f"{server.url}/vod/{vod.folder}/{entry}"}
    return vod


def below(folder, files):
    return {f"{folder}/{name}": data for name, data in files.items()}


def film_of(home):
    return next((home / "archive" / "council" / item_id("council", "1", 1)).glob("*.[mo]p*"))


def look(path):
    """Size of the picture, streams, seconds, and how many pictures can be decoded."""
    with av.open(str(path)) as film:
        pictures = sum(1 for _ in film.decode(video=0)) if film.streams.video else 0
        width = film.streams.video[0].width if film.streams.video else 0
        return width, [one.type for one in film.streams], round(film.duration / 1e6), pictures


@pytest.mark.parametrize(
    "how",
    [{}, {"form": "fmp4"}, {"closed": True}, {"single": True}, {"form": "fmp4", "single": True}],
    ids=["ts", "fmp4", "encrypted", "one file", "one fmp4"],
)
def test_pieces_become_one_file_with_all_their_pictures(answer, home, server, how):
    add(server, stream_files(**how))
    assert answer("sync")["media"]["success"] == 1
    assert film_of(home).name == "film.mp4"
    assert look(film_of(home)) == (64, ["video", "audio"], 12, 120)
    assert not list(film_of(home).parent.glob(".*"))
    assert answer("scrub")["damaged"] == 0


def two_sizes():
    return {
        "vod.m3u8": MASTER.encode(),
        **below("small", stream_files(sound=False)),
        **below("large", stream_files(size="128x96", sound=False)),
        **below("sound", stream_files(pictures=False)),
    }


@pytest.mark.parametrize(
    ("settings", "width", "streams"),
    [
        ({}, 128, ["video", "audio"]),
        ({"ARCHIVE_DISK_GB": "0.001"}, 64, ["video", "audio"]),
        ({"ARCHIVE_MEDIA": "sound"}, 0, ["audio"]),
    ],
    ids=["best", "little room", "sound only"],
)
def test_the_best_size_that_there_is_room_for(answer, home, server, monkeypatch, settings, width, streams):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    add(server, two_sizes(), entry="vod.m3u8")
    assert answer("sync")["media"]["success"] == 1
    assert look(film_of(home))[:3] == (width, streams, 12)
    if not width:
        assert not [call.path for call in server.calls if "/large/" in call.path and call.path.endswith(".ts")]


def test_there_is_room_for_no_size(answer, server, monkeypatch):
    monkeypatch.setenv("ARCHIVE_DISK_GB", "0.00001")
    add(server, two_sizes(), entry="vod.m3u8")
    assert answer("sync")["media"]["skipped"] == 1
    assert not [call.path for call in server.calls if call.path.endswith(".ts")]


def test_parts_with_clocks_of_their_own_follow_each_other(answer, home, server):
    first, second = stream_files(6), stream_files(4)
    text = first["film.m3u8"].decode().replace("#EXT-X-ENDLIST", "#EXT-X-DISCONTINUITY").replace("film", "a/film")
    later = re.search(r"#EXTINF.*", second["film.m3u8"].decode(), re.DOTALL)[0].replace("film", "b/film")
    add(server, {"film.m3u8": (text + later).encode(), **below("a", first), **below("b", second)}, length=10.0)
    assert answer("sync")["media"]["success"] == 1
    assert look(film_of(home)) == (64, ["video", "audio"], 10, 100)


def test_a_killed_fetch_goes_on_with_the_piece_that_it_was_at(answer, home, server, monkeypatch):
    files = stream_files()
    add(server, files)
    answer("sync", "--no-media")
    folder = home / "archive" / "council" / item_id("council", "1", 1)
    monkeypatch.setenv("ARCHIVE_MBIT", "0.1")
    with start("-m", "automagic", "archive", "sync", cwd=home.parent) as program:
        while len([path for path in folder.glob(".pieces-*/*") if path.suffix == ""]) < 2:
            assert program.poll() is None
        program.kill()
        program.wait()
    monkeypatch.delenv("ARCHIVE_MBIT")
    server.calls.clear()
    assert answer("sync")["media"]["success"] == 1
    assert look(film_of(home)) == (64, ["video", "audio"], 12, 120)
    asked = {call.path.rpartition("/")[2] for call in server.calls}
    assert not asked & {"film0.ts", "film1.ts"}
    assert {"film4.ts", "film5.ts"} <= asked


def playlist(*lines, end=True):
    return "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:2", *lines, *(["#EXT-X-ENDLIST"] if end else [])]).encode()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (playlist("#EXTINF:2,", "film0.ts", end=False), "live or not finished"),
        (playlist("#EXTINF:2,", "file:///etc/passwd"), "no address of the web"),
        (playlist("#EXTINF:2,", "http://10.0.0.1/film0.ts"), "not on the public internet"),
        (playlist("#EXTINF:2,", "http://user@example.com/film0.ts"), "no address of the web"),
        (playlist("#EXTINF:nan,", "film0.ts"), "a piece of 'nan' seconds"),
        (playlist("#EXTINF:-1,", "film0.ts"), "a piece of '-1' seconds"),
        (playlist("#EXTINF:80000,", "film0.ts", "#EXTINF:80000,", "film1.ts"), "longer than a day"),
        (playlist(*["#EXTINF:1,", "film0.ts"] * 50_001), "more than 50,000 pieces"),
        (playlist(), "without a piece"),
        (playlist('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', "#EXTINF:2,", "film0.ts"), "encrypted with SAMPLE-AES"),
        (playlist('#EXT-X-KEY:METHOD=AES-128,URI="film0.ts"', "#EXTINF:2,", "film0.ts"), "gives no key"),
        (playlist("#EXTINF:2,", "list.m3u8"), "no piece of a film"),
        (playlist("#EXTINF:2,", "none.ts"), "404"),
        (playlist("#EXTINF:9.5,", "film0.ts"), "lasts 2 s, and its playlist says 10 s"),
        (b"#EXTM3U\n" + b"#EXT-X-STREAM-INF:BANDWIDTH=1\nfilm.m3u8\n" * 2000, "more than 200 sizes"),
        (b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfilm.m3u8\n", "playlists of playlists"),
        (b"<html>", "no HLS playlist"),
        (b"#EXTM3U\n" + b"#x\n" * (6 << 20), "more than 16 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_recording_is_named_and_the_next_is_fetched(answer, home, server, text, told):
    bogus = {"list.m3u8": playlist("#EXTINF:2,", "file:///etc/passwd")}
    add(server, {**stream_files(), **bogus, "film.m3u8": text}, length=0)
    other = server.station.add("Other", vod=2, length=0)
    other.files = {name: MediaFile(data) for name, data in stream_files(4).items()}
    other.extra = {"url": f"{server.url}/vod/{other.folder}/film.m3u8"}
    found = answer("sync", code=4 if told == "404" else 5)["error"]
    assert told in found["message"]
    assert answer("status")["sources"][0]["with_media"] == 1

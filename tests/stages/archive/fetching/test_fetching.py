"""The media of a source: a folder's stay where they are, a server's are fetched, and what cannot be had is named."""

from __future__ import annotations

import errno
import hashlib
import json
from datetime import UTC, datetime, time

import pytest

from automagic.gate import downloads
from automagic.settings import load_settings
from automagic.stages.archive.fetching import batch
from automagic.stages.archive.fetching.batch import fetch_media
from automagic.stages.archive.fetching.bounds import Bounds, Hours, NotNow
from automagic.store.catalogue import Catalogue, Change, item_id
from automagic.store.holdings import Holdings
from automagic.store.sources import Sources
from automagic.studio import open_studio
from automagic.values.station import StationItem
from tests.support.media.small_films import film_bytes, write_film
from tests.support.servers.files import FileServer, ServedFile


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


def test_a_folders_media_stay_and_one_that_is_cut_stops_no_other(answer, tmp_path):
    folder = tmp_path / "meetings"
    folder.mkdir()
    write_film(folder / "2026-03-11 Council.mp4")
    cut = folder / "2026-03-18 Council.mp4"
    cut.write_bytes(film_bytes()[:-500])
    (folder / "note.mp3").write_bytes(b"no sound")
    answer("add", "council", str(folder))
    found = answer("sync", code=5)["error"]
    assert found["message"].startswith("note (")
    assert found["message"].endswith(", and 1 more")
    (source,) = answer("status")["sources"]
    assert (source["with_media"], source["failed"], source["bytes"]) == (1, 2, len(film_bytes()))
    assert len(list(folder.iterdir())) == 3
    again = answer("sync")
    assert again["media"] == {"success": 0, "failed": 0, "skipped": 0, "bytes": 0}
    write_film(cut)
    mended = answer("sync")
    assert (mended["changed"], mended["media"]["success"]) == (1, 1)
    assert answer("sync", "--retry", code=5)["error"]["message"].startswith("note")


# ------------------------------------------------------------------------------------------- over the network


@pytest.fixture
def server():
    with FileServer() as server:
        yield server


class Mirror:
    """A source whose list is what a test says."""

    def __init__(self, studio, server, *, allow_private=True):
        engine = studio.services.store.engine
        self.studio, self.server = studio, server
        self.catalogue, self.holdings = Catalogue(engine), Holdings(engine)
        Sources(engine).add("station", kind="folder", address=server.url, user="", allow_private=allow_private)
        self.source = Sources(engine).find("station")

    def list(self, name, **facts):
        item = StationItem(name, f"Show {name}", url=f"{self.server.url}/{name}.mp4", **facts)
        self.catalogue.write("station", [Change(item, 1, other_media=True)])

    async def fetch(self, **options):
        async with self.studio._open_run("archive", None) as run:
            return await fetch_media(self.source, run, zone="", **options)

    def find(self, name):
        return self.holdings.find(item_id("station", name, 1))


@pytest.fixture
async def open_mirror(home, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")
    opened = []

    async def open_it(server, *, allow_private=True, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        studio = open_studio(load_settings())
        opened.append(studio)
        return Mirror(await studio.__aenter__(), server, allow_private=allow_private)

    yield open_it
    for studio in opened:
        await studio.__aexit__(None, None, None)


async def test_media_are_fetched_and_fetched_again_when_their_file_changes(home, server, open_mirror):
    mirror = await open_mirror(server)
    server.files["1.mp4"] = ServedFile(film_bytes())
    mirror.list("1", length_s=12.0, sha1=hashlib.sha1(film_bytes(), usedforsecurity=False).hexdigest().upper())
    report = await mirror.fetch()
    assert (report.success, report.failed, report.bytes) == (1, 0, len(film_bytes()))
    item = mirror.find("1")
    assert (item.media_state, item.media_bytes) == ("there", len(film_bytes()))
    assert item.media_sha256 == hashlib.sha256(film_bytes()).hexdigest()
    assert item.media_path == str(home / "archive" / "station" / item.id / "1.mp4")
    assert (await mirror.fetch()).success == 0
    other = film_bytes(tone_hz=220)
    server.files["1.mp4"] = ServedFile(other, '"two"')
    mirror.list("1", length_s=12.5, size_bytes=len(other))
    assert mirror.find("1").media_state == "wanted"
    assert (await mirror.fetch()).success == 1
    assert mirror.find("1").media_sha256 == hashlib.sha256(other).hexdigest()


@pytest.mark.parametrize(
    ("served", "facts", "told", "state"),
    [
        (ServedFile(film_bytes()), {"length_s": 40.0}, "lasts 12 s, and its source says 40 s", "failed"),
        (ServedFile(film_bytes()), {"sha1": "0" * 40}, "SHA-1 differs", "failed"),
        (ServedFile(film_bytes()[:-900]), {}, "not a recording", "failed"),
        (ServedFile(b""), {}, "not a recording", "failed"),
        (ServedFile(b"<html>", media_type="text/html"), {}, "web page", "failed"),
        (None, {}, "404", "failed"),
        (ServedFile(film_bytes(), cut=10_000, ranges=False), {}, "broke off", "wanted"),
    ],
    ids=["length", "hash", "cut", "empty", "page", "missing", "breaks off"],
)
async def test_what_cannot_be_had_is_named_and_the_rest_goes_on(server, open_mirror, served, facts, told, state):
    mirror = await open_mirror(server)
    server.files["2.mp4"] = ServedFile(film_bytes())
    if served is not None:
        server.files["1.mp4"] = served
    mirror.list("1", event_at=datetime(2026, 3, 2, tzinfo=UTC), **facts)
    mirror.list("2", event_at=datetime(2026, 3, 1, tzinfo=UTC))
    report = await mirror.fetch()
    assert (report.success, report.failed) == (1, 1)
    assert told in next(report.findings)
    assert (mirror.find("1").media_state, mirror.find("2").media_state) == (state, "there")
    assert told in mirror.find("1").media_error


async def test_a_full_disk_ends_it_and_the_next_time_goes_on(server, open_mirror, monkeypatch):
    mirror = await open_mirror(server)
    film = film_bytes(60)
    for name in "123":
        server.files[f"{name}.mp4"] = ServedFile(film)
        mirror.list(name)
    append = downloads._Part.append

    def fill(part, file, block):
        append(part, file, block)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(downloads._Part, "append", fill)
        report = await mirror.fetch()
    assert (report.success, report.failed, report.skipped) == (0, 1, 2)
    assert "the disk is full" in " ".join(report.findings)
    assert {mirror.find(name).media_state for name in "123"} == {"wanted"}
    assert (await mirror.fetch()).success == 3
    assert sum(bool(start) for start in server.starts) == 1  # the first was gone on with


async def test_a_film_that_is_replaced_while_it_comes_is_the_new_one(server, open_mirror):
    mirror = await open_mirror(server)
    other = film_bytes(tone_hz=220)
    server.files["1.mp4"] = ServedFile(film_bytes(), cut=20_000, then=ServedFile(other, '"two"'))
    mirror.list("1")
    assert (await mirror.fetch()).success == 1
    assert mirror.find("1").media_sha256 == hashlib.sha256(other).hexdigest()


async def test_a_film_of_one_picture_is_one(server, open_mirror):
    mirror = await open_mirror(server)
    server.files["1.mp4"] = ServedFile(film_bytes(1, sound=False, rate="1"))
    mirror.list("1")
    assert (await mirror.fetch()).success == 1


async def test_a_source_that_stops_answering_is_left_alone(server, open_mirror):
    mirror = await open_mirror(server)
    for name in "12345":
        server.files[f"{name}.mp4"] = ServedFile(film_bytes(), cut=1, ranges=False)
        mirror.list(name)
    report = await mirror.fetch()
    assert (report.failed, report.skipped) == (3, 2)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ARCHIVE_DISK_GB": "0.00001"}, "ARCHIVE_DISK_GB"),
        ({"ARCHIVE_FREE_GB": "1000000"}, "ARCHIVE_FREE_GB"),
        ({"ARCHIVE_HOURS": "{0:%H:%M}-{0:%H:%M}"}, "it is not between"),
    ],
)
async def test_what_is_not_allowed_now_is_put_off(server, open_mirror, settings, told):
    now = datetime.now().astimezone()
    mirror = await open_mirror(server, **{name: value.format(now) for name, value in settings.items()})
    server.files["1.mp4"] = ServedFile(film_bytes())
    mirror.list("1")
    report = await mirror.fetch()
    assert (report.success, report.failed, report.skipped) == (0, 0, 1)
    assert told in next(report.findings)
    assert mirror.find("1").media_state == "wanted"


async def test_a_private_address_is_refused_unless_it_was_named_on_purpose(server, open_mirror):
    mirror = await open_mirror(server, allow_private=False)
    server.files["1.mp4"] = ServedFile(film_bytes())
    mirror.list("1")
    report = await mirror.fetch()
    assert "not on the public internet" in next(report.findings)
    assert not server.starts


async def test_only_the_sound_is_kept_where_a_person_wants_that(home, server, open_mirror):
    mirror = await open_mirror(server, ARCHIVE_MEDIA="sound")
    server.files["1.mp4"] = ServedFile(film_bytes())
    server.files["2.mp4"] = ServedFile(film_bytes(sound=False))
    mirror.list("1")
    mirror.list("2")
    report = await mirror.fetch()
    assert (report.success, report.failed) == (1, 1)
    item = mirror.find("1")
    assert item.media_path.endswith("/1.sound.opus")
    assert item.media_bytes < len(film_bytes())
    assert "has no sound" in mirror.find("2").media_error
    there = [path.name for path in (home / "archive" / "station").rglob("*") if path.is_file()]
    assert sorted(there) == [".lock", "1.sound.opus"]


async def test_a_film_is_not_fetched_again_when_its_sound_was_not_kept_in_time(server, open_mirror, monkeypatch):
    mirror = await open_mirror(server, ARCHIVE_MEDIA="sound")
    server.files["1.mp4"] = ServedFile(film_bytes())
    mirror.list("1")

    async def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batch, "keep_sound", die)
        with pytest.raises(KeyboardInterrupt):
            await mirror.fetch()
    assert server.sent_bytes == len(film_bytes())
    assert (await mirror.fetch()).success == 1
    assert server.sent_bytes == len(film_bytes()) + 1


async def test_the_film_of_a_kept_sound_goes_also_when_somebody_died_before(home, server, open_mirror):
    mirror = await open_mirror(server, ARCHIVE_MEDIA="sound")
    for name in "12":
        server.files[f"{name}.mp4"] = ServedFile(film_bytes())
    mirror.list("1")
    await mirror.fetch()
    folder = home / "archive" / "station" / mirror.find("1").id
    assert [path.name for path in folder.iterdir()] == ["1.sound.opus"]
    for name in ("1.mp4", "1.mp4.partial.json"):
        (folder / name).write_bytes(b"{}")
    mirror.list("2")
    await mirror.fetch()
    assert [path.name for path in folder.iterdir()] == ["1.sound.opus"]


def test_hours_over_midnight():
    night = Hours.read("22:00-6:00")
    assert [night.hold(time(hour)) for hour in (21, 22, 0, 5, 6)] == [False, True, True, True, False]


def test_hours_are_the_stations(tmp_path):
    bounds = Bounds(tmp_path, Hours.read("01:00-06:00"), now=lambda zone: datetime(2026, 3, 1, 7, tzinfo=zone))
    with pytest.raises(NotNow, match="between 01:00 and 06:00"):
        bounds.check(0)

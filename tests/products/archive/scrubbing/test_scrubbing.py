"""What lies here is read again: what is damaged or lost is named, marked, and fetched again where there is another."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

import pytest

from automagic.errors import MediaError
from automagic.products.archive.requests import SyncRequest
from automagic.products.archive.scrubbing.request import ScrubRequest
from automagic.settings import load_settings
from automagic.store.catalogue import item_id
from automagic.studio import open_studio
from tests.support.media.small_films import film_bytes, write_film
from tests.support.processes.python_programs import start
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.cablecast.data import MediaFile


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *map(str, arguments), "--json", code=code)[0])

    return run


@pytest.fixture
def station(answer, monkeypatch):
    """A station with three recordings, all of them here."""
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")
    with CablecastServer() as server:
        for number in range(3):
            film = film_bytes(2, tone_hz=300 + number)
            server.station.add(f"Show {number}", vod=number + 1, length=2.0, media=MediaFile(film))
        answer("add", "council", server.url, "--allow-private")
        assert answer("sync")["media"]["success"] == 3
        yield server


def film_of(home, number):
    return home / "archive" / "council" / item_id("council", str(number), 1) / "vod.mp4"


def flip(path):
    """One bit is another; its length stays."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_what_is_damaged_or_lost_is_named_and_the_next_sync_fetches_it_again(answer, home, station):
    assert answer("scrub") | {"run_id": "", "timings": {}} == {
        "run_id": "", "checked": 3, "bytes": sum(film_of(home, n).stat().st_size for n in (1, 2, 3)), "damaged": 0,
        "lost": 0, "changed": 0, "left": 0, "fresh": 0, "recordings": [], "findings": [], "timings": {},
    }  # fmt: skip
    assert (answer("scrub")["checked"], answer("scrub")["fresh"]) == (0, 3)
    before = [film_of(home, number).read_bytes() for number in (1, 2)]
    flip(film_of(home, 1))
    film_of(home, 2).unlink()
    told = answer("scrub", "council", "--older", "0", code=5)
    assert [told[name] for name in ("checked", "damaged", "lost", "changed")] == [3, 1, 1, 0]
    assert sum("the next sync fetches it again" in one for one in told["findings"]) == 2
    (source,) = answer("status")["sources"]
    assert [source[name] for name in ("with_media", "damaged", "lost", "failed")] == [1, 1, 1, 0]
    assert source["bytes"] == film_of(home, 1).stat().st_size + film_of(home, 3).stat().st_size
    assert len(answer("export", "council", "--bagit", "--out", home / "bag", code=7)["left_out"]) == 2
    assert answer("sync")["media"]["success"] == 2
    assert [film_of(home, number).read_bytes() for number in (1, 2)] == before
    assert answer("scrub", "--older", "0")["damaged"] == 0


def test_a_file_that_is_itself_again_is_there_again(answer, home, station):
    whole = film_of(home, 1).read_bytes()
    film_of(home, 1).write_bytes(whole[:-1])
    assert "had" in answer("scrub", code=5)["findings"][0]
    film_of(home, 1).write_bytes(whole)
    answer("scrub", "--older", "0")
    assert answer("status")["sources"][0]["with_media"] == 3


def test_what_is_held_or_gone_is_named_and_stays(answer, home, station):
    answer("hold", item_id("council", "1", 1), "--why", "records request", "--by", "Ann")
    station.station.delete(station.station.vods[2])
    with sqlite3.connect(home / "automagic.db") as database:
        database.execute("UPDATE archive_items SET gone_at = 1 WHERE remote_id = '2'")
    for number in (1, 2):
        flip(film_of(home, number))
    damaged = [film_of(home, number).read_bytes() for number in (1, 2)]
    told = " ".join(answer("scrub", code=5)["findings"])
    assert "it is held by Ann, so it stays as it is" in told
    assert "its source has none any more" in told
    assert answer("sync")["media"]["skipped"] == 1
    assert [film_of(home, number).read_bytes() for number in (1, 2)] == damaged
    film_of(home, 1).unlink()
    assert "fetches it again" in " ".join(answer("scrub", "--older", "0", code=5)["findings"])
    assert answer("sync")["media"]["success"] == 1
    (source,) = answer("status")["sources"]
    assert (source["held"], source["damaged"], source["lost"]) == (1, 1, 0)


def test_a_folder_has_no_other_copy_and_its_owner_may_write_it_anew(answer, tmp_path):
    folder = tmp_path / "meetings"
    folder.mkdir()
    for name in ("a", "b"):
        write_film(folder / f"{name}.mp4", 1)
    answer("add", "council", folder)
    answer("sync")
    at = (folder / "a.mp4").stat().st_mtime_ns
    flip(folder / "a.mp4")
    os.utime(folder / "a.mp4", ns=(at, at))
    write_film(folder / "b.mp4", 2)
    told = answer("scrub", code=5)
    assert (told["damaged"], told["changed"]) == (1, 1)
    assert "its folder has no other copy" in " ".join(told["findings"])
    again = answer("sync")["media"]
    assert (again["success"], again["skipped"]) == (1, 1)
    assert answer("status")["sources"][0]["damaged"] == 1


def test_a_disk_that_is_away_marks_nothing(answer, home, station):
    folder = home / "archive" / "council"
    folder.rename(home / "elsewhere")
    told = answer("scrub", code=5)
    assert (told["checked"], told["left"], told["lost"]) == (0, 3, 0)
    assert answer("status")["sources"][0]["with_media"] == 3
    assert answer("scrub", "--lost", code=5)["lost"] == 3
    (home / "elsewhere").rename(folder)
    assert answer("scrub", "--older", "0")["checked"] == 3
    assert answer("status")["sources"][0]["with_media"] == 3


def test_within_a_budget_the_longest_unread_comes_first(answer, station):
    for left in (2, 1, 0):
        told = answer("scrub", "--max-gb", "0.000001")
        assert (told["checked"], told["left"]) == (1, left)


def test_a_killed_scrub_goes_on_with_the_rest(answer, home, station):
    with (
        start("-m", "automagic", "archive", "scrub", "--rate", "0.02", "--json") as program,
        closing(sqlite3.connect(home / "automagic.db", isolation_level=None)) as database,
    ):
        count = "SELECT count(*) FROM archive_items WHERE media_checked_at IS NOT NULL"
        while not database.execute(count).fetchone()[0]:
            assert program.poll() is None
        program.kill()
        program.wait()
        done = database.execute(count).fetchone()[0]
    assert done < 3
    told = answer("scrub")
    assert (told["checked"], told["fresh"]) == (3 - done, done)


async def test_from_python(home, station):
    flip(film_of(home, 1))
    async with open_studio(load_settings()) as studio:
        with pytest.raises(MediaError, match="another content"):
            raise (await studio.run(ScrubRequest())).complaint
        assert (await studio.run(SyncRequest())).facts["media"]["success"] == 1

"""The recordings of stations and backups: left out unless they are asked for, and then known to be lost."""

from __future__ import annotations

import json
import tarfile

import pytest

from automagic.store.catalogue import item_id
from tests.support.media.small_films import film_bytes, write_film
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.cablecast.data import MediaFile


@pytest.fixture
def answer(automagic):
    """What `automagic … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic(*map(str, arguments), "--json", code=code)[0])

    return run


@pytest.fixture
def station(answer, monkeypatch, tmp_path):
    """A station with two recordings, and a person's own folder with one; all of them are here."""
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")
    (tmp_path / "own").mkdir()
    write_film(tmp_path / "own" / "a.mp4", 1)
    with CablecastServer() as server:
        for number in (1, 2):
            server.station.add(f"Show {number}", vod=number, length=2.0, media=MediaFile(film_bytes(2)))
        answer("archive", "add", "council", server.url, "--allow-private")
        answer("archive", "add", "own", tmp_path / "own")
        assert answer("archive", "sync")["media"]["success"] == 3
        yield server


def counts(answer):
    """Source → here, damaged, lost."""
    told = answer("archive", "status")["sources"]
    return {one["name"]: (one["with_media"], one["damaged"], one["lost"]) for one in told}


def test_what_is_not_in_a_backup_is_lost_and_fetched_again(answer, automagic, home, station, tmp_path):
    saved = answer("backup", tmp_path / "plain.tar")
    size = 2 * len(film_bytes(2))
    assert (saved["media"], saved["media_left"], saved["media_left_bytes"]) == (0, 2, size)
    assert "without 2 recordings of stations" in automagic("backup", str(tmp_path / "again.tar"))[0]
    home.rename(tmp_path / "before")
    assert answer("restore", tmp_path / "plain.tar")["media_lost"] == 2
    assert not [path.name for path in home.iterdir() if path.name.endswith(("-wal", "-shm"))]
    assert counts(answer) == {"council": (0, 0, 2), "own": (1, 0, 0)}
    assert answer("archive", "sync")["media"]["success"] == 2
    assert answer("archive", "scrub")["damaged"] == 0
    assert counts(answer) == {"council": (2, 0, 0), "own": (1, 0, 0)}


def test_media_that_are_saved_are_where_the_restored_home_is(answer, home, station, tmp_path):
    folder = home / "archive" / "council" / item_id("council", "1", 1)
    (folder / "vod.mp4.partial").write_bytes(b"x")
    assert answer("backup", tmp_path / "all.tar", "--media")["media"] == 2
    with tarfile.open(tmp_path / "all.tar") as tar:
        assert sum(name.startswith("archive/") for name in tar.getnames()) == 2
    home.rename(tmp_path / "before")
    assert answer("restore", tmp_path / "all.tar")["media_lost"] == 0
    assert counts(answer) == {"council": (2, 0, 0), "own": (1, 0, 0)}
    assert answer("archive", "scrub")["checked"] == 3
    assert "with_media" in answer("archive", "status")["sources"][0]
    (tmp_path / "before").rename(tmp_path / "away")
    assert answer("archive", "scrub", "--older", 0)["lost"] == 0

"""The archive by command line, from Python, and as a job."""

from __future__ import annotations

import json
import os

import pytest

from automagic.errors import RequestError
from automagic.products.archive.requests import AddSourceRequest, HoldRequest, SyncRequest
from automagic.settings import load_settings
from automagic.store.catalogue import item_id
from automagic.studio import open_studio
from tests.support.media.small_films import write_film


@pytest.fixture
def meetings(tmp_path):
    folder = tmp_path / "meetings"
    folder.mkdir()
    for day in (11, 18):
        write_film(folder / f"2026-03-{day} Council.mp4", 1)
    return folder


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


def test_a_folder_is_added_looked_at_and_counted(answer, meetings):
    assert answer("add", "council", str(meetings))["change"] == "added"
    assert answer("add", "council", str(meetings))["change"] == "known"
    planned = answer("sync", "--plan")
    assert (planned["new"], planned["plan"]) == (2, True)
    found = answer("sync", "council", "--no-media")
    assert {name: found[name] for name in ("items", "new", "changed", "missing", "gone", "returned", "findings")} == {
        "items": 2, "new": 2, "changed": 0, "missing": 0, "gone": 0, "returned": 0, "findings": [],
    }  # fmt: skip
    again = answer("sync", "--no-media")
    assert (again["new"], again["statements"], again["commits"]) == (0, 2, 0)
    (source,) = answer("status")["sources"]
    assert (source["name"], source["items"], source["pending"], source["held"]) == ("council", 2, 2, 0)
    assert answer("sync")["media"] == {"success": 2, "failed": 0, "skipped": 0, "bytes": 0}
    (source,) = answer("status")["sources"]
    assert (source["pending"], source["with_media"]) == (0, 2)


def test_a_source_that_is_away_is_told_and_nothing_is_missing(answer, meetings):
    answer("add", "council", str(meetings))
    answer("sync")
    meetings.rename(meetings.with_name("away"))
    told = answer("sync", code=4)
    assert "is not there" in told["error"]["message"]
    (source,) = answer("status")["sources"]
    assert (source["items"], source["missing"]) == (2, 0)


def test_a_file_that_cannot_be_listed_is_told_and_the_rest_goes_on(answer, meetings):
    (meetings / os.fsdecode(b"\xe9t\xe9.mp4")).write_bytes(b"film")
    answer("add", "council", str(meetings))
    assert "is no UTF-8" in answer("sync", code=5)["error"]["message"]
    (source,) = answer("status")["sources"]
    assert (source["items"], source["with_media"], source["missing"]) == (2, 2, 0)


def test_a_held_recording_keeps_its_source(answer, meetings):
    answer("add", "council", str(meetings))
    answer("sync")
    name = item_id("council", "2026-03-11 Council.mp4", 1)
    assert answer("hold", name, "--why", "records request", "--by", "Ann")["held"]
    told = answer("remove", "council", code=2)
    assert "1 recording of council must stay: held" in told["error"]["message"]
    assert not answer("release", name)["held"]
    assert answer("remove", "council")["recordings"] == 2
    assert len(list(meetings.iterdir())) == 2


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("sync",), "no source yet"),
        (("sync", "nobody"), "no source nobody"),
        (("add", "Council", "/tmp"), "not a valid name"),
        (("add", "../x", "/tmp"), "not a valid name"),
        (("add", "council", "/no/such/folder"), "is no folder here"),
        (("add", "council", "ftp://station.example"), "is no folder here"),
        (("hold", "abc", "--why", "x", "--by", "y"), "no recording abc"),
        (("hold", "abc", "--why", " ", "--by", "y"), "needs a reason"),
    ],
)
def test_what_cannot_be_done_is_said(answer, args, told):
    error = answer(*args, code=2)["error"]
    assert told in error["message"]
    assert error["hint"]


async def test_from_python(home, meetings, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    async with open_studio(load_settings()) as studio:
        await studio.run(AddSourceRequest("council", str(meetings)))
        assert (await studio.run(SyncRequest("council"))).facts["new"] == 2


def test_a_hold_needs_a_reason():
    with pytest.raises(RequestError, match="reason"):
        HoldRequest("abc", "", "Ann")

"""All that the archive can be asked for is also a job, and stands on schedules: what came of it is kept."""

from __future__ import annotations

import json

import pytest

from automagic.products.archive import PRODUCT
from automagic.products.archive.captioning.request import CaptionsRequest
from automagic.products.archive.checking.request import CheckCaptionsRequest
from automagic.products.archive.exporting.request import ExportRequest
from automagic.products.archive.hearing.request import HearRequest
from automagic.products.archive.publishing.request import PublishCaptionsRequest
from automagic.products.archive.requests import ArchiveStatusRequest, HoldRequest, ReleaseRequest
from automagic.products.archive.scrubbing.request import ScrubRequest
from automagic.settings import load_settings
from automagic.store.catalogue import item_id
from automagic.studio import open_studio
from tests.support.homes.heard_recordings import note_heard, say
from tests.support.media.small_films import film_bytes
from tests.support.processes.python_programs import run_command
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.cablecast.data import MediaFile


@pytest.fixture
def station(automagic, home, monkeypatch):
    """A station, added, with one recording that is here and heard."""
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")
    with CablecastServer() as server:
        monkeypatch.setenv("ARCHIVE_PASSWORD", server.key)
        server.station.add("Council", vod=1, length=12.0, media=MediaFile(film_bytes(12)))
        automagic("archive", "add", "council", server.url, "--allow-private", "--user", server.user)
        automagic("archive", "sync")
        note_heard(home, item_id("council", "1", 1), say("The motion carries five to two."))
        yield server


def work(place):
    """Let a worker carry out what waits, in a folder of its own."""
    folder = place.home.parent / "elsewhere"
    folder.mkdir(exist_ok=True)
    outcome = run_command("worker", "--drain", cwd=folder)
    assert outcome.code == 0, outcome.err


def results(automagic):
    return {job["title"]: job for job in json.loads(automagic("jobs", "list", "--json")[0])["jobs"]}


def test_as_jobs(automagic, place, station):
    item = item_id("council", "1", 1)
    asked = (
        ("sync", "council"), ("hear", "council", "--captions-only"), ("captions", item, "--format", "vtt"),
        ("publish-captions", item, "--wait", "0.1"), ("hold", item, "--why", "request", "--by", "Ann"),
        ("export", "council", "--bagit", "--out", "bag"), ("scrub", "--older", "0"), ("status",), ("show", item),
        ("search", "motion"),
    )  # fmt: skip
    for arguments in asked:
        automagic("jobs", "add", "archive", *arguments)
    work(place)
    automagic("jobs", "add", "archive", "check", item)
    automagic("jobs", "add", "archive", "release", item)
    work(place)
    found = results(automagic)
    assert {job["state"] for job in found.values()} == {"succeeded"}
    assert found["look at council"]["result"]["items"] == 1
    assert found["scrub all sources"]["result"]["damaged"] == 0
    assert found["status of the archive"]["result"]["sources"][0]["with_media"] == 1
    assert found["export of council"]["result"]["bag"] == str(place.home.parent / "bag")
    assert (place.home.parent / "bag" / "bagit.txt").is_file()
    automagic("jobs", "fetch", found[f"captions of {item}"]["id"], "--out", "fetched")
    assert "motion" in (place.home.parent / "fetched" / f"{item}.vtt").read_text()
    assert sum(call.method == "POST" and call.path.endswith("/fileuploads") for call in station.calls) == 1


def test_on_schedules(automagic, place, station):
    item = item_id("council", "1", 1)
    options = {
        "sync": ("name=council",), "hear": ("limit=1", "captions_only=true"), "scrub": ("older=0", "max_gb=1"),
        "captions": (f"source={item}", "format=srt"), "check": (f"source={item}",), "status": (),
        "export": ("name=council", "bagit=true", "out=bag"), "hold": (f"id={item}", "why=request", "by=Ann"),
        "release": (f"id={item}",), "search": ("query=motion",), "show": (f"id={item}",),
        "publish-captions": (f"id={item}", "wait=0.1"),
    }  # fmt: skip
    assert {*options, "add", "remove"} == {operation.name for operation in PRODUCT.operations}
    for name, given in options.items():
        sets = [part for one in given for part in ("--set", one)]
        automagic("schedule", "add", name, "--every", "1d", "--kind", f"archive {name}", *sets)
    for name in ("sync", "export", "scrub", "status"):
        automagic("schedule", "fire", name)
    work(place)
    assert {job["state"] for job in results(automagic).values()} == {"succeeded"}
    assert (place.home.parent / "bag" / "bagit.txt").is_file()


async def test_from_python(home, station):
    item = item_id("council", "1", 1)
    async with open_studio(load_settings()) as studio:
        assert (await studio.run(HearRequest("council", captions_only=True))).facts["failed"] == 0
        assert "motion" in (await studio.run(CaptionsRequest(item, format="srt"))).facts["text"]
        published = await studio.run(PublishCaptionsRequest(item, wait_minutes=0.1))
        assert published.facts["state"] == "published"
        assert (await studio.run(CheckCaptionsRequest(item))).facts["cues"] == 1
        assert (await studio.run(HoldRequest(item, "request", "Ann"))).facts["held"]
        assert not (await studio.run(ReleaseRequest(item))).facts["held"]
        bag = await studio.run(ExportRequest("council", bagit=True, bag=home.parent / "bag"))
        assert (bag.folder / "bagit.txt").is_file()
        assert (await studio.run(ScrubRequest(older_days=0))).facts["checked"] == 1
        assert (await studio.run(ArchiveStatusRequest())).facts["sources"][0]["with_transcript"] == 1

"""Clips are published one by one: each that passed, each once, and one that fails stops no other."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automagic import open_studio
from automagic.destinations.shared.publication import DestinationAccess, Receipt
from automagic.destinations.shared.registry import Target
from automagic.destinations.shared.result_folder import read_results
from automagic.errors import QualityError, RequestError
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.result import ClipsResult
from automagic.settings import Settings
from automagic.stages.publishing import NotAllPublished, publish_each
from automagic.values.events import Event
from automagic.values.secret import Secret
from tests.support.homes.result_folders import make_result, open_access
from tests.support.processes.python_programs import Outcome, run_command
from tests.support.servers.base import Fault
from tests.support.servers.webhook import KNOWN, WebhookServer
from tests.support.servers.youtube import YouTubeServer
from tests.support.vendors.youtube_channel import channel, permit

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]


@pytest.fixture(scope="module")
def server() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


def settings(home: Path) -> Settings:
    return Settings(automagic_home=home, video_preset="ultrafast", of_plugins={"WEBHOOK_SECRET": Secret(KNOWN)})


def make(home: Path, season: Path, out: Path, *publish: str, count: int = 2) -> ClipsResult:
    async def run() -> ClipsResult:
        async with open_studio(settings(home)) as studio:
            recording, transcript = season / "part 2.mp4", season / "part 2.json"
            request = ClipsRequest(
                str(recording), ("square",), count, 4.0, 7.0, transcript=transcript, out=out, credentials=False,
                publish=publish,
            )  # fmt: skip
            return await studio.clips(request)

    return asyncio.run(run())


def publish(home: Path, result: Path, *to: str, clips: tuple[str, ...] = ()) -> tuple[Receipt, ...]:
    async def run() -> tuple[Receipt, ...]:
        async with open_studio(settings(home)) as studio:
            return await studio.publish(result, to, clips=clips)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def made(
    season: Path, clips_home: Path, server: WebhookServer, tmp_path_factory: pytest.TempPathFactory
) -> ClipsResult:
    """Two clips, published in a folder and by a webhook right after they were made."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "share").mkdir()
    return make(clips_home, season, folder / "out", f"folder:{folder / 'share'}", f"webhook:{server.url}/hook")


@pytest.fixture
def out(made: ClipsResult) -> Path:
    assert made.folder is not None
    return made.folder


def test_each_clip_goes_everywhere_right_after_it_was_made(made, out, server):
    titles = [clip.plan.title for clip in made.clips]
    assert [(one.clip, one.destination.partition(":")[0], one.state) for one in made.receipts] == [
        (title, kind, "published") for title in titles for kind in ("folder", "webhook")
    ]
    assert (made.complaint, made.state) == (None, "succeeded")
    shared = {path.name: {file.name for file in path.iterdir()} for path in (out.parent / "share").iterdir()}
    assert len(shared) == 2
    for name, files in shared.items():
        assert name.startswith("part-2-"), "which recording it is of, and not which number it had"
        assert {"video.mp4", "thumbnail.jpg", "captions.srt", "metadata.json", "quality.json"} <= files
        assert "timeline.otio" not in files, "it leads to a recording on this machine"
    told = [payload["data"] for payload in server.accepted.values()]
    assert sorted(one["title"] for one in told) == sorted(titles)
    assert all(one["description"] and one["tags"] and one["captions"] == "captions.srt" for one in told)


def test_the_same_clips_in_another_result_are_not_published_twice(made, out, season, clips_home, server, tmp_path):
    before = set(server.accepted)
    places = (f"folder:{out.parent / 'share'}", f"webhook:{server.url}/hook")
    fewer = make(clips_home, season, tmp_path / "later", *places, count=1)
    assert [one.state for one in fewer.receipts] == ["unchanged", "unchanged"]
    assert {one.state for one in publish(clips_home, out, *places)} == {"unchanged"}
    assert set(server.accepted) == before


def test_some_clips_are_named_by_number_id_or_folder(made, out, clips_home, tmp_path):
    second = json.loads((out / "clips.json").read_text())["clips"][1]
    for number, name in enumerate(("2", second["id"], second["folder"])):
        (receipt,) = publish(clips_home, out, f"folder:{tmp_path / str(number)}", clips=(name,))
        facts = json.loads((tmp_path / str(number) / receipt.id / "metadata.json").read_text())
        assert facts["title"] == second["title"]
    (receipt,) = publish(clips_home, out / second["folder"], f"folder:{tmp_path / 'alone'}")
    assert receipt.state == "published"
    with pytest.raises(RequestError, match="no clip '3'") as caught:
        publish(clips_home, out, f"folder:{tmp_path}", clips=("3",))
    assert f"2 ({second['title']})" in caught.value.hint


def test_a_clip_that_did_not_pass_is_not_published(made, out, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    listed = json.loads((copy / "clips.json").read_text())
    first = listed["clips"][0]
    (copy / first["folder"]).rename(copy / f"{first['folder']}.rejected")
    first |= {"folder": f"{first['folder']}.rejected", "passed": False}
    (copy / "clips.json").write_text(json.dumps(listed))
    assert [one.title for one in read_results(copy, run_id="r")] == [listed["clips"][1]["title"]]
    with pytest.raises(QualityError, match="clip 1 did not pass"):
        read_results(copy, run_id="r", clips=("1",))
    listed["clips"] = [first]
    (copy / "clips.json").write_text(json.dumps(listed))
    with pytest.raises(QualityError, match="no clip in copy passed"):
        read_results(copy, run_id="r")


@pytest.mark.parametrize(
    "damage",
    [
        lambda one, folder: one.update(folder="../.."),
        lambda one, folder: one.pop("folder"),
        lambda one, folder: (folder / one["folder"] / "metadata.json").write_text('{"title": "x"}'),
        lambda one, folder: (folder / one["folder"] / "video.mp4").unlink(),
        lambda one, folder: rename(folder / one["folder"], "../x"),
        lambda one, folder: rename(folder / one["folder"], ".hidden"),
    ],
)
def test_a_folder_of_clips_that_is_damaged_is_refused(damage, made, out, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    listed = json.loads((copy / "clips.json").read_text())
    damage(listed["clips"][0], copy)
    (copy / "clips.json").write_text(json.dumps(listed))
    with pytest.raises(RequestError):
        read_results(copy, run_id="r")


def rename(clip: Path, name: str) -> None:
    facts = json.loads((clip / "metadata.json").read_text())
    (clip / "metadata.json").write_text(json.dumps(facts | {"name": name}))


def test_a_video_has_no_clips(store, tmp_path):
    folder = make_result(tmp_path / "video", store)
    assert len(read_results(folder, run_id="r")) == 1
    with pytest.raises(RequestError, match="holds no clips"):
        read_results(folder, run_id="r", clips=("1",))


# ------------------------------------------------------------------------------------------------ what fails


def test_one_that_fails_stops_no_other_and_is_told(made, out, clips_home, tmp_path):
    with WebhookServer() as server:
        server.fail(Fault(status=400))
        with pytest.raises(NotAllPublished) as caught:
            publish(clips_home, out, f"webhook:{server.url}/hook")
        error = caught.value
        first, second = (clip.plan.title for clip in made.clips)
        assert error.message.startswith(f"1 of 2 clips could not be published: {first}: ")
        assert (error.exit_code, [one.clip for one in error.receipts]) == (4, [second])
        states = {one.clip: one.state for one in publish(clips_home, out, f"webhook:{server.url}/hook")}
        assert states == {first: "published", second: "unchanged"}


def command(home: Path, cwd: Path, *arguments: str) -> Outcome:
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), "VIDEO_PRESET": "ultrafast", "WEBHOOK_SECRET": KNOWN}
    return run_command(*arguments, cwd=cwd, environment=environment)


def test_the_command_line_says_what_was_published_and_what_was_not(made, out, season, clips_home, tmp_path):
    with WebhookServer() as server:
        place = f"webhook:{server.url}/hook"
        server.fail(Fault(status=400))
        outcome = command(clips_home, tmp_path, "publish", str(out), "--to", place, "--json")
        assert outcome.code == 4
        told = json.loads(outcome.out)
        assert (len(told["receipts"]), len(told["failed"])) == (1, 1)
        assert "Error: 1 of 2 clips could not be published" in outcome.err
        short = ("--min", "4", "--max", "7", "--max-clips", "2", "--platform", "square", "--no-credentials")
        given = ("part 2.mp4", "--transcript", "part 2.json", "--out", str(tmp_path / "again"), "--publish", place)
        server.fail(Fault(status=400))
        outcome = command(clips_home, season, "clips", *given, *short, "--json")
        assert outcome.code == 4, outcome.err
        told = json.loads(outcome.out)
        assert [one["state"] for one in told["published"]] == ["unchanged"]
        assert len(told["unpublished"]) == 1
        outcome = command(clips_home, season, "clips", *given, *short)
        assert outcome.code == 0, outcome.err
        assert sorted(line.split(": ")[2].split(",")[0] for line in outcome.out.splitlines() if "webhook" in line) == [
            "already there", "published",
        ]  # fmt: skip


def test_a_job_publishes_and_goes_on_when_it_is_tried_again(season, clips_home, tmp_path):
    with WebhookServer() as server:
        server.fail(Fault(status=400))
        add = (
            "jobs", "add", "clips", "part 2.mp4", "--transcript", "part 2.json", "--min", "4", "--max", "7",
            "--max-clips", "2", "--platform", "square", "--no-credentials", "--key", "talk",
            "--publish", f"webhook:{server.url}/hook",
        )  # fmt: skip
        assert command(clips_home, season, *add).code == 0
        told = command(clips_home, season, "worker", "--drain").err
        assert "could not be published" in told
        job = json.loads(command(clips_home, season, "jobs", "show", "talk", "--json").out)
        assert (job["state"], job["error"]["exit_code"], len(job["result"]["published"])) == ("failed", 4, 1)
        got = tmp_path / "got"
        assert command(clips_home, season, "jobs", "fetch", "talk", "--out", str(got)).code == 0
        assert (got / "clips.json").is_file(), "what was made passed: it is not set aside"
        assert command(clips_home, season, "jobs", "retry", "talk").code == 0
        assert command(clips_home, season, "worker", "--drain").code == 0
        job = json.loads(command(clips_home, season, "jobs", "show", "talk", "--json").out)
        assert job["state"] == "succeeded"
        assert sorted(one["state"] for one in job["result"]["published"]) == ["published", "unchanged"]
        assert len(server.accepted) == 2


# ------------------------------------------------------------------------------------------------ YouTube


class Told:
    """As much of a run as publishing needs."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


async def test_youtube_gets_each_clip_with_its_own_words(made, out, home, engine):
    with YouTubeServer() as server:
        permit(server, home)
        client = {"YOUTUBE_CLIENT_ID": server.client_id, "YOUTUBE_CLIENT_SECRET": Secret(server.client_secret)}
        async with open_access(home, engine, **client) as access:
            receipts, failures = await upload(server, access, out)
            again, _ = await upload(server, access, out)
        assert failures == ()
        assert [one.state for one in again] == ["unchanged", "unchanged"]
        assert [one.id for one in again] == [one.id for one in receipts]
        assert len(server.videos) == 2
        for receipt in receipts:
            video = server.videos[receipt.id]
            assert video.resource["snippet"]["title"] == receipt.clip
            assert receipt.clip.split()[0] in video.resource["snippet"]["description"]
            assert video.resource["status"]["containsSyntheticMedia"] is False, "it was recorded"
            assert video.captions


async def upload(server: YouTubeServer, access: DestinationAccess, out: Path) -> tuple[Any, Any]:
    run: Any = Told()
    return await publish_each(read_results(out, run_id="r"), [(Target("youtube"), channel(server, access))], run)

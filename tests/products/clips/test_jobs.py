"""Clips that are made later: what travels with the job, what stays where it lies, and that it is the same one then."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest

from automagic import ClipsRequest, VideoRequest
from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind, kind_of
from automagic.jobs.queue.client import AsyncJobQueue
from automagic.jobs.queue.files import JobFiles, KeptFile
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from tests.support.media.stock_clips import write_dot
from tests.support.processes.worker_programs import drain, wait_until, worker

SAID = ("Why does bread rise?", "Because yeast eats sugar and makes gas.", "In 1857 Pasteur showed that it is alive.")
SHORT = {"min": 3, "max": 6, "max_clips": 1, "platform": "square", "credentials": False}


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filmed") / "talk.mp4"
    write_dot(path, length_s=9.0)
    return path


@pytest.fixture
def talk(filmed: Path, tmp_path: Path) -> Path:
    shutil.copy(filmed, tmp_path)
    segments = [{"text": text, "start": 3.0 * n, "end": 3.0 * n + 2.5} for n, text in enumerate(SAID)]
    (tmp_path / "talk.json").write_text(json.dumps({"language": "en", "segments": segments}))
    return tmp_path / "talk.mp4"


def document_of(place: QueueLocation) -> dict[str, Any]:
    with closing(sqlite3.connect(place.file)) as connection:
        ((text,),) = connection.execute("SELECT inputs FROM workflow_input").fetchall()
    document: dict[str, Any] = json.loads(text)["args"][0]
    return document


def test_a_recording_stays_where_it_lies_and_the_rest_is_copied(place, queue, talk, tmp_path):
    values = {"recording": "talk.mp4", "transcript": "talk.json", "max_cost": "0.50", **SHORT}
    [added] = queue.add([queue.read("clips", values, folder=tmp_path)])
    document = document_of(place)
    assert queue.find(added.id).title == "clips of talk.mp4"
    assert document["files"]["recordings/0/talk.mp4"][1:] == [talk.stat().st_size, str(talk)]
    assert sorted(document["files"]) == ["recordings/0/talk.mp4", "transcript/talk.json"]
    assert len(list((place.home / "artifacts").glob("*/*"))) == 1, "the transcript"
    there = tmp_path / "there"
    there.mkdir()
    JobFiles(place).place({name: KeptFile(name, *kept) for name, kept in document["files"].items()}, there)
    request = find_kind("clips").unpack(document["request"], there, out=tmp_path / "out")
    assert Path(request.recording).resolve() == talk
    assert request.transcript == there / "transcript" / "talk.json"
    assert (request.max_clips, request.min_s, str(request.max_cost_usd)) == (1, 3.0, "0.50")
    talk.unlink()
    with pytest.raises(RequestError, match=f"{talk} does not exist"):
        JobFiles(place).place({"talk.mp4": KeptFile("talk.mp4", *document["files"]["recordings/0/talk.mp4"])}, there)


def test_what_is_named_of_the_archive_is_found_when_its_turn_has_come(place, queue, tmp_path):
    [added] = queue.add([queue.read("clips", {"recording": "archive:council", "query": "rivers"}, folder=tmp_path)])
    assert queue.find(added.id).title == "clips of archive:council"
    document = document_of(place)
    assert (document["files"], document["request"]["recording"]) == ({}, "archive:council")


def test_machines_that_share_files_get_a_copy(place, talk, tmp_path):
    shared = QueueLocation(place.home, artifacts_url=str(tmp_path / "shared"))
    queue = JobQueue(shared)
    queue.add([queue.read("clips", {"recording": "talk.mp4"}, folder=tmp_path)])
    ((sha256, size_bytes),) = document_of(shared)["files"].values()
    assert (tmp_path / "shared" / sha256[:2] / sha256).read_bytes() == talk.read_bytes()
    talk.unlink()
    there = tmp_path / "there"
    there.mkdir()
    JobFiles(shared).place({"recordings/0/talk.mp4": KeptFile("recordings/0/talk.mp4", sha256, size_bytes)}, there)
    request = find_kind("clips").unpack(document_of(shared)["request"], there, out=tmp_path / "out")
    assert Path(request.recording).stat().st_size == size_bytes
    assert request.originals[request.recording] == str(talk), "for editing programs"


def test_a_folder_is_taken_as_it_is_now(place, queue, talk, tmp_path):
    season = tmp_path / "season"
    season.mkdir()
    for name in ("one.mp4", "two.mp4"):
        os.link(talk, season / name)
    (season / "notes.txt").write_text("not a video")
    queue.add([queue.read("clips", {"recording": "season"}, folder=tmp_path)])
    document = document_of(place)
    os.link(talk, season / "three.mp4")
    there = tmp_path / "there"
    there.mkdir()
    JobFiles(place).place({name: KeptFile(name, *kept) for name, kept in document["files"].items()}, there)
    request = find_kind("clips").unpack(document["request"], there, out=tmp_path / "out")
    assert Path(request.recording).name == "season"
    assert sorted(path.name for path in Path(request.recording).iterdir()) == ["one.mp4", "two.mp4"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "no recording"),
        ({"recording": "none.mp4"}, "does not exist"),
        ({"recording": "talk.json"}, "not a recording"),
        ({"recording": "talk.mp4", "layout": "zoom"}, "no layout 'zoom'"),
        ({"recording": "talk.mp4", "min": 9, "max": 5}, "do not fit"),
        ({"recording": "talk.mp4", "max_clips": 0}, "between 1 and 200"),
        ({"recording": "talk.mp4", "max_cost": "lots"}, "max_cost"),
        ({"recording": "talk.mp4", "platform": "shrots"}, "shrots"),
        ({"recording": "talk.mp4", "transcript": "none.srt"}, "none.srt"),
        ({"recording": "talk.mp4", "lenght": 5}, "lenght"),
    ],
)
def test_what_cannot_be_made_is_refused_when_it_is_added(values, message, queue, talk, tmp_path):
    with pytest.raises(RequestError, match=message):
        queue.read("clips", values, folder=tmp_path)


def test_a_request_finds_its_kind():
    assert kind_of(ClipsRequest("talk.mp4")) == "clips"
    assert kind_of(VideoRequest(topic="Tides")) == "video"
    with pytest.raises(RequestError, match="no product makes a str"):
        kind_of("talk.mp4")
    assert find_kind("clips").options[0] == "recording"


def test_a_job_for_a_video_loads_nothing_that_only_clips_need():
    code = (
        "import sys; from automagic import VideoRequest; from automagic.jobs.kinds import find_kind, kind_of;"
        "find_kind(kind_of(VideoRequest(topic='Tides')));"
        "heavy = {'numpy', 'av', 'cv2', 'PIL', 'sqlalchemy', 'automagic.products.clips.recipe'};"
        "sys.stderr.write(', '.join(heavy & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_flags_and_lines_of_a_file_say_the_same(tmp_path):
    kind = find_kind("clips")
    typed = kind.read({"recording": ("talk.mp4",), "platform": ["shorts", "feed"], "max_clips": 3}, folder=tmp_path)
    in_csv = kind.read({"recording": "talk.mp4", "platform": "shorts, feed", "max_clips": "3"}, folder=tmp_path)
    assert typed == in_csv
    assert typed.recording == str(tmp_path / "talk.mp4")


async def test_the_desk_adds_clips_as_it_adds_videos(place, talk):
    job = await AsyncJobQueue(place).add(ClipsRequest(str(talk), max_clips=2), priority="high")
    assert (job.kind, job.priority, job.title) == ("clips", "high", "clips of talk.mp4")


def test_a_job_from_the_command_line_to_its_fetched_result(place, talk, tmp_path, automagic):
    pytest.importorskip("faster_whisper")
    (tmp_path / "more.jsonl").write_text(
        json.dumps({"kind": "clips", "recording": "talk.mp4", "transcript": "talk.json", "key": "changed", **SHORT})
    )
    flags = ("--transcript", "talk.json", "--min", "3", "--max", "6", "--max-clips", "1", "--platform", "square")
    automagic("jobs", "add", "clips", "talk.mp4", *flags, "--no-credentials", "--key", "made")
    drain(place)
    fetched = json.loads(automagic("jobs", "fetch", "made", "--out", "got", "--json")[0])
    assert {"clips.json", "timeline.fcpxml", "index.html"} <= set(fetched["files"])
    (video,) = (tmp_path / "got").glob("1-*/video.mp4")
    assert video.stat().st_size > 1000
    media = next(ElementTree.parse(tmp_path / "got" / "timeline.fcpxml").iter("media-rep"))  # noqa: S314 - our own
    assert media.get("src") == talk.as_uri()

    automagic("jobs", "add", "--batch", "more.jsonl")
    with talk.open("ab") as file:
        file.write(b"\0" * 8)
    drain(place)
    job = JobQueue(place).find("changed")
    assert job.state == "failed"
    assert job.error is not None
    assert "has changed since the job was added" in job.error["message"]


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_worker_that_makes_clips_of_thirty_recordings_holds_on_to_nothing(place, queue, talk, tmp_path):
    pytest.importorskip("faster_whisper")
    drafts = []
    for number in range(30):
        film = tmp_path / f"talk-{number}.mp4"
        write_dot(film, length_s=9.0 + 0.04 * number)
        shutil.copy(talk.with_suffix(".json"), film.with_suffix(".json"))
        values = {"recording": film.name, "transcript": f"talk-{number}.json", **SHORT}
        drafts.append(queue.read("clips", values, folder=tmp_path))
    held: list[tuple[int, int, int]] = []
    with worker(place, "--concurrency", "1") as process:
        for draft in drafts:  # one by one: what a worker holds at rest
            [job] = queue.add([draft])
            wait_until(lambda job=job: queue.find(job.id).finished)
            now = psutil.Process(process.pid)
            held.append((now.memory_info().rss, now.num_threads(), now.num_fds()))
    sys.stdout.write(f"MB after each job: {[rss >> 20 for rss, *_ in held]}\n")
    (early, *few), (late, *many) = held[5], held[-1]
    assert late < early * 1.15, [rss >> 20 for rss, *_ in held]
    assert many[0] <= few[0] + 3, "threads"
    assert many[1] <= few[1] + 6, "open files"

"""Jobs on SQLite, done by workers that are processes of their own."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import psutil
import pytest
from job_processes import (
    FOLDER,
    assert_none_repeated,
    drain,
    jobs_in_order,
    parts_done,
    parts_remembered,
    wait_until,
    worker,
)
from jobs_worker import trial

from automagic.errors import RequestError, ResourceError
from automagic.jobs.files import JobFiles, KeptFile
from automagic.jobs.place import QueuePlace
from automagic.jobs.progress import JobProgress
from automagic.jobs.queue import JobQueue, parse_time
from automagic.orchestrator.events import StepFinished, StepProgress, StepsPlanned, StepStarted

TAKE_OVER_S = 10.0
CANCEL_S = 2.0


@pytest.fixture
def place(tmp_path: Path) -> QueuePlace:
    return QueuePlace(tmp_path / "home")


@pytest.fixture
def queue(place: QueuePlace) -> JobQueue:
    return JobQueue(place)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.txt"


def automagic(place: QueuePlace, *arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"AUTOMAGIC_HOME": str(place.home)}
    done = subprocess.run(
        [sys.executable, str(FOLDER / "jobs_cli.py"), *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


# ---------------------------------------------------------------------------------------------- a whole one


def test_a_video_is_made_from_what_its_files_held_when_it_was_added(place, tmp_path):
    (tmp_path / "tides.md").write_text("# Tides\n\nThe moon pulls the sea.\n\nTwice a day it rises.\n")
    flags = ("--voice", "espeak", "--draft", "--platform", "square", "--music", "none", "--json")
    added = json.loads(automagic(place, "jobs", "add", "video", "--script", "tides.md", *flags, cwd=tmp_path).stdout)
    job = added["jobs"][0]["id"]
    (tmp_path / "tides.md").unlink()

    automagic(place, "worker", "--drain", cwd=tmp_path)
    shown = json.loads(automagic(place, "jobs", "show", job, "--json", cwd=tmp_path).stdout)
    assert shown["state"] == "succeeded"
    assert (shown["kind"], shown["title"], shown["progress"], shown["attempts"]) == ("video", "tides.md", 1.0, 1)
    assert shown["result"]["title"] == "Tides"

    automagic(place, "jobs", "fetch", job, "--out", "tides", cwd=tmp_path)
    assert "moon pulls the sea" in (tmp_path / "tides" / "transcript.txt").read_text()
    assert (tmp_path / "tides" / "video.mp4").stat().st_size > 10_000
    assert not list((place.home / "work").iterdir())
    needed = JobQueue(place).needed_files()
    assert {kept[0] for kept in shown["result"]["files"].values()} < needed


# ---------------------------------------------------------------------------------------------- adding


def test_urgent_jobs_come_first_and_equals_in_their_order(place, queue, log):
    names = ("low", "normal", "high", "normal", "urgent")
    added = [one.id for one in queue.add([trial(log, priority=name) for name in names])]
    drain(place, "--concurrency", "1")
    low, normal, high, other, urgent = added
    assert jobs_in_order(log) == [urgent, high, normal, other, low]


def test_the_same_key_makes_one_job_even_when_it_is_done(place, queue, log):
    [first] = queue.add([trial(log, key="daily 2027-01-31")])
    both = queue.add([trial(log, key="daily 2027-01-31"), trial(log, key="daily 2027-01-31")])
    drain(place)
    [late] = queue.add([trial(log, key="daily 2027-01-31")])
    assert {first.id, late.id, *(one.id for one in both)} == {first.id}
    assert (first.new, [one.new for one in both], late.new) == (True, [False, False], False)
    assert parts_done(log).total() == 1
    assert queue.find("daily 2027-01-31").id == first.id


def test_a_job_for_later_waits_for_its_time(place, queue, log):
    [later] = queue.add([trial(log, due_at=time.time() + 3600)])
    due_at = time.time() + 1
    [soon] = queue.add([trial(log, due_at=due_at)])
    assert queue.find(later.id).due_at == pytest.approx(time.time() + 3600, abs=60)
    with worker(place):
        wait_until(lambda: queue.find(soon.id).state == "succeeded")
    assert queue.find(later.id).state == "queued"
    assert log.stat().st_mtime >= due_at - 0.01


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31T18:00+01:00", "2027-01-31T17:00:00+00:00"),
        ("2027-01-31T18:00Z", "2027-01-31T18:00:00+00:00"),
        ("13:30", "2027-01-31T13:30:00+00:00"),
        ("11:00", "2027-02-01T11:00:00+00:00"),
    ],
)
def test_times_are_read_as_people_write_them(text, expected, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    now = datetime.fromisoformat("2027-01-31T12:00:00+00:00")
    assert parse_time(text, now=now) == datetime.fromisoformat(expected).timestamp()


@pytest.mark.parametrize("text", ["soon", "25:00", "2020-01-01T00:00", "2999-01-01"])
def test_a_time_that_cannot_be_is_refused(text):
    with pytest.raises(RequestError):
        parse_time(text)


def test_a_batch_with_one_wrong_line_adds_nothing(place, tmp_path):
    (tmp_path / "script.md").write_text("# One\n\nA thought.\n")
    (tmp_path / "batch.jsonl").write_text(
        '{"script": "script.md"}\n\n{"topic": "x", "platform": "shrots"}\n{"topc": "x"}\n'
        '{"topic": "x", "priority": "soon"}\n{"topic": "x", "duration": "long"}\n{"script": "no.md"}\nnonsense\n'
    )
    (tmp_path / "batch.csv").write_text("topic,platform,priority\nTides,shorts square,high\nRivers,,never\n")
    said = automagic(place, "jobs", "add", "--batch", "batch.jsonl", cwd=tmp_path, code=2).stderr
    for number, what in ((3, "shrots"), (4, "topc"), (5, "soon"), (6, "duration"), (7, "no.md"), (8, "JSON")):
        assert any(f"line {number}:" in line and what in line for line in said.splitlines()), said
    assert "line 1:" not in said
    assert (
        "line 3: there is no priority 'never'"
        in automagic(place, "jobs", "add", "--batch", "batch.csv", cwd=tmp_path, code=2).stderr
    )
    assert not place.home.exists() or JobQueue(place).find_all() == []


def test_a_batch_is_added_whole(place, tmp_path):
    (tmp_path / "batch.csv").write_text(
        'topic,platform,duration,priority,key,publish\nTides,"shorts,square",30,high,t1,\nRivers,,,,,folder:/tmp/x\n'
    )
    out = automagic(place, "jobs", "add", "--batch", "batch.csv", "--json", cwd=tmp_path).stdout
    assert [one["new"] for one in json.loads(out)["jobs"]] == [True, True]
    assert [(job.title, job.priority, job.key) for job in JobQueue(place).find_all()] == [
        ("Rivers", "normal", ""),
        ("Tides", "high", "t1"),
    ]
    with sqlite3.connect(place.file) as connection:
        rows = connection.execute("SELECT inputs FROM workflow_input").fetchall()
    requests = {row["request"]["topic"]: row["request"] for (text,) in rows for row in json.loads(text)["args"]}
    assert requests["Tides"]["platforms"] == ["shorts", "square"]
    assert requests["Tides"]["duration_s"] == 30
    assert requests["Rivers"]["publish"] == ["folder:/tmp/x"]


def test_pictures_music_and_theme_travel_with_the_job(place, queue, tmp_path):
    from automagic.jobs.kinds import find_kind
    from automagic.pipelines.video_request import unpack_video

    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"picture a")
    (tmp_path / "pictures" / "notes.txt").write_bytes(b"not a picture")
    (tmp_path / "song.mp3").write_bytes(b"music")
    (tmp_path / "s.md").write_text("# One\n\n![a](own.png)\n\nA thought.\n")
    values = {"script": "s.md", "images": "pictures", "music": "song.mp3", "max_cost": "0.50", "redo": ["speak"]}
    [added] = queue.add([queue.read("video", values, folder=tmp_path)])
    assert find_kind("video")
    with sqlite3.connect(place.file) as connection:
        [(text,)] = connection.execute("SELECT inputs FROM workflow_input").fetchall()
    document = json.loads(text)["args"][0]
    assert str(tmp_path) not in text
    assert sorted(document["files"]) == ["images/a.png", "music/song.mp3", "script/s.md"]

    there = tmp_path / "there"
    there.mkdir()
    files = {name: KeptFile(name, *kept) for name, kept in document["files"].items()}
    JobFiles(place).place(files, there)
    request = unpack_video(document["request"], there, out=tmp_path / "out")
    assert request.images is not None
    assert (request.images / "a.png").read_bytes() == b"picture a"
    assert Path(request.music).read_bytes() == b"music"
    assert Path(request.script or "").name == "s.md"
    assert (str(request.max_cost_usd), request.redo, request.theme) == ("0.50", ("speak",), "default")
    assert queue.find(added.id).title == "s.md"


def test_a_damaged_file_is_noticed_and_none_leaves_its_folder(place, tmp_path):
    files = JobFiles(place)
    kept = files.keep("a/b.txt", b"content")
    files.fetch(kept, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"content"
    (place.home / "artifacts" / kept.sha256[:2] / kept.sha256).write_bytes(b"changed")
    with pytest.raises(ResourceError, match="damaged"):
        files.fetch(kept, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    outside = KeptFile("../x", kept.sha256, kept.size_bytes)
    with pytest.raises(RequestError, match="outside"):
        files.place({"x": outside}, tmp_path / "folder")


def test_files_may_lie_behind_a_url(tmp_path):
    remote = JobFiles(QueuePlace(tmp_path, artifacts_url="memory://automagic-test"))
    kept = remote.keep("a.bin", b"content")
    assert remote.keep("again.bin", b"content").sha256 == kept.sha256
    remote.fetch(kept, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"content"
    with pytest.raises(ResourceError):
        remote.fetch(KeptFile("none", "0" * 64, 1), tmp_path / "none")


# ---------------------------------------------------------------------------------------------- working


def test_progress_is_seen_from_another_process(place, queue, log):
    [added] = queue.add([trial(log, parts=6, part_s=0.3)])
    with worker(place):
        seen = list(queue.watch(added.id))
    fractions = [job.progress for job in seen if job.state == "running"]
    assert fractions == sorted(fractions)
    assert any(0.1 < fraction < 1 for fraction in fractions)
    assert {job.doing for job in seen if job.progress and job.state == "running"} == {"trial_part"}
    assert (seen[-1].state, seen[-1].progress) == ("succeeded", 1.0)


async def test_progress_is_told_at_most_twice_a_second_and_never_falls():
    progress = JobProgress()
    told: list[dict[str, object]] = []

    async def write(value: dict[str, object]) -> bool:
        told.append(value)
        return True

    teller = asyncio.create_task(progress.tell(write))
    progress.take(StepsPlanned("render", 100))
    for number in range(100):
        progress.take(StepStarted("render", str(number)))
        progress.take(StepProgress("render", str(number), 0.5))
        progress.take(StepFinished("render", str(number), hit=False, duration_s=0.01))
        await asyncio.sleep(0.011)
        if number == 50:
            progress.take(StepsPlanned("transition", 100))
    assert not teller.done()
    teller.cancel()
    assert 2 <= len(told) <= 4
    fractions = [value["fraction"] for value in told]
    assert fractions == sorted(fractions)


def test_a_failed_job_keeps_its_error_and_goes_on_where_it_failed(place, queue, log, tmp_path):
    [added] = queue.add([trial(log, parts=4, fail_at=2)])
    drain(place)
    failed = queue.find(added.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert (failed.error["message"], failed.error["hint"], failed.error["exit_code"]) == (
        "part 2 is broken",
        "Mend it.",
        5,
    )
    assert automagic(place, "jobs", "watch", added.id, cwd=tmp_path, code=5).stdout
    (tmp_path / "mended").touch()
    assert queue.retry(added.id).state == "queued"
    drain(place)
    done = queue.find(added.id)
    assert (done.state, done.error) == ("succeeded", None)
    assert done.result is not None
    assert done.result["hits"] == 2
    assert set(parts_done(log).values()) == {1}
    with pytest.raises(RequestError, match="is succeeded"):
        queue.retry(added.id)


def test_cancelling_ends_ffmpeg_and_rendering_within_two_seconds(place, queue, tmp_path):
    lines = "\n\n".join(f"Thought number {number} is told at some length, to take a while." for number in range(4))
    (tmp_path / "long.md").write_text(f"# Long\n\n{lines}\n")
    values = {"script": "long.md", "voice": "espeak", "platform": "square", "music": "none"}
    [added] = queue.add([queue.read("video", values, folder=tmp_path)])
    with worker(place) as process:
        parent = psutil.Process(process.pid)

        def ffmpegs() -> list[psutil.Process]:
            return [child for child in parent.children(recursive=True) if "ffmpeg" in child.name()]

        def quiet() -> bool:
            return not ffmpegs() and not list((place.home / "work").iterdir())

        wait_until(lambda: bool(ffmpegs()))
        assert not quiet()
        assert queue.cancel(added.id).state == "cancelled"
        assert wait_until(quiet) <= CANCEL_S
        assert process.poll() is None
    assert queue.find(added.id).state == "cancelled"


def test_a_cancelled_job_can_be_retried_at_once(place, queue, log):
    [added] = queue.add([trial(log, parts=5, part_s=0.3)])
    with worker(place):
        wait_until(lambda: len(parts_remembered(place)) >= 2)
        finished = parts_remembered(place)
        queue.cancel(added.id)
        queue.retry(added.id)
        wait_until(lambda: queue.find(added.id).finished)
    assert queue.find(added.id).state == "succeeded"
    assert_none_repeated(log, finished, under_way=1)


def test_a_job_that_waits_is_cancelled_without_a_worker(queue, log, place):
    [added] = queue.add([trial(log)])
    assert queue.cancel(added.id).state == "cancelled"
    drain(place)
    assert not parts_done(log)


# ---------------------------------------------------------------------------------------------- stopping, dying


def test_a_worker_that_is_asked_to_stop_finishes_what_it_can_and_hands_back_the_rest(place, queue, log):
    [short, long, waiting] = queue.add([trial(log, parts=3, part_s=0.4), trial(log, parts=60, part_s=0.4), trial(log)])
    with worker(place) as process:
        wait_until(lambda: parts_done(log).total() >= 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert queue.find(short.id).state == "succeeded"
    assert (queue.find(long.id).state, queue.find(waiting.id).state) == ("queued", "queued")


def test_asked_twice_a_worker_hands_back_at_once(place, queue, log):
    [added] = queue.add([trial(log, parts=5, part_s=0.5)])
    with worker(place) as process:
        wait_until(lambda: len(parts_remembered(place)) >= 2)
        finished = parts_remembered(place)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=4) == 0
    assert queue.find(added.id).state == "queued"
    drain(place)
    assert queue.find(added.id).state == "succeeded"
    assert_none_repeated(log, finished, under_way=1)


def test_a_killed_workers_jobs_are_taken_over_by_the_one_that_stands_by(place, queue, log):
    jobs = [one.id for one in queue.add([trial(log, parts=8, part_s=0.3) for _ in range(2)])]
    with worker(place, "--name", "first") as first:
        wait_until(lambda: len(parts_remembered(place)) >= 4)
        with worker(place, "--name", "second"):
            wait_until(lambda: any("standing by" in file.read_text() for file in place.home.glob("worker-*.txt")))
            assert {queue.find(job).worker for job in jobs} == {"first"}
            finished = parts_remembered(place)
            first.kill()
            took_s = wait_until(lambda: {queue.find(job).worker for job in jobs} == {"second"})
            assert took_s <= TAKE_OVER_S
            wait_until(lambda: all(queue.find(job).finished for job in jobs))
    assert [queue.find(job).state for job in jobs] == ["succeeded", "succeeded"]
    assert [queue.find(job).attempts for job in jobs] == [2, 2]
    assert_none_repeated(log, finished, under_way=2)


def test_jobs_survive_workers_that_are_killed_again_and_again(place, queue, log):
    jobs = [one.id for one in queue.add([trial(log, parts=6, part_s=0.15) for _ in range(4)])]
    for parts in (3, 8, 14):
        with worker(place) as process:
            wait_until(lambda parts=parts: parts_done(log).total() >= parts)
            process.kill()
    drain(place)
    assert [queue.find(job).state for job in jobs] == ["succeeded"] * 4
    # A worker may die after a part was done and before it was remembered: two are under way at most, three times.
    repeated = [count for count in parts_done(log).values() if count > 1]
    assert len(parts_done(log)) == 24
    assert len(repeated) <= 6


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_nothing_is_lost_when_the_worker_is_killed_thirty_times(place, queue, log):
    kills = 30
    jobs = [one.id for one in queue.add([trial(log, parts=10, part_s=0.1) for _ in range(30)])]
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    for _ in range(kills):
        before = parts_done(log).total()
        with worker(place) as process:
            wait_until(lambda before=before: parts_done(log).total() > before or not queue.count()["queued"])
            time.sleep(chance.uniform(0, 1.0))  # a random moment
            process.kill()
    drain(place)
    assert {queue.find(job).state for job in jobs} == {"succeeded"}
    assert len(parts_done(log)) == 300
    # Two jobs are under way in a worker: each may have done a part that it had no time to remember.
    assert sum(count - 1 for count in parts_done(log).values()) <= 2 * kills


# ---------------------------------------------------------------------------------------------- hostile, fast


class _Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_pickled_row_is_never_unpickled(place, queue, log, tmp_path):
    [bad, good] = queue.add([trial(log), trial(log)])
    bomb = base64.b64encode(pickle.dumps({"args": (_Bomb(tmp_path / "exploded"),), "kwargs": {}})).decode()
    with sqlite3.connect(place.file) as connection:
        connection.execute("UPDATE workflow_input SET inputs = ? WHERE workflow_uuid = ?", (bomb, bad.id))
        connection.execute("UPDATE workflow_status SET serialization = 'py_pickle' WHERE workflow_uuid = ?", (bad.id,))
    drain(place)
    assert not (tmp_path / "exploded").exists()
    assert queue.find(good.id).state == "succeeded"
    refused = queue.find(bad.id)
    assert refused.state == "failed"
    assert refused.error is not None
    assert "pickled" in refused.error["message"]


def test_neither_now_nor_adding_and_looking_imports_the_job_engine(place, queue, log):
    queue.add([trial(log)])
    code = """
import sys
from automagic.cli import main, video
main._add_commands()
import automagic.cli.jobs, automagic.studio, automagic.pipelines.video
assert not [name for name in sys.modules if name.split(".")[0] == "dbos" or name.startswith("automagic.jobs")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    code = f"""
import sys
from pathlib import Path
from automagic.jobs.place import QueuePlace
from automagic.jobs.queue import JobQueue
queue = JobQueue(QueuePlace(Path({str(place.home)!r})))
assert queue.count()["queued"] == 1 and len(queue.find_all()) == 1
assert not sys.modules.keys() & {{"dbos", "sqlalchemy", "psycopg"}}
[added] = queue.add([queue.read("video", {{"topic": "Tides"}})])
assert queue.cancel(added.id).state == "cancelled"
assert not sys.modules.keys() & {{"dbos", "psycopg"}}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


pytestmark = pytest.mark.soak  # worker processes by the dozen: minutes


def test_old_jobs_are_pruned_with_their_results(place, queue, log, tmp_path):
    [done, waits] = queue.add([trial(log), trial(log, due_at=time.time() + 3600)])
    drain(place)
    (place.results / done.id).mkdir(parents=True)
    assert queue.prune(older_than_s=3600) == []
    assert [job.id for job in queue.prune(older_than_s=0, dry_run=True)] == [done.id]
    assert queue.find(done.id)
    out = json.loads(automagic(place, "jobs", "prune", "--older-than", "0d", "--json", cwd=tmp_path).stdout)
    assert out["removed"] == [done.id]
    assert [job.id for job in queue.find_all()] == [waits.id]
    assert not (place.results / done.id).exists()
    with sqlite3.connect(place.file) as connection:
        assert connection.execute("SELECT count(*) FROM workflow_input").fetchone() == (1,)


def test_what_is_not_there_is_said(place, queue, tmp_path):
    assert queue.find_all() == []
    assert set(queue.count().values()) == {0}
    assert "no job" in automagic(place, "jobs", "show", "none", cwd=tmp_path, code=2).stderr
    assert "no state" in automagic(place, "jobs", "list", "--state", "done", cwd=tmp_path, code=2).stderr
    assert "nothing to add" in automagic(place, "jobs", "add", "--json", cwd=tmp_path, code=2).stderr

"""Jobs in the queue: adding, looking, refusing. What needs no worker."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from automagic.database.engine import open_database, sqlite_url
from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.jobs.queue.due_time import parse_time
from automagic.jobs.queue.failures import RejectedResult, describe_error
from automagic.jobs.queue.files import ASIDE, JobFiles, KeptFile, place_result
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.progress import JobProgress
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.queue.reads import know_subseconds
from automagic.jobs.queue.statements import COUNT_JOBS
from automagic.values.events import StepFinished, StepProgress, StepsPlanned, StepStarted
from tests.support.programs.trial_worker import trial


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


def test_a_batch_with_one_wrong_line_adds_nothing(place, tmp_path, automagic):
    (tmp_path / "script.md").write_text("# One\n\nA thought.\n")
    (tmp_path / "batch.jsonl").write_text(
        '{"script": "script.md"}\n\n{"topic": "x", "platform": "shrots"}\n{"topc": "x"}\n'
        '{"topic": "x", "priority": "soon"}\n{"topic": "x", "duration": "long"}\n{"script": "no.md"}\nnonsense\n'
        '{"kind": "vidoe", "topic": "x"}\n{"topic": "x", "at": "2020-01-01"}\n'
    )
    (tmp_path / "batch.csv").write_text(
        "topic,platform,priority\nTides,shorts square,high\nRivers,,never\nSeas,,low,x\n"
    )
    said = automagic("jobs", "add", "--batch", "batch.jsonl", code=2)[1]
    faults = (
        (3, "platform", "shrots"),
        (4, "topc", "topc"),
        (5, "priority", "soon"),
        (6, "duration", "'long' is not a number"),
        (7, "script", "no.md"),
        (8, "1", "JSON"),
        (9, "kind", "did you mean video?"),
        (10, "at", "is in the past"),
    )
    for number, column, what in faults:
        assert any(f"line {number}, column {column}: " in line and what in line for line in said.splitlines()), said
    assert "line 1," not in said
    said = automagic("jobs", "add", "--batch", "batch.csv", code=2)[1]
    assert "line 3, column priority: 'never' is not a valid priority" in said
    assert "line 4, column 4: the header line has no name for 'x'" in said
    assert not place.home.exists() or JobQueue(place).find_all() == []


def test_a_batch_is_added_whole(place, tmp_path, automagic):
    (tmp_path / "batch.csv").write_text(
        'topic,platform,duration,priority,key,publish\nTides,"shorts,square",30,high,t1,\nRivers,,,,,folder:/tmp/x\n'
    )
    out = automagic("jobs", "add", "--batch", "batch.csv", "--json")[0]
    assert [one["new"] for one in json.loads(out)["jobs"]] == [True, True]
    assert [(job.title, job.priority, job.key) for job in JobQueue(place).find_all()] == [
        ("Rivers", "normal", ""),
        ("Tides", "high", "t1"),
    ]
    with closing(sqlite3.connect(place.file)) as connection:
        rows = connection.execute("SELECT inputs FROM workflow_input").fetchall()
    requests = {row["request"]["topic"]: row["request"] for (text,) in rows for row in json.loads(text)["args"]}
    assert requests["Tides"]["platforms"] == ["shorts", "square"]
    assert requests["Tides"]["duration_s"] == 30
    assert requests["Rivers"]["publish"] == ["folder:/tmp/x"]


def test_pictures_music_and_theme_travel_with_the_job(place, queue, tmp_path):
    from automagic.jobs.kinds import find_kind

    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"picture a")
    (tmp_path / "pictures" / "notes.txt").write_bytes(b"not a picture")
    (tmp_path / "song.mp3").write_bytes(b"music")
    (tmp_path / "s.md").write_text("# One\n\n![a](own.png)\n\nA thought.\n")
    values = {"script": "s.md", "images": "pictures", "music": "song.mp3", "max_cost": "0.50", "redo": ["speak"]}
    [added] = queue.add([queue.read("video", values, folder=tmp_path)])
    with closing(sqlite3.connect(place.file)) as connection:
        [(text,)] = connection.execute("SELECT inputs FROM workflow_input").fetchall()
    document = json.loads(text)["args"][0]
    assert str(tmp_path) not in text
    assert sorted(document["files"]) == ["images/a.png", "music/song.mp3", "script/s.md"]

    there = tmp_path / "there"
    there.mkdir()
    files = {name: KeptFile(name, *kept) for name, kept in document["files"].items()}
    JobFiles(place).place(files, there)
    request = find_kind("video").unpack(document["request"], there, out=tmp_path / "out")
    assert request.images is not None
    assert (request.images / "a.png").read_bytes() == b"picture a"
    assert Path(request.music).read_bytes() == b"music"
    assert Path(request.script or "").name == "s.md"
    assert (str(request.max_cost_usd), request.redo, request.theme) == ("0.50", ("speak",), "default")
    assert queue.find(added.id).title == "s.md"


def test_no_cleanup_takes_what_a_queued_job_needs(place, queue, tmp_path, automagic):
    place.home.mkdir()
    open_database(sqlite_url(place.home / "automagic.db")).dispose()
    (tmp_path / "s.md").write_text("# One\n\nA thought.\n")
    [added] = queue.add([queue.read("video", {"script": "s.md"}, folder=tmp_path)])
    other = JobFiles(place).keep("other", b"of nobody")
    shelf = place.home / "artifacts"
    for path in shelf.glob("*/*"):
        os.utime(path, (0, 0))
    automagic("--cleanup", "--emergency")
    [kept] = queue.needed_files()
    assert [path.name for path in shelf.glob("*/*")] == [kept] != [other.sha256]
    queue.cancel(added.id)
    queue.prune(older_than_s=0)
    automagic("--cleanup", "--emergency")
    assert list(shelf.glob("*/*")) == []


def test_what_passed_is_fetched_into_the_folder_and_the_rest_beside_it():
    out, beside = Path("out"), Path("out.rejected")
    assert place_result({"a": 1}, out, succeeded=True) == {out: {"a": 1}}
    assert place_result({"a": 1}, out, succeeded=False) == {beside: {"a": 1}}
    both = place_result({"a": 1, f"{ASIDE}b": 2}, out, succeeded=False)
    assert list(both.items()) == [(out, {"a": 1}), (beside, {"b": 2})]


def test_a_damaged_file_is_noticed_and_none_leaves_its_folder(place, tmp_path):
    files = JobFiles(place)
    kept = files.keep("a/b.txt", b"content")
    files.fetch(kept, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"content"
    (place.home / "artifacts" / kept.sha256[:2] / kept.sha256).write_bytes(b"changed")
    with pytest.raises(ResourceError, match="damaged"):
        files.fetch(kept, tmp_path / "other")
    assert {path.name for path in tmp_path.iterdir()} == {"home", "copy"}
    outside = KeptFile("../x", kept.sha256, kept.size_bytes)
    with pytest.raises(RequestError, match="outside"):
        files.place({"x": outside}, tmp_path / "folder")


def test_files_may_lie_behind_a_url(tmp_path):
    remote = JobFiles(QueueLocation(tmp_path, artifacts_url="memory://automagic-test"))
    remote.shelf.check()
    kept = remote.keep("a.bin", b"content")
    assert remote.keep("again.bin", b"content").sha256 == kept.sha256
    remote.fetch(kept, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"content"
    with pytest.raises(ResourceError):
        remote.fetch(KeptFile("none", "0" * 64, 1), tmp_path / "none")


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


def test_an_older_sqlite_learns_what_the_job_engine_asks_of_it(monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(time, "time", lambda: 1796020382.5094)
    with closing(sqlite3.connect(":memory:")) as database:
        know_subseconds(database)
        database.execute("CREATE TABLE made (name TEXT, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        database.execute("INSERT INTO made (name) VALUES ('one')")
        assert database.execute("SELECT at FROM made").fetchall() == [(1796020382509,)]
        assert database.execute("SELECT unixepoch('now', 'start of year') > 0").fetchall() == [(1,)]


def test_every_state_is_counted_out_of_indexes_and_what_finished_long_ago_goes_for_good(place, queue, log):
    jobs = [added.id for added in queue.add([trial(log) for _ in range(7)])]
    statuses = ("ENQUEUED", "DELAYED", "PENDING", "SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED")
    ended_ms = int((time.time() - 100) * 1000)
    with closing(sqlite3.connect(place.file)) as database, database:
        change = "UPDATE workflow_status SET status = ?, completed_at = ? WHERE workflow_uuid = ?"
        ended = [None] * 3 + [ended_ms] * 4
        know_subseconds(database)
        database.executemany(change, zip(statuses, ended, jobs, strict=True))
        database.executemany("INSERT INTO workflow_output (workflow_uuid) VALUES (?)", [(job,) for job in jobs])
        plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {COUNT_JOBS}")]
        assert sum("INDEX" in line for line in plan) == 4
    assert queue.count() == {"queued": 2, "running": 1, "succeeded": 1, "failed": 2, "cancelled": 1}
    assert queue.prune(older_than_s=101) == []
    assert sorted(queue.prune(older_than_s=50, dry_run=True)) == sorted(jobs[3:])
    assert sorted(queue.prune(older_than_s=50)) == sorted(jobs[3:])
    assert queue.count() == {"queued": 2, "running": 1, "succeeded": 0, "failed": 0, "cancelled": 0}
    with closing(sqlite3.connect(place.file)) as database:
        for table in ("workflow_status", "workflow_input", "workflow_output"):
            assert {job for (job,) in database.execute(f"SELECT workflow_uuid FROM {table}")} == set(jobs[:3])  # noqa: S608


def test_neither_now_nor_looking_imports_the_job_engine(place, queue, log):
    queue.add([trial(log)])
    code = """
import sys
from automagic.cli import main, products
[main.Root().find(name) for name in main.product_names() if name != "video"]
import automagic.studio, automagic.products.video.recipe
assert not [name for name in sys.modules if name.split(".")[0] == "dbos" or name.startswith("automagic.jobs")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    code = f"""
import sys
from pathlib import Path
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
queue = JobQueue(QueueLocation(Path({str(place.home)!r})))
assert queue.count()["queued"] == 1 and len(queue.find_all()) == 1
assert not sys.modules.keys() & {{"dbos", "sqlalchemy", "psycopg"}}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_several_takes_are_as_many_jobs(queue, automagic, tmp_path):
    automagic("jobs", "add", "video", "--topic", "Tides", "--take", "2", "--count", "2", "--key", "tides")
    (tmp_path / "more.csv").write_text("topic,count\nBread,2\nHoney,\n")
    automagic("jobs", "add", "--batch", "more.csv")
    jobs = queue.find_all()
    assert sorted(job.title for job in jobs) == ["Bread", "Bread", "Honey", "Tides", "Tides"]
    assert {job.key for job in jobs if job.title == "Tides"} == {"tides", "tides-take-3"}
    (tmp_path / "more.csv").write_text("topic,count\nBread,many\n")
    said = automagic("jobs", "add", "--batch", "more.csv", code=2)[1]
    assert "line 2, column count: 'many' is not a whole number from 1 to 50" in said


def test_what_is_not_there_is_said(queue, tmp_path, automagic):
    assert queue.find_all() == []
    assert set(queue.count().values()) == {0}
    assert "no job 'none'" in automagic("jobs", "show", "none", code=2)[1]
    assert "no job 'none'" in automagic("jobs", "fetch", "none", code=2)[1]
    assert "not a valid state" in automagic("jobs", "list", "--state", "done", code=2)[1]
    assert "nothing to add" in automagic("jobs", "add", "--json", code=2)[1]
    assert "is not a valid time" in automagic("jobs", "add", "video", "--topic", "x", "--at", "soon", code=2)[1]
    assert "is in the past" in automagic("jobs", "add", "video", "--topic", "x", "--at", "2020-01-01", code=2)[1]
    assert queue.find_all() == []


def test_the_list_says_how_long_each_job_took_and_where_its_result_is(tmp_path, monkeypatch, capsys):
    from automagic.cli.jobs.commands import show
    from automagic.cli.jobs.view import draw_jobs
    from automagic.jobs.queue.reads import Job

    result = {"title": "Why bees matter", "files": {"video.mp4": []}, "folder": str(tmp_path)}
    ids = {"key": "", "priority": "high", "progress": 0.4, "doing": "speak", "attempts": 1, "deaths": 0, "worker": ""}
    times = {"added_at": 1e9, "started_at": 1e9, "finished_at": 1e9 + 178, "due_at": None}

    def job(name: str, state: str, **values: object) -> Job:
        known = {"id": name, "kind": "video", "title": "s.md", "state": state, "error": None, "result": None}
        return Job(**{**known, **ids, **times, **values})

    jobs = [
        job("20261130-111927-f689d2fd7a36", "succeeded", result=result, key="monday"),
        job("b", "succeeded", result=result | {"folder": "/of/another/machine"}),
        job("c", "running", finished_at=None),
        job("d", "failed", error={"message": "no voice", "hint": ""}),
    ]
    monkeypatch.setenv("COLUMNS", "60")
    told = [line.strip() for line in draw_jobs(jobs)]
    place = told.index(str(tmp_path))
    assert told[place - 1] == "✓  2001-09-09  2:58  monday  Why bees matter"
    assert "automagic jobs fetch b" in told
    monkeypatch.setenv("COLUMNS", "38")
    told = [line.strip() for line in draw_jobs(jobs)]
    place = told.index(str(tmp_path))
    assert told[place - 2 : place] == ["✓  2001-09-09  2:58  monday", "Why bees matter"]
    assert any("running  40% speak, high prio" in line for line in told)
    assert "failed: s.md: no voice" in told
    show(job("e", "failed", error={"message": "there is no voice", "hint": "Name one."}), as_json=False)
    assert "error:       there is no voice. Name one.\n" in capsys.readouterr().out


def test_a_database_that_is_not_there_is_said_without_its_password(tmp_path):
    place = QueueLocation(tmp_path, "postgresql://nobody:hidden@127.0.0.1:1/none")
    with pytest.raises(ConfigurationError) as failure:
        JobQueue(place).find_all()
    assert "127.0.0.1:1/none" in str(failure.value)
    assert "hidden" not in str(failure.value) + repr(place)


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hidden@h/d", "postgresql://u:hid@den@h/d", "postgresql://u:1/hidden@h/d", "postgresql://u:%hidden@h"],
)
def test_a_database_url_that_would_be_misread_is_refused_without_its_password(url, tmp_path):
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as failure:
        QueueLocation(tmp_path, url)
    assert "den" not in failure.value.message + failure.value.hint


def test_a_place_for_files_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        JobFiles(QueueLocation(tmp_path, artifacts_url=str(tmp_path / "file" / "artifacts"))).shelf.check()
    with pytest.raises(ConfigurationError, match="ARTIFACTS_URL"):
        JobFiles(QueueLocation(tmp_path, artifacts_url="nonsense://x"))


def test_a_result_that_did_not_pass_is_still_there_when_a_worker_goes_on_from_what_another_one_noted():
    from automagic.jobs.queue.serializer import JsonSerializer

    noted = JsonSerializer().serialize(RejectedResult("it is too loud", hint="Fetch it.", result={"folder": "made"}))
    gone_on = JsonSerializer().deserialize(noted)
    assert JsonSerializer().serialize(gone_on) == noted
    assert describe_error(gone_on)["result"] == {"folder": "made"}

"""Workers as processes of their own, on SQLite: a few rounds; many are in test_soak.py."""

from __future__ import annotations

import base64
import contextlib
import json
import pickle
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.processes.worker_programs import (
    assert_none_repeated,
    drain,
    jobs_in_order,
    parts_done,
    parts_remembered,
    told,
    wait_until,
    worker,
)
from tests.support.programs.trial_worker import trial

TAKE_OVER_S = 10.0
CANCEL_S = 2.0


@pytest.mark.soak
def test_the_life_of_jobs_through_the_command_line(place, queue, log, tmp_path, automagic):
    [first, failing, long, later] = queue.add(
        [
            trial(log, parts=3, part_s=0.3, key="first"),
            trial(log, parts=2, fail_at=1),
            trial(log, parts=500, part_s=0.1, priority="low"),
            trial(log, due_at=time.time() + 3600),
        ]
    )

    def read(*arguments: str, code: int = 0) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(automagic("jobs", *arguments, "--json", code=code)[0])
        return document

    with worker(place, "--concurrency", "1"):
        out, err = automagic("jobs", "watch", "first", "--json")
        assert "running" in err
        assert (json.loads(out)["state"], json.loads(out)["attempts"]) == ("succeeded", 1)
        failed = read("watch", failing.id, code=5)
        assert (failed["error"]["message"], failed["error"]["hint"]) == ("part 1 is broken", "Mend it.")
        wait_until(lambda: queue.find(long.id).state == "running")
        assert read("cancel", long.id)["jobs"][0]["state"] == "cancelled"
        (tmp_path / "mended").touch()
        assert read("retry", failing.id)["jobs"][0]["state"] == "queued"
        assert read("watch", failing.id)["result"]["hits"] == 1
    listed = read("list")
    assert [job["id"] for job in listed["jobs"]] == [later.id, long.id, failing.id, first.id]
    assert listed["counts"] == {"queued": 1, "running": 0, "succeeded": 2, "failed": 0, "cancelled": 1}
    assert [(one.id, one.new) for one in queue.add([trial(log, key="first")])] == [(first.id, False)]
    assert {len(line) <= 80 for line in automagic("jobs", "show", "first")[0].splitlines()} == {True}

    fetched = read("fetch", "first", "--out", "got")
    assert (fetched["id"], fetched["files"]) == (first.id, ["metadata.json", "parts.txt"])
    assert (tmp_path / "got" / "parts.txt").read_text() == "".join(f"{first.id} {number}\n" for number in range(3))
    assert "cannot be written" in automagic("jobs", "fetch", "first", "--out", "log.txt/x", code=2)[1]
    assert "has no result" in automagic("jobs", "fetch", later.id, code=2)[1]
    assert "nothing to cancel" in automagic("jobs", "cancel", "first", code=2)[1]
    assert "has succeeded" in automagic("jobs", "retry", "first", code=2)[1]

    # One id in the queue, among the runs and in the metrics; an earlier attempt keeps a row of its own.
    with closing(sqlite3.connect(place.home / "automagic.db")) as connection:
        states = dict(connection.execute("SELECT id, state FROM runs"))
    assert states == {
        first.id: "succeeded",
        f"{failing.id}~1": "failed",
        failing.id: "succeeded",
        long.id: "cancelled",
    }
    [product] = json.loads(automagic("--metrics", "--json")[0])["products"]
    assert (product["runs"], product["failed"], product["cancelled"]) == (4, 1, 1)

    assert len(read("prune", "--older-than", "0d", "--dry-run")["removed"]) == 3
    assert len(read("prune", "--older-than", "0d")["removed"]) == 3
    assert [job["id"] for job in read("list")["jobs"]] == [later.id]
    assert list(place.results.iterdir()) == []


def test_urgent_jobs_come_first_and_equals_in_their_order(place, queue, log):
    names = ("low", "normal", "high", "normal", "urgent")
    added = [one.id for one in queue.add([trial(log, priority=name) for name in names])]
    drain(place, "--concurrency", "1")
    low, normal, high, other, urgent = added
    assert jobs_in_order(log) == [urgent, high, normal, other, low]


def test_cancelling_ends_ffmpeg_and_rendering_within_two_seconds(place, queue, tmp_path):
    lines = "\n\n".join(f"Thought number {number} is told at some length, to take a while." for number in range(4))
    (tmp_path / "long.md").write_text(f"# Long\n\n{lines}\n")
    values = {"script": "long.md", "voice": "espeak", "platform": "square", "music": "none"}
    [added] = queue.add([queue.read("video", values, folder=tmp_path)])
    with worker(place) as process:
        parent = psutil.Process(process.pid)

        def ffmpegs() -> list[psutil.Process]:
            found = []
            for child in parent.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                    found += [child] if "ffmpeg" in child.name() else []
            return found

        def quiet() -> bool:
            return not ffmpegs() and not list((place.home / "work").iterdir())

        wait_until(lambda: bool(ffmpegs()))
        assert not quiet()
        assert queue.cancel(added.id).state == "cancelled"
        assert wait_until(quiet) <= CANCEL_S
        assert process.poll() is None
    assert queue.find(added.id).state == "cancelled"


def test_a_worker_that_is_asked_to_stop_finishes_what_it_can_and_hands_back_the_rest(place, queue, log):
    [short, long, waiting] = queue.add([trial(log, parts=3, part_s=0.4), trial(log, parts=60, part_s=0.4), trial(log)])
    with worker(place) as process:
        wait_until(lambda: parts_done(log).total() >= 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert queue.find(short.id).state == "succeeded"
    assert (queue.find(long.id).state, queue.find(waiting.id).state) == ("queued", "queued")


def test_a_job_that_is_being_taken_when_the_worker_is_asked_to_stop_is_not_lost(place, queue, log):
    for number in range(4):
        with worker(place) as process:
            wait_until(lambda: told(place, "takes up to"))
            [added] = queue.add([trial(log, parts=60, part_s=0.4, key=str(number))])
            while queue.find(added.id).state == "queued":  # without a pause: it has not begun for some milliseconds
                pass
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        assert queue.find(added.id).state == "queued"
        queue.cancel(added.id)


def test_a_killed_workers_jobs_are_taken_over_by_the_one_that_stands_by(place, queue, log):
    with worker(place, "--name", "first") as first:
        wait_until(lambda: told(place, "first takes up to"))
        with worker(place, "--name", "second"):
            wait_until(lambda: told(place, "standing by"))
            jobs = [one.id for one in queue.add([trial(log, parts=8, part_s=0.3) for _ in range(2)])]
            wait_until(lambda: len(parts_remembered(place)) >= 4)
            assert {queue.find(job).worker for job in jobs} == {"first"}
            first.kill()
            finished = parts_remembered(place)
            took_s = wait_until(lambda: {queue.find(job).worker for job in jobs} == {"second"})
            assert took_s <= TAKE_OVER_S
            wait_until(lambda: all(queue.find(job).finished for job in jobs))
    assert [queue.find(job).state for job in jobs] == ["succeeded", "succeeded"]
    assert [queue.find(job).attempts for job in jobs] == [2, 2]
    assert_none_repeated(log, finished, under_way=2)


class _Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_pickled_row_is_never_unpickled(place, queue, log, tmp_path):
    [bad, good] = queue.add([trial(log), trial(log)])
    bomb = base64.b64encode(pickle.dumps({"args": (_Bomb(tmp_path / "exploded"),), "kwargs": {}})).decode()
    with closing(sqlite3.connect(place.file)) as connection, connection:
        connection.execute("UPDATE workflow_input SET inputs = ? WHERE workflow_uuid = ?", (bomb, bad.id))
        connection.execute("UPDATE workflow_status SET serialization = 'py_pickle' WHERE workflow_uuid = ?", (bad.id,))
    drain(place)
    assert not (tmp_path / "exploded").exists()
    assert queue.find(good.id).state == "succeeded"
    refused = queue.find(bad.id)
    assert refused.state == "failed"
    assert refused.error is not None
    assert "pickled" in refused.error["message"]

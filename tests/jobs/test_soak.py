"""Workers on SQLite, again and again and for longer than `make test` has time."""

from __future__ import annotations

import json
import random
import signal
import time

import pytest

from automagic.jobs.queue.queue import JobQueue
from tests.support.processes.worker_programs import (
    assert_none_repeated,
    drain,
    parts_done,
    parts_remembered,
    wait_until,
    worker,
)
from tests.support.programs.trial_worker import trial

pytestmark = pytest.mark.soak


def test_a_video_is_made_from_what_its_files_held_when_it_was_added(place, tmp_path, automagic):
    (tmp_path / "tides.md").write_text("# Tides\n\nThe moon pulls the sea.\n\nTwice a day it rises.\n")
    flags = ("--voice", "espeak", "--draft", "--platform", "square", "--music", "none", "--json")
    added = json.loads(automagic("jobs", "add", "video", "--script", "tides.md", *flags)[0])
    job = added["jobs"][0]["id"]
    (tmp_path / "tides.md").unlink()

    drain(place)
    shown = json.loads(automagic("jobs", "show", job, "--json")[0])
    assert shown["state"] == "succeeded"
    assert (shown["kind"], shown["title"], shown["progress"], shown["attempts"]) == ("video", "tides.md", 1.0, 1)
    assert shown["result"]["title"] == "Tides"

    automagic("jobs", "fetch", job, "--out", "tides")
    assert "moon pulls the sea" in (tmp_path / "tides" / "transcript.txt").read_text()
    assert (tmp_path / "tides" / "video.mp4").stat().st_size > 10_000
    assert not list((place.home / "work").iterdir())
    needed = JobQueue(place).needed_files()
    assert {kept[0] for kept in shown["result"]["files"].values()} < needed


def test_a_job_for_later_waits_for_its_time(place, queue, log):
    [later] = queue.add([trial(log, due_at=time.time() + 3600)])
    due_at = time.time() + 1
    [soon] = queue.add([trial(log, due_at=due_at)])
    assert queue.find(later.id).due_at == pytest.approx(time.time() + 3600, abs=60)
    with worker(place):
        wait_until(lambda: queue.find(soon.id).state == "succeeded")
    assert queue.find(later.id).state == "queued"
    assert log.stat().st_mtime >= due_at - 0.01


def test_progress_is_seen_from_another_process(place, queue, log):
    [added] = queue.add([trial(log, parts=6, part_s=0.3)])
    with worker(place):
        seen = list(queue.watch(added.id))
    fractions = [job.progress for job in seen if job.state == "running"]
    assert fractions == sorted(fractions)
    assert any(0.1 < fraction < 1 for fraction in fractions)
    assert {job.doing for job in seen if job.progress and job.state == "running"} == {"trial_part"}
    assert (seen[-1].state, seen[-1].progress) == ("succeeded", 1.0)


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


def test_the_same_key_makes_one_job_even_when_it_is_done(place, queue, log):
    [first] = queue.add([trial(log, key="daily 2027-01-31")])
    both = queue.add([trial(log, key="daily 2027-01-31"), trial(log, key="daily 2027-01-31")])
    drain(place)
    [late] = queue.add([trial(log, key="daily 2027-01-31")])
    assert {first.id, late.id, *(one.id for one in both)} == {first.id}
    assert (first.new, [one.new for one in both], late.new) == (True, [False, False], False)
    assert parts_done(log).total() == 1
    assert queue.find("daily 2027-01-31").id == first.id

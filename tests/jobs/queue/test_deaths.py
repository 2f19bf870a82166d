"""Jobs whose worker dies while it is at them: which are tried again, which run alone, which are given up."""

from __future__ import annotations

import random
import secrets
import signal
import time
from dataclasses import replace

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.jobs.queue.deaths import (
    FAILED_AFTER,
    FAILED_AFTER_ALL,
    Death,
    explain,
    is_given_up,
    must_be_alone,
    read_deaths,
)
from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.location import QueueLocation
from tests.support.homes.postgresql import BOTH
from tests.support.processes.worker_programs import (
    drain,
    drain_whatever_dies,
    keep_working,
    parts_done,
    told,
    wait_until,
    worker,
)
from tests.support.programs.trial_worker import trial

pytest_plugins = ["tests.support.homes.postgresql"]


@pytest.fixture(params=BOTH)
def place(request, tmp_path):
    """An empty queue, of one kind and then of the other."""
    if request.param == "sqlite":
        yield QueueLocation(tmp_path / "home")
        return
    server = request.getfixturevalue("postgresql")
    name = f"deaths_{secrets.token_hex(4)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    place = QueueLocation(tmp_path / "home", server.get_uri(database=name))
    prepare(place)
    yield place
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def died(*, alone=False, further=False, doing=""):
    return Death("w", 0.0, alone, doing, further)


@given(st.lists(st.builds(died, alone=st.booleans(), further=st.booleans()), max_size=12))
def test_a_job_is_given_up_only_after_three_deaths_the_last_of_them_alone(deaths):
    if is_given_up(deaths):
        assert len(deaths) >= FAILED_AFTER
        assert deaths[-1].alone
        assert must_be_alone(deaths[:-1]), "it had its turn alone"


@pytest.mark.parametrize(
    ("deaths", "alone", "given_up"),
    [
        ([], False, False),
        ([died(alone=True)], False, False),
        ([died(), died()], True, False),
        ([died(), died(), died(alone=True)], True, True),
        ([died(alone=True)] * 3, True, True),
        ([died()] * 9, True, False),
        ([died(further=True), died(further=True), died(alone=True)], True, False),
        ([died(), died(further=True), died(alone=True), died(alone=True), died(alone=True)], True, True),
        ([died(alone=True, further=True)] * FAILED_AFTER_ALL, True, True),
    ],
)
def test_deaths_are_counted_from_the_last_finished_step(deaths, alone, given_up):
    assert (must_be_alone(deaths), is_given_up(deaths)) == (alone, given_up)


def test_what_happened_is_told():
    error = explain([died(), died(), died(alone=True, doing="film")])
    assert error.message == "its worker died 3 times while it ran, the last time with no other job, at the step “film”"


def test_labels_that_cannot_be_read_tell_of_no_deaths():
    assert read_deaths({"deaths": "many"}) == read_deaths({"deaths": [{"worker": 3}]}) == read_deaths({}) == []


def test_a_job_that_kills_its_worker_is_given_up_after_three_deaths_and_its_neighbours_are_made(place, queue, log):
    kills = replace(trial(log, parts=3, die_at=1), files={"note.txt": b"for the job"})
    later = replace(kills, due_at=time.time() + 3600)
    bad, waiting, *good = (one.id for one in queue.add([kills, later, *[trial(log, parts=3)] * 3]))
    inputs = place.home / "work" / f"{waiting}.inputs"
    inputs.mkdir(parents=True)  # of a worker that was killed, for a job that has not ended
    assert drain_whatever_dies(place) == FAILED_AFTER
    assert list((place.home / "work").iterdir()) == [inputs], "what the dead left goes"
    failed = queue.find(bad)
    assert (failed.state, failed.deaths, failed.attempts) == ("failed", FAILED_AFTER, FAILED_AFTER)
    assert failed.error is not None
    assert failed.error["message"].startswith("its worker died 3 times while it ran, the last time with no other job")
    assert [(job.state, job.error) for job in map(queue.find, good)] == [("succeeded", None)] * 3
    assert max(queue.find(job).deaths for job in good) < FAILED_AFTER
    # A person who has mended the cause tries again, and it is begun to be counted anew.
    log.with_name("mended").touch()
    assert queue.retry(bad).deaths == 0
    drain(place)
    assert (queue.find(bad).state, parts_done(log)[f"{bad} 0"]) == ("succeeded", 1)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_worker_that_was_asked_to_stop_may_be_killed_without_a_death_being_counted(place, queue, log):
    [job] = queue.add([trial(log, parts=50, part_s=0.1)])
    with worker(place) as process:
        wait_until(lambda: parts_done(log).total() > 0)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: told(place, "Stopping"))
        process.kill()
    with worker(place):
        wait_until(lambda: queue.find(job.id).attempts == 2)
        assert queue.find(job.id).deaths == 0
        queue.cancel(job.id)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(20))
def test_no_neighbour_of_a_job_that_kills_its_worker_is_ever_lost(place, queue, log, seed):
    chance = random.Random(seed)  # noqa: S311 - a situation, not a secret
    bad = [
        trial(log, parts=6, part_s=chance.choice((0, 0.1)), die_at=chance.randrange(6), priority=priority)
        for priority in chance.sample(("high", "normal", "normal"), chance.choice((1, 1, 2)))
    ]
    good = [trial(log, parts=chance.randint(1, 8), part_s=chance.choice((0.05, 0.2))) for _ in range(6)]
    mixed = bad + good
    chance.shuffle(mixed)
    jobs = {one.id: draft in bad for one, draft in zip(queue.add(mixed), mixed, strict=True)}
    workers = chance.randint(1, 3) if place.shared else 1
    keep_working(place, workers=workers, until=lambda: all(queue.find(job).finished for job in jobs), patience_s=120)
    ended = {job: queue.find(job) for job in jobs}
    assert {ended[job].state for job, is_bad in jobs.items() if not is_bad} == {"succeeded"}
    assert {ended[job].state for job, is_bad in jobs.items() if is_bad} == {"failed"}
    assert {ended[job].deaths for job, is_bad in jobs.items() if is_bad} <= {3, 4}

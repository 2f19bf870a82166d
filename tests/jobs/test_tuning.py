"""A worker tunes itself: when a rule holds long enough, once, logged, and undone afterwards."""

from __future__ import annotations

import os

import pytest

from automagic.errors import ConfigurationError
from automagic.jobs.tuning import Tuner
from automagic.monitor.figures import FIGURES
from automagic.monitor.tuning_rules import ACTIONS, load_tuning
from automagic.performance import layer
from automagic.performance.config import PerformanceConfig
from automagic.performance.layer import PerformanceOptimizer
from automagic.settings import Settings
from automagic.studio import open_studio
from tests.support.places import ROOT
from tests.support.processes.python_programs import run_python

RULES = """\
[memory-tight]
off = true
[memory-short]
off = true
[memory-held]
off = true
[disk-nearly-full]
off = true
[mine]
metric = "jobs_waiting"
above = 10
for = "30s"
action = "{}"
"""


@pytest.fixture
async def tune(home):
    """Opens a tuner of a home whose only rule has this action, and what it has logged."""
    async with open_studio(Settings(automagic_home=home, max_concurrent_operations=1)) as studio:

        def open_one(action: str, most_slots: int = 4) -> tuple[Tuner, list[str]]:
            (home / "tuning.toml").write_text(RULES.format(action))
            logged: list[str] = []
            return Tuner(studio.services, load_tuning(home), most_slots=most_slots, log=logged.append), logged

        yield open_one


async def pass_through(tuner: Tuner, waiting: float, at: float) -> None:
    await tuner.look({"jobs_waiting": waiting}, now=at)


async def test_an_action_waits_for_its_time_is_taken_once_and_undone(tune):
    tuner, logged = tune("more-slots")
    cores = tuner.services.limits.cores
    for at in (0, 20):
        await pass_through(tuner, 11, at)
        assert cores.count == 1
    for at in (31, 60):
        await pass_through(tuner, 11, at)
        assert (cores.count, tuner.applied) == (2, ("mine",))
    await pass_through(tuner, 10, 90)
    assert (cores.count, tuner.applied) == (1, ())
    assert logged == [
        "Tuning mine: jobs_waiting is 11, above 10: 2 pieces of work at once.",
        "Tuning mine is over (jobs_waiting is 10): 1 pieces of work at once again.",
    ]


@pytest.mark.parametrize(
    ("action", "most", "said"),
    [("more-slots", 1, "it stays at 1 pieces of work"), ("fewer-slots", 4, "it stays at 1 pieces of work")],
)
async def test_there_is_always_one_slot_and_never_more_than_cores(tune, action, most, said):
    tuner, logged = tune(action, most)
    await pass_through(tuner, 11, 0)
    await pass_through(tuner, 11, 40)
    assert tuner.services.limits.cores.count == 1
    assert said in logged[0]


async def test_a_figure_that_is_not_known_changes_nothing(tune):
    tuner, _ = tune("pause-queue")
    await pass_through(tuner, 11, 0)
    await tuner.look({}, now=40)
    assert not tuner.services.limits.paused
    await pass_through(tuner, 11, 60)
    assert tuner.services.limits.paused == 1
    await tuner.look({}, now=90)
    assert tuner.services.limits.paused == 1
    tuner.undo_all("the end")
    assert not tuner.services.limits.paused


async def test_what_is_only_kept_for_speed_goes(tune, monkeypatch):
    optimizer = PerformanceOptimizer(PerformanceConfig(keep_metrics=False))
    monkeypatch.setattr(layer, "_shared", optimizer)
    await optimizer.cache.set_many({str(number): number for number in range(10)})
    tuner, logged = tune("shrink-caches")
    await pass_through(tuner, 11, 0)
    await pass_through(tuner, 11, 40)
    assert optimizer.cache.get_stats()["entries"]["l1"] == 5
    assert "5 values left the cache" in logged[0]
    collecting, logged = tune("collect")
    await pass_through(collecting, 11, 0)
    await pass_through(collecting, 11, 40)
    assert "pieces of garbage" in logged[0]


async def test_a_rule_that_is_taken_away_is_undone(tune):
    tuner, logged = tune("pause-queue")
    await pass_through(tuner, 11, 0)
    await pass_through(tuner, 11, 40)
    tuner.rules = ()
    await pass_through(tuner, 11, 50)
    assert not tuner.services.limits.paused
    assert logged[-1] == "Tuning mine is over (the rule is gone): the queue goes on."


def test_the_shipped_rules_are_whole_and_faults_are_told_with_their_lines(tmp_path):
    rules = load_tuning(tmp_path)
    assert {one.action for one in rules} <= set(ACTIONS)
    assert {one.rule.metric for one in rules} <= set(FIGURES)
    (tmp_path / "tuning.toml").write_text(
        '[mine]\nmetric = "jobs_waitin"\nabove = 1\naction = "dance"\nsend = ["log"]\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        load_tuning(tmp_path)
    assert "did you mean jobs_waiting" in caught.value.message
    assert "action must be one of shrink-caches" in caught.value.message
    assert "send is not a valid entry" in caught.value.message


PAUSED = """\
import asyncio
from pathlib import Path
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.worker import work
from automagic.settings import load_settings
from automagic.studio import open_studio
from tests.support.programs.trial_worker import find, trial

settings = load_settings()
queue = JobQueue(QueueLocation(settings.home))
[job] = queue.add([trial(Path("log"))])

async def main():
    async with open_studio(settings) as studio:
        studio.services.limits.paused = 1

        async def go_on_later(_tell):
            await asyncio.sleep(2)
            print(queue.find(job.id).state, flush=True)
            studio.services.limits.paused = 0

        await work(studio, drain=True, find=find, background_tasks=[go_on_later])
    print(queue.find(job.id).state)

asyncio.run(main())
"""


def test_a_worker_that_is_paused_takes_no_job_and_then_takes_it(home, tmp_path):
    environment = os.environ | {"AUTOMAGIC_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = run_python("-c", PAUSED, cwd=tmp_path, environment=environment)
    assert done.code == 0, done.err
    assert done.out.split() == ["queued", "succeeded"]

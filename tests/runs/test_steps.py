"""Memoised steps: the same thing is never done twice, and nothing half-done is ever remembered."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.tables import artifacts, pins, runs, steps
from automagic.errors import BudgetError, ConfigurationError, MediaError, RequestError, ResourceError
from automagic.runs.context import StepContext
from automagic.runs.limits import Limits
from automagic.runs.redo import Redos
from automagic.runs.run import Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.store.artifacts import Made as Remembered
from automagic.values.artifact import Artifact
from automagic.values.events import StepFinished
from tests.support.places import ROOT

Calls = Counter[str]


@dataclass(frozen=True)
class Made:
    file: Artifact
    words: tuple[str, ...]


def forecast_shout(text: str) -> Made:
    return Made(Artifact("?shout", "text/plain", 0), (text,))


@step("shout", 1, forecast=forecast_shout)
async def shout(context: StepContext[Calls], text: str) -> Made:
    context.services["shout"] += 1
    path = context.folder / "out.txt"
    path.write_text(text.upper())
    return Made(await context.keep(path, "text/plain"), (text,))


@step("vary", 1, creative=True, plannable=True)
async def vary(context: StepContext[Calls], text: str) -> str:
    context.services["vary"] += 1
    return f"{text} {context.take}"


@step("vary", 1, creative=True, plannable=True, later=("louder",))
async def vary_since(context: StepContext[Calls], text: str, louder: int = 0) -> str:
    """What `vary` may have become."""
    return f"{text}{'!' * louder} {context.take}"


@step("echo", 1, forecast=lambda made: made.words[0])
async def echo(context: StepContext[Calls], made: Made) -> str:
    return context.path_of(made.file).read_text()


@step("fail", 1)
async def fail(context: StepContext[Calls], text: str) -> str:
    (context.folder / "half.txt").write_text(text)
    raise MediaError("ffmpeg died half-way")


@step("break-when", 1)
async def break_when(context: StepContext[Calls], text: str, switch: str) -> str:
    context.services["break-when"] += 1
    if os.path.exists(switch):  # noqa: ASYNC240, PTH110
        raise MediaError("it is broken")
    return f"{text} {context.services['break-when']}"


@step("nest", 1)
async def nest(context: StepContext[Calls], text: str) -> str:
    run = context.services["run"]
    return await run.step(vary, text)  # type: ignore[attr-defined]


@step("fill", 1)
async def fill(context: StepContext[Calls], text: str) -> str:
    raise OSError(28, "No space left on device")


@pytest.fixture
def calls() -> Calls:
    return Counter()


@pytest.fixture
def runs_of(home, store, engine, calls):
    @asynccontextmanager
    async def open_one(**options):
        async with open_run(
            "video",
            Workspace(options.pop("services", calls), home, store, Limits(cores=2)),
            listener=options.pop("listener", lambda event: None),
            **options,
        ) as run:
            yield run

    return open_one


async def test_the_same_inputs_run_once_and_give_the_same_artifact(runs_of, calls, store):
    async with runs_of() as run:
        first = await run.step(shout, "hello")
    async with runs_of() as run:
        again = await run.step(shout, "hello")
        assert run.records[0].state == "hit"
    assert first == again
    assert calls["shout"] == 1
    assert store.path_of(again.file).read_text() == "HELLO"


async def test_a_run_tells_what_is_remembered_without_doing_it(runs_of, calls):
    async with runs_of() as run:
        assert not await run.about("").remembers(shout, "hello")
        await run.step(shout, "hello")
    async with runs_of() as run:
        assert await run.about("").remembers(shout, "hello")
        assert not run.records
    assert calls["shout"] == 1


async def test_two_requests_at_once_share_one_execution(runs_of, calls):
    async with runs_of() as run:
        made = await asyncio.gather(*(run.step(shout, "hello") for _ in range(5)))
    assert calls["shout"] == 1
    assert len(set(made)) == 1


async def test_a_take_changes_creative_steps_only(runs_of, calls):
    async with runs_of() as run:
        assert await run.step(vary, "a") == "a 1"
        await run.step(shout, "a")
    async with runs_of(take=2) as run:
        assert await run.step(vary, "a") == "a 2"
        await run.step(shout, "a")
    assert calls == {"vary": 2, "shout": 1}


async def test_redo_forgets_one_subject_of_one_step(runs_of, calls):
    async with runs_of() as run:
        await run.about("one").step(shout, "a")
        await run.about("two").step(shout, "b")
    async with runs_of(redo=Redos(["shout:two"])) as run:
        await run.about("one").step(shout, "a")
        await run.about("two").step(shout, "b")
        assert not run.redo.unmet
        assert [record.state for record in run.records] == ["hit", "miss"]
    assert calls["shout"] == 3


async def test_what_a_redo_would_replace_stays_until_it_is_made_anew(runs_of, tmp_path):
    switch = tmp_path / "broken"
    async with runs_of() as run:
        first = await run.step(break_when, "a", str(switch))
    switch.touch()
    with pytest.raises(MediaError):
        async with runs_of(redo=Redos(["break-when"])) as run:
            await run.step(break_when, "a", str(switch))
    async with runs_of() as run:
        assert await run.step(break_when, "a", str(switch)) == first
    switch.unlink()
    async with runs_of(redo=Redos(["break-when"])) as run:
        second = await run.step(break_when, "a", str(switch))
    async with runs_of() as run:
        assert await run.step(break_when, "a", str(switch)) == second != first


async def test_what_a_redo_names_and_no_step_was_is_known_at_the_end(runs_of):
    async with runs_of(redo=Redos(["shout:two", "vary"], {"shout", "vary"})) as run:
        await run.about("two").step(shout, "a")
    assert [str(redo) for redo in run.redo.unmet] == ["vary"]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (RequestError("there is no theme"), "refused"),
        (ConfigurationError("a key is missing"), "refused"),
        (MediaError("ffmpeg died"), "failed"),
        (BudgetError("it would cost too much"), "failed"),
        (ZeroDivisionError(), "failed"),
        (asyncio.CancelledError(), "cancelled"),
    ],
)
async def test_what_cannot_be_done_as_it_was_asked_is_refused_and_not_failed(runs_of, engine, error, state):
    with pytest.raises(type(error)):
        async with runs_of():
            raise error
    with engine.connect() as connection:
        assert connection.execute(sa.select(runs.c.state)).scalar_one() == state


async def test_a_failed_step_leaves_nothing_behind(runs_of, home, engine):
    with pytest.raises(MediaError):
        async with runs_of() as run:
            await run.step(fail, "x")
    assert list((home / "work").iterdir()) == []
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(steps)).scalar() == 0
        state, error = connection.execute(sa.select(runs.c.state, runs.c.error)).one()
    assert (state, error) == ("failed", "ffmpeg died half-way")


async def test_a_damaged_artifact_is_a_miss_and_is_healed(runs_of, store, calls):
    async with runs_of() as run:
        made = await run.step(shout, "hello")
    path = store.path_of(made.file)
    path.chmod(0o644)
    path.write_text("JELLO")
    async with runs_of() as run:
        assert await run.step(shout, "hello") == made
        assert run.records[0].state == "miss"
    assert path.read_text() == "HELLO"
    assert calls["shout"] == 2


async def test_a_missing_artifact_is_a_miss(runs_of, store, calls):
    async with runs_of() as run:
        made = await run.step(shout, "hello")
    store.path_of(made.file).unlink()
    async with runs_of() as run:
        await run.step(shout, "hello")
    assert calls["shout"] == 2


async def test_a_touched_but_intact_artifact_is_still_a_hit(runs_of, store, calls):
    async with runs_of() as run:
        made = await run.step(shout, "hello")
    os.utime(store.path_of(made.file), (1, 1))
    async with runs_of() as run:
        await run.step(shout, "hello")
    assert calls["shout"] == 1


async def test_a_hit_pins_its_artifacts_for_the_run(runs_of, engine):
    async with runs_of() as run:
        made = await run.step(shout, "hello")
    async with runs_of() as second:
        await second.step(shout, "hello")
    with engine.connect() as connection:
        pinned = connection.execute(sa.select(pins.c.run_id, pins.c.sha256)).all()
    assert set(pinned) == {(run.id, made.file.sha256), (second.id, made.file.sha256)}


async def test_the_loser_of_a_race_adopts_the_winners_result(store, runs_of):
    async with runs_of() as run:
        one = store.remember("k", Remembered("n", 1, '"first"', (), 0.1), run_id=run.id)
        two = store.remember("k", Remembered("n", 1, '"second"', (), 0.1), run_id=run.id)
    assert (one, two) == ('"first"', '"first"')


async def test_a_plan_changes_nothing_and_marks_what_rests_on_a_forecast(runs_of, calls, home, engine):
    async with runs_of(planning=True) as run:
        assert await run.step(vary, "text") == "text 1"  # yields only text and costs nothing: carried out
        made = await run.step(shout, "hello")
        await run.step(echo, made)
        assert [(record.name, record.state, record.estimated) for record in run.records] == [
            ("vary", "miss", False),
            ("shout", "planned", False),
            ("echo", "planned", True),
        ]
    assert calls["shout"] == 0
    assert not any(path.is_file() for path in (home / "artifacts").rglob("*"))
    with engine.connect() as connection:
        for table in (runs, steps, artifacts):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0


async def test_a_plan_uses_what_is_remembered(runs_of, calls):
    async with runs_of() as run:
        made = await run.step(shout, "hello")
    async with runs_of(planning=True) as run:
        assert await run.step(shout, "hello") == made
        assert run.records[0].state == "hit"


async def test_a_step_inside_a_step_is_refused(runs_of):
    services: dict[str, object] = {}
    with pytest.raises(RuntimeError, match="may not contain another"):
        async with runs_of(services=services) as run:
            services["run"] = run
            await run.step(nest, "x")


async def test_a_path_is_no_canonical_input(runs_of):
    async with runs_of() as run:
        with pytest.raises(TypeError, match="no canonical form"):
            await run.step(shout, Path("x"))


async def test_a_full_disk_is_explained(runs_of):
    with pytest.raises(ResourceError, match="the disk is full") as caught:
        async with runs_of() as run:
            await run.about("scene1").step(fill, "x")
    assert "fill (scene1)" in caught.value.message
    assert "goes on from here" in caught.value.hint


def test_a_key_depends_on_every_input_and_on_the_version():
    keys = {
        shout.key({"text": "a"}),
        shout.key({"text": "b"}),
        step("shout", 2)(shout.function).key({"text": "a"}),
        step("other", 1)(shout.function).key({"text": "a"}),
    }
    assert len(keys) == 4
    assert shout.bind((), {"text": "a"}) == shout.bind(("a",), {}) == {"text": "a"}


def test_a_step_must_be_a_module_level_function():
    async def inner(context: StepContext[Calls]) -> str:
        return ""

    with pytest.raises(TypeError, match="module-level"):
        step("inner", 1)(inner)


async def test_events_tell_what_happened(runs_of):
    seen = []
    async with runs_of(listener=seen.append) as run:
        await run.about("s").step(shout, "hello")
        await run.about("s").step(shout, "hello")
    finished = [event for event in seen if isinstance(event, StepFinished)]
    assert [(event.name, event.subject, event.hit) for event in finished] == [
        ("shout", "s", False),
        ("shout", "s", True),
    ]


async def test_the_first_outcome_of_a_run_stands(runs_of, engine):
    async with runs_of() as run:
        await run.step(shout, "hello")
        finish(run, "succeeded", title="T")
        finish(run, "failed")
    with engine.connect() as connection:
        row = connection.execute(sa.select(runs)).one()
    assert (row.state, row.title, row.steps_miss) == ("succeeded", "T", 1)


KILLED_RUN = """
import asyncio, os, signal, sys
from collections import Counter
from pathlib import Path
sys.path.insert(0, {root!r})
import tests.runs.test_steps as t
from automagic.database.engine import open_database, sqlite_url
from automagic.store.artifacts import ArtifactStore
from automagic.runs.limits import Limits
from automagic.runs.run import Workspace, open_run
home = Path({home!r})
engine = open_database(sqlite_url(home / "automagic.db"))
async def main():
    async with open_run("video", Workspace(Counter(), home, ArtifactStore(home / "artifacts", engine), Limits(cores=1)),
                        listener=lambda e: None) as run:
        await run.step(t.shout, "kept")
        (run.folder / "half").write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_a_killed_run_resumes_and_its_leftovers_are_removed(runs_of, home, engine, calls):
    code = KILLED_RUN.format(root=str(ROOT), home=str(home))
    process = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=False)
    assert process.returncode == -signal.SIGKILL
    assert any((home / "work").glob("*/half"))
    async with runs_of() as run:
        await run.step(shout, "kept")
        assert run.records[0].state == "hit"
    assert list((home / "work").iterdir()) == []
    with engine.connect() as connection:
        states = dict(connection.execute(sa.select(runs.c.state, runs.c.error)).all())
    assert states["failed"] == "the process was killed"


async def test_cancelled_work_in_a_thread_ends_before_the_caller_goes_on(store, tmp_path):
    import threading

    started, ended = threading.Event(), threading.Event()

    def work(stop):
        started.set()
        while not stop():
            pass
        ended.set()

    context: StepContext[None] = StepContext(None, tmp_path, store, Limits(cores=1))
    task = asyncio.create_task(context.compute(work))
    await asyncio.to_thread(started.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_step_that_the_product_does_not_name_is_not_done(runs_of):
    async with runs_of(redo=Redos((), {"shout"})) as run:
        await run.step(shout, "a")
        with pytest.raises(RuntimeError, match="step vary is not among the product's steps"):
            await run.step(vary, "a")


def test_an_argument_that_came_later_leaves_what_was_made_before_known():
    def key(step, *args, **kwargs):
        return step.key(step.bind(args, kwargs))

    assert key(vary_since, "a") == key(vary_since, "a", 0) == key(vary, "a")
    assert key(vary_since, "a", 1) == key(vary_since, text="a", louder=1) != key(vary, "a")

"""AutoMagic from Python: the README's example, several videos at once, cancellation, events."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import textwrap
from pathlib import Path

import psutil
import pytest

from automagic import VideoRequest, open_studio
from automagic.errors import RequestError
from automagic.settings import Settings
from automagic.values.events import Event, StepFinished, StepsPlanned, StepStarted

pytestmark = [pytest.mark.xdist_group("public api"), pytest.mark.usefixtures("small_frames")]

ARTICLE = """\
# Honey

Bees visit two million flowers to make one pound of honey. A hive holds about forty thousand bees in summer.
"""


def write_script(folder: Path, name: str, *scenes: str) -> str:
    path = folder / name
    path.write_text("# Honey\n\n" + "\n\n".join(scenes) + "\n")
    return str(path)


def request_for(script: str, out: Path, **options) -> VideoRequest:
    return VideoRequest(script=script, out=out, platforms=("square",), voice="espeak", draft=True, **options)


async def test_the_example_of_the_queue_runs_with_a_worker(home, tmp_path, monkeypatch, capsys):
    import automagic.studio
    from automagic.jobs.kinds import find_kind
    from automagic.jobs.worker import work

    assert automagic.studio.__doc__
    example = re.search(r"goes into the queue:\n\n(.*)", automagic.studio.__doc__, re.DOTALL)
    assert example
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    write_script(tmp_path, "s.md", "Bees make it.")
    # As it stands, but with quick voices and pictures: a whole video has its own tests.
    quick = 'script="s.md", voice="espeak", platforms=("square",), music="none", draft=True'
    body = textwrap.dedent(example[1]).replace('source="article.md"', quick)
    names = {"open_studio": open_studio, "VideoRequest": VideoRequest, "Path": Path}
    exec(f"async def example():\n{textwrap.indent(body, '    ')}\n    return job, folder, metrics", names)  # noqa: S102
    settings = Settings(automagic_home=home)
    async with open_studio(settings) as studio:
        working = asyncio.create_task(work(studio, find=find_kind))
        job, folder, metrics = await names["example"]()
        os.kill(os.getpid(), signal.SIGTERM)
        shift = await working
    assert (job.state, job.progress, shift.succeeded) == ("succeeded", 1.0, 1)
    assert (folder / "video.mp4").stat().st_size > 10_000
    assert [(product.name, product.states) for product in metrics.products] == [("video", {"succeeded": 1})]
    assert "running" in capsys.readouterr().out


@pytest.mark.soak
async def test_two_videos_at_once_share_what_they_have_in_common(home, tmp_path):
    shared = "Honey keeps for years."
    first = write_script(tmp_path, "1.md", shared, "Bees make it.")
    second = write_script(tmp_path, "2.md", shared, "Bears eat it.")
    heard: list[Event] = []
    async with open_studio(Settings(automagic_home=home)) as studio, asyncio.TaskGroup() as tasks:
        one = tasks.create_task(studio.video(request_for(first, tmp_path / "one"), listener=heard.append))
        two = tasks.create_task(studio.video(request_for(second, tmp_path / "two")))
    for result, folder in ((one.result(), tmp_path / "one"), (two.result(), tmp_path / "two")):
        assert not result.rejected
        assert result.folder == folder
        assert result.outputs["square"].stat().st_size > 10_000
        assert json.loads((folder / "quality.json").read_text())["square"]["passed"]
    assert one.result().run_id != two.result().run_id
    finished = [event for event in heard if isinstance(event, StepFinished)]
    assert [(event.name, event.subject) for event in finished] == [
        (record.name, record.subject) for record in one.result().steps
    ]
    started = {(event.name, event.subject) for event in heard if isinstance(event, StepStarted)}
    assert started == {(event.name, event.subject) for event in finished if not event.hit}
    planned = {event.name: event.count for event in heard if isinstance(event, StepsPlanned)}
    assert planned["speak"] == sum(event.name == "speak" for event in finished)
    assert list((home / "work").iterdir()) == []


async def test_a_cancelled_video_leaves_nothing_and_the_studio_goes_on(home, tmp_path):
    script = write_script(tmp_path, "s.md", *(f"Jar number {n} is {n} thousand years old." for n in range(2, 8)))
    rendering = asyncio.Event()

    def watch(event: Event) -> None:
        if isinstance(event, StepStarted) and event.name == "render":
            rendering.set()

    others = set(psutil.Process().children())  # multiprocessing's tracker, where another test has started it
    async with open_studio(Settings(automagic_home=home)) as studio:
        task = asyncio.create_task(studio.video(request_for(script, tmp_path / "new" / "out"), listener=watch))
        await rendering.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert {path.name for path in tmp_path.iterdir()} == {"s.md", "home"}
        assert list((home / "work").iterdir()) == []
        planned = await studio.video(request_for(script, tmp_path / "out", plan=True))
        assert any(record.state == "hit" for record in planned.steps)
    assert set(psutil.Process().children()) == others


async def test_failures_are_the_documented_errors(home, tmp_path):
    async with open_studio(Settings(automagic_home=home)) as studio:
        with pytest.raises(RequestError, match="cannot be used together"):
            await studio.video(VideoRequest(topic="a", source="b"))
        with pytest.raises(RequestError, match="no such step"):
            await studio.video(request_for(write_script(tmp_path, "s.md", "Hi there."), tmp_path / "o", redo=("x",)))

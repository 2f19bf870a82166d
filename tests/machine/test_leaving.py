"""A process that is asked to leave does so in time, whatever still blocks."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import shutil
import signal
import statistics
import sys
import threading
import time
from pathlib import Path

import pytest

from automagic.machine.blocks import copy_file, hash_file
from automagic.machine.leaving import Threads, end_tasks, in_thread
from automagic.stages.result_folder import publish
from tests.support.media.stock_clips import write_dot
from tests.support.processes.python_programs import Program, start
from tests.support.processes.worker_programs import drain, told, wait_until, worker

COMMAND_S, WORKER_S = 2.0, 8.0
"""Within which a command, or a worker, ends; tests on a busy machine are more patient with a command."""

PATIENCE_S = 10.0


class Endless(io.RawIOBase):
    """A file that never ends."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.left = threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.begun.set()
        return bytes(max(size, 1))


@pytest.mark.parametrize("work", [hash_file, lambda file: copy_file(file, io.BytesIO())])
async def test_reading_a_large_file_ends_when_nobody_waits_for_it(work):
    file = Endless()

    def read() -> None:
        try:
            work(file)
        finally:
            file.left.set()

    task = asyncio.create_task(in_thread(read))
    await asyncio.to_thread(file.begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert file.left.is_set(), "the thread has ended when the cancellation has"


async def test_a_thread_that_does_not_answer_is_left_behind():
    blocked = threading.Event()
    task = asyncio.create_task(in_thread(blocked.wait))
    await asyncio.sleep(0)
    await end_tasks([task])
    assert task.cancelled()
    blocked.set()


def test_nobody_waits_for_such_a_thread_at_the_end():
    blocked = threading.Event()
    threads = Threads(1)
    threads.submit(blocked.wait)
    threads.shutdown()
    assert not blocked.is_set()
    blocked.set()


async def test_a_task_that_waits_all_the_same_is_asked_twice():
    asked = 0

    async def stubborn() -> None:
        nonlocal asked
        while asked < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                asked += 1

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end_tasks([task])
    assert (asked, task.done()) == (2, True)


async def test_a_result_that_is_being_written_when_nobody_waits_leaves_nothing(tmp_path):
    source = tmp_path / "large"
    source.touch()
    os.truncate(source, 40 << 30)  # sparse
    task = asyncio.create_task(in_thread(publish, tmp_path / "out", {"metadata.json": b"{}", "video.mp4": source}))
    await asyncio.to_thread(wait_until, lambda: any(tmp_path.glob(".out.partial-*/video.mp4")))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [path.name for path in tmp_path.iterdir()] == ["large"]


BLOCKED = """
import asyncio, os, signal, sys
from automagic.cli.signals import cancel_on_signals
from automagic.machine.leaving import Clock, end, run
async def main():
    with cancel_on_signals():
        print("ready", flush=True)
        {waiting}
reader, _ = os.pipe()
try:
    run(main(), clock=Clock(0.3, word="It did not answer."))
except asyncio.CancelledError:
    end(130)
"""


@pytest.mark.parametrize(
    ("waiting", "word"),
    [
        ("os.read(reader, 1)", "It did not answer."),  # on the event loop itself
        ("await asyncio.to_thread(os.read, reader, 1)", ""),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_read_that_never_ends_does_not_hold_the_process(waiting, word, number, tmp_path):
    (tmp_path / "out").touch()
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        process = start("-c", BLOCKED.format(waiting=waiting), stdout=out, stderr=err)
        wait_until(lambda: bool((tmp_path / "out").read_text()))
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE_S) == 130
    assert (tmp_path / "err").read_text() == word


def test_a_command_that_waits_for_standard_input_ends(tmp_path):
    reader, writer = os.pipe()
    with os.fdopen(reader) as stdin, (tmp_path / "err").open("w") as err:
        environment = os.environ | {"AUTOMAGIC_HOME": str(tmp_path / "home")}
        command = ("-m", "automagic", "--now", "--source", "-", "--voice", "espeak")
        process = start(*command, cwd=tmp_path, environment=environment, stdin=stdin, stderr=err)
        wait_until(lambda: any((tmp_path / "home" / "work").glob("*")))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_S) == 130
    os.close(writer)
    assert (tmp_path / "err").read_text().startswith("Interrupted.")


# ---------------------------------------------------------------------------------------------- a worker


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """A recording that is in the queue, and has grown since to what takes a minute to be read."""
    write_dot(tmp_path / "talk.mp4", length_s=9.0)
    return tmp_path / "talk.mp4"


SAID = ("Why does bread rise?", "Because yeast eats sugar and makes gas.", "Pasteur showed that it is alive.")


def clips_of(recording: Path) -> dict[str, object]:
    segments = [{"text": text, "start": 3.0 * n, "end": 3.0 * n + 2.5} for n, text in enumerate(SAID)]
    recording.with_suffix(".json").write_text(json.dumps({"language": "en", "segments": segments}))
    return {"recording": str(recording), "transcript": str(recording.with_suffix(".json")), "min": 3, "max": 6}


def test_a_worker_that_hashes_a_large_recording_hands_it_back_and_leaves(place, queue, grown, tmp_path):
    [added] = queue.add([queue.read("clips", clips_of(grown), folder=tmp_path)])
    os.truncate(grown, 60 << 30)  # sparse
    with worker(place) as process:
        wait_until(lambda: told(place, f"{added.id} begins"))
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=WORKER_S) == 0
    job = queue.find(added.id)
    assert (job.state, job.deaths) == ("queued", 0)


def test_a_job_that_hashes_a_large_recording_is_cancelled(place, queue, grown, tmp_path):
    [added] = queue.add([queue.read("clips", clips_of(grown), folder=tmp_path)])
    os.truncate(grown, 60 << 30)
    with worker(place, "--drain") as process:
        wait_until(lambda: told(place, f"{added.id} begins"))
        queue.cancel(added.id)
        assert process.wait(timeout=PATIENCE_S) == 0
    assert queue.find(added.id).state == "cancelled"


def leave(process: Program, number: signal.Signals, *, code: int) -> float:
    """Ask a process to leave; gives the seconds until it has."""
    asked_at = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=10 * PATIENCE_S) == code
    return time.monotonic() - asked_at


def tell(took_s: list[float]) -> None:
    """Print how long it took, for `-rP`."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    sys.stdout.write(f"worst {max(took_s):.2f} s, median {statistics.median(took_s):.2f} s; load a core {load:.1f}\n")


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("product", ["video", "clips"])
def test_a_command_leaves_within_two_seconds_at_any_moment(product, tmp_path):
    lines = "\n\n".join(f"Thought number {number} is told at some length, to take a while." for number in range(6))
    (tmp_path / "long.md").write_text(f"# Long\n\n{lines}\n")
    write_dot(tmp_path / "talk.mp4", length_s=9.0)
    clips_of(tmp_path / "talk.mp4")
    command = {
        "video": ("--now", "--script", "long.md", "--voice", "espeak", "--platform", "square", "--music", "none"),
        "clips": ("clips", "talk.mp4", "--transcript", "talk.json", "--min", "3", "--max", "6", "--max-clips", "2"),
    }[product]

    def begin(number: int) -> Program:
        environment = os.environ | {"AUTOMAGIC_HOME": str(tmp_path / f"home-{number}")}
        arguments = ("-m", "automagic", *command, "--out", f"out-{number}")
        return start(*arguments, cwd=tmp_path, environment=environment)

    began_at = time.monotonic()
    begin(0).communicate(300)
    whole_s = time.monotonic() - began_at
    took_s: list[float] = []
    for number in range(1, 21):
        process = begin(number)
        wait_until(lambda number=number: any((tmp_path / f"home-{number}").glob("*")))
        threading.Event().wait(whole_s * 0.9 * (number - 1) / 20)
        if process.poll() is None:
            took_s.append(leave(process, (signal.SIGTERM, signal.SIGINT)[number % 2], code=130))
        assert not list(tmp_path.glob(f".out-{number}.partial-*"))
    tell(took_s)
    assert len(took_s) >= 12
    assert max(took_s) <= COMMAND_S


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_worker_leaves_within_eight_seconds_at_any_moment(place, queue, grown, tmp_path):
    lines = "\n\n".join(f"Thought number {number} is told at some length, to take a while." for number in range(6))
    (tmp_path / "long.md").write_text(f"# Long\n\n{lines}\n")
    shutil.copy(grown, tmp_path / "short.mp4")
    video = {"script": "long.md", "voice": "espeak", "platform": "square", "music": "none"}
    short = {**clips_of(tmp_path / "short.mp4"), "max_clips": 1, "platform": "square"}
    drafts = [queue.read(kind, asked, folder=tmp_path) for kind, asked in (("clips", short), ("video", video))]
    queue.add([*drafts, queue.read("clips", clips_of(grown), folder=tmp_path)])
    os.truncate(grown, 12 << 30)
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    took_s: list[float] = []
    for _ in range(20):
        with worker(place, "--concurrency", "3") as process:
            wait_until(lambda: told(place, "takes up to"))
            threading.Event().wait(chance.uniform(0, 12))  # a random moment
            took_s.append(leave(process, signal.SIGTERM, code=0))
        for file in place.home.glob("worker-*.txt"):
            file.unlink()
        assert queue.count()["running"] == 0
        assert not any(job.deaths for job in queue.find_all())
    tell(took_s)
    assert max(took_s) <= WORKER_S
    grown.unlink()
    drain(place)
    assert all(job.finished for job in queue.find_all()), "a dot in silence may be no good clip"

"""Other processes: explained when they fail, ended when their caller ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from automagic.errors import MediaError, RequestError, ResourceError, is_disk_full
from automagic.machine.processes import PythonChild, run_program
from tests.support.places import ROOT

SERVED = """
import os, time
from automagic.errors import RequestError
def double(number): print("noise on stdout"); return number * 2
def refuse(): raise RequestError("no such voice", hint="try another")
def crash(): raise KeyError("lost")
def die(): os._exit(7)
def wait(seconds): time.sleep(seconds); return os.getpid()
def pid(): return os.getpid()
def _private(): return 1
"""


@pytest.fixture
async def child(tmp_path, monkeypatch):
    (tmp_path / "served_module.py").write_text(SERVED)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    child = PythonChild("served_module", threads=2)
    yield child
    await child.close()


async def until(condition, seconds=10.0):
    """Poll: the kernel reports ended processes in its own time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_child_answers_even_when_its_functions_print(child):
    assert await asyncio.gather(*(child.call("double", number=n) for n in range(20))) == [n * 2 for n in range(20)]


async def test_a_childs_errors_arrive_as_what_they_are(child):
    with pytest.raises(RequestError, match="no such voice") as caught:
        await child.call("refuse")
    assert caught.value.hint == "try another"
    with pytest.raises(MediaError, match="KeyError"):
        await child.call("crash")
    with pytest.raises(MediaError, match="private"):
        await child.call("_private")


async def test_a_dead_child_is_an_error_and_the_next_call_starts_a_new_one(child):
    with pytest.raises(MediaError, match="ended unexpectedly"):
        await child.call("die")
    assert await child.call("double", number=4) == 8


async def test_cancelling_a_call_kills_the_child_and_repeats_the_calls_of_others(child):
    first = await child.call("pid")
    long = asyncio.create_task(child.call("wait", seconds=60))
    other = asyncio.create_task(child.call("wait", seconds=0.2))
    await asyncio.sleep(0)
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long
    assert not alive(first)
    assert await other != first


async def test_a_program_gives_its_output_and_its_lines(tmp_path):
    result = await run_program(["/bin/sh", "-c", "echo out; echo err >&2"], cwd=tmp_path)
    assert (result.stdout, result.stderr) == (b"out\n", "err")
    lines: list[str] = []
    await run_program(["/bin/sh", "-c", "echo a; echo b"], cwd=tmp_path, on_line=lines.append)
    assert lines == ["a", "b"]


async def test_a_failing_program_is_explained_with_its_last_words(tmp_path):
    with pytest.raises(MediaError, match="exit code 3: no such filter"):
        await run_program(["/bin/sh", "-c", "echo no such filter >&2; exit 3"], cwd=tmp_path)
    with pytest.raises(MediaError, match="signal 9"):
        await run_program(["/bin/sh", "-c", "kill -9 $$"], cwd=tmp_path)


async def test_a_program_that_does_not_exist_is_explained(tmp_path):
    with pytest.raises(MediaError, match="nothing-here"):
        await run_program([str(tmp_path / "nothing-here")], cwd=tmp_path)


async def test_a_program_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(MediaError, match="took longer"):
        await run_program(["/bin/sleep", "60"], cwd=tmp_path, timeout_s=0.1)


async def test_cancelling_leaves_no_program_even_one_that_ignores_the_polite_request(tmp_path):
    script = "trap '' TERM; echo $$; while :; do sleep 0.05; done"
    pids: list[str] = []
    task = asyncio.create_task(run_program(["/bin/sh", "-c", script], cwd=tmp_path, on_line=pids.append))
    await until(lambda: pids)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(int(pids[0]))


PARENT = """
import asyncio, sys
from pathlib import Path
from automagic.machine.processes import PythonChild, run_program
async def main():
    child = PythonChild("served_module")
    print(await child.call("pid"), flush=True)
    await run_program(["/bin/sh", "-c", "echo $$; sleep 60"], cwd=Path("."), on_line=lambda l: print(l, flush=True))
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
async def test_children_die_with_a_parent_that_is_killed(child):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(await asyncio.to_thread(parent.stdout.readline)) for _ in range(2)]
    assert all(alive(pid) for pid in pids)
    parent.send_signal(signal.SIGKILL)
    await asyncio.to_thread(parent.wait)
    parent.stdout.close()
    await until(lambda: not any(alive(pid) for pid in pids))


async def test_a_program_that_says_that_the_disk_is_full_is_explained(tmp_path):
    with pytest.raises(ResourceError, match="sh: the disk is full") as caught:
        await run_program(["/bin/sh", "-c", "echo 'out.mkv: No space left on device' >&2; exit 228"], cwd=tmp_path)
    assert "Free some space" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_fills_while_numbers_are_written_is_known(tmp_path):
    with pytest.raises(OSError, match="requested and") as caught, Path("/dev/full").open("wb") as file:
        np.zeros(100_000).tofile(file)
    assert is_disk_full(caught.value)
    assert not is_disk_full(OSError(2, "No such file or directory"))

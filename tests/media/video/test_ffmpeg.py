"""The door to ffmpeg: what it is told, what it reports, how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import ffmpeg
import psutil
import pytest

from automagic.errors import MediaError
from automagic.media.video.ffmpeg import build_arguments, run_graph
from automagic.media.video.ffmpeg_program import locate_ffmpeg

PROGRAM = locate_ffmpeg().path


def tone(seconds: float, target: str = "-", **options: str) -> object:
    source = ffmpeg.input(f"sine=440:d={seconds}", f="lavfi")
    return source.output(target, **(options or {"format": "null"}))


def test_arguments_keep_ffmpeg_quiet_and_off_standard_input() -> None:
    arguments = build_arguments(tone(1, "a.wav", format="wav"), program="/bin/ffmpeg")
    assert arguments[0] == "/bin/ffmpeg"
    assert arguments[1:6] == ["-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel"]
    assert arguments[-1] == "a.wav"


async def test_a_graph_writes_its_file_in_the_working_folder(tmp_path: Path) -> None:
    await run_graph(tone(2, "a.wav", format="wav"), program=PROGRAM, cwd=tmp_path)
    assert (tmp_path / "a.wav").stat().st_size > 2 * 44_100 * 2


async def test_a_failure_carries_the_reason_that_ffmpeg_gave(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        await run_graph(ffmpeg.input("missing.wav").output("-", format="null"), program=PROGRAM, cwd=tmp_path)


async def test_a_cancelled_graph_leaves_no_ffmpeg_behind(tmp_path: Path) -> None:
    endless = ffmpeg.input("sine=440", f="lavfi", re=None).output("begun.wav")
    before = set(psutil.Process().children(recursive=True))
    task = asyncio.create_task(run_graph(endless, program=PROGRAM, cwd=tmp_path))
    while not (tmp_path / "begun.wav").exists():  # noqa: ASYNC110 - another program writes it
        await asyncio.sleep(0.01)
    assert set(psutil.Process().children(recursive=True)) - before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not set(psutil.Process().children(recursive=True)) - before

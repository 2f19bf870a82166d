"""The door to ffmpeg: what it is told, what it reports, how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import ffmpeg
import psutil
import pytest

from automagic.errors import MediaError
from automagic.media.video.ffmpeg import build_arguments, parse_progress, run_graph
from automagic.media.video.ffmpeg_program import locate_ffmpeg

PROGRAM = locate_ffmpeg().path


def tone(seconds: float, target: str = "-", **options: str) -> object:
    source = ffmpeg.input(f"sine=440:d={seconds}", f="lavfi")
    return source.output(target, **(options or {"format": "null"}))


def test_arguments_keep_ffmpeg_quiet_and_off_standard_input() -> None:
    arguments = build_arguments(tone(1, "a.wav", format="wav"), program="/bin/ffmpeg")
    assert arguments[0] == "/bin/ffmpeg"
    assert arguments[1:8] == ["-nostdin", "-hide_banner", "-nostats", "-y", "-progress", "pipe:1", "-loglevel"]
    assert arguments[-1] == "a.wav"


async def test_a_graph_writes_its_file_in_the_working_folder_and_reports_progress(tmp_path: Path) -> None:
    seen: list[float] = []
    await run_graph(tone(2, "a.wav", format="wav"), program=PROGRAM, cwd=tmp_path, on_progress=seen.append)
    assert (tmp_path / "a.wav").stat().st_size > 2 * 44_100 * 2
    assert seen[-1] == pytest.approx(2.0, abs=0.05)
    assert seen == sorted(seen)


async def test_a_failure_carries_the_reason_that_ffmpeg_gave(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        await run_graph(ffmpeg.input("missing.wav").output("-", format="null"), program=PROGRAM, cwd=tmp_path)


async def test_a_cancelled_graph_leaves_no_ffmpeg_behind(tmp_path: Path) -> None:
    endless = ffmpeg.input("sine=440", f="lavfi", re=None).output("-", format="null")
    before = set(psutil.Process().children(recursive=True))
    started = asyncio.Event()
    task = asyncio.create_task(run_graph(endless, program=PROGRAM, cwd=tmp_path, on_progress=lambda _: started.set()))
    await started.wait()
    assert set(psutil.Process().children(recursive=True)) - before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not set(psutil.Process().children(recursive=True)) - before


async def test_a_graph_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    endless = ffmpeg.input("sine=440", f="lavfi", re=None).output("-", format="null")
    with pytest.raises(MediaError, match="longer than"):
        await run_graph(endless, program=PROGRAM, cwd=tmp_path, timeout_s=0.3)


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("out_time_us=1500000", 1.5),
        ("out_time_us=-21333", 0.0),
        ("out_time_us=N/A", None),
        ("out_time_ms=1500000", None),
        ("progress=end", None),
        ("", None),
    ],
)
def test_only_the_time_line_counts_as_progress(line: str, seconds: float | None) -> None:
    assert parse_progress(line) == seconds

"""What cards in motion cost: of this checkout, and how many times less than of another one.

    python scripts/bench.py motion [--against CHECKOUT]

The same script of twelve lines becomes a video on either side in turns, three times over, each time in a home without
results; told is the median of the three, and of the three ratios. All is CPU of every process, bytecode at hand:

    cold    the whole of `--now`, with its peak of memory
    hits    the same again, in which nothing runs
    drawn   grounds, cards, shots and joins done once more, all else kept: less the hits, what rendering costs

Encoding is what of `drawn` passes in the encoder. Its quality is the VMAF of the video against one of the same frames
that is as good as lossless.
"""

from __future__ import annotations

import importlib.util
import json
import runpy
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_commands import EDITED, ROOT, SCENES, Row, Usage, compare, new_home, use, write_script

ROUNDS = 3
DRAWN = ("paint-ground", "draw", "render", "transition")
"""The steps that make the pictures of a video; not every version has all of them."""

WRITERS = ("automagic.media.video.encode", "automagic.media.encode")
"""Where `SegmentWriter` is, and was."""

LOSSLESS = {"VIDEO_PRESET": "ultrafast", "VIDEO_CRF": "1"}
VMAF_LOSS = 0.5
"""So much of the other checkout's may be lost."""


@dataclass(slots=True)
class Side:
    """A checkout, and what it needed in each round.

    Attributes:
        rendering_s, encoding_s, cold_s: CPU for each second of video.
        again_s: CPU of the same again.
        missed: Steps that ran though nothing was new.
    """

    checkout: Path
    folder: Path
    rendering_s: list[float] = field(default_factory=list)
    encoding_s: list[float] = field(default_factory=list)
    cold_s: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    again_s: list[float] = field(default_factory=list)
    stream_bytes: list[float] = field(default_factory=list)
    missed: int = 0
    vmaf: float = 0.0
    edited: float = 0.0

    @property
    def python(self) -> Path:
        return self.checkout / ".venv" / "bin" / "python"

    def run(
        self,
        home: Path,
        *options: str,
        out: str = "out",
        watched: bool = False,
        clock: Path | None = None,
        encoder: dict[str, str] | None = None,
    ) -> Usage:
        """Make the video; with a clock, the encoder's CPU is written into that file."""
        program = [__file__, str(clock)] if clock else ["-m", "automagic"]
        given = ["--now", "--script", "script.md", "--out", str(self.folder / out), "--json", *options]
        settings = {"PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
        command = [str(self.python), *program, *given]
        return use(command, home, self.folder, watched=watched, settings=settings | (encoder or {}))


def measure(folder: Path, against: Path | None = None) -> Iterator[Row]:
    """All rows.

    Args:
        against: Another checkout, with a .venv of its own.
    """
    sides = [
        Side(checkout.resolve(), folder / name)
        for name, checkout in (("this", ROOT), ("other", against))
        if checkout is not None
    ]
    for side in sides:
        side.folder.mkdir()
        write_script(side.folder, SCENES)
        new_home(side.folder, [str(side.python), "-m", "automagic"])
    for number in range(ROUNDS):
        for side in sides:
            _measure_round(side, side.folder / f"home {number}")
    for side in sides:
        _measure_vmaf(side, side.folder / f"home {ROUNDS - 1}")
        _measure_edit(side, side.folder / f"home {ROUNDS - 1}")
    return _rows(*sides)


def _measure_round(side: Side, home: Path) -> None:
    shutil.copytree(side.folder / "home", home)
    cold = side.run(home, watched=True)
    hits = side.run(home)
    clock = side.folder / "clock"
    redone = [word for step in _drawn(side.checkout) for word in ("--redo", step)]
    drawn = side.run(home, *redone, clock=clock)
    length_s = json.loads(cold.stdout)["duration_s"]
    side.cold_s.append(cold.cpu_s / length_s)
    side.peak_mb.append(cold.peak_mb)
    side.again_s.append(hits.cpu_s)
    side.missed += json.loads(hits.stdout)["steps"]["miss"]
    side.rendering_s.append((drawn.cpu_s - hits.cpu_s) / length_s)
    side.encoding_s.append(float(clock.read_text()) / length_s)
    side.stream_bytes.append(stream_bytes(side.folder / "out" / "video.mp4") / length_s)


def _measure_vmaf(side: Side, home: Path) -> None:
    side.run(home, out="lossless", encoder=LOSSLESS)
    made, frames = (side.folder / name / "video.mp4" for name in ("out", "lossless"))
    side.vmaf = vmaf(made, frames, side.folder / "vmaf.json")


def _measure_edit(side: Side, home: Path) -> None:
    position, text = EDITED
    write_script(side.folder, (*SCENES[:position], text, *SCENES[position + 1 :]))
    edited = side.run(home)
    side.edited = edited.cpu_s / json.loads(edited.stdout)["duration_s"] / side.cold_s[-1]


def _rows(this: Side, other: Side | None = None) -> Iterator[Row]:
    def row(measure: str, values: Callable[[Side], Sequence[float]], show: str, at_least: float, aim: float) -> Row:
        return compare(measure, values(this), values(other) if other else None, show, (at_least, aim))

    second = "a second of video"
    yield row(f"CPU of rendering, {second}", lambda side: side.rendering_s, "{:.3f} s", 0.5, 0.4)
    yield row(f"video stream, {second}", lambda side: side.stream_bytes, "{:,.0f} bytes", 0.9, 0.75)
    yield row("peak memory of a cold --now", lambda side: side.peak_mb, "{:.0f} MB", 0.6, 0.45)
    yield row(f"CPU of encoding, {second}", lambda side: side.encoding_s, "{:.3f} s", 0.45, 0.45)
    yield row(f"CPU of a cold --now, {second}", lambda side: side.cold_s, "{:.3f} s", 0.7, 0.6)
    reached, worst = f"{this.vmaf:.1f}", ""
    if other is not None:
        reached, worst = f"{reached} (was {other.vmaf:.1f})", f"{other.vmaf - VMAF_LOSS:.1f}"
    yield Row("VMAF of the video", reached, worst, worst, other is None or this.vmaf >= other.vmaf - VMAF_LOSS)
    again_s = statistics.median(this.again_s)
    reached, most_s = f"{again_s:.2f} s, {this.missed} steps ran", 2.0
    if other is not None:
        reached, most_s = f"{reached} (was {statistics.median(other.again_s):.2f} s)", statistics.median(other.again_s)
    holds = again_s <= most_s * 1.1 and not this.missed
    yield Row("CPU of the same again", reached, f"{most_s:.2f} s (+ 10 %), 0", f"{most_s:.2f} s, 0", holds)
    reached = f"{this.edited:.0%}" + (f" (was {other.edited:.0%})" if other else "")
    yield Row("one sentence of 12 edited, CPU against cold", reached, "20 %", "20 %", this.edited <= 0.2)


def _drawn(checkout: Path) -> list[str]:
    """The steps of `DRAWN` that a checkout has."""
    code = "".join(file.read_text() for file in (checkout / "automagic").rglob("*steps.py"))
    return [step for step in DRAWN if f'@step("{step}"' in code]


def stream_bytes(video: Path) -> int:
    """Of the pictures alone."""
    import av

    with av.open(str(video)) as container:
        return sum(packet.size for packet in container.demux(video=0))


def vmaf(video: Path, frames: Path, log: Path) -> float:
    """The mean of every fifth frame (the model is vmaf_v0.6.1)."""
    import imageio_ffmpeg

    graph = f"libvmaf=n_subsample=5:n_threads=2:log_fmt=json:log_path={log.name}"
    inputs = ["-i", str(video), "-i", str(frames), "-lavfi", graph, "-f", "null", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *inputs]
    subprocess.run(command, cwd=log.parent, check=True, capture_output=True)
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


def time_encoder(clock: Path, arguments: list[str]) -> None:
    """Run the program in this process; the CPU seconds that passed in its encoder are written into `clock`.

    With one thread an encoder works in the thread that calls it.
    """
    sys.path.remove(str(Path(__file__).parent))
    (writer,) = [importlib.import_module(name).SegmentWriter for name in WRITERS if _exists(name)]
    spent, lock = 0.0, threading.Lock()

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            nonlocal spent
            started = time.thread_time()
            try:
                return method(*given)
            finally:
                with lock:
                    spent += time.thread_time() - started

        return call

    for name in ("__enter__", "write", "__exit__"):
        setattr(writer, name, timed(getattr(writer, name)))
    sys.argv = ["automagic", *arguments]
    try:
        runpy.run_module("automagic", run_name="__main__", alter_sys=True)
    finally:
        clock.write_text(str(spent))


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of its package
        return False


if __name__ == "__main__":
    time_encoder(Path(sys.argv[1]), sys.argv[2:])

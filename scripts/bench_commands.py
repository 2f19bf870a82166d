"""The product run as a person would run it, and what that used: for all rows of bench.py.

use(automagic("--now", ...), new_home(folder), folder)    its CPU, wall, memory and output
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]

SCENES = (
    "Every day, about forty ships cross a continent by climbing a hill of water.",
    "The locks lift each of them twenty six metres above the sea.",
    "No pump is needed, because gravity moves every drop.",
    "A single crossing uses around two hundred million litres.",
    "All of it comes from a lake that was made by people.",
    "When the rain fails, the lake sinks and the queue grows.",
    "Captains can pay in an auction to go first.",
    "The trip around the south would cost them three weeks.",
    "So a dry season in one forest moves prices everywhere.",
    "Engineers now reuse part of the water in side basins.",
    "They plan a second lake to survive the driest years.",
    "A shortcut for the world still depends on the weather.",
)
EDITED = 5, "When the rain fails, the lake sinks and the line of ships gets longer."


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command used: seconds of wall and CPU (with all its children), and the peak of all processes in MB.

    The peak is 0 where nobody watched the memory.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    stdout: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    measure: str
    reached: str
    at_least: str
    aim: str
    holds: bool


def compare(
    measure: str, values: Sequence[float], others: Sequence[float] | None, show: str, bounds: tuple[float, float]
) -> Row:
    """The median of rounds, and of their ratios to another checkout's, which must not be above what `bounds` say.

    Args:
        others: None where there is no other checkout: then the row holds.
        show: Format of a value.
        bounds: What a ratio must reach, and what it aims for.
    """
    reached = show.format(statistics.median(values))
    if others is None:
        return Row(measure, reached, "", "", holds=True)
    ratio = statistics.median(new / old for new, old in zip(values, others, strict=True))
    reached = f"{ratio:.2f}x ({reached}, was {show.format(statistics.median(others))})"
    at_least, aim = bounds
    return Row(measure, reached, f"{at_least:.2f}x", f"{aim:.2f}x", ratio <= at_least)


def use(
    arguments: list[str], home: Path, cwd: Path, *, watched: bool = True, settings: Mapping[str, str] | None = None
) -> Usage:
    """Run a command to its end and measure it.

    Args:
        watched: Whether its memory is watched, which takes a tenth of a core from it.
        settings: Environment variables besides those that are there.
    """
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), **(settings or {})}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(
        arguments, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        memory = MemoryWatch(process.pid) if watched else None
        out, err = process.communicate()
    peak = memory.stop() if memory else 0.0
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}:\n{err.decode()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Usage(wall, cpu, peak, out.decode())


class MemoryWatch:
    """Samples the proportional set size of a process and all its descendants."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, args=(pid,), daemon=True)
        self._thread.start()

    def _sample(self, pid: int) -> None:
        while not self._ended.wait(0.1):
            total = 0
            try:
                root = psutil.Process(pid)
                for process in [root, *root.children(recursive=True)]:
                    try:
                        total += process.memory_full_info().pss
                    except psutil.Error:
                        continue
            except psutil.Error:
                return
            self.peak = max(self.peak, total)

    def stop(self) -> float:
        """End sampling; the peak in MB."""
        self._ended.set()
        self._thread.join()
        return self.peak / 1e6


def automagic(*arguments: str) -> list[str]:
    """The command line that a person would type."""
    return [str(Path(sys.executable).with_name("automagic")), *arguments]


def write_script(folder: Path, scenes: tuple[str, ...]) -> Path:
    """A script of twelve scenes, as a person would write it."""
    path = folder / "script.md"
    path.write_text("# A hill of water\n\n" + "\n\n".join(scenes) + "\n")
    return path


def new_home(folder: Path, program: list[str] | None = None) -> Path:
    """An empty home with the models assembled, so that rows measure work and not installation.

    Args:
        program: Whose; by default this one's.
    """
    home = folder / "home"
    home.mkdir()
    install_models(home, program=program)
    return home


def home_for_clips(folder: Path) -> Path:
    """A new home in which recordings are understood as well."""
    home = new_home(folder)
    install_models(home, "whisper-base", "sentence-vectors")
    return home


def install_models(home: Path, *names: str, program: list[str] | None = None) -> None:
    """Those that are named, or the default ones."""
    command = [*(program or automagic()), "models", "install", *names]
    subprocess.run(command, env={**os.environ, "AUTOMAGIC_HOME": str(home)}, check=True, capture_output=True)

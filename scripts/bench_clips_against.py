"""What clips cost of this checkout, and how many times less than of another one: film, hear and watch, all together.

    python scripts/bench.py clips --against CHECKOUT

The same talk of two minutes becomes clips on either side in turns, three times over, each time in a home without
results; told is the median of the three ratios. CPU is that of every process, imports and language included. Beside it
stands what must not be paid for it: words heard wrong in the clips, other moments, VMAF, bytes, memory.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bench_clips
from bench_commands import ROOT, Row, compare, install_models, new_home, use
from bench_motion import LOSSLESS, stream_bytes, vmaf

ROUNDS = 3
MINUTES = 2.0
ASKED = ("--max-clips", "2", "--min", "30", "--max", "40", "--json")
VMAF_LOSS = 0.2


@dataclass(slots=True)
class Side:
    """A checkout, and what it needed in each round.

    Attributes:
        cpu_s, stream_bytes: For each minute of clips.
        wrong: Words of its clips that are not as they were said, or missing.
        moments: The stretches of its clips, (start, end) in seconds.
    """

    checkout: Path
    folder: Path
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    stream_bytes: list[float] = field(default_factory=list)
    wrong: int = 0
    vmaf: float = 0.0
    moments: list[tuple[float, float]] = field(default_factory=list)

    @property
    def program(self) -> list[str]:
        return [str(self.checkout / ".venv" / "bin" / "python"), "-m", "automagic"]

    def run(self, talk: Path, home: Path, out: str, encoder: dict[str, str] | None = None) -> tuple[float, float]:
        """Make the clips into a folder; CPU seconds and the peak of memory."""
        settings = {"PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
        command = [*self.program, "clips", str(talk), *ASKED, "--out", str(self.folder / out)]
        usage = use(command, home, self.folder, settings=settings | (encoder or {}))
        return usage.cpu_s, usage.peak_mb

    def clips(self, out: str) -> list[dict[str, Any]]:
        """What the result says of them, the best first."""
        told: list[dict[str, Any]] = json.loads((self.folder / out / "clips.json").read_text())["clips"]
        return told

    def videos(self, out: str) -> list[Path]:
        return [self.folder / out / clip["folder"] / clip["videos"]["shorts"] for clip in self.clips(out)]


def measure(folder: Path, against: Path) -> Iterator[Row]:
    """All rows; the other checkout has a .venv of its own."""
    talk = bench_clips.make_talk(folder, MINUTES)
    said = json.loads((folder / "talk.json").read_text())
    this, other = (Side(checkout.resolve(), folder / name) for name, checkout in (("this", ROOT), ("other", against)))
    for side in (this, other):
        side.folder.mkdir()
        install_models(new_home(side.folder, side.program), "whisper-base", "sentence-vectors", program=side.program)
    for number in range(ROUNDS):
        for side in (this, other):
            _measure_round(side, talk, side.folder / f"home {number}")
    for side in (this, other):
        side.run(talk, side.folder / f"home {ROUNDS - 1}", "lossless", LOSSLESS)
        made, frames = (side.videos(out)[0] for out in ("out", "lossless"))
        side.vmaf = vmaf(made, frames, frames.with_name("vmaf.json"))
        side.moments = [(part["start_s"], part["end_s"]) for clip in side.clips("out") for part in clip["stretches"]]
        side.wrong = sum(_count_wrong(clip, said) for clip in side.clips("out"))
    return _rows(this, other)


def _measure_round(side: Side, talk: Path, home: Path) -> None:
    shutil.copytree(side.folder / "home", home)
    cpu_s, peak_mb = side.run(talk, home, "out")
    minutes = sum(clip["duration_s"] for clip in side.clips("out")) / 60
    side.cpu_s.append(cpu_s / minutes)
    side.peak_mb.append(peak_mb)
    side.stream_bytes.append(sum(map(stream_bytes, side.videos("out"))) / minutes)


def _count_wrong(clip: dict[str, Any], said: Sequence[dict[str, Any]]) -> int:
    """Words to put in, to leave out or to change, until a clip says what was spoken in its time."""
    middles = [((cue["start"] + cue["end"]) / 2, cue["text"]) for cue in said]
    spoken = [text for at_s, text in middles for part in clip["stretches"] if part["start_s"] <= at_s <= part["end_s"]]
    true, heard = (re.findall(r"\w+", text.lower()) for text in (" ".join(spoken), clip["text"]))
    changes = difflib.SequenceMatcher(None, true, heard, autojunk=False).get_opcodes()
    return sum(max(end - start, stop - begin) for kind, start, end, begin, stop in changes if kind != "equal")


def _rows(this: Side, other: Side) -> Iterator[Row]:
    minute = "a minute of clips"
    yield compare(f"CPU of film, hear and watch, {minute}", this.cpu_s, other.cpu_s, "{:.1f} s", (0.9, 0.8))
    yield compare(f"video stream, {minute}", this.stream_bytes, other.stream_bytes, "{:,.0f} bytes", (1.0, 0.9))
    yield compare("peak memory of clips", this.peak_mb, other.peak_mb, "{:.0f} MB", (1.05, 1.0))
    least = f"{other.vmaf - VMAF_LOSS:.1f}"
    reached = f"{this.vmaf:.1f} (was {other.vmaf:.1f})"
    yield Row("VMAF of the best clip", reached, least, f"{other.vmaf:.1f}", this.vmaf >= other.vmaf - VMAF_LOSS)
    reached = f"{this.wrong} (was {other.wrong})"
    yield Row("words of the clips that are wrong", reached, str(other.wrong), "0", this.wrong <= other.wrong)
    same, all_of_them = len({*this.moments} & {*other.moments}), str(len(other.moments))
    yield Row("moments that are the same", str(same), all_of_them, all_of_them, same == len(other.moments))

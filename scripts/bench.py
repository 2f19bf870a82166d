"""What AutoMagic reaches on this machine, as ratios within one run where a ratio says more than seconds.

    python scripts/bench.py [ROW ...] [--against CHECKOUT]

The rows are render moviepy motion runs speech help captions gate jobs api operations performance posts ads archive
archive-search archive-hearing archive-captions clips long; with another checkout that has a .venv of its own, motion,
archive-hearing and clips tell how many times less this one needs (see bench_motion.py, bench_hearing.py and
bench_clips_against.py).

Every row runs the product as a person would, in an empty AUTOMAGIC_HOME of its own with the installed models. Each is
printed beside what it must reach ("at least") and what it aims for.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import bench_ads
import bench_api
import bench_archive
import bench_archive_captions
import bench_archive_search
import bench_clips
import bench_clips_against
import bench_gate
import bench_hearing
import bench_jobs
import bench_motion
import bench_operations
import bench_performance
import bench_posts
import bench_render
import bench_speech
import psutil
from bench_commands import (
    EDITED,
    ROOT,
    SCENES,
    Row,
    automagic,
    home_for_clips,
    install_models,
    new_home,
    use,
    write_script,
)


def measure_runs(folder: Path) -> Iterator[Row]:
    """Cold, the same again, and one sentence edited."""
    home = new_home(folder)
    script = write_script(folder, SCENES)
    command = automagic("--now", "--script", str(script), "--out", str(folder / "out"), "--json")
    shutil.copytree(home, folder / "watched")
    cold = use(command, home, folder, watched=False)
    duration_s = json.loads(cold.stdout)["duration_s"]
    per_45 = 45 / duration_s
    yield Row(
        f"whole --now, cold, per 45 s of video ({duration_s:.0f} s made)",
        f"{cold.wall_s * per_45:.0f} s ({cold.cpu_s * per_45:.0f} CPU s)",
        "60 s",
        "40 s",
        cold.wall_s * per_45 <= 60,
    )
    aside = automagic("--now", "--script", str(script), "--out", str(folder / "aside"), "--json")
    peak_mb = use(aside, folder / "watched", folder).peak_mb
    yield Row("peak memory of all processes", f"{peak_mb / 1000:.2f} GB", "1.5 GB", "1 GB", peak_mb <= 1500)
    again = [use(command, home, folder, watched=False) for _ in range(3)]
    wall = statistics.median(usage.wall_s for usage in again)
    missed = json.loads(again[-1].stdout)["steps"]["miss"]
    yield Row("the same again", f"{wall:.2f} s, {missed} steps ran", "2 s, 0", "1 s", wall <= 2 and missed == 0)
    position, text = EDITED
    write_script(folder, (*SCENES[:position], text, *SCENES[position + 1 :]))
    edited = use(command, home, folder, watched=False)
    share = edited.cpu_s / cold.cpu_s
    steps = json.loads(edited.stdout)["timings"]
    ran = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in steps.items() if seconds and name != "total")
    yield Row("one sentence of 12 edited, CPU against cold", f"{share:.0%} ({ran})", "25 %", "15 %", share <= 0.25)


def measure_speech(folder: Path) -> Iterator[Row]:
    """CPU of the default voice for a second of speech, and against the model as published; see bench_speech.py."""
    pairs = list(bench_speech.measure(new_home(folder)))
    cpu_s = statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ours / published for ours, published in pairs)
    reached = f"{ratio:.2f} ({cpu_s:.2f} CPU s per s)"
    yield Row("CPU of speech / of the model as published", reached, "0.9", "0.75", ratio <= 0.9)


def measure_help(folder: Path) -> Iterator[Row]:
    """What the command line costs beyond the interpreter."""

    def median(arguments: list[str]) -> float:
        times = []
        for _ in range(11):
            started = time.perf_counter()
            subprocess.run(arguments, check=True, capture_output=True, cwd=folder)
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    beyond = median(automagic("--help")) - median([sys.executable, "-c", "pass"])
    yield Row("--help beyond `python -c pass`", f"{beyond:.2f} s", "0.4 s", "0.15 s", beyond <= 0.4)


def measure_captions(folder: Path) -> Iterator[Row]:
    """When captions say a word begins, against what Whisper hears in the finished file."""
    import difflib
    import re

    home = new_home(folder)
    script = write_script(folder, SCENES)
    made = json.loads(
        use(
            automagic("--now", "--script", str(script), "--out", str(folder / "out"), "--json", "--draft"), home, folder
        ).stdout
    )
    install_models(home, "whisper-base")
    from faster_whisper import WhisperModel

    model = WhisperModel(str(home / "models" / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=2)
    segments, _ = model.transcribe(
        made["video"], word_timestamps=True, vad_filter=True, condition_on_previous_text=False
    )
    heard = [(re.sub(r"\W", "", word.word).lower(), word.start) for segment in segments for word in segment.words or ()]
    words = json.loads((Path(made["folder"]) / "words.json").read_text())
    shown = [(re.sub(r"\W", "", word["text"]).lower(), word["start_s"]) for word in words]
    matcher = difflib.SequenceMatcher(None, [word for word, _ in shown], [word for word, _ in heard], autojunk=False)
    errors = [
        abs(shown[block.a + index][1] - heard[block.b + index][1]) * 1000
        for block in matcher.get_matching_blocks()
        for index in range(block.size)
    ]
    median = statistics.median(errors)
    yield Row(
        f"caption word start against Whisper's, median of {len(errors)} words",
        f"{median:.0f} ms",
        "120 ms",
        "60 ms",
        median <= 120,
    )


def measure_render(_folder: Path) -> Iterator[Row]:
    """CPU of rendering against encoding the same frames; see bench_render.py."""
    for kind in bench_render.KINDS:
        pairs = list(bench_render.measure(seconds=45, pairs=1, kind=kind))
        ratio = statistics.median(cpu / limit for threads, cpu, limit in pairs if threads == "2")
        yield Row(f"CPU of rendering {kind} / of encoding the same frames", f"{ratio:.2f}", "1.5", "1.25", ratio <= 1.5)


def measure_moviepy(_folder: Path) -> Iterator[Row]:
    """CPU against MoviePy 2 on the same cards in layers; see bench_moviepy.py."""
    out = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bench_moviepy.py"), "--json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    ratio = json.loads(out)["ratio"]
    yield Row("CPU of MoviePy 2 / ours, same cards in layers", f"{ratio:.1f}x", "6x", "8x", ratio >= 6)


def measure_gate(_folder: Path) -> Iterator[Row]:
    """The call gate against a server of its own with 1 s latency, and against bare aiohttp; see bench_gate.py."""
    found = dict(bench_gate.measure())
    speedup = found["gate.pictures_in_parallel_speedup"]
    yield Row("10 pictures, pool of 10, against one after the other", f"{speedup:.1f}x", "3x", "9x", speedup >= 3)
    ratio = found["gate.requests_against_bare_aiohttp"]
    yield Row("requests a second through the gate / bare aiohttp", f"{ratio:.2f}", "0.5", "0.8", ratio >= 0.5)
    memory, disk = found["gate.cached_in_memory_s"], found["gate.cached_on_disk_s"]
    reached = f"{memory * 1e6:.0f} µs, {disk * 1e6:.0f} µs from disk"
    yield Row("a cached response", reached, "1 ms", "50 µs", max(memory, disk) <= 0.001)
    rate = found["gate.memory_operations_per_s"]
    yield Row("memory cache operations a second", f"{rate:,.0f}", "50,000", "500,000", rate >= 50_000)
    calls = found["gate.upstream_calls_of_100_identical"]
    yield Row("upstream calls of 100 identical requests", f"{calls:.0f}", "1", "1", calls == 1)


def measure_jobs(_folder: Path) -> Iterator[Row]:
    """The queue against plain DBOS, and what a job costs beyond its own work; see bench_jobs.py."""
    found = dict(bench_jobs.measure_jobs())
    ratio = found["jobs.no_op_jobs_against_plain_dbos"]
    yield Row("no-op jobs a second, our queue / plain DBOS", f"{ratio:.2f}", "0.7", "0.9", ratio >= 0.7)
    took_s = found["jobs.100_jobs_of_1s_s"]
    yield Row("100 jobs with a step of 1 s, 100 at a time", f"{took_s:.1f} s", "8 s", "3 s", took_s <= 8)
    warm_s, cold_s = found["jobs.overhead_with_a_worker_running_s"], found["jobs.overhead_s"]
    reached = f"{warm_s:.1f} s (worker and fetch started for it: {cold_s:.1f} s)"
    yield Row("a job beyond the same --now, a worker running", reached, "1.5 s", "0.5 s", warm_s <= 1.5)
    took_s = found["jobs.take_over_s"]
    yield Row("a dead worker's job taken over", f"{took_s:.1f} s", "10 s", "2 s", took_s <= 10)
    ratio = found["jobs.four_workers_against_one_on_postgresql"]
    yield Row("4 workers on one PostgreSQL against 1", f"{ratio:.1f}x", "1.2x", "1.5x", ratio >= 1.2)


def measure_api(folder: Path) -> Iterator[Row]:
    """What the HTTP API reaches against a bare application on the same server; see bench_api.py."""
    found = dict(bench_api.measure_api(folder))
    ratio = found["read / bare"]
    reached = f"{ratio:.2f} ({found['read a second']:,.0f}/s; by CPU {found['read / bare, by CPU']:.2f})"
    yield Row("job reads a second / bare ASGI reading the same row", reached, "0.55", "0.7", ratio >= 0.55)
    ratio, lost = found["users p99 / bare"], found["users unanswered"]
    reached = f"{ratio:.1f} ({found['users p99'] * 1000:.0f} ms), {lost:.0f} unanswered"
    yield Row("1000 users at 1/s each, p99 / bare's", reached, "2, 0", "1.2", ratio <= 2 and not lost)
    p95_ms, lost = found["submit p95"] * 1000, found["submit lost"]
    holds = p95_ms <= 150 and not lost
    yield Row("a job queued at 50/s, p95", f"{p95_ms:.0f} ms, {lost:.0f} lost", "150 ms, 0", "60 ms", holds)
    p95_s = found["event p95"]
    yield Row("a job's change to the reader of its events, p95", f"{p95_s:.2f} s", "1.2 s", "0.6 s", p95_s <= 1.2)
    memory_mb = found["streams MB"]
    yield Row("memory with 1000 streams of events", f"{memory_mb:.0f} MB", "200 MB", "", memory_mb <= 200)


def measure_operations(_folder: Path) -> Iterator[Row]:
    """What reads or cleans a home with a long history; see bench_operations.py."""
    for row in bench_operations.rows():
        yield Row(*row)


def measure_clips(folder: Path, against: Path | None = None) -> Iterator[Row]:
    """Five clips of a talk of ten minutes, and what filming one costs; see bench_clips.py."""
    if against is not None:
        yield from bench_clips_against.measure(folder, against)
        return
    talk = bench_clips.make_talk(folder)
    home = home_for_clips(folder)
    command = automagic("clips", str(talk), "--max-clips", "5", "--min", "35", "--max", "45", "--json")
    usage = use([*command, "--out", "clips"], home, folder)
    clips = json.loads(usage.stdout)["clips"]
    lasted = ", ".join(f"{clip['duration_s']:.0f} s" for clip in clips)
    yield Row(
        f"{bench_clips.MINUTES} minutes of talk to {len(clips)} clips ({lasted})",
        f"{usage.wall_s / 60:.1f} min ({usage.cpu_s:.0f} CPU s, {usage.peak_mb / 1000:.2f} GB)",
        "7 min",
        "5 min",
        usage.wall_s <= 420,
    )
    again = json.loads(use([*command, "--platform", "square", "--out", "square"], home, folder).stdout)
    analysed = [name for name in ("listen", "transcribe", "watch", "hear", "understand") if again["timings"].get(name)]
    reached = f"{', '.join(analysed) or 'none'} repeated"
    yield Row("the same talk for another platform: analysis", reached, "none", "none", not analysed)
    ratio = bench_clips.measure_film(talk)
    yield Row("CPU of filming a clip / of decoding and encoding", f"{ratio:.2f}", "1.3", "1.1", ratio <= 1.3)


def measure_long(folder: Path) -> Iterator[Row]:
    """What clips of ever longer recordings take of memory; their transcripts are given."""
    home = home_for_clips(folder)
    peaks = []
    for minutes, talk, transcript in bench_clips.make_long_talks(folder):
        command = automagic("clips", str(talk), "--transcript", str(transcript), "--max-clips", "1", "--json")
        usage = use([*command, "--out", f"clips of {minutes}"], home, folder)
        talk.unlink()
        peaks.append(usage.peak_mb)
        yield Row(
            f"peak memory of all processes for clips of {minutes} minutes",
            f"{usage.peak_mb / 1000:.2f} GB ({usage.wall_s / 60:.1f} min)",
            "2 GB",
            "1.5 GB",
            usage.peak_mb <= 2000,
        )
    grown = peaks[-1] / peaks[0]
    lengths = f"{bench_clips.LONG_MINUTES[-1]} minutes against {bench_clips.LONG_MINUTES[0]}"
    yield Row(f"memory for {lengths}", f"{grown:.2f}x", "1.25x", "1x", grown <= 1.25)


ROWS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "render": measure_render,
    "moviepy": measure_moviepy,
    "motion": bench_motion.measure,
    "runs": measure_runs,
    "speech": measure_speech,
    "help": measure_help,
    "captions": measure_captions,
    "gate": measure_gate,
    "jobs": measure_jobs,
    "api": measure_api,
    "operations": measure_operations,
    "performance": bench_performance.rows,
    "posts": bench_posts.rows,
    "ads": bench_ads.rows,
    "archive": bench_archive.rows,
    "archive-search": bench_archive_search.rows,
    "archive-captions": bench_archive_captions.rows,
    "archive-hearing": bench_hearing.measure,
    "clips": measure_clips,
    "long": measure_long,
}


def main() -> int:
    """Measure the rows that were asked for, or all; exit code 1 when one does not reach what it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT")
    asked = parser.parse_args()
    if wrong := set(asked.rows) - set(ROWS):
        parser.error(f"{', '.join(sorted(wrong))} is not a row")
    compared = {"motion": bench_motion.measure, "archive-hearing": bench_hearing.measure, "clips": measure_clips}
    rows = ROWS | {name: partial(measure, against=asked.against) for name, measure in compared.items()}
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(
        title=f"{platform.node()}: {psutil.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    )
    for column in ("Measure", "Reached", "At least", "Aim", ""):
        table.add_column(column)
    held = True
    for name in asked.rows or list(ROWS):
        with tempfile.TemporaryDirectory(prefix="automagic-bench-") as temporary:
            for row in rows[name](Path(temporary)):
                held &= row.holds
                table.add_row(row.measure, row.reached, row.at_least, row.aim, "holds" if row.holds else "FALLS SHORT")
                console.print(f"{row.measure}: {row.reached}", highlight=False)
    console.print(table)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

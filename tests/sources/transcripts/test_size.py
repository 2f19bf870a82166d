"""A file that no recording can have as its transcript is refused before it costs minutes and gigabytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from automagic.errors import RequestError
from automagic.sources.transcripts.file import read_transcript
from automagic.sources.transcripts.lines import TranscriptError
from automagic.sources.transcripts.size import MAX_CUES, MAX_WORDS, weigh
from tests.support.media.stock_clips import write_dot

MILLION = 1_000_000
DAY = 250_000
"""Words of a day of talk."""

CUES = {
    "srt": "1\n00:00:01,000 --> 00:00:02,000\nbee\n\n",
    "bare.srt": "0:1,0-->0:2,0\nb\n",
    "seconds.srt": "1.5 -> 2.5\nb\n",
    "arrow.srt": "1.5 → 2.5\nb\n",
    "vtt": "00:01.000 --> 00:02.000\nbee\n\n",
    "sbv": "0:00:01.000,0:00:02.000\nbee\n\n",
    "ass": "Dialogue: 0,0:00:01.00,0:00:02.00,A,,0,0,0,,bee\n",
    "sub": "{25}{50}bee\n",
    "lrc": "[00:01.00]bee\n",
    "txt": "Ann 0:01\nbee\n",
    "tsv": "1000\t2000\tbee\n",
    "labels.txt": "0.5\t1.5\tbee\n",
    "ttml": '<p begin="1s" end="2s">bee</p>',
    "xml": '<text start="1" dur="1">bee</text>',
    "html": "<p>bee\n<time>0:01</time>",
    "segments.json": '{"start":1,"end":2,"text":"bee"},',
    "lines.json": '{"start":1,"end":2,"text":"bee"}\n',
    "triples.json": '["bee",1,2],',
}
"""A cue in each form."""


@pytest.mark.parametrize(
    ("form", "encoding"), [*((form, "utf-8") for form in CUES), ("srt", "utf-16"), ("txt", "utf-16")]
)
def test_a_million_cues_are_refused_by_their_bytes(form: str, encoding: str) -> None:
    start, cue = "first\n".encode(encoding), "".encode(encoding)
    cue = CUES[form].encode(encoding)[len(cue) :]
    with pytest.raises(TranscriptError, match="more than a whole day of talk needs"):
        weigh(start + cue * MILLION)


@pytest.mark.parametrize("end", ["\r", "\u2028"])
def test_whatever_ends_a_row_cues_are_counted(end: str) -> None:
    with pytest.raises(TranscriptError, match="more than"):
        weigh((f"0:01,0 --> 0:02,0{end}b{end}" * MILLION).encode())


WORDS = {
    "each a cue of its own": "250000\n\n24:00:01,000 --> 24:00:02,000\n\nbees\n\n\n\n",
    "with times in WebVTT": "<24:00:01.000><c> bees</c>",
    "named three times, as vendors do": '[{"start_time": "86400.5", "alternatives": [{"content": "b"}]}, {"a": 1}]'[
        1:-1
    ],
    "as XML": '<span begin="24:00:01.000" end="24:00:02.000">bees</span>',
}


@pytest.mark.parametrize("kind", WORDS)
def test_a_day_of_words_is_not_too_much(kind: str) -> None:
    weigh(WORDS[kind].encode() * DAY)


def test_too_many_words_are_refused_before_they_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\n" + "bees dance " * (MAX_WORDS // 2 + 1))
    with pytest.raises(RequestError, match="500,000 words, which is more"):
        read_transcript(path)
    entries = [{"word": "b", "start": 1}] * (MAX_WORDS + 1)
    path.write_text(json.dumps({"words": entries}))
    with pytest.raises(RequestError, match="500,000 words, which is more"):
        read_transcript(path)
    path.write_text(json.dumps({"segments": [{"text": "b", "start": 1}] * (MAX_CUES + 1)}))
    with pytest.raises(RequestError, match="300,000 segments, which is more"):
        read_transcript(path)


MEASURED = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, *sys.argv[1:]], stdout=2).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(code)
"""
"""Run Python with these arguments, and print its processor seconds and MB. A small process: a child counts as its own
peak what its parent has at the fork."""


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Path]:
    """One that would take many minutes to be read."""
    path = tmp_path / "talk.mp4"
    write_dot(path)
    os.truncate(path, 200 << 30)  # sparse
    yield path
    path.unlink()


@pytest.mark.soak
@pytest.mark.parametrize("form", [form for form in CUES if form != "html"])
def test_a_million_cues_cost_a_command_five_seconds_at_most(form: str, recording: Path, home: Path) -> None:
    before, behind = ("[", "{}]") if form.endswith("s.json") else ("", "")
    path = recording.with_name(f"a.{form}")
    path.write_text(before + CUES[form] * MILLION + behind)
    command = ("-m", "automagic", "clips", "talk.mp4", "--transcript", path.name)
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        check=False,
        cwd=path.parent,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, f"The transcript {path.name} " in done.stderr) == (2, True), done.stderr
    cpu_s, memory_mb = map(float, done.stdout.split())
    sys.stdout.write(f"{form}: {cpu_s:.2f} s, {memory_mb:.0f} MB\n")
    assert cpu_s < 5
    assert memory_mb < 300

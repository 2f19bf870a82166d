"""What hearing a recording costs of a core, and what is heard of it: of this checkout, and beside another one.

    make bench ARGS=archive-hearing                           this one
    make bench ARGS="archive-hearing --against CHECKOUT"      the same sound heard on either side in turns

The recording is a made meeting of which every word is known (see bench_meeting.py). CPU is that of every process,
imports, model and language included, with one thread. Words count as they are spoken, so that "26" is "twenty six".
"""

from __future__ import annotations

import difflib
import itertools
import json
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from bench_commands import ROOT, Row, install_models, new_home, use
from bench_meeting import APART_S, Said, make_meeting

ROUNDS = 3
WORSE_MS = 5
"""How much later a sentence may begin or end than on the other side: less than a frame of the alignment."""

HEAR = """
import asyncio, json, sys
from pathlib import Path
from automagic.providers.local.whisper.engine import WhisperTranscriber

async def hear():
    transcriber = WhisperTranscriber(Path(sys.argv[1]), threads=1)
    try:
        return await transcriber.transcribe(Path(sys.argv[2]))
    finally:
        await transcriber.close()

heard = asyncio.run(hear())
print(json.dumps({"language": heard.language, "words": [[one.text, one.start_s, one.end_s] for one in heard.words]}))
"""


@dataclass(slots=True)
class Side:
    """A checkout, what it needed in each round, and what it heard."""

    checkout: Path
    folder: Path
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    words: list[tuple[str, float, float]] = field(default_factory=list)

    def hear(self, home: Path, sound: Path) -> None:
        """Hear all of it once more; the memory is watched the first time."""
        program = [str(self.checkout / ".venv" / "bin" / "python"), "-c", HEAR]
        usage = use([*program, str(home), str(sound)], home, self.folder, watched=not self.cpu_s)
        told: dict[str, Any] = json.loads(usage.stdout)
        assert told["language"] == "en", told["language"]
        self.cpu_s.append(usage.cpu_s)
        self.peak_mb = self.peak_mb or usage.peak_mb
        self.words = [(text, start_s, end_s) for text, start_s, end_s in told["words"]]


def spoken_words(text: str) -> list[str]:
    """As they are said, in lower case, without marks."""
    from automagic.language.speech.spoken import spoken_sentences

    said = (word for one in spoken_sentences(text, language="en") for token in one.tokens for word in token.spoken)
    bare = (re.sub(r"[^\w]", "", piece.lower()) for word in said for piece in re.split(r"[-\s]", word))
    return [word for word in bare if word]


def count_wrong(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to put in, to leave out and to change until one is the other (Levenshtein)."""
    words = np.array(heard, dtype=object)
    places = np.arange(len(heard) + 1)
    row = places
    for number, word in enumerate(said, 1):
        changed = np.minimum(row[:-1] + (words != word), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate(([number], changed)) - places) + places
    return int(row[-1])


def measure_edges(said: Sequence[Said], words: Sequence[tuple[str, float, float]]) -> list[float]:
    """How far off the first word of each sentence begins and its last one ends, in seconds, where they are heard."""
    true = [(word, one, place) for one in said for place, word in enumerate(one.text.split())]
    keys = [re.sub(r"\W", "", word.lower()) for word, _, _ in true]
    heard = [re.sub(r"\W", "", text.lower()) for text, _, _ in words]
    off: list[float] = []
    for block in difflib.SequenceMatcher(None, keys, heard, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            _, one, place = true[block.a + step]
            _, start_s, end_s = words[block.b + step]
            if place == 0:
                off.append(abs(start_s - one.start_s))
            if place == len(one.text.split()) - 1:
                off.append(abs(end_s - one.end_s))
    return off


def count_invented(said: Sequence[Said], words: Sequence[tuple[str, float, float]]) -> int:
    """Words in the seconds between two articles, in which nobody speaks."""
    empty = [(one.end_s, after.start_s) for one, after in itertools.pairwise(said)]
    empty = [(start_s, end_s) for start_s, end_s in empty if end_s - start_s >= APART_S]
    return sum(start_s + 1 < (first + last) / 2 < end_s - 1 for _, first, last in words for start_s, end_s in empty)


def measure(folder: Path, against: Path | None = None) -> Iterator[Row]:
    """All rows."""
    home = new_home(folder)
    install_models(home, "whisper-base")
    sound, said = make_meeting(home, folder)
    sides = [Side(checkout.resolve(), folder) for checkout in (ROOT, *([against] if against else []))]
    for _ in range(ROUNDS if against else 1):
        for side in sides:
            side.hear(home, sound)
    return tell(said, *sides)


def tell(said: Sequence[Said], this: Side, other: Side | None = None) -> Iterator[Row]:
    """What was measured, as rows."""
    length_s = said[-1].end_s + APART_S
    true = spoken_words(" ".join(one.text for one in said))

    def speed(side: Side) -> str:
        return f"{length_s / statistics.median(side.cpu_s):.1f}x real time, {length_s / 60:.0f} min"

    def wrong(side: Side) -> int:
        return count_wrong(true, spoken_words(" ".join(text for text, _, _ in side.words)))

    def edges(side: Side) -> Any:
        return np.percentile(measure_edges(said, side.words), (50, 95)) * 1000

    invented = count_invented(said, this.words)
    yield Row("words where nobody speaks", str(invented), "0", "0", invented == 0)
    hearing, errors = "hearing, a core", f"words wrong of {len(true):,}"
    off, memory = "edges of sentences off, middle / 95 %", "memory of hearing"
    middle_ms, most_ms = edges(this)
    peak = f"{this.peak_mb:.0f} MB"
    if other is None:
        yield Row(hearing, speed(this), "", "", holds=True)
        yield Row(errors, str(wrong(this)), "", "", holds=True)
        yield Row(off, f"{middle_ms:.0f} / {most_ms:.0f} ms", "", "", holds=True)
        yield Row(memory, peak, "", "", holds=True)
        return
    faster = statistics.median(old / new for new, old in zip(this.cpu_s, other.cpu_s, strict=True))
    yield Row(hearing, f"{faster:.2f}x ({speed(this)}, was {speed(other)})", "1.15x", "1.30x", faster >= 1.15)
    had = wrong(other)
    yield Row(errors, f"{wrong(this)} (was {had})", str(had), str(had), wrong(this) <= had)
    was_ms, was_most_ms = edges(other)
    was = f"{was_ms:.0f} / {was_most_ms:.0f} ms"
    holds = middle_ms <= was_ms + WORSE_MS and most_ms <= was_most_ms + WORSE_MS
    yield Row(off, f"{middle_ms:.0f} / {most_ms:.0f} ms (was {was})", was, was, bool(holds))
    yield Row(memory, f"{peak} (was {other.peak_mb:.0f} MB)", "", "", holds=True)

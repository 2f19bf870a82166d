"""The sound of a long recording heard by a vendor: sent in parts that it takes, its words put together again.

    16 kHz WAV ─▶ parts of up to 12 min, cut in pauses, FLAC ─▶ vendor ─▶ words of each ─▶ drawn to where speech is
                                                                           └────────────▶ Transcript

A part is as small as its content allows and never above 24 MB, whatever it holds. The same sound gives the same parts,
so that a part that was bought is not bought again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automagic.errors import VendorError
from automagic.providers.local.shared import heard_words, waveform
from automagic.providers.local.shared.heard_words import HeardWord
from automagic.providers.local.shared.speech_chunks import join_chunks
from automagic.providers.local.shared.speech_sound import RATE, measure_s, quietest_s, read_part
from automagic.values.transcript import Transcript
from automagic.values.words import Word

if TYPE_CHECKING:
    from automagic.providers.openai.sound import HeardTranscript as Heard

LONGEST_S = 720.0
"""23 MB if it cannot be compressed at all; vendors take 25."""
EARLIEST_S = 420.0
SEARCH_S = 10.0
"""Where there is no pause, the quietest place within this time is taken."""

WINDOW_S = 30.0
"""How much is compared at a time to tell speech from background."""
AT_ONCE = 4
"""How many parts are in memory and on the way."""


class Hearer(Protocol):
    """Hears one part."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    async def transcribe(self, sound: Path, *, duration_s: float, language: str = "") -> Heard:
        """Its words, with times from its beginning."""
        ...


@dataclass(frozen=True, slots=True)
class SoundPart:
    """A piece of the sound, as it is sent."""

    file: Path
    start_s: float
    end_s: float


def plan_parts(
    duration_s: float, silences: Iterable[tuple[float, float]], quietest: Callable[[float, float], float]
) -> list[tuple[float, float]]:
    """Parts of up to `LONGEST_S` without gaps, cut in the longest pause that comes in time.

    Args:
        silences: In order.
        quietest: Where to cut between two times that have no pause.
    """
    pauses = list(silences)
    parts: list[tuple[float, float]] = []
    start_s = 0.0
    while duration_s - start_s > LONGEST_S:
        low, high = start_s + EARLIEST_S, start_s + LONGEST_S
        inside = [(max(begin, low), min(end, high)) for begin, end in pauses if begin < high and end > low]
        longest = max(inside, key=lambda pause: pause[1] - pause[0], default=None)
        cut_s = sum(longest) / 2 if longest else quietest(high - SEARCH_S, high)
        parts.append((start_s, cut_s))
        start_s = cut_s
    return [*parts, (start_s, duration_s)]


def write_parts(
    sound: Path, silences: Iterable[tuple[float, float]], folder: Path, *, cancelled: Callable[[], bool]
) -> list[SoundPart]:
    """The parts of a 16 kHz mono WAV file as FLAC files; fewer when `cancelled` said so.

    Raises:
        MediaError: It is no such file.
    """

    def quietest(low: float, high: float) -> float:
        return low + quietest_s(read_part(str(sound), low, high - low))

    parts = []
    for number, (start_s, end_s) in enumerate(plan_parts(measure_s(sound), silences, quietest)):
        if cancelled():
            break
        part = SoundPart(folder / f"{number}.flac", start_s, end_s)
        _write_flac(sound, part)
        parts.append(part)
    return parts


def _write_flac(sound: Path, part: SoundPart) -> None:
    import av
    import numpy as np

    with av.open(str(part.file), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono", format="s16")
        at_s = part.start_s
        while at_s < part.end_s:
            samples = read_part(str(sound), at_s, min(WINDOW_S, part.end_s - at_s))
            frame = av.AudioFrame.from_ndarray(
                np.round(samples * 32768).astype(np.int16)[None, :], format="s16", layout="mono"
            )
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
            at_s += WINDOW_S
        container.mux(stream.encode(None))


async def hear_parts(
    hearer: Hearer, parts: Sequence[SoundPart], sound: Path, *, language: str = "", on_progress: Callable[[float], None]
) -> Transcript:
    """The words of all parts, on the sound's own timeline.

    Args:
        sound: What the parts are of.
        language: BCP-47 tag; "" lets the vendor find out.

    Raises:
        VendorError: A part could not be heard; those that were under way are waited for, since they are paid for.
    """
    turn = asyncio.Semaphore(AT_ONCE)
    failed: list[VendorError] = []
    done_s = 0.0

    async def hear(part: SoundPart) -> Heard | None:
        nonlocal done_s
        async with turn:
            if failed:
                return None
            try:
                heard = await hearer.transcribe(part.file, duration_s=part.end_s - part.start_s, language=language)
            except VendorError as error:
                failed.append(error)
                return None
        done_s += part.end_s - part.start_s
        on_progress(done_s / parts[-1].end_s)
        return heard

    async with asyncio.TaskGroup() as tasks:
        hearing = [tasks.create_task(hear(part)) for part in parts]
    if failed:
        raise failed[0]
    heard = [task.result() for task in hearing]
    words = [
        [HeardWord(word.text, part.start_s + word.start_s, part.start_s + word.end_s) for word in one.words]
        for part, one in zip(parts, heard, strict=True)
        if one is not None
    ]
    drawn = await asyncio.to_thread(lambda: [_draw_to_speech(sound, part) for part in words])
    spoken = Counter({one.language: len(one.words) for one in heard if one is not None})
    ((found, _),) = spoken.most_common(1) or [("", 0)]
    return Transcript(
        tuple(Word(word.text, word.start_s, word.end_s) for word in join_chunks(drawn)),
        language.partition("-")[0].lower() or found,
        f"{hearer.name} {hearer.model}".strip(),
    )


def _draw_to_speech(sound: Path, words: Sequence[HeardWord]) -> list[tuple[str, float, float]]:
    """The words without the silence that a recogniser takes in at their edges; those that nobody said are left out."""
    drawn: list[HeardWord] = []
    for window, several in itertools.groupby(words, key=lambda word: int(word.start_s // WINDOW_S)):
        own = list(several)
        start_s = max(0.0, window * WINDOW_S - 1)
        end_s = own[-1].end_s + 1
        samples = read_part(str(sound), start_s, end_s - start_s)
        quiet = heard_words.find_quiet(waveform.level_db(samples, RATE))
        if quiet is not None:
            moved = [replace(word, start_s=word.start_s - start_s, end_s=word.end_s - start_s) for word in own]
            own = [
                replace(word, start_s=word.start_s + start_s, end_s=word.end_s + start_s)
                for word in heard_words.draw_to_speech(moved, quiet)
            ]
        drawn += own
    return [(word.text, word.start_s, word.end_s) for word in drawn]

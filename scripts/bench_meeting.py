"""A made meeting for benchmarks of hearing: known words by five voices, in rooms that real recordings have.

    sample articles ─▶ read by sentences, ─▶ clean, noisy, under music, by telephone, ─▶ meeting.wav
                       voices in turns       with what is left of it alone in between    meeting.json

No sound of it is anybody's: the voices are synthetic, noise and music are computed.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.providers.local.kokoro.engine import KokoroNarrator
from automagic.providers.local.piper.engine import PiperNarrator
from automagic.providers.local.shared import waveform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[1]
RATE = 16_000
VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george", "joe")
ROOMS = ("clean", "noise", "music", "telephone")
TURN = 4
"""Sentences in a row by one voice."""
PAUSES_S = (0.2, 0.35, 0.5, 0.9, 1.6)
APART_S = 9.0
"""How long nobody speaks between two articles: silence, noise or music."""
SNR_DB = {"noise": 18.0, "music": 14.0}
LEVEL = 0.08
"""Root mean square of the speech."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, when it is said, in seconds, by whom and where."""

    text: str
    start_s: float
    end_s: float
    voice: str
    room: str


def make_meeting(home: Path, folder: Path, *, articles: int = 1000) -> tuple[Path, list[Said]]:
    """The sound as 16 kHz mono WAV, and what is said in it; about 25 minutes of all twelve sample articles.

    Args:
        home: With the models of both voices.
        articles: At most so many.
    """
    texts = [list(_sentences(path)) for path in sorted((ROOT / "automagic/data/samples").glob("*.md"))[:articles]]
    spoken = asyncio.run(_speak(home, folder, texts))
    chance = np.random.default_rng(1)
    parts: list[Samples] = []
    said: list[Said] = []
    at = 0
    for number, (sentences, sounds) in enumerate(zip(texts, spoken, strict=True)):
        room = ROOMS[number % len(ROOMS)]
        own: list[Samples] = []
        for place, (text, (voice, sound)) in enumerate(zip(sentences, sounds, strict=True)):
            begun = at + sum(map(len, own))
            said.append(Said(text, begun / RATE, (begun + len(sound)) / RATE, voice, room))
            pause_s = PAUSES_S[place % len(PAUSES_S)]
            own += [sound, np.zeros(round(pause_s * RATE), np.float32)]
        own.append(np.zeros(round(APART_S * RATE), np.float32))
        parts.append(_in_room(np.concatenate(own), room, chance))
        at += len(parts[-1])
    waveform.write_wav(folder / "meeting.wav", np.concatenate(parts), RATE)
    (folder / "meeting.json").write_text(json.dumps([asdict(one) for one in said]))
    return folder / "meeting.wav", said


def _sentences(path: Path) -> Iterator[str]:
    body = path.read_text("utf-8").split("---\n", 2)[2]
    text = " ".join(line for line in body.splitlines() if line[:1] != "#")
    yield from (sentence for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence.strip())


async def _speak(home: Path, folder: Path, texts: list[list[str]]) -> list[list[tuple[str, Samples]]]:
    """Of each sentence its voice and its sound, without the silence around it."""
    kokoro, piper = KokoroNarrator(home, threads=1), PiperNarrator(home, threads=1)
    turns = cycle(voice for voice in VOICES for _ in range(TURN))
    file = folder / "sentence.wav"
    found: list[list[tuple[str, Samples]]] = []
    try:
        for sentences in texts:
            found.append([])
            for text in sentences:
                voice = next(turns)
                narrator = piper if voice == "joe" else kokoro
                await narrator.speak(text, file, voice=voice, language="en-GB" if voice[0] == "b" else "en-US")
                samples, rate = waveform.read_wav(file)
                sound = _trim(waveform.resample(samples, rate, RATE))
                found[-1].append((voice, sound * np.float32(LEVEL / np.sqrt(np.mean(sound**2)))))
    finally:
        await kokoro.close()
        await piper.close()
    return found


def _trim(sound: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def _in_room(sound: Samples, room: str, chance: np.random.Generator) -> Samples:
    if room == "telephone":
        spectrum = np.fft.rfft(sound)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        spectrum[(hertz < 300) | (hertz > 3400)] = 0
        return np.fft.irfft(spectrum, len(sound)).astype(np.float32)
    if room == "clean":
        return sound
    bed = _noise(len(sound), chance) if room == "noise" else _music(len(sound))
    bed *= LEVEL / 10 ** (SNR_DB[room] / 20) / np.sqrt(np.mean(bed**2))
    return (sound + bed).astype(np.float32)


def _noise(length: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """A hall: louder the lower, by 3 dB an octave."""
    spectrum = np.fft.rfft(chance.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.fft.irfft(spectrum, length)


def _music(length: int) -> NDArray[np.float64]:
    """Chords of three plucked notes, two a second."""
    time_s = np.arange(length) / RATE
    chords = np.array([(220.0, 277.2, 329.6), (246.9, 311.1, 370.0), (196.0, 246.9, 293.7), (164.8, 207.7, 246.9)])
    notes = chords[(time_s // 2).astype(int) % len(chords)]
    waves = np.sin(2 * np.pi * notes * time_s[:, None]) + 0.3 * np.sin(4 * np.pi * notes * time_s[:, None])
    plucked: NDArray[np.float64] = waves.sum(axis=1) * np.exp(-2 * (time_s % 0.5))
    return plucked


if __name__ == "__main__":
    made, said = make_meeting(Path(sys.argv[1]), Path(sys.argv[2]))
    print(made, f"{said[-1].end_s / 60:.1f} min")

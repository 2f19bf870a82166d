"""Speech of which it is known who says it when, and sounds that are no speech, all at 16 kHz."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automagic.media.sound.side_levels import RATE
from automagic.providers.local.espeak import engine as espeak
from automagic.providers.local.shared import waveform

Samples = NDArray[np.float32]
LENGTH_S = 12.0
COUNT = round(LENGTH_S * RATE)

TALK = (
    "Last spring our small club counted three herons, and one year later there were forty two.",
    "The town stopped cutting the reeds in May, so the fish came back first.",
    "You only have to stop doing one thing at the wrong time of the year.",
)
TALK_GERMAN = (
    "Im letzten Frühling zählte unser kleiner Verein drei Reiher, und ein Jahr später zweiundvierzig.",
    "Die Stadt hat aufgehört, das Schilf im Mai zu schneiden, und so kamen zuerst die Fische zurück.",
    "Man muss nur aufhören, eine Sache zur falschen Jahreszeit zu tun.",
)


@cache
def say(text: str, voice: str = "standard", language: str = "en") -> Samples:
    """One sentence, without silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        espeak.speak(text, voice, language, "", str(file))
        samples, rate = waveform.read_wav(file)
    count = int(len(samples) * RATE / rate)
    return np.interp(np.arange(count) * rate / RATE, np.arange(len(samples)), samples).astype(np.float32)


def lay(sentences: Sequence[Samples], gap_s: float = 0.4) -> Samples:
    """Sentences one after the other, cut or filled up to `LENGTH_S`."""
    gap = np.zeros(round(gap_s * RATE), np.float32)
    whole = np.concatenate([part for sentence in sentences for part in (gap, sentence)])
    return np.pad(whole, (0, max(0, COUNT - len(whole))))[:COUNT]


def talk(voice: str = "standard") -> Samples:
    """Somebody speaks nearly all the time."""
    return lay([say(text, voice) for text in TALK])


def german() -> Samples:
    """The same in German."""
    return lay([say(text, "standard", "de") for text in TALK_GERMAN])


def conversation() -> tuple[Samples, Samples]:
    """Two people who speak in turn: the one's sound and the other's."""
    lines = [say(TALK[1]), say("How many were there?", "british"), say(TALK[2]), say("I see.", "british")]
    return tuple(lay([line * (number % 2 == who) for number, line in enumerate(lines)]) for who in (0, 1))  # type: ignore[return-value]


def noise(level_db: float, seed: int = 0) -> Samples:
    """Noise of this level in dBFS."""
    return (10 ** (level_db / 20) * np.random.default_rng(seed).standard_normal(COUNT)).astype(np.float32)


def hum(level: float = 0.1) -> Samples:
    """A tone that swells twice a second."""
    time_s = np.arange(COUNT) / RATE
    return (level * np.sin(2 * np.pi * 220 * time_s) * (1 + 0.5 * np.sin(4 * np.pi * time_s))).astype(np.float32)


def late(samples: Samples, by_s: float) -> Samples:
    """The same a little later."""
    count = round(by_s * RATE)
    return np.concatenate([np.zeros(count, np.float32), samples[: len(samples) - count]])


def echo(samples: Samples, seed: int, length_s: float = 0.3) -> Samples:
    """What a room gives back of it."""
    count = round(length_s * RATE)
    room = np.random.default_rng(seed).standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    size = 1 << (len(samples) + count).bit_length()
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room / np.linalg.norm(room), size), size)
    return heard[: len(samples)].astype(np.float32)


def mean_db(samples: Samples) -> float:
    """The level of it all, in dBFS."""
    return float(10 * np.log10(max(np.mean(samples.astype(np.float64) ** 2), 1e-12)))

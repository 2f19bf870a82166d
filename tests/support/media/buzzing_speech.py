"""Sound as much like a voice as loudness and pauses need, and WAV files."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def write_wav(path: Path, samples: np.ndarray, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def speech(seconds: float, rate: int = 24_000) -> np.ndarray:
    """A buzz with formants and syllables: as much like a voice as loudness and pauses need."""
    time = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * time + k * k) / k**0.8 for k in range(1, 30))
    syllables = 0.15 + 0.85 * np.clip(np.sin(2 * np.pi * 3.7 * time) + 0.4, 0, 1)
    ends = np.minimum(1, np.minimum(time, time[::-1]) / 0.02)
    return np.asarray(0.06 * buzz * syllables * ends)

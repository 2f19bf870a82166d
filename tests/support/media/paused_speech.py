"""Sound that swells and pauses as speech does, for whoever cuts it in its pauses."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automagic.providers.local.shared.speech_sound import RATE


def write_sound(path: Path, samples: NDArray[np.float64]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def speech(length_s: float, pauses: list[tuple[float, float]], seed: int = 1) -> NDArray[np.float64]:
    """Noise that swells as syllables do, silent in the pauses."""
    times = np.arange(round(length_s * RATE)) / RATE
    samples = np.random.default_rng(seed).normal(0, 0.1, len(times)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times))
    for start_s, end_s in pauses:
        samples[round(start_s * RATE) : round(end_s * RATE)] *= 0.0005
    return samples

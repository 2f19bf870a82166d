"""The ruler of a mix: K-weighted power of every 100 ms, from which loudness, differences and pauses follow.

The weighting is applied to spectra instead of samples. Against ffmpeg's `ebur128` the loudness so found differs by less
than 0.1 LU on speech and music (a test holds this).
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from automagic.media.sound.loudness import SILENCE_LUFS

Samples = NDArray[np.float32]
Powers = NDArray[np.float64]

SAMPLE_RATE = 48_000
BLOCK = 2_400
"""Samples between two blocks: 50 ms. Each block looks at 100 ms through a Hann window."""
BLOCKS_A_SECOND = SAMPLE_RATE // BLOCK

_AT_ONCE = 20
"""Blocks whose spectra are made together: those of more fall out of the processor's cache, at three times the cost."""


@functools.cache
def _weights() -> NDArray[np.float32]:
    """K-weighting as a power gain for each bin of a block's spectrum (BS.1770-4, tables 1 and 2, for 48 kHz).

    Each stands twice, for the real and the imaginary part.
    """
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * BLOCK))
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.repeat(np.abs(shelf * high_pass) ** 2, 2).astype(np.float32)


def block_powers(samples: Samples) -> Powers:
    """K-weighted mean square of every 100 ms, one value each 50 ms.

    Args:
        samples: (n, channels) at `SAMPLE_RATE`; the channels' powers are added, as BS.1770 does for left and right.

    Returns:
        One value for each started `BLOCK`; block i is centred on its samples.
    """
    count = -(-len(samples) // BLOCK)
    padded = np.zeros((samples.shape[1], (count + 1) * BLOCK), np.float32)
    padded[:, BLOCK // 2 : BLOCK // 2 + len(samples)] = samples.T
    window = np.hanning(2 * BLOCK + 1)[:-1].astype(np.float32)
    scale = 2.0 / (2 * BLOCK * float(np.sum(window**2)))
    powers = np.zeros(count)
    for line in padded:
        frames = np.lib.stride_tricks.sliding_window_view(line, 2 * BLOCK)[::BLOCK]
        for first in range(0, count, _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            parts = np.fft.rfft(frames[some] * window, axis=1).view(np.float32)
            powers[some] += (np.square(parts, out=parts) @ _weights()) * scale
    return powers


def as_lufs(power: float) -> float:
    """Loudness of a K-weighted mean square."""
    return max(SILENCE_LUFS, -0.691 + 10 * math.log10(power)) if power > 0 else SILENCE_LUFS


def gated_loudness(powers: Powers) -> float:
    """Integrated loudness in LUFS: 400 ms blocks, absolute gate at -70, relative gate 10 LU below the mean."""
    span = min(8, len(powers))
    if span == 0:
        return SILENCE_LUFS
    blocks = np.convolve(powers, np.full(span, 1 / span), mode="valid")
    loud = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if len(loud) == 0:
        return SILENCE_LUFS
    loud = loud[loud > loud.mean() / 10]
    return as_lufs(float(loud.mean()))

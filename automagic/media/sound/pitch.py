"""The melody of speech: how high the voice is, every 20 ms.

YIN (de Cheveigné and Kawahara 2002): the lag at which a sound differs least from itself, by the cumulative mean
normalised difference, many frames at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from automagic.media.video.source import ClipCancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

HOP_S = 0.02
LOWEST_HZ, HIGHEST_HZ = 65.0, 450.0
"""What speaking voices do, children included."""
THRESHOLD = 0.15
"""How much of the sound may differ one period later; what differs more is not a voice. The paper takes 0.1."""
QUIET = 1e-6
"""Mean power below which nothing is looked for: -60 dBFS."""
_DECIMATION = 2
_RATE = 8_000


def track_pitch(
    blocks: Iterable[NDArray[np.float32]], rate: int, cancelled: Callable[[], bool] = lambda: False
) -> NDArray[np.float64]:
    """The fundamental in Hz for each 20 ms, 0 where there is no voice.

    Args:
        blocks: The sound, a multiple of 20 ms each but the last.
        rate: 16000.

    Raises:
        ClipCancelled: `cancelled` said so.
    """
    if rate != _RATE * _DECIMATION:
        raise ValueError(f"pitch is tracked at {_RATE * _DECIMATION} Hz, not at {rate}")
    hop, window = round(HOP_S * _RATE), _window()
    kept = np.zeros(0, np.float32)
    found: list[NDArray[np.float64]] = []
    for block in blocks:
        if cancelled():
            raise ClipCancelled("tracking the pitch was cancelled")
        # Halving the rate: the mean of two samples is filter enough for what is below 450 Hz.
        whole = np.append(block, np.zeros(-len(block) % _DECIMATION, np.float32))
        kept = np.concatenate([kept, whole.reshape(-1, _DECIMATION).mean(axis=1)])
        count = max(0, (len(kept) - window) // hop + 1)
        if count:
            found.append(_pitches(kept, count, hop))
            kept = kept[count * hop :]
    left = -(-len(kept) // hop)
    found.append(_pitches(np.append(kept, np.zeros(window, np.float32)), left, hop))
    return _without_leaps(np.concatenate(found))


def _lags() -> tuple[int, int]:
    return int(_RATE / HIGHEST_HZ), int(_RATE / LOWEST_HZ)


def _window() -> int:
    """Samples of one look: two of the longest periods."""
    return 2 * _lags()[1] + 2


def _pitches(samples: NDArray[np.float32], count: int, hop: int) -> NDArray[np.float64]:
    """The fundamental of `count` frames that begin at each hop."""
    window = _window()
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[: count * hop : hop].astype(np.float64)
    frames = frames - frames.mean(axis=1, keepdims=True)
    audible = np.einsum("ij,ij->i", frames, frames) / window > QUIET
    pitches = np.zeros(len(frames))
    if audible.any():
        pitches[audible] = _yin(frames[audible])
    return pitches


def _yin(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    shortest, longest = _lags()
    size = frames.shape[1] - longest - 1
    length = 1 << (frames.shape[1] + size).bit_length()
    spectrum = np.fft.rfft(frames, length)
    head = np.fft.rfft(frames[:, :size], length)
    products = np.fft.irfft(spectrum * np.conj(head), length)[:, : longest + 2]
    squares = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    energies = squares[:, size : size + longest + 2] - squares[:, : longest + 2]
    difference = np.maximum(energies[:, :1] + energies - 2 * products, 0.0)
    lags = np.arange(longest + 2)
    normalised = np.ones_like(difference)
    sums = np.cumsum(difference[:, 1:], axis=1)
    normalised[:, 1:] = difference[:, 1:] * lags[1:] / np.maximum(sums, 1e-12)
    return _choose(normalised, shortest, longest)


def _choose(normalised: NDArray[np.float64], shortest: int, longest: int) -> NDArray[np.float64]:
    """The first dip below the threshold, at its lowest point, between samples by a parabola."""
    inner = normalised[:, shortest : longest + 1]
    dips = (
        (inner < THRESHOLD)
        & (inner <= normalised[:, shortest - 1 : longest])
        & (inner < normalised[:, shortest + 1 : longest + 2])
    )
    voiced = dips.any(axis=1)
    lag = shortest + dips.argmax(axis=1)
    rows = np.arange(len(normalised))
    before, here, after = (normalised[rows, lag + step] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0.0)
    pitch: NDArray[np.float64] = np.where(voiced, _RATE / (lag + np.clip(shift, -0.5, 0.5)), 0.0)
    return pitch


def _without_leaps(pitches: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pitches without those that stand alone, more than a fifth from both neighbours: octave errors, clicks."""
    padded = np.pad(pitches, 1)
    near = np.zeros(len(pitches), bool)
    for neighbour in (padded[:-2], padded[2:]):
        with np.errstate(divide="ignore", invalid="ignore"):
            near |= (neighbour > 0) & (np.abs(np.log2(pitches / neighbour)) < 7 / 12)
    kept: NDArray[np.float64] = np.where(near, pitches, 0.0)
    return kept

"""Samples of speech: WAV files, trimming, joining, another rate. Only child processes import it, for numpy's sake.

Samples are float32 in -1..1, one channel, unless a name says otherwise.
"""

from __future__ import annotations

import functools
import os
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

LEAD_S = 0.040
TRAIL_S = 0.060
FADE_IN_S = 0.008
FADE_OUT_S = 0.025
HEADROOM = 0.98
SILENT_PEAK = 0.003

# A frame this far below the loudest one is silence. Final consonants such as "f" and "th" lie 35-45 dB below.
AUDIBLE_DB = -50.0
FRAME_S = 0.010


def read_wav(path: Path) -> tuple[Samples, int]:
    """A 16-bit PCM file, its channels averaged, and its rate in Hz.

    Raises:
        MediaError: It is not such a file.
    """
    try:
        with wave.open(str(path), "rb") as source:
            if source.getsampwidth() != 2:
                raise MediaError(f"{path.name} has {8 * source.getsampwidth()}-bit samples, expected 16-bit")
            channels, rate = source.getnchannels(), source.getframerate()
            data = source.readframes(source.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise MediaError(f"{path.name} is not a readable WAV file: {error}") from error
    frames = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], dtype="<i2")
    mono = frames.reshape(-1, channels).astype(np.float32).mean(axis=1) / 32768
    return mono.astype(np.float32), rate


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write a mono 16-bit PCM file beside its place, then put it there."""
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype("<i2")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file, wave.open(file, "wb") as sink:
            sink.setnchannels(1)
            sink.setsampwidth(2)
            sink.setframerate(rate)
            sink.writeframes(pcm.tobytes())
        partial.replace(path)
    except OSError as error:
        raise MediaError(f"the sound could not be written to {path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def level_db(samples: Samples, rate: int) -> NDArray[np.float32]:
    """RMS level of each whole 10 ms frame, in dB relative to the loudest frame."""
    size = max(1, round(FRAME_S * rate))
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return np.zeros(0, np.float32)
    rms = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1))
    levels: NDArray[np.float32] = (20 * np.log10(np.maximum(rms, 1e-9) / max(rms.max(), 1e-9))).astype(np.float32)
    return levels


def find_audible(samples: Samples, rate: int) -> tuple[int, int]:
    """First and behind-last sample of what can be heard; the whole sound when it is too short to tell."""
    levels = level_db(samples, rate)
    heard = np.flatnonzero(levels > AUDIBLE_DB)
    if not len(heard):
        return 0, len(samples)
    size = max(1, round(FRAME_S * rate))
    return int(heard[0]) * size, min(len(samples), (int(heard[-1]) + 1) * size)


def repair(samples: Samples) -> Samples:
    """The sound without a constant offset, never beyond full scale.

    Raises:
        MediaError: It is empty, silent, or holds values that are not numbers.
    """
    if not len(samples) or not np.isfinite(samples).all():
        raise MediaError("the voice gave no usable sound", hint="Try again, or choose another voice.")
    centred = samples - samples.mean(dtype=np.float64)
    peak = float(np.abs(centred).max())
    if peak < SILENT_PEAK:
        raise MediaError("the voice gave silence", hint="Try again, rephrase the sentence, or choose another voice.")
    repaired: Samples = (centred * min(1.0, HEADROOM / peak)).astype(np.float32)
    return repaired


def trim(samples: Samples, rate: int) -> Samples:
    """What can be heard, between a fixed lead and trail that fade, so that sentences join without a click."""
    start, end = find_audible(samples, rate)
    lead, trail = round(LEAD_S * rate), round(TRAIL_S * rate)
    padded = np.pad(samples, (lead, trail))  # for sounds that begin or end abruptly
    cut = padded[start : end + lead + trail].copy()
    fade_in, fade_out = round(FADE_IN_S * rate), round(FADE_OUT_S * rate)
    cut[:fade_in] *= _rise(fade_in)
    cut[-fade_out:] *= _rise(fade_out)[::-1]
    return cut


def _rise(count: int) -> NDArray[np.float32]:
    """Half a cosine from 0 to 1."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)


def join(parts: Sequence[Samples], pauses_s: Sequence[float], rate: int) -> Samples:
    """Trimmed parts one after the other; `pauses_s` are the silences between them, the parts' own pads included."""
    pieces: list[Samples] = [parts[0]]
    for part, pause_s in zip(parts[1:], pauses_s, strict=True):
        pieces.append(np.zeros(max(0, round((pause_s - LEAD_S - TRAIL_S) * rate)), np.float32))
        pieces.append(part)
    return np.concatenate(pieces)


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """The sound at another rate, by a windowed sinc that is flat to 0.9 of the lower Nyquist frequency.

    Sample n of the result is the sound at time n / `wanted`: there is no delay.
    """
    if rate == wanted or not len(samples):
        return samples
    divisor = int(np.gcd(rate, wanted))
    up, down = wanted // divisor, rate // divisor
    count = len(samples) * up // down
    filters = _filters(up, down, min(up, count))
    half = filters.shape[1] // 2
    padded = np.pad(samples, (half, half))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    result = np.empty(count, np.float32)
    # Every `up`-th result falls between the source's samples in the same way, so `up` short filters are enough.
    for phase, weights in enumerate(filters):
        indices = np.arange(phase, count, up)
        starts = phase * down // up + np.arange(len(indices)) * down + 1
        result[indices] = windows[starts] @ weights
    return result


@functools.lru_cache(maxsize=4)
def _filters(up: int, down: int, phases: int) -> Samples:
    """The taps for the first `phases` results, (phases, 2 * half)."""
    cutoff = 0.95 * min(1.0, up / down)  # in units of the source's Nyquist frequency
    half = int(np.ceil(24 / cutoff))  # zero crossings of the sinc on each side
    filters = np.empty((phases, 2 * half), np.float32)
    for phase in range(phases):
        taps = np.arange(-half + 1, half + 1, dtype=np.float64) - phase * down % up / up
        filters[phase] = cutoff * np.sinc(cutoff * taps) * _kaiser(taps, half)
    return filters


def _kaiser(taps: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """A Kaiser window (about 85 dB) at any position, not only at whole samples."""
    beta = 8.6
    return np.asarray(np.i0(beta * np.sqrt(np.maximum(0.0, 1 - (taps / half) ** 2))) / np.i0(beta))

"""Recordings whose sound is known to the sample: bursts of a tone at stated times, in any container."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
BURST_S = 0.05

Samples = NDArray[np.float32]


def bursts(times_s: Sequence[float], duration_s: float, *, rate: int = RATE, hertz: float = 1000.0) -> Samples:
    """Silence with a loud tone of `BURST_S` at each time; (n,)."""
    sound = np.zeros(round(duration_s * rate), np.float32)
    tone = (0.8 * np.sin(2 * np.pi * hertz * np.arange(round(BURST_S * rate)) / rate)).astype(np.float32)
    for time_s in times_s:
        first = round(time_s * rate)
        sound[first : first + len(tone)] = tone[: len(sound) - first]
    return sound


def onsets(samples: NDArray[np.float32], rate: int = 16_000) -> list[float]:
    """When each burst begins, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.2 * max(float(np.abs(samples).max()), 0.05))
    starts = [int(loud[0])] if len(loud) else []
    starts += [int(after) for before, after in itertools.pairwise(loud) if after - before > rate * 0.1]
    return [start / rate for start in starts]


def write_recording(
    path: Path,
    samples: Samples,
    *,
    codec: str = "aac",
    layout: str = "mono",
    rate: int = RATE,
    sample_format: str = "fltp",
    sound_start_s: float = 0.0,
    picture_start_s: float | None = None,
    gaps: Sequence[tuple[float, float]] = (),
    jitter_s: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a file with one sound track, and a picture where `picture_start_s` says when it begins.

    Args:
        samples: (n,) or (n, channels), in -1..1.
        gaps: (time of the sound, length): from there on the packets' times are later by the length.
        jitter_s: How far the packets' times are off, to either side in turn, but for the first.
    """
    table = samples.reshape(len(samples), -1)
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.format = sample_format
        picture = container.add_stream("mpeg4", rate=10) if picture_start_s is not None else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
            picture.codec_context.time_base = Fraction(1, 10)
            for number in range(round(len(table) / rate * 10)):
                image = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
                image.pts, image.time_base = number + round(picture_start_s * 10), Fraction(1, 10)
                container.mux(picture.encode(image))
            container.mux(picture.encode(None))
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=rate)
        for number, first in enumerate(range(0, len(table), size)):
            part = np.ascontiguousarray(table[first : first + size].reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(part, format="flt", layout=layout)
            frame.sample_rate = rate
            for piece in resampler.resample(frame):
                late_s = sound_start_s + sum(length for at, length in gaps if first / rate >= at)
                late_s += jitter_s * (-1) ** number if number else 0.0
                piece.pts, piece.time_base = first + round(late_s * rate), Fraction(1, rate)
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path

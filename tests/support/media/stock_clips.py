"""Small real clips for tests: a dot whose place tells when it was filmed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from automagic.machine.processes import run_program
from automagic.media.framing import stock_clip_look as clip_look
from automagic.media.rendering.stock_clip import PreparedClip, prepare_clip
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.values.frame import Frame, Rect

WIDTH, HEIGHT = 272, 480
FRAME = Frame(WIDTH, HEIGHT, 30, Rect(20, 40, 232, 260), Rect(20, 310, 232, 90))
TICKS = 90_000
DOT_START, DOT_SPEED = 16.0, 100.0
"""Pixels from the left at 0 s, and pixels a second to the right."""

DOT_ROW = 240
RADIUS = 7


def draw_dot(time_s: float, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Grey, (height, width, 3), with a white dot at the place of this time, smooth to a fraction of a pixel."""
    row, column = DOT_ROW * height // HEIGHT, DOT_START + DOT_SPEED * time_s
    picture = np.full((height, width, 3), 60, np.uint8)
    left = max(int(column) - 10, 0)
    around = picture[row - 10 : row + 11, left : left + 22]
    y, x = np.mgrid[-10:11, left : left + around.shape[1]]
    shade = 60 + 180 * np.clip(RADIUS + 0.5 - np.hypot(x - column, y), 0, 1)
    around[:] = shade.round().astype(np.uint8)[:, :, None]
    return picture


def time_of(luma: NDArray[Any]) -> float:
    """When the dot in a picture was filmed: by its centre of brightness."""
    light = np.maximum(luma[DOT_ROW - 12 : DOT_ROW + 13].astype(float) - 90, 0)
    columns = np.arange(light.shape[1])
    return float(((light * columns).sum() / light.sum() - DOT_START) / DOT_SPEED)


def write_clip(
    path: Path,
    pictures: Sequence[NDArray[np.uint8]],
    times_s: Sequence[float | Fraction],
    *,
    rate: float | Fraction = 30,
    pix_fmt: str = "yuv420p",
    matrix: int = 1,
    full_range: bool = False,
    transfer: int = 1,
    primaries: int = 1,
    options: dict[str, str] | None = None,
    codec: str = "libx264",
    sound: bool = False,
    aspect: Fraction | None = None,
) -> Path:
    """Encode RGB pictures, each shown from its time on."""
    height, width = pictures[0].shape[:2]
    reformatter = VideoReformatter()  # one for all frames: setting it up takes as long as a small frame does
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            codec, rate=Fraction(rate), options=options or {"preset": "ultrafast", "crf": "8"}
        )
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, pix_fmt
        context.time_base = Fraction(1, TICKS)
        context.gop_size = 20
        context.color_range = 2 if full_range else 1
        context.colorspace, context.color_trc, context.color_primaries = matrix, transfer, primaries
        if aspect is not None:
            stream.sample_aspect_ratio = aspect
        audio = container.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for picture, time_s in zip(pictures, times_s, strict=True):
            frame = reformatter.reformat(
                av.VideoFrame.from_ndarray(picture, format="rgb24"),
                format=pix_fmt,
                dst_colorspace=matrix,
                dst_color_range=2 if full_range else 1,
                threads=1,
            )
            frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if isinstance(audio, av.AudioStream):
            tone = np.sin(np.arange(48_000 * 2) / 20).astype(np.float32)[None]
            for start in range(0, tone.shape[1], 1024):
                block = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(tone[:, start : start + 1024]), format="fltp", layout="mono"
                )
                block.sample_rate, block.pts = 48_000, start
                container.mux(audio.encode(block))
            container.mux(audio.encode(None))
    return path


def write_dot(path: Path, *, fps: float | Fraction = 25, length_s: float = 2.0, **how: Any) -> Path:
    """A clip of the moving dot."""
    times = [number / Fraction(fps) for number in range(round(length_s * fps))]
    return write_clip(path, [draw_dot(float(time_s)) for time_s in times], times, rate=fps, **how)


def prepare(source: Path, target: Path, *, longest_s: float = 2.0, **how: Any) -> PreparedClip:
    """`prepare_clip` for these tests' frame, of clips that show nobody: faces are not looked for."""
    chosen = {"frame": FRAME, "cancelled": lambda: False} | how
    with mock.patch.object(clip_look, "find_faces", return_value=()):
        return prepare_clip(source, target, longest_s=longest_s, **chosen)


def run_ffmpeg(folder: Path, *arguments: str) -> None:
    """For what PyAV cannot write."""
    argv = [locate_ffmpeg().path, "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments]
    asyncio.run(run_program(argv, cwd=folder))

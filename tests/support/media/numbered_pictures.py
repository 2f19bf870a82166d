"""Small real recordings for tests: each picture shows its own number, in any container and coding."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.media.stock_clips import run_ffmpeg, write_clip

WIDTH, HEIGHT, FPS = 128, 96, 25
_BITS = 8
_LOW, _HIGH = 40, 210


def draw_number(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A grey picture (height, width, 3): its number as blocks, the lowest bit at the left, over half of its height."""
    picture = np.full((height, width, 3), 120, np.uint8)
    for bit in range(_BITS):
        block = slice(bit * width // _BITS, (bit + 1) * width // _BITS)
        picture[height // 4 : 3 * height // 4, block] = _HIGH if number >> bit & 1 else _LOW
    picture[: height // 8, : (number * 3) % width] = 200  # something that moves
    return picture


def number_of(luma: NDArray[Any]) -> int:
    """The number that a picture shows."""
    height, width = luma.shape
    middle = [round((bit + 0.5) * width / _BITS) for bit in range(_BITS)]
    rows = slice(2 * height // 5, 3 * height // 5)
    return sum((float(luma[rows, at - 3 : at + 3].mean()) > (_LOW + _HIGH) / 2) << bit for bit, at in enumerate(middle))


def write_numbered(path: Path, numbers: Iterable[int] = range(6 * FPS), **how: Any) -> Path:
    """Pictures 0.04 s apart, all of them key frames, nearly without loss."""
    shown = list(numbers)
    options = {"preset": "ultrafast", "crf": "4", "g": "1"}
    times = [Fraction(at, FPS) for at in range(len(shown))]
    return write_clip(path, [draw_number(number) for number in shown], times, rate=FPS, options=options, **how)


def convert(source: Path, target: Path, *arguments: str, sound: bool = True) -> Path:
    """The same recording in another container and coding, with a quiet tone unless `sound` is False."""
    # As long as the picture, by number: with -shortest the length depends on what else the machine does.
    with av.open(str(source)) as container:
        length_s = float(container.duration or 0) / 1e6
    tone = ("-f", "lavfi", "-i", f"sine=frequency=300:sample_rate=48000:duration={length_s}") if sound else ()
    run_ffmpeg(target.parent, "-i", str(source), *tone, *arguments, target.name)
    return target

"""The wave of a clip that has no picture: bars as high as what is heard, moving on under a place that stands still.

    heard already ▂▅▇▅▂▃▇▅│▂▁▂▃▅▇▅▂ heard next        a bar's middle moves by a part of a pixel from frame to frame
                          now

Each bar is the distance from an upright capsule, so that its edges are smooth wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.design.palette import Palette, hex_to_rgb
from automagic.media.sound.listening import LEVELS_PER_S
from automagic.media.video.planes import bgr_to_yuv
from automagic.values.frame import Rect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.media.video.planes import Planes

    Floats = NDArray[np.float32]

BAR_S = 0.085
"""How much sound a bar stands for."""

_BARS_A_UNIT = 38
"""Bars over a strip that is as wide as the frame's shorter side."""
_THICK = 0.46
_TO_COME = 0.42
"""How opaque bars are that are still to be heard."""

_NOW = 0.5
"""Where the bar is that is heard now, from the left, of the strip's width."""

_FLATTEST_DB, _DEEPEST_DB = 12.0, 30.0
"""Between a bar's full height and none: of music, which is never quiet, and of speech."""
_QUIET, _LOUD = 5.0, 97.0
"""Percentiles of a clip's levels."""

_FADE = 0.09
"""Of the strip's width, at each end, in which bars come and go."""


@dataclass(frozen=True, slots=True)
class WaveLook:
    """Where a wave is drawn, and its colours.

    Attributes:
        strip: In pixels of the frame.
        unit: The frame's shorter side.
        heard, to_come: "#rrggbb".
    """

    strip: Rect
    unit: int
    heard: str
    to_come: str

    @staticmethod
    def of(palette: Palette, strip: Rect, unit: int) -> WaveLook:
        """In a palette's colours."""
        return WaveLook(strip, unit, palette.accent, palette.ink)


def bar_heights(levels: Floats) -> Floats:
    """How high the bar of each `BAR_S` is, 0..1.

    Args:
        levels: Of the clip, dB for each 10 ms.
    """
    if not len(levels):
        return np.zeros(1, np.float32)
    step = BAR_S * LEVELS_PER_S
    count = int(np.ceil(len(levels) / step))
    edges = np.minimum(np.round(np.arange(count) * step).astype(np.int64), len(levels) - 1)
    loudest = np.maximum.reduceat(levels, edges)
    quiet, full = (float(level) for level in np.percentile(loudest, (_QUIET, _LOUD)))
    depth = min(max(full - quiet, _FLATTEST_DB), _DEEPEST_DB)
    return np.clip((loudest - (full - depth)) / depth, 0, 1).astype(np.float32) ** 1.4


class Wave:
    """Draws the wave of one clip into frames of one shape.

    Args:
        heights: As `bar_heights` gives them.
    """

    def __init__(self, heights: Floats, look: WaveLook) -> None:
        strip = look.strip
        # Even edges, since chroma has half of the points.
        self._x, self._y = strip.x // 2 * 2, strip.y // 2 * 2
        self._width, self._height = strip.width // 2 * 2, strip.height // 2 * 2
        self._pitch = look.unit / _BARS_A_UNIT
        self._radius = self._pitch * _THICK / 2
        beyond = int(self._width / self._pitch) + 2
        self._beyond = beyond
        self._heights = np.pad(heights, beyond)
        self._columns = np.arange(self._width, dtype=np.float32) + np.float32(0.5)
        rows = np.abs(np.arange(self._height, dtype=np.float32) + 0.5 - self._height / 2)
        self._rows = rows[: (self._height + 1) // 2]  # the lower half is the upper one's mirror
        self._now = self._width * _NOW
        self._colors = [_yuv(look.heard), _yuv(look.to_come)]
        ends = np.minimum(self._columns, self._width - self._columns) / (_FADE * self._width)
        self._fade = np.clip(ends, 0, 1).astype(np.float32)

    def draw(self, planes: Planes, time_s: float) -> None:
        """Draw it into a frame.

        Args:
            time_s: Of the clip.
        """
        at = (self._columns - self._now) / self._pitch + np.float32(time_s / BAR_S)  # which bar is here
        bar = np.floor(at)
        aside = np.abs(at - bar - 0.5) * self._pitch
        index = np.clip(bar.astype(np.int64) + self._beyond, 0, len(self._heights) - 1)
        half = np.maximum(self._heights[index] * (self._height / 2), self._radius)
        above = np.maximum(self._rows[:, None] - (half - self._radius)[None, :], 0)
        opaque = np.clip(self._radius + 0.5 - np.hypot(aside[None, :], above), 0, 1)
        # The bar that is heard now takes its colour as it passes.
        heard = np.clip((self._now - self._columns) / (2 * self._radius) + 0.5, 0, 1)
        opaque *= self._fade * (_TO_COME + (1 - _TO_COME) * heard)
        mask = np.concatenate([opaque, opaque[::-1][self._height % 2 :]])
        self._blend(planes, mask, heard)

    def _blend(self, planes: Planes, mask: Floats, heard: Floats) -> None:
        halved = mask.reshape(self._height // 2, 2, self._width // 2, 2).mean(axis=(1, 3))
        half_heard = heard.reshape(-1, 2).mean(axis=1)
        for index, plane in enumerate(planes):
            scale = 1 if index == 0 else 2
            opaque, share = (mask, heard) if scale == 1 else (halved, half_heard)
            tone = self._colors[1][index] + (self._colors[0][index] - self._colors[1][index]) * share
            y, x = self._y // scale, self._x // scale
            part = plane[y : y + len(opaque), x : x + opaque.shape[1]]
            part[:] = (part + (tone[None, :] - part) * opaque + 0.5).astype(np.uint8)


def _yuv(color: str) -> tuple[float, float, float]:
    red, green, blue = (255 * part for part in hex_to_rgb(color))
    y, u, v = bgr_to_yuv(np.array([[[blue, green, red]]], np.float32))[0, 0]
    return float(y), float(u), float(v)

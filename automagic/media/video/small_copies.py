"""Small upright copies of decoded frames, made for looking and not for showing, as cheaply as each purpose allows.

    frame ─┬─ luma plane ─┬─ thumbnail 64x36, every frame     cuts, movement
           │              └─ patch 32x40 of a face            its mouth
           └─ RGB, 640 pixels, a few times a second           faces

Nothing here is deinterlaced: what is looked at is smaller than its combs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from automagic.media.video.color_tables import build_table
from automagic.media.video.orientation import orientation_of
from automagic.values.recording import Box

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

THUMB_WIDTH, THUMB_HEIGHT = 64, 36
PATCH_WIDTH, PATCH_HEIGHT = 32, 40

_PLANAR = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv411p", "yuv410p"})
_LUMA_FIRST = _PLANAR | {"yuv440p", "nv12", "nv21", "nv16", "nv24", "gray"}
"""Pixel formats whose first plane is 8-bit luma."""

_CONVERTED_PX = 960
_FEWEST_PX = 8
_THUMB_ROWS = 180


def turn_of(frame: VideoFrame) -> int:
    """Quarter turns counter-clockwise that bring a frame upright; a mirrored one is no longer that in any copy."""
    return orientation_of(frame).turn


def upright_size(frame: VideoFrame, pixel_aspect: float) -> tuple[int, int]:
    """Width and height as a viewer sees it, in square pixels."""
    wide, high = max(round(frame.width * pixel_aspect), 1), frame.height
    return (high, wide) if turn_of(frame) % 2 else (wide, high)


def luma_of(frame: VideoFrame) -> Luma:
    """Luma (height, width) before it is turned: a view where that can be, else a copy of at most 960 pixels."""
    mirrored = orientation_of(frame).mirrored
    if frame.format.name not in _LUMA_FIRST:
        scale = min(1.0, _CONVERTED_PX / max(frame.width, frame.height))
        width, height = max(round(frame.width * scale), 2), max(round(frame.height * scale), 2)
        frame = frame.reformat(width=width, height=height, format="gray", interpolation="FAST_BILINEAR")
    plane = frame.planes[0]
    values: Luma = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * plane.height]
    luma = values.reshape(plane.height, plane.line_size)[:, : plane.width]
    return luma[:, ::-1] if mirrored else luma


def thumbnail(luma: Luma, turn: int) -> NDArray[np.float32]:
    """A 64x36 copy, upright, whatever the shape. Of interlaced pictures it takes one field: its steps are even."""
    step = max(luma.shape[0] // _THUMB_ROWS // 2 * 2, 1)
    rows = np.ascontiguousarray(luma[::step])
    size = (THUMB_WIDTH, THUMB_HEIGHT) if turn % 2 == 0 else (THUMB_HEIGHT, THUMB_WIDTH)
    small = cv2.resize(rows, size, interpolation=cv2.INTER_AREA)
    return np.rot90(small, turn).astype(np.float32)


def patch_of(luma: Luma, box: Box, turn: int, *, times: int = 1) -> NDArray[np.float32] | None:
    """What is in a box of the upright picture, `times` 40 high and 32 wide; None where it has too few pixels.

    What lies outside the picture repeats its edge.
    """
    height, width = luma.shape
    left, top, right, bottom = _stored(box, turn)
    x0, y0, x1, y1 = round(left * width), round(top * height), round(right * width), round(bottom * height)
    if min(x1 - x0, y1 - y0) < _FEWEST_PX * times:
        return None
    part = luma[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    if part.size == 0:
        return None
    outside = max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0)
    whole = cv2.copyMakeBorder(part, *outside, cv2.BORDER_REPLICATE) if any(outside) else np.ascontiguousarray(part)
    size = (PATCH_WIDTH * times, PATCH_HEIGHT * times)
    way = cv2.INTER_LINEAR if min(whole.shape) < PATCH_HEIGHT * times else cv2.INTER_AREA
    small = cv2.resize(whole, size if turn % 2 == 0 else size[::-1], interpolation=way)
    return np.rot90(small, turn).astype(np.float32)


def _stored(box: Box, turn: int) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in the stored picture, which `turn` quarter turns counter-clockwise make upright."""
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    for _ in range(turn):  # one turn clockwise each: (x, y) comes from (1 - y, x)
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return left, top, right, bottom


def color_copy(frame: VideoFrame, pixel_aspect: float, longer_px: int) -> NDArray[np.uint8]:
    """Upright RGB (height, width, 3) with a longer side of `longer_px`; high dynamic range as on a usual display."""
    wide, high = frame.width * pixel_aspect, float(frame.height)
    scale = longer_px / max(wide, high)
    held = orientation_of(frame)
    copy = frame.reformat(
        width=max(round(wide * scale), 2),
        height=max(round(high * scale), 2),
        format="rgb24",
        interpolation="FAST_BILINEAR",
    )
    picture: NDArray[Any] = copy.to_ndarray()
    curve = _display_curve(frame.color_trc, frame.color_primaries)
    if curve is not None:
        picture = curve[picture]
    return np.ascontiguousarray(np.rot90(picture[:, ::-1] if held.mirrored else picture, held.turn))


@lru_cache(maxsize=8)
def _display_curve(transfer: int, primaries: int) -> NDArray[np.uint8] | None:
    """256 values for each channel by itself: the greys of the exact table, which is enough to see a face by."""
    table = build_table(transfer, primaries)
    if table is None:
        return None
    steps = np.arange(len(table))
    greys = table[steps, steps, steps].mean(axis=-1)
    curve: NDArray[np.float64] = np.interp(np.linspace(0, len(table) - 1, 256), steps, greys)
    return (curve * 255).round().astype(np.uint8)

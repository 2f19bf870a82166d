"""What one frame shows of a recording: a crop that stands or moves, two of them stacked, or the whole on a soft ground.

    hold, pan    ┌──┬────┬──┐    fit  ┌─────────┐ blurred, darker    split  ┌─────────┐
                 │  │▒▒▒▒│  │         ├─────────┤                           │ upper   │
                 │  │▒▒▒▒│  │         │▒▒▒▒▒▒▒▒▒│ the whole box             ├─────────┤
                 └──┴────┴──┘         ├─────────┤                           │ lower   │
                                      └─────────┘                           └─────────┘

A crop that stands begins at a whole pixel and is enlarged with four taps. One that moves at whole pixels would tremble:
it is shifted by the rest of a pixel before it is enlarged, in a third of the time of an affine warp, which draws what
also changes its size.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np

from automagic.errors import MediaError
from automagic.media.video.planes import Plane, Planes
from automagic.values.clip_plan import CropKey, ShotFraming
from automagic.values.recording import Box

_GROUND_SCALE = 16
"""The soft ground is blurred at a sixteenth of the frame's size: nothing finer is left in it."""

_GROUND_BLUR = 0.06
"""Of the small ground's shorter side."""

_GROUND_LUMA = 0.55
"""How bright the ground stays."""

_SEAM_PX = 4
"""Between the panes of a split."""

_BLACK, _GREY = 16, 128

Movement = Literal["none", "shift", "zoom"]


class Crop:
    """Draws the frames of one shape.

    Args:
        framings: In order of time.
        width, height: Of the frame, both even.
    """

    def __init__(self, framings: Sequence[ShotFraming], width: int, height: int) -> None:
        if not framings:
            raise MediaError("an excerpt needs to be framed")
        self._framings = framings
        self._starts = [framing.start_s for framing in framings]
        self._size = width, height
        self._last: tuple[object, Planes] | None = None

    def draw(self, picture: Planes, time_s: float) -> Planes:
        """The frame at a time of the recording; it may be drawn on, and is good until the next call."""
        framing = self._framings[max(bisect.bisect_right(self._starts, time_s) - 1, 0)]
        boxes = tuple(box_at(keys, time_s) for keys in framing.panes)
        # Where the recording has fewer frames than the video, the same picture comes several times.
        wanted = (id(picture), framing.layout, boxes)
        if self._last is None or self._last[0] != wanted:
            movements = tuple(movement_at(keys, time_s) for keys in framing.panes)
            self._last = wanted, self._frame(picture, framing.layout, boxes, movements)
            self._picture = picture  # kept, so that its id is not given to another
        return Planes(*(plane.copy() for plane in self._last[1]))

    def _frame(self, picture: Planes, layout: str, boxes: tuple[Box, ...], movements: tuple[Movement, ...]) -> Planes:
        width, height = self._size
        if layout == "fit":
            return _fit(picture, boxes[0], width, height)
        if layout == "split":
            return _split(picture, boxes, movements, width, height)
        return cut_out(picture, boxes[0], width, height, movements[0])


def box_at(keys: Sequence[CropKey], time_s: float) -> Box:
    """Where a crop stands: evenly between two keys, and at a cut where it was until then."""
    index = bisect.bisect_right([key.time_s for key in keys], time_s) - 1
    if index < 0:
        return keys[0].box
    if index + 1 == len(keys) or keys[index + 1].cut:
        return keys[index].box
    before, after = keys[index], keys[index + 1]
    share = (time_s - before.time_s) / (after.time_s - before.time_s)
    one, other = before.box, after.box
    return Box(
        *(
            first + (second - first) * share
            for first, second in zip(
                (one.x, one.y, one.width, one.height), (other.x, other.y, other.width, other.height), strict=True
            )
        )
    )


def movement_at(keys: Sequence[CropKey], time_s: float) -> Movement:
    """Whether a crop is on its way from one place to another, and whether it changes its size."""
    index = bisect.bisect_right([key.time_s for key in keys], time_s) - 1
    if index < 0 or index + 1 == len(keys) or keys[index + 1].cut or keys[index].box == keys[index + 1].box:
        return "none"
    before, after = keys[index].box, keys[index + 1].box
    return "shift" if (before.width, before.height) == (after.width, after.height) else "zoom"


def cut_out(picture: Planes, box: Box, width: int, height: int, movement: Movement = "none") -> Planes:
    """A part of a picture as a whole frame; what is left of its shape's difference to the frame's is cut off."""
    rows, columns = picture.y.shape
    wide, high = box.width * columns, box.height * rows
    if wide * height > high * width:
        wide = high * width / height
    else:
        high = wide * height / width
    left = min(max((box.x + box.width / 2) * columns - wide / 2, 0.0), columns - wide)
    top = min(max((box.y + box.height / 2) * rows - high / 2, 0.0), rows - high)
    if movement == "zoom":
        return _warp(picture, left, top, wide / width, width, height)
    # Whole chroma pixels.
    whole = min(max(2 * round(wide / 2), 2), columns), min(max(2 * round(high / 2), 2), rows)
    if movement == "none":
        left, top = (
            float(min(2 * round(at / 2), side - extent))
            for at, side, extent in zip((left, top), (columns, rows), whole, strict=True)
        )
    method = cv2.INTER_AREA if whole[0] > 1.5 * width else cv2.INTER_CUBIC
    luma = cv2.resize(_part(picture.y, left, top, *whole), (width, height), interpolation=method)
    u, v = (
        cv2.resize(
            _part(plane, left / 2, top / 2, whole[0] // 2, whole[1] // 2),
            (width // 2, height // 2),
            interpolation=cv2.INTER_LINEAR,
        )
        for plane in (picture.u, picture.v)
    )
    return Planes(luma, u, v)


def _part(plane: Plane, left: float, top: float, wide: int, high: int) -> Plane:
    if left.is_integer() and top.is_integer():
        return plane[int(top) : int(top) + high, int(left) : int(left) + wide]
    part: Plane = cv2.getRectSubPix(plane, (wide, high), (left + (wide - 1) / 2, top + (high - 1) / 2))
    return part


def _warp(picture: Planes, left: float, top: float, scale: float, width: int, height: int) -> Planes:
    """Each frame pixel is looked up where it lies in the picture."""

    def warp(plane: Plane, x: float, y: float, size: tuple[int, int]) -> Plane:
        # Pixel centres: frame pixel 0.5 lies at x + 0.5 * scale.
        matrix = np.array([[scale, 0, x + scale / 2 - 0.5], [0, scale, y + scale / 2 - 0.5]], np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped: Plane = cv2.warpAffine(plane, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return warped

    half = width // 2, height // 2
    return Planes(
        warp(picture.y, left, top, (width, height)),
        warp(picture.u, left / 2, top / 2, half),
        warp(picture.v, left / 2, top / 2, half),
    )


def _fit(picture: Planes, box: Box, width: int, height: int) -> Planes:
    """The whole box, as large as it goes, in the middle of a soft and darker copy of itself."""
    rows, columns = picture.y.shape
    shape = box.width * columns / (box.height * rows)
    wide, high = (width, width / shape) if shape > width / height else (height * shape, height)
    wide, high = min(2 * round(wide / 2), width), min(2 * round(high / 2), height)
    front = cut_out(picture, box, wide, high)
    ground = _ground(picture, box, width, height)
    x, y = (width - wide) // 4 * 2, (height - high) // 4 * 2
    for index, (plane, part) in enumerate(zip(ground, front, strict=True)):
        divisor = 1 if index == 0 else 2
        plane[y // divisor : (y + high) // divisor, x // divisor : (x + wide) // divisor] = part
    return ground


def _ground(picture: Planes, box: Box, width: int, height: int) -> Planes:
    wide, high = (max(side // _GROUND_SCALE // 2 * 2, 4) for side in (width, height))
    small = cut_out(picture, box, wide, high)
    blur = _GROUND_BLUR * min(small.y.shape)
    planes = []
    for index, plane in enumerate(small):
        size = (width, height) if index == 0 else (width // 2, height // 2)
        soft = cv2.GaussianBlur(plane, (0, 0), blur if index == 0 else blur / 2)
        # Darker, and paler by the same measure, about the zero of each plane.
        zero = _BLACK if index == 0 else _GREY
        dim = cv2.convertScaleAbs(soft, alpha=_GROUND_LUMA, beta=zero * (1 - _GROUND_LUMA))
        planes.append(cv2.resize(dim, size, interpolation=cv2.INTER_LINEAR))
    return Planes(*planes)


def _split(picture: Planes, boxes: tuple[Box, ...], movements: tuple[Movement, ...], width: int, height: int) -> Planes:
    """Panes of equal height, one above the other, with a dark line between them."""
    pane = height // len(boxes) // 2 * 2
    drawn = [cut_out(picture, box, width, pane, movement) for box, movement in zip(boxes, movements, strict=True)]
    stacked = [np.concatenate([part[index] for part in drawn]) for index in range(3)]
    short = height - pane * len(boxes)
    if short:
        stacked = [
            np.pad(plane, ((0, short if index == 0 else short // 2), (0, 0)), mode="edge")
            for index, plane in enumerate(stacked)
        ]
    for number in range(1, len(boxes)):
        y = number * pane - _SEAM_PX // 2
        stacked[0][y : y + _SEAM_PX] = _BLACK
        for plane in stacked[1:]:
            plane[y // 2 : (y + _SEAM_PX) // 2] = _GREY
    return Planes(*stacked)

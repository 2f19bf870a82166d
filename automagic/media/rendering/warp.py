"""From a still to moving planes: luma and chroma of a picture, seen through a window that moves by parts of a pixel.

    picture ─ decoded once ─ BT.709 limited ─▶ work planes ─┬─ zoom about a point: four resizes that meet there
                                                            ├─ pan along an axis: stored shifts, one copy
                                                            └─ anything else: an affine warp

`cv2.warpAffine` draws every move, in 8 ms for a 1080x1920 luma plane; the first two ways take 2 and 0.2 ms.

**Zoom.** Given a factor instead of a size, `cv2.resize` scales by any real number, but it always starts at the upper
left corner of its source. So the plane is cut into four at the point that stays in its place, and three of the
quarters are stored mirrored, with that point in their upper left corner. Each is resized by the same factor and
mirrored back: the four meet exactly, and that point never moves.

                  ┌ mirrored ┐┌ mirrored ┐
                  │  both    ▼▼  upright │
                  ├ ─ ─ ─ ─ ─ ◉ ─ ─ ─ ─ ─┤   ◉ corner of all four
                  │ sideways ▲▲  as it is│
                  └──────────┘└──────────┘

**Pan.** Seen at one pixel to one, only `PHASES` different sub-pixel shifts exist; each is filtered once, when it is
first needed, with six taps, so that all are equally sharp. A frame is then a copy at a whole-pixel offset.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.rendering.motion import LEAD, direction_of, fixed_point, window_at
from automagic.media.video.planes import Plane, Planes, load_picture, make_planes
from automagic.values.frame import Motion

PHASES = 16
"""Sub-pixel positions of a pan: rounding to the nearest is off by at most 1/32 pixel."""

OVERSAMPLING = 1.1
"""Work pixels to one frame pixel at the closest point of a zoom: bilinear sampling of a finer picture is evener."""


def work_size(motion: Motion, width: int, height: int) -> tuple[int, int, float]:
    """(width, height) of the work planes of a move, and how many work pixels a frame pixel is in its middle.

    Sides are multiples of four, so that the middle of luma and of chroma lies between two pixels.
    """
    closest = max(window_at(motion, -LEAD)[0], window_at(motion, 1 + LEAD)[0])
    scale = closest if _is_pan(motion) else OVERSAMPLING * closest
    sides = 4 * round(width * scale / 4), 4 * round(height * scale / 4)
    return *sides, scale / window_at(motion, 0.5)[0]


def _is_pan(motion: Motion) -> bool:
    return motion.zoom[0] == motion.zoom[1] and direction_of(motion) != "mixed"


@functools.lru_cache(maxsize=6)
def _load_planes(
    path: Path,
    _version: tuple[int, int],
    frame: tuple[int, int],
    work: tuple[int, int, float],
) -> Planes:
    """Decoded and converted once for a shot and its two joins; a few, some 5 MB each, are kept."""
    planes = make_planes(load_picture(path, *frame), *work)
    for plane in planes:
        plane.flags.writeable = False
    return planes


def open_motion(path: Path, motion: Motion, width: int, height: int) -> MotionPlanes:
    """The frames of the picture in a file.

    Raises:
        MediaError: It cannot be read.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise MediaError(f"the picture {path.name} cannot be read: {error.strerror}") from error
    version = status.st_mtime_ns, status.st_size
    planes = _load_planes(path, version, (width, height), work_size(motion, width, height))
    return MotionPlanes(planes, motion, width, height)


class MotionPlanes:
    """The frames of one moving still.

    Args:
        planes: The whole picture in the frame's shape and in the size that `work_size` gives; not written to.
        width, height: Of the frame, both even.
    """

    def __init__(self, planes: Planes, motion: Motion, width: int, height: int) -> None:
        self._motion = motion
        anchor = fixed_point(motion)
        self._view: _Zoom | _Pan | _Warp
        if _is_pan(motion):
            self._view = _Pan(planes, width, height, vertical=direction_of(motion) in {"up", "down"})
        elif anchor is not None:
            self._view = _Zoom(planes, width, height, anchor)
        else:
            self._view = _Warp(planes, width, height)
        self._warp = _Warp(planes, width, height)

    def at(self, progress: float, *, magnify: float = 1.0) -> Planes:
        """Draw one frame.

        The planes are this object's own memory, good until the next call; they may be drawn on.

        Args:
            progress: Of the shot, as `window_at` understands it.
            magnify: Additional magnification about the frame's middle, ≥ 1, for transitions.
        """
        zoom, x, y = window_at(self._motion, progress)
        if magnify != 1.0:
            return self._warp.draw(zoom * magnify, x, y)
        return self._view.draw(zoom, x, y)


def _plane_sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    return (width, height), (width // 2, height // 2), (width // 2, height // 2)


class _Warp:
    """Any window, slowly."""

    def __init__(self, planes: Planes, width: int, height: int) -> None:
        self._planes = planes
        self._sizes = _plane_sizes(width, height)

    def draw(self, zoom: float, x: float, y: float) -> Planes:
        return Planes(*(self._draw_plane(index, zoom, x, y) for index in range(3)))

    def _draw_plane(self, index: int, zoom: float, x: float, y: float) -> Plane:
        plane, (columns, rows) = self._planes[index], self._sizes[index]
        matrix = np.zeros((2, 3))
        for axis, (work, side, middle) in enumerate(zip(plane.shape[::-1], (columns, rows), (x, y), strict=True)):
            scale = work / zoom / side
            matrix[axis, axis] = scale
            # Pixel i has its middle at i + 1/2 in both pictures.
            matrix[axis, 2] = middle * work - scale * side / 2 + scale / 2 - 0.5
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(plane, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)


@dataclass(frozen=True, slots=True)
class _Quarter:
    """One of four parts of a plane around its fixed point, mirrored so that the point is its upper left corner.

    Attributes:
        source: Work pixels.
        mirror: How it is mirrored back: `cv2.flip`'s code, None for the part that lies right.
        target: Where it stands in the frame.
    """

    source: Plane
    mirror: int | None
    target: Plane


class _Zoom:
    """Windows of any size that keep one point of the picture at one place of the frame."""

    def __init__(self, planes: Planes, width: int, height: int, anchor: tuple[float, float]) -> None:
        work_height, work_width = planes.y.shape
        # Work pixels to a frame pixel at zoom 1, across and down: rounding makes them differ a little.
        self._scales = (work_width / width, work_height / height)
        # Even numbers, so that the point lies between two pixels of chroma too. Rounding moves the whole picture
        # by a part of a pixel, once; it does not touch the movement.
        x, y = (2 * round(share * side / 2) for share, side in zip(anchor, (width, height), strict=True))
        work_x, work_y = 2 * round(x * self._scales[0] / 2), 2 * round(y * self._scales[1] / 2)
        sizes = _plane_sizes(width, height)
        # A resize may round its size up by one.
        self._canvases = [np.empty((rows + 1, columns + 1), np.uint8) for columns, rows in sizes]
        self._spare = np.empty((height + 1) * (width + 1), np.uint8)
        self._frame = Planes(
            *(canvas[:rows, :columns] for canvas, (columns, rows) in zip(self._canvases, sizes, strict=True))
        )
        self._quarters = [
            _cut_quarters(
                planes[index],
                self._frame[index],
                (work_x // divisor, work_y // divisor),
                (x // divisor, y // divisor),
            )
            for index, divisor in enumerate((1, 2, 2))
        ]

    def draw(self, zoom: float, _x: float, _y: float) -> Planes:
        for index, quarters in enumerate(self._quarters):
            for quarter in quarters:
                self._draw_quarter(quarter, self._canvases[index], zoom)
        return self._frame

    def _draw_quarter(self, quarter: _Quarter, canvas: Plane, zoom: float) -> None:
        across, down = (zoom / scale for scale in self._scales)
        rows, columns = quarter.target.shape
        high = min(math.ceil(rows / down), quarter.source.shape[0])
        wide = min(math.ceil(columns / across), quarter.source.shape[1])
        drawn_size = round(high * down), round(wide * across)
        if quarter.mirror is None:
            top, left = canvas.shape[0] - 1 - rows, canvas.shape[1] - 1 - columns
            drawn = canvas[top : top + drawn_size[0], left : left + drawn_size[1]]
        else:
            drawn = self._spare[: drawn_size[0] * drawn_size[1]].reshape(drawn_size)
        cv2.resize(quarter.source[:high, :wide], None, dst=drawn, fx=across, fy=down, interpolation=cv2.INTER_LINEAR)
        if quarter.mirror is not None:
            cv2.flip(drawn[:rows, :columns], quarter.mirror, dst=quarter.target)


def _cut_quarters(
    plane: Plane, frame: Plane, work_point: tuple[int, int], point: tuple[int, int]
) -> tuple[_Quarter, ...]:
    (work_x, work_y), (x, y) = work_point, point
    return (
        _Quarter(np.ascontiguousarray(plane[work_y:, work_x:]), None, frame[y:, x:]),
        _Quarter(cv2.flip(plane[work_y:, :work_x], 1), 1, frame[y:, :x]),
        _Quarter(cv2.flip(plane[:work_y, work_x:], 0), 0, frame[:y, x:]),
        _Quarter(cv2.flip(plane[:work_y, :work_x], -1), -1, frame[:y, :x]),
    )


class _Pan:
    """Windows of one size that move along one axis."""

    def __init__(self, planes: Planes, width: int, height: int, *, vertical: bool) -> None:
        self._planes = planes
        self._sizes = _plane_sizes(width, height)
        self._vertical = vertical
        self._canvases = [np.empty((rows, columns), np.uint8) for columns, rows in self._sizes]
        self._shifted: dict[tuple[int, int], Plane] = {}

    def draw(self, zoom: float, x: float, y: float) -> Planes:
        return Planes(*(self._copy(index, zoom, x, y) for index in range(3)))

    def _copy(self, index: int, zoom: float, x: float, y: float) -> Plane:
        plane, (columns, rows) = self._planes[index], self._sizes[index]
        work_rows, work_columns = plane.shape
        along, work, side = (y, work_rows, rows) if self._vertical else (x, work_columns, columns)
        offset = min(max((work - side) / 2 + (along - 0.5) * zoom * side, 0.0), float(work - side))
        whole, phase = divmod(round(offset * PHASES), PHASES)
        source = self._shift(index, phase)
        if self._vertical:
            left = (work_columns - columns) // 2
            view = source[whole : whole + rows, left : left + columns]
        else:
            top = (work_rows - rows) // 2
            view = source[top : top + rows, whole : whole + columns]
        np.copyto(self._canvases[index], view)
        return self._canvases[index]

    def _shift(self, index: int, phase: int) -> Plane:
        """The plane moved by `phase` / PHASES of a pixel to the left or up."""
        if phase == 0:
            return self._planes[index]
        if (index, phase) not in self._shifted:
            taps = _lagrange_taps(phase / PHASES)
            # The third of the six taps stands on the pixel itself.
            kernel, anchor = (taps[:, None], (0, 2)) if self._vertical else (taps[None, :], (2, 0))
            self._shifted[index, phase] = cv2.filter2D(
                self._planes[index], -1, kernel, anchor=anchor, borderType=cv2.BORDER_REPLICATE
            )
        return self._shifted[index, phase]


def _lagrange_taps(fraction: float) -> NDArray[np.float32]:
    """Six taps that read `fraction` of a pixel after the third: the polynomial through six samples.

    Unlike a windowed sinc it puts a straight edge exactly where it belongs, at every fraction.
    """
    places = np.arange(-2.0, 4.0)
    taps = [np.prod((fraction - (rest := np.delete(places, n))) / (places[n] - rest)) for n in range(6)]
    return np.array(taps, np.float32)

"""A layer: pixels with opacity, laid over the planes of a frame wherever and however opaque it is at the moment.

Premultiplied once, in the colours of video: laying it over a frame is then one product and one sum for each plane.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.media.design.cards.layers import LayerImage
from automagic.media.design.pens import pen_times
from automagic.media.video.planes import Plane, Planes, bgr_to_yuv, halve
from automagic.values.frame import Rect

Values = NDArray[np.float32]

_ALIGNED = 0.02
"""Of a pixel: what is moved by less stands in its place."""

_OPAQUE = 0.999


@dataclass(frozen=True, slots=True)
class Pose:
    """How a layer is seen in one frame.

    Attributes:
        opacity: 0..1.
        dx, dy: How far from its place, in pixels.
        growth: Which of its images is seen: a whole number, or between two of them the share that is uncovered.
    """

    opacity: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    growth: float = 0.0

    @property
    def stands(self) -> bool:
        """Whether it is in its place and opaque."""
        return self.opacity >= _OPAQUE and abs(self.dx) < _ALIGNED and abs(self.dy) < _ALIGNED


@dataclass(frozen=True, slots=True)
class _Ink:
    """An image premultiplied: luma and opacity, and the same for chroma (U, V, opacity), 0..255."""

    luma: Values
    chroma: Values


@dataclass(slots=True)
class Layer:
    """The images of one element.

    Attributes:
        box: Where it stands.
        round: Whether its second image is uncovered around its middle, and not across.
        backwards: Whether that goes from right to left.
        times: When a pen uncovers each of its points, 0..1; None when none does.
        rolls: Whether its second image pushes the first one up.
        differs: The first column in which its images differ, and the one behind the last.
    """

    box: Rect
    images: Sequence[_Ink]
    round: bool = False
    backwards: bool = False
    times: Values | None = None
    rolls: bool = False
    differs: tuple[int, int] = (0, 0)
    _settled: dict[int, tuple[Planes, tuple[Plane, Plane]]] = field(default_factory=dict)

    def reach(self, pose: Pose) -> Rect:
        """What it covers of the frame; the corners are even, and may lie outside."""
        if pose.stands:
            return self.box
        left, top = _even_floor(pose.dx), _even_floor(pose.dy)
        return Rect(self.box.x + left, self.box.y + top, self.box.width + 2, self.box.height + 2)

    def lay(self, planes: Planes, pose: Pose, within: Rect) -> None:
        """Lay it over a frame, in place, but only within a rectangle with even corners inside the frame."""
        reach = self.reach(pose)
        left, top = max(reach.x, within.x), max(reach.y, within.y)
        right, bottom = min(reach.right, within.right), min(reach.bottom, within.bottom)
        if left >= right or top >= bottom or pose.opacity <= 0:
            return
        color, remainder = self._seen(pose, reach)
        for index, (ink, plane) in enumerate(zip(color, planes, strict=True)):
            half = 1 if index == 0 else 2
            rows = slice((top - reach.y) // half, (bottom - reach.y) // half)
            columns = slice((left - reach.x) // half, (right - reach.x) // half)
            behind = plane[top // half : bottom // half, left // half : right // half]
            kept = np.ascontiguousarray(remainder[min(index, 1)][rows, columns])
            dimmed = cv2.multiply(behind, kept, scale=1 / 255)
            cv2.add(dimmed, np.ascontiguousarray(ink[rows, columns]), dst=behind)

    def _seen(self, pose: Pose, reach: Rect) -> tuple[Planes, tuple[Plane, Plane]]:
        if pose.stands and pose.growth == int(pose.growth):
            at = int(pose.growth)
            if at not in self._settled:
                self._settled[at] = _as_bytes(self.images[at], 1.0)
            return self._settled[at]
        ink = self._grown(pose.growth)
        if pose.stands:
            return _as_bytes(ink, 1.0)
        x, y = self.box.x + pose.dx - reach.x, self.box.y + pose.dy - reach.y
        moved = []
        for values, half in ((ink.luma, 1), (ink.chroma, 2)):
            matrix = np.array([[1, 0, x / half], [0, 1, y / half]], np.float32)
            size = (reach.width // half, reach.height // half)
            moved.append(cv2.warpAffine(values, matrix, size, flags=cv2.INTER_LINEAR))
        return _as_bytes(_Ink(*(np.asarray(values, np.float32) for values in moved)), pose.opacity)

    def _grown(self, growth: float) -> _Ink:
        """One image, or the next one uncovered over it by a share."""
        at, share = int(growth), growth - int(growth)
        if not share:
            return self.images[at]
        covered, whole = self.images[at], self.images[at + 1]
        if self.rolls:
            return _Ink(*(_rolled(getattr(covered, n), getattr(whole, n), share) for n in ("luma", "chroma")))
        mask = self._mask(share)
        half = np.asarray(cv2.resize(mask, (mask.shape[1] // 2, mask.shape[0] // 2), interpolation=cv2.INTER_AREA))
        return _Ink(
            covered.luma + (whole.luma - covered.luma) * mask[:, :, None],
            covered.chroma + (whole.chroma - covered.chroma) * half[:, :, None],
        )

    def _mask(self, share: float) -> Values:
        """1 where the next image is uncovered, with a soft edge."""
        height, width = self.box.height, self.box.width
        if self.times is not None:
            return np.asarray(np.clip((share * (1 + _SOFT_PEN) - self.times) / _SOFT_PEN, 0, 1), np.float32)
        if self.round:
            soft = 2.0 / (np.pi * min(width, height))
            return np.asarray(np.clip((share - _turns(width, height)) / soft + 0.5, 0, 1), np.float32)
        first, end = self.differs
        edge = share * (end - first + 2 * _SOFT_PX) - _SOFT_PX
        columns = np.arange(width, dtype=np.float32)
        passed = end - 1 - columns if self.backwards else columns - first
        row = np.clip((edge - passed) / _SOFT_PX + 0.5, 0, 1)
        return np.ascontiguousarray(np.broadcast_to(row, (height, width)), np.float32)


@functools.lru_cache(maxsize=2)
def _turns(width: int, height: int) -> Values:
    """How far round each point lies, clockwise from the top, 0..1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turns = (np.arctan2(x - (width - 1) / 2, (height - 1) / 2 - y) / (2 * np.pi)) % 1.0
    # What a round cap juts out to the left of the start belongs to the start.
    return np.where(turns > 1 - _CAP, 0.0, turns).astype(np.float32)


_CAP = 0.03
"""Of a turn: as far as the round end of a ring's line reaches back."""

_SOFT_PEN = 0.01
"""Of the way of a pen: as long as its end is soft."""

_SOFT_PX = 12.0
"""Of the edge up to which an image is uncovered."""


def open_layer(images: Sequence[LayerImage], *, growth: str) -> Layer:
    """The layer of an element's images.

    Args:
        growth: As `Element` says.
    """
    height, width = images[0].pixels.shape[:2]
    box = Rect(images[0].x, images[0].y, width, height)
    times = None
    if growth == "stroke":
        covered, way, whole = images
        images, times = (covered, whole), pen_times(way.pixels)
    inks = [_premultiply(one.pixels) for one in images]
    return Layer(box, inks, growth == "round", growth == "back", times, growth == "roll", _differing(images))


def _differing(images: Sequence[LayerImage]) -> tuple[int, int]:
    columns = np.flatnonzero((images[0].pixels != images[-1].pixels).any(axis=(0, 2)))
    return (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, images[0].pixels.shape[1])


def _rolled(going: Values, coming: Values, share: float) -> Values:
    """One image on its way up and out of the box, and the next one below it on its way in."""
    height, width = going.shape[:2]
    moved = [
        cv2.warpAffine(values, np.array([[1, 0, 0], [0, 1, dy]], np.float32), (width, height)) * np.float32(opacity)
        for values, dy, opacity in ((going, -height * share, 1 - share), (coming, height * (1 - share), share))
    ]
    return np.asarray(moved[0] + moved[1], np.float32)


def _premultiply(pixels: NDArray[np.uint8]) -> _Ink:
    share = pixels[:, :, 3].astype(np.float32) / 255
    yuv = bgr_to_yuv(np.ascontiguousarray(pixels[:, :, 2::-1])).astype(np.float32)
    luma = np.dstack([yuv[:, :, 0] * share, share * 255])
    chroma = np.dstack([halve(yuv[:, :, 1] * share), halve(yuv[:, :, 2] * share), halve(share * 255)])
    return _Ink(luma.astype(np.float32), chroma.astype(np.float32))


def _as_bytes(ink: _Ink, opacity: float) -> tuple[Planes, tuple[Plane, Plane]]:
    luma, chroma = (cv2.convertScaleAbs(values, alpha=opacity) for values in (ink.luma, ink.chroma))
    color = Planes(*(np.ascontiguousarray(one) for one in (luma[:, :, 0], chroma[:, :, 0], chroma[:, :, 1])))
    return color, (cv2.bitwise_not(luma[:, :, 1]), cv2.bitwise_not(chroma[:, :, 2]))


def _even_floor(value: float) -> int:
    return 2 * math.floor(value / 2)


def restore(ground: Planes, planes: Planes, box: Rect) -> None:
    """Copy a rectangle with even corners from one frame to another."""
    for index, (source, target) in enumerate(zip(ground, planes, strict=True)):
        half = 1 if index == 0 else 2
        rows, columns = slice(box.y // half, box.bottom // half), slice(box.x // half, box.right // half)
        np.copyto(target[rows, columns], source[rows, columns])


def clip(box: Rect, width: int, height: int) -> Rect | None:
    """The part of a rectangle that lies in the frame; None when none does."""
    left, top, right, bottom = max(box.x, 0), max(box.y, 0), min(box.right, width), min(box.bottom, height)
    return Rect(left, top, right - left, bottom - top) if right > left and bottom > top else None


def meet(one: Rect, other: Rect) -> bool:
    """Whether two rectangles share a pixel."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom

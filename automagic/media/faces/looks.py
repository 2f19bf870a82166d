"""Looks for faces in frame after frame with no more pixels than each look needs, and at their mouths in between.

    every 3 s, and after a change      the whole picture at 640: finds small faces, too
    every 0.6 s, no small face known   the whole picture at 320: finds who comes in
    else, where faces were             only that part of the picture, at 320, or at 640 where one is small
    else                               nothing: nobody was there a moment ago

The detector takes most of the time of watching, and its time goes with the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from automagic.media.faces.detector import SMALLEST_PX, Face, YuNetFaces
from automagic.media.faces.tracks import FrameFaces, Sighting
from automagic.media.video.small_copies import PATCH_HEIGHT, PATCH_WIDTH, color_copy, patch_of
from automagic.values.recording import Box

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    from automagic.media.video.small_copies import Luma

FINE_PX, COARSE_PX = 640, 320
"""Longer side of the copies."""

_FINE_EVERY_S, _WHOLE_EVERY_S = 3.0, 0.55
_ROOM = 0.7
"""Around known faces, in their own sizes: as far as a head gets from one look to the next."""

_LARGE = 1.3
"""Times the smallest face that the coarse copy shows; below that one is looked for in the fine copy."""

_MOST_OF_IT = 0.6
"""A part that is larger than this share of the picture saves nothing."""

_LEAST_CONTRAST = 4.0
"""Standard deviation of luma within a face; a darker one tells nothing."""


class FaceLooker:
    """Follows one recording's frames in order."""

    def __init__(self) -> None:
        self._finder = YuNetFaces()
        self._fine_again_s = 0.0
        self._whole_again_s = 0.0
        self._known: list[Box] = []
        self._mouths: list[_Mouth] = []

    def forget(self) -> None:
        """The next frame has another size or shape: places in it are others."""
        self._known, self._mouths = [], []
        self._fine_again_s = 0.0

    def look(
        self, time_s: float, frame: VideoFrame, luma: Luma, turn: int, pixel_aspect: float, *, afresh: bool
    ) -> tuple[FrameFaces, NDArray[np.uint8]]:
        """Look for faces; also the RGB copy in which they were looked for.

        Args:
            afresh: Whether the picture changed, so that nothing is known of where faces are.
        """
        self.follow_mouths(luma, turn)
        if afresh:
            self._known = []
        small = self._are_small(frame, pixel_aspect, turn)
        fine = afresh or time_s >= self._fine_again_s
        whole = fine or (time_s >= self._whole_again_s and not small)
        copy = color_copy(frame, pixel_aspect, FINE_PX if fine or small else COARSE_PX)
        height, width = copy.shape[:2]
        if whole:
            self._whole_again_s = time_s + _WHOLE_EVERY_S
            self._fine_again_s = time_s + _FINE_EVERY_S if fine else self._fine_again_s
            sightings = self._find(copy, (0, 0, width, height))
            self._known = [sighting.box for sighting in sightings]
        else:
            sightings = self._find(copy, _part_around(self._known, width, height)) if self._known else []
            # Who is not seen for once is looked for in the same place again.
            self._known = [sighting.box for sighting in sightings] or self._known
        self._mouths = [_Mouth(sighting, luma, turn) for sighting in sightings]
        return FrameFaces(time_s, sightings), copy

    def follow_mouths(self, luma: Luma, turn: int) -> None:
        """Take a frame between two looks: what moves in the faces that the latest look found."""
        for mouth in self._mouths:
            mouth.see(luma, turn)

    def _are_small(self, frame: VideoFrame, pixel_aspect: float, turn: int) -> bool:
        """Whether a known face is too small for the coarse copy."""
        wide, high = frame.width * pixel_aspect, float(frame.height)
        upright_high = wide if turn % 2 else high
        height_px = COARSE_PX * upright_high / max(wide, high)
        return any(box.height * height_px < _LARGE * SMALLEST_PX for box in self._known)

    def _find(self, copy: NDArray[np.uint8], part: tuple[int, int, int, int]) -> list[Sighting]:
        left, top, right, bottom = part
        height, width = copy.shape[:2]
        found = self._finder.find(np.ascontiguousarray(copy[top:bottom, left:right]))
        return [Sighting(_share(face, left, top, width, height), face.confidence) for face in found]


def _share(face: Face, left: int, top: int, width: int, height: int) -> Box:
    """A face's box in shares of the picture, and within it."""
    x0, y0 = max(left + face.left, 0.0) / width, max(top + face.top, 0.0) / height
    x1 = min((left + face.left + face.width) / width, 1.0)
    y1 = min((top + face.top + face.height) / height, 1.0)
    return Box(x0, y0, max(x1 - x0, 0.5 / width), max(y1 - y0, 0.5 / height))


def _part_around(boxes: Sequence[Box], width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of what holds all boxes with room; everything where that is not much more."""
    left = min(box.x - _ROOM * box.width for box in boxes)
    top = min(box.y - _ROOM * box.height for box in boxes)
    right = max(box.x + (1 + _ROOM) * box.width for box in boxes)
    bottom = max(box.y + (1 + _ROOM) * box.height for box in boxes)
    left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)
    if (right - left) * (bottom - top) > _MOST_OF_IT:
        return 0, 0, width, height
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


class _Mouth:
    """How much the mouth of one face moves from its look to the next.

    From frame to frame the face is found again by its eyes, and laid on itself; then what still differs below, beyond
    what differs above, is the mouth's own.
    """

    def __init__(self, sighting: Sighting, luma: Luma, turn: int) -> None:
        self._sighting = sighting
        self._box = sighting.box
        self._patch = patch_of(luma, self._box, turn)
        self._sum = 0.0
        self._count = 0

    def see(self, luma: Luma, turn: int) -> None:
        """Take the next frame."""
        if self._patch is None:
            return
        wide = patch_of(luma, _widen(self._box), turn, times=_WIDER)
        if wide is None:
            return
        across, down = _find_eyes(self._patch, wide)
        self._box = replace(
            self._box, x=self._box.x + across * self._box.width, y=self._box.y + down * self._box.height
        )
        patch = patch_of(luma, self._box, turn)
        if patch is None:
            return
        self._sum += measure_mouth(self._patch, patch)
        self._count += 1
        self._patch = patch
        self._sighting.motion = self._sum / self._count


_WIDER = 2
"""How much wider and higher than the face the part is in which it is found again."""


def _widen(box: Box) -> Box:
    room = (_WIDER - 1) / 2
    return Box(box.x - room * box.width, box.y - room * box.height, _WIDER * box.width, _WIDER * box.height)


def _find_eyes(patch: NDArray[np.float32], wide: NDArray[np.float32]) -> tuple[float, float]:
    """How far the eyes went, in face widths and heights."""
    likeness = cv2.matchTemplate(wide, np.ascontiguousarray(patch[_EYES, _ACROSS]), cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(likeness)
    if best < _LEAST_LIKENESS:
        return 0.0, 0.0
    at_rest_x = PATCH_WIDTH * (_WIDER - 1) // 2 + _ACROSS.start
    at_rest_y = PATCH_HEIGHT * (_WIDER - 1) // 2 + _EYES.start
    return (x - at_rest_x) / PATCH_WIDTH, (y - at_rest_y) / PATCH_HEIGHT


_LEAST_LIKENESS = 0.5
_EYES = slice(PATCH_HEIGHT // 8, PATCH_HEIGHT // 2)
_LIPS = slice(PATCH_HEIGHT * 5 // 8, PATCH_HEIGHT)
_ACROSS = slice(PATCH_WIDTH // 5, PATCH_WIDTH - PATCH_WIDTH // 5)
_FARTHEST_PX = 4.0
_ROUNDS = 3


def measure_mouth(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """How much more the lips changed than the eyes, in the face's contrasts; 0 at least.

    Args:
        before, after: The same face, `PATCH_HEIGHT` x `PATCH_WIDTH`.
    """
    contrast = float(before.std())
    if contrast < _LEAST_CONTRAST:
        return 0.0
    change = np.abs(_lay_on(before, after) - before)
    return max(float(change[_LIPS, _ACROSS].mean() - change[_EYES, _ACROSS].mean()), 0.0) / contrast


def _lay_on(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """The second patch, shifted so that its eyes lie on those of the first.

    B. Lucas and T. Kanade, "An iterative image registration technique", 1981, for a shift alone.
    """
    slopes = np.stack([np.gradient(before, axis=axis)[_EYES].ravel() for axis in (1, 0)])
    normal = slopes @ slopes.T
    if np.linalg.det(normal) < 1.0:
        return after
    moved, shift = after, np.zeros(2)
    for _ in range(_ROUNDS):
        shift = shift + np.linalg.solve(normal, slopes @ (before[_EYES] - moved[_EYES]).ravel())
        if np.abs(shift).max() > _FARTHEST_PX:
            return after
        matrix = np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]], np.float32)
        size = (PATCH_WIDTH, PATCH_HEIGHT)
        shifted = cv2.warpAffine(after, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        moved = np.asarray(shifted, np.float32)
    return moved

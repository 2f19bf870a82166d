"""How large a crop about faces is, and where it stands or goes so that they stay in it.

    ┌──────────────┐
    │   headroom   │    eyes at a little more than a third from the top, where the picture reaches far enough
    │─ ─ ╭────╮ ─ ─│
    │    │ ·· │    │    room on either side; where the crop is too narrow for that, as much as there is
    │    ╰────╯    │
    └──────────────┘

Everything is in shares of the picture, so that it holds for any copy of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.faces.speakers import Person
from automagic.media.framing.crop_paths import STILL_ENOUGH, CropRange, find_path, find_still, fine_times, pick_keys
from automagic.values.clip_plan import CropKey
from automagic.values.recording import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

_MARGIN = 0.35
"""Room on either side of a face, in its widths."""

_HEADROOM, _CHINROOM = 0.6, 0.4
"""Room above and below, in its heights: the detector's box ends at the brow and at the chin."""

_EYES, _EYE_LINE = 0.4, 0.36
"""Where eyes are in a face's box, and where they should be in the crop, from the top."""

_DEAD_ZONE = 0.12
"""Of the crop: so far to either side of its best place it always may stand, however large the face."""

_FACE_SHARE, _PANE_FACE_SHARE = 0.14, 0.3
"""A face's height in the crop up to which it is magnified, and in a pane of two."""

_LARGEST_ZOOM, _LARGEST_PANE_ZOOM = 1.6, 2.2
_FEWEST_PX = 540.0
"""Of the recording's own pixels across a crop that was made smaller."""

_MIDDLE_PULL = 0.1
"""How much of what catches the eye a window may give up to stand in the middle and not at the edge."""


@dataclass(frozen=True, slots=True)
class CropSize:
    """In shares of the picture."""

    width: float
    height: float

    @property
    def kept(self) -> float:
        """How much of the picture it shows."""
        return self.width * self.height

    def zoomed(self, zoom: float) -> CropSize:
        """Smaller, in the same shape."""
        return CropSize(self.width / zoom, self.height / zoom)

    def at(self, x: float, y: float) -> Box:
        """The crop with its left upper corner there, or as near as the picture allows."""
        return Box(_clamp(x, 1 - self.width), _clamp(y, 1 - self.height), self.width, self.height)


@dataclass(frozen=True, slots=True)
class PlacedCrop:
    """A crop on its way.

    Attributes:
        moves: Whether there is more than one place.
        inside: How often the faces are comfortably in it, of the times at which they are seen.
    """

    start_s: float
    end_s: float
    keys: tuple[CropKey, ...]
    moves: bool
    inside: float


def largest_crop(picture_aspect: float, aspect: float) -> CropSize:
    """The largest crop of a shape (width / height) in a picture of another one."""
    if aspect <= picture_aspect:
        return CropSize(aspect / picture_aspect, 1.0)
    return CropSize(1.0, picture_aspect / aspect)


def crop_for(person: Person, largest: CropSize, width_px: int) -> CropSize:
    """The largest crop, or a smaller one where the face would be lost in it and the picture has pixels enough.

    Args:
        width_px: Of the picture.
    """
    face = float(np.median(person.height)) / largest.height
    return largest.zoomed(max(min(_FACE_SHARE / max(face, 1e-6), _LARGEST_ZOOM, _spare(largest, width_px)), 1.0))


def pane_for(person: Person, other: Person, largest: CropSize, width_px: int) -> CropSize:
    """A crop for half of a frame: both faces of one height where there are pixels, and the other one not in it."""
    face = float(np.median(person.height)) / largest.height
    middle = float(np.median(person.left + person.width / 2))
    left, right = float(np.median(other.left)), float(np.median(other.left + other.width))
    apart = max(left - middle, middle - right, 0.0)
    # Up to the other face, and not so wide that the picture's edge pushes this one aside.
    widest = min(2 * apart, 2.4 * min(middle, 1 - middle))
    widest = max(widest, float(np.median(person.width)) * (1 + 2 * _MARGIN))
    zoom = max(_PANE_FACE_SHARE / max(face, 1e-6), largest.width / widest)
    return largest.zoomed(max(min(zoom, _LARGEST_PANE_ZOOM, _spare(largest, width_px)), 1.0))


def _spare(largest: CropSize, width_px: int) -> float:
    return largest.width * width_px / _FEWEST_PX


def find_window(strips: Sequence[float], size: float) -> tuple[float, float]:
    """Where a window catches most along one axis, drawn a little to the middle; and the share that it catches.

    Args:
        strips: What is in each strip, as shares; empty when nothing is known.
        size: Of the window, as a share of the side.
    """
    free = max(1.0 - size, 0.0)
    if not strips:
        return free / 2, 0.0
    edges = np.linspace(0.0, 1.0, len(strips) + 1)
    before = np.concatenate([[0.0], np.cumsum(strips)])
    places = np.linspace(0.0, free, 65)
    caught = np.interp(places + size, edges, before) - np.interp(places, edges, before)
    off = np.abs(places - free / 2) / max(free / 2, 1e-9)
    best = int(np.argmax(caught - _MIDDLE_PULL * off))
    return float(places[best]), float(caught[best])


def follow(
    people: Sequence[Person], crop: CropSize, times_s: Values, *, may_move: bool = True, may_stand: bool = True
) -> PlacedCrop:
    """A crop around faces: at one place where that serves, else on a path.

    Args:
        people: On the grid `times_s`.
        may_move, may_stand: Whether a path, or one place, is wanted at all.
    """
    across, down = _span_across(people, crop.width), _span_down(people, crop.height)
    start_s, end_s = float(times_s[0]), float(times_s[-1])
    x, y = find_still(across), find_still(down)
    inside = _share_inside(across, down, x, y)
    if not may_move or (may_stand and inside >= STILL_ENOUGH):
        return PlacedCrop(start_s, end_s, (CropKey(start_s, crop.at(x, y), cut=True),), moves=False, inside=inside)
    fine = fine_times(times_s)
    paths = np.stack([find_path(across, times_s), find_path(down, times_s)], axis=1)
    inside = _share_inside(across, down, *(np.interp(times_s, fine, path) for path in paths.T))
    places = [(float(fine[index]), crop.at(*map(float, paths[index]))) for index in pick_keys(paths)]
    keys = tuple(CropKey(time_s, box, cut=number == 0) for number, (time_s, box) in enumerate(places))
    moves = any(key.box != keys[0].box for key in keys)
    return PlacedCrop(start_s, end_s, keys if moves else keys[:1], moves, inside)


def _share_inside(across: CropRange, down: CropRange, x: Values | float, y: Values | float) -> float:
    inside = across.inside(x) & down.inside(y)
    return float(inside[across.counts].mean()) if across.counts.any() else 1.0


def _span_across(people: Sequence[Person], size: float) -> CropRange:
    near, far = _ends([person.left for person in people], [person.left + person.width for person in people], people)
    room = _MARGIN * np.max([person.width for person in people], axis=0)
    return _span(near - room, far + room, (near + far - size) / 2, size, people)


def _span_down(people: Sequence[Person], size: float) -> CropRange:
    height = np.max([person.height for person in people], axis=0)
    tops = [person.top for person in people]
    near, far = _ends(tops, [person.top + person.height for person in people], people)
    eyes, _ = _ends(
        [person.top + _EYES * person.height for person in people],
        [person.top + _EYES * person.height for person in people],
        people,
    )
    return _span(near - _HEADROOM * height, far + _CHINROOM * height, eyes - _EYE_LINE * size, size, people)


def _ends(starts: Sequence[Values], ends: Sequence[Values], people: Sequence[Person]) -> tuple[Values, Values]:
    """The first start and the last end among those who are seen; among all where nobody is."""
    seen = np.array([person.seen for person in people])
    counted = seen | ~seen.any(axis=0)
    return (
        np.where(counted, np.array(starts), np.inf).min(axis=0),
        np.where(counted, np.array(ends), -np.inf).max(axis=0),
    )


def _span(near: Values, far: Values, wanted: Values, size: float, people: Sequence[Person]) -> CropRange:
    free = max(1.0 - size, 0.0)
    wanted = np.clip(wanted, 0.0, free)
    low, high = far - size, near
    if len(people) == 1:
        # Several who do not fit in do not; one who hardly does is shown as well as can be.
        low, high = np.minimum(low, wanted - _DEAD_ZONE * size), np.maximum(high, wanted + _DEAD_ZONE * size)
    low, high = np.clip(low, 0.0, free), np.clip(high, 0.0, free)
    counts = np.any([person.seen for person in people], axis=0)
    return CropRange(wanted, low, high, size, counts)


def _clamp(value: float, most: float) -> float:
    return max(0.0, min(value, most))

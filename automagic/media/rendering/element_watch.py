"""What is measured of a card while it is rendered: when each text is seen, how well it reads, how far it leaps.

Measured on the finished luma of the frames, at points of the letters and at points beside them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from automagic.media.rendering.card_frames import CardFrames
from automagic.media.rendering.layers import Pose
from automagic.media.rendering.shot import SeenElement
from automagic.media.video.planes import Plane
from automagic.values.frame import Rect

_POINTS = 400
"""Of the letters and beside them, at most."""

_INKED, _BARE = 240.0, 1.0
"""Opacity, of 255, from which a point belongs to a letter, and up to which it is beside it."""

_HALF = 0.5
"""An element is seen from half of its opacity on."""


_Places = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(slots=True)
class _Watched:
    """An element while it comes.

    Attributes:
        ink, paper: (rows, columns) of its points in the frame.
    """

    ink: _Places
    paper: _Places
    seen: int = -1
    stands: int = -1
    contrast: float = 0.0
    step: float = 0.0
    pose: Pose | None = field(default=None)

    def measure(self, luma: Plane) -> float:
        """The contrast of its letters to what is beside them; or, on a plate of their own, to the plate.

        That is between the lightest and the darkest tenth of what is inked: letters alone are of one tone.
        """
        inked = np.sort(luma[self.ink])
        tenth = max(1, inked.size // 10)
        return max(contrast(luma[self.ink], luma[self.paper]), contrast(inked[:tenth], inked[-tenth:]))


class ElementWatch:
    """Follows the texts of a card through the frames of a segment.

    Args:
        first: The segment's first frame, counted in its shot.
    """

    def __init__(self, card: CardFrames, first: int) -> None:
        self._card, self._first = card, first
        self._short = min(card.shot.frame.width, card.shot.frame.height)
        self._watched = {
            index: watched
            for index, element in enumerate(card.plan.elements)
            if element.text and (watched := _points(card, index))
        }

    def see(self, number: int, luma: Plane) -> None:
        """A frame as it will be shown, counted in its shot."""
        for index, one in self._watched.items():
            pose = self._card.poses[index]
            if pose is not None and one.pose is not None and min(pose.opacity, one.pose.opacity) > _HALF:
                moved = math.hypot(pose.dx - one.pose.dx, pose.dy - one.pose.dy)
                one.step = max(one.step, moved / self._short)
            if pose is not None and pose.opacity >= _HALF and one.seen < 0:
                one.seen = number
            if pose is not None and one.stands < 0 and self._card.rests(index, number):
                one.stands = number
                one.contrast = one.measure(luma)
            one.pose = pose

    def report(self) -> tuple[SeenElement, ...]:
        """All texts in their order; times in seconds from the segment's first frame, below 0 for never."""
        fps = self._card.shot.frame.fps
        found = []
        for index, one in self._watched.items():
            element, appearance = self._card.plan.elements[index], self._card.plan.appearances[index]
            said_s = (appearance.said - self._first) / fps if appearance.said >= 0 else -1.0
            seen_s, stands_s = ((at - self._first) / fps if at >= 0 else -1.0 for at in (one.seen, one.stands))
            name, light, step = f"{element.name} “{element.text}”", round(one.contrast, 2), round(one.step, 4)
            found.append(SeenElement(name, said_s, seen_s, stands_s, light, step, element.waits))
        return tuple(found)


def contrast(ink: Plane, paper: Plane) -> float:
    """Of two sets of luma values (limited range): (L₁ + 0.05) / (L₂ + 0.05), as WCAG 2.2 defines the contrast ratio.

    Relative luminance comes from luma by the power of BT.1886, 2.4: exact for greys, close for colours.
    """
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(luma: Plane) -> float:
    level = np.clip((luma.astype(np.float32) - 16) / 219, 0, 1)
    return float(np.mean(level**2.4))


def _points(card: CardFrames, index: int) -> _Watched | None:
    """The points of an element; None for one so small or thin that none are clear."""
    box, opacity = card.ink(index)
    ink, paper = _where(opacity >= _INKED), _where(opacity <= _BARE)
    if not ink[0].size or not paper[0].size:
        return None
    return _Watched(_thinned(ink, box), _thinned(paper, box))


def _where(chosen: NDArray[np.bool_]) -> _Places:
    rows, columns = np.nonzero(chosen)
    return rows, columns


def _thinned(points: _Places, box: Rect) -> _Places:
    rows, columns = points
    step = max(1, rows.size // _POINTS)
    return rows[::step] + box.y, columns[::step] + box.x

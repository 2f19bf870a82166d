"""The frames of a card: a resting ground, perhaps with a still that moves in a pane of it, and over it the elements.

    frame n-1 ─▶ which elements look otherwise in n? ─▶ their rectangles: ground, elements, caption ─▶ frame n

Nothing else is touched: most of a second most of the picture rests, and the encoder finds that it is the same.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.captions.images import CaptionBitmap
from automagic.media.design.cards.layers import read_layers
from automagic.media.rendering.layers import Layer, Pose, clip, meet, open_layer, restore
from automagic.media.rendering.shot import CardPlan, MovingPicture, ShotPlan
from automagic.media.video.planes import Planes, load_picture, make_planes
from automagic.values.frame import Rect
from automagic.values.moving import Appearance, Easing, Element, MotionStyle

_OVERSHOOT = 1.2
"""Of "out-back": it goes about 5 % too far (Robert Penner's equations, with a smaller constant than his 1.70158)."""

_VISIBLE = 2.4
"""An element is opaque before it stands: it has faded in after 1 / 2.4 of its time, so that no card stands bare between
what goes and what comes."""

_LONGEST_STEP = 0.03
"""From one frame to the next on the way between the places of two cards, as a fraction of the short side."""

_LEAVES_BY = 0.8
"""How far one goes when it leaves, of the distance that it came."""


def ease(share: float, easing: Easing) -> float:
    """How much of the way is done after a share of the time, both 0..1; "out-back" passes 1 before it ends there."""
    rest = 1 - min(max(share, 0.0), 1.0)
    if easing == "out-back":
        return float(1 - (_OVERSHOOT + 1) * rest**3 + _OVERSHOOT * rest**2)
    return float(1 - rest ** (5 if easing == "out-quint" else 3))


def pose_at(element: Element, appearance: Appearance, card: CardPlan, shot: ShotPlan, number: int) -> Pose | None:
    """How an element is seen in a frame of its shot; None when it is not."""
    style, fps = card.style, shot.frame.fps
    distance = style.distance * min(shot.frame.width, shot.frame.height)
    opacity, dx, dy = 1.0, 0.0, 0.0
    if appearance.start >= 0:
        if number < appearance.start:
            return None
        passed = (number - appearance.start + 1) / max(style.enter_s * fps, 1)
        if passed < 1:
            away = 1 - ease(passed, style.easing)
            opacity = _smooth(min(_VISIBLE * passed, 1.0))
            dx = -distance * away if element.entrance == "slide" else 0.0
            dy = distance * away if element.entrance == "rise" else 0.0
    gone_by = _way_left(appearance, number, style, shot)
    dx, dy = dx + appearance.away[0] * gone_by, dy + appearance.away[1] * gone_by
    exit_frames = round(style.exit_s * fps)
    if appearance.leaves and number >= shot.frames - exit_frames:
        gone = (number - (shot.frames - exit_frames) + 1) / (exit_frames + 1)
        opacity *= 1 - _smooth(gone)
        dy -= _LEAVES_BY * distance * gone**3
    return Pose(opacity, dx, dy, _grown(element, (number - appearance.grows + 1) / max(style.grow_s * fps, 1), style))


def _way_left(appearance: Appearance, number: int, style: MotionStyle, shot: ShotPlan) -> float:
    """What is left, 1..0, of the way from where the card before left an element; a long way takes longer."""
    step = _LONGEST_STEP * min(shot.frame.width, shot.frame.height)
    frames = max(style.enter_s * shot.frame.fps, 1.5 * math.hypot(*appearance.away) / step, 1.0)
    return 1 - _smooth(min((number + 1) / frames, 1.0))


def _grown(element: Element, share: float, style: MotionStyle) -> float:
    """How far it has grown, 0..1, after a share of its time; what counts or fills never passes what it says."""
    if not element.growth:
        return 0.0
    if element.growth != "stroke":
        return ease(share, "out-cubic")
    # A hand's even pace and the theme's in equal parts: with the theme's alone most of it is there at once.
    return min((min(max(share, 0.0), 1.0) + ease(share, style.easing)) / 2, 1.0)


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


class CardFrames:
    """Draws the frames of a card, in any order; in their own it is cheap.

    Args:
        layers: What `read_layers` reads.
        ground: The frame without anything on it; not written to.
        shot: With its `card`.
        still: What moves in its pane, of the pane's size; None where it has no pane.
    """

    def __init__(self, layers: Path, ground: Planes, shot: ShotPlan, still: MovingPicture | None = None) -> None:
        assert shot.card is not None  # noqa: S101 - the plan of a card
        self.shot, self.plan = shot, shot.card
        self.ground = Planes(*(plane.copy() for plane in ground)) if still else ground
        self._still = still
        drawn = read_layers(layers)
        if len(drawn) != len(shot.card.elements):
            raise MediaError(f"a card of {len(shot.card.elements)} elements has {len(drawn)} layers")
        self._layers = [
            open_layer(images, growth=element.growth) for images, element in zip(drawn, shot.card.elements, strict=True)
        ]
        self._planes = Planes(*(plane.copy() for plane in ground))
        self.poses: list[Pose | None] = [None] * len(self._layers)
        self._caption: CaptionBitmap | None = None

    def draw(self, number: int, caption: CaptionBitmap | None = None) -> Planes:
        """The frame `number` of the shot, with a caption over it; the planes are good until the next call."""
        return self._draw(number, self.shot.progress(number), caption)

    def _draw(self, number: int, progress: float, caption: CaptionBitmap | None = None) -> Planes:
        poses = [self._pose(index, number) for index in range(len(self._layers))]
        dirty = [
            box
            for layer, old, new in zip(self._layers, self.poses, poses, strict=True)
            if old != new
            for box in _union(layer, old, new)
        ]
        dirty += self._move_still(progress)
        dirty = [box for box in (clip(box, self.shot.frame.width, self.shot.frame.height) for box in dirty) if box]
        stale = caption is not self._caption or (caption and any(meet(box, caption.box) for box in dirty))
        if stale:
            dirty += [one.box for one in (self._caption, caption) if one is not None]
        self.poses, self._caption = poses, caption
        for box in dirty:
            restore(self.ground, self._planes, box)
            for layer, pose in zip(self._layers, poses, strict=True):
                if pose is not None and meet(layer.reach(pose), box):
                    layer.lay(self._planes, pose, box)
        if stale and caption is not None:
            caption.blend_into(self._planes)
        return self._planes

    def rests(self, index: int, number: int) -> bool:
        """Whether an element stands in its place in a frame; a figure, whether it has counted to its end."""
        pose, last = self.poses[index], len(self._layers[index].images) - 1
        counted = pose is not None and (
            self.plan.elements[index].growth not in {"count", "roll"} or pose.growth == last
        )
        return pose is not None and pose.stands and counted and number > self.plan.appearances[index].start

    def ink(self, index: int) -> tuple[Rect, NDArray[np.float32]]:
        """Where an element stands, and the opacity (0..255) of its last image there, of shape (height, width)."""
        layer = self._layers[index]
        return layer.box, layer.images[-1].luma[:, :, 1]

    def at(self, progress: float, *, magnify: float = 1.0) -> Planes:  # noqa: ARG002 - a card rests in a join
        """A copy of the frame at this progress, as `MovingPicture` says."""
        last = self.shot.frames - 1
        return Planes(*(plane.copy() for plane in self._draw(min(max(round(progress * last), 0), last), progress)))

    def _move_still(self, progress: float) -> list[Rect]:
        """Draw the still into the ground's pane; what of the frame that changes."""
        pane = self.shot.pane
        if self._still is None or pane is None:
            return []
        for index, (seen, plane) in enumerate(zip(self._still.at(progress), self.ground, strict=True)):
            half = 1 if index == 0 else 2
            np.copyto(plane[pane.y // half : pane.bottom // half, pane.x // half : pane.right // half], seen)
        return [pane]

    def _pose(self, index: int, number: int) -> Pose | None:
        element = self.plan.elements[index]
        pose = pose_at(element, self.plan.appearances[index], self.plan, self.shot, number)
        if pose is None or not element.growth:
            return pose
        images = len(self._layers[index].images)
        if element.growth == "count":
            growth = float(round(pose.growth * (images - 1)))
        elif element.growth == "round":
            # Between the two images the share of the turn; whole once all of it is there.
            growth = 1.0 if pose.growth >= 1 else pose.growth * element.reaches
        else:
            growth = pose.growth
        return Pose(pose.opacity, pose.dx, pose.dy, growth)


def _union(layer: Layer, old: Pose | None, new: Pose | None) -> list[Rect]:
    """What an element covered or covers: one rectangle where both are near one another, as they nearly always are."""
    boxes = [layer.reach(pose) for pose in (old, new) if pose is not None]
    if len(boxes) < 2:
        return boxes
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return [Rect(left, top, right - left, bottom - top)]


def open_ground(path: Path, width: int, height: int) -> Planes:
    """The planes of a ground's picture.

    Raises:
        MediaError: It cannot be read.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise MediaError(f"the ground {path.name} cannot be read: {error.strerror}") from error
    return _load_ground(path, (status.st_mtime_ns, status.st_size), width, height)


@functools.lru_cache(maxsize=2)
def _load_ground(path: Path, _version: tuple[int, int], width: int, height: int) -> Planes:
    planes = Planes(*map(np.ascontiguousarray, make_planes(load_picture(path, width, height), width, height, 1.0)))
    for plane in planes:
        plane.flags.writeable = False
    return planes

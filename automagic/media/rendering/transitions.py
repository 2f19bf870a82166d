"""How one moving picture gives way to the next, drawn on yuv420p planes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.media.rendering.shot import MovingPicture, TransitionKind
from automagic.media.video.planes import Plane, Planes

_WIPE_SOFTNESS = 0.16
"""Width of the soft edge, as a share of the frame's."""

_ZOOM_GAIN = 0.16
"""How much further the outgoing picture grows, and from how much the incoming one settles."""

_SOFTNESS = 0.022
"""Radius of the blur at the height of a crossfade or zoom, as a share of the short side."""

_SHUTTER = 0.55
"""How long the shutter of a sliding picture is open, as a share of a frame's time."""


def blend(
    kind: TransitionKind,
    share: float,
    outgoing: MovingPicture,
    outgoing_progress: float,
    incoming: MovingPicture,
    incoming_progress: float,
) -> Planes:
    """One frame of a join.

    Args:
        share: How much of the join has passed, 0..1; eased here.

    Returns:
        Planes that may be drawn on, good until either picture is drawn again.
    """
    if kind == "cut":
        return outgoing.at(outgoing_progress) if share < 0.5 else incoming.at(incoming_progress)
    eased = _ease(share)
    if kind == "zoom":
        old = outgoing.at(outgoing_progress, magnify=1 + _ZOOM_GAIN * share**2)
        new = incoming.at(incoming_progress, magnify=1 + _ZOOM_GAIN * (1 - share) ** 2)
        return _crossfade(_soften(old, share), _soften(new, 1 - share), eased)
    old, new = outgoing.at(outgoing_progress), incoming.at(incoming_progress)
    if kind == "crossfade":
        return _crossfade(_soften(old, share), _soften(new, 1 - share), eased)
    if kind == "slide":
        return _slide(old, new, share)
    return _wipe(old, new, eased)


def _ease(share: float) -> float:
    """Smoothstep."""
    return share * share * (3 - 2 * share)


def _crossfade(old: Planes, new: Planes, share: float) -> Planes:
    return Planes(*(cv2.addWeighted(a, 1 - share, b, share, 0) for a, b in zip(old, new, strict=True)))


def _soften(picture: Planes, amount: float) -> Planes:
    """Out of focus by an amount of 0..1: two texts that fade into each other stay sharp enough to collide otherwise."""
    radius = amount * _SOFTNESS * min(picture.y.shape)
    if radius < 1:
        return picture
    return Planes(*(_blur(plane, radius * plane.shape[1] / picture.y.shape[1]) for plane in picture))


def _blur(plane: Plane, radius: float) -> Plane:
    """A Gaussian blur, on a smaller copy: what is lost by that is blurred away anyway."""
    shrink = max(1, int(radius / 3))
    size = (max(1, plane.shape[1] // shrink), max(1, plane.shape[0] // shrink))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), max(radius / shrink, 0.3), borderType=cv2.BORDER_REPLICATE)
    whole = (plane.shape[1], plane.shape[0])
    return np.asarray(cv2.resize(blurred, whole, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _slide(old: Planes, new: Planes, share: float) -> Planes:
    """The incoming picture pushes the outgoing one out to the left, blurred along its way as a fast camera would."""
    place = _swing(share)
    speed = (_swing(min(share + 0.06, 1.0)) - _swing(max(share - 0.06, 0.0))) * _SHUTTER
    chroma = round(place * old.u.shape[1])
    return Planes(
        *(
            _smear(np.hstack((a[:, moved:], b[:, :moved])), speed)
            for a, b, moved in zip(old, new, (2 * chroma, chroma, chroma), strict=True)
        )
    )


def _swing(share: float) -> float:
    """Quintic ease: it sets off and arrives gently, and is quick between."""
    return share**3 * (share * (6 * share - 15) + 10)


def _smear(plane: Plane, speed: float) -> Plane:
    """Motion blur across, over `speed` of the width."""
    length = round(speed * plane.shape[1]) | 1
    if length < 3:
        return plane
    return np.asarray(cv2.blur(plane, (length, 1), borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _wipe(old: Planes, new: Planes, share: float) -> Planes:
    """A soft edge passes from left to right."""
    return Planes(*(_mix_columns(a, b, share) for a, b in zip(old, new, strict=True)))


def _mix_columns(old: Plane, new: Plane, share: float) -> Plane:
    columns = (np.arange(old.shape[1]) + 0.5) / old.shape[1]
    edge = share * (1 + _WIPE_SOFTNESS) - columns
    weights: NDArray[np.float32] = np.clip(edge / _WIPE_SOFTNESS, 0, 1).astype(np.float32)
    weights = weights * weights * (3 - 2 * weights)
    new_weights = np.ascontiguousarray(np.broadcast_to(weights, old.shape))
    return cv2.blendLinear(np.ascontiguousarray(new), np.ascontiguousarray(old), new_weights, 1 - new_weights)

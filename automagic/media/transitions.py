"""How one moving picture gives way to the next, drawn on yuv420p planes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.media.shot import TransitionKind
from automagic.media.warp import MotionPlanes, Plane, Planes

_WIPE_SOFTNESS = 0.16
"""Width of the soft edge, as a share of the frame's."""

_ZOOM_GAIN = 0.16
"""How much further the outgoing picture grows, and from how much the incoming one settles."""


def blend(
    kind: TransitionKind,
    share: float,
    outgoing: MotionPlanes,
    outgoing_progress: float,
    incoming: MotionPlanes,
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
        return _crossfade(old, new, eased)
    old, new = outgoing.at(outgoing_progress), incoming.at(incoming_progress)
    if kind == "crossfade":
        return _crossfade(old, new, eased)
    if kind == "slide":
        return _slide(old, new, eased)
    return _wipe(old, new, eased)


def _ease(share: float) -> float:
    """Smoothstep."""
    return share * share * (3 - 2 * share)


def _crossfade(old: Planes, new: Planes, share: float) -> Planes:
    return Planes(*(cv2.addWeighted(a, 1 - share, b, share, 0) for a, b in zip(old, new, strict=True)))


def _slide(old: Planes, new: Planes, share: float) -> Planes:
    """The incoming picture pushes the outgoing one out to the left, by an even number of pixels."""
    chroma = round(share * old.u.shape[1])
    return Planes(
        *(
            np.hstack((a[:, moved:], b[:, :moved]))
            for a, b, moved in zip(old, new, (2 * chroma, chroma, chroma), strict=True)
        )
    )


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

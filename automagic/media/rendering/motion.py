"""Slow moves over stills: which window of a picture is seen at each moment of a shot.

    progress  0 ───────────────▶ 1        the shot, first to last frame
         ▲                          ▲
    lead-in                      lead-out  a join shows the picture a little before and after its shot

A shot is seen either to grow or to shrink about its middle (a zoom), or to glide along one axis (a pan). These six
directions are all that a viewer tells apart, and each of them can be rendered exactly and cheaply (`warp.py`).
"""

from __future__ import annotations

import hashlib
from typing import Literal

from automagic.values.frame import Motion
from automagic.values.recording import Box

Direction = Literal["in", "out", "left", "right", "up", "down", "still", "mixed"]
MotionKind = Literal["zoom", "pan"]

_DIRECTIONS: dict[MotionKind, tuple[Direction, ...]] = {"zoom": ("in", "out"), "pan": ("left", "right", "up", "down")}
_REVERSED: dict[Direction, Direction] = {
    "in": "out",
    "out": "in",
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
}

LEAD = 0.2
"""How far before 0 and after 1 the ease reaches, in progress: the picture already moves in the first frame of its
shot, still moves in the last, and comes to rest during the join."""

SMALLEST_MOVE, LARGEST_MOVE = 0.03, 0.08
"""Change of magnification, or path as a share of the visible width, over one shot."""

_SMALLEST_TRAVEL = 0.001
_MOVE_PER_SECOND = 0.01
_REST_MARGIN = 0.01
_LARGEST_VERTICAL = 0.035
"""A vertical pan stays short: what a picture shows must keep clear of the captions below it."""

_LARGEST_HORIZONTAL = 0.03
"""What matters in a picture stays inside the safe zone when it glides."""

_MIDDLE = 0.5
_ANCHORS_X = (0.5, 0.42, 0.58)
_ANCHOR_Y = 0.42
"""Zooms keep a point a little above the middle in its place: there stands what the picture says."""


def plan_motion(
    seed: str, *, duration_s: float, kind: MotionKind, reverse: bool = False, amount: float = 1.0
) -> Motion:
    """Choose the move of one shot.

    Args:
        seed: What identifies the shot, such as its scene's id; the same seed gives the same move.
        duration_s: Length of the shot; longer shots move further, so that the speed stays about the same.
        kind: Whether the picture grows or shrinks, or glides. Neighbours of different kinds never move alike.
        reverse: Take the other direction than the seed says, for a second shot of the same kind.
        amount: Scales the move; 0 keeps the picture still.
    """
    middle = (_MIDDLE, _MIDDLE)
    if amount <= 0:
        return Motion((1.0, 1.0), (middle, middle))
    digest = hashlib.sha256(seed.encode("utf-8")).digest()
    choices = _DIRECTIONS[kind]
    direction = choices[digest[0] % len(choices)]
    if reverse:
        direction = _REVERSED[direction]
    variation = 0.85 + 0.3 * digest[1] / 255
    move = min(max((0.015 + _MOVE_PER_SECOND * duration_s) * variation, SMALLEST_MOVE), LARGEST_MOVE) * amount
    if direction in {"in", "out"}:
        anchor = (_ANCHORS_X[digest[2] % len(_ANCHORS_X)], _ANCHOR_Y)
        far, near = 1 + _REST_MARGIN, 1 + _REST_MARGIN + move
        return _plan_zoom((far, near) if direction == "in" else (near, far), anchor)
    move = min(move, (_LARGEST_VERTICAL if direction in {"up", "down"} else _LARGEST_HORIZONTAL) * amount)
    return _plan_pan(direction, move)


_SPARE = 1.15
"""Of a pan's way, by how much its picture is larger than the frame: it runs on a little at both ends."""

_SHORTER = (1.0, 0.85, 0.7, 0.55, 0.4, 0.3)
"""To which share of its way a move may be shortened."""

_LEAST_ANCHOR = 0.25
"""How near to a side of the frame a zoom rests at most, if that is not what keeps something in view."""

_ENDS = (-LEAD, 1 + LEAD)

_SLACK = 0.004
"""Of the picture: nobody misses so little of an edge."""


def _plan_zoom(zoom: tuple[float, float], anchor: tuple[float, float]) -> Motion:
    """Growth or shrinking about a point, given in fractions of both the picture and the frame."""

    def center(magnification: float) -> tuple[float, float]:
        x, y = (share + (_MIDDLE - share) / magnification for share in anchor)
        return x, y

    return Motion(zoom, (center(zoom[0]), center(zoom[1])))


def _plan_pan(direction: str, move: float) -> Motion:
    """A glide of the window by `move` of its own width or height; the window goes where the direction says."""
    zoom = 1 + move * _SPARE + _REST_MARGIN
    half = move / zoom / 2
    sign = 1 if direction in {"right", "down"} else -1
    near, far = _MIDDLE - sign * half, _MIDDLE + sign * half
    if direction in {"left", "right"}:
        return Motion((zoom, zoom), ((near, _MIDDLE), (far, _MIDDLE)))
    return Motion((zoom, zoom), ((_MIDDLE, near), (_MIDDLE, far)))


def keep_in_view(motion: Motion, area: Box) -> Motion:
    """The same kind of move, in all of which an area of the picture is seen.

    A zoom keeps what is in the area in its place. A move that would lose an edge of it is shortened; where the area is
    nearly the whole picture the shortest is left.
    """
    if direction_of(motion) in {"still", "mixed"}:
        return motion
    for share in _SHORTER:
        shorter = _aim_zoom(motion, area, share) if fixed_point(motion) else _shorten_pan(motion, share)
        if _shows(shorter, area):
            break
    return shorter


def _aim_zoom(motion: Motion, area: Box, share: float) -> Motion:
    """A zoom by a share of its way about the middle of an area, or as near to it as keeps both its edges in view."""
    start, end = (1 + _REST_MARGIN + (zoom - 1 - _REST_MARGIN) * share for zoom in motion.zoom)
    closest = max(window_at(Motion((start, end), motion.center), one)[0] for one in _ENDS)
    anchor = []
    for first, length in ((area.x, area.width), (area.y, area.height)):
        middle = min(max(first + length / 2, _LEAST_ANCHOR), 1 - _LEAST_ANCHOR)
        # Seen are the places p with 0 ≤ a + (p - a) zoom ≤ 1 about an anchor a.
        least, most = ((first + length) * closest - 1) / (closest - 1), first * closest / (closest - 1)
        anchor.append(min(max(middle, least, 0.01), most, 0.99))
    return _plan_zoom((start, end), (max(anchor[0], 0.01), max(anchor[1], 0.01)))


def _shorten_pan(motion: Motion, share: float) -> Motion:
    return _plan_pan(direction_of(motion), (motion.zoom[0] - 1 - _REST_MARGIN) / _SPARE * share)


def _shows(motion: Motion, area: Box) -> bool:
    """Whether an area is in view from the first frame of the join before a shot to the last of that behind it."""
    for progress in _ENDS:
        zoom, x, y = window_at(motion, progress)
        for middle, first, length in ((x, area.x, area.width), (y, area.y, area.height)):
            if first < middle - 0.5 / zoom - _SLACK or first + length > middle + 0.5 / zoom + _SLACK:
                return False
    return True


def direction_of(motion: Motion) -> Direction:
    """How a viewer would name the move: "in" when the picture grows, "left" when the window goes left."""
    (x0, y0), (x1, y1) = motion.center
    growth = motion.zoom[1] - motion.zoom[0]
    along_x, along_y = x1 - x0, y1 - y0
    if abs(growth) > _SMALLEST_TRAVEL:
        return "in" if growth > 0 else "out"
    if abs(along_x) > _SMALLEST_TRAVEL and abs(along_y) > _SMALLEST_TRAVEL:
        return "mixed"
    if abs(along_x) > _SMALLEST_TRAVEL:
        return "right" if along_x > 0 else "left"
    if abs(along_y) > _SMALLEST_TRAVEL:
        return "down" if along_y > 0 else "up"
    return "still"


def fixed_point(motion: Motion) -> tuple[float, float] | None:
    """The point that a zoom leaves in its place, in fractions of both the picture and the frame; None without one.

    Wherever the window's width w and left edge x₀ change together, x₀ + λ w is constant for λ = -Δx₀ / Δw; the point is
    at rest when it is at the same fraction of the picture, λ.
    """
    widths = 1 / motion.zoom[0], 1 / motion.zoom[1]
    if abs(motion.zoom[1] - motion.zoom[0]) <= _SMALLEST_TRAVEL:
        return None
    shares = []
    for start, end in zip(*motion.center, strict=True):
        edges = start - widths[0] / 2, end - widths[1] / 2
        share = (edges[0] - edges[1]) / (widths[1] - widths[0])
        if not 0 < share < 1 or abs(edges[0] + share * widths[0] - share) > _SMALLEST_TRAVEL:
            return None
        shares.append(share)
    return shares[0], shares[1]


def window_at(motion: Motion, progress: float) -> tuple[float, float, float]:
    """The visible window as (zoom, center x, center y), the center as fractions of the picture.

    `progress` 0 and 1 give exactly the motion's ends. Between -LEAD and 1 + LEAD the move runs on, coming to rest
    there; beyond, it rests. The window's *width* is what is eased, so that a zoom about a point keeps that point
    exactly in its place. The window never leaves the picture: where a run-on would, it stops at the edge.
    """
    eased = ease(progress)
    (x0, y0), (x1, y1) = motion.center
    width = 1 / motion.zoom[0] + (1 / motion.zoom[1] - 1 / motion.zoom[0]) * eased
    width = min(width, 1.0)
    reach = width / 2
    x = min(max(x0 + (x1 - x0) * eased, reach), 1 - reach)
    y = min(max(y0 + (y1 - y0) * eased, reach), 1 - reach)
    return 1 / width, x, y


def ease(progress: float) -> float:
    """Share of the way that is done: 0 at 0 and 1 at 1, slower toward both ends, at rest beyond the leads."""
    start, end = _smooth(LEAD / (1 + 2 * LEAD)), _smooth((1 + LEAD) / (1 + 2 * LEAD))
    return (_smooth((progress + LEAD) / (1 + 2 * LEAD)) - start) / (end - start)


def _smooth(t: float) -> float:
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)

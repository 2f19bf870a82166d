"""What moves on a card: its elements, how a theme moves them, and when each of them comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from automagic.values.frame import Rect

Entrance = Literal["rise", "slide", "appear"]
Growth = Literal["", "across", "back", "round", "count", "stroke", "roll"]
Easing = Literal["out-cubic", "out-quint", "out-back"]


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a card that comes by itself.

    Attributes:
        name: Unique on its card: "headline 1", "entry 3", "figure".
        text: What it says; it comes when that is said. "" for a drawing.
        box: What its ink covers in the frame; its sides are even.
        entrance: How it comes: from below, from the side, or in its place.
        growth: How it goes on then: "across" uncovers its second image from the left and "back" from the right,
            "round" clockwise from the top, "count" shows one image after the other, "stroke" uncovers its last image
            as a pen goes over it, whose way is its second, "roll" pushes its first image up and out; "" when it has
            but one.
        grows_on: What is said when it grows.
        reaches: How far round a growth goes, as a share of the turn.
        waits: Whether it may be seen only when it is said: it would spoil the point before.
        digest: sha256 of its images; the same on two cards when it looks the same.
        begins, ends: How its first and its last image look, wherever they stand: where one card's element ends as the
            next card's begins, it goes on there. "" for what does not. One that ends otherwise than it begins grows
            only behind such a card.
        origin: Where it stands, by the same point of its drawing on every card, in pixels.
    """

    name: str
    text: str
    box: Rect
    entrance: Entrance
    growth: Growth = ""
    grows_on: str = ""
    reaches: float = 1.0
    waits: bool = False
    digest: str = ""
    begins: str = ""
    ends: str = ""
    origin: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MotionStyle:
    """How a theme moves the elements of a card.

    Attributes:
        enter_s: How long one takes to come, in seconds.
        grow_s: How long one takes to grow, or to count up.
        exit_s: How long all take to go; 0 for a cut.
        distance: How far one comes, as a fraction of the frame's short side.
        easing: How it slows down: the last of them goes a little too far and comes back.
    """

    enter_s: float
    grow_s: float
    exit_s: float
    distance: float
    easing: Easing


@dataclass(frozen=True, slots=True)
class Appearance:
    """When an element comes, grows and goes, in frames of its shot.

    Attributes:
        start: The first frame that shows something of it; below 0 when it stands there from the first one on.
        said: The frame at which it is said; -1 when it is not, or was before its turn.
        grows: The first frame of its growth.
        leaves: Whether it goes at the end; one that the next card shows stays.
        away: How far from its place it stands in the first frame, in pixels: where the card before had it.
    """

    start: int
    said: int = -1
    grows: int = 0
    leaves: bool = False
    away: tuple[float, float] = (0.0, 0.0)

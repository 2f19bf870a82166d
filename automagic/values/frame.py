"""Frames, the boxes in them, and how a picture moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels; `x`, `y` of the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.height

    def contains(self, other: Rect) -> bool:
        """Whether `other` lies wholly inside."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Frame:
    """The geometry that pictures and captions are drawn for.

    Attributes:
        width, height: Pixels, both even.
        fps: Frames a second.
        content: Where a card may put what must be seen (the interface of no platform covers it).
        caption: Where captions may stand; disjoint from `content` unless there are none.
    """

    width: int
    height: int
    fps: int
    content: Rect
    caption: Rect


@dataclass(frozen=True, slots=True)
class Motion:
    """A slow move over a still: the visible window at the start and at the end, eased between.

    Attributes:
        zoom: (start, end) magnification, each ≥ 1; 1.06 shows 1/1.06 of the picture's width.
        center: ((x, y) at the start, (x, y) at the end) of the window, as fractions of the picture, 0.5 is the middle.
            Windows always lie inside the picture.
    """

    zoom: tuple[float, float]
    center: tuple[tuple[float, float], tuple[float, float]]

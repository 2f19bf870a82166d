"""The way of a pen over an icon: when each point of its strokes is reached, so that the icon can be drawn before one's
eyes by showing more and more of it.

    strokes of the icon ─▶ short pieces in order ─▶ each in the colour of its time, the first on top ─▶ a picture

Drawn once, by the theme's own template, in the place of the icon.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.shapes import PathBuilder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]

_PIECE = 0.5
"""Longest piece of a stroke, in units of the icon's grid of 24."""

_DOT = 1.5
"""A stroke takes at least as long as one of this length: a dot is put, and does not flash up."""

_CURVE_POINTS = 12

_WIDER_PX = 1.6
"""Than the icon's strokes are the pen's: their soft edges belong to them."""

_BLUE = 128
"""Red is the time and green its complement: a colour that the theme draws beside the icon is hardly taken for one."""

_LATEST = 255
_MOST_UNKNOWN = 0.05
"""Share of the icon's points that no pen needs to reach."""


def pen_svg(shapes: str, *, stroke_width: float, size: float) -> str:
    """The pen's way as an SVG group in the place of `icons.icon_svg`.

    Args:
        shapes: Of an icon, in its grid of 24.
        stroke_width: Of the icon, in user units, which are pixels.
        size: Of the icon.
    """
    scale = size / 24
    drawn = "".join(
        f'<path d="M{x:.2f} {y:.2f}L{to_x:.2f} {to_y:.2f}" stroke="{_color(time)}"/>'
        for time, (x, y), (to_x, to_y) in reversed(list(_pieces(_strokes(shapes))))
    )
    return (
        f'<g transform="scale({scale:.5g})" fill="none" stroke-width="{(stroke_width + _WIDER_PX) / scale:.4g}" '
        f'stroke-linecap="round" shape-rendering="crispEdges">{drawn}</g>'
    )


def _color(time: float) -> str:
    level = round(time * _LATEST)
    return f"#{level:02x}{_LATEST - level:02x}{_BLUE:02x}"


def _strokes(shapes: str) -> list[list[Point]]:
    """The points of each stroke, in the order in which they stand in the drawing; curves become short lines."""
    builder, pen = PathBuilder(), RecordingPen()
    for shape in ElementTree.fromstring(f"<svg>{shapes}</svg>"):  # noqa: S314 - from an installed package
        builder.add_path_from_element(shape)
    for path in builder.paths:
        parse_path(path, pen)
    strokes: list[list[Point]] = []
    for command, points in pen.value:
        if command == "moveTo":
            strokes.append([*points])
        elif command == "lineTo":
            strokes[-1].extend(points)
        elif command == "closePath":
            strokes[-1].append(strokes[-1][0])
        elif points:
            controls = (strokes[-1][-1], *points)
            strokes[-1].extend(_on_curve(controls, number / _CURVE_POINTS) for number in range(1, _CURVE_POINTS + 1))
    return [stroke for stroke in strokes if len(stroke) > 1]


def _on_curve(controls: Sequence[Point], t: float) -> Point:
    """The point of a Bézier curve, by de Casteljau's construction."""
    while len(controls) > 1:
        controls = [(x + (to_x - x) * t, y + (to_y - y) * t) for (x, y), (to_x, to_y) in pairwise(controls)]
    return controls[0]


def _pieces(strokes: list[list[Point]]) -> Iterator[tuple[float, Point, Point]]:
    """Short lines with the time, 0..1, at which the pen is there: each stroke has a share by its length."""
    lengths = [sum(math.dist(*line) for line in pairwise(stroke)) for stroke in strokes]
    whole, begins = sum(max(length, _DOT) for length in lengths), 0.0
    for stroke, length in zip(strokes, lengths, strict=True):
        pace, passed = max(length, _DOT) / max(length, 1e-6), 0.0
        for start, end in pairwise(stroke):
            line = math.dist(start, end)
            count = max(1, math.ceil(line / _PIECE))
            points = [
                (start[0] + (end[0] - start[0]) * part / count, start[1] + (end[1] - start[1]) * part / count)
                for part in range(count + 1)
            ]
            for part, (one, other) in enumerate(pairwise(points)):
                yield (begins + pace * (passed + line * part / count)) / whole, one, other
            passed += line
        begins += max(length, _DOT)


def pen_times(drawn: NDArray[np.uint8]) -> NDArray[np.float32]:
    """When the pen is at each point, 0..1, from the pixels of its way (RGBA); 1 where it never is. (height, width)."""
    import numpy as np

    return np.where(_reached(drawn), drawn[:, :, 0], _LATEST).astype(np.float32) / np.float32(_LATEST)


def draws(covered: NDArray[np.uint8], way: NDArray[np.uint8], whole: NDArray[np.uint8]) -> bool:
    """Whether the pen reaches all by which an icon differs from its empty place; a theme may turn colours, or blur."""
    import numpy as np

    icon = (covered != whole).any(axis=2)
    return bool(icon.any() and np.mean(_reached(way)[icon]) >= 1 - _MOST_UNKNOWN)


def _reached(drawn: NDArray[np.uint8]) -> NDArray[np.bool_]:
    import numpy as np

    red, green, blue, opacity = (drawn[:, :, channel].astype(np.int16) for channel in range(4))
    return np.asarray((opacity == 255) & (blue == _BLUE) & (red + green == _LATEST))

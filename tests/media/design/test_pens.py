"""The way of a pen: over every shape of an icon, stroke by stroke, and as long on each as it is."""

from __future__ import annotations

import numpy as np
import pytest
import resvg_py

from automagic.media.design.cards.raster import decode_png
from automagic.media.design.icons import PEN, icon_svg
from automagic.media.design.pens import draws, pen_times

SIZE = 192
EMPTY = np.zeros((SIZE, SIZE, 4), np.uint8)
SHAPES = {
    "path": "ship", "circle": "sun", "rect": "calendar", "line": "calculator", "ellipse": "database",
    "polyline": "mailbox", "polygon": "navigation", "filled": "palette", "dots": "ellipsis",
}  # fmt: skip


def drawn(name: str, *, width: float = 12.0, size: int = SIZE) -> np.ndarray:
    group = icon_svg(name, color="#ff8800", stroke_width=width, size=size)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}">{group}</svg>'
    return decode_png(bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)))


def times(name: str) -> np.ndarray:
    return pen_times(drawn(PEN + name))


def at(found: np.ndarray, x: float, y: float) -> float:
    """The time at a point of the icon's grid of 24."""
    return float(found[round(y * SIZE / 24), round(x * SIZE / 24)])


@pytest.mark.parametrize("width", [7.0, 12.0, 17.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_reaches_all_that_is_inked(shape: str, width: float) -> None:
    icon, way = drawn(SHAPES[shape], width=width), drawn(PEN + SHAPES[shape], width=width)
    assert draws(EMPTY, way, icon)
    reached = way[:, :, 3] == 255
    assert not (icon[:, :, 3] > 96)[~reached].any()
    found = pen_times(way)[reached]
    assert (found.min(), found.max()) == (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.12))


def test_strokes_are_drawn_one_after_the_other_each_from_its_start_to_its_end() -> None:
    found = times("house")  # the door "M15 21v-8…h-4…v8", and then walls and roof "M3 10…"
    door = [at(found, x, y) for x, y in ((15, 20), (15, 14), (12, 12), (9, 14), (9, 20))]
    walls = [at(found, x, y) for x, y in ((3, 10.5), (12, 2.5), (21, 12), (12, 21), (3, 15))]
    assert door + walls == sorted(door + walls)
    assert len(set(door + walls)) == 10


def test_a_stroke_takes_as_long_as_it_is() -> None:
    found = times("text-align-start")  # lines of 18, 12 and 14 to the left
    later = [at(found, 5, y) for y in (5, 12, 19)]
    sooner = [at(found, x, y) for x, y in ((19, 5), (14, 12), (15, 19))]
    assert np.subtract(later, sooner) * 44 == pytest.approx([14, 9, 10], abs=0.4)


def test_a_dot_takes_its_time_too() -> None:
    found = times("circle-alert")  # the circle, a line, and a dot "16.01"
    assert at(found, 12, 16) - at(found, 12, 11.9) > 0.005


def test_where_it_never_is_the_icon_is_seen_last() -> None:
    assert times("house")[0, 0] == 1.0
    assert pen_times(EMPTY).min() == 1.0


@pytest.mark.parametrize("damage", ["smaller", "recoloured", "blurred", "nothing"])
def test_a_theme_that_draws_it_otherwise_is_found_out(damage: str) -> None:
    import cv2

    icon, way = drawn("house"), drawn(PEN + "house")
    wrong = {
        "smaller": drawn(PEN + "house", size=SIZE // 2),
        "recoloured": way[:, :, [1, 2, 0, 3]],
        "blurred": cv2.blur(way, (15, 15)),
        "nothing": EMPTY,
    }[damage]
    assert draws(EMPTY, way, icon)
    assert not draws(EMPTY, np.asarray(wrong, np.uint8), icon)
    assert not draws(icon, way, icon)  # nothing is to be drawn

"""Crops keep faces, then what a person pointed at."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from automagic.media.framing.pictures import find_faces
from automagic.media.framing.pointed_crops import crop_picture, find_window
from tests.support.places import DATA

PLAIN = Image.new("RGB", (1200, 800), "#778899")


@pytest.mark.parametrize("aspect", [0.5, 1.0, 1.91, 4.0])
@pytest.mark.parametrize("focus", [(0.1, 0.2), (0.5, 0.5), (0.95, 0.9)])
def test_what_a_person_points_at_is_seen(aspect: float, focus: tuple[float, float]) -> None:
    window = find_window(PLAIN, (), focus, aspect)
    assert window is not None
    left, top, right, bottom = window
    assert left <= focus[0] * 1200 <= right
    assert top <= focus[1] * 800 <= bottom
    assert (right - left) / (bottom - top) == pytest.approx(aspect)
    assert min(left, top) >= 0
    assert right <= 1200
    assert bottom <= 800


def test_faces_come_before_the_point() -> None:
    face = (100.0, 300.0, 260.0, 500.0)
    window = find_window(PLAIN, (face,), (0.95, 0.5), 0.5)
    assert window is not None
    assert window[0] <= face[0]
    assert window[2] >= face[2]


def test_real_faces_stay_whole_in_a_square() -> None:
    with Image.open(DATA / "four_faces.jpg") as opened:
        picture = opened.convert("RGB")
    faces = find_faces(picture)
    assert len(faces) == 4
    window = find_window(picture, faces, None, 1.2)
    assert window is not None
    assert all(face[0] >= window[0] and face[2] <= window[2] for face in faces)
    assert all(face[1] >= window[1] and face[3] <= window[3] for face in faces)


def test_where_no_window_holds_the_faces_the_picture_is_whole() -> None:
    faces = ((10.0, 300.0, 200.0, 500.0), (1000.0, 300.0, 1190.0, 500.0))
    window = find_window(PLAIN, faces, None, 0.5)
    assert window is None
    pixels = crop_picture(PLAIN, window, (300, 600))
    assert pixels.shape == (600, 300, 3)
    assert np.abs(pixels[300, 5].astype(int) - (0x77, 0x88, 0x99)).max() <= 2, "the picture reaches from side to side"
    assert pixels[5, 150].max() < 0x77, "above it is a darker ground"

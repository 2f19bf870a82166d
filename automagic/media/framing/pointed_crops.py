"""Parts of a picture in a wanted shape that keep its faces, then what a person pointed at, then its detail.

faces + point in one window? ─▶ crop       no ─▶ faces alone? ─▶ crop       no ─▶ whole on a blurred ground
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy
from PIL import Image

from automagic.media.framing.pictures import Edges, choose_window, fit_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINT = 0.002
"""Of a picture's sides: how large the box is that stands for a point."""


def find_window(
    picture: Image.Image, faces: Sequence[Edges], focus: tuple[float, float] | None, aspect: float
) -> Edges | None:
    """The largest part of this shape (width / height) that shows what matters; None where none does.

    Args:
        faces: In pixels of the picture.
        focus: What must be seen, each 0 to 1.
    """
    if focus is None:
        return choose_window(picture, faces, aspect)
    x, y = focus[0] * picture.width, focus[1] * picture.height
    half = _POINT * picture.width / 2, _POINT * picture.height / 2
    point = x - half[0], y - half[1], x + half[0], y + half[1]
    return choose_window(picture, (*faces, point), aspect) or choose_window(picture, faces or (point,), aspect)


def crop_picture(picture: Image.Image, window: Edges | None, size: tuple[int, int]) -> NDArray[numpy.uint8]:
    """RGB pixels of a size: the window's, or the whole picture on a blurred ground where there is none."""
    if window is None:
        return numpy.asarray(fit_whole(picture, size)[0])
    return numpy.asarray(picture.resize(size, Image.Resampling.LANCZOS, box=window, reducing_gap=3.0))

"""Logos: a brand's PNG or SVG without its empty margins, at the size that its place has for it."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import RequestError
from automagic.media.design import drawing
from automagic.media.design.vector_pictures import draw_svg, is_svg

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

_DRAWN_PX = 640
"""Shorter side of an SVG's pixels: far more than a logo is shown at."""

_EMPTY = 8
"""Opacity, of 255, that is too low to be seen."""

_TALLEST = 1.6
"""How much higher than a line of text an upright logo may stand."""


def logo_size(data: bytes, *, height: float, widest: float) -> tuple[float, float]:
    """(width, height) in pixels at which a logo is drawn: as high as its line where its width allows.

    A wide one becomes lower, an upright one a little higher, and none is squeezed.

    Raises:
        RequestError: It cannot be read.
    """
    logo = _open(data)
    ratio = logo.width / logo.height
    tall = height * min(max(1.0, 0.8 / ratio), _TALLEST)
    width = min(tall * ratio, widest)
    return width, width / ratio


def draw_logo(data: bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    """RGBA pixels at (width, height).

    Raises:
        RequestError: It cannot be read.
    """
    from PIL import Image

    wanted = max(1, size[0]), max(1, size[1])
    return np.asarray(_open(data).resize(wanted, Image.Resampling.LANCZOS), dtype=np.uint8)


@functools.lru_cache(maxsize=4)
def _open(data: bytes) -> Image.Image:
    from PIL import Image

    if is_svg(data):
        rgba = draw_svg(data, "The brand's logo", least=(_DRAWN_PX, _DRAWN_PX))
    else:
        with Image.open(io.BytesIO(drawing.call("logo", "The brand's logo", data=data))) as image:
            rgba = image.convert("RGBA")
    seen = rgba.getchannel("A").point(lambda value: 255 if value > _EMPTY else 0).getbbox()
    if seen is None:
        raise RequestError(
            "The brand's logo shows nothing: it is transparent all over.", hint="Use a PNG or a plain SVG file."
        )
    return rgba.crop(seen)

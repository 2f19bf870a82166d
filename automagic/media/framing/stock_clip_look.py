"""A look at a few frames of a clip before it is cropped: where faces are, and whether black bars are part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from automagic.media.framing.pictures import choose_window, find_faces
from automagic.media.video.frames import View
from automagic.media.video.orientation import orientation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from av import VideoFrame
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

LOOK_PX = 640
"""Longer side of the copies that are looked at."""

_BAR_LUMA = 24
"""Of 255: compressed black stays below."""

_SMALLEST_BAR = 0.03
"""Of a side; what is narrower is an edge."""

_LARGEST_BAR = 0.4
_UNEVEN = 0.02
"""How much the two bars of a picture may differ, as a share of its side."""


def upright_copy(frame: VideoFrame, pixel_aspect: float) -> Picture:
    """A small RGB copy in the shape that a viewer sees."""
    from PIL import Image

    wide, high = frame.width * pixel_aspect, float(frame.height)
    scale = LOOK_PX / max(wide, high)
    copy = frame.reformat(width=max(round(wide * scale), 2), height=max(round(high * scale), 2), format="rgb24")
    picture = Image.fromarray(copy.to_ndarray())
    held = orientation_of(frame)
    picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if held.mirrored else picture
    return picture.rotate(90 * held.turn, expand=True) if held.turn else picture


def choose_view(copies: Sequence[Picture], aspect: float) -> View:
    """What to show of a clip in a shape of `aspect` (width / height): faces where there are any, else its middle."""
    if not copies:
        return View()
    copies = [copy for copy in copies if copy.size == copies[0].size]
    width, height = copies[0].size
    inner = find_picture(np.max([np.asarray(copy.convert("L")) for copy in copies], axis=0))
    left, top, right, bottom = (round(share * side) for share, side in zip(inner, (width, height) * 2, strict=True))
    pictures = [copy.crop((left, top, right, bottom)) for copy in copies]
    seen = [find_faces(picture) for picture in pictures]
    everywhere = tuple(face for faces in seen for face in faces)
    # All faces of all looks together; if they are too far apart, those of the first look that has any.
    for faces in (everywhere, next((faces for faces in seen if faces), ())):
        window = choose_window(pictures[0], faces, aspect) if faces else None
        if window is not None:
            x, y = left + (window[0] + window[2]) / 2, top + (window[1] + window[3]) / 2
            return View(inner, (x / width, y / height))
    return View(inner, ((inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2))


def find_picture(brightest: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is not bars, as shares.

    Args:
        brightest: Of each pixel (height, width) over all looks: what is dark here is dark throughout.
    """
    left, right = _find_bars(np.percentile(brightest, 99, axis=0))
    top, bottom = _find_bars(np.percentile(brightest, 99, axis=1))
    return left, top, right, bottom


def _find_bars(lines: NDArray[np.float64]) -> tuple[float, float]:
    """Where picture begins and ends along one side: bars come in pairs of one width, or they are part of it."""
    bright = np.flatnonzero(lines > _BAR_LUMA)
    if not bright.size:
        return 0.0, 1.0
    before, after = int(bright[0]), int(lines.size - 1 - bright[-1])
    shares = before / lines.size, after / lines.size
    if min(shares) < _SMALLEST_BAR or max(shares) > _LARGEST_BAR or abs(shares[0] - shares[1]) > _UNEVEN:
        return 0.0, 1.0
    # One line of the copy further in: the border itself is a mixture.
    return (before + 1) / lines.size, 1 - (after + 1) / lines.size

"""Pictures as the planes of video frames: yuv420p in BT.709, limited range."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.errors import MediaError

Plane = NDArray[Any]
"""8-bit samples, (height, width); OpenCV's own annotations don't tell its sample types apart."""


_BT709 = np.array(
    [
        # From B, G, R in 0..255 to Y 16..235 and U, V 16..240: ITU-R BT.709-6, items 3.2-3.5.
        [0.0722 * 219 / 255, 0.7152 * 219 / 255, 0.2126 * 219 / 255, 16],
        [0.5 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, -0.2126 / 1.8556 * 224 / 255, 128],
        [-0.0722 / 1.5748 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, 0.5 * 224 / 255, 128],
    ],
    np.float32,
)


class Planes(NamedTuple):
    """One picture in yuv420p, BT.709, limited range; chroma beside the left luma pixel, between two rows."""

    y: Plane
    u: Plane
    v: Plane


def bgr_to_yuv(picture: Plane) -> Plane:
    """BT.709 limited Y, U, V of every pixel, (height, width, 3)."""
    return cv2.transform(picture, _BT709)


def yuv_to_rgb(luma: Plane, u: Plane, v: Plane) -> NDArray[np.float64]:
    """Red, green, blue 0..1 of points in BT.709, limited range: shape (…, 3)."""
    y, blue, red = (luma - 16.0) / 219, (u - 128.0) / 224 * 1.8556, (v - 128.0) / 224 * 1.5748
    green = -(0.0722 * blue + 0.2126 * red) / 0.7152
    return np.clip(np.stack([y + red, y + green, y + blue], axis=-1), 0.0, 1.0)


def load_picture(path: Path, width: int, height: int) -> Plane:
    """Decode a picture as blue, green, red, cut to the frame's shape about its middle.

    Very large JPEG files are decoded at a half, quarter or eighth, which needs neither their time nor their memory.

    Raises:
        MediaError: It cannot be decoded.
    """
    flags = _reading_flags(path, width, height)
    try:
        data = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(data, flags) if data.size else None
    except (OSError, cv2.error) as error:
        raise MediaError(f"the picture {path.name} cannot be read: {error}") from error
    if picture is None:
        raise MediaError(f"the picture {path.name} cannot be decoded", hint="Use a complete PNG, JPEG or WebP file.")
    rows, columns = picture.shape[:2]
    if rows * width > columns * height:
        wanted = max(round(columns * height / width), 1)
        top = (rows - wanted) // 2
        picture = picture[top : top + wanted]
    elif rows * width < columns * height:
        wanted = max(round(rows * width / height), 1)
        left = (columns - wanted) // 2
        picture = picture[:, left : left + wanted]
    return picture


def _reading_flags(path: Path, width: int, height: int) -> int:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            columns, rows = image.size
    except (OSError, UnidentifiedImageError) as error:
        raise MediaError(
            f"the picture {path.name} cannot be read: {error}", hint="Use a complete PNG, JPEG or WebP file."
        ) from error
    spare = min(max(columns, rows) / max(width, height), min(columns, rows) / min(width, height))
    reductions = ((12, cv2.IMREAD_REDUCED_COLOR_8), (6, cv2.IMREAD_REDUCED_COLOR_4), (3, cv2.IMREAD_REDUCED_COLOR_2))
    return next((flag for least, flag in reductions if spare >= least), cv2.IMREAD_COLOR)


def make_planes(picture: Plane, width: int, height: int, scale: float) -> Planes:
    """Planes of a picture at `width` x `height` work pixels (even).

    Args:
        scale: Work pixels to a frame pixel: chroma is placed so that, drawn that much smaller, it stands beside the
            left luma pixel of the *frame*.
    """
    rows, columns = picture.shape[:2]
    if columns > width:
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        rows, columns = height, width
    yuv = bgr_to_yuv(picture)
    luma = np.ascontiguousarray(yuv[:, :, 0])
    if (columns, rows) != (width, height):
        luma = cv2.resize(luma, (width, height), interpolation=cv2.INTER_CUBIC)
    shift = scale / 2 * columns / width
    center = ((columns - 1) / 2 - shift, (rows - 1) / 2)
    u, v = (
        cv2.resize(
            cv2.getRectSubPix(np.ascontiguousarray(yuv[:, :, channel]), (columns, rows), center),
            (width // 2, height // 2),
            interpolation=cv2.INTER_AREA,
        )
        for channel in (1, 2)
    )
    return Planes(luma, u, v)


def halve(mask: Plane) -> Plane:
    """A mask, or a colour times its opacity, for chroma, which stands beside the left luma pixel, between two rows."""
    rows, columns = mask.shape
    left: Plane = cv2.getRectSubPix(mask, (columns, rows), ((columns - 1) / 2 - 0.5, (rows - 1) / 2))
    halved: Plane = cv2.resize(left, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    return halved

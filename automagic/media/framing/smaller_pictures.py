"""A picture as a smaller file, for who takes no larger one: the same pixels at a lower quality, then fewer of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.media.framing.picture_files import read_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITIES = (92, 85, 78)
"""Of a JPEG, best first. Below the last, fewer pixels look better at the same size."""
_STEP = 0.8
_NARROWEST_PX = 64


def shrink_picture(
    source: Path, target: Path, *, max_bytes: int, max_pixels: int = 0, longest_px: int = 0
) -> tuple[int, int]:
    """Write a picture as a JPEG within these limits, upright and without transparency; gives its width and height.

    Args:
        max_bytes: Of the file.
        max_pixels, longest_px: Width times height, and of the longer side; 0 for any.

    Raises:
        MediaError: However small it is, its file is too large.
        RequestError: It cannot be read.
    """
    picture, _ = read_picture(source, (longest_px, longest_px) if longest_px else (1 << 15, 1 << 15))
    most = max_pixels or picture.width * picture.height
    scale = min(1.0, (most / (picture.width * picture.height)) ** 0.5, (longest_px or 1 << 30) / max(picture.size))
    narrowest = min(_NARROWEST_PX, *(int(side * scale) for side in picture.size))
    while True:
        smaller = _resize(picture, scale)
        if min(smaller.size) < narrowest:
            raise MediaError(f"{source.name} cannot be made as small as {max_bytes:,} bytes")
        for quality in _QUALITIES:
            data = _encode(smaller, quality)
            if len(data) <= max_bytes:
                target.write_bytes(data)
                return smaller.size
        scale *= _STEP


def _resize(picture: Image, scale: float) -> Image:
    from PIL.Image import Resampling

    if scale >= 1.0:
        return picture
    size = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    return picture.resize(size, Resampling.LANCZOS)


def _encode(picture: Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()

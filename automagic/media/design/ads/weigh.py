"""The file of an ad: as good as its platform's weight allows.

    flat, no picture ─▶ PNG ─ too heavy ─┐
    with a picture ──────────────────────┴─▶ JPEG 4:4:4 at 92, 90 ─ too heavy ─▶ 4:2:0, the best quality that fits

Coloured letters smear at 4:2:0, a photograph does not: letters keep their colours as long as there is room.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFile

from automagic.errors import MediaError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GOOD, WORST, LEAST = 90, 30, 60
"""JPEG qualities: with letters in full colour, the lowest that is tried, and the lowest that is not said to be poor."""
_PHOTO = 88


@dataclass(frozen=True, slots=True)
class AdFile:
    """A file's bytes.

    Attributes:
        media_type: "image/jpeg" or "image/png".
        quality: Of a JPEG, 1 to 95; 100 for a PNG.
    """

    data: bytes
    media_type: str
    quality: int

    @property
    def is_poor(self) -> bool:
        """Whether blocks and smears are seen: the picture is too busy for its weight."""
        return self.quality < LEAST


def encode_ad(
    image: NDArray[np.uint8],
    *,
    max_bytes: int | None,
    formats: Collection[str] = (),
    lettered: bool,
    flat: bool = False,
) -> AdFile:
    """RGB pixels as JPEG or PNG.

    Args:
        max_bytes: None for as many as it takes.
        formats: What is taken, such as "jpg" and "png"; all of it where it is empty.
        lettered: Whether letters are in it.
        flat: Whether it is letters and flat colours alone.

    Raises:
        MediaError: It is too heavy at any quality.
    """
    picture = Image.fromarray(image)
    room = max_bytes if max_bytes is not None else image.nbytes + 65536
    takes_jpeg = not formats or bool({"jpg", "jpeg"} & set(formats))
    if (flat or not takes_jpeg) and (not formats or "png" in formats):
        data = _png(picture)
        if len(data) <= room:
            return AdFile(data, "image/png", 100)
    if lettered:
        for quality in (92, GOOD):
            data = _jpeg(picture, quality, 0)
            if len(data) <= room:
                return AdFile(data, "image/jpeg", quality)
    return _best(picture, room, GOOD if lettered else _PHOTO)


def _best(picture: Image.Image, room: int, most: int) -> AdFile:
    """The highest quality at 4:2:0 that fits."""
    data = _jpeg(picture, most, 2)
    if len(data) <= room:
        return AdFile(data, "image/jpeg", most)
    low, high, found = WORST, most - 1, None
    while low <= high:
        quality = (low + high) // 2
        data = _jpeg(picture, quality, 2)
        if len(data) <= room:
            found, low = AdFile(data, "image/jpeg", quality), quality + 1
        else:
            high = quality - 1
    if found is None:
        raise MediaError(f"the picture is too busy for {room // 1024} kB", hint="Choose a calmer one.")
    return found


def _jpeg(picture: Image.Image, quality: int, subsampling: int) -> bytes:
    file = io.BytesIO()
    # An optimised file is written in one go, for which Pillow keeps a byte a pixel: noise needs more.
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 3 * picture.width * picture.height)
    picture.save(file, "JPEG", quality=quality, subsampling=subsampling, optimize=True, progressive=True)
    return file.getvalue()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=9)
    return file.getvalue()

"""Pictures and logos as ads are made of them: once for all, so that no ad decodes twenty megapixels again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from automagic.media.design.ads.marks import open_mark
from automagic.media.framing.pictures import find_faces

_SHORT_PX = 2016
"""Shorter side of a copy: 1080x1920 can be cut from a picture that lies, and nothing needs more."""
_LOGO_PX = 1200
_QUALITY = 95
Share = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """Sizes in pixels of a copy and of the picture, and the faces in it, each side 0 to 1."""

    size: tuple[int, int]
    own_size: tuple[int, int]
    faces: tuple[Share, ...]


def look_at_picture(source: Path, target: Path) -> Seen:
    """Write a JPEG of an upright PNG, and find the faces in it."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    own = picture.size
    scale = min(1.0, _SHORT_PX / min(own))
    if scale < 1:
        size = round(own[0] * scale), round(own[1] * scale)
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    width, height = picture.size
    faces = tuple(
        (left / width, top / height, right / width, bottom / height) for left, top, right, bottom in find_faces(picture)
    )
    picture.save(target, "JPEG", quality=_QUALITY, subsampling=0)
    return Seen(picture.size, own, faces)


def look_at_logo(source: Path, target: Path) -> tuple[int, int]:
    """Write a logo's PNG no larger than any ad shows it; (width, height) in pixels."""
    logo = open_mark(source)
    logo.thumbnail((_LOGO_PX, _LOGO_PX), Image.Resampling.LANCZOS)
    logo.save(target, "PNG", compress_level=6)
    return logo.size

"""A person's own pictures, in the shape of the video: cropped around what matters, or whole on a quiet ground.

picture 3:2 ──▶ faces? ──▶ all in one window ──▶ crop   ┌──┐        too far apart ──▶ fit  ░░░░
                   │ none                               │  │                               ▓▓▓▓ whole picture
                   └────▶ where the detail is ─────▶ crop└──┘                              ░░░░ its blurred copy
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automagic.errors import MediaError
from automagic.media.framing.picture_files import read_picture
from automagic.values.recording import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy
    from numpy.typing import NDArray
    from PIL import Image

FACE_COPY_PX = 640
"""Longer side of the copy in which faces are looked for; on six photographs of groups all 22 faces were found in it."""

LEAST_KEPT = 0.2
"""A crop that would show a smaller share of the picture tells nothing; the picture is then shown whole."""

GROUND_BRIGHTNESS = 0.6
GROUND_FLOOR = "#1c1f26"
"""The ground of a dark picture is never darker, or it would look like black bars."""

_CLOSE = 0.3
"""How much of the comfortable room about a face it needs at least."""

_OUTER = 0.2
"""Of a picture's detail, what lies left of where it matters, and right, above and below of it."""

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture; right and bottom excluded."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How a picture was brought to its shape.

    Attributes:
        faces: How many were found.
        mode: "crop" fills the frame with a part of the picture, "fit" shows it whole on a blurred copy.
        enlarged: Magnification of the picture's own pixels; 1.0 when it had enough of them.
        salient: Where what matters stands in the framed picture: its faces, else most of its detail.
    """

    faces: int
    mode: Literal["crop", "fit"]
    enlarged: float
    salient: Box


def frame_picture(source: Path, target: Path, *, width: int, height: int) -> Framing:
    """Write a picture as a PNG of exactly `width` x `height` pixels, complete or not at all.

    No face is cut where that can be avoided, nothing is stretched, and there are no bars. May be called in threads.

    Args:
        source: The picture; its format is known by its content, errors call it by its name.
        target: Where the PNG goes.
        width, height: In pixels.

    Raises:
        RequestError: The picture cannot be read, is damaged, is no picture, or has more than 100 megapixels.
        MediaError: The PNG cannot be written.
    """
    picture, original_width = read_picture(source, (width, height))
    shrunk = original_width / picture.width
    faces = find_faces(picture)
    window = choose_window(picture, faces, width / height)
    if window is not None:
        framed = _crop(picture, window, (width, height))
        scale = width / (window[2] - window[0])
        corner = -window[0] * scale, -window[1] * scale
    else:
        framed, scale, corner = fit_whole(picture, (width, height))
    _write_png(framed, target)
    mode: Literal["crop", "fit"] = "crop" if window is not None else "fit"
    seen = _around(faces, _CLOSE, picture.size) if faces else _detailed(picture)
    sides = [(side * scale + corner[index % 2]) / (width, height)[index % 2] for index, side in enumerate(seen)]
    left, top, right, bottom = (min(max(side, 0.0), 1.0) for side in sides)
    salient = Box(left, top, right - left, bottom - top)
    return Framing(len(faces), mode, round(max(1.0, scale / shrunk), 3), salient)


def find_faces(picture: Image.Image) -> tuple[Edges, ...]:
    """Where faces are in an RGB picture, from left to right."""
    import numpy
    from PIL import Image

    from automagic.media.faces.detector import SURE, YuNetFaces

    scale = min(1.0, FACE_COPY_PX / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    copy = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    across, down = picture.width / copy.width, picture.height / copy.height
    return tuple(
        sorted(
            (
                face.left * across,
                face.top * down,
                (face.left + face.width) * across,
                (face.top + face.height) * down,
            )
            for face in YuNetFaces().find(numpy.asarray(copy))
            if face.confidence >= SURE
        )
    )


def choose_window(picture: Image.Image, faces: Sequence[Edges], aspect: float) -> Edges | None:
    """The largest part of the picture in the wanted shape (width / height) that shows what matters.

    None when no such part holds all faces, or when it would show too little of a picture without faces.
    """
    width, height = min(picture.width, picture.height * aspect), min(picture.height, picture.width / aspect)
    if not faces:
        if width * height < LEAST_KEPT * picture.width * picture.height:
            return None
        across, down = _detail_position(picture, (width, height))
        left, top = across * (picture.width - width), down * (picture.height - height)
        return left, top, left + width, top + height
    for margin in (1.0, _CLOSE):
        left, top, right, bottom = _around(faces, margin, picture.size)
        if right - left <= width and bottom - top <= height:
            # Faces stand in the middle across, and a little above it down, as in any portrait.
            x = _clamp((left + right - width) / 2, right - width, left, picture.width - width)
            y = _clamp((top + bottom) / 2 - 0.42 * height, bottom - height, top, picture.height - height)
            return x, y, x + width, y + height
    return None


def _around(faces: Sequence[Edges], margin: float, size: tuple[int, int]) -> Edges:
    """The box around all faces with room for hair, ears and chin, inside the picture; `margin` 1 is comfortable."""
    boxes = [
        (
            left - 0.4 * margin * (right - left),
            top - 0.5 * margin * (bottom - top),
            right + 0.4 * margin * (right - left),
            bottom + 0.3 * margin * (bottom - top),
        )
        for left, top, right, bottom in faces
    ]
    return (
        max(0.0, min(box[0] for box in boxes)),
        max(0.0, min(box[1] for box in boxes)),
        min(float(size[0]), max(box[2] for box in boxes)),
        min(float(size[1]), max(box[3] for box in boxes)),
    )


def _clamp(value: float, low: float, high: float, last: float) -> float:
    return max(0.0, min(max(low, min(value, high)), last))


def _sum_detail(picture: Image.Image) -> Iterator[NDArray[numpy.float64]]:
    """How much detail there is up to each column, and up to each row, of a small copy; both begin with 0.

    Detail is its brightness gradient, which follows edges and texture and not colour or light.
    """
    import numpy

    scale = min(1.0, 256 / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    copy = picture.resize(size, reducing_gap=3.0).convert("L")
    rows, columns = numpy.gradient(numpy.asarray(copy, dtype=numpy.float64)) if min(copy.size) > 1 else (0.0, 0.0)
    detail = numpy.atleast_2d(numpy.hypot(rows, columns))
    for axis in (0, 1):
        yield numpy.concatenate(([0.0], numpy.cumsum(detail.sum(axis=axis))))


def _detailed(picture: Image.Image) -> Edges:
    """Where most of a picture's detail is: the middle part of it across, and down; the middle where there is none."""
    import numpy

    sides = []
    for sums, whole in zip(_sum_detail(picture), picture.size, strict=True):
        places = numpy.searchsorted(sums, [sums[-1] * _OUTER, sums[-1] * (1 - _OUTER)]) * whole / (len(sums) - 1)
        sides.append((float(places[0]), float(places[1])) if sums[-1] > 0 else (whole / 4, whole * 3 / 4))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom


def _detail_position(picture: Image.Image, window: tuple[float, float]) -> tuple[float, float]:
    """Where the window stands, 0..1 of its free way across and down: on most detail, drawn a little to the middle."""
    import numpy

    position = []
    for sums, part, whole in zip(_sum_detail(picture), window, picture.size, strict=True):
        length = len(sums) - 1
        span = min(length, max(1, round(length * part / whole)))
        if span == length or sums[-1] <= 0:
            position.append(0.5)
            continue
        places = numpy.linspace(0.0, 1.0, length - span + 1)
        share = (sums[span:] - sums[:-span]) / sums[-1]
        position.append(float(places[int(numpy.argmax(share - 0.2 * numpy.abs(places - 0.5)))]))
    return position[0], position[1]


def _crop(picture: Image.Image, window: Edges, size: tuple[int, int]) -> Image.Image:
    from PIL import Image

    return picture.resize(size, Image.Resampling.LANCZOS, box=window)


def fit_whole(picture: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, float, tuple[int, int]]:
    """The whole picture before a blurred, darkened copy that fills the frame, its magnification, and its corner."""
    from PIL import Image

    width, height = size
    ground = blurred_ground(picture, size)
    scale = min(width / picture.width, height / picture.height)
    whole = picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
    # A little above the middle: captions and the platforms' buttons stand below it.
    corner = (width - whole.width) // 2, round((height - whole.height) * 0.42)
    ground.paste(whole, corner)
    return ground, scale, corner


def blurred_ground(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A blurred, darkened copy that fills a frame; letters of an interface can be read on it."""
    from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

    width, height = size
    small = (max(1, width // 8), max(1, height // 8))
    blurred = ImageOps.fit(picture, small, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(max(small) / 24))
    darker = ImageEnhance.Brightness(blurred).enhance(GROUND_BRIGHTNESS)
    return ImageChops.lighter(darker, Image.new("RGB", small, GROUND_FLOOR)).resize(size, Image.Resampling.BICUBIC)


def _write_png(picture: Image.Image, target: Path) -> None:
    beside = target.with_name(target.name + ".partial")
    try:
        picture.save(beside, format="PNG", compress_level=1)
        beside.replace(target)
    except OSError as error:
        raise MediaError(f"The picture {target.name} could not be written: {error.strerror or error}.") from error
    finally:
        beside.unlink(missing_ok=True)

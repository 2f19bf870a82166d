"""A person's own pictures, in the shape of the video: cropped around what matters, or whole on a quiet ground.

picture 3:2 ──▶ faces? ──▶ all in one window ──▶ crop   ┌──┐        too far apart ──▶ fit  ░░░░
                   │ none                               │  │                               ▓▓▓▓ whole picture
                   └────▶ where the detail is ─────▶ crop└──┘                              ░░░░ its blurred copy
"""

from __future__ import annotations

import importlib
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automagic.errors import MediaError, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif"})
# Known by content, whatever the file is called; Pillow's other readers (some start programs) are never tried.
FORMATS = ("Jpeg", "Png", "WebP", "Bmp", "Tiff", "Gif", "Avif")

MAX_PIXELS = 100_000_000
"""A larger picture is refused before it is decoded: decoded, it would take more than 300 MB."""

FACE_COPY_PX = 640
"""Longer side of the copy in which faces are looked for; on six photographs of groups all 22 faces were found in it."""

LEAST_KEPT = 0.2
"""A crop that would show a smaller share of the picture tells nothing; the picture is then shown whole."""

GROUND_BRIGHTNESS = 0.6
GROUND_FLOOR = "#1c1f26"
"""The ground of a dark picture is never darker, or it would look like black bars."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture; right and bottom excluded."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How a picture was brought to its shape.

    Attributes:
        faces: How many were found.
        mode: "crop" fills the frame with a part of the picture, "fit" shows it whole on a blurred copy.
        enlarged: Magnification of the picture's own pixels; 1.0 when it had enough of them.
    """

    faces: int
    mode: Literal["crop", "fit"]
    enlarged: float


# ---------------------------------------------------------------------------------------------- which pictures


def list_pictures(folder: Path) -> tuple[Path, ...]:
    """The pictures that lie directly in a folder, in the order a person would count them: 2.jpg before 10.jpg.

    Raises:
        RequestError: There is no such folder, it holds no picture, or one is a symbolic link that leads out of it
            or nowhere.
    """
    hint = "Name a folder that holds pictures (" + ", ".join(sorted(suffix[1:] for suffix in SUFFIXES)) + ")."
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        raise RequestError(f"The folder of pictures {folder.name} {problem}.", hint=hint)
    try:
        entries = [path for path in folder.iterdir() if _is_picture_name(path.name)]
    except PermissionError as error:
        raise RequestError(f"The folder of pictures {folder.name} may not be read.", hint=hint) from error
    home = folder.resolve()
    pictures = [path for path in entries if _resolve_inside(path, home).is_file()]
    if not pictures:
        raise RequestError(f"The folder {folder.name} holds no pictures.", hint=hint)
    return tuple(sorted(pictures, key=lambda path: _natural_key(path.name)))


def _is_picture_name(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES


def _resolve_inside(path: Path, home: Path) -> Path:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop, until Python 3.13
        raise RequestError(
            f"The picture {path.name} is a symbolic link that leads nowhere.", hint="Put the picture itself there."
        ) from error
    if not target.is_relative_to(home):
        raise RequestError(
            f"The picture {path.name} is a symbolic link that leads out of its folder.",
            hint="Copy the picture into the folder.",
        )
    return target


def _natural_key(name: str) -> tuple[tuple[tuple[str, int], ...], str]:
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((part, 0) if index % 2 == 0 else ("", int(part)) for index, part in enumerate(parts)), name


# ---------------------------------------------------------------------------------------------- one picture


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
    picture, original_width = _read_picture(source, (width, height))
    shrunk = original_width / picture.width
    faces = find_faces(picture)
    window = choose_window(picture, faces, width / height)
    if window is not None:
        framed = _crop(picture, window, (width, height))
        scale = width / (window[2] - window[0])
    else:
        framed, scale = _fit(picture, (width, height))
    _write_png(framed, target)
    mode: Literal["crop", "fit"] = "crop" if window is not None else "fit"
    return Framing(len(faces), mode, round(max(1.0, scale / shrunk), 3))


def _read_picture(source: Path, size: tuple[int, int]) -> tuple[Image.Image, int]:
    """The upright sRGB picture without transparency, and the width in pixels that it has in its file.

    A JPEG with far more pixels than `size` needs is decoded at a half, a quarter or an eighth of its own size.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    # Both lines set what is the same for every thread; the size is checked below, with an error that explains it.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    for name in FORMATS:
        importlib.import_module(f"PIL.{name}ImagePlugin")
    hint = "Save it again as JPEG or PNG, or leave it out."
    try:
        with Image.open(source, formats=[name.upper() for name in FORMATS]) as opened:
            full_width, full_height = opened.size
            if full_width * full_height > MAX_PIXELS:
                raise RequestError(_too_large(source), hint="Make it smaller first.")
            ample = 2 * max(size) / min(opened.size)
            opened.draft(opened.mode, (round(full_width * ample), round(full_height * ample)))
            opened.load()
            shrunk = full_width / opened.width
            ImageOps.exif_transpose(opened, in_place=True)  # a copy may take 400 MB
            picture: Image.Image = opened
    except Image.DecompressionBombError as error:
        raise RequestError(_too_large(source), hint="Make it smaller first.") from error
    except FileNotFoundError as error:
        raise RequestError(f"The picture {source.name} does not exist.") from error
    except PermissionError as error:
        raise RequestError(
            f"The picture {source.name} may not be read.", hint="Check the file's permissions."
        ) from error
    except UnidentifiedImageError as error:
        raise RequestError(f"{source.name} is not a picture that can be read.", hint=hint) from error
    # What Pillow's readers raise for damaged files; they have no common error.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error) as error:
        raise RequestError(f"The picture {source.name} is damaged or incomplete.", hint=hint) from error
    upright = _flatten(_to_srgb(_to_eight_bits(picture)))
    upright.info.clear()  # or the profile that was just applied would be written again
    return upright, round(upright.width * shrunk)


def _too_large(source: Path) -> str:
    return f"The picture {source.name} has more than {MAX_PIXELS // 1_000_000} megapixels."


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    """Deep grey pictures as 8-bit grey: 16-bit by its full range, floating point by the range that it uses."""
    if picture.mode != "F" and not picture.mode.startswith("I"):
        return picture
    import numpy
    from PIL import Image

    values = numpy.asarray(picture).astype(numpy.float64)
    values = numpy.nan_to_num(values, posinf=0.0, neginf=0.0)
    low, high = (float(values.min()), float(values.max())) if picture.mode == "F" else (0.0, 65535.0)
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    grey = Image.fromarray(numpy.clip(numpy.rint(scaled), 0, 255).astype(numpy.uint8))
    if profile := picture.info.get("icc_profile"):
        grey.info["icc_profile"] = profile
    return grey


def _to_srgb(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB, from any mode, by the embedded profile where there is a fitting one."""
    import io

    from PIL import ImageCms

    profile_bytes = picture.info.get("icc_profile")
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    colours = picture if picture.mode in {"L", "CMYK", "RGB"} else picture.convert("RGB")
    converted = None
    if profile_bytes:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_bytes))
            space = {"GRAY": "L", "CMYK": "CMYK", "RGB": "RGB"}.get(profile.profile.xcolor_space.strip())
            if space == colours.mode:
                srgb = ImageCms.createProfile("sRGB")
                converted = ImageCms.profileToProfile(colours, profile, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None  # like every viewer: a picture with a broken profile is taken as sRGB
    result = converted or (colours if colours.mode == "RGB" else colours.convert("RGB"))
    if alpha is not None:
        result.putalpha(alpha)
    return result


def _flatten(picture: Image.Image) -> Image.Image:
    """Without transparency: on near-white when what can be seen is dark, on near-black when it is light."""
    if picture.mode != "RGBA":
        return picture
    from PIL import Image, ImageStat

    alpha = picture.getchannel("A")
    seen = ImageStat.Stat(picture.convert("L"), mask=alpha.point(lambda value: 255 if value > 127 else 0))
    light = seen.count[0] > 0 and seen.mean[0] > 127
    ground = Image.new("RGBA", picture.size, "#1b1d22" if light else "#f4f4f2")
    return Image.alpha_composite(ground, picture).convert("RGB")


# ---------------------------------------------------------------------------------------------- what matters in it


def find_faces(picture: Image.Image) -> tuple[Box, ...]:
    """Where faces are in an RGB picture, from left to right."""
    import numpy
    from PIL import Image

    from automagic.media.faces import SURE, SlimFaces

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
            for face in SlimFaces().find(numpy.asarray(copy))
            if face.confidence >= SURE
        )
    )


def choose_window(picture: Image.Image, faces: Sequence[Box], aspect: float) -> Box | None:
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
    for margin in (1.0, 0.3):
        left, top, right, bottom = _around(faces, margin, picture.size)
        if right - left <= width and bottom - top <= height:
            # Faces stand in the middle across, and a little above it down, as in any portrait.
            x = _clamp((left + right - width) / 2, right - width, left, picture.width - width)
            y = _clamp((top + bottom) / 2 - 0.42 * height, bottom - height, top, picture.height - height)
            return x, y, x + width, y + height
    return None


def _around(faces: Sequence[Box], margin: float, size: tuple[int, int]) -> Box:
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


def _detail_position(picture: Image.Image, window: tuple[float, float]) -> tuple[float, float]:
    """Where the window stands, 0..1 of its free way across and down: on the most detail, drawn a little to the middle.

    Detail is the brightness gradient of a small copy, which follows edges and texture and not colour or light.
    """
    import numpy

    scale = min(1.0, 256 / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    copy = picture.resize(size, reducing_gap=3.0).convert("L")
    rows, columns = numpy.gradient(numpy.asarray(copy, dtype=numpy.float64)) if min(copy.size) > 1 else (0.0, 0.0)
    detail = numpy.atleast_2d(numpy.hypot(rows, columns))
    position = []
    for axis, (part, whole) in enumerate(zip(window, picture.size, strict=True)):
        sums = numpy.concatenate(([0.0], numpy.cumsum(detail.sum(axis=axis))))
        length = len(sums) - 1
        span = min(length, max(1, round(length * part / whole)))
        if span == length or sums[-1] <= 0:
            position.append(0.5)
            continue
        places = numpy.linspace(0.0, 1.0, length - span + 1)
        share = (sums[span:] - sums[:-span]) / sums[-1]
        position.append(float(places[int(numpy.argmax(share - 0.2 * numpy.abs(places - 0.5)))]))
    return position[0], position[1]


# ---------------------------------------------------------------------------------------------- pixels


def _crop(picture: Image.Image, window: Box, size: tuple[int, int]) -> Image.Image:
    from PIL import Image

    return picture.resize(size, Image.Resampling.LANCZOS, box=window)


def _fit(picture: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, float]:
    """The whole picture before a blurred, darkened copy that fills the frame, and its magnification."""
    from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

    width, height = size
    small = (max(1, width // 8), max(1, height // 8))
    blurred = ImageOps.fit(picture, small, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(max(small) / 24))
    darker = ImageEnhance.Brightness(blurred).enhance(GROUND_BRIGHTNESS)
    ground = ImageChops.lighter(darker, Image.new("RGB", small, GROUND_FLOOR)).resize(size, Image.Resampling.BICUBIC)
    scale = min(width / picture.width, height / picture.height)
    whole = picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
    # A little above the middle: captions and the platforms' buttons stand below it.
    ground.paste(whole, ((width - whole.width) // 2, round((height - whole.height) * 0.42)))
    return ground, scale


def _write_png(picture: Image.Image, target: Path) -> None:
    beside = target.with_name(target.name + ".partial")
    try:
        picture.save(beside, format="PNG", compress_level=1)
        beside.replace(target)
    except OSError as error:
        raise MediaError(f"The picture {target.name} could not be written: {error.strerror or error}.") from error
    finally:
        beside.unlink(missing_ok=True)

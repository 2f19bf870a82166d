"""Picture files: which of a folder are pictures, and any of them as upright sRGB pixels.

JPEG PNG WebP BMP TIFF GIF AVIF ─ Pillow ─┐
HEIC (phones)  ─ libheif ─────────────────┼─▶ upright ─▶ 8 bits ─▶ sRGB ─▶ transparency on a quiet ground
SVG            ─ resvg ───────────────────┘
"""

from __future__ import annotations

import importlib
import re
import struct
import sys
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.design.svg import MAX_BYTES
from automagic.media.design.vector_pictures import SNIFFED_BYTES, draw_svg, is_svg
from automagic.reading.named_files import open_named, read_named

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = frozenset(
    f".{name}"
    for name in ("jpg", "jpeg", "jfif", "png", "webp", "bmp", "tif", "tiff", "gif", "avif", "heic", "heif", "hif")
) | {".svg", ".svgz"}
# Known by content, whatever the file is called; Pillow's other readers (some start programs) are never tried.
FORMATS = ("Jpeg", "Png", "WebP", "Bmp", "Tiff", "Gif", "Avif")
_HEIF = "HEIF"

OTHERS = {
    "JPEG XL": ".jxl",
    "JPEG 2000": ".jp2 .j2k .jpx",
    "a camera's raw file": ".raw .dng .cr2 .cr3 .nef .arw .orf .rw2 .raf .pef",
    "a Photoshop file": ".psd .psb",
    "a document": ".pdf .ai .eps .ps .indd",
    "a project of another program": ".xcf .kra .afphoto .afdesign .sketch .fig .procreate .clip",
    "a picture of a kind that is not read": ".ico .icns .tga .pcx .ppm .pgm .pnm .exr .hdr .dds .wmf .emf .qoi",
    "a video": ".mp4 .mov .m4v .avi .mkv .webm .mts",
}
"""What people put among pictures and cannot be read: what it is → suffixes."""

MAX_PIXELS = 100_000_000
"""A larger picture is refused before it is decoded: decoded, it would take more than 300 MB."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that a person may have taken for a picture, and what it is instead."""

    name: str
    kind: str


def list_pictures(folder: Path) -> tuple[Path, ...]:
    """The pictures that lie directly in a folder, in the order a person would count them: 2.jpg before 10.jpg.

    Raises:
        RequestError: There is no such folder, it holds no picture, or one is a symbolic link that leads out of it
            or nowhere.
    """
    hint = "Name a folder that holds pictures (JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF, BMP or SVG)."
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
        others = ", ".join(f"{one.name} is {one.kind}" for one in list_unread(folder)[:5])
        raise RequestError(f"The folder {folder.name} holds no pictures{f': {others}' if others else ''}.", hint=hint)
    return tuple(sorted(pictures, key=lambda path: _natural_key(path.name)))


def list_unread(folder: Path) -> tuple[Unread, ...]:
    """The files of a folder that look like pictures, but are of kinds that cannot be read, in the same order."""
    kinds = {suffix: kind for kind, suffixes in OTHERS.items() for suffix in suffixes.split()}
    found = [
        Unread(path.name, kinds[path.suffix.lower()])
        for path in folder.iterdir()
        if path.suffix.lower() in kinds and not path.name.startswith(".") and path.is_file()
    ]
    return tuple(sorted(found, key=lambda one: _natural_key(one.name)))


def check_picture(path: Path) -> str:
    """Why a picture cannot be read, as its beginning tells; empty when it can, for all that is known without decoding.

    Damage further on shows when it is decoded.
    """
    try:
        if _starts_svg(path):
            draw_svg(_read_svg(path), path.name, least=(16, 16))
        else:
            open_picture(path).close()
    except RequestError as error:
        return error.message
    return ""


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


def read_picture(source: Path, size: tuple[int, int]) -> tuple[Image.Image, int]:
    """The upright sRGB picture without transparency, and the width in pixels that it has in its file.

    A JPEG with far more pixels than `size` needs is decoded at a half, a quarter or an eighth of its own size.
    """
    if _starts_svg(source):
        drawn = _flatten(draw_svg(_read_svg(source), f"The picture {source.name}", least=size))
        return drawn, drawn.width
    upright, shrunk = _read_upright(source, size)
    return _flatten(upright), round(upright.width * shrunk)


def to_upright(source: Path) -> Image.Image:
    """The upright sRGB picture in its own size, RGB or RGBA; of a bitmap only.

    Raises:
        RequestError: As of `read_picture`.
    """
    return _read_upright(source, None)[0]


def _read_upright(source: Path, size: tuple[int, int] | None) -> tuple[Image.Image, float]:
    """It, and how much smaller than it is it was decoded: 1 without a `size` that it is needed for."""
    from PIL import ImageOps

    opened = open_picture(source)
    try:
        with opened:
            full_width, full_height = opened.size
            if size is not None:
                ample = 2 * max(size) / min(opened.size)
                opened.draft(opened.mode, (round(full_width * ample), round(full_height * ample)))
            opened.load()
            shrunk = full_width / opened.width
            ImageOps.exif_transpose(opened, in_place=True)  # a copy may take 400 MB
            picture: Image.Image = opened
    except _DAMAGE as error:
        raise _damaged(source) from error
    upright = _to_srgb(_to_eight_bits(picture))
    upright.info.clear()  # or the profile that was just applied would be written again
    return upright, shrunk


# What Pillow's readers raise for damaged files; they have no common error.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)


def open_picture(source: Path) -> Image.Image:
    """The picture, not yet decoded.

    Raises:
        RequestError: It cannot be read, is no picture, or has more than `MAX_PIXELS`.
    """
    from PIL import Image, UnidentifiedImageError

    # These lines set what is the same for every thread; the size is checked below, with an error that explains it.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    # Damage to what a camera wrote beside the picture: as much of it is read as there is.
    warnings.filterwarnings("ignore", r"(?:Corrupt|Possibly corrupt|Truncated|Metadata Warning)", UserWarning)
    for name in FORMATS:
        importlib.import_module(f"PIL.{name}ImagePlugin")
    importlib.import_module("pi_heif").register_heif_opener()
    try:
        opened: Image.Image = Image.open(source, formats=[*(name.upper() for name in FORMATS), _HEIF])
        if opened.width * opened.height > MAX_PIXELS:
            opened.close()
            raise RequestError(_too_large(source), hint="Make it smaller first.")
    except Image.DecompressionBombError as error:
        raise RequestError(_too_large(source), hint="Make it smaller first.") from error
    except FileNotFoundError as error:
        raise RequestError(f"The picture {source.name} does not exist.") from error
    except PermissionError as error:
        raise RequestError(
            f"The picture {source.name} may not be read.", hint="Check the file's permissions."
        ) from error
    except UnidentifiedImageError as error:
        raise RequestError(f"{source.name} is not a picture that can be read.", hint=_HINT) from error
    except _DAMAGE as error:
        raise _damaged(source) from error
    return opened


_HINT = "Save it again as JPEG or PNG, or leave it out."


def _damaged(source: Path) -> RequestError:
    return RequestError(f"The picture {source.name} is damaged or incomplete.", hint=_HINT)


def _starts_svg(source: Path) -> bool:
    try:
        with open_named(source, sys.maxsize) as (file, _):
            return is_svg(file.read(SNIFFED_BYTES))
    except RequestError:
        return False  # told when it is opened as another picture


def _read_svg(source: Path) -> bytes:
    return read_named(source, MAX_BYTES, what="a picture", called=f"The picture {source.name}", hint="Save it as PNG.")


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

"""Vector pictures: a person's SVG file as pixels, without letting it reach for anything outside itself."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.svg import MAX_BYTES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from PIL import Image

HINT = "Save it as a plain SVG, or as PNG."
LONGEST_SIDE_PX = 8000
SNIFFED_BYTES = 65536
"""Drawing programs put a licence, a DOCTYPE with declarations and comments before the drawing."""

_TEXT = (b"text>", "text>".encode("utf-16-le"))
_MOST = 1e7
"""Units of a side; more is no size, and less than one by this neither."""

_LEAST_SIDE = 0.001
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


def is_svg(data: bytes) -> bool:
    """Whether a file's beginning is that of an SVG, perhaps packed; `SNIFFED_BYTES` of it are enough."""
    start = data[:SNIFFED_BYTES]
    if start[:2] == b"\x1f\x8b":
        unpacked = zlib.decompressobj(31)
        try:
            start = unpacked.decompress(start, SNIFFED_BYTES)
        except zlib.error:
            return False
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    return text.lstrip("\ufeff \t\r\n").startswith("<") and re.search(r"<(?:[\w.-]+:)?svg[\s/>]", text) is not None


def draw_svg(data: bytes, name: str, *, least: tuple[int, int]) -> Image.Image:
    """Its pixels, RGBA, drawn behind the fence (`drawing.py`).

    Args:
        name: For errors.
        least: The picture is at least so wide and so high, unless its longer side would leave `LONGEST_SIDE_PX`.

    Raises:
        RequestError: It is not an SVG, is damaged, shows nothing, or points to files outside itself.
        MediaError: It took too long or too much memory.
    """
    from PIL import Image

    from automagic.media import drawing
    from automagic.media.fonts import FALLBACK_FAMILY, font_files

    svg = unpack(data, name)
    files = (
        [str(path) for path in font_files((FALLBACK_FAMILY,)) if path.suffix != ".py"]
        if any(mark in svg for mark in _TEXT)
        else []
    )
    png = drawing.call("picture", name, data=svg, name=name, least=least, files=files, family=FALLBACK_FAMILY)
    with Image.open(io.BytesIO(png)) as image:
        picture: Image.Image = image.convert("RGBA")
    if picture.getchannel("A").getbbox() is None:
        raise RequestError(f"{name} shows nothing.", hint="Save it as PNG.")
    return picture


def unpack(data: bytes, name: str) -> bytes:
    """The bytes of an SVG that may be packed.

    Raises:
        RequestError: It is damaged or too large.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise RequestError(f"{name} is damaged or incomplete.", hint=HINT) from error
    if len(data) > MAX_BYTES:
        raise RequestError(f"{name} has more than {MAX_BYTES >> 20} MB.", hint="Save it as PNG.")
    return data


def scaled(svg: str, least: tuple[int, int]) -> tuple[str, int, int]:
    """A drawing without sides in percent, and the (width, height) in pixels to draw it at; 0 follows from the other."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)  # noqa: S314 - written by `read_svg`: without entities
    for side in ("width", "height"):
        if root.get(side, "").strip().endswith("%"):  # of a page that is not there
            svg = svg.replace(f' {side}="{root.get(side)}"', "", 1)
            del root.attrib[side]
    width, height = _size(root)
    scale = min(max(least[0] / width, least[1] / height), LONGEST_SIDE_PX / max(width, height))
    # Its own size is not asked for: a side that is given decides both.
    longer = max(1, round(max(width, height) * scale))
    return svg, (longer if width >= height else 0), (longer if width < height else 0)


def _size(root: Element) -> tuple[float, float]:
    """(width, height) in pixels, or in whatever its view box counts."""
    box = [float(part) for part in re.findall(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?", root.get("viewBox", ""))]
    shown = (box[2], box[3]) if len(box) == 4 and all(map(_is_side, box[2:])) else (100.0, 100.0)
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if width and height:
        return width, height
    ratio = shown[0] / shown[1]
    if width:
        return width, max(width / ratio, _LEAST_SIDE)
    return (max(height * ratio, _LEAST_SIDE), height) if height else shown


def _length(text: str) -> float:
    """Pixels; 0 for none and for a percentage."""
    found = re.fullmatch(r"\s*\+?(\d*\.?\d+(?:[eE][-+]?\d+)?)\s*([a-z]*)\s*", text)
    length = float(found[1]) * _UNITS.get(found[2], 0.0) if found else 0.0
    return length if _is_side(length) else 0.0


def _is_side(length: float) -> bool:
    return 1 / _MOST <= length <= _MOST

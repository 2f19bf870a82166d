"""Vector pictures: a person's SVG file as pixels, without letting it reach for anything outside itself."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.design.svg import HINT, MAX_BYTES

if TYPE_CHECKING:
    from PIL import Image

SNIFFED_BYTES = 65536
"""Drawing programs put a licence, a DOCTYPE with declarations and comments before the drawing."""

_TEXT = (b"text>", "text>".encode("utf-16-le"))


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

    from automagic.media.design import drawing
    from automagic.media.design.fonts import FALLBACK_FAMILY, font_files

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

"""Vector pictures: a person's SVG file as pixels, without letting it reach for anything outside itself."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

from automagic.errors import RequestError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from PIL import Image

MAX_SVG_BYTES = 20_000_000
LONGEST_SIDE_PX = 8000
_LEAST_SIDE = 0.001
_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_NOT_DRAWN = {f"{_SVG}{name}" for name in ("script", "foreignObject", "iframe")}
_OUTSIDE = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|data:image/|[\"')])", re.IGNORECASE)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


def is_svg(data: bytes) -> bool:
    """Whether a file's beginning is that of an SVG, perhaps packed."""
    start = data[:4096]
    if start[:2] == b"\x1f\x8b":
        unpacked = zlib.decompressobj(31)
        try:
            start = unpacked.decompress(data[:65536], 4096)
        except zlib.error:
            return False
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    return text.lstrip("\ufeff \t\r\n").startswith("<") and re.search(r"<(?:\w+:)?svg[\s>]", text) is not None


def draw_svg(data: bytes, name: str, *, least: tuple[int, int]) -> Image.Image:
    """Its pixels, RGBA.

    Args:
        name: For errors.
        least: The picture is at least so wide and so high, unless its longer side would leave `LONGEST_SIDE_PX`.

    Raises:
        RequestError: It is no SVG, is damaged, shows nothing, or points to files outside itself.
    """
    import resvg_py
    from lxml import etree
    from PIL import Image

    from automagic.media.fonts import FALLBACK_FAMILY, font_files

    root = _parse(data, name)
    width, height = _size(root)
    scale = min(max(least[0] / width, least[1] / height), LONGEST_SIDE_PX / max(width, height))
    # Its own size is not asked for: a side that is given decides both.
    longer = max(1, round(max(width, height) * scale))
    text = etree.tostring(root, encoding="unicode")
    fonts = [str(path) for path in font_files((FALLBACK_FAMILY,)) if path.suffix != ".py"] if "text>" in text else []
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text,
            skip_system_fonts=True,
            width=longer if width >= height else None,
            height=longer if width < height else None,
            dpi=96,  # unless given it is 0, and a picture measured in millimetres has no size
            font_files=fonts,
            font_family=FALLBACK_FAMILY,
            serif_family=FALLBACK_FAMILY,
            sans_serif_family=FALLBACK_FAMILY,
            monospace_family="JetBrains Mono",
        )
    except ValueError as error:
        raise RequestError(f"{name} cannot be drawn: {error}", hint="Save it as PNG.") from error
    with Image.open(io.BytesIO(png)) as image:
        picture: Image.Image = image.convert("RGBA")
    if picture.getchannel("A").getbbox() is None:
        raise RequestError(f"{name} shows nothing.", hint="Save it as PNG.")
    return picture


def _parse(data: bytes, name: str) -> _Element:
    """The document, without what is never drawn."""
    from lxml import etree

    hint = "Save it as a plain SVG, or as PNG."
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MAX_SVG_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise RequestError(f"{name} is damaged or incomplete.", hint=hint) from error
    if len(data) > MAX_SVG_BYTES:
        raise RequestError(f"{name} has more than {MAX_SVG_BYTES // 1_000_000} MB.", hint="Save it as PNG.")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities="internal", no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise RequestError(f"{name} is damaged or incomplete.", hint=hint) from error
    if root.tag != f"{_SVG}svg":
        raise RequestError(f"{name} is not an SVG picture.", hint=hint)
    for side in ("width", "height"):
        if root.get(side, "").strip().endswith("%"):  # of a page that is not there
            del root.attrib[side]
    for element in list(root.iter()):
        if element.tag in _NOT_DRAWN and (parent := element.getparent()) is not None:
            parent.remove(element)
        elif _points_outside(element):
            raise RequestError(f"{name} points to files outside itself.", hint=hint)
    return root


def _points_outside(element: _Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    links = (element.get(name, "").strip() for name in _HREFS)
    if element.tag != f"{_SVG}a" and any(link and not link.startswith(("#", "data:image/")) for link in links):
        return True
    styled = [value for name, value in element.attrib.items() if "url(" in str(value) and name not in _HREFS]
    if element.tag == f"{_SVG}style":
        styled.append(element.text or "")
    return any(_OUTSIDE.search(str(value)) for value in styled)


def _size(root: _Element) -> tuple[float, float]:
    """(width, height) in pixels, or in whatever its view box counts."""
    box = [float(part) for part in re.findall(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?", root.get("viewBox", ""))]
    shown = (box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else (100.0, 100.0)
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
    return float(found[1]) * _UNITS.get(found[2], 0.0) if found else 0.0

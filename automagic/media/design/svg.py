"""SVG from outside, read so that it can only draw: shapes, text, gradients, and references to itself.

A drawing may be a stranger's (a theme, a logo, a picture). It is parsed once, checked against lists of what may stand
in it, and written again from what was parsed: comments, processing instructions and a DOCTYPE stay behind, entities are
refused, and nothing that is left can name a file, an address or a program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from automagic.errors import RequestError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


import contextlib
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

HINT = "Save it as a plain SVG, or as PNG."


LONGEST_SIDE_PX = 8000


_MOST = 1e7
"""The longest side of a drawing, in units; the shortest is one divided by this."""


_LEAST_SIDE = 0.001


_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}


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
    """(width, height) in pixels, or in the units of its view box."""
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


MAX_BYTES = 20 << 20
MAX_ELEMENTS = 200_000
MAX_DEPTH = 64
"""Far more than any drawing that a person made; a renderer may need a stack frame for each level."""

_DRAWING = """
    svg g defs symbol use a switch title desc path rect circle ellipse line polyline polygon text tspan textPath
    linearGradient radialGradient stop pattern clipPath mask marker filter style
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """
ELEMENTS = frozenset(_DRAWING.split())
"""Elements of SVG 1.1 and 2 that draw with nothing but what stands in the document."""

DROPPED = frozenset({"metadata", "animate", "animateMotion", "animateTransform", "set", "view", "cursor"})
"""What editors leave in a file, and motion: what is in them is left out, and the rest is drawn."""

ACTIVE = frozenset({"script", "foreignObject", "iframe", "audio", "video", "canvas"})
"""What a browser would run or show: refused in a template, left out of a person's own picture."""

MAX_ENTITY = 256
"""Characters of an entity, as drawing programs use them for the addresses of name spaces."""

_XLINK = "http://www.w3.org/1999/xlink"
_SVG = "http://www.w3.org/2000/svg"
_SEPARATOR = "\x1f"
_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,40})[\"']")
_READ_BY_EXPAT = frozenset({b"utf-8", b"utf-16", b"iso-8859-1", b"us-ascii"})
_OUTSIDE = re.compile(
    r"url\(\s*[\"']?\s*(?![#\"'\s])|@import|image-set\s*\(|\bsrc\s*\(|expression\s*\(|javascript:", re.IGNORECASE
)
_EMBEDDED = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp)\s*;\s*base64\s*,", re.IGNORECASE)
_ESCAPES = re.compile(r"\\[0-9a-fA-F]|\\\n")


class UnsafeDrawing(RequestError):
    """A drawing is not well-formed, too large, or points outside itself.

    Attributes:
        line: Where, counted from 1; 0 when it is no single place.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message, hint="Draw with shapes, text and gradients only; references start with '#'.")
        self.line = line


def read_svg(data: bytes | str, *, pictures: bool = False) -> str:
    """The drawing as SVG that is safe to draw.

    Args:
        pictures: Whether it is a person's own picture: bitmaps within it are drawn, and what a browser would run or
            show is left out.

    Raises:
        UnsafeDrawing: It is not well-formed, too large or too deep, declares entities, has an element
            that is not for drawing, or refers to something outside itself.
    """
    body = data.encode() if isinstance(data, str) else data
    if len(body) > MAX_BYTES:
        raise UnsafeDrawing(f"The drawing has {len(body) >> 20} MB; {MAX_BYTES >> 20} MB are the most.")
    text = _decode_others(body)
    return _Reader(pictures=pictures, encoding=None if text is None else "utf-8").read(text or body)


def _decode_others(data: bytes) -> bytes | None:
    """The drawing in UTF-8 when it declares an encoding that expat does not know; None when expat reads it itself."""
    found = _ENCODING.match(data)
    if found is None or found[1].lower() in _READ_BY_EXPAT:
        return None
    for encoding in (found[1].decode("ascii"), "utf-8", "cp1252"):
        with contextlib.suppress(LookupError, ValueError):
            return data.decode(encoding).encode()
    return data.decode("latin-1").encode()


class _Reader:
    """Writes what may stand in a drawing while it is parsed."""

    def __init__(self, *, pictures: bool, encoding: str | None) -> None:
        self._pictures = pictures
        parser = expat.ParserCreate(encoding, namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        self._parser = parser
        self._written: list[str] = []
        self._open: list[str] = []
        self._dropping = 0
        self._elements = 0
        self._style: list[str] = []
        self._style_line = 0
        self._letters = 0

    def read(self, data: bytes) -> str:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code) or "it cannot be read"
            raise UnsafeDrawing(f"The drawing is not valid XML in line {error.lineno}: {said}.", error.lineno) from None
        except (UnicodeError, LookupError, ValueError) as error:
            raise UnsafeDrawing(f"The drawing cannot be read: {error}.") from error
        if not self._written:
            raise UnsafeDrawing("The drawing is empty: it does not begin with an <svg> in the name space of SVG.", 1)
        return "".join(self._written)

    def _refuse(self, what: str, line: int = 0) -> UnsafeDrawing:
        line = line or self._parser.CurrentLineNumber
        return UnsafeDrawing(f"The drawing {what} in line {line}.", line)

    def _entity(self, _name: str, is_parameter: bool, value: str | None, *_place: object) -> None:
        if is_parameter or value is None or len(value) > MAX_ENTITY or "&" in value or "<" in value:
            raise self._refuse("declares an entity that is more than a short text")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise self._refuse(f"has more than {MAX_ELEMENTS} elements")
        if len(self._open) + self._dropping >= MAX_DEPTH:
            raise self._refuse(f"is nested deeper than {MAX_DEPTH} elements")
        space, _, name = tag.rpartition(_SEPARATOR)
        foreign = space not in {"", _SVG}
        inert = foreign or name in DROPPED or "style" in self._open[-1:]  # a style sheet holds text alone
        if self._dropping or inert or (self._pictures and name in ACTIVE):
            self._dropping += 1
            return
        if name == "style":
            self._style_line = self._parser.CurrentLineNumber
        if name not in ELEMENTS and not (self._pictures and name == "image"):
            raise self._refuse(f"has a <{name}>, which points outside itself or is not for drawing,")
        if not self._open and name != "svg":
            raise self._refuse(f"begins with <{name}> and not with <svg>")
        self._open.append(name)
        head = f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"' if len(self._open) == 1 else ""
        kept = "".join(self._attribute(key, value) for key, value in attributes.items())
        self._written.append(f"<{name}{head}{kept}>")

    def _attribute(self, key: str, value: str) -> str:
        space, _, name = key.rpartition(_SEPARATOR)
        if name == "href" and space in {"", _XLINK}:
            if self._pictures and self._open[-1] == "a":
                return ""
            embedded = self._pictures and self._open[-1] == "image" and _EMBEDDED.match(value)
            if not (value.strip().startswith("#") or embedded):
                raise self._refuse(f"points outside itself with {value[:40]!r}")
            return f" xlink:href={quoteattr(value.strip())}"
        if space == "http://www.w3.org/XML/1998/namespace" and name in {"space", "lang"}:  # "base" points elsewhere
            name = f"xml:{name}"
        elif space or name.lower().startswith("on"):
            return ""  # an editor's own, or a script's
        self._check(value)
        return f" {name}={quoteattr(value)}"

    def _check(self, text: str, first_line: int = 0) -> None:
        """Refuse a value, or a style sheet that begins in this line, that points outside; CSS reads r\\l as rl."""
        found = _OUTSIDE.search(text) or _ESCAPES.search(text) or _OUTSIDE.search(text.replace("\\", ""))
        if found:
            line = first_line + text.count("\n", 0, found.start()) if first_line else 0
            raise self._refuse(f"points outside itself with {found.string[found.start() : found.start() + 40]!r}", line)

    def _end(self, _tag: str) -> None:
        if self._dropping:
            self._dropping -= 1
            return
        name = self._open.pop()
        if name == "style":  # as a whole: the parser gives long text in pieces
            sheet = "".join(self._style)
            self._style.clear()
            self._check(sheet, self._style_line)
            self._written.append(escape(sheet))
        self._written.append(f"</{name}>")

    def _text(self, data: str) -> None:
        if self._dropping:
            return
        self._letters += len(data)
        if self._letters > MAX_BYTES:  # a short entity, named again and again
            raise self._refuse(f"has more than {MAX_BYTES >> 20} MB of text")
        if "style" in self._open[-1:]:
            self._style.append(data)
        else:
            self._written.append(escape(data))

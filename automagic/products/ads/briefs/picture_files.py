"""The pictures of a brief: read, refused where an ad cannot use them, and made upright sRGB of 8 bits.

photo.jpg (CMYK, turned, P3) ─▶ PNG, upright, sRGB              logo.svg ─▶ PNG with its transparency
a.webp ─▶ PNG, told             a.gif that moves, a bomb, an SVG that reaches out ─▶ refused
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.design.ads.marks import trim_mark
from automagic.media.design.vector_pictures import SNIFFED_BYTES, draw_svg, is_svg, unpack
from automagic.media.framing.picture_files import open_picture, read_picture, to_upright
from automagic.reading.named_files import read_named

if TYPE_CHECKING:
    from PIL import Image

MAX_PICTURE_BYTES = 50_000_000
MAX_LOGO_PIXELS = 25_000_000
LEAST_LOGO_PX = 128
"""Of its shorter side: Google's least for a square logo and for the height of a wide one."""
_DRAWN_PX = 1200
_ALL_OF_IT = 20_000
"""Pixels; more than any picture has that is taken, so that none is decoded smaller than it is."""
_ACTIVE = re.compile(rb"<(?:\w+:)?script[\s>/]|\son\w+\s*=|javascript:", re.IGNORECASE)
"""The drawing would leave it out; but who sends a logo with it sends something else than a logo."""
_TAKEN = frozenset({"JPEG", "PNG"})


@dataclass(frozen=True, slots=True)
class Normalised:
    """A picture as it was written again: its pixels, and what was done to it, for people ("" for nothing)."""

    width: int
    height: int
    note: str = ""


def read_named_picture(folder: Path, name: str) -> str:
    """The SHA-256 of a picture that lies in `folder`.

    Raises:
        RequestError: It is not there, too large, or leads out of the folder.
    """
    path = folder / name
    if path.exists() and not path.resolve().is_relative_to(folder.resolve()):
        raise RequestError(f"the picture {name} is a symbolic link that leads out of its folder", hint="Copy it there.")
    data = read_named(path, MAX_PICTURE_BYTES, what="a picture", called=f"The picture {name}", hint="Make it smaller.")
    return hashlib.sha256(data).hexdigest()


def normalise(source: Path, target: Path, *, name: str, is_logo: bool) -> Normalised:
    """Write the picture at `source` as PNG to `target`; a logo keeps its transparency, not its margins.

    Args:
        name: For people.

    Raises:
        RequestError: It cannot be read, moves, is too large, or a logo is too small.
    """
    data = read_named(source, MAX_PICTURE_BYTES, what="a picture", called=f"The picture {name}")
    if is_svg(data[:SNIFFED_BYTES]):
        if _ACTIVE.search(unpack(data, name)):
            raise RequestError(f"{name} has a script in it", hint="Save it as a plain SVG, or as PNG.")
        picture = draw_svg(data, name, least=(_DRAWN_PX, _DRAWN_PX))
        if not is_logo:
            picture, _ = read_picture(source, (_DRAWN_PX, _DRAWN_PX))
        note = "drawn as PNG"
    else:
        with open_picture(source) as opened:
            kind, size = opened.format or "", opened.size
            if getattr(opened, "n_frames", 1) > 1 and kind != "MPO":
                raise RequestError(f"the picture {name} moves: ads take still ones", hint="Save one frame as PNG.")
        if is_logo and size[0] * size[1] > MAX_LOGO_PIXELS:
            raise RequestError(
                f"the logo {name} has more than {MAX_LOGO_PIXELS // 1_000_000} megapixels", hint="Make it smaller."
            )
        picture = to_upright(source) if is_logo else read_picture(source, (_ALL_OF_IT, _ALL_OF_IT))[0]
        note = "" if kind in _TAKEN or kind == "MPO" else f"converted from {kind}, which no platform takes"
    if is_logo:
        _check_logo(picture, name)
        picture = trim_mark(picture)  # its margins are the layout's
    picture.save(target, "PNG", compress_level=1)
    return Normalised(picture.width, picture.height, note)


def _check_logo(logo: Image.Image, name: str) -> None:
    if logo.mode == "RGBA" and logo.getchannel("A").getbbox() is None:
        raise RequestError(f"the logo {name} shows nothing: it is transparent all over")
    if min(logo.size) < LEAST_LOGO_PX:
        raise RequestError(
            f"the logo {name} has {logo.width}x{logo.height} pixels; an ad needs {LEAST_LOGO_PX} on its shorter side",
            hint="Give a larger one, or an SVG.",
        )

"""Pixels: SVG through resvg, soft grounds, grain and logos, laid over one another.

    ground.svg ─ resvg, 1/8 size ─ blur ─┐
    art.svg ─ resvg, 1/2 size ───────────┴─ enlarge ─ grain ─┐
    <layout>.svg ─ resvg, the content's window only ─────────┴─ logo ─▶ RGB

What is blurred anyway need not be drawn large. Enlarging and grain are done in floating point, before colours are
rounded, so that slow gradients show no bands.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.design import drawing
from automagic.media.design.fonts import font_files
from automagic.media.design.themes import Theme

_GRAIN_SIZE = 512
_GROUND_SCALE = 8
_ART_SCALE = 2


def rasterise(svg: str, size: tuple[int, int], theme: Theme | None = None) -> NDArray[np.uint8]:
    """Pixels of an SVG: RGBA of shape (height, width, 4), not premultiplied.

    Args:
        theme: Whose fonts draw what a person's own template says in `<text>`; our own have their letters as outlines.

    Raises:
        MediaError: It cannot be drawn.
    """
    files = font_files(theme.families) if theme is not None and "<text" in svg else ()
    named = [str(path) for path in files if path.suffix != ".py"]
    image = decode_png(drawing.call("rasterise", "A card", svg=svg, width=size[0], height=size[1], files=named))
    if image.shape[:2] != (size[1], size[0]):
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return image


def paint_soft_ground(
    ground_svg: str, art_svg: str, size: tuple[int, int], *, blur: float, grain: float, seed: str
) -> NDArray[np.uint8]:
    """A ground of melting colours with quiet art upon it, RGB; `blur` as a fraction of the short side."""
    small = (size[0] // _GROUND_SCALE, size[1] // _GROUND_SCALE)
    field: NDArray[np.float32] = rasterise(ground_svg, small)[:, :, :3].astype(np.float32)
    blurred = cv2.GaussianBlur(field, (0, 0), blur * min(small), borderType=cv2.BORDER_REPLICATE)
    half = (size[0] // _ART_SCALE, size[1] // _ART_SCALE)
    field = np.asarray(cv2.resize(blurred, half, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    art = rasterise(art_svg, half)
    opacity = art[:, :, 3:].astype(np.float32) / 255
    field += (art[:, :, :3].astype(np.float32) - field) * opacity
    return add_grain(np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR)), grain, seed)


def paint_sharp_ground(svg: str, size: tuple[int, int], *, grain: float, seed: str) -> NDArray[np.uint8]:
    """A ground with edges, its art included, RGB."""
    return add_grain(rasterise(svg, size)[:, :, :3], grain, seed)


def blend(ground: NDArray[np.uint8], layer: NDArray[np.uint8], x: int, y: int) -> None:
    """Lay an RGBA layer upon an RGB picture, in place, its top left corner at (x, y); what juts out is cut off."""
    part = ground[y : y + layer.shape[0], x : x + layer.shape[1]]
    layer = layer[: part.shape[0], : part.shape[1]]
    for first in range(0, part.shape[0], 64):
        opacity = layer[first : first + 64, :, 3:].astype(np.uint16)
        if not opacity.any():
            continue
        over = layer[first : first + 64, :, :3] * opacity
        under = part[first : first + 64] * (255 - opacity)
        part[first : first + 64] = (over + under + 127) // 255


def add_grain(image: NDArray[Any], amount: float, seed: str) -> NDArray[np.uint8]:
    """Fine noise against banding, the same on all channels; `amount` is its standard deviation, of full scale.

    Args:
        image: RGB, 8-bit or floating point (0..255).
    """
    tile = _grain_tile(amount)
    digest = hashlib.sha256(seed.encode()).digest()
    tile = np.roll(tile, (digest[0] * 2, digest[1] * 2), axis=(0, 1))
    grained = np.empty(image.shape, np.uint8)
    height, width = image.shape[:2]
    for y in range(0, height, _GRAIN_SIZE):
        for x in range(0, width, _GRAIN_SIZE):
            part = image[y : y + _GRAIN_SIZE, x : x + _GRAIN_SIZE]
            noise = np.ascontiguousarray(tile[: part.shape[0], : part.shape[1]])
            cv2.add(part, noise, dst=grained[y : y + _GRAIN_SIZE, x : x + _GRAIN_SIZE], dtype=cv2.CV_8U)
    return grained


@functools.lru_cache(maxsize=8)
def _grain_tile(amount: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(20240229).normal(0.0, amount * 255, (_GRAIN_SIZE, _GRAIN_SIZE, 1))
    return np.repeat(noise, 3, axis=2).astype(np.float32)


def decode_png(png: bytes) -> NDArray[np.uint8]:
    """RGBA of a PNG that a child drew.

    Raises:
        MediaError: It cannot be read.
    """
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise MediaError("A card was drawn, but its picture cannot be read.")
    channels = cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return np.asarray(cv2.cvtColor(image, channels), dtype=np.uint8)

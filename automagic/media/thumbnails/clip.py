"""The thumbnail of a clip: one of its frames, with its title where no face is.

    still ─ where is room beside the faces? ─▶ title set there ─ the theme's ground laid under it ─▶ letters ─▶ JPEG

The ground is as dense as the darkest and the lightest pixel under the letters demand, no denser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from automagic.errors import MediaError
from automagic.media.design.cards import raster
from automagic.media.design.cards.arrangement import Arrangement, Setter, middle_area
from automagic.media.design.cards.blocks import PixelBox, TextBlock
from automagic.media.design.cards.templates import render_svg
from automagic.media.design.cards.typeset import STEP
from automagic.media.design.jpeg import encode_jpeg
from automagic.media.design.palette import ACCENT_CONTRAST, Palette, hex_to_rgb, luminance
from automagic.media.design.themes import Brand, Design, Theme
from automagic.media.framing.framed_faces import WHOLE
from automagic.values.frame import Frame
from automagic.values.script import Card

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.values.recording import Box as Share
    from automagic.values.recording import Still

Side = Literal["below", "above", "between", "left", "right"]

_LARGEST, _READABLE, _LAST_RESORT = 0.15, (0.075, 0.055, 0.042), 0.035
"""Sizes of the title, of the frame's shorter side: the first readable one is read at 160 pixels."""

_MOST_LINES = 5
_HEAD = (0.15, 0.35, 0.08)
"""How much of a face's size belongs to the head, at its sides, above and below it."""

_LEAST_DENSE, _DENSER = 0.35, 0.05
_MARGIN = 1.06
"""Contrast beyond what is demanded, for what JPEG changes."""

_FADE, _LEAST_FADE = 0.22, 0.08
"""Of the shorter side: how far beyond the letters the ground fades, and how far where a face is near."""

_PLATE_PADDING = 0.035
"""Of the shorter side, about the letters, where a theme sets its captions on plates."""

_RAISED = 0.08

_PREFERRED: dict[Side, float] = {"below": 0.35, "above": 0.2, "between": 0.15, "left": 0.25, "right": 0.25}
_BUSY = 0.5


@dataclass(frozen=True, slots=True)
class Lettering:
    """A title that has its place.

    Attributes:
        side: Of the faces.
        heads: What must stay clear.
        padding: Of the plate it stands on; 0 where the theme has none.
    """

    page: Arrangement
    block: TextBlock
    side: Side
    heads: tuple[PixelBox, ...]
    padding: float


def draw_clip_thumbnail(picture: Path, still: Still, design: Design, frame: Frame, *, title: str, accent: str) -> bytes:
    """JPEG bytes of the frame's size.

    Args:
        picture: A frame of the clip, without captions.
        still: What is known of it.
        title: Nothing is written when it is empty, or too long even in small letters.
        accent: Words inside the title that take the accent colour, exactly as they stand there.

    Raises:
        MediaError: The picture cannot be read.
        ConfigurationError: A template of the theme is wrong.
    """
    loaded = cv2.imread(str(picture), cv2.IMREAD_COLOR)
    if loaded is None:
        raise MediaError("the still of a clip cannot be read")
    image = np.ascontiguousarray(loaded[:, :, ::-1], np.uint8)
    lettering = place_title(title, accent, still, frame, design.theme, design.brand, find_detail(image))
    if lettering is None:
        return encode_jpeg(image)
    image = lay_ground(image, lettering, design.theme, design.palette)
    svg = render_svg(lettering.page, design, frame, seed=f"thumbnail/{title}", layers=("thumbnail",))
    raster.blend(image, raster.rasterise(svg, (frame.width, frame.height), design.theme), 0, 0)
    return encode_jpeg(image)


def place_title(
    title: str,
    accent: str,
    still: Still,
    frame: Frame,
    theme: Theme,
    brand: Brand,
    detail: NDArray[np.float32],
) -> Lettering | None:
    """The title as large as it goes where it covers no face; None when there is nothing to say.

    It stands in the zone that no interface covers and that profile grids show, on the soft ground around a picture
    where there is one. Where faces leave no room there, it may stand in all that grids show; if there is none either,
    where it covers least of a face.

    Args:
        detail: As `find_detail` gives it: where little is, little is lost.
    """
    unit = float(min(frame.width, frame.height))
    heads = tuple(_head(face, frame) for face in still.faces)
    grid = middle_area(frame).inset(0.06 * unit)
    safe = _common(_safe_zone(frame), grid)
    shown = _pixels(still.picture, frame)
    tries = [(safe, (*heads, shown), size) for size in _READABLE] if still.picture != WHOLE else []
    tries += [(area, heads, size) for area in (safe, grid) for size in _READABLE]
    padding = _PLATE_PADDING * unit if theme.captions.plate > 0 else 0.0
    printer = _Printer(Setter(theme, brand, unit, theme.composition.align), title, accent, heads, padding)
    for area, taken, smallest in tries:
        found = [printer.set(box, side, area, smallest) for side, box in _free_boxes(taken, area)]
        if kept := [one for one in found if one is not None]:
            return max(kept, key=lambda one: _worth(one, detail, frame))
    found = [printer.set(box, side, grid, _LAST_RESORT) for side, box in _halves(grid)]
    kept = [one for one in found if one is not None]
    return min(kept, key=lambda one: sum(_overlap(one.block.box, head) for head in heads), default=None)


def _safe_zone(frame: Frame) -> PixelBox:
    """What no interface covers: the part for cards and the part for captions."""
    parts = (frame.content, frame.caption)
    left, top = min(part.x for part in parts), min(part.y for part in parts)
    return PixelBox(left, top, max(part.right for part in parts) - left, max(part.bottom for part in parts) - top)


def _common(one: PixelBox, other: PixelBox) -> PixelBox:
    left, top = max(one.x, other.x), max(one.y, other.y)
    return PixelBox(left, top, min(one.right, other.right) - left, min(one.bottom, other.bottom) - top)


def _pixels(part: Share, frame: Frame) -> PixelBox:
    return PixelBox(part.x * frame.width, part.y * frame.height, part.width * frame.width, part.height * frame.height)


def _head(face: Share, frame: Frame) -> PixelBox:
    sides, above, below = _HEAD
    box = _pixels(face, frame)
    width, height = (1 + 2 * sides) * box.width, (1 + above + below) * box.height
    return PixelBox(box.x - sides * box.width, box.y - above * box.height, width, height)


def _free_boxes(heads: Sequence[PixelBox], area: PixelBox) -> list[tuple[Side, PixelBox]]:
    """Where no head is: strips over the whole width, and columns beside all heads."""
    inside = [head for head in heads if _overlap(head, area) > 0]
    if not inside:
        return [(side, box) for side, box in _halves(area)]
    found: list[tuple[Side, PixelBox]] = []
    for top, bottom in _gaps([(head.y, head.bottom) for head in inside], area.y, area.bottom):
        side: Side = "above" if top == area.y else "below" if bottom == area.bottom else "between"
        found.append((side, PixelBox(area.x, top, area.width, bottom - top)))
    for left, right in _gaps([(head.x, head.right) for head in inside], area.x, area.right):
        if left == area.x or right == area.right:
            side = "left" if left == area.x else "right"
            found.append((side, PixelBox(left, area.y, right - left, area.height)))
    return found


def _halves(area: PixelBox) -> list[tuple[Side, PixelBox]]:
    half = area.height / 2
    return [
        ("below", PixelBox(area.x, area.y + half, area.width, half)),
        ("above", PixelBox(area.x, area.y, area.width, half)),
    ]


def _gaps(taken: Sequence[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    gaps = []
    at = start
    for low, high in sorted(taken):
        if low > at:
            gaps.append((at, min(low, end)))
        at = max(at, high)
    if at < end:
        gaps.append((at, end))
    return gaps


def _overlap(one: PixelBox, other: PixelBox) -> float:
    common = _common(one, other)
    return max(common.width, 0.0) * max(common.height, 0.0)


@dataclass(frozen=True, slots=True)
class _Printer:
    """Sets a title in a free box."""

    setter: Setter
    title: str
    accent: str
    heads: tuple[PixelBox, ...]
    padding: float

    def set(self, free: PixelBox, side: Side, area: PixelBox, smallest: float) -> Lettering | None:
        """The whole text, or None when it is not readable there."""
        unit = self.setter.unit
        box = free.inset(self.padding)
        if min(box.width, box.height) <= 0:
            return None
        block = self.setter.set(
            self.title,
            "headline",
            box,
            size=unit * _LARGEST,
            smallest=unit * smallest,
            accent=self.accent,
            max_lines=_MOST_LINES,
        )
        if block is None or block.size < unit * smallest * STEP or block.lines[-1].runs[-1].text.endswith("…"):
            return None
        drop = box.height - block.box.height
        block = block.moved(0, {"below": drop, "above": 0.0}.get(side, drop / 2))
        align = self.setter.align
        page = Arrangement(
            Card("title", self.title), area=area, unit=unit, wide=area.width > area.height, align=align, headline=block
        )
        return Lettering(page, block, side, self.heads, self.padding)


def _worth(one: Lettering, detail: NDArray[np.float32], frame: Frame) -> float:
    size = one.block.size / (one.page.unit * _LARGEST)
    return size + _PREFERRED[one.side] - _BUSY * _mean(detail, one.block.box, frame)


def find_detail(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much there is to see in each part of a small copy, against the busiest part."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F, ksize=3))
    height, width = grey.shape
    small = cv2.resize(edges, (max(width // 24, 1), max(height // 24, 1)), interpolation=cv2.INTER_AREA)
    detail: NDArray[np.float32] = np.asarray(small / max(float(np.percentile(small, 95)), 1.0), np.float32)
    return detail.clip(0, 1)


def _mean(detail: NDArray[np.float32], box: PixelBox, frame: Frame) -> float:
    rows, columns = detail.shape
    x0, x1 = (int(at / frame.width * columns) for at in (box.x, box.right))
    y0, y1 = (int(at / frame.height * rows) for at in (box.y, box.bottom))
    return float(detail[max(y0, 0) : y1 + 1, max(x0, 0) : x1 + 1].mean())


def lay_ground(image: NDArray[np.uint8], lettering: Lettering, theme: Theme, palette: Palette) -> NDArray[np.uint8]:
    """The picture with as much of the theme's ground under the title as its contrast demands."""
    color = np.array([255 * part for part in hex_to_rgb(palette.grounds[0])], np.float32)
    spread = _plate(lettering, theme, image.shape) if lettering.padding else _fading(lettering, image.shape)
    box = lettering.block.box.inset(-0.02 * lettering.page.unit).rounded()
    under = slice(max(box.y, 0), max(box.bottom, 0)), slice(max(box.x, 0), max(box.right, 0))
    dense = max(_LEAST_DENSE, theme.captions.plate)
    while dense < 1:
        if measure_contrast(_mixed(image[under], spread[under] * dense, color), palette) >= ACCENT_CONTRAST * _MARGIN:
            break
        dense += _DENSER
    return _mixed(image, spread * min(dense, 1.0), color)


def measure_contrast(pixels: NDArray[np.uint8], palette: Palette) -> float:
    """The least contrast (WCAG 2.x) that ink and accent have with any of these RGB pixels."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    lights = sum(share * linear[pixels[..., index]] for index, share in enumerate((0.2126, 0.7152, 0.0722)))
    darkest, lightest = float(np.min(lights)), float(np.max(lights))
    least = 21.0
    for letters in (luminance(palette.ink), luminance(palette.accent)):
        nearest = min(max(letters, darkest), lightest)
        least = min(least, (max(letters, nearest) + 0.05) / (min(letters, nearest) + 0.05))
    return least


def _plate(lettering: Lettering, theme: Theme, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A plate with round corners under the letters, (height, width, 1)."""
    box = lettering.block.box.inset(-lettering.padding)
    # Few letters reach below the line: with the plate a little higher they seem to stand in its middle.
    box = replace(box, y=box.y - _RAISED * lettering.block.size)
    radius = min(theme.composition.radius * lettering.page.unit, box.height / 2)
    x = np.abs(np.arange(shape[1], dtype=np.float32) + 0.5 - box.cx) - (box.width / 2 - radius)
    y = np.abs(np.arange(shape[0], dtype=np.float32) + 0.5 - box.cy) - (box.height / 2 - radius)
    away = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None])
    away += np.minimum(np.maximum(x[None, :], y[:, None]), 0)
    return np.asarray((radius + 0.5 - away).clip(0, 1)[:, :, None], np.float32)


def _fading(lettering: Lettering, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """All of the ground under the letters, none a little way off, and none on a face: (height, width, 1)."""
    unit, side = lettering.page.unit, lettering.side
    box = lettering.block.box.inset(-0.03 * unit)
    across = side in {"left", "right"}
    length = shape[1] if across else shape[0]
    low, high = (box.x, box.right) if across else (box.y, box.bottom)
    before = [low - (head.right if across else head.bottom) for head in lettering.heads]
    after = [(head.x if across else head.y) - high for head in lettering.heads]
    at = np.arange(length, dtype=np.float32) + 0.5
    away = np.zeros(length, np.float32)
    if side not in {"left", "above"}:
        away = np.maximum(away, (low - at) / _fade(before, unit))
    if side not in {"right", "below"}:
        away = np.maximum(away, (at - high) / _fade(after, unit))
    profile = (0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1))).astype(np.float32)
    whole = profile[None, :, None] if across else profile[:, None, None]
    return np.broadcast_to(whole, (shape[0], shape[1], 1))


def _fade(gaps: Sequence[float], unit: float) -> float:
    """How far the ground may fade towards heads that are so far away; what is not on that side is below zero."""
    least = _LEAST_FADE * unit
    return max(min([_FADE * unit, *(gap for gap in gaps if gap > -least)]), least)


def _mixed(image: NDArray[np.uint8], share: NDArray[np.float32], color: NDArray[np.float32]) -> NDArray[np.uint8]:
    mixed: NDArray[np.uint8] = (image + (color - image) * share + 0.5).astype(np.uint8)
    return mixed

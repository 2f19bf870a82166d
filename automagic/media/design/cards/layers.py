"""The layers of a card: each of its elements as pixels with opacity, in one file.

    parts ─ templates ─▶ SVG of each ─ below one another ─▶ one sheet ─ resvg ─▶ pixels ─ cut, trimmed ─▶ layers

One drawing for all of them: to start a drawing costs more than the pixels of a line of text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from automagic.data import shipped
from automagic.errors import MediaError
from automagic.media.design.cards.arrangement import Arrangement
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.elements import CardPart, blank, split_page
from automagic.media.design.cards.faults import is_whole
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.cards.logos import draw_logo
from automagic.media.design.cards.templates import render_bodies, render_svg
from automagic.media.design.pens import draws
from automagic.media.design.themes import Design
from automagic.values.frame import Frame, Rect
from automagic.values.moving import Element
from automagic.values.script import Card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_MOST_DIFFERENT = 0.002
"""Share of the content's points in which a card in layers may differ from the card in one piece, edges of letters."""

_CLEARLY = 48
"""Of 255: what differs by more is not an edge that was drawn in another place of the sheet."""


class _Image(msgspec.Struct, frozen=True):
    """As it is written: a PNG with opacity, and its place in the frame."""

    x: int
    y: int
    png: bytes


@dataclass(frozen=True, slots=True)
class LayerImage:
    """One image of an element: RGBA of shape (height, width, 4), not premultiplied, at even (x, y) of the frame."""

    x: int
    y: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class CardLayers:
    """A card in layers.

    Attributes:
        data: What `read_layers` reads.
        elements: In the order in which they are read, and drawn.
        texts: Where its texts stand, in frame coordinates.
        whole: Whether all that the card says has room.
    """

    data: bytes
    elements: tuple[Element, ...]
    texts: tuple[Rect, ...]
    whole: bool


def draw_layers(card: Card, design: Design, frame: Frame, *, seed: str, by_word: bool = False) -> CardLayers:
    """Draw each element of a card by itself.

    A theme's template may draw more than the elements, or one only beside another: then the card is one element.

    Args:
        by_word: Whether its headline comes word by word.

    Raises:
        ConfigurationError: A template of the theme is wrong.
        MediaError: It cannot be drawn.
    """
    page = arrange(card, design.theme, frame, design.brand)
    parts = split_page(page, by_word=by_word)
    images = _draw(page, parts, design, frame, seed)
    if not _is_shipped(design) and not _is_whole(page, images, design, frame, seed):
        content = frame.content
        whole = PixelBox(content.x, content.y, content.width, content.height)
        parts = (CardPart("card", (page,), whole, entrance="appear"),)
        images = _draw(page, parts, design, frame, seed)
    elements, written = [], []
    for part, own in map(_with_pen, parts, images):
        if own:
            elements.append(_element(part, own))
            written.append([_Image(one.x, one.y, _encode(one.pixels)) for one in own])
    logo = _logo(page, design)
    if logo is not None:
        elements.append(_element(CardPart("logo", (), PixelBox(0, 0, 0, 0), entrance="appear"), [logo]))
        written.append([_Image(logo.x, logo.y, _encode(logo.pixels))])
    texts = tuple(block.box.rounded() for block in page.texts())
    return CardLayers(msgspec.msgpack.encode(written), tuple(elements), texts, is_whole(page, card))


def read_layers(path: Path) -> list[list[LayerImage]]:
    """The images of each element of a card.

    Raises:
        MediaError: The file cannot be read.
    """
    from automagic.media.design.cards.raster import decode_png

    try:
        written = msgspec.msgpack.decode(path.read_bytes(), type=list[list[_Image]])
    except (OSError, msgspec.MsgspecError) as error:
        raise MediaError(f"the layers of a card cannot be read: {error}") from error
    return [[LayerImage(one.x, one.y, decode_png(one.png)) for one in images] for images in written]


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """The files of a card that is drawn: its layers, what they stand on, and a still beside them with its place."""

    layers: Path
    ground: Path
    still: tuple[Path, Rect] | None = None

    def at_rest(self) -> Pixels:
        """All of it over its ground, RGB.

        Raises:
            MediaError: A file cannot be read.
        """
        import cv2

        from automagic.media.design.cards.raster import blend

        ground = cv2.imread(str(self.ground), cv2.IMREAD_COLOR)
        if ground is None:
            raise MediaError(f"the ground {self.ground.name} cannot be read")
        if self.still is not None:
            path, pane = self.still
            image = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if image is None:
                raise MediaError(f"the picture {path.name} cannot be read")
            shown = ground[pane.y : pane.bottom, pane.x : pane.right]
            shown[:] = cv2.resize(image, (pane.width, pane.height), interpolation=cv2.INTER_AREA)
        picture = cv2.cvtColor(ground, cv2.COLOR_BGR2RGB).astype("uint8", copy=False)
        for images in read_layers(self.layers):
            blend(picture, images[-1].pixels, images[-1].x, images[-1].y)
        return picture


def _draw(
    page: Arrangement, parts: Sequence[CardPart], design: Design, frame: Frame, seed: str
) -> list[list[LayerImage]]:
    """The images of each part, trimmed together to their ink; none for a part without ink."""
    from automagic.media.design.cards.raster import rasterise

    bodies = render_bodies(
        [one for part in parts for one in part.pages], design, frame, seed=seed, layer=page.card.layout
    )
    windows = [_even_window(part.box, frame) for part in parts]
    cells = [window for part, window in zip(parts, windows, strict=True) for _ in part.pages]
    if not cells:
        return []
    places = _stack(cells)
    width = max(place.right for place in places)
    height = max(place.bottom for place in places)
    drawn = "".join(
        f'<svg x="{place.x}" y="{place.y}" width="{cell.width}" height="{cell.height}" '
        f'viewBox="{cell.x} {cell.y} {cell.width} {cell.height}">{body}</svg>'
        for body, cell, place in zip(bodies, cells, places, strict=True)
    )
    sheet = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{drawn}</svg>'
    pixels = rasterise(sheet, (width, height), design.theme)
    cut = iter([pixels[place.y : place.bottom, place.x : place.right] for place in places])
    return [list(_trim([next(cut) for _ in part.pages], window)) for part, window in zip(parts, windows, strict=True)]


_SHEET_WIDTH = 2160
"""Cells stand beside one another up to this width: of a card of 1080 pixels two lines."""


def _stack(cells: Sequence[Rect]) -> list[Rect]:
    """Where each window stands in the sheet, in rows."""
    places, x, y, row = [], 0, 0, 0
    for cell in cells:
        if x and x + cell.width > _SHEET_WIDTH:
            x, y, row = 0, y + row, 0
        places.append(Rect(x, y, cell.width, cell.height))
        x, row = x + cell.width, max(row, cell.height)
    return places


def _even_window(box: PixelBox, frame: Frame) -> Rect:
    """The box within the frame, its corners at even pixels."""
    left, top = max(0, 2 * int(box.x // 2)), max(0, 2 * int(box.y // 2))
    right = min(frame.width, 2 * int(-(-box.right // 2)))
    bottom = min(frame.height, 2 * int(-(-box.bottom // 2)))
    return Rect(left, top, max(right - left, 2), max(bottom - top, 2))


def _trim(images: Sequence[Pixels], window: Rect) -> Iterator[LayerImage]:
    """The images without the margin that none of them draws upon; nothing when all are empty."""
    import numpy as np

    inked = np.any([image[:, :, 3] > 0 for image in images], axis=0)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not rows.size:
        return
    top, bottom = int(rows[0]) // 2 * 2, (int(rows[-1]) + 2) // 2 * 2
    left, right = int(columns[0]) // 2 * 2, (int(columns[-1]) + 2) // 2 * 2
    for image in images:
        yield LayerImage(window.x + left, window.y + top, np.ascontiguousarray(image[top:bottom, left:right]))


def _with_pen(part: CardPart, images: list[LayerImage]) -> tuple[CardPart, list[LayerImage]]:
    """The same; but what a pen cannot draw in this theme is uncovered from the left."""
    if part.growth == "stroke" and images and not draws(*(one.pixels for one in images)):
        return replace(part, growth="across"), [images[0], images[-1]]
    return part, images


def _element(part: CardPart, images: Sequence[LayerImage]) -> Element:
    digest = hashlib.sha256()
    for one in images:
        digest.update(one.pixels.tobytes())
    height, width = images[0].pixels.shape[:2]
    return Element(
        part.name,
        part.text,
        Rect(images[0].x, images[0].y, width, height),
        part.entrance,
        part.growth if len(images) > 1 else "",
        part.grows_on,
        part.reaches,
        part.waits,
        digest.hexdigest(),
        part.begins,
        part.ends,
        part.origin,
    )


def _logo(page: Arrangement, design: Design) -> LayerImage | None:
    if page.logo is None or not design.brand.logo:
        return None
    import numpy as np

    box = page.logo
    drawn = draw_logo(design.brand.logo, (round(box.width), round(box.height)))
    x, y = round(box.x), round(box.y)
    # An odd place is an even one with a margin of a pixel; the sides become even as well.
    left, top = x % 2, y % 2
    rows, columns = drawn.shape[:2]
    padded = np.zeros((2 * -(-(rows + top) // 2), 2 * -(-(columns + left) // 2), 4), np.uint8)
    padded[top : top + rows, left : left + columns] = drawn
    return LayerImage(x - left, y - top, padded)


def _encode(pixels: Pixels) -> bytes:
    import cv2

    done, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise MediaError("A layer of a card could not be written as PNG.")
    return bytes(data)


def _is_shipped(design: Design) -> bool:
    """Whether the templates are ours, of which is known that they draw the elements and nothing else."""
    return design.theme.folders[0].parent == shipped("themes").resolve()


def _is_whole(
    page: Arrangement, images: Sequence[Sequence[LayerImage]], design: Design, frame: Frame, seed: str
) -> bool:
    """Whether the elements over one another are what the template draws of the whole card."""
    import numpy as np

    from automagic.media.design.cards.raster import rasterise

    content = frame.content
    window = PixelBox(content.x, content.y, content.width, content.height)
    svg = render_svg(page, design, frame, seed=seed, layers=(page.card.layout,), window=window)
    whole = rasterise(svg, (content.width, content.height), design.theme)
    if _rasterise_blank(page, design, frame, seed).any():
        return False
    composed = np.zeros((frame.height, frame.width, 4), np.float32)
    for own in images:
        if own:
            last = own[-1]
            height, width = last.pixels.shape[:2]
            part = composed[last.y : last.y + height, last.x : last.x + width]
            part *= 1 - last.pixels[:, :, 3:] / np.float32(255)
            part += _premultiplied(last.pixels)
    shown = composed[content.y : content.bottom, content.x : content.right]
    different = np.abs(shown - _premultiplied(whole)).max(axis=2) > _CLEARLY
    return bool(np.mean(different) <= _MOST_DIFFERENT)


def _premultiplied(pixels: Pixels) -> NDArray[np.float32]:
    import numpy as np

    values = pixels.astype(np.float32)
    values[:, :, :3] *= values[:, :, 3:] / 255
    return values


def _rasterise_blank(page: Arrangement, design: Design, frame: Frame, seed: str) -> Pixels:
    """What the template draws where a card has nothing to say: opacity of shape (height, width)."""
    from automagic.media.design.cards.raster import rasterise

    svg = render_svg(blank(page), design, frame, seed=seed, layers=(page.card.layout,))
    return rasterise(svg, (frame.width, frame.height), design.theme)[:, :, 3]

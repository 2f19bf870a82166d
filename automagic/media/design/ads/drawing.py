"""An ad as pixels: its ground, its picture, its logo, and its letters as outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from automagic.media.design.ads.colours import AdColours
from automagic.media.design.ads.layout import AdLayout
from automagic.media.design.cards import raster
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.palette import hex_to_rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUND_BUTTON, _ROUND_PLATE, _ROUND_CARD = 0.26, 0.18, 0.035
"""Radius of corners, of the shorter side."""


def draw_ad(
    layout: AdLayout,
    colours: AdColours,
    picture: NDArray[np.uint8] | None,
    logo: Image.Image | None,
    backdrop: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """RGB pixels of the format's size.

    Args:
        picture: RGB, of exactly the pane's size.
        logo: RGBA, at least as large as it is shown.
        backdrop: RGB, of the format's size: what lies behind a card.
    """
    form = layout.format
    image = np.empty((form.height, form.width, 3), np.uint8)
    image[:] = [round(255 * part) for part in hex_to_rgb(colours.ground)]
    if layout.pane is not None and picture is not None:
        x, y = round(layout.pane.x), round(layout.pane.y)
        image[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    if layout.card is not None and backdrop is not None:
        _round_off(image, layout.card, backdrop)
    _draw_letters(image, layout, colours)
    if layout.logo is not None and logo is not None:
        _draw_logo(image, layout.logo, logo)
    return image


def _round_off(image: NDArray[np.uint8], card: PixelBox, backdrop: NDArray[np.uint8]) -> None:
    """Let the backdrop be seen around a card with round corners."""
    mask = Image.new("L", (image.shape[1], image.shape[0]), 255)
    scale = 4  # corners are drawn large, so that they are smooth
    size = round(card.width), round(card.height)
    corner = Image.new("L", (size[0] * scale, size[1] * scale), 0)
    ImageDraw.Draw(corner).rounded_rectangle((0, 0, *corner.size), _ROUND_CARD * min(corner.size), fill=255)
    inside = ImageOps.invert(corner.resize(size, Image.Resampling.BOX))
    mask.paste(inside, (round(card.x), round(card.y)))
    image[:] = np.asarray(Image.composite(Image.fromarray(backdrop), Image.fromarray(image), mask))


def _draw_letters(image: NDArray[np.uint8], layout: AdLayout, colours: AdColours) -> None:
    """Everything that is drawn with lines, in the smallest window that holds it."""
    fills = {
        "headline": colours.ink,
        "detail": colours.muted,
        "disclaimer": colours.muted,
        "brand": colours.accent,
        "price": colours.accent,
        "button": colours.on_button,
    }
    boxes, shapes = [], []
    for box, fill, radius in (
        (layout.plate, colours.plate, _ROUND_PLATE),
        (layout.button, colours.button, _ROUND_BUTTON),
    ):
        if box is not None and fill:
            boxes.append(box)
            shapes.append(
                f'<rect x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}" '
                f'rx="{radius * box.height:.2f}" fill="{fill}"/>'
            )
    for text in layout.texts:
        boxes.append(text.block.box.inset(-0.5 * text.block.size))
        for line in text.block.letters:
            shapes += [f'<path d="{path}" fill="{fills[text.role]}"/>' for path in line if path]
    if not boxes:
        return
    window = _around(boxes, image.shape[1], image.shape[0])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{window[2]}" height="{window[3]}" '
        f'viewBox="{window[0]} {window[1]} {window[2]} {window[3]}">{"".join(shapes)}</svg>'
    )
    raster.blend(image, raster.rasterise(svg, (window[2], window[3])), window[0], window[1])


def _around(boxes: list[PixelBox], width: int, height: int) -> tuple[int, int, int, int]:
    """(x, y, width, height) in whole pixels inside the picture."""
    left, top = max(0, int(min(box.x for box in boxes))), max(0, int(min(box.y for box in boxes)))
    right = min(width, int(max(box.right for box in boxes)) + 1)
    bottom = min(height, int(max(box.bottom for box in boxes)) + 1)
    return left, top, right - left, bottom - top


def _draw_logo(image: NDArray[np.uint8], box: PixelBox, logo: Image.Image) -> None:
    size = max(1, round(box.width)), max(1, round(box.height))
    # Premultiplied, so that what hides in transparent pixels does not come out at the edges.
    shown = logo.convert("RGBa").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0).convert("RGBA")
    raster.blend(image, np.asarray(shown, dtype=np.uint8), round(box.x), round(box.y))

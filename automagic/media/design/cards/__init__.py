"""Cards: designed pictures of one point each, drawn from a theme's templates.

    Card ─ arrange ─▶ blocks with places and sizes ─ templates ─▶ SVG ─ draw ─▶ pixels

`layouts.py` and `quantities.py` decide where things stand, `typeset.py` breaks lines, `templates.py` writes SVG,
`raster.py` makes pixels, and `elements.py` and `layers.py` those of each element by itself.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.media.design.cards.arrangement import Arrangement
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.layouts import arrange, empty_page
from automagic.media.design.cards.templates import render_svg
from automagic.media.design.themes import Design
from automagic.values.frame import Frame
from automagic.values.script import Card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def draw_card_rgb(card: Card, design: Design, frame: Frame, *, seed: str) -> NDArray[np.uint8]:
    """The card's pixels, all of it at rest, RGB of the frame's size: (height, width, 3).

    Args:
        card: What it says; what no font draws is left out.
        frame: For which geometry.
        seed: Which variation of ground and composition.

    Raises:
        ConfigurationError: A template of the theme is wrong.
    """
    page = arrange(card, design.theme, frame, design.brand)
    return paint(page, design, frame, seed=seed, size=(frame.width, frame.height))


def paint(
    page: Arrangement,
    design: Design,
    frame: Frame,
    *,
    seed: str,
    size: tuple[int, int],
    layout: str = "",
    window: PixelBox | None = None,
) -> NDArray[np.uint8]:
    """Make the pixels of an arrangement, RGB, at `size` (width, height).

    Args:
        layout: The template that draws it; the card's own unless given.
        window: Where that template draws, in frame coordinates; the content rectangle unless given.
    """
    from automagic.media.design.cards import raster
    from automagic.media.design.cards.logos import draw_logo

    draw = functools.partial(render_svg, page, design, frame, seed=seed)
    theme, brand = design.theme, design.brand
    picture = _paint_ground(page, design, frame, seed=seed, size=size)
    # What must be read lies inside the content rectangle: only that window of the frame is drawn in full size.
    across, down = size[0] / frame.width, size[1] / frame.height
    content = window or PixelBox(frame.content.x, frame.content.y, frame.content.width, frame.content.height)
    x, y = int(content.x * across), int(content.y * down)
    width, height = int(content.width * across), int(content.height * down)
    seen = PixelBox(x / across, y / down, width / across, height / down)
    drawing = draw(layers=(layout or page.card.layout,), window=seen)
    raster.blend(picture, raster.rasterise(drawing, (width, height), theme), x, y)
    if page.logo is not None and brand.logo:
        logo = draw_logo(brand.logo, (round(page.logo.width * across), round(page.logo.height * down)))
        raster.blend(picture, logo, round(page.logo.x * across), round(page.logo.y * down))
    return picture


def draw_ground(design: Design, frame: Frame, *, seed: str) -> bytes:
    """What stands behind the elements of a video's cards, of the frame's size, as an uncompressed picture (BMP).

    Its grain hardly compresses: PNG needs two fifths of the space, but takes a quarter of a second to write and read.
    """
    import cv2

    page = empty_page(Card("statement", ""), design.theme, frame)
    image = _paint_ground(page, design, frame, seed=seed, size=(frame.width, frame.height))
    done, data = cv2.imencode(".bmp", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    if not done:
        raise MediaError("A ground could not be written as BMP.")
    return bytes(data)


def _paint_ground(
    page: Arrangement, design: Design, frame: Frame, *, seed: str, size: tuple[int, int]
) -> NDArray[np.uint8]:
    from automagic.media.design.cards import raster

    draw = functools.partial(render_svg, page, design, frame, seed=seed)
    theme = design.theme
    if theme.blur > 0:
        grounds = (draw(layers=("ground",)), draw(layers=("art",)))
        return raster.paint_soft_ground(*grounds, size, blur=theme.blur, grain=theme.grain, seed=seed)
    return raster.paint_sharp_ground(draw(layers=("ground", "art")), size, grain=theme.grain, seed=seed)

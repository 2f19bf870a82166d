"""Drawn ads: exact sizes, contrast in their pixels, the picture and the logo where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from automagic.media.design.ads.colours import AdColours, choose_colours
from automagic.media.design.ads.content import AdContent, AdSizes
from automagic.media.design.ads.drawing import draw_ad
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.layout import AdLayout, lay_out
from automagic.media.design.ads.marks import look_at_mark
from automagic.media.design.cards.blocks import PixelBox
from tests.media.design.ads.contents import ARABIC, ENGLISH, PRICED, SOCIAL, STORY, VOICES

BLUE = (30, 60, 200)


def draw(
    content: AdContent, form: AdFormat, colours: AdColours, logo: Image.Image | None = None
) -> tuple[AdLayout, NDArray[np.uint8]]:
    """The ad with a blue picture."""
    layout = lay_out(content, AdSizes((2400, 1600), logo.size if logo else None, bool(colours.plate)), form, VOICES)
    assert layout is not None
    assert layout.pane is not None
    size = round(layout.pane.height), round(layout.pane.width), 3
    picture = np.full(size, BLUE, np.uint8)
    backdrop = np.full((form.height, form.width, 3), (10, 10, 10), np.uint8)
    return layout, draw_ad(layout, colours, picture, logo, backdrop)


def part(image: NDArray[np.uint8], box: PixelBox) -> NDArray[np.uint8]:
    whole = box.rounded()
    return image[max(whole.y, 0) : whole.bottom, max(whole.x, 0) : whole.right]


def measure_contrast(pixels: NDArray[np.uint8]) -> float:
    """Of the darkest and the lightest of what covers at least a hundredth of the pixels."""
    linear = np.where(pixels / 255 <= 0.04045, pixels / 255 / 12.92, ((pixels / 255 + 0.055) / 1.055) ** 2.4)
    lights = np.sort((linear @ np.array((0.2126, 0.7152, 0.0722))).ravel())
    dark, light = lights[lights.size // 100], lights[-lights.size // 100]
    return float((light + 0.05) / (dark + 0.05))


@pytest.mark.parametrize("brand", [("#ffd43b",), ("#d9480f", "#fff8f0"), ("#808080", "#9a9a9a")], ids=" ".join)
def test_words_can_be_read_in_the_pixels(brand: tuple[str, ...]) -> None:
    form = AdFormat(336, 280)
    layout, image = draw(PRICED, form, choose_colours(brand, "Kera", None))
    assert image.shape == (280, 336, 3)
    for text in layout.texts:
        assert measure_contrast(part(image, text.block.box)) >= 4.4, text.role  # the edges of small letters are soft
    assert layout.button is not None
    assert measure_contrast(part(image, layout.button)) >= 4.5


def test_a_picture_fills_its_pane_from_edge_to_edge() -> None:
    layout, image = draw(ARABIC, AdFormat(970, 250), choose_colours((), "Kera", None))
    assert layout.pane is not None
    assert (part(image, layout.pane) == BLUE).all()
    assert (image[:, 0] == BLUE).all(), "read from the right, it stands at the left"
    assert not (image[:, -1] == BLUE).all()


def test_an_odd_size_is_exact() -> None:
    odd = next(form for form in SOCIAL if form.height == 627)
    assert draw(ENGLISH, odd, choose_colours((), "Kera", None))[1].shape == (627, 1200, 3)


def test_what_hides_in_a_logos_transparency_does_not_come_out() -> None:
    logo = Image.new("RGBA", (400, 160), (255, 0, 0, 0))
    logo.paste((20, 20, 20, 255), (40, 20, 360, 140))
    layout, image = draw(ENGLISH, AdFormat(300, 600), choose_colours(("#1864ab",), "Kera", look_at_mark(logo)), logo)
    assert layout.logo is not None
    pixels = part(image, layout.logo).astype(int)
    assert (pixels[..., 0] - pixels[..., 1]).max() < 30, "a red edge"
    assert pixels.min() < 40


def test_a_story_is_a_card_with_round_corners() -> None:
    layout, image = draw(ENGLISH, STORY, choose_colours((), "Kera", None))
    assert layout.card is not None
    assert (image[0, 0] == 10).all()
    assert (image[-1, -1] == 10).all()
    assert (image[round(layout.card.y), round(layout.card.x)] == 10).all(), "the corner is cut off"
    assert not (image[round(layout.card.bottom) - 5, STORY.width // 2] == 10).all()

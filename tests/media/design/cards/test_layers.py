"""A card in layers is the card: all of them over its ground are what is drawn in one piece."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from automagic.errors import MediaError
from automagic.media.design.cards import draw_card_rgb
from automagic.media.design.cards.layers import CardLayers, LayerImage, draw_layers, read_layers
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.media.design.themes import Brand
from automagic.values.frame import Frame
from automagic.values.script import Card, Figure
from tests.support.media.moving_cards import ARABIC, ENTRIES, STEP, WIDE, YEAR, design_of, write_card
from tests.support.media.sample_cards import BRAND, CARDS, SMALL, own_theme

ROUNDED = 16
"""Of 255: an edge of a letter that stands in another place of the sheet."""


def logo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (60, 40), "#00ff00").save(buffer, "PNG")
    return buffer.getvalue()


LOGO = Brand("Bright Minute", "@brightminute", logo=logo())
ALL = (*CARDS, ARABIC, ENTRIES, STEP, YEAR)
SHAPES = {"upright": SMALL, "wide": WIDE}


def difference(folder: Path, card: Card, theme: str, frame: Frame, *, by_word: bool = False, brand: Brand = BRAND):
    """How much each point of the card in layers differs from the card in one piece, of 255."""
    files, _ = write_card(folder, card, load_theme(theme), frame, by_word=by_word, brand=brand)
    whole = draw_card_rgb(card, design_of(load_theme(theme), brand), frame, seed="s")
    return cv2.absdiff(files.at_rest(), whole).max(axis=2)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", theme_names())
def test_the_layers_over_the_ground_are_the_card(tmp_path: Path, name: str, shape: str) -> None:
    """Every card in every theme, upright or wide, and over the themes both."""
    turn = theme_names().index(name) + list(SHAPES).index(shape)
    for number, card in enumerate(ALL):
        if (number + turn) % 2 == 0:
            assert difference(tmp_path, card, name, SHAPES[shape]).max() <= ROUNDED, card


@pytest.mark.parametrize("layout", ["title", "closing"])
def test_so_they_are_with_a_logo(tmp_path: Path, layout: str) -> None:
    card = Card(layout, "Why solar power won", icon="sun")
    assert difference(tmp_path, card, "gazette", SMALL, brand=LOGO).max() <= ROUNDED
    assert draw_layers(card, design_of(load_theme("gazette"), LOGO), SMALL, seed="s").elements[-1].name == "logo"


@pytest.mark.parametrize("name", theme_names())
def test_a_headline_word_by_word_is_moved_by_less_than_is_seen(tmp_path: Path, name: str) -> None:
    """Its letters stand where they stood but for a hundredth of a pixel, which the edges of some of them show."""
    different = difference(tmp_path, CARDS[0], name, SMALL, by_word=True)
    assert different.max() <= 64
    assert (different > ROUNDED).sum() <= 100


def test_every_layer_says_what_it_is() -> None:
    drawn = draw_layers(CARDS[3], design_of(load_theme(DEFAULT_THEME)), SMALL, seed="s")
    told = [(element.name, element.text, element.growth, element.waits) for element in drawn.elements]
    assert told[:2] == [("ring", "", "round", False), ("figure", "70", "count", True)]
    assert " ".join(text for _, text, _, _ in told[2:]) == "of new power plants are solar"
    page = arrange(CARDS[3], load_theme(DEFAULT_THEME), SMALL, BRAND)
    assert drawn.texts == tuple(block.box.rounded() for block in page.texts())


def test_layers_stand_at_even_places_inside_the_frame_and_hold_no_empty_margin(tmp_path: Path) -> None:
    for card in (CARDS[0], CARDS[4], CARDS[7]):
        files, drawn = write_card(tmp_path, card, load_theme(DEFAULT_THEME), SMALL, brand=LOGO)
        for element, images in zip(drawn.elements, read_layers(files.layers), strict=True):
            box = element.box
            assert {box.x % 2, box.y % 2, box.width % 2, box.height % 2} == {0}
            assert min(box.x, box.y) >= 0
            assert (max(box.right, SMALL.width), max(box.bottom, SMALL.height)) == (SMALL.width, SMALL.height)
            assert {(one.x, one.y, *one.pixels.shape) for one in images} == {(box.x, box.y, box.height, box.width, 4)}
            inked = np.any([one.pixels[:, :, 3] > 0 for one in images], axis=0)
            sides = inked[:2].any(), inked[-2:].any(), inked[:, :2].any(), inked[:, -2:].any()
            assert all(sides), element.name


def test_the_same_element_of_two_cards_is_known_by_its_digest() -> None:
    design = design_of(load_theme(DEFAULT_THEME))
    one, other = (
        {element.name: element for element in draw_layers(card, design, SMALL, seed="s").elements}
        for card in (
            Card("title", "Why solar power won", icon="sun", kicker="Energy"),
            Card("title", "Why solar power own", icon="sun", kicker="Energy"),
        )
    )
    same = {name for name in one if (one[name].digest, one[name].box) == (other[name].digest, other[name].box)}
    assert {"icon", "kicker 1", "brand 1"} <= same
    assert "headline 2" in one.keys() - same  # it says another word


def test_an_icon_in_which_a_theme_hides_the_pen_is_uncovered_from_the_left(tmp_path: Path) -> None:
    place = "translate({{ spot.box.x|px }} {{ spot.box.y|px }})"
    drawing = "<rect width='9' height='9' fill='#102030'/>{{ icon(spot.name, '#ff0000', 4, spot.box.width) }}"
    faint = f"<g transform='{place}' opacity='0.5'>{drawing}</g>"
    own = own_theme(
        tmp_path / "mine",
        icon="{% macro draw(spot) %}{% if spot %}" + faint + "{% endif %}{% endmacro %}",
        statement='{% import "icon.svg" as icons with context %}{{ icons.draw(page.icon) }}',
    )
    drawn = draw_layers(Card("statement", "x", icon="sun"), design_of(load_theme(str(own))), SMALL, seed="s")
    ((element, images),) = zip(drawn.elements, _images(tmp_path, drawn), strict=True)
    assert (element.growth, len(images)) == ("across", 2)


def _images(folder: Path, drawn: CardLayers) -> list[list[LayerImage]]:
    (folder / "card.layers").write_bytes(drawn.data)
    return read_layers(folder / "card.layers")


def test_the_same_card_has_the_same_bytes() -> None:
    design = design_of(load_theme(DEFAULT_THEME))
    one, other = (draw_layers(CARDS[4], design, SMALL, seed="s") for _ in range(2))
    assert one == other


# ---------------------------------------------------------------------------------------------- strangers' themes


PARTS = '{% import "parts.svg" as parts with context %}'
OWN_TEMPLATES = {
    "a plate of its own": '<rect x="40" y="60" width="99" height="40" fill="#ff0000"/>'
    + PARTS
    + "{{ parts.text(page.headline, palette.ink, palette.accent) }}",
    "one only beside another": PARTS
    + "{{ parts.text(page.headline, palette.ink, palette.accent) }}"
    + "{% if page.detail and page.headline %}{{ parts.text(page.detail, palette.muted) }}{% endif %}",
    "in another colour beside another": PARTS
    + "{{ parts.text(page.headline, '#ff0000' if page.detail else '#00ff00', palette.accent) }}"
    + "{{ parts.text(page.detail, palette.muted) }}",
    "elsewhere than its place": PARTS
    + '<g transform="translate(0 90)">{{ parts.text(page.headline, palette.ink, palette.accent) }}</g>',
}


@pytest.mark.parametrize("template", OWN_TEMPLATES.values(), ids=OWN_TEMPLATES)
def test_a_theme_that_draws_more_than_the_elements_has_one_layer(tmp_path: Path, template: str) -> None:
    theme = str(own_theme(tmp_path / "mine", statement=template))
    files, drawn = write_card(tmp_path / "card", CARDS[1], load_theme(theme))
    assert [(element.name, element.entrance, element.waits) for element in drawn.elements] == [
        ("card", "appear", False)
    ]
    whole = draw_card_rgb(CARDS[1], design_of(load_theme(theme)), SMALL, seed="s")
    assert cv2.absdiff(files.at_rest(), whole).max() <= ROUNDED


def test_a_theme_of_its_own_that_draws_the_elements_keeps_them(tmp_path: Path) -> None:
    plain = PARTS + "{{ parts.text(page.headline, palette.ink, '') }}{{ parts.text(page.detail, palette.ink, '') }}"
    theme = load_theme(str(own_theme(tmp_path / "mine", "[scale]\nheadline = 0.08\n", statement=plain)))
    names = {element.name for element in draw_layers(CARDS[1], design_of(theme), SMALL, seed="s").elements}
    assert {"headline 1", "headline 2", "detail 1"} <= names
    assert "icon" not in names  # it does not draw one


def test_a_card_with_nothing_to_say_has_no_layers(tmp_path: Path) -> None:
    files, drawn = write_card(tmp_path, Card("statement", ""), load_theme(DEFAULT_THEME), brand=Brand())
    assert drawn.elements == ()
    assert read_layers(files.layers) == []
    assert np.array_equal(
        files.at_rest(), draw_card_rgb(Card("statement", ""), design_of(load_theme(DEFAULT_THEME)), SMALL, seed="s")
    )


# ---------------------------------------------------------------------------------------------- counting, files


def test_a_figure_counts_in_its_own_colours_inside_a_ring(tmp_path: Path) -> None:
    """It is drawn without the ring around it, and must look as it does inside."""
    files, drawn = write_card(tmp_path, CARDS[3], load_theme("poster"))
    (images,) = [
        images
        for element, images in zip(drawn.elements, read_layers(files.layers), strict=True)
        if element.name == "figure"
    ]
    assert len({tuple(strongest(one)) for one in images}) == 1


def strongest(image: LayerImage) -> list[int]:
    """The colour of its opaque points."""
    opaque = image.pixels[image.pixels[:, :, 3] == 255]
    values, counts = np.unique(opaque[:, :3], axis=0, return_counts=True)
    return [int(value) for value in values[counts.argmax()]]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut off", "no layers", "no pictures"])
def test_layers_that_cannot_be_read_are_a_media_error(tmp_path: Path, damage: str) -> None:
    import msgspec

    files, _ = write_card(tmp_path, Card("number", "", figures=(Figure("1914"),)), load_theme(DEFAULT_THEME))
    data = files.layers.read_bytes()
    broken = {
        "empty": b"",
        "cut off": data[: len(data) // 2],
        "no layers": b"\x89PNG\r\n\x1a\n",
        "no pictures": msgspec.msgpack.encode([[{"x": 0, "y": 0, "png": b"nothing"}]]),
    }
    if damage == "missing":
        files.layers.unlink()
    else:
        files.layers.write_bytes(broken[damage])
    with pytest.raises(MediaError):
        read_layers(files.layers)
    with pytest.raises(MediaError):
        files.at_rest()


def test_a_ground_that_cannot_be_read_is_a_media_error(tmp_path: Path) -> None:
    files, _ = write_card(tmp_path, Card("statement", ""), load_theme(DEFAULT_THEME))
    files.ground.write_bytes(b"BM")
    with pytest.raises(MediaError, match=r"ground\.bmp"):
        files.at_rest()

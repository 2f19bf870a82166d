"""Colours of ads: what is read can be read, the brand's own stay where they can, and no logo vanishes."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from automagic.media.design.ads.colours import choose_colours, nearest_readable
from automagic.media.design.ads.marks import look_at_mark, trim_mark
from automagic.media.design.palette import contrast_ratio, hex_to_oklch


def draw_logo(fill: tuple[int, int, int], ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Image.Image:
    logo = Image.new("RGBA", (400, 160), ground)
    ImageDraw.Draw(logo).ellipse((20, 20, 380, 140), fill=(*fill, 255))
    return logo


BRANDS = [
    (),
    ("#d9480f",),
    ("#ffd43b",),
    ("#ffd43b", "#ffffff"),
    ("#0b7285", "#f4efe6"),
    ("#808080", "#7f7f7f"),
    ("#000000",),
]


@pytest.mark.parametrize("brand", BRANDS, ids=" ".join)
@pytest.mark.parametrize("loud", [False, True])
def test_all_that_is_read_can_be_read(brand: tuple[str, ...], loud: bool) -> None:
    for logo in (None, look_at_mark(draw_logo((255, 255, 255))), look_at_mark(draw_logo((20, 20, 20)))):
        found = choose_colours(brand, "Kera", logo, loud=loud)
        for colour in (found.ink, found.muted, found.accent):
            assert contrast_ratio(colour, found.ground) >= 4.5
        assert contrast_ratio(found.on_button, found.button) >= 4.5
        assert contrast_ratio(found.button, found.ground) >= 3
        assert logo is None or logo.shows_on(found.plate or found.ground)


def test_a_brands_colour_stays_where_it_can_be_read() -> None:
    found = choose_colours(("#0b7285", "#f4efe6"), "Kera", None)
    assert (found.button, found.ground, found.changes) == ("#0b7285", "#f4efe6", ())


def test_the_nearest_that_can_be_read_is_told() -> None:
    found = choose_colours(("#d9480f",), "Kera", look_at_mark(draw_logo((20, 20, 20))))
    (change,) = found.changes
    assert (change.wanted, change.used, change.ground) == ("#d9480f", found.accent, found.ground)


def test_the_nearest_keeps_its_hue_and_moves_no_further_than_it_must() -> None:
    found = nearest_readable("#ffd43b", "#ffffff", 3.0)
    assert 3.0 <= contrast_ratio(found, "#ffffff") < 3.3
    assert hex_to_oklch(found)[2] == pytest.approx(hex_to_oklch("#ffd43b")[2], abs=6)


def test_a_white_logo_gets_a_ground_that_shows_it() -> None:
    white = look_at_mark(draw_logo((255, 255, 255)))
    assert not white.shows_on("#ffffff")
    found = choose_colours(("#1864ab",), "Kera", white)
    assert found.plate == ""
    assert white.shows_on(found.ground)


def test_a_logo_that_no_ground_of_the_brand_shows_stands_on_a_plate() -> None:
    both = Image.new("RGBA", (400, 160), (0, 0, 0, 0))
    both.paste((250, 250, 248, 255), (0, 0, 200, 160))
    both.paste((18, 20, 30, 255), (200, 0, 400, 160))
    look = look_at_mark(both)
    assert choose_colours(("#1864ab",), "Kera", look).hides_logo
    boxed = look_at_mark(draw_logo((20, 20, 20), (255, 255, 255, 255)))
    assert boxed.box == "#ffffff"
    assert choose_colours(("#1864ab", "#102030"), "Kera", boxed).plate == "#ffffff"


def test_a_logo_loses_its_margins_only() -> None:
    assert trim_mark(draw_logo((9, 9, 9))).size == (361, 121)
    assert trim_mark(Image.new("RGB", (30, 20))).size == (30, 20)

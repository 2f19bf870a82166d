"""A brand's logo, whatever its shape, stands beside its name and covers nothing."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from automagic.errors import RequestError
from automagic.media.design.cards import draw_card_rgb
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.cards.logos import draw_logo, logo_size
from automagic.media.design.platforms import group_platforms
from automagic.media.design.theme_files import load_theme, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

SMALL = Frame(270, 480, 30, content=Rect(34, 50, 202, 210), caption=Rect(34, 272, 202, 82))


def png(width: int, height: int, margin: int = 0, color: str = "#00ff00") -> bytes:
    image = Image.new("RGBA", (width + 2 * margin, height + 2 * margin), (0, 0, 0, 0))
    image.paste(Image.new("RGBA", (width, height), color), (margin, margin))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def svg(attributes: str, body: str = '<rect width="300" height="60" fill="#00ff00"/>') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'.encode()


LOGOS = {
    "square": png(40, 40),
    "wide": png(240, 60),
    "very wide": png(1200, 20),
    "upright": png(20, 60),
    "very upright": png(6, 240),
    "with margins": png(200, 50, margin=90),
    "vector": svg('viewBox="0 0 300 60"'),
    "vector in millimetres": svg('width="60mm" height="12mm" viewBox="0 0 300 60"'),
}


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("kind", LOGOS)
def test_name_and_logo_stand_beside_one_another_and_below_the_rest(name: str, kind: str) -> None:
    theme = load_theme(name)
    brand = Brand("Bright Minute Television", "@brightminute", logo=LOGOS[kind])
    for platform, layout in itertools.product(("shorts", "youtube", "square"), ("title", "closing")):
        frame = group_platforms([platform])[0].frame
        card = Card(layout, "Why solar power won and what it means for the rest of us", detail="A story.", icon="sun")
        page = arrange(card, theme, frame, brand)
        assert page.logo is not None
        assert page.brand is not None
        assert page.brand.box.x >= page.logo.right + 4, platform
        assert frame.content.contains(page.logo.rounded()), platform
        assert frame.content.contains(page.brand.box.rounded()), platform
        above = [block.lines[-1].y for block in (page.headline, page.detail) if block is not None]
        assert max(above) < min(page.logo.y, page.brand.box.y), platform
        assert page.brand.size >= 0.6 * 0.62 * theme.scale.body * page.unit * 0.9, platform


@given(st.integers(1, 300), st.integers(1, 300), st.floats(20, 80), st.floats(60, 600))
@settings(max_examples=40, deadline=None)
def test_a_logo_keeps_its_shape_and_its_room(width: int, height: int, line: float, widest: float) -> None:
    w, h = logo_size(png(width, height), height=line, widest=widest)
    assert w / h == pytest.approx(width / height)
    assert w <= widest + 1e-6
    assert h <= 1.6 * line + 1e-6


@pytest.mark.parametrize("kind", LOGOS)
def test_what_is_reserved_is_what_is_drawn(kind: str) -> None:
    theme = load_theme("gazette")
    brand = Brand("Me", logo=LOGOS[kind])
    card = Card("title", "A title")
    page = arrange(card, theme, SMALL, brand)
    assert page.logo is not None
    image = draw_card_rgb(card, Design(theme, theme.palette("x"), brand), SMALL, seed="s")
    green = (image[:, :, 1] > 200) & (image[:, :, 0] < 90) & (image[:, :, 2] < 90)
    rows, columns = np.nonzero(green.any(axis=1))[0], np.nonzero(green.any(axis=0))[0]
    drawn = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert drawn == pytest.approx((page.logo.x, page.logo.y, page.logo.right, page.logo.bottom), abs=1.5)


def test_an_svg_of_a_drawing_program_is_read() -> None:
    data = (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
        b'<svg xmlns="&ns;" viewBox="0 0 90 30"><style>.a{fill:#00ff00}</style><script>alert(1)</script>'
        b'<rect class="a" x="30" width="30" height="30"/><text x="2" y="20" font-family="Arial">Hi</text></svg>'
    )
    drawn = draw_logo(data, (120, 60))
    assert drawn[30, 100, 1] == 255
    assert drawn[:, :30, 3].any()  # the text, in a font of ours


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a nonsense",
        png(4, 4, color="#00000000"),
        svg('viewBox="0 0 9 9"', '<image href="/etc/passwd" width="9" height="9"/>'),
        svg('viewBox="0 0 9 9"', "<rect style=\"fill:url('http://example.org/a.svg#b')\" width='9' height='9'/>"),
        svg('viewBox="0 0 9 9"', "<style>@import 'http://example.org/a.css';</style><rect width='9' height='9'/>"),
        svg('viewBox="0 0 9 9"', ""),
        b'<svg xmlns="http://www.w3.org/2000/svg"><rect',
    ],
)
def test_a_logo_that_shows_nothing_or_points_outside_is_explained(data: bytes) -> None:
    with pytest.raises(RequestError, match="logo"):
        draw_logo(data, (20, 20))

"""Palettes: always readable, always the same for the same seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.media.design.palette import (
    ACCENT_CONTRAST,
    INK_CONTRAST,
    contrast_ratio,
    derive_palette,
    hex_to_oklch,
    mix,
    oklch_to_hex,
)

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
styles = st.sampled_from(["deep", "bold", "quiet", "any-bold"])


@given(st.text(), st.sampled_from(["dark", "light"]), styles, st.lists(colors, max_size=4))
def test_text_is_readable_on_every_ground(seed: str, mode: str, style: str, base: list[str]) -> None:
    palette = derive_palette(seed, mode=mode, base=base, style=style)  # type: ignore[arg-type]  # drawn from the literals
    for ground in palette.grounds:
        assert contrast_ratio(palette.ink, ground) >= INK_CONTRAST
        assert contrast_ratio(palette.accent, ground) >= ACCENT_CONTRAST
        assert contrast_ratio(palette.muted, ground) >= ACCENT_CONTRAST
    assert contrast_ratio(palette.on_accent, palette.accent) >= ACCENT_CONTRAST
    for share in (0.25, 0.5, 0.75):
        between = mix(palette.grounds[0], palette.grounds[1], share)
        assert contrast_ratio(palette.ink, between) >= INK_CONTRAST - 0.1


@given(st.text())
def test_a_seed_gives_the_same_palette_every_time(seed: str) -> None:
    assert derive_palette(seed, mode="dark") == derive_palette(seed, mode="dark")


def test_seeds_give_different_palettes() -> None:
    assert len({derive_palette(f"title {number}", mode="dark").accent for number in range(40)}) > 8


def test_mode_decides_about_the_ground() -> None:
    assert hex_to_oklch(derive_palette("x", mode="dark").grounds[0])[0] < 0.4
    assert hex_to_oklch(derive_palette("x", mode="light").grounds[0])[0] > 0.9


def test_a_readable_brand_color_stays_as_it_is() -> None:
    assert derive_palette("x", mode="dark", base=["#ffd400"]).accent == "#ffd400"


def test_a_brand_color_that_is_too_dark_keeps_its_hue() -> None:
    accent = derive_palette("x", mode="dark", base=["#0a3d91"]).accent
    assert accent != "#0a3d91"
    assert hex_to_oklch(accent)[2] == pytest.approx(hex_to_oklch("#0a3d91")[2], abs=6)


def test_a_second_brand_color_gives_the_grounds_their_hue() -> None:
    grounds = derive_palette("x", mode="dark", base=["#ffd400", "#00553a"]).grounds
    for ground in grounds:
        assert hex_to_oklch(ground)[2] == pytest.approx(hex_to_oklch("#00553a")[2], abs=8)


@pytest.mark.parametrize("color", ["red", "#12", "#12345", "", "#gggggg"])
def test_a_wrong_brand_color_is_refused(color: str) -> None:
    with pytest.raises(RequestError, match="not a valid colour"):
        derive_palette("x", mode="dark", base=[color])


@given(colors)
def test_oklch_there_and_back(color: str) -> None:
    lightness, chroma, hue = hex_to_oklch(color)
    back = oklch_to_hex(lightness, chroma, hue)
    for position in (1, 3, 5):
        assert abs(int(back[position : position + 2], 16) - int(color[position : position + 2], 16)) <= 1


def test_contrast_of_black_on_white() -> None:
    assert contrast_ratio("#000", "#ffffff") == pytest.approx(21)

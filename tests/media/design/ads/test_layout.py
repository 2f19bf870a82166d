"""Layouts of ads: nothing overlaps or leaves its place, sizes that can be read, and what gives way first."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from automagic.media.design.ads.content import DROPPED, AdContent, AdSizes
from automagic.media.design.ads.formats import LEAST_BODY, LEAST_BUTTON, LEAST_HEADLINE, AdFormat
from automagic.media.design.ads.layout import AdLayout, lay_out
from automagic.media.design.cards.blocks import PixelBox
from tests.media.design.ads.contents import (
    ARABIC,
    CONTENTS,
    ENGLISH,
    FORMATS,
    GERMAN,
    LOGO,
    PHOTO,
    PRICED,
    SIZES,
    STORY,
    VOICES,
)

NEARLY = 0.06
"""Pixels."""


def lay(content: AdContent, sizes: AdSizes, form: AdFormat) -> AdLayout:
    found = lay_out(content, sizes, form, VOICES)
    assert found is not None
    return found


def boxes(layout: AdLayout) -> dict[str, PixelBox]:
    """Everything that must not overlap, by name; letters of a button belong to it."""
    found = {text.role: text.block.box for text in layout.texts if text.role != "button"}
    shapes = {"button": layout.button, "logo": layout.plate or layout.logo, "pane": layout.pane}
    return {**found, **{name: box for name, box in shapes.items() if box is not None}}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: f"{form.width}x{form.height}")
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("english", "square logo"),
        ("english", "neither"),
        ("priced", "all"),
        ("priced", "no logo"),
        ("german", "plate"),
        ("arabic", "no picture"),
    ],
)
def test_nothing_overlaps_leaves_its_place_or_is_too_small(name: str, sizes: str, form: AdFormat) -> None:
    content = CONTENTS[name]
    layout = lay_out(content, SIZES[sizes], form, VOICES)
    if layout is None:
        assert (name, form.height <= 100) == ("german", True), "only one word of 34 letters may have no room in a strip"
        return
    found = boxes(layout)
    for (one, first), (other, second) in itertools.combinations(found.items(), 2):
        across = min(first.right, second.right) - max(first.x, second.x)
        down = min(first.bottom, second.bottom) - max(first.y, second.y)
        assert min(across, down) <= NEARLY, f"{one} overlaps {other} by {across:.1f}x{down:.1f}"
    inner = form.content
    for role, box in found.items():
        if role == "pane":
            assert (box.x, box.y, box.width, box.height) == tuple(map(round, (box.x, box.y, box.width, box.height)))
            continue
        assert inner.x - NEARLY <= box.x <= box.right <= inner.right + NEARLY, f"{role} leaves its place across"
        assert inner.y - NEARLY <= box.y <= box.bottom <= inner.bottom + NEARLY, f"{role} leaves its place down"
    least = {"headline": LEAST_HEADLINE, "button": LEAST_BUTTON}
    for text in layout.texts:
        assert text.block.size >= least.get(text.role, LEAST_BODY) * form.density - NEARLY, text.role
        assert not text.block.cut
    assert layout.button is not None
    assert (layout.logo is not None) == (SIZES[sizes].logo is not None)


@pytest.mark.parametrize(
    ("size", "headline", "button", "detail"),
    [((728, 90), 24, 12, 10), ((320, 50), 16, 12, None), ((970, 250), 30, 12, 10)],
)
@pytest.mark.parametrize("sizes", ["all", "no logo", "no picture", "neither"])
def test_banners_are_read_at_their_own_size(
    size: tuple[int, int], headline: float, button: float, detail: float | None, sizes: str
) -> None:
    layout = lay(ENGLISH, SIZES[sizes], AdFormat(*size))
    found = {text.role: text.block.size for text in layout.texts}
    assert found["headline"] >= headline
    assert found["button"] >= button
    if detail is not None:
        assert found["detail"] >= detail


def test_a_short_banner_says_its_price_and_its_disclaimer() -> None:
    layout = lay(PRICED, SIZES["all"], AdFormat(728, 90))
    assert layout.dropped == ()
    assert {text.role for text in layout.texts} == {"headline", "detail", "price", "disclaimer", "button"}


def test_what_has_no_room_gives_way_in_order() -> None:
    order = [
        lay(replace(PRICED, headlines=PRICED.headlines[:1]), AdSizes(PHOTO), AdFormat(width, 90)).dropped
        for width in (1300, 760, 640, 470)
    ]
    assert order == sorted(order, key=len), order
    assert all(dropped == DROPPED[: len(dropped)] for dropped in order), order
    assert (order[0], order[-1]) == (DROPPED[:1], DROPPED[:3])


def test_a_shorter_headline_stands_in_before_anything_is_left_out() -> None:
    form = AdFormat(468, 60)
    assert lay(ENGLISH, SIZES["no picture"], form).said("headline") == "Coffee without paper"
    alone = lay(replace(ENGLISH, headlines=ENGLISH.headlines[:1]), SIZES["no picture"], form)
    assert alone.dropped == ("detail",)


def test_a_word_is_torn_only_where_nothing_else_is_left() -> None:
    torn = lay(GERMAN, SIZES["all"], AdFormat(300, 250)).text("headline")
    assert torn is not None
    assert any(line.runs[-1].text.endswith("-") for line in torn.block.lines)
    whole = lay(GERMAN, SIZES["no picture"], AdFormat(970, 250)).text("headline")
    assert whole is not None
    assert not any(line.runs[-1].text.endswith("-") for line in whole.block.lines)


def test_what_can_stand_nowhere_has_no_layout() -> None:
    assert (
        lay_out(replace(GERMAN, call="Jetzt unverbindlich anfragen"), SIZES["all"], AdFormat(320, 50), VOICES) is None
    )


@pytest.mark.parametrize("size", [(728, 90), (970, 250), (300, 250), (1200, 628)])
def test_an_ad_that_is_read_from_the_right_is_mirrored(size: tuple[int, int]) -> None:
    form = AdFormat(*size)
    layout = lay(ARABIC, SIZES["all"], form)
    assert layout.right_to_left
    assert layout.button is not None
    if size == (728, 90):
        assert layout.pane is not None
        assert layout.pane.right == form.width
        assert layout.button.x < form.width / 4
    edges = {
        text.role: text.block.box.right for text in layout.texts if text.role in {"headline", "disclaimer", "brand"}
    }
    assert max(edges.values()) - min(edges.values()) < NEARLY, "the right edges are one"


def test_mirroring_turns_every_box() -> None:
    form = AdFormat(970, 250)
    english = lay(ENGLISH, SIZES["all"], form)
    arabic = lay(replace(ENGLISH, headlines=(ARABIC.headlines[0],)), SIZES["all"], form)
    assert english.button is not None
    assert arabic.button is not None
    assert arabic.button.right == pytest.approx(form.width - english.button.x)
    assert english.pane is not None
    assert arabic.pane is not None
    assert (english.pane.right, arabic.pane.x) == (form.width, 0)
    detail = arabic.text("detail")
    assert detail is not None
    assert detail.block.box.right == pytest.approx(arabic.button.right, abs=NEARLY)


def test_a_story_keeps_its_words_where_no_interface_is() -> None:
    layout = lay(PRICED, SIZES["all"], STORY)
    assert layout.card == PixelBox(65, 269, 950, 979)
    assert layout.pane is not None
    assert layout.pane.y >= 269
    assert layout.pane.bottom < 1248


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: f"{form.width}x{form.height}")
def test_a_small_picture_is_never_enlarged(form: AdFormat) -> None:
    small = (500, 330)
    layout = lay(ENGLISH, AdSizes(small, LOGO), form)
    if layout.pane is not None:
        assert layout.pane.width <= small[0]
        assert layout.pane.height <= small[1]
    else:
        assert "picture" in layout.dropped


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: f"{form.width}x{form.height}")
def test_a_pane_shows_enough_of_an_upright_picture(form: AdFormat) -> None:
    upright = (1400, 2400)
    layout = lay(PRICED, AdSizes(upright), form)
    if layout.pane is not None:
        own, aspect = upright[0] / upright[1], layout.pane.width / layout.pane.height
        assert min(own, aspect) / max(own, aspect) >= 0.24


def test_a_name_stands_in_for_a_headline_without_room() -> None:
    layout = lay(replace(GERMAN, name="Österreicher", call="Jetzt bestellen"), SIZES["all"], AdFormat(320, 50))
    assert layout.said("headline") == "Österreicher"

"""Icons: fitting, or none."""

from __future__ import annotations

from typing import Any

import pytest
import resvg_py

from automagic.data import words
from automagic.errors import RequestError
from automagic.language.cards.pictured import pictured_things
from automagic.media.design.icons import choose_icon, has_icon, icon_svg, names_of
from automagic.values.script import Card
from tests.support.texts.tables import cases_of
from tests.support.texts.trees import parse


@pytest.mark.parametrize("case", cases_of("icons"))
def test_an_icon_stands_for_what_the_card_says_or_there_is_none(case: dict[str, Any]) -> None:
    shown = case.get("headline", case["sentence"].rstrip("."))
    assert choose_icon(pictured_things(Card("statement", shown), parse(case["sentence"]), "en")) == case["icon"]


@pytest.mark.parametrize(
    ("text", "language", "icon"),
    [
        ("Croissant (samedi seulement): 1,30 €", "fr", "croissant"),
        ("Part sociale: 100 €", "fr", "euro"),
        ("Le pain n'est pas sec, ce sont les croissants", "fr", ""),
        ("Sec comme du pain", "fr", ""),
        ("Die Brücke ist gesperrt", "de", "bridge"),
        ("Die Brücke ist nicht gesperrt", "de", ""),
        ("Il ponte è chiuso", "it", ""),
        ("Bread is dry", "en", ""),
    ],
)
def test_without_a_tree_only_words_of_the_language_that_nothing_turns_are_drawn(
    text: str, language: str, icon: str
) -> None:
    assert choose_icon(pictured_things(Card("statement", text), (), language), language) == icon


def test_the_stressed_thing_comes_before_others() -> None:
    sentence = "The ship carries a tractor."
    assert choose_icon(pictured_things(Card("statement", sentence), parse(sentence), "en")) == "ship"
    assert choose_icon(pictured_things(Card("statement", sentence, "tractor"), parse(sentence), "en")) == "tractor"


def test_every_icon_that_a_word_stands_for_exists() -> None:
    lists = words("icons")
    drawn = {icon for things in (lists["signs"], *lists["things"].values()) for icon in things.values()}
    assert [icon for icon in sorted(drawn) if not has_icon(icon)] == []


def test_an_icon_tells_what_it_stands_for() -> None:
    assert ("washing", "machine") in names_of("washing-machine")
    assert names_of("") == ()


@pytest.mark.parametrize("icon", ["sun", "palette"])  # the latter has filled shapes
def test_an_icon_is_drawn_at_the_size_and_color_asked_for(icon: str) -> None:
    group = icon_svg(icon, color="#ff8800", stroke_width=4, size=48)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">{group}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGBA")
    assert image.size == (48, 48)
    left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
    assert right - left > 36
    assert bottom - top > 36
    opaque = {color for _, color in image.getcolors(4096) or [] if color[3] == 255}
    assert opaque == {(255, 136, 0, 255)}


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(RequestError, match="no-such-icon"):
        icon_svg("no-such-icon", color="#000000", stroke_width=2, size=24)

"""Whatever a card says, in every theme and on every platform: nothing leaves its zone, and nothing covers another."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from automagic.media.design.cards.fallbacks import simpler_cards
from automagic.media.design.cards.faults import find_faults
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.platforms import group_platforms, load_platforms
from automagic.media.design.theme_files import load_theme, theme_names
from automagic.media.design.themes import Brand
from automagic.media.thumbnails.video import arrange_thumbnail
from automagic.values.frame import Rect
from automagic.values.script import Card, Figure

WORDS = (
    *("a", "the", "of", "I", "river", "herons", "people", "crossed", "it", "every", "day", "infrastructure", "counted"),
    *("reunion", "Straße", "1,200", "€3.5bn", "“quoted”", "✓", "🐦", "الطاقة", "Donaudampfschifffahrtsgesellschaft"),
    *("pneumonoultramicroscopicsilicovolcanoconiosis", "https://www.example.org/a/b/c?d=e", "W" * 18),
)
VALUES = ("1,200", "70", "3", "24.9", "1,234,567,890.12", "Nine out of ten", "two hundred million", "½", "10–15")
UNITS = ("", "%", "people", "billion", "kilometres per hour", "°C", "million US dollars a year")
SHAPES = (*((name,) for name in load_platforms()), ("reels", "shorts", "tiktok"))


def logo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 50), "red").save(buffer, "PNG")
    return buffer.getvalue()


BRANDS = (Brand(), Brand("Bright Minute", "@bright"), Brand("Bright Minute Television", "@brightminute", logo=logo()))


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=least, max_size=most).map(" ".join)


figures = st.builds(
    Figure,
    st.sampled_from(VALUES),
    st.sampled_from(("", "$", "~")),
    st.sampled_from(UNITS),
    texts(0, 8),
    st.sampled_from((None, 0.0, 0.3, 1.0)),
    st.sampled_from((None, 0.0, 5.0, 1e9)),
)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    layout = draw(st.sampled_from(("title", "statement", "number", "list", "quote", "comparison", "closing")))
    headline = draw(texts(0, 16))
    return Card(
        layout,
        headline,
        draw(st.sampled_from(headline.split() or [""])),
        draw(texts(0, 14)),
        tuple(draw(st.lists(texts(1, 9), max_size=5))) if layout == "list" else (),
        tuple(draw(st.lists(figures, max_size=2))) if layout in ("number", "comparison") else (),
        tuple(draw(st.lists(texts(1, 7), max_size=2))) if layout == "comparison" else (),
        draw(texts(0, 6)) if layout == "quote" else "",
        draw(st.sampled_from(("", "bird"))),
        draw(st.sampled_from(("", "Less than", "A very long kicker of many words"))),
    )


looks = (st.sampled_from(theme_names()), st.sampled_from(SHAPES), st.sampled_from(BRANDS))


@settings(max_examples=60, deadline=None)
@given(cards(), *looks)
def test_no_card_has_a_fault_in_any_theme_on_any_platform(
    card: Card, theme: str, platforms: tuple[str, ...], brand: Brand
) -> None:
    frame = group_platforms(platforms)[0].frame
    assert find_faults(arrange(card, load_theme(theme), frame, brand), frame) == ()


@pytest.mark.soak
@settings(max_examples=2000, deadline=None)
@given(cards(), *looks)
def test_no_card_of_very_many_has_a_fault(card: Card, theme: str, platforms: tuple[str, ...], brand: Brand) -> None:
    frame = group_platforms(platforms)[0].frame
    assert find_faults(arrange(card, load_theme(theme), frame, brand), frame) == ()


@settings(max_examples=25, deadline=None)
@given(cards(), texts(1, 12), st.sampled_from(theme_names()), st.sampled_from(SHAPES))
def test_no_thumbnail_has_a_fault(card: Card, title: str, theme: str, platforms: tuple[str, ...]) -> None:
    frame = group_platforms(platforms)[0].frame
    whole = replace(frame, content=Rect(0, 0, frame.width, frame.height))
    page = arrange_thumbnail(card, title, load_theme(theme), frame, Brand())
    assert find_faults(page, whole) == ()


@pytest.mark.parametrize("theme", theme_names())
def test_a_figure_of_a_whole_sentence_stands_beside_it_and_inside_its_zone(theme: str) -> None:
    figure = Figure("1,200", unit="people", label="crossed", magnitude=1200)
    card = Card("number", "Some 1,200 people crossed it every day", "1,200 people", figures=(figure,), kicker="Some")
    frame = group_platforms(["youtube"])[0].frame
    page = arrange(card, load_theme(theme), frame, Brand())
    assert find_faults(page, frame) == ()
    assert page.card.layout == "number"
    # The sentence says what the label says: it stands once, and no word is alone.
    assert page.headline is None
    assert page.label is not None
    told = " ".join(run.text for line in page.label.lines for run in line.runs)
    assert told.casefold() == card.headline.casefold()


def test_what_is_wrong_is_named() -> None:
    frame = group_platforms(["square"])[0].frame
    page = arrange(Card("statement", "A headline", detail="Some detail"), load_theme("default"), frame, Brand())
    assert page.headline is not None
    page.detail = page.headline.moved(0, 10)
    page.headline = page.headline.moved(0, -2000)
    page.kicker = page.detail
    assert find_faults(page, frame) == ("headline leaves its zone", "kicker covers detail")


def test_simpler_cards_lose_icon_and_shape_before_words() -> None:
    figure = Figure("5", unit="%", label="of the plastic is recycled", share=0.05)
    card = Card("number", "", figures=(figure,), kicker="Less than", icon="recycle")
    given, plain, stated, bare = simpler_cards(card)
    assert given == card
    assert (plain.layout, plain.icon) == ("number", "")
    assert (stated.layout, stated.kicker) == ("statement", "Less than")
    assert stated.headline == "5% of the plastic is recycled"
    assert bare.headline == "Less than 5% of the plastic is recycled"
    assert len(list(simpler_cards(Card("title", "Words")))) == 1


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (
            Card("statement", "It will keep on working,", detail="but it gets no updates"),
            "It will keep on working, but it",
        ),
        (Card("statement", "Things fade to gray", detail="They aren't gone"), "Things fade to gray. They aren't gone"),
        (Card("quote", "Nobody asked us", speaker="Ana Ruiz"), "Nobody asked us – Ana Ruiz"),
    ],
)
def test_the_simplest_card_still_says_all(card: Card, words: str) -> None:
    assert [*simpler_cards(card)][-1].headline.startswith(words)


@pytest.mark.parametrize("shape", ["shorts", "youtube", "square", "feed"])
def test_a_card_shows_all_of_thirty_six_words(shape: str) -> None:
    frame = group_platforms([shape])[0].frame
    words = " ".join(f"word{number}" for number in range(36))
    page = arrange(Card("statement", words, icon="sun"), load_theme("default"), frame, Brand())
    assert not find_faults(page, frame)
    assert page.headline is not None
    assert " ".join(run.text for line in page.headline.lines for run in line.runs).split() == words.split()

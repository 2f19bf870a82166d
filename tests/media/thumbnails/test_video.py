"""Thumbnails: few words, large, in any shape."""

import io

import numpy as np
import pytest
from PIL import Image

from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.media.thumbnails.video import MOST_WORDS, arrange_thumbnail, choose_words, draw_thumbnail
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card, Figure

SHAPES = {"youtube": (640, 360), "shorts": (360, 640), "square": (400, 400), "feed": (400, 500)}
CARDS = [
    Card("statement", "Batteries got ninety percent cheaper", accent="ninety percent", icon="battery"),
    Card("number", "", figures=(Figure("24.9", "$", "billion", "invested in a single year", magnitude=24.9e9),)),
    Card("statement", "Nobody reads"),
    Card("statement", ""),
]


def frame_of(shape: str) -> Frame:
    width, height = SHAPES[shape]
    return Frame(width, height, 30, content=Rect(0, 0, width, height // 2), caption=Rect(0, height // 2, width, 20))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", theme_names())
def test_a_thumbnail_is_a_jpeg_of_the_frame_s_size(name: str, shape: str) -> None:
    """The default theme draws every card in every shape, another one a different card in each."""
    theme, frame = load_theme(name), frame_of(shape)
    number = (theme_names().index(name) + list(SHAPES).index(shape)) % len(CARDS)
    for card in CARDS if name == DEFAULT_THEME else CARDS[number : number + 1]:
        data = draw_thumbnail(card, "Why solar power won", Design(theme, theme.palette("x"), Brand()), frame)
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert image.size == SHAPES[shape]
            assert np.asarray(image).std() > 10


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", theme_names())
def test_words_are_large_enough_at_160_pixels(name: str, shape: str) -> None:
    theme, frame = load_theme(name), frame_of(shape)
    for card in CARDS[:3]:
        page = arrange_thumbnail(card, "Why solar power won", theme, frame, Brand())
        shrink = 160 / max(frame.width, frame.height)
        for block in page.texts():
            assert PixelBox(0, 0, frame.width, frame.height).rounded().contains(block.box.rounded())
            # Seven pixels of capitals are about the least that can be read.
            assert block.cap_height * shrink >= 6.5, block.lines[0].runs
            assert sum(len(run.text.split()) for line in block.lines for run in line.runs) <= MOST_WORDS


@pytest.mark.parametrize(
    ("headline", "accent", "title", "words"),
    [
        ("Nobody reads the terms", "", "Anything", "Nobody reads the terms"),
        ("A sentence with a good many words in it", "", "Solar won", "Solar won"),
        ("A sentence with a good many words in it", "", "Solar power: how it won against all odds", "Solar power"),
        (
            "It was in the end the cheapest source of power",
            "cheapest source",
            "One two three four five six",
            "end the cheapest source",
        ),
        ("", "", "Our new old red barn of stone", "Our new old red barn"),
        ("", "", "Pools grow colder than 5 km of ice", "Pools grow colder"),
        ("", "", "", ""),
    ],
)
def test_words_are_few(headline: str, accent: str, title: str, words: str) -> None:
    chosen = choose_words(Card("statement", headline, accent=accent), title)
    assert len(chosen.split()) <= MOST_WORDS
    assert chosen == words


def test_a_figure_is_the_largest_thing() -> None:
    page = arrange_thumbnail(CARDS[1], "Title", load_theme("default"), frame_of("youtube"), Brand())
    assert page.figure is not None
    assert page.label is not None
    assert page.figure.size > 2 * page.label.size
    assert page.label.lines[0].runs[0].text == "billion"

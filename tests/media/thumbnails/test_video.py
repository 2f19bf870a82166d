"""Thumbnails: few words, large, in any shape."""

import io

import numpy as np
import pytest
from PIL import Image

from automagic.media.design.cards.blocks import PixelBox, TextBlock
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.media.thumbnails.video import arrange_thumbnail, draw_thumbnail
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

SHAPES = {"youtube": (640, 360), "shorts": (360, 640), "square": (400, 400), "feed": (400, 500)}
CARD = Card("title", "", icon="battery")
PROMISES = [
    "Batteries got ninety percent cheaper",
    "7 Balcony Garden Mistakes",
    "Nobody reads",
    "Tolver Bridge closes for nearly 14 weeks",
]


def frame_of(shape: str) -> Frame:
    width, height = SHAPES[shape]
    return Frame(width, height, 30, content=Rect(0, 0, width, height // 2), caption=Rect(0, height // 2, width, 20))


def text_of(block: TextBlock | None) -> str:
    return " ".join(run.text for line in block.lines for run in line.runs) if block else ""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", theme_names())
def test_a_thumbnail_is_a_jpeg_of_the_frame_s_size(name: str, shape: str) -> None:
    """The default theme draws every promise in every shape, another one a different promise in each."""
    theme, frame = load_theme(name), frame_of(shape)
    number = (theme_names().index(name) + list(SHAPES).index(shape)) % len(PROMISES)
    for words in PROMISES if name == DEFAULT_THEME else PROMISES[number : number + 1]:
        data = draw_thumbnail(CARD, words, Design(theme, theme.palette("x"), Brand()), frame)
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert image.size == SHAPES[shape]
            assert np.asarray(image).std() > 10


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", theme_names())
def test_words_are_large_enough_at_160_pixels(name: str, shape: str) -> None:
    theme, frame = load_theme(name), frame_of(shape)
    for words in PROMISES:
        page = arrange_thumbnail(CARD, words, theme, frame, Brand())
        shrink = 160 / max(frame.width, frame.height)
        for block in page.texts():
            assert PixelBox(0, 0, frame.width, frame.height).rounded().contains(block.box.rounded())
            # Seven pixels of capitals are about the least that can be read.
            assert block.cap_height * shrink >= 6.5, text_of(block)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", PROMISES)
def test_every_word_of_the_promise_is_shown_whole(words: str, shape: str) -> None:
    page = arrange_thumbnail(CARD, words, load_theme("bloom"), frame_of(shape), Brand())
    assert " ".join(filter(None, [text_of(page.figure), text_of(page.label), text_of(page.headline)])) == words


def test_a_number_that_comes_first_is_the_largest_thing() -> None:
    page = arrange_thumbnail(CARD, "7 Balcony Garden Mistakes", load_theme("default"), frame_of("youtube"), Brand())
    assert page.figure is not None
    assert page.label is not None
    assert text_of(page.figure) == "7"
    assert page.figure.size > 1.5 * page.label.size


@pytest.mark.parametrize(
    "words",
    ["8 to 10 hours of sleep", "5 million trees for Kenya", "2026 is a leap year", "7-day bread", "3 m² of roof"],
)
def test_a_number_is_not_torn_from_the_rest_of_it(words: str) -> None:
    page = arrange_thumbnail(CARD, words, load_theme("default"), frame_of("youtube"), Brand())
    assert page.figure is None


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("Tolver Bridge closes for nearly 14 weeks", "14 weeks"),
        ("Council votes 14 to 9 against the stadium", "14 to 9"),
        ("Rents rise by 12.5 percent", "12.5 percent"),
        ("Why the sea has tides", ""),
    ],
)
def test_the_quantity_takes_the_accent_whole(words: str, marked: str) -> None:
    page = arrange_thumbnail(CARD, words, load_theme("default"), frame_of("youtube"), Brand())
    assert page.headline is not None
    runs = [run for line in page.headline.lines for run in line.runs]
    assert " ".join(run.text for run in runs if run.accent).split() == marked.split()

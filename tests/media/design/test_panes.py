"""A frame split between picture and text keeps all its promises, on every platform."""

from __future__ import annotations

from typing import get_args

import pytest

from automagic.media.design.cards.faults import find_faults, is_whole
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.panes import split_frame
from automagic.media.design.platforms import CaptionPlace, group_platforms, load_platforms
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme
from automagic.media.design.themes import Brand
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card, Figure
from tests.support.media.sample_cards import CARDS, SMALL


def meet(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


@pytest.mark.parametrize("place", get_args(CaptionPlace))
@pytest.mark.parametrize("platform", load_platforms())
def test_the_picture_keeps_off_text_and_captions(platform: str, place: CaptionPlace) -> None:
    frame = group_platforms([platform], place)[0].frame
    split = split_frame(frame)
    if (platform, place) == ("square", "centre"):
        assert split is None  # neither part would be worth looking at
        return
    assert split is not None
    pane, card = split.pane, split.card
    assert all(side % 2 == 0 for side in (pane.x, pane.y, pane.width, pane.height))
    assert Rect(0, 0, frame.width, frame.height).contains(pane)
    assert frame.content.contains(card.content)
    assert not meet(pane, card.content)
    assert place == "off" or not meet(pane, frame.caption)
    assert (card.width, card.height, card.caption) == (frame.width, frame.height, frame.caption)
    # It is worth looking at: a fifth of the frame, reaching to its edges.
    assert pane.width * pane.height >= 0.18 * frame.width * frame.height
    assert pane.right == frame.width


CUP = Card(
    "number",
    "One cup of coffee needs",
    detail="Before it reaches the table",
    figures=(Figure("140", unit="liters", label="of water", magnitude=140),),
)


@pytest.mark.parametrize("platform", load_platforms())
def test_no_word_of_a_card_is_left_out_beside_a_picture(platform: str) -> None:
    frame = group_platforms([platform])[0].frame
    split = split_frame(frame)
    assert split is not None
    for card in (*CARDS, CUP):
        page = arrange(card, load_theme(DEFAULT_THEME), split.card, Brand())
        assert is_whole(page, card)
        assert find_faults(page, split.card) == ()
        assert page.card.layout == card.layout


def test_a_card_with_more_words_than_any_room_says_so() -> None:
    card = Card("statement", "Nobody reads the terms of all these many services " * 40)
    assert not is_whole(arrange(card, load_theme(DEFAULT_THEME), SMALL, Brand()), card)


def test_where_there_is_no_room_for_both_there_is_no_split() -> None:
    low = Frame(1920, 1080, 30, Rect(96, 54, 1728, 260), Rect(96, 330, 1728, 190))
    assert split_frame(low) is None

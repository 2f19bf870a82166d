"""A frame split between picture and text keeps all its promises, on every platform."""

from __future__ import annotations

from typing import get_args

import pytest

from automagic.media.design.panes import split_frame
from automagic.media.design.platforms import CaptionPlace, group_platforms, load_platforms
from automagic.values.frame import Frame, Rect


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


def test_where_there_is_no_room_for_both_there_is_no_split() -> None:
    low = Frame(1920, 1080, 30, Rect(96, 54, 1728, 260), Rect(96, 330, 1728, 190))
    assert split_frame(low) is None

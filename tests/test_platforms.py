"""Platforms: data that holds together, and frames that several of them share."""

from __future__ import annotations

import pytest

from automagic.errors import RequestError
from automagic.media.platforms import find_platform, group_platforms, load_platforms
from automagic.model import Rect


def test_every_platform_is_even_and_keeps_its_zones_inside():
    for platform in load_platforms().values():
        assert platform.width % 2 == platform.height % 2 == 0
        assert Rect(0, 0, platform.width, platform.height).contains(platform.safe)
        group = group_platforms([platform.name])[0]
        assert platform.safe.contains(group.frame.content)
        assert platform.safe.contains(group.frame.caption)
        assert group.frame.content.bottom <= group.frame.caption.y
        assert group.frame.content.height >= 400


def test_platforms_of_one_shape_share_a_frame_that_is_safe_on_all():
    groups = group_platforms(["shorts", "youtube", "reels", "tiktok", "shorts"])
    assert [group.names for group in groups] == [("shorts", "reels", "tiktok"), ("youtube",)]
    shared = groups[0].frame
    for name in groups[0].names:
        assert find_platform(name).safe.contains(shared.caption)
        assert find_platform(name).safe.contains(shared.content)


def test_an_unknown_platform_is_answered_with_the_nearest():
    with pytest.raises(RequestError) as caught:
        find_platform("tictok")
    assert "Did you mean tiktok?" in caught.value.hint

"""Platforms: data that holds together, and frames that several of them share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from automagic.errors import RequestError
from automagic.media.design.platforms import check_length, find_platform, group_platforms, load_platforms, tell_too_long
from automagic.stages.result_folder import FinishedFile
from automagic.values.artifact import Artifact
from automagic.values.frame import Rect
from automagic.values.report import Measure, QualityReport


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


def test_no_platform_at_all_is_refused():
    with pytest.raises(RequestError, match="no platform is named"):
        group_platforms([])


def test_each_limit_of_length_says_when_and_where_it_was_read():
    limits = {name: platform.length for name, platform in load_platforms().items()}
    assert [name for name, limit in limits.items() if limit is None] == ["square", "feed", "ads"]
    assert all(limit.source and limit.longer and date.fromisoformat(limit.read) for limit in limits.values() if limit)


def test_a_length_is_held_against_each_platform():
    shorts, tiktok = check_length("shorts", 200.0), check_length("tiktok", 200.0)
    assert shorts is not None
    assert (shorts.verdict, shorts.expected, shorts.value) == ("flag", "≤ 180 for shorts", 200.0)
    assert "ordinary video" in shorts.detail
    assert tiktok is not None
    assert (tiktok.verdict, tiktok.detail) == ("pass", "")
    refused = check_length("youtube", 50_000.0)
    assert refused is not None
    assert refused.verdict == "fail"
    assert check_length("square", 50_000.0) is None


def test_what_would_be_too_long_is_told_once_for_each_platform():
    told = list(tell_too_long(("shorts", "tiktok", "shorts", "square"), 600.0))
    assert told == [
        "YouTube Shorts: about 600 s is longer than 180 s; YouTube shows it as an ordinary video, not among Shorts."
    ]
    assert list(tell_too_long(("shorts", "reels"), 180.0)) == []


def test_one_file_for_two_platforms_has_a_report_for_each():
    group = group_platforms(("shorts", "tiktok"))[0]
    loudness = Measure("loudness_lufs", -14.0, "-14 ± 0.5", "pass")
    delivery = FinishedFile(group, Artifact("0" * 64, "video/mp4", 1), 200.0, QualityReport((loudness,)))
    verdicts = {name: [one.verdict for one in report.measures] for name, report in delivery.reports.items()}
    assert verdicts == {"shorts": ["pass", "flag"], "tiktok": ["pass", "pass"]}
    assert delivery.passed
    assert [one.expected for one in delivery.measures] == ["-14 ± 0.5", "≤ 180 for shorts", "≤ 600 for tiktok"]
    assert not replace(delivery, group=group_platforms(("youtube",))[0], duration_s=50_000.0).passed


@pytest.mark.parametrize("names", [[name] for name in load_platforms()] + [["reels", "tiktok"]])
def test_captions_stand_where_they_are_wanted_inside_the_safe_zone_and_clear_of_the_card(names):
    (usual,) = group_platforms(names)
    safe = Rect(
        usual.frame.content.x,
        usual.frame.content.y,
        usual.frame.content.width,
        usual.frame.caption.bottom - usual.frame.content.y,
    )
    placed = {where: group_platforms(names, where)[0] for where in ("top", "centre", "bottom", "off")}
    assert placed["bottom"] == usual
    assert group_platforms(names, "auto")[0].frame == usual.frame
    assert usual.bare == placed["off"].frame
    for where, group in placed.items():
        frame = group.frame
        assert group.cover == usual.frame, "no thumbnail has captions"
        assert safe.contains(frame.caption), where
        assert safe.contains(frame.content), where
        apart = frame.content.bottom <= frame.caption.y or frame.caption.bottom <= frame.content.y
        assert apart == (where != "off")
        assert frame.content.height >= safe.height / 4, where
    assert placed["top"].frame.caption.y == safe.y
    assert placed["off"].frame.content == safe
    middle = placed["centre"].frame.caption
    assert abs(middle.y + middle.height / 2 - usual.frame.height / 2) <= 1

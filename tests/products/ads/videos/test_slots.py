"""Lengths and shapes of videos, by the facts of platforms."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automagic.jobs.kinds import find_kind
from automagic.media.design.platforms import find_platform
from automagic.products.ads.creative import AdScript
from automagic.products.ads.specs.table import read_specs
from automagic.products.ads.videos.slots import list_slots, takes_size, write_videos

SPECS = read_specs()
SCRIPTS = tuple(AdScript(length, "# Kera\n\nMade of clay.\n", length * 0.9, (), "ready") for length in (6, 15, 30))


def shapes_of(name: str) -> dict[int, list[str]]:
    slots = list_slots(SPECS, [SPECS.platform(name)], SCRIPTS)
    return {length: [one.shape for one in slots if one.length_s == length] for length in (6, 15, 30)}


@pytest.mark.parametrize(
    ("name", "short", "longer"),
    [
        ("tiktok", ["ads", "square", "youtube"], ["ads", "square", "youtube"]),
        ("snapchat", ["ads"], ["ads"]),
        ("demand-gen", ["ads", "square", "feed", "youtube"], ["ads", "square", "feed", "youtube"]),
        ("linkedin", ["ads", "square", "feed", "youtube"], ["ads", "square", "feed", "youtube"]),
        ("pmax", [], ["ads", "square", "feed", "youtube"]),
        ("google-rsa", [], []),
        ("microsoft", [], []),
    ],
)
def test_only_what_a_platform_takes_is_made(name, short, longer) -> None:
    assert shapes_of(name) == {6: short, 15: longer, 30: longer}


def test_a_video_is_asked_for_by_the_length_that_it_has() -> None:
    quick = replace(SCRIPTS[0], spoken_s=4.9)
    assert list_slots(SPECS, [SPECS.platform("demand-gen")], [quick]) == ()


def test_a_frame_below_the_least_is_not_taken() -> None:
    fact = SPECS.find("tiktok.in_feed.video")
    assert takes_size(fact, 540, 960)
    assert not takes_size(fact, 360, 640)
    assert not takes_size(fact, 1080, 1350)
    assert takes_size(SPECS.find("linkedin.video.file"), 1080, 1920)
    assert not takes_size(SPECS.find("linkedin.video.file"), 2160, 3840)


def test_the_zone_of_ads_is_clear_of_all_that_covers_them() -> None:
    safe = find_platform("ads").safe
    zones = [one for one in SPECS if one.kind == "zone" and (one.width, one.height) == (1080, 1920)]
    assert zones
    for zone in zones:
        assert safe.x >= (zone.left or 0)
        assert safe.y >= (zone.top or 0)
        assert safe.right <= 1080 - (zone.right or 0)
        assert safe.bottom <= 1920 - (zone.bottom or 0)


def test_each_line_of_the_batch_is_a_job(tmp_path) -> None:
    slots = list_slots(SPECS, [SPECS.platform("snapchat")], SCRIPTS)
    for name, data in write_videos(SCRIPTS, slots, "de-AT").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    lines = (tmp_path / "videos" / "videos.jsonl").read_text().splitlines()
    asked = [find_kind("video").read(json.loads(line), folder=tmp_path / "videos") for line in lines]
    assert [(one.platforms, one.duration_s, one.language) for one in asked] == [
        (("ads",), 6.0, "de"), (("ads",), 15.0, "de"), (("ads",), 30.0, "de"),
    ]  # fmt: skip
    assert write_videos((), (), "de") == {}

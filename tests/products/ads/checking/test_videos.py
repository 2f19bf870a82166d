"""Scripts are held against the brief, finished videos against what platforms take."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from automagic.products.ads.checking.videos import check_scripts, check_videos
from automagic.products.ads.creative import AdScript
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.package.packages import BRIEF, CERAMIC
from tests.support.media.small_films import film_bytes

SPECS = read_specs()
TEXT = f"# KeraFilter\n\n{CERAMIC}\n\nDiscover KeraFilter\ncard: closing | Discover KeraFilter | {{detail}}\n"
SCRIPT = AdScript(6, TEXT, 5.3, (BRIEF.claims[0].id,), "ready")
GOOD = film_bytes(5, size="540x960", rate="25")


def check(folder: Path, files: dict[str, bytes], *names: str) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    for name, data in files.items():
        path = folder / "videos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    platforms = [SPECS.platform(name) for name in names]
    return {
        one.path.removeprefix("videos/"): (one.platforms, [f"{found.rule}: {found.says}" for found in one.findings])
        for one in check_videos(folder, [SCRIPT], SPECS, platforms)
    }


def test_a_video_is_for_the_platforms_that_take_its_length_and_shape(tmp_path) -> None:
    found = check(
        tmp_path, {"6s-ads/video.mp4": GOOD, "6s.mp4": GOOD}, "tiktok", "demand-gen", "meta", "pmax", "google-rsa"
    )
    assert found == {
        "6s-ads/video.mp4": (("tiktok", "demand-gen", "meta"), []),
        "6s.mp4": (("tiktok", "demand-gen", "meta"), []),
    }


@pytest.mark.parametrize(
    ("name", "film", "platform", "rule", "says"),
    [
        ("6s.mp4", {"seconds": 7, "size": "540x960"}, "tiktok", "brief.video", "7.00 s long, and 6 s is the most"),
        ("6s.mp4", {"seconds": 5, "size": "540x960", "sound": False}, "tiktok", "tiktok.in_feed.video", "no sound"),
        ("6s.mp4", {"seconds": 5, "size": "270x480"}, "tiktok", "tiktok.in_feed.video", "270x480 pixels, and 9:16"),
        ("6s.mov", {"seconds": 5, "size": "540x960", "form": "mov"}, "linkedin", "linkedin.video.file", "a .mov file"),
        ("6s.mp4", {"seconds": 5, "size": "540x960", "rate": "60"}, "linkedin", "linkedin.video.file", "60 pictures"),
        ("6s.mp4", {"seconds": 4, "size": "540x960"}, "demand-gen", "google.demand_gen.video", "and 5 s is the least"),
        ("other.mp4", {"seconds": 2, "size": "540x960"}, "snapchat", "snapchat.single.video", "and 3 s is the least"),
    ],
)  # fmt: skip
def test_what_a_platform_refuses_of_a_video_is_told(tmp_path, name, film, platform, rule, says) -> None:
    _, found = check(tmp_path, {name: film_bytes(**film)}, platform)[name]
    assert any(one.startswith(f"{rule}: ") and says in one for one in found), found


def test_what_is_no_video_is_told_and_what_lies_elsewhere_is_left_alone(tmp_path) -> None:
    (tmp_path / "elsewhere.mp4").write_bytes(GOOD)
    found = check(tmp_path, {"6s.mp4": b"no film", "6s.md": b"# A"}, "tiktok")
    assert list(found) == ["6s.mp4"]
    assert "cannot be read as a media file" in found["6s.mp4"][1][0]
    assert check(tmp_path / "nothing", {}, "tiktok") == {}


@pytest.mark.parametrize(
    ("detail", "added", "beyond"),
    [
        (CERAMIC[:-1], "", []),
        ("It never breaks", "", ["It never breaks"]),
        (CERAMIC, "\nIt lasts 20 years.\nspoken: It lasts for ever.\n", ["It lasts 20 years.", "It lasts for ever."]),
    ],
)
def test_all_that_a_script_says_or_shows_is_in_the_brief(detail, added, beyond) -> None:
    script = AdScript(6, TEXT.format(detail=detail) + added, 5.3, (), "ready")
    platforms = [SPECS.platform("tiktok")]
    (verdict,) = check_scripts([script], BRIEF, SPECS, platforms, datetime.date(2026, 12, 1))
    assert [one.text for one in verdict.lines if not one.grounded] == beyond

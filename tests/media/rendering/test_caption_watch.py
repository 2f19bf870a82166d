"""What is measured of captions is what the colours in the frame say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from automagic.media.captions.images import CaptionBitmap, CaptionTrack, draw_caption
from automagic.media.captions.plates import over_pictures
from automagic.media.design.palette import INK_CONTRAST, contrast_ratio
from automagic.media.quality.cards import CAPTION_CONTRAST, check_caption_contrast
from automagic.media.rendering.caption_watch import CaptionWatch, measure_contrast
from automagic.media.rendering.motion import plan_motion
from automagic.media.rendering.render import ShownShot, render_shot
from automagic.media.rendering.shot import SeenCaption, SegmentReport, ShotPlan
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.planes import Planes, make_planes
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Rect
from automagic.values.words import Word

FRAME = Frame(480, 480, 30, Rect(20, 20, 440, 280), Rect(20, 320, 440, 120))
CUE = Cue(((Word("bright", 0, 1), Word("sky", 1, 2)),), 0, 2)
PLAIN = CaptionStyle("Inter", 800, 56, "#f0f0f0", "#40c060")


def over(color: str, style: CaptionStyle, highlighted: int | None = None) -> tuple[Planes, CaptionBitmap]:
    """A frame of one colour with a caption, without the shadow."""
    red, green, blue = (int(color[index : index + 2], 16) for index in (1, 3, 5))
    planes = make_planes(np.full((480, 480, 3), (blue, green, red), np.uint8), 480, 480, 1.0)
    bitmap = draw_caption(CUE, highlighted, style=replace(style, plate=f"{color}ff"), frame=FRAME)
    bitmap.blend_into(planes)
    return planes, bitmap


@pytest.mark.parametrize("ground", ["#000000", "#7a2040", "#2060c8", "#dddddd", "#ffffff"])
def test_it_is_the_contrast_of_the_colours(ground: str) -> None:
    calm, accent = (contrast_ratio(ink, ground) for ink in (PLAIN.color, PLAIN.accent))
    assert measure_contrast(*over(ground, PLAIN)) == pytest.approx(calm, rel=0.06)
    assert measure_contrast(*over(ground, PLAIN, 1)) == pytest.approx(min(calm, accent), rel=0.06)


def test_a_bright_patch_beside_one_word_counts() -> None:
    planes, bitmap = over("#101010", PLAIN)
    before = measure_contrast(planes, bitmap)
    letters = cv2.resize(bitmap.letters, None, fx=2, fy=2)
    box = bitmap.box
    patch = planes.y[box.y : box.bottom, box.x : box.x + box.width // 3]
    patch[letters[:, : box.width // 3] == 0] = 220
    assert before > 15
    assert measure_contrast(planes, bitmap) < 2


def test_the_worst_frame_is_told_with_its_words_and_its_time() -> None:
    watch = CaptionWatch(30)
    assert watch.report() is None
    for number, ground in enumerate(["#000000", "#909090", "#202020"]):
        watch.see(number, *over(ground, PLAIN), "bright sky")
    seen = watch.report()
    assert seen is not None
    assert (seen.text, seen.at_s) == ("bright sky", 1 / 30)
    assert seen.contrast == pytest.approx(contrast_ratio(PLAIN.color, "#909090"), rel=0.06)


@pytest.mark.parametrize("lowest", [0, 200])
def test_what_was_measured_is_what_the_file_shows(lowest: int, tmp_path: Path) -> None:
    """A texture from black to white, and a bright one, under captions with the plate that is meant for pictures."""
    texture = np.random.default_rng(2).integers(lowest, 256, (44, 44, 3)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "busy.png"), cv2.resize(texture, (528, 528), interpolation=cv2.INTER_NEAREST))
    style = over_pictures(replace(PLAIN, outline_px=4))
    motion = plan_motion("a", duration_s=2, kind="zoom")
    plan = ShotPlan(motion, 50, (CUE,), style, FRAME, EncodeSettings())
    report = render_shot(ShownShot(tmp_path / "busy.png", plan), 0, 50, tmp_path / "a.mp4", cancelled=lambda: False)
    track = CaptionTrack(plan.cues, style, FRAME, first=0, count=50)
    found = []
    with av.open(str(tmp_path / "a.mp4")) as container:
        for number, picture in enumerate(container.decode(video=0)):
            state = track.state(number)
            assert state is not None
            rows = picture.to_ndarray().reshape(-1)
            y, u, v = np.split(rows, [480 * 480, 480 * 600])
            planes = Planes(y.reshape(480, 480), u.reshape(240, 240), v.reshape(240, 240))
            found.append(measure_contrast(planes, track.bitmap(state)))
    assert report.faintest is not None
    assert min(found) == pytest.approx(report.faintest.contrast, rel=0.05)
    assert min(found) >= INK_CONTRAST


def segment(contrast: float | None) -> SegmentReport:
    seen = SeenCaption("bright sky", 0.5, contrast) if contrast is not None else None
    return SegmentReport(60, 270, 480, (), (), 0, 60.0, 0, "", faintest=seen)


def test_the_gate_keeps_back_what_cannot_be_read() -> None:
    assert check_caption_contrast([segment(None)], 30) == []
    (good,) = check_caption_contrast([segment(9.0), segment(CAPTION_CONTRAST), segment(None)], 30)
    assert (good.name, good.value, good.verdict, good.detail) == ("caption_contrast", CAPTION_CONTRAST, "pass", "")
    (bad,) = check_caption_contrast([segment(9.0), segment(None), segment(4.4)], 30)
    assert (bad.value, bad.verdict, bad.detail) == (4.4, "fail", "“bright sky” at 4.50 s")

"""Interlaced pictures lose their combs, however their file tags them; progressive ones keep their lines."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from automagic.media.rendering.excerpts import Shape, film_excerpt
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.fields import measure_comb
from automagic.media.video.source import open_source
from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Box
from tests.support.media.stock_clips import run_ffmpeg, write_clip

FIELDS = "testsrc2=size=240x192:rate=50"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-r", "25", "-flags", "+ildct+ilme")
TOP, BOTTOM = (*X264, "-x264-params", "tff=1"), (*X264, "-x264-params", "bff=1")
BT709 = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")


def write(path: Path, scan: str, *coding: str, source: str = FIELDS, start_s: float = 0.0) -> Path:
    """A second of moving pictures; `scan` is how they are interlaced, "" for not at all."""
    filters = ("-vf", f"interlace=scan={scan}") if scan else ()
    run_ffmpeg(
        path.parent, "-ss", str(start_s), "-f", "lavfi", "-i", source, "-t", "1", *filters, *coding,
        "-output_ts_offset", str(start_s), path.name,
    )  # fmt: skip
    return path


def lumas(path: Path, *, whole: bool) -> list[NDArray[np.uint8]]:
    """The pictures as stored, or as they are shown."""
    with open_source(path) as source:
        frames = source.frames(lambda: False) if whole else source.skim(lambda: False, every=True)
        return [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for _, frame in frames]


def most_comb(pictures: list[NDArray[np.uint8]]) -> float:
    return max(map(measure_comb, pictures))


@pytest.mark.parametrize(
    ("name", "scan", "coding"),
    [
        ("untagged.mp4", "tff", TOP),
        ("bottom-first.mp4", "bff", BOTTOM),
        ("tagged.mp4", "tff", (*TOP, *BT709)),
        ("partly-tagged.mp4", "tff", (*TOP, *BT709[4:6])),
        ("broadcast.ts", "tff,setsar=64/45", ("-c:v", "mpeg2video", "-q:v", "2", "-r", "25", "-flags", "+ildct+ilme")),
        pytest.param(
            "tape.avi",
            "bff,scale=720:576:interl=1",
            ("-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-r", "25"),
            marks=pytest.mark.soak,
        ),
        pytest.param(
            "ten-bit.mov",
            "tff",
            ("-c:v", "prores_ks", "-profile:v", "2", "-flags", "+ildct+ilme", "-r", "25", "-t", "0.4"),
            marks=pytest.mark.soak,
        ),
    ],
)
def test_combs_are_taken_out_whatever_the_file_says_of_its_colours(
    tmp_path: Path, name: str, scan: str, coding: tuple[str, ...]
) -> None:
    recording = write(tmp_path / name, scan, *coding)
    before, after = lumas(recording, whole=False), lumas(recording, whole=True)
    assert len(before) == len(after)
    assert most_comb(before) > 0.015
    assert most_comb(after) < 0.25 * most_comb(before)


@pytest.mark.parametrize(
    ("name", "scan", "coding"),
    [
        ("captured.avi", "tff", ("-c:v", "mjpeg", "-q:v", "2", "-r", "25")),
        ("converted.mp4", "bff", (*X264[:6], "-r", "25")),
    ],
)
def test_combs_are_taken_out_where_no_frame_is_called_interlaced(
    tmp_path: Path, name: str, scan: str, coding: tuple[str, ...]
) -> None:
    recording = write(tmp_path / name, scan, *coding, source="testsrc2=size=320x480:rate=50")
    with open_source(recording) as source:
        assert not any(frame.interlaced_frame for _, frame in source.skim(lambda: False))
    before, after = lumas(recording, whole=False), lumas(recording, whole=True)
    assert len(before) == len(after)
    assert most_comb(after) < 0.15 * most_comb(before)


@pytest.mark.parametrize("second", [(*TOP, *BT709), BOTTOM], ids=["tags", "fields"])
def test_tags_and_the_order_of_fields_may_change_amid_the_file(tmp_path: Path, second: tuple[str, ...]) -> None:
    parts = [
        write(tmp_path / "a.ts", "tff", *TOP),
        write(tmp_path / "b.ts", "bff" if second is BOTTOM else "tff", *second, start_s=1.0),
    ]
    recording = tmp_path / "both.ts"
    recording.write_bytes(b"".join(part.read_bytes() for part in parts))
    pictures = lumas(recording, whole=True)
    assert len(pictures) >= 48
    assert most_comb(pictures) < 0.25 * most_comb(lumas(recording, whole=False))


@pytest.mark.parametrize(("grain", "flagged"), [(0, True), (8, True), (8, False)])
def test_progressive_pictures_keep_every_line_whatever_they_are_called(
    tmp_path: Path, grain: int, flagged: bool
) -> None:
    dice = np.random.default_rng(5)
    wall = cv2.GaussianBlur(dice.normal(size=(416, 300)), (0, 0), 1.2)
    wall = 120 + 45 * wall / wall.std()
    pictures = [
        np.repeat(np.clip(wall[:, 4 * n : 4 * n + 200] + grain * dice.normal(size=(416, 200)), 0, 255)[..., None], 3, 2)
        for n in range(20)
    ]
    called = {"preset": "ultrafast", "crf": "8"} | ({"x264-params": "tff=1"} if flagged else {})
    recording = write_clip(
        tmp_path / "film.mp4", [picture.astype(np.uint8) for picture in pictures], [n / 25 for n in range(20)],
        rate=25, options=called,
    )  # fmt: skip
    with open_source(recording) as source:
        assert all(frame.interlaced_frame == flagged for _, frame in source.skim(lambda: False))
    stored, shown = lumas(recording, whole=False), lumas(recording, whole=True)
    assert all(np.array_equal(one, other) for one, other in zip(stored, shown, strict=True))


def test_a_finished_clip_of_untagged_interlaced_video_has_no_combs(tmp_path: Path) -> None:
    recording = write(tmp_path / "camera.mp4", "tff", *TOP)
    frame = Frame(240, 192, 25, Rect(0, 0, 240, 60), Rect(16, 150, 200, 30))
    framing = (ShotFraming(0, 1, "hold", ((CropKey(0, Box(0, 0, 1, 1)),),)),)
    how = Shape(frame, framing, (), CaptionStyle("Inter", 700, 24, "#fff", "#fc0"), EncodeSettings(fps=25, crf=10))
    film_excerpt(recording, [KeptRange(0.2, 0.9)], [how], [tmp_path / "clip.mp4"], cancelled=lambda: False)
    assert most_comb(lumas(tmp_path / "clip.mp4", whole=False)) < 0.25 * most_comb(lumas(recording, whole=False))

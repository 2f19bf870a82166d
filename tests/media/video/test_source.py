"""Pictures from any moment of a recording: the right ones, wherever a jump into the file lands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from automagic.media.rendering.excerpts import Shape, film_excerpt
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.source import ClipSource, open_source
from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Box
from tests.support.media.numbered_pictures import FPS, convert, number_of, write_numbered

LENGTH_S = 4.0
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-c:a", "aac")
LONG = (*X264, "-g", "40", "-keyint_min", "40", "-sc_threshold", "0")
B_FRAMES = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "14", "-bf", "2", "-c:a", "libmp3lame")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3", "-g", "30", "-bf", "2", "-c:a", "mp2")
KINDS = {
    "long.ts": LONG,
    "long.m2ts": (*LONG, "-mpegts_m2ts_mode", "1"),
    "late-start.ts": (*LONG, "-output_ts_offset", "4000"),
    "open.ts": (*B_FRAMES, "-x264-params", "open-gop=1:keyint=40"),
    "refresh.ts": (*B_FRAMES, "-x264-params", "keyint=40:intra-refresh=1"),
    "refresh.mp4": (*B_FRAMES, "-x264-params", "keyint=40:intra-refresh=1"),
    "camera.mpg": MPEG2,
    "disc.vob": MPEG2,
    "old.ts": ("-c:v", "mpeg4", "-q:v", "3", "-g", "60", "-c:a", "mp2"),
    "old.avi": (*B_FRAMES, "-g", "60"),
    "open.mp4": (*B_FRAMES, "-x264-params", "open-gop=1:keyint=40"),
    "edited.mp4": (*LONG, "-movflags", "+faststart", "-ss", "0.52"),
    "live.mkv": (*LONG, "-f", "matroska", "-live", "1"),
    "late-start.mkv": (*LONG, "-output_ts_offset", "100"),
    "clock-wraps.ts": (*LONG, "-output_ts_offset", "95442"),
    "stream.flv": (*LONG, "-flvflags", "no_duration_filesize"),
    "tape.mxf": ("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-g", "12", "-c:a", "pcm_s16le"),
    "tape.dv": (
        "-c:v",
        "dvvideo",
        "-s",
        "720x576",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "pcm_s16le",
        "-ac",
        "2",
        "-t",
        "1.8",
    ),
    "bare.h264": (*LONG, "-an"),
}

ALIKE = {"long.m2ts", "late-start.ts", "late-start.mkv", "disc.vob", "tape.dv", "stream.flv", "refresh.ts", "open.mp4"}
"""What goes wrong with these does so with others, too."""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("numbered") / "truth.mkv", range(100))


def shown(source: ClipSource, from_s: float | None, count: int = 400) -> list[tuple[float, int]]:
    """Times and numbers of the pictures from a time on, or of all."""
    if from_s is not None:
        source.seek(from_s)
    frames = source.frames(lambda: False, mend=True)
    return [
        (round(time_s, 3), number_of(np.asarray(frame.to_ndarray(format="gray"))))
        for _, (time_s, frame) in zip(range(count), frames, strict=False)
    ]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.soak) if name in ALIKE else name for name in KINDS]
)
def test_pictures_from_any_moment_on_begin_with_the_one_that_is_seen_then(
    truth: Path, tmp_path: Path, name: str
) -> None:
    recording = convert(truth, tmp_path / name, *KINDS[name])
    with open_source(recording, kind="recording") as source:
        everything = shown(source, None)
    assert len(everything) > 40
    steps = np.diff([number for _, number in everything[2:]])
    assert (steps == 1).all(), "pictures are lost or out of order"
    end_s = everything[-1][0]
    with open_source(recording, kind="recording") as source:
        for from_s in (0.7 * end_s, 0.0, 0.45 * end_s, 0.98 * end_s, 0.2 * end_s, end_s + 5):
            found = shown(source, from_s, 4)
            # A file without times of its own tells those of the first pictures behind a jump to within a picture.
            assert found[0][0] <= max(from_s, everything[0][0]) + (0.05 if name == "old.avi" else 0.001)
            if name != "old.avi":
                assert set(found) <= set(everything)
            numbers = [number for _, number in found]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_an_excerpt_of_a_file_without_an_index_moves_from_its_first_picture_on(truth: Path, tmp_path: Path) -> None:
    recording = convert(truth, tmp_path / "one-key-frame.ts", *X264, "-g", "1000", "-sc_threshold", "0")
    frame = Frame(128, 96, FPS, Rect(0, 0, 128, 40), Rect(16, 60, 96, 20))
    framing = (ShotFraming(0, LENGTH_S, "hold", ((CropKey(0, Box(0, 0, 1, 1)),),)),)
    how = Shape(frame, framing, (), CaptionStyle("Inter", 700, 24, "#fff", "#fc0"), EncodeSettings(fps=FPS, crf=10))
    target = tmp_path / "excerpt.mp4"
    (report,) = film_excerpt(recording, [KeptRange(2.0, 3.0)], [how], [target], cancelled=lambda: False)
    assert max(stretch.length_s for stretch in report.still) < 0.1
    with open_source(target) as source:
        assert [number for _, number in shown(source, None)] == list(range(50, 75))


def test_a_recording_whose_picture_begins_late_starts_with_its_first(truth: Path, tmp_path: Path) -> None:
    for name in ("late.mp4", "late.mkv", "late.ts"):
        delayed = ("-filter_complex", "[0]setpts=PTS+2/TB[v]", "-map", "[v]", "-map", "1", "-fps_mode", "passthrough")
        recording = convert(truth, tmp_path / name, *delayed, *LONG)
        with open_source(recording, kind="recording") as source:
            for from_s in (0.5, 0.0, 1.9):
                (first,) = shown(source, from_s, 1)
                assert first == (pytest.approx(2.0, abs=0.05), 0), name
            assert shown(source, 4.1, 1)[0][0] <= 4.1

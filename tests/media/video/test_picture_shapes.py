"""Pictures that change their size, shape or turn amid a recording, or are mirrored: they are shown as players do."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from automagic.media.analysis.watching import watch
from automagic.media.faces import looks as face_looks
from automagic.media.framing.reframing import frame_time_range
from automagic.media.rendering.excerpts import Shape, Upright, film_excerpt
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.small_copies import (
    THUMB_HEIGHT,
    THUMB_WIDTH,
    color_copy,
    luma_of,
    thumbnail,
    turn_of,
    upright_size,
)
from automagic.media.video.source import open_source
from automagic.values.clip_plan import KeptRange
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame, Rect
from tests.support.media.face_recordings import Unseeing
from tests.support.media.stock_clips import run_ffmpeg

FPS = 25


@pytest.fixture
def unseeing(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of this is about faces: looking for them is most of the work."""
    monkeypatch.setattr(face_looks, "YuNetFaces", Unseeing)


def write_parts(folder: Path, name: str, *parts: tuple[str, tuple[str, ...]], coding: tuple[str, ...]) -> Path:
    """A transport stream of parts, two seconds each, that are filtered and coded in ways of their own."""
    files = []
    for number, (filters, more) in enumerate(parts):
        run_ffmpeg(
            folder, "-f", "lavfi", "-i", "testsrc2=size=160x96:rate=25", "-t", "2", "-vf", filters, *coding, *more,
            "-output_ts_offset", str(2 * number), "-muxdelay", "0", f"{number}.ts",
        )  # fmt: skip
        files.append(folder / f"{number}.ts")
    (folder / name).write_bytes(b"".join(file.read_bytes() for file in files))
    return folder / name


CODED = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25")
CHANGES = {
    "size": (("null", ()), ("scale=96:160,setsar=1", ()), (160, 96), (96, 160)),
    "size-alone": (("null", ()), ("scale=80:48,setsar=1", ()), (160, 96), (80, 48)),
    "pixels": (("setsar=1", ()), ("setsar=3/2", ()), (160, 96), (240, 96)),
    "turn": (
        ("null", ()),
        ("null", ("-bsf:v", "h264_metadata=display_orientation=insert:rotate=90")),
        (160, 96),
        (96, 160),
    ),
}


@pytest.mark.usefixtures("unseeing")
@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_that_changes_its_shape_begins_another_shot(tmp_path: Path, change: str) -> None:
    first, second, before, after = CHANGES[change]
    recording = write_parts(tmp_path, "changes.ts", first, second, coding=(*CODED, "-g", "60"))
    shots = watch(recording).shots
    assert [(shot.width, shot.height) for shot in shots] == [before, after]
    assert shots[1].start_s == pytest.approx(2.0, abs=0.05)
    with open_source(recording, kind="recording") as source:
        for from_s, size in ((2.6, after), (0.6, before), (3.0, after)):
            source.seek(from_s)
            time_s, frame = next(one for one in source.frames(lambda: False) if one[0] >= from_s)
            assert upright_size(frame, source.pixel_aspect_at(time_s)) == size


@pytest.mark.usefixtures("unseeing")
def test_each_part_is_framed_by_its_own_shape_and_nothing_is_stretched(tmp_path: Path) -> None:
    disc = "geq=lum='if(lt(hypot(X-W/2,Y-H/2),30),235,40+mod(N,20))':cb=128:cr=128"
    parts = ((f"scale={size},setsar=1,{disc}", ()) for size in ("256:144", "144:256"))
    recording = write_parts(tmp_path, "turns.ts", *parts, coding=CODED)
    footage = watch(recording)
    frame = Frame(144, 144, FPS, Rect(0, 0, 144, 40), Rect(16, 110, 112, 20))
    for layout, least in (("hold", 55), ("fit", 30)):
        framing = frame_time_range(footage, 1.0, 3.0, aspect=1.0, layout=layout)  # type: ignore[arg-type]
        how = Shape(frame, framing, (), CaptionStyle("Inter", 700, 24, "#fff", "#fc0"), EncodeSettings(fps=FPS, crf=4))
        film_excerpt(recording, [KeptRange(1.0, 3.0)], [how], [tmp_path / "x.mp4"], cancelled=lambda: False)
        with open_source(tmp_path / "x.mp4") as source:
            for _, picture in source.frames(lambda: False):
                bright = np.asarray(picture.to_ndarray(format="gray")) > 150
                wide, high = np.flatnonzero(bright.any(axis=0)), np.flatnonzero(bright.any(axis=1))
                assert np.ptp(wide) == pytest.approx(np.ptp(high), abs=3)
                assert np.ptp(wide) > least


@pytest.mark.parametrize(("turn", "mirrored"), [(0, True), (90, False), (90, True), (180, True)])
def test_a_mirrored_picture_is_shown_as_players_show_it(tmp_path: Path, turn: int, mirrored: bool) -> None:
    marked = "geq=lum='if(lt(X,50)*lt(Y,30),200,60+X/4)':cb=128:cr=128"
    run_ffmpeg(tmp_path, "-f", "lavfi", "-i", "color=s=160x96:r=25", "-t", "0.2", "-vf", marked, *CODED, "plain.mp4")
    flip = ("-display_hflip",) if mirrored else ()
    run_ffmpeg(tmp_path, "-display_rotation", str(turn), *flip, "-i", "plain.mp4", "-c", "copy", "held.mp4")
    run_ffmpeg(tmp_path, "-i", "held.mp4", "-frames:v", "1", "seen.png")
    seen = cv2.imread(str(tmp_path / "seen.png"), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    with open_source(tmp_path / "held.mp4") as source:
        time_s, frame = next(source.frames(lambda: False))
        shown = Upright(source, 160, tmp_path / "table").planes(frame, time_s).y
    assert np.abs((shown.astype(float) - 16) * 255 / 219 - seen).mean() < 2
    copy = cv2.resize(color_copy(frame, 1.0, 160), seen.shape[::-1])[:, :, 1]
    assert np.abs(copy.astype(float) - seen).mean() < 4
    thumb = cv2.resize(seen, (THUMB_WIDTH, THUMB_HEIGHT), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs((thumbnail(luma_of(frame), turn_of(frame)) - 16) * 255 / 219 - thumb).mean() < 4

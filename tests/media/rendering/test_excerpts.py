"""Excerpts: the right moments of a recording in the right part of the frame, whatever the recording is like."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automagic.errors import RequestError
from automagic.media.framing.crops import Crop, box_at, cut_out, movement_at
from automagic.media.rendering.excerpts import Shape, film_excerpt
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.planes import Planes
from automagic.media.video.source import ClipCancelled
from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Box
from automagic.values.words import Word
from tests.support.media.stock_clips import draw_dot, write_clip, write_dot

WHOLE = Box(0.0, 0.0, 1.0, 1.0)
STYLE = CaptionStyle("Inter", 700, 24, "#ffffff", "#ffcc00")
SIZE = (272, 480)


def whole(start_s: float = 0.0, end_s: float = 60.0) -> tuple[ShotFraming, ...]:
    return (ShotFraming(start_s, end_s, "hold", ((CropKey(start_s, WHOLE),),)),)


def shape(
    framings: tuple[ShotFraming, ...] = whole(), size: tuple[int, int] = SIZE, cues: tuple[Cue, ...] = ()
) -> Shape:
    frame = Frame(*size, 30, Rect(0, 0, size[0], size[1] // 2), Rect(16, size[1] * 3 // 4, size[0] - 32, size[1] // 6))
    return Shape(frame, framings, cues, STYLE, EncodeSettings(preset="ultrafast", crf=8, fps=30))


def film(source: Path, target: Path, *stretches: KeptRange, how: Shape | None = None) -> list[NDArray[np.uint8]]:
    (report,) = film_excerpt(source, stretches, [how or shape()], [target], cancelled=lambda: False)
    pictures = lumas(target)
    assert report.frames == len(pictures)
    return pictures


def lumas(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray()[: frame.height, : frame.width], np.uint8)
            for frame in container.decode(video=0)
        ]


def filmed_s(luma: NDArray[np.uint8]) -> float:
    from tests.support.media.stock_clips import time_of

    return time_of(luma)


@pytest.mark.parametrize("fps", [24, 25, Fraction(30_000, 1001), 50])
def test_each_frame_shows_what_was_seen_in_the_middle_of_its_time(tmp_path: Path, fps: Fraction | int) -> None:
    source = write_dot(tmp_path / "talk.mp4", fps=fps, length_s=2.4)
    stretches = (KeptRange(0.3037, 0.9737), KeptRange(1.4137, 2.1137))
    pictures = film(source, tmp_path / "out.mp4", *stretches)
    assert len(pictures) == round((0.67 + 0.7) * 30)
    first_of_second = round(0.67 * 30)
    for number, luma in enumerate(pictures):
        middle_s = (
            0.3037 + (number + 0.5) / 30 if number < first_of_second else 1.4137 + (number - first_of_second + 0.5) / 30
        )
        shown_s = int(Fraction(middle_s) * fps) / fps
        assert filmed_s(luma) == pytest.approx(float(shown_s), abs=0.012), number


def test_times_of_a_variable_rate_are_kept(tmp_path: Path) -> None:
    times = sorted({0.0, *np.round(np.cumsum(np.random.default_rng(3).uniform(0.01, 0.2, 30)), 3)})
    source = write_clip(tmp_path / "phone.mp4", [draw_dot(time_s) for time_s in times], times)
    for number, luma in enumerate(film(source, tmp_path / "out.mp4", KeptRange(0.5, 2.0))):
        middle_s = 0.5 + (number + 0.5) / 30
        assert filmed_s(luma) == pytest.approx(max(time_s for time_s in times if time_s <= middle_s), abs=0.012)


def test_one_decode_makes_every_shape(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "talk.mp4", length_s=1.0)
    shapes = [shape(), shape(size=(240, 240)), shape(size=(480, 270))]
    targets = [tmp_path / f"{number}.mp4" for number in range(3)]
    reports = film_excerpt(source, [KeptRange(0.0, 1.0)], shapes, targets, cancelled=lambda: False)
    assert [(report.width, report.height, report.frames) for report in reports] == [
        (272, 480, 30),
        (240, 240, 30),
        (480, 270, 30),
    ]


def test_captions_are_drawn_on_the_excerpts_own_timeline(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "talk.mp4", length_s=2.0)
    cue = Cue(((Word("hello", 0.2, 0.5),),), 0.2, 0.5)
    pictures = film(source, tmp_path / "out.mp4", KeptRange(1.0, 2.0), how=shape(cues=(cue,)))
    captioned = [bool((luma[360:440] > 150).any()) for luma in pictures]
    assert [number for number, seen in enumerate(captioned) if seen] == list(range(6, 15))


def test_a_picture_that_ends_a_little_before_its_sound_stands_still(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "talk.mp4", length_s=1.0)
    pictures = film(source, tmp_path / "out.mp4", KeptRange(0.5, 1.5))
    assert len(pictures) == 30
    assert filmed_s(pictures[-1]) == pytest.approx(0.96, abs=0.012)


def test_a_moment_behind_the_end_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "talk.mp4", length_s=1.0)
    with pytest.raises(RequestError, match=r"talk\.mp4 has no picture at 1\.0 s"):
        film(source, tmp_path / "out.mp4", KeptRange(0.5, 4.0))
    assert [path.name for path in tmp_path.iterdir()] == ["talk.mp4"]


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "talk.mp4", length_s=1.0)
    asked = itertools.count()
    with pytest.raises(ClipCancelled):
        film_excerpt(
            source, [KeptRange(0.0, 1.0)], [shape()], [tmp_path / "out.mp4"], cancelled=lambda: next(asked) > 8
        )
    assert [path.name for path in tmp_path.iterdir()] == ["talk.mp4"]


def test_what_is_no_video_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("#EXTM3U\nhttp://127.0.0.1/secret\n")
    with pytest.raises(RequestError, match=r"notes\.mp4 is not a video"):
        film(tmp_path / "notes.mp4", tmp_path / "out.mp4", KeptRange(0.0, 1.0))


# ---------------------------------------------------------------------------------------------- crops


def ramp(width: int = 640, height: int = 360) -> Planes:
    """Luma that tells its column, chroma that tells its row."""
    x = np.linspace(20, 230, width, dtype=np.float32)
    y = np.linspace(30, 220, height // 2, dtype=np.float32)
    luma = np.tile(x.round().astype(np.uint8), (height, 1))
    chroma = np.tile(y.round().astype(np.uint8)[:, None], (1, width // 2))
    return Planes(luma, chroma, chroma.copy())


def column_of(luma: NDArray[Any], width: int = 640) -> NDArray[np.float64]:
    columns: NDArray[np.float64] = (luma.astype(np.float64).mean(axis=0) - 20) / 210 * (width - 1)
    return columns


@pytest.mark.parametrize("movement", ["none", "shift", "zoom"])
def test_a_crop_shows_its_box(movement: Any) -> None:
    box = Box(0.251, 0.0, 9 / 16 * 360 / 640, 1.0)
    drawn = cut_out(ramp(), box, 180, 320, movement)
    columns = column_of(drawn.y)
    assert drawn.y.shape == (320, 180)
    assert drawn.u.shape == (160, 90)
    assert columns[3] == pytest.approx(0.251 * 640 + 3.5 * 202.5 / 180 - 0.5, abs=2.5)
    assert columns[-4] == pytest.approx(0.251 * 640 + 202.5 - 3.5 * 202.5 / 180 - 0.5, abs=2.5)


def test_a_slow_pan_moves_evenly() -> None:
    keys = (CropKey(0.0, Box(0.2, 0, 0.316, 1)), CropKey(10.0, Box(0.24, 0, 0.316, 1)))
    crop = Crop((ShotFraming(0.0, 10.0, "pan", (keys,)),), 180, 320)
    y, x = np.mgrid[0:360, 0:640]
    spot = (20 + 200 * np.exp(-((x - 250) ** 2 + (y - 180) ** 2) / 800)).astype(np.uint8)
    picture = ramp()._replace(y=spot)
    places = []
    for number in range(0, 100, 5):
        light = crop.draw(picture, number / 10).y.astype(float) - 20
        places.append(float((light.sum(axis=0) * np.arange(180)).sum() / light.sum()))
    steps = -np.diff(places)
    assert steps.mean() == pytest.approx(0.04 * 640 / 20 * 180 / 202.5, rel=0.05)
    assert steps.min() > 0.7 * steps.mean()
    assert steps.max() < 1.3 * steps.mean()


def test_fit_shows_the_whole_box_on_a_soft_ground() -> None:
    crop = Crop((ShotFraming(0.0, 1.0, "fit", ((CropKey(0.0, WHOLE),),)),), 180, 320)
    luma = crop.draw(ramp(), 0.5).y
    middle, ground = luma[150:170], luma[:90]
    assert column_of(middle)[2] == pytest.approx(7, abs=6)
    assert column_of(middle)[-3] == pytest.approx(632, abs=6)
    assert ground.mean() < 0.75 * middle.mean()
    assert np.abs(np.diff(ground.astype(int), axis=0)).max() <= 2


def test_split_stacks_its_panes() -> None:
    panes = ((CropKey(0.0, Box(0.0, 0.2, 0.3, 0.5)),), (CropKey(0.0, Box(0.7, 0.2, 0.3, 0.5)),))
    crop = Crop((ShotFraming(0.0, 1.0, "split", panes),), 180, 320)
    luma = crop.draw(ramp(), 0.5).y
    assert column_of(luma[:150]).mean() == pytest.approx(0.15 * 640, abs=4)
    assert column_of(luma[170:]).mean() == pytest.approx(0.85 * 640, abs=4)


def test_what_is_drawn_on_a_frame_does_not_stay() -> None:
    crop, picture = Crop(whole(), 180, 320), ramp(180, 320)
    crop.draw(picture, 0.1).y[:] = 0
    assert crop.draw(picture, 0.1).y.mean() > 100


BOXES = st.builds(
    lambda x, y, width, height: Box(x * (1 - width), y * (1 - height), width, height),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.1, 1),
    st.floats(0.1, 1),
)


@given(BOXES, st.sampled_from(["none", "shift", "zoom"]), st.sampled_from([(180, 320), (320, 180), (200, 200)]))
def test_any_box_gives_a_whole_frame(box: Box, movement: Any, size: tuple[int, int]) -> None:
    drawn = cut_out(ramp(), box, *size, movement)
    assert [plane.shape for plane in drawn] == [size[::-1], (size[1] // 2, size[0] // 2), (size[1] // 2, size[0] // 2)]


def test_keys_move_evenly_and_cuts_jump() -> None:
    keys = (
        CropKey(1.0, Box(0, 0, 0.5, 1)),
        CropKey(3.0, Box(0.4, 0, 0.5, 1)),
        CropKey(4.0, Box(0.1, 0, 0.5, 1), cut=True),
    )
    assert box_at(keys, 0.0).x == 0
    assert box_at(keys, 2.0).x == pytest.approx(0.2)
    assert box_at(keys, 3.9).x == 0.4
    assert box_at(keys, 4.0).x == 0.1
    assert [movement_at(keys, time_s) for time_s in (0.5, 2.0, 3.5, 5.0)] == ["none", "shift", "none", "none"]

"""A clip of any kind comes out in the video's own size, rate and colours, or says why it cannot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from automagic.errors import MediaError, RequestError
from automagic.media.framing.pictures import find_faces
from automagic.media.framing.stock_clip_look import choose_view, find_picture
from automagic.media.rendering.stock_clip import PreparedClip, prepare_clip
from automagic.media.rendering.stock_clip_planes import KEYFRAME_INTERVAL, SLOWEST, ClipPlanes, ClipReader, pace_clip
from automagic.media.video.color_tables import build_table
from automagic.media.video.frames import View, crop_window
from automagic.media.video.probe import probe
from automagic.media.video.source import ClipCancelled
from tests.support.media.stock_clips import (
    DOT_SPEED,
    FRAME,
    HEIGHT,
    WIDTH,
    draw_dot,
    prepare,
    run_ffmpeg,
    time_of,
    write_clip,
    write_dot,
)
from tests.support.places import DATA

SMALL = replace(FRAME, width=90, height=160)
TICK_S = 1 / 30
FOUR_FACES = DATA / "four_faces.jpg"


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The moving dot for 2.4 s at 30 frames a second, with sound."""
    return write_dot(tmp_path_factory.mktemp("filmed") / "in.mp4", fps=30, length_s=2.4, sound=True)


def write_still(path: Path, picture: NDArray[np.uint8], **how: Any) -> Path:
    """A second of one picture, of few frames."""
    return write_clip(path, [picture] * 5, [number / 5 for number in range(5)], rate=5, **how)


def seen_times(path: Path, frames: int) -> list[float]:
    """What a shot of the clip's own length shows, as the times at which it was filmed."""
    with ClipPlanes(path, shot_frames=frames, clip_frames=frames, frame=FRAME) as clip:
        return [time_of(clip.at(number / (frames - 1)).y) for number in range(frames)]


def first_picture(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return np.asarray(frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray())


# ---------------------------------------------------------------------------------------------- time


@pytest.mark.parametrize("fps", [15, Fraction(24_000, 1001), 25, 30, 60])
def test_every_frame_is_the_nearest_of_the_source(tmp_path: Path, fps: Fraction | int) -> None:
    source = write_dot(tmp_path / "in.mp4", fps=fps, length_s=1.5)
    made = prepare(source, tmp_path / "out.mp4", longest_s=1.2)
    assert made == PreparedClip(36, 1.2, "")
    for number, time_s in enumerate(seen_times(tmp_path / "out.mp4", 36)):
        # Of the source's frames, the last whose time rounds to this tick or an earlier one.
        expected = max(n for n in range(200) if round(n / fps * 30) <= number) / fps
        assert time_s == pytest.approx(float(expected), abs=0.004)


def test_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 0.5, 0.51, 0.52, 0.6, 1.0, 1.1, 1.4, 1.9, 2.0]
    source = write_clip(tmp_path / "in.mkv", [draw_dot(time_s) for time_s in times], times)
    made = prepare(source, tmp_path / "out.mp4")
    assert made.frames == 60
    for number, time_s in enumerate(seen_times(tmp_path / "out.mp4", 60)):
        expected = max(time_s for time_s in times if round(time_s * 30) <= number)
        assert time_s == pytest.approx(expected, abs=0.004)


def test_a_clip_is_trimmed_to_the_frame(tmp_path: Path, filmed: Path) -> None:
    made = prepare(filmed, tmp_path / "out.mp4", start_s=0.9, longest_s=1.2)
    assert (made.frames, made.duration_s) == (36, 1.2)
    times = seen_times(tmp_path / "out.mp4", 36)
    assert times == pytest.approx([0.9 + number / 30 for number in range(36)], abs=0.004)


def test_what_comes_out_is_silent_and_has_the_size_and_rate(tmp_path: Path, filmed: Path) -> None:
    prepare_clip(
        filmed, tmp_path / "out.mp4", replace(FRAME, width=180, height=320), longest_s=2.0, cancelled=lambda: False
    )
    info = probe(tmp_path / "out.mp4")
    assert info.audio is None
    assert info.video is not None
    assert (info.video.width, info.video.height, info.video.frames, info.video.pix_fmt) == (180, 320, 60, "yuv420p")
    assert (info.video.color.matrix, info.video.color.range, info.video.rotation) == ("bt709", "limited", 0)


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, filmed: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        prepare(filmed, tmp_path / name, longest_s=1)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


# ---------------------------------------------------------------------------------------------- shape


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_turned_picture_stands_upright(tmp_path: Path, rotation: int, corner: tuple[int, int]) -> None:
    """The stored upper left corner is bright; turned counter-clockwise it goes to the lower left, and so on."""
    picture = np.full((480, 480, 3), 60, np.uint8)
    picture[:240, :240] = 220
    write_still(tmp_path / "flat.mp4", picture)
    run_ffmpeg(tmp_path, "-display_rotation:v:0", str(rotation), "-i", "flat.mp4", "-c", "copy", "in.mp4")
    info = probe(tmp_path / "in.mp4").video
    assert info is not None
    assert info.rotation == rotation
    prepare(tmp_path / "in.mp4", tmp_path / "out.mp4", frame=replace(FRAME, width=240, height=240), longest_s=1)
    with av.open(str(tmp_path / "out.mp4")) as container:
        luma = next(container.decode(video=0)).to_ndarray()[:240]
    quarters = {(row, column): luma[row * 120 + 60, column * 120 + 60] for row in (0, 1) for column in (0, 1)}
    assert max(quarters, key=quarters.__getitem__) == corner


def test_a_wide_picture_is_cropped_about_its_middle(tmp_path: Path) -> None:
    picture = draw_dot(0.0, 854, 480)
    picture[100:140, 417:437] = 230  # in the middle
    picture[100:140, :200] = 20
    source = write_still(tmp_path / "in.mp4", picture)
    made = prepare(source, tmp_path / "out.mp4", longest_s=1)
    assert made.note == ""
    with av.open(str(tmp_path / "out.mp4")) as container:
        luma = next(container.decode(video=0)).to_ndarray()[:HEIGHT].astype(float)
    columns = np.flatnonzero(luma[120] > 150)
    assert abs(columns.mean() - (WIDTH - 1) / 2) < 1.5
    assert len(columns) in {19, 20, 21}
    assert luma[:, [0, -1]].min() > 60  # neither bars nor what lies outside


def test_pixels_that_are_not_square_become_square(tmp_path: Path) -> None:
    """Wide-screen PAL: 720x576 stored, 1024x576 shown. A circle that is stored as an ellipse is round again."""
    y, x = np.mgrid[0:576, 0:720]
    circle = np.hypot((x - 360) * 64 / 45, y - 288) < 80
    picture = np.repeat(np.where(circle, 230, 60).astype(np.uint8)[:, :, None], 3, axis=2)
    source = write_still(tmp_path / "in.mp4", picture, aspect=Fraction(64, 45))
    prepare(source, tmp_path / "out.mp4", longest_s=1)
    with av.open(str(tmp_path / "out.mp4")) as container:
        bright = next(container.decode(video=0)).to_ndarray()[:HEIGHT] > 140
    across, down = bright.any(axis=0).sum(), bright.any(axis=1).sum()
    assert abs(int(across) - int(down)) <= 2
    assert abs(down - 160 * 480 / 576) <= 2


def test_faces_draw_the_crop_to_them() -> None:
    picture = Image.open(FOUR_FACES).convert("RGB")
    left_of_two = round((find_faces(picture)[-3][2] + find_faces(picture)[-2][0]) / 2)
    two = picture.crop((left_of_two, 0, picture.width, picture.height))
    wall = Image.new("RGB", (900, picture.height), "#807060")
    wall.paste(two, (900 - two.width, 0))
    view = choose_view([wall, wall], 9 / 16)
    wide, high, left, top = crop_window(view, *wall.size, 9 / 16)
    assert len(find_faces(wall.crop((left, top, left + wide, top + high)))) == 2
    assert left > 500
    assert choose_view([Image.new("RGB", (640, 360), "gray")], 9 / 16) == View()


def test_bars_that_are_part_of_the_picture_are_cut_off(tmp_path: Path) -> None:
    picture = np.zeros((480, 854, 3), np.uint8)
    picture[60:-60] = np.random.default_rng(1).integers(90, 200, (1, 854, 3))
    source = write_still(tmp_path / "in.mp4", picture)
    made = prepare(source, tmp_path / "out.mp4", longest_s=1)
    assert made.note == "enlarged 1.3 times"
    with av.open(str(tmp_path / "out.mp4")) as container:
        luma = next(container.decode(video=0)).to_ndarray()[:HEIGHT]
    assert luma[[0, 1, -2, -1]].min() > 60


def test_a_dark_edge_is_not_taken_for_a_bar() -> None:
    night = np.full((360, 640), 10, np.uint8)
    assert find_picture(night) == (0.0, 0.0, 1.0, 1.0)
    night[200:, :] = 120  # a dark sky
    assert find_picture(night) == (0.0, 0.0, 1.0, 1.0)


@given(
    width=st.integers(16, 8000), height=st.integers(16, 8000), aspect=st.floats(0.3, 3.0),
    x=st.floats(0, 1), y=st.floats(0, 1),
)  # fmt: skip
def test_the_window_lies_inside_and_keeps_its_shape(width: int, height: int, aspect: float, x: float, y: float) -> None:
    wide, high, left, top = crop_window(View(focus=(x, y)), width, height, aspect)
    assert left >= 0
    assert top >= 0
    assert left + wide <= width
    assert top + high <= height
    assert abs(wide - high * aspect) <= 1 + aspect
    assert wide >= width - 1 or high >= height - 1


# ---------------------------------------------------------------------------------------------- colours


@pytest.mark.parametrize(
    "how",
    [
        {"pix_fmt": "yuv444p"},
        {"pix_fmt": "yuv422p10le"},
        {"pix_fmt": "yuv420p10le"},
        {"full_range": True},
        {"matrix": 5},
        {"pix_fmt": "rgb24", "codec": "libx264rgb", "full_range": True, "matrix": 0},
    ],
    ids=str,
)
def test_colours_come_out_as_they_went_in(tmp_path: Path, how: dict[str, Any]) -> None:
    colors = ((200, 30, 60), (10, 200, 90), (250, 250, 250))
    picture = np.repeat(np.array(colors, np.uint8), HEIGHT // 3, axis=0)[:, None].repeat(WIDTH, axis=1)
    write_still(tmp_path / "in.mkv", picture, **how)
    prepare(tmp_path / "in.mkv", tmp_path / "out.mp4", longest_s=1)
    shown = first_picture(tmp_path / "out.mp4")
    for number, color in enumerate(colors):
        assert np.abs(shown[HEIGHT // 6 * (2 * number + 1), 136].astype(int) - color).max() <= 4


def test_high_dynamic_range_becomes_normal(tmp_path: Path) -> None:
    """Diffuse white stays below white, so that highlights keep their drawing."""
    signals = (0.0, 0.3, 0.58, 0.65, 0.75)  # perceptual quantiser: 0.58 is 203 cd/m², 0.75 is 1000
    rows = np.repeat([round(255 * signal) for signal in signals], HEIGHT // 5).astype(np.uint8)
    picture = np.ascontiguousarray(np.broadcast_to(rows[:, None, None], (HEIGHT, WIDTH, 3)))
    write_still(tmp_path / "in.mkv", picture, pix_fmt="yuv420p10le", matrix=9, transfer=16, primaries=9)
    assert "high dynamic range" in prepare(tmp_path / "in.mkv", tmp_path / "out.mp4", longest_s=1).note
    shown = first_picture(tmp_path / "out.mp4").astype(int)
    assert np.ptp(shown, axis=2).max() <= 3
    black, grey, white, bright, brightest = (int(shown[48 + 96 * number, 136, 1]) for number in range(5))
    assert black <= 3
    assert 60 < grey < 110
    assert 200 < white < 235 < bright <= brightest
    assert brightest >= 250


def test_hybrid_log_gamma_and_wide_gamut_have_tables() -> None:
    assert build_table(1, 1) is None
    for transfer in (16, 18):
        table = build_table(transfer, 9)
        assert table is not None
        grey = np.array([table[n, n, n] for n in range(33)])
        assert (np.diff(grey, axis=0) >= -1e-9).all()
        assert np.ptp(grey, axis=1).max() < 0.01
    wide = build_table(1, 9)
    assert wide is not None
    assert wide[32, 32, 32] == pytest.approx([1, 1, 1], abs=0.001)


def test_interlaced_fields_become_whole_frames(tmp_path: Path) -> None:
    """Each frame holds two moments, line by line; a moving edge must not come out as a comb."""
    pictures = [draw_dot(number / 25) for number in range(30)]
    for number, picture in enumerate(pictures):
        picture[1::2] = draw_dot(number / 25 + 0.02)[1::2]
    source = write_clip(
        tmp_path / "in.mp4", pictures, [number / 25 for number in range(30)],
        options={"preset": "ultrafast", "crf": "4", "x264-params": "tff=1"},
    )  # fmt: skip
    made = prepare(source, tmp_path / "out.mp4", longest_s=1.1)
    assert made.note == "deinterlaced"
    with av.open(str(tmp_path / "out.mp4")) as container:
        luma = [frame.to_ndarray()[:HEIGHT].astype(float) for frame in container.decode(video=0)]

    def comb(picture: NDArray[np.float64]) -> float:
        """How far apart the lines of both fields are, in seconds."""
        return abs(time_of(np.repeat(picture[::2], 2, axis=0)) - time_of(np.repeat(picture[1::2], 2, axis=0)))

    assert comb(pictures[10][:, :, 0].astype(float)) > 0.015
    assert max(comb(picture) for picture in luma[3:-3]) < 0.005
    steps = [later - earlier for earlier, later in pairwise([time_of(picture) for picture in luma])]
    assert all(step == pytest.approx(0.04, abs=0.012) for step in steps)


# ---------------------------------------------------------------------------------------------- faults


def test_what_is_no_clip_is_explained(tmp_path: Path) -> None:
    dot = write_dot(tmp_path / "dot.mp4", length_s=1.2, sound=True)
    (tmp_path / "text.mp4").write_text("not a video\n" * 100)
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "still.mp4", format="PNG")
    (tmp_path / "list.mp4").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{dot}\n#EXT-X-ENDLIST\n")
    (tmp_path / "concat.mp4").write_text(f"ffconcat version 1.0\nfile '{dot}'\n")
    run_ffmpeg(tmp_path, "-i", "dot.mp4", "-vn", "-c", "copy", "sound.mp4")
    Image.new("RGB", (64, 64)).save(tmp_path / "cover.jpg")
    run_ffmpeg(
        tmp_path, "-i", "sound.mp4", "-i", "cover.jpg", "-map", "0", "-map", "1", "-c", "copy",
        "-disposition:v:0", "attached_pic", "song.mp4",
    )  # fmt: skip
    (tmp_path / "cut.mp4").write_bytes(dot.read_bytes()[: dot.stat().st_size // 2])
    expected = {
        "missing": "does not exist", "folder": "is not a file", "text": "not a video", "empty": "not a video",
        "still": "not a video", "list": "not a video", "concat": "not a video", "sound": "no moving picture",
        "song": "no moving picture", "cut": "not a video",
    }  # fmt: skip
    for name, reason in expected.items():
        with pytest.raises(RequestError, match=f"{name}.mp4.*{reason}"):
            prepare(tmp_path / f"{name}.mp4", tmp_path / "out.mp4")
    assert not list(tmp_path.glob("out*"))


def test_too_short_a_clip_is_explained(tmp_path: Path) -> None:
    source = write_dot(tmp_path / "in.mp4", length_s=0.8)
    with pytest.raises(RequestError, match=r"in.mp4 is too short: 0\.8 s"):
        prepare(source, tmp_path / "out.mp4")
    source = write_dot(tmp_path / "long.mkv", length_s=2)
    with pytest.raises(RequestError, match=r"too short: 0\.5 s after 1\.5 s"):
        prepare(source, tmp_path / "out.mp4", start_s=1.5)
    assert not list(tmp_path.glob("out*"))


def test_a_size_that_nobody_films_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    flat = np.zeros((16, 16384, 3), np.uint8)
    source = write_clip(tmp_path / "in.mkv", [flat] * 2, [0, 1], codec="ffv1", options={})
    data = source.read_bytes()
    # In Matroska's words, the height (PixelHeight, 0xBA) of 16 becomes 16384.
    assert data.count(b"\xba\x81\x10") == 1
    source.write_bytes(data.replace(b"\xba\x81\x10", b"\xba\x82\x40\x00"))
    with pytest.raises(RequestError, match=r"in\.mkv is larger than 8K"):
        prepare(source, tmp_path / "out.mp4")


@pytest.mark.parametrize("longest_s", [1.0, 2.0])
def test_a_damaged_clip_serves_as_far_as_it_can_be_read(tmp_path: Path, longest_s: float) -> None:
    write_dot(tmp_path / "in.mp4", fps=30, length_s=2.4, options={"preset": "ultrafast", "crf": "4"})
    run_ffmpeg(tmp_path, "-i", "in.mp4", "-c", "copy", "-movflags", "+faststart", "fast.mp4")
    data = (tmp_path / "fast.mp4").read_bytes()
    body = data.index(b"mdat")
    (tmp_path / "cut.mp4").write_bytes(data[: body + round((len(data) - body) * 0.6)])
    if longest_s == 1.0:
        assert prepare(tmp_path / "cut.mp4", tmp_path / "out.mp4", longest_s=longest_s).frames == 30
        times = seen_times(tmp_path / "out.mp4", 30)
        assert times == pytest.approx([number / 30 for number in range(30)], abs=0.004)
    else:
        with pytest.raises(RequestError, match=r"cut.mp4 is damaged: only 1\.\d of 2\.0 s"):
            prepare(tmp_path / "cut.mp4", tmp_path / "out.mp4", longest_s=longest_s)
        assert not list(tmp_path.glob("out*"))


def test_noise_amid_a_clip_is_not_shown(tmp_path: Path, filmed: Path) -> None:
    data = bytearray(filmed.read_bytes())
    body = data.index(b"mdat")
    middle = body + round((len(data) - body) * 0.6)
    data[middle : middle + 3000] = np.random.default_rng(0).integers(0, 256, 3000, np.uint8).tobytes()
    source = tmp_path / "in.mp4"
    source.write_bytes(bytes(data))
    with pytest.raises(RequestError, match="damaged"):
        prepare(source, tmp_path / "out.mp4", longest_s=2.3)
    assert prepare(source, tmp_path / "out.mp4", longest_s=1.0).frames == 30


def test_a_cancelled_clip_leaves_nothing(tmp_path: Path, filmed: Path) -> None:
    asked = iter(range(1000))
    with pytest.raises(ClipCancelled):
        prepare(filmed, tmp_path / "out.mp4", cancelled=lambda: next(asked) > 30)
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------------------------------------- pace


def test_a_long_clip_plays_at_its_own_speed() -> None:
    pace = pace_clip(clip_frames=200, shot_frames=100, fps=30)
    assert [pace.position(number) for number in range(-4, 104)] == list(range(2, 110))
    assert pace_clip(100, 100, 30).position(0) == 0
    assert pace_clip(104, 100, 30).position(99) == 101


def test_a_short_clip_is_slowed_and_lasts_through_its_joins() -> None:
    pace = pace_clip(clip_frames=80, shot_frames=100, fps=30)
    assert SLOWEST < pace.speed < 1
    assert pace.position(-6) == pytest.approx(0)
    assert pace.position(105) == pytest.approx(79)


@given(clip=st.integers(30, 400), shot=st.integers(2, 1500), fps=st.sampled_from([24, 30, 60]))
def test_a_movement_never_jumps(clip: int, shot: int, fps: int) -> None:
    pace = pace_clip(clip, shot, fps)
    positions = [pace.position(number) for number in range(-6, shot + 6)]
    assert all(0 <= position <= clip - 1 for position in positions)
    assert all(abs(later - earlier) <= pace.speed + 1e-6 for earlier, later in pairwise(positions))
    assert SLOWEST <= pace.speed <= 1
    if pace.turn:  # back and forth, the speed changes little by little
        speeds = [later - earlier for earlier, later in pairwise(positions)]
        assert all(abs(after - before) < 0.25 for before, after in pairwise(speeds))
        assert max(positions) > clip - 2


@pytest.fixture(scope="module")
def dot_clip(tmp_path_factory: pytest.TempPathFactory, filmed: Path) -> Path:
    path = tmp_path_factory.mktemp("dot") / "dot.mp4"
    prepare(filmed, path)
    return path


@pytest.mark.parametrize("fps", [12, 25, 30])
def test_frames_are_the_same_in_whatever_order_they_are_read(tmp_path: Path, fps: int) -> None:
    prepare(write_dot(tmp_path / "in.mp4", fps=fps), tmp_path / "dot.mp4", frame=SMALL)
    reader = ClipReader(tmp_path / "dot.mp4", SMALL)
    positions = [number / 2 for number in range(119)]

    def read(position: float) -> NDArray[np.float64]:
        before, after, share = reader.read(position)
        return before.y * (1 - share) + after.y * share

    forward = [read(position) for position in positions]
    held = []
    for number in [*range(118, -1, -1), *np.random.default_rng(3).permutation(119)]:
        assert np.array_equal(read(positions[number]), forward[number])
        held.append(len(reader._near))
    assert max(held) <= KEYFRAME_INTERVAL + 2
    reader.close()


def test_a_slowed_movement_is_even(tmp_path: Path) -> None:
    """25 frames a second in a video of 30, at 0.7 of its speed: repetitions would show as a stutter."""
    prepare(write_dot(tmp_path / "in.mp4", fps=25), tmp_path / "out.mp4")
    with ClipPlanes(tmp_path / "out.mp4", shot_frames=74, clip_frames=60, frame=FRAME) as clip:
        times = [time_of(clip.at(number / 73).y) for number in range(-4, 78)]
    steps = [(later - earlier) / TICK_S for earlier, later in pairwise(times)]
    speed = pace_clip(60, 74, 30).speed
    assert np.mean(steps) == pytest.approx(speed, abs=0.02)
    assert max(steps) < 1.5 * speed
    assert min(steps[1:-3]) > 0.5 * speed


def test_to_and_fro_comes_back(dot_clip: Path) -> None:
    with ClipPlanes(dot_clip, shot_frames=240, clip_frames=60, frame=FRAME) as clip:
        times = [time_of(clip.at(number / 239).y) for number in range(240)]
    assert max(times) > 1.9
    assert min(times[120:]) < 0.05
    assert max(abs(later - earlier) for earlier, later in pairwise(times)) < 0.025


def test_a_clip_is_magnified_about_its_middle(dot_clip: Path) -> None:
    with ClipPlanes(dot_clip, shot_frames=60, clip_frames=60, frame=FRAME) as clip:
        plain = time_of(clip.at(40 / 59).y)
        large = time_of(clip.at(40 / 59, magnify=1.1).y)
    middle = (WIDTH / 2 - 0.5 - 16) / DOT_SPEED
    assert large - middle == pytest.approx(1.1 * (plain - middle), abs=0.003)


def test_another_clip_than_the_plan_means_is_refused(tmp_path: Path, dot_clip: Path) -> None:
    with pytest.raises(MediaError, match=r"dot\.mp4 is"):
        ClipPlanes(dot_clip, shot_frames=10, clip_frames=60, frame=SMALL)
    with (
        ClipPlanes(dot_clip, shot_frames=200, clip_frames=200, frame=FRAME) as clip,
        pytest.raises(MediaError, match="ends before its frame"),
    ):
        clip.at(1.0)
    (tmp_path / "no.mp4").write_bytes(b"nothing")
    with pytest.raises(MediaError, match=r"no\.mp4"):
        ClipPlanes(tmp_path / "no.mp4", shot_frames=10, clip_frames=60, frame=FRAME)

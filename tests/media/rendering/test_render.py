from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from automagic.errors import ConfigurationError, MediaError
from automagic.media.analysis.dark_and_still import DetectedRange
from automagic.media.rendering.motion import plan_motion
from automagic.media.rendering.render import RenderCancelled, ShownShot, render_shot, render_transition
from automagic.media.rendering.shot import ShotPlan, TransitionKind
from automagic.media.video.encode import EncodeSettings, h264_level
from automagic.media.video.join import join_segments
from automagic.media.video.probe import probe
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.words import Word
from tests.support.media.stock_clips import draw_dot, prepare, time_of, write_clip, write_dot

FRAME = Frame(272, 480, 30, Rect(20, 40, 232, 260), Rect(20, 310, 232, 90))
STYLE = CaptionStyle("Inter", 800, 26, "#ffffff", "#ffd23f", outline_px=2)
FINE = EncodeSettings(preset="ultrafast", crf=10)
STILL = Motion((1.0, 1.0), ((0.5, 0.5), (0.5, 0.5)))
KINDS: tuple[TransitionKind, ...] = ("cut", "crossfade", "slide", "wipe", "zoom")


def never() -> bool:
    return False


def write_picture(path: Path, color: tuple[int, int, int] = (40, 90, 160), seed: int = 0) -> Path:
    """A picture of 1.1 times the frame, with shapes to follow."""
    rng = np.random.default_rng(seed)
    picture = np.full((528, 300, 3), color, np.uint8)
    for _ in range(40):
        x, y = int(rng.integers(0, 300)), int(rng.integers(0, 528))
        shade = tuple(int(value) for value in rng.integers(0, 256, 3))
        cv2.circle(picture, (x, y), int(rng.integers(6, 30)), shade, -1, cv2.LINE_AA)
    cv2.imwrite(str(path), picture)
    return path


def plan(frames: int = 30, motion: Motion | None = None, cues: tuple[Cue, ...] = ()) -> ShotPlan:
    chosen = motion or plan_motion("a", duration_s=frames / 30, kind="zoom")
    return ShotPlan(chosen, frames, cues, STYLE, FRAME, EncodeSettings(preset="ultrafast"))


def clip_plan(frames: int, clip_frames: int, crf: int = 10) -> ShotPlan:
    encode = EncodeSettings(preset="ultrafast", crf=crf)
    return replace(plan(frames, STILL), visual="clip", clip_frames=clip_frames, encode=encode)


@pytest.fixture(scope="module")
def dot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared clip of 60 frames."""
    folder = tmp_path_factory.mktemp("clip")
    assert prepare(write_dot(folder / "in.mp4", fps=30), folder / "dot.mp4").frames == 60
    return folder / "dot.mp4"


def read_frames(path: Path) -> list[NDArray[np.uint8]]:
    """RGB."""
    reformatter = VideoReformatter()  # one for all frames: setting it up takes as long as a small frame does
    with av.open(str(path)) as container:
        rgb = (reformatter.reformat(frame, format="rgb24", threads=1) for frame in container.decode(video=0))
        return [np.asarray(frame.to_ndarray(), np.uint8) for frame in rgb]


def apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How much two pictures differ, on average over their values."""
    return float(cv2.absdiff(one, other).mean())


def cancel_after(calls: int) -> Callable[[], bool]:
    asked = iter(range(calls + 100))
    return lambda: next(asked) >= calls


def test_a_shot_has_its_frames_and_its_size(tmp_path: Path) -> None:
    seen: list[int] = []
    report = render_shot(
        ShownShot(write_picture(tmp_path / "a.png"), plan(30)),
        4,
        20,
        tmp_path / "a.mp4",
        cancelled=never,
        on_progress=seen.append,
    )
    assert (report.frames, report.width, report.height) == (20, 272, 480)
    assert (report.black, report.black_frames, report.captioned_frames) == ((), 0, 0)
    assert all(stretch.length_s < 0.5 for stretch in report.still)
    assert seen == list(range(1, 21))
    video = probe(tmp_path / "a.mp4").video
    assert video is not None
    assert (video.frames, video.fps, video.color.matrix) == (20, 30.0, "bt709")


def test_colours_come_out_as_they_went_in(tmp_path: Path) -> None:
    for color in ((200, 30, 60), (10, 200, 90), (250, 250, 250), (0, 0, 0)):
        cv2.imwrite(str(tmp_path / "a.png"), np.full((528, 300, 3), color[::-1], np.uint8))
        render_shot(ShownShot(tmp_path / "a.png", plan(3)), 0, 3, tmp_path / "a.mp4", cancelled=never)
        with av.open(str(tmp_path / "a.mp4")) as container:
            frame = next(container.decode(video=0))
            shown = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()[200, 100]
        assert np.abs(shown.astype(int) - color).max() <= 4


def test_the_pieces_of_a_shot_meet(tmp_path: Path) -> None:
    """What a join and its neighbours show at their seams is one continuous movement."""
    picture = write_picture(tmp_path / "a.png")
    whole = replace(plan(24), encode=FINE)
    render_shot(ShownShot(picture, whole), 0, 24, tmp_path / "whole.mp4", cancelled=never)
    render_shot(ShownShot(picture, whole), 0, 12, tmp_path / "a.mp4", cancelled=never)
    render_shot(ShownShot(picture, whole), 12, 12, tmp_path / "b.mp4", cancelled=never)
    join_segments([tmp_path / "a.mp4", tmp_path / "b.mp4"], None, tmp_path / "ab.mp4", metadata={})
    for one, other in zip(read_frames(tmp_path / "whole.mp4"), read_frames(tmp_path / "ab.mp4"), strict=True):
        assert apart(one, other) < 1.5


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    words = (Word("same", 0.0, 0.3), Word("bytes", 0.3, 0.6))
    for name in ("x.mp4", "y.mp4"):
        render_shot(ShownShot(picture, plan(20, cues=(Cue((words,), 0, 1),))), 0, 20, tmp_path / name, cancelled=never)
    assert (tmp_path / "x.mp4").read_bytes() == (tmp_path / "y.mp4").read_bytes()


def test_captions_are_on_the_screen_when_their_words_are_heard(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((528, 300, 3), np.uint8))
    cue = Cue(((Word("early", 0.2, 0.4),), (Word("late", 0.4, 0.6),)), 0.2, 0.6)
    report = render_shot(
        ShownShot(tmp_path / "a.png", plan(30, STILL, (cue,))), 0, 30, tmp_path / "a.mp4", cancelled=never
    )
    frames = read_frames(tmp_path / "a.mp4")
    bright = [bool((frame > 150).any()) for frame in frames]
    assert bright == [False] * 6 + [True] * 12 + [False] * 12
    assert report.captioned_frames == 12
    assert report.black_frames == 30
    assert report.black == (DetectedRange(0, 0.2), DetectedRange(0.6, 1))  # with its caption the picture is not black
    assert report.still == (DetectedRange(0, 5 / 30), DetectedRange(0.6, 1))  # up to the last picture of its own
    zone = FRAME.caption
    outside = np.ones((480, 272), bool)
    outside[zone.y : zone.bottom, zone.x : zone.right] = False
    assert max(frame[outside].max() for frame in frames) < 40


@pytest.mark.parametrize("kind", KINDS)
def test_a_join_leads_from_one_shot_to_the_next(tmp_path: Path, kind: TransitionKind) -> None:
    old, new = write_picture(tmp_path / "a.png", (30, 30, 30)), write_picture(tmp_path / "b.png", (220, 220, 220), 1)
    first, second = plan(30), plan(30, plan_motion("b", duration_s=1, kind="zoom"))
    first, second = replace(first, encode=FINE), replace(second, encode=FINE)
    report = render_transition(
        ShownShot(old, first), ShownShot(new, second), 9, kind, tmp_path / "j.mp4", cancelled=never
    )
    assert (report.frames, report.black_frames) == (9, 0)
    render_shot(ShownShot(old, first), 16, 10, tmp_path / "a.mp4", cancelled=never)
    render_shot(ShownShot(new, second), 5, 10, tmp_path / "b.mp4", cancelled=never)
    join_segments([tmp_path / name for name in ("a.mp4", "j.mp4", "b.mp4")], None, tmp_path / "all.mp4", metadata={})
    frames = read_frames(tmp_path / "all.mp4")
    assert len(frames) == 29
    if kind == "crossfade":
        light = [frame.mean() for frame in frames[8:22]]
        assert all(later > earlier - 0.5 for earlier, later in itertools.pairwise(light))
    # At its ends the join is nearly the neighbour: less changes there than in its middle.
    changes = [apart(one, other) for one, other in itertools.pairwise(frames)]
    assert max(changes[10:18]) > max(changes[9], changes[18])


def test_both_pictures_move_through_the_whole_join(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    motion = Motion((1.02, 1.08), ((0.5, 0.5), (0.5, 0.5)))
    moving = replace(plan(30, motion), encode=EncodeSettings(crf=4))
    render_transition(
        ShownShot(picture, moving), ShownShot(picture, moving), 10, "cut", tmp_path / "j.mp4", cancelled=never
    )
    changes = [apart(one, other) for one, other in itertools.pairwise(read_frames(tmp_path / "j.mp4"))]
    assert min(changes) > 0.3


def test_captions_of_both_shots_stand_over_the_join(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((528, 300, 3), np.uint8))
    late = Cue(((Word("end", 0.8, 1.0),),), 0.8, 1.0)
    early = Cue(((Word("start", 0.05, 0.3),),), 0.05, 0.3)
    old, new = (ShownShot(tmp_path / "a.png", plan(30, STILL, (cue,))) for cue in (late, early))
    report = render_transition(old, new, 10, "crossfade", tmp_path / "j.mp4", cancelled=never)
    bright = [bool((frame > 150).any()) for frame in read_frames(tmp_path / "j.mp4")]
    assert bright == [True] * 5 + [False] + [True] * 4
    assert report.captioned_frames == 9


def test_a_cancelled_render_leaves_nothing(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    with pytest.raises(RenderCancelled):
        render_shot(ShownShot(picture, plan()), 0, 30, tmp_path / "a.mp4", cancelled=cancel_after(7))
    with pytest.raises(RenderCancelled):
        render_transition(
            ShownShot(picture, plan()),
            ShownShot(picture, plan()),
            8,
            "wipe",
            tmp_path / "a.mp4",
            cancelled=cancel_after(3),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_wrong_requests_are_explained(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    (tmp_path / "broken.png").write_bytes(picture.read_bytes()[:500])
    (tmp_path / "empty.png").write_bytes(b"")
    for name in ("broken.png", "empty.png", "missing.png"):
        with pytest.raises(MediaError, match=name):
            render_shot(ShownShot(tmp_path / name, plan()), 0, 30, tmp_path / "a.mp4", cancelled=never)
    with pytest.raises(MediaError, match="not inside a shot of 30"):
        render_shot(ShownShot(picture, plan()), 20, 11, tmp_path / "a.mp4", cancelled=never)
    with pytest.raises(MediaError, match="does not fit"):
        render_transition(
            ShownShot(picture, plan(4)), ShownShot(picture, plan(4)), 12, "cut", tmp_path / "a.mp4", cancelled=never
        )
    wrong = replace(plan(), encode=EncodeSettings("libfantasy"))
    with pytest.raises(ConfigurationError, match="libfantasy") as error:
        render_shot(ShownShot(picture, wrong), 0, 30, tmp_path / "a.mp4", cancelled=never)
    assert "libx264" in error.value.hint
    assert not (tmp_path / "a.mp4").exists()
    assert not list(tmp_path.glob("*.partial"))


def test_pictures_of_any_kind_are_taken(tmp_path: Path) -> None:
    grey = np.tile(np.linspace(0, 255, 900).astype(np.uint8), (700, 1))
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    cv2.imwrite(str(tmp_path / "deep.png"), grey.astype(np.uint16) * 257)
    cv2.imwrite(str(tmp_path / "alpha.png"), np.dstack([grey] * 4))
    cv2.imwrite(str(tmp_path / "large.jpg"), cv2.resize(grey, (4000, 3000)))
    cv2.imwrite(str(tmp_path / "small.png"), grey[:90, :60])
    for name in ("grey.png", "deep.png", "alpha.png", "large.jpg", "small.png"):
        assert render_shot(ShownShot(tmp_path / name, plan(3)), 0, 3, tmp_path / "a.mp4", cancelled=never).frames == 3


def test_the_settings_fingerprint_names_everything_that_changes_the_bytes() -> None:
    default = EncodeSettings()
    assert default.fingerprint() == EncodeSettings().fingerprint()
    changed = [
        EncodeSettings("libx265"), EncodeSettings(preset="fast"), EncodeSettings(crf=20), EncodeSettings(fps=25),
        EncodeSettings(keyframe_interval=30),
    ]  # fmt: skip
    assert len({settings.fingerprint() for settings in [default, *changed]}) == 6


def test_the_level_is_the_lowest_that_allows_the_frame() -> None:
    assert h264_level(1080, 1920, 30) == "4.0"
    assert h264_level(1920, 1080, 60) == "4.2"
    assert h264_level(1280, 720, 30) == "3.1"
    with pytest.raises(ConfigurationError):
        h264_level(20_000, 20_000, 30)


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    render_shot(ShownShot(picture, plan(4)), 0, 4, tmp_path / "a.mp4", cancelled=never)
    peaks = []
    for frames in (10, 60):
        tracemalloc.start()
        zoom = plan(frames, Motion((1.02, 1.08), ((0.5, 0.5), (0.5, 0.5))))
        render_shot(ShownShot(picture, zoom), 0, frames, tmp_path / "a.mp4", cancelled=never)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 500_000


# ---------------------------------------------------------------------------------------------- clips


def seen_times(path: Path, first: int = 0) -> list[float]:
    """When what the frames show was filmed, from the frame `first` on."""
    with av.open(str(path)) as container:
        luma = [frame.to_ndarray()[: frame.height] for frame in container.decode(video=0)]
    return [time_of(picture) for picture in luma[first:]]


def test_a_clip_is_shown_frame_by_frame(tmp_path: Path, dot: Path) -> None:
    cue = Cue(((Word("over", 0.2, 0.6),),), 0.2, 0.6)
    shot = replace(clip_plan(40, 60), cues=(cue,))
    report = render_shot(ShownShot(dot, shot), 4, 32, tmp_path / "a.mp4", cancelled=never)
    assert (report.frames, report.black_frames, report.captioned_frames) == (32, 0, 12)
    assert all(stretch.length_s < 0.2 for stretch in report.still)
    # 20 frames are to spare: six of them are kept before the shot, for its join.
    assert seen_times(tmp_path / "a.mp4") == pytest.approx([(6 + 4 + n) / 30 for n in range(32)], abs=0.006)


def test_a_clip_that_stands_still_is_reported(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mp4", [draw_dot(0.5)] * 40, [n / 30 for n in range(40)])
    made = prepare(source, tmp_path / "still.mp4", longest_s=1.3)
    report = render_shot(
        ShownShot(tmp_path / "still.mp4", clip_plan(30, made.frames)), 0, 30, tmp_path / "a.mp4", cancelled=never
    )
    assert report.still == (DetectedRange(0, 1),)


@pytest.mark.parametrize("frames", [40, 60, 80, 110])
def test_shots_and_joins_of_clips_are_one_movement(tmp_path: Path, dot: Path, frames: int) -> None:
    """Long enough, exactly as long, slowed, to and fro: at the seams nothing jumps."""
    shot = clip_plan(frames, 60)
    render_shot(ShownShot(dot, shot), 0, frames - 4, tmp_path / "a.mp4", cancelled=never)
    render_transition(ShownShot(dot, shot), ShownShot(dot, shot), 8, "cut", tmp_path / "j.mp4", cancelled=never)
    render_shot(ShownShot(dot, shot), 4, frames - 4, tmp_path / "b.mp4", cancelled=never)
    joined = seen_times(tmp_path / "j.mp4")
    first = seen_times(tmp_path / "a.mp4") + joined[:4]
    second = joined[4:] + seen_times(tmp_path / "b.mp4")
    assert first == pytest.approx(second, abs=0.008)
    assert max(abs(later - earlier) for earlier, later in itertools.pairwise(first)) < 0.045


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, dot: Path) -> dict[str, tuple[Path, ShotPlan]]:
    """What a join may lead from or to."""
    picture = write_picture(tmp_path_factory.mktemp("sides") / "a.png", (200, 200, 200))
    return {"still": (picture, replace(plan(30), encode=FINE)), "clip": (dot, clip_plan(40, 60))}


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, sides: dict[str, tuple[Path, ShotPlan]]
) -> dict[tuple[str, int], NDArray[np.uint8]]:
    """What each side shows by itself, at the first and at the last frame of a join of eight."""
    target = tmp_path_factory.mktemp("alone") / "one.mp4"
    shown = {}
    for side, where in itertools.product(sides, (-4, 3)):
        file, shot = sides[side]
        render_shot(ShownShot(file, shot), where % shot.frames, 1, target, cancelled=never)
        (shown[side, where],) = read_frames(target)
    return shown


@pytest.mark.parametrize("kind", KINDS)
def test_stills_and_clips_give_way_to_each_other(
    tmp_path: Path,
    sides: dict[str, tuple[Path, ShotPlan]],
    alone: dict[tuple[str, int], NDArray[np.uint8]],
    kind: TransitionKind,
) -> None:
    for old, new in (("still", "clip"), ("clip", "still"), ("clip", "clip")):
        target = tmp_path / f"{old}-{new}.mp4"
        report = render_transition(ShownShot(*sides[old]), ShownShot(*sides[new]), 8, kind, target, cancelled=never)
        assert (report.frames, report.black_frames) == (8, 0)
        frames = read_frames(target)
        # What stands first and last is nearly the neighbour alone.
        assert apart(frames[0], alone[old, -4]) < 14
        assert apart(frames[-1], alone[new, 3]) < 14


def test_a_clip_moves_on_through_its_join(tmp_path: Path, dot: Path) -> None:
    """A wipe uncovers the left first: there the dot is seen before the shot's own first frame."""
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((528, 300, 3), 60, np.uint8))
    ground = replace(plan(30, STILL), encode=FINE)
    target = tmp_path / "j.mp4"
    render_transition(
        ShownShot(tmp_path / "grey.png", ground), ShownShot(dot, clip_plan(40, 60)), 8, "wipe", target, cancelled=never
    )
    assert seen_times(target, 3) == pytest.approx([(6 - 4 + n) / 30 for n in range(3, 8)], abs=0.01)


def test_a_cancelled_clip_leaves_nothing(tmp_path: Path, dot: Path) -> None:
    with pytest.raises(RenderCancelled):
        render_shot(ShownShot(dot, clip_plan(40, 60)), 0, 40, tmp_path / "a.mp4", cancelled=cancel_after(7))
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_the_planned_clip_is_refused(tmp_path: Path, dot: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    with pytest.raises(MediaError, match=r"a\.png"):
        render_shot(ShownShot(picture, clip_plan(40, 60)), 0, 40, tmp_path / "a.mp4", cancelled=never)
    with pytest.raises(MediaError, match=r"dot\.mp4"):
        render_shot(ShownShot(dot, plan(30)), 0, 30, tmp_path / "a.mp4", cancelled=never)
    with pytest.raises(MediaError, match="ends before its frame"):
        render_shot(ShownShot(dot, clip_plan(90, 90)), 0, 90, tmp_path / "a.mp4", cancelled=never)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]

"""Crops keep faces inside, stand still while people sit, follow them when they walk, and never leave the picture."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.media.analysis.watching import watch
from automagic.media.framing.reframing import frame_time_range
from automagic.values.clip_plan import Layout, ShotFraming
from automagic.values.recording import Box, CameraShot, FaceTrack, Footage
from tests.support.media.face_recordings import (
    FPS,
    Actor,
    Scene,
    box_at,
    count_reversals,
    framing_at,
    holds,
    share_inside,
    stay,
    walk,
    write_recording,
)

TALL, SQUARE, WIDE = 9 / 16, 1.0, 16 / 9
PICTURE = 16 / 9
LOOK_S = 0.2
Place = Callable[[float], tuple[float, float]]


def track(
    place: Place,
    start_s: float = 0.0,
    end_s: float = 10.0,
    *,
    height: float = 0.22,
    mouth: Callable[[float], float] = lambda time_s: 0.0,
    noise: float = 0.0,
    missed: float = 0.0,
    seed: int = 1,
) -> FaceTrack:
    """A face whose middle goes along a path, seen with errors of the detector's kind (shares of the face's size)."""
    rng = np.random.default_rng(seed)
    width = height * 0.75 / PICTURE
    times_s = [start_s + LOOK_S * number for number in range(round((end_s - start_s) / LOOK_S))]
    times_s = [time_s for time_s in times_s if rng.random() >= missed] or [start_s]
    boxes = []
    for time_s in times_s:
        x, y = place(time_s)
        across, down, growth = rng.normal(0, 1, 3) * noise
        wide, high = width * (1 + growth), height * (1 + growth)
        boxes.append(Box(x - wide / 2 + across * width, y - high / 2 + down * height, wide, high))
    return FaceTrack(tuple(times_s), tuple(boxes), tuple(max(mouth(time_s), 0.0) for time_s in times_s))


def footage_of(*shots: CameraShot, width: int = 1920, height: int = 1080) -> Footage:
    return Footage(width, height, 25.0, shots[-1].end_s, has_sound=True, shots=shots)


def one_shot(*faces: FaceTrack, end_s: float = 10.0, **rest: object) -> Footage:
    return footage_of(CameraShot(0.0, end_s, faces, **rest))  # type: ignore[arg-type]  # passed through


def truth_inside(framings: Sequence[ShotFraming], place: Place, height: float = 0.22) -> float:
    """How often the true face is whole in a pane, looked at 25 times a second."""
    width = height * 0.75 / PICTURE
    hits = []
    for time_s in np.arange(framings[0].start_s, framings[-1].end_s - 1e-6, 1 / FPS):
        x, y = place(float(time_s))
        face = Box(x - width / 2, y - height / 2, width, height)
        panes = framing_at(framings, float(time_s)).panes
        hits.append(any(holds(box_at(keys, float(time_s)), face) for keys in panes))
    return float(np.mean(hits))


# ---------------------------------------------------------------------------------------------- one person


def test_who_sits_is_held_with_eyes_in_the_upper_third() -> None:
    # In a 4K picture there is room to come nearer, and so to choose the height.
    footage = footage_of(CameraShot(0, 10, (track(stay(0.3, 0.45), height=0.1),)), width=3840, height=2160)
    (framing,) = frame_time_range(footage, 0, 10, aspect=TALL)
    assert (framing.layout, framing.why) == ("hold", "one face, still")
    ((key,),) = framing.panes
    assert key.cut
    assert key.box.center[0] == pytest.approx(0.3, abs=0.01)
    eyes = 0.45 - 0.05 + 0.4 * 0.1
    assert 0.3 < (eyes - key.box.y) / key.box.height < 0.42
    assert 0.12 < 0.1 / key.box.height < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_detection_noise_moves_nothing_while_somebody_sits(seed: int) -> None:
    sway: Place = lambda time_s: (0.5 + 0.012 * math.sin(2 * math.pi * time_s / 7), 0.4)  # noqa: E731  # a path by name
    footage = one_shot(track(sway, 0, 60, noise=0.06, missed=0.15, seed=seed), end_s=60)
    for layout in ("auto", "pan"):
        framings = frame_time_range(footage, 0, 60, aspect=TALL, layout=layout)  # type: ignore[arg-type]  # a literal
        reversals = sum(count_reversals(keys) for framing in framings for keys in framing.panes)
        assert reversals / 60 <= 0.1
        assert truth_inside(framings, sway) == 1.0


def test_a_close_up_is_as_calm() -> None:
    sway: Place = lambda time_s: (0.5 + 0.015 * math.sin(2 * math.pi * time_s / 7), 0.5)  # noqa: E731  # a path by name
    footage = one_shot(track(sway, 0, 60, height=0.85, noise=0.02), end_s=60)
    (framing,) = frame_time_range(footage, 0, 60, aspect=TALL, layout="pan")
    assert count_reversals(framing.panes[0]) <= 6


def test_who_walks_is_followed_in_one_soft_move() -> None:
    place = walk(0.2, 0.8, 4, 7)
    (framing,) = frame_time_range(one_shot(track(place, noise=0.05)), 0, 10, aspect=TALL)
    assert (framing.layout, framing.why) == ("pan", "one face, moving")
    (keys,) = framing.panes
    assert truth_inside([framing], place) >= 0.99
    assert count_reversals(keys) == 0
    # At rest before and after, and nowhere faster than about twice the walk.
    assert box_at(keys, 0).x == pytest.approx(box_at(keys, 3).x, abs=0.002)
    assert box_at(keys, 8.2).x == pytest.approx(box_at(keys, 10).x, abs=0.002)
    places = [box_at(keys, time_s).x for time_s in np.arange(0, 10, 0.04)]
    speeds = np.diff(places) / 0.04
    assert speeds.max() < 2 * 0.2
    assert np.abs(np.diff(speeds)).max() / 0.04 < 1.0
    for at_rest, where in ((0.5, 0.2), (9.5, 0.8)):
        assert box_at(keys, at_rest).center[0] == pytest.approx(where, abs=0.03)


def test_pacing_up_and_down_is_followed_as_often_as_it_turns() -> None:
    place: Place = lambda time_s: (0.5 - 0.3 * math.cos(2 * math.pi * time_s / 10), 0.4)  # noqa: E731  # a path by name
    (framing,) = frame_time_range(one_shot(track(place, 0, 30, noise=0.04), end_s=30), 0, 30, aspect=TALL)
    assert truth_inside([framing], place) >= 0.95
    assert count_reversals(framing.panes[0]) == 5


def test_a_nod_to_the_side_is_not_followed_but_a_new_seat_is() -> None:
    nod: Place = lambda time_s: (0.5 + (0.06 if 5 < time_s < 5.6 else 0.0), 0.4)  # noqa: E731  # a path by name
    (framing,) = frame_time_range(one_shot(track(nod)), 0, 10, aspect=TALL)
    assert framing.layout == "hold"
    (framing,) = frame_time_range(one_shot(track(walk(0.3, 0.6, 5, 5.6))), 0, 10, aspect=TALL)
    assert framing.layout == "pan"


def test_one_wrong_look_moves_nothing() -> None:
    good = track(stay(0.3))
    wrong = (Box(0.8, 0.3, 0.1, 0.22), *good.boxes[1:20], Box(0.7, 0.3, 0.1, 0.22), *good.boxes[21:])
    footage = one_shot(FaceTrack(good.times_s, wrong, good.mouth))
    (framing,) = frame_time_range(footage, 0, 10, aspect=TALL, layout="pan")
    places = [box_at(framing.panes[0], float(time_s)).x for time_s in np.arange(0, 10, 0.04)]
    assert np.ptp(places) < 0.002


def test_a_face_larger_than_the_crop_is_held_in_its_middle() -> None:
    close = track(stay(0.45, 0.5), height=0.85, noise=0.02)
    (framing,) = frame_time_range(one_shot(close), 0, 10, aspect=TALL)
    assert framing.layout == "hold"
    assert framing.panes[0][0].box.center[0] == pytest.approx(0.45, abs=0.02)


# ---------------------------------------------------------------------------------------------- several


def talks(*spans: tuple[float, float]) -> Callable[[float], float]:
    return lambda time_s: 0.2 if any(start <= time_s < end for start, end in spans) else 0.01


ALL_SPEECH = [(0.0, 10.0)]


def test_two_who_both_speak_are_stacked_and_neither_is_in_the_others_pane() -> None:
    left = track(stay(0.2), mouth=talks((0, 5)), noise=0.03)
    right = track(stay(0.8), mouth=talks((5, 10)), noise=0.03, seed=2)
    (framing,) = frame_time_range(one_shot(left, right), 0, 10, aspect=TALL, speech=ALL_SPEECH)
    assert (framing.layout, framing.why) == ("split", "two who both speak")
    upper, lower = (keys[0].box for keys in framing.panes)
    assert upper.center[0] == pytest.approx(0.2, abs=0.06)
    assert lower.center[0] == pytest.approx(0.8, abs=0.06)
    assert upper.height == pytest.approx(lower.height, rel=0.05)
    assert upper.x + upper.width < 0.75
    assert lower.x > 0.25
    for pane in (upper, lower):
        assert pane.width * 16 / 9 / pane.height == pytest.approx(2 * TALL)


def test_of_two_the_one_who_speaks_is_shown() -> None:
    left, right = track(stay(0.2), mouth=talks()), track(stay(0.8), mouth=talks((0, 10)), seed=2)
    (framing,) = frame_time_range(one_shot(left, right), 0, 10, aspect=TALL, speech=ALL_SPEECH)
    assert framing.layout == "hold"
    assert holds(framing.panes[0][0].box, right.boxes[0])


def test_three_who_take_turns_are_shown_in_turn() -> None:
    turns = [(0.0, 4.0), (4.0, 7.0), (7.0, 10.0)]
    faces = [
        track(stay(x), mouth=talks(turn, (4.6, 5.2)), seed=index)  # all laugh for a moment
        for index, (x, turn) in enumerate(zip((0.15, 0.5, 0.85), turns, strict=True))
    ]
    framings = frame_time_range(one_shot(*faces), 0, 10, aspect=TALL, speech=ALL_SPEECH)
    assert [framing.start_s for framing in framings] == pytest.approx([0, 4, 7], abs=0.5)
    for framing, face in zip(framings, faces, strict=True):
        assert framing.panes[0][0].cut
        assert holds(framing.panes[0][0].box, face.boxes[0])
        assert framing.end_s - framing.start_s >= 1.5


def test_a_short_laugh_is_no_turn_and_nor_is_what_cannot_be_told_apart() -> None:
    def shown(first: Callable[[float], float], second: Callable[[float], float]) -> int:
        faces = (track(stay(0.15), mouth=first), track(stay(0.5), mouth=second, seed=2), track(stay(0.85), seed=3))
        return len(frame_time_range(one_shot(*faces), 0, 10, aspect=TALL, speech=ALL_SPEECH))

    # A clear change, but too short to show.
    assert shown(lambda time_s: 0.002 if time_s >= 9.2 else 0.2, lambda time_s: 0.9 if time_s >= 9.2 else 0.0) == 1
    assert shown(lambda time_s: 0.2, lambda time_s: 0.2 + 0.08 * math.sin(2 * math.pi * time_s / 5)) == 1
    assert shown(talks((0, 5)), talks((5, 10))) == 2


def test_three_of_whom_nobody_is_seen_to_speak_are_shown_whole() -> None:
    faces = [track(stay(x), seed=index) for index, x in enumerate((0.15, 0.5, 0.85))]
    (framing,) = frame_time_range(one_shot(*faces), 0, 10, aspect=TALL, speech=ALL_SPEECH)
    assert framing.layout == "fit"
    assert framing.panes[0][0].box == Box(0, 0, 1, 1)


def test_who_sit_close_together_share_one_crop() -> None:
    faces = track(stay(0.42), mouth=talks((0, 5))), track(stay(0.53), mouth=talks((5, 10)), seed=2)
    (framing,) = frame_time_range(one_shot(*faces), 0, 10, aspect=TALL, speech=ALL_SPEECH)
    assert (framing.layout, framing.why) == ("hold", "2 faces fit into one crop")
    assert all(holds(framing.panes[0][0].box, face.boxes[0]) for face in faces)


def test_people_in_the_background_do_not_matter() -> None:
    speaker = track(stay(0.25), height=0.3)
    audience = [track(stay(0.6 + 0.1 * index, 0.7), height=0.08, seed=index) for index in range(4)]
    (framing,) = frame_time_range(one_shot(speaker, *audience), 0, 10, aspect=TALL)
    assert (framing.layout, framing.why) == ("hold", "one face, still")


def test_one_leaves_and_another_comes() -> None:
    first, second = track(stay(0.2), 0, 4.6), track(stay(0.8), 5.0, 10, seed=2)
    framings = frame_time_range(one_shot(first, second), 0, 10, aspect=TALL)
    assert len(framings) == 2
    assert holds(framings[0].panes[0][0].box, first.boxes[0])
    assert holds(framings[1].panes[0][0].box, second.boxes[0])
    assert 4.4 < framings[1].start_s < 5.2


def test_who_is_lost_for_a_while_is_the_same_person() -> None:
    (framing,) = frame_time_range(one_shot(track(stay(0.3), 0, 3), track(stay(0.3), 6, 10)), 0, 10, aspect=TALL)
    assert framing.why == "one face, still"


# ---------------------------------------------------------------------------------------------- nobody


EVEN = (1 / 32,) * 32
TO_THE_RIGHT = (0.005,) * 24 + (0.11,) * 8


@pytest.mark.parametrize(("columns", "moving", "layout"), [
    ((), 0.0, "fit"), (EVEN, 0.0, "fit"), (EVEN, 0.8, "hold"), (TO_THE_RIGHT, 0.0, "hold"),
])  # fmt: skip
def test_without_a_face_slides_are_shown_whole_and_what_stands_apart_is_cropped(
    columns: tuple[float, ...], moving: float, layout: str
) -> None:
    (framing,) = frame_time_range(one_shot(columns=columns, moving=moving), 0, 10, aspect=TALL)
    assert framing.layout == layout
    assert "nobody" in framing.why
    if columns is TO_THE_RIGHT:
        assert framing.panes[0][0].box.x > 0.6


# ---------------------------------------------------------------------------------------------- shapes and wishes


@pytest.mark.parametrize(("width", "height", "aspect"), [(1080, 1920, TALL), (1920, 1080, WIDE), (608, 1080, TALL)])
def test_a_recording_of_the_same_shape_is_kept_whole(width: int, height: int, aspect: float) -> None:
    footage = footage_of(CameraShot(0, 10, (track(walk(0.2, 0.8, 3, 6)),)), width=width, height=height)
    (framing,) = frame_time_range(footage, 0, 10, aspect=aspect)
    assert (framing.layout, framing.why) == ("hold", "the same shape")
    assert framing.panes[0][0].box.width * framing.panes[0][0].box.height > 0.99


def test_a_recording_of_nearly_the_same_shape_is_cropped_as_little_as_can_be() -> None:
    footage = footage_of(CameraShot(0, 10, columns=EVEN), width=1080, height=1620)
    (framing,) = frame_time_range(footage, 0, 10, aspect=TALL)
    assert framing.layout == "hold"
    assert framing.panes[0][0].box.height == 1.0


def test_a_tall_recording_in_a_wide_frame_keeps_the_face() -> None:
    place = stay(0.5, 0.25)
    footage = footage_of(CameraShot(0, 10, (track(place, height=0.15),)), width=1080, height=1920)
    (framing,) = frame_time_range(footage, 0, 10, aspect=WIDE)
    assert framing.panes[0][0].box.width == 1.0
    assert truth_inside([framing], place, 0.15) == 1.0


TWO = one_shot(track(stay(0.2)), track(stay(0.8), seed=2))
ONE = one_shot(track(walk(0.2, 0.8, 3, 6)))
NOBODY = one_shot(columns=EVEN)


@pytest.mark.parametrize(("footage", "wish", "result"), [
    (ONE, "hold", "hold"), (ONE, "pan", "pan"), (ONE, "fit", "fit"), (ONE, "split", "pan"),
    (TWO, "hold", "hold"), (TWO, "pan", "pan"), (TWO, "fit", "fit"), (TWO, "split", "split"),
    (NOBODY, "hold", "hold"), (NOBODY, "pan", "fit"), (NOBODY, "fit", "fit"), (NOBODY, "split", "fit"),
])  # fmt: skip
def test_a_wish_is_obeyed_or_it_is_said_why_not(footage: Footage, wish: Layout, result: str) -> None:
    (framing,) = frame_time_range(footage, 0, 10, aspect=TALL, layout=wish)
    assert framing.layout == result
    assert framing.why == "as asked" if wish == result else "needs" in framing.why


def test_a_wide_frame_is_not_split() -> None:
    footage = footage_of(CameraShot(0, 10, TWO.shots[0].faces), width=2560, height=1080)
    assert {framing.layout for framing in frame_time_range(footage, 0, 10, aspect=WIDE)} <= {"hold", "pan", "fit"}


def test_crop_jumps_at_a_cut() -> None:
    footage = footage_of(CameraShot(0, 4.0, (track(stay(0.2), 0, 4),)), CameraShot(4.0, 10, (track(stay(0.8), 4, 10),)))
    first, second = frame_time_range(footage, 2, 8, aspect=TALL)
    assert (first.start_s, first.end_s, second.start_s, second.end_s) == (2, 4, 4, 8)
    assert second.panes[0][0].cut
    assert second.panes[0][0].time_s == 4


def test_what_cannot_be_framed_is_refused() -> None:
    with pytest.raises(ValueError, match="without a picture"):
        frame_time_range(Footage(0, 0, 0, 10, has_sound=True), 0, 5, aspect=TALL)
    with pytest.raises(ValueError, match="nothing to frame"):
        frame_time_range(ONE, 5, 5, aspect=TALL)


# ---------------------------------------------------------------------------------------------- always


@st.composite
def footages(draw: st.DrawFn) -> Footage:
    width, height = draw(st.sampled_from([(1920, 1080), (640, 480), (1080, 1920), (3840, 1600), (100, 100)]))
    cuts = sorted(draw(st.sets(st.floats(0.3, 19.7), max_size=4)))
    shots = []
    for start_s, end_s in itertools.pairwise([0.0, *cuts, 20.0]):
        faces = []
        for seed in range(draw(st.integers(0, 4))):
            x0, x1, y = draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.floats(0, 1))
            length_s = max(end_s - start_s, LOOK_S)
            first_s = start_s + draw(st.floats(0, 0.5)) * length_s
            faces.append(
                track(
                    walk(x0, x1, first_s, first_s + 0.5 * length_s, y),
                    first_s,
                    end_s,
                    height=draw(st.floats(0.02, 1.2)),
                    mouth=talks((first_s, first_s + draw(st.floats(0, 9)))),
                    noise=draw(st.sampled_from([0.0, 0.05, 0.5])),
                    missed=draw(st.sampled_from([0.0, 0.4])),
                    seed=seed,
                )
            )
        columns = draw(st.sampled_from([(), EVEN, TO_THE_RIGHT]))
        shots.append(CameraShot(start_s, end_s, tuple(faces), columns, (1 / 18,) * 18, draw(st.floats(0, 1))))
    return footage_of(*shots, width=width, height=height)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    footages(),
    st.floats(0, 15),
    st.floats(0.01, 8),
    st.sampled_from([TALL, SQUARE, WIDE, 4 / 5]),
    st.sampled_from(["auto", "hold", "pan", "fit", "split"]),
)
def test_every_framing_covers_its_stretch_in_shape_and_within_the_picture(
    footage: Footage, start_s: float, length_s: float, aspect: float, layout: Layout
) -> None:
    end_s = start_s + length_s
    framings = frame_time_range(footage, start_s, end_s, aspect=aspect, layout=layout, speech=[(2.0, 18.0)])
    assert framings[0].start_s == start_s
    assert framings[-1].end_s == end_s
    picture = footage.width / footage.height
    for before, after in itertools.pairwise(framings):
        assert before.end_s == after.start_s
    for framing in framings:
        assert framing.start_s < framing.end_s
        assert framing.why
        assert len(framing.panes) == (2 if framing.layout == "split" else 1)
        for keys in framing.panes:
            assert keys[0].time_s == framing.start_s
            assert keys[0].cut
            assert keys[-1].time_s <= framing.end_s + 1e-9
            assert all(one.time_s < other.time_s for one, other in itertools.pairwise(keys))
            shape = aspect * (2 if framing.layout == "split" else 1)
            for key in keys:
                box = key.box
                assert min(box.x, box.y) >= 0
                assert max(box.x + box.width, box.y + box.height) <= 1 + 1e-9
                if framing.layout == "fit":
                    assert box == Box(0.0, 0.0, 1.0, 1.0)
                else:
                    assert box.width * picture / box.height == pytest.approx(shape, rel=1e-9)


# ---------------------------------------------------------------------------------------------- from the file


def test_from_the_recording_to_the_crop_faces_stay_inside(tmp_path: Path) -> None:
    walker = Actor(1, 0.25, walk(0.2, 0.8, 1.0, 3.0))
    pair = Actor(0, 0.22, stay(0.2), ((0, 2),)), Actor(3, 0.22, stay(0.8), ((2, 4),))
    scenes = [Scene(4, (walker,), look=1), Scene(4, pair, look=2), Scene(1.2, look=3)]
    footage = watch(write_recording(tmp_path / "talk.mp4", scenes, size=(320, 180)))
    framings = frame_time_range(footage, 0.4, 9.0, aspect=TALL, speech=[(4.0, 8.0)])
    assert [framing.layout for framing in framings] == ["pan", "split", "fit"]
    first = [float(time_s) for time_s in np.arange(0.4, 4, 1 / FPS)]
    second = [float(time_s) for time_s in np.arange(4, 8, 1 / FPS)]
    assert share_inside(framings, walker, first) >= 0.99
    for actor in pair:
        assert share_inside(framings, actor, second, 4.0) == 1.0
    assert count_reversals(framings[0].panes[0]) == 0

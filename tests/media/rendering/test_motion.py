from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from automagic.media.framing.pictures import find_faces, frame_picture
from automagic.media.rendering.motion import (
    LARGEST_MOVE,
    LEAD,
    SMALLEST_MOVE,
    MotionKind,
    direction_of,
    ease,
    fixed_point,
    keep_in_view,
    plan_motion,
    window_at,
)
from automagic.media.rendering.render import ShownShot, render_shot
from automagic.media.rendering.shot import ShotPlan
from automagic.media.rendering.warp import MotionPlanes, work_size
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.planes import Plane, Planes, load_picture, make_planes
from automagic.values.cues import CaptionStyle
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.recording import Box
from tests.support.places import DATA

WIDTH, HEIGHT = 272, 480
PICTURE_WIDTH, PICTURE_HEIGHT = 299, 528  # 1.1 times the frame
STEPS = 120
KINDS: tuple[MotionKind, ...] = ("zoom", "pan")
SHARP = EncodeSettings(preset="ultrafast", crf=4)


def plan_of(direction: str) -> Motion:
    """Some planned motion of this direction."""
    plans = (plan_motion(f"seed {number}", duration_s=4, kind=kind) for number in range(1000) for kind in KINDS)
    return next(plan for plan in plans if direction_of(plan) == direction)


def moving(picture: Plane, motion: Motion) -> MotionPlanes:
    return MotionPlanes(make_planes(picture, *work_size(motion, WIDTH, HEIGHT)), motion, WIDTH, HEIGHT)


def draw_spots(spots: list[tuple[float, float]], sigma: float = 3.0) -> NDArray[np.uint8]:
    """A picture of soft white spots, whose centres of mass can be found to a hundredth of a pixel."""
    y, x = np.mgrid[:PICTURE_HEIGHT, :PICTURE_WIDTH] + 0.5
    spots_light = sum(np.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * sigma**2)) for a, b in spots)
    return np.repeat((np.asarray(spots_light) * 250).round().astype(np.uint8)[:, :, None], 3, axis=2)


def find_spot(luma: NDArray[np.uint8], near: tuple[float, float], reach: int = 14) -> tuple[float, float]:
    left, top = (max(round(value) - reach, 0) for value in near)
    light = luma[top : top + 2 * reach, left : left + 2 * reach].astype(float) - 16
    y, x = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return float((light * x).sum() / light.sum()) + left, float((light * y).sum() / light.sum()) + top


def expected_place(motion: Motion, progress: float, spot: tuple[float, float]) -> tuple[float, float]:
    zoom, *center = window_at(motion, progress)
    sides = zip(spot, (PICTURE_WIDTH, PICTURE_HEIGHT), center, (WIDTH, HEIGHT), strict=True)
    x, y = (((value / side - middle) * zoom + 0.5) * size for value, side, middle, size in sides)
    return x, y


# ---------------------------------------------------------------------------------------------- the plan


def test_the_same_seed_gives_the_same_move() -> None:
    assert plan_motion("scene", duration_s=4, kind="zoom") == plan_motion("scene", duration_s=4, kind="zoom")


@given(st.text(max_size=8), st.text(max_size=8), st.floats(0.5, 30))
def test_neighbours_of_different_kinds_never_move_alike(first: str, second: str, duration_s: float) -> None:
    zoom = plan_motion(first, duration_s=duration_s, kind="zoom")
    pan = plan_motion(second, duration_s=duration_s, kind="pan")
    assert direction_of(zoom) in {"in", "out"}
    assert direction_of(pan) in {"left", "right", "up", "down"}


@given(st.text(max_size=8), st.sampled_from(["zoom", "pan"]))
def test_the_reverse_goes_the_other_way(seed: str, kind: MotionKind) -> None:
    there = direction_of(plan_motion(seed, duration_s=4, kind=kind))
    back = direction_of(plan_motion(seed, duration_s=4, kind=kind, reverse=True))
    assert {there, back} in ({"in", "out"}, {"left", "right"}, {"up", "down"})


def test_all_six_directions_occur() -> None:
    plans = [plan_motion(f"{number}", duration_s=4, kind=kind) for number in range(50) for kind in KINDS]
    assert {direction_of(plan) for plan in plans} == {"in", "out", "left", "right", "up", "down"}


@given(st.text(max_size=8), st.sampled_from(KINDS), st.floats(0.5, 60), st.floats(0.2, 2), st.floats(-1, 2))
def test_windows_stay_inside_the_picture(
    seed: str, kind: MotionKind, duration_s: float, amount: float, progress: float
) -> None:
    zoom, x, y = window_at(plan_motion(seed, duration_s=duration_s, kind=kind, amount=amount), progress)
    assert zoom >= 1
    for middle in (x, y):
        assert middle - 0.5 / zoom >= -1e-9
        assert middle + 0.5 / zoom <= 1 + 1e-9


@given(st.text(max_size=8), st.sampled_from(KINDS), st.floats(0.5, 60))
def test_moves_have_the_size_that_is_promised(seed: str, kind: MotionKind, duration_s: float) -> None:
    motion = plan_motion(seed, duration_s=duration_s, kind=kind)
    if direction_of(motion) in {"in", "out"}:
        move = abs(motion.zoom[1] - motion.zoom[0])
    else:
        move = max(abs(motion.center[1][axis] - motion.center[0][axis]) for axis in (0, 1)) * motion.zoom[0]
    assert SMALLEST_MOVE - 1e-9 <= move <= LARGEST_MOVE + 1e-9


def test_windows_reach_exactly_the_ends_of_the_move() -> None:
    motion = plan_of("in")
    for progress, end in ((0.0, 0), (1.0, 1)):
        zoom, x, y = window_at(motion, progress)
        assert (zoom, x, y) == pytest.approx((motion.zoom[end], *motion.center[end]), abs=1e-12)


def test_the_ease_never_turns_and_moves_on_through_both_leads() -> None:
    places = [ease(progress) for progress in np.linspace(-LEAD, 1 + LEAD, 500)]
    assert all(later > earlier for earlier, later in pairwise(places))
    assert ease(-1) == ease(-LEAD)
    assert ease(2) == ease(1 + LEAD)
    speed_at_start = (ease(0.01) - ease(0)) / 0.01
    assert 0.3 < speed_at_start < 1


def test_amount_zero_is_a_still() -> None:
    assert direction_of(plan_motion("seed", duration_s=4, kind="zoom", amount=0)) == "still"


def test_planned_zooms_keep_a_point_in_its_place() -> None:
    motion = plan_of("in")
    point = fixed_point(motion)
    assert point is not None
    for progress in (0.0, 0.3, 1.0, 1.2):
        zoom, *center = window_at(motion, progress)
        for share, middle in zip(point, center, strict=True):
            assert (share - middle) * zoom + 0.5 == pytest.approx(share, abs=1e-9)


AREAS = st.builds(
    lambda x, y, width, height: Box(x, y, width * (1 - x), height * (1 - y)),
    *[st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.05, 1), st.floats(0.05, 1)],
)


@given(st.text(min_size=1), st.sampled_from(KINDS), st.floats(1, 12), st.sampled_from([1.0, 1.3]), AREAS)
def test_what_matters_stays_in_view(seed: str, kind: MotionKind, duration_s: float, amount: float, area: Box) -> None:
    planned = plan_motion(seed, duration_s=duration_s, kind=kind, amount=amount)
    motion = keep_in_view(planned, area)
    assert direction_of(motion) == direction_of(planned)
    if area.width > 0.9 or area.height > 0.9 or kind == "pan":
        return  # no move over the picture keeps all of it in view: the next test
    for progress in np.linspace(-LEAD, 1 + LEAD, 15):
        assert_seen(motion, float(progress), area)


def assert_seen(motion: Motion, progress: float, area: Box, slack: float = 0.005) -> None:
    zoom, x, y = window_at(motion, progress)
    for middle, first, length in ((x, area.x, area.width), (y, area.y, area.height)):
        assert middle - 0.5 / zoom - slack <= first
        assert first + length <= middle + 0.5 / zoom + slack


@pytest.mark.parametrize("direction", ["in", "out", "left", "right", "up", "down"])
def test_a_move_that_would_lose_an_edge_is_shortened_but_goes_on(direction: str) -> None:
    planned, wide = plan_of(direction), Box(0.02, 0.02, 0.96, 0.96)
    motion = keep_in_view(planned, wide)
    for progress in (-LEAD, 0.0, 0.5, 1.0, 1 + LEAD):
        assert_seen(motion, progress, wide, slack=0.01)
    assert direction_of(motion) == direction
    assert keep_in_view(planned, Box(0.4, 0.3, 0.2, 0.2)).zoom == planned.zoom


def step_of(plan: ShotPlan, number: int, spot: tuple[int, int]) -> NDArray[np.float64]:
    """How far what is seen at a place of a frame moves until the next one, in pixels."""
    sides = np.array([plan.frame.width, plan.frame.height])
    (zoom, *center), (next_zoom, *next_center) = (
        window_at(plan.motion, plan.progress(index)) for index in (number, number + 1)
    )
    share = np.array(center) + (spot / sides - 0.5) / zoom
    return np.asarray(((share - next_center) * next_zoom + 0.5) * sides - spot)


@pytest.mark.parametrize("direction", ["in", "out", "left", "right", "up", "down"])
def test_a_photograph_moves_by_parts_of_a_pixel_and_keeps_its_faces(direction: str, tmp_path: Path) -> None:
    """In the frames of the file: from each to the next a part of it moves as far as planned, never by a whole pixel."""
    width, height, frames = 480, 270, 40
    framed = frame_picture(DATA / "four_faces.jpg", tmp_path / "four.png", width=528, height=298)
    motion = keep_in_view(plan_of(direction), framed.salient)
    frame = Frame(width, height, 30, Rect(20, 16, 440, 180), Rect(20, 206, 440, 50))
    plan = ShotPlan(motion, frames, (), CaptionStyle("Inter", 800, 26, "#ffffff", "#ffd23f"), frame, SHARP)
    render_shot(ShownShot(tmp_path / "four.png", plan), 0, frames, tmp_path / "shot.mp4", cancelled=lambda: False)
    with av.open(str(tmp_path / "shot.mp4")) as container:
        seen = [picture.to_ndarray(format="gray") for picture in container.decode(video=0)]
    for x, y in ((130, 100), (300, 110), (200, 160)):
        part = slice(y - 56, y + 56), slice(x - 56, x + 56)
        for number in range(0, frames - 1, 3):
            still = np.eye(2, 3, dtype=np.float32)
            _, moved = cv2.findTransformECC(seen[number][part], seen[number + 1][part], still, cv2.MOTION_TRANSLATION)
            assert np.abs(moved[:, 2] - step_of(plan, number, (x, y))).max() < 0.1
    for picture in (seen[0], seen[-1]):
        faces = find_faces(Image.fromarray(picture).convert("RGB"))
        assert len(faces) == 4
        assert all(left > 0 and top > 0 and right < width and bottom < height for left, top, right, bottom in faces)


# ---------------------------------------------------------------------------------------------- the pixels


@pytest.mark.parametrize("direction", ["in", "out", "left", "right", "up", "down"])
def test_everything_moves_by_parts_of_a_pixel_without_trembling(direction: str) -> None:
    motion = plan_of(direction)
    spots = [(60.0, 80.0), (230.0, 90.0), (150.0, 270.0), (70.0, 450.0), (235.0, 440.0)]
    planes = moving(draw_spots(spots), motion)
    paths: list[list[tuple[float, float]]] = [[] for _ in spots]
    expected: list[list[tuple[float, float]]] = [[] for _ in spots]
    for step in range(STEPS + 1):
        luma = planes.at(step / STEPS).y
        for spot, path, wanted in zip(spots, paths, expected, strict=True):
            wanted.append(expected_place(motion, step / STEPS, spot))
            path.append(find_spot(luma, wanted[-1]))
    for path, wanted in zip(paths, expected, strict=True):
        difference = np.array(path) - np.array(wanted)
        # The picture may stand up to a pixel off as a whole (cuts are made between pixels); its movement may not.
        assert np.abs(difference).max() < 1.2
        assert np.ptp(difference, axis=0).max() / 2 < 0.05
        _assert_one_way(np.array(path), np.array(wanted))


def _assert_one_way(path: NDArray[np.float64], wanted: NDArray[np.float64]) -> None:
    """No step goes against the movement by more than finding a spot in 8-bit pixels can err."""
    for axis in (0, 1):
        travel = wanted[-1, axis] - wanted[0, axis]
        steps = np.diff(path[:, axis]) * np.sign(travel)
        assert steps.min() > -0.02


def test_a_zoom_equals_the_exact_warp() -> None:
    """Four mirrored quarters give the picture that one affine warp of the whole would."""
    rng = np.random.default_rng(7)
    noise = cv2.GaussianBlur(rng.integers(0, 256, (PICTURE_HEIGHT, PICTURE_WIDTH, 3), np.uint8), (0, 0), 1.5)
    motion = Motion((1.02, 1.08), ((0.5, 0.5), (0.5, 0.5)))
    planes = moving(noise, motion)
    for progress in (-0.1, 0.0, 0.37, 1.0):
        quarters = Planes(*(plane.copy() for plane in planes.at(progress)))
        warped = planes.at(progress, magnify=1.0000001)
        for ours, exact in zip(quarters, warped, strict=True):
            difference = np.abs(ours.astype(int) - exact)
            assert difference.max() <= 3
            assert difference.mean() < 0.4


def test_a_move_that_is_neither_zoom_nor_pan_is_drawn_too() -> None:
    motion = Motion((1.05, 1.3), ((0.49, 0.5), (0.6, 0.58)))
    spot = (170.0, 300.0)
    planes = moving(draw_spots([spot]), motion)
    for progress in (0.0, 0.5, 1.0):
        wanted = expected_place(motion, progress, spot)
        assert find_spot(planes.at(progress).y, wanted) == pytest.approx(wanted, abs=0.05)


def test_colour_stays_on_its_shape() -> None:
    """Chroma is placed beside the left luma pixel: a red spot's colour and brightness share one middle."""
    spot = (150.0, 262.0)
    picture = draw_spots([spot])
    picture[:, :, :2] = 0
    for direction in ("in", "left"):
        planes = moving(picture, plan_of(direction))
        frame = planes.at(0.5)
        x, y = find_spot(frame.y, expected_place(plan_of(direction), 0.5, spot))
        red = frame.v.astype(float) - 128
        rows, columns = np.mgrid[: red.shape[0], : red.shape[1]]
        # Chroma sample (i, j) stands at luma position (2 i + 1/2, 2 j + 1), in coordinates where pixels have middles.
        assert 2 * float((red * columns).sum() / red.sum()) + 0.5 == pytest.approx(x, abs=0.1)
        assert 2 * float((red * rows).sum() / red.sum()) + 1.0 == pytest.approx(y, abs=0.1)


def test_sharpness_is_even_over_a_move() -> None:
    rng = np.random.default_rng(3)
    fine = cv2.GaussianBlur(rng.integers(0, 256, (PICTURE_HEIGHT, PICTURE_WIDTH), np.uint8), (0, 0), 0.8)
    picture = np.repeat(fine[:, :, None], 3, axis=2)
    for direction in ("in", "left", "up"):
        planes = moving(picture, plan_of(direction))
        sharpness = [cv2.Laplacian(planes.at(step / 60).y, cv2.CV_32F).var() for step in range(61)]
        assert min(sharpness) > 0.8 * max(sharpness), direction


def test_a_picture_of_another_shape_is_cut_about_its_middle(tmp_path: Path) -> None:
    wide = np.zeros((600, 1000, 3), np.uint8)
    wide[:, 490:510] = 255
    cv2.imwrite(str(tmp_path / "wide.png"), wide)
    picture = load_picture(tmp_path / "wide.png", WIDTH, HEIGHT)
    assert picture.shape[1] / picture.shape[0] == pytest.approx(WIDTH / HEIGHT, abs=0.01)
    columns = np.flatnonzero(picture[0, :, 0] > 128)
    assert columns.mean() + 0.5 == pytest.approx(picture.shape[1] / 2, abs=1)

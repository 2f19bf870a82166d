"""A layer over a frame: the exact formula, wherever it stands, and a growth that never goes back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.media.design.cards.layers import LayerImage
from automagic.media.rendering.layers import Layer, Pose, clip, meet, open_layer, restore
from automagic.media.video.planes import Planes, bgr_to_yuv, halve
from automagic.values.frame import Rect

WIDTH, HEIGHT = 96, 64
FRAME = Rect(0, 0, WIDTH, HEIGHT)


def noise(seed: int = 0) -> Planes:
    """A frame of which no two points are alike."""
    rng = np.random.default_rng(seed)
    sizes = ((HEIGHT, WIDTH), (HEIGHT // 2, WIDTH // 2), (HEIGHT // 2, WIDTH // 2))
    return Planes(*(rng.integers(16, 236, size, dtype=np.uint8) for size in sizes))


def copy(planes: Planes) -> Planes:
    return Planes(*(plane.copy() for plane in planes))


def image(
    color: tuple[int, int, int] = (255, 255, 255), *, at: tuple[int, int] = (20, 16), soft: bool = False
) -> LayerImage:
    """A rectangle of 40 x 24, opaque or less and less so to the right."""
    pixels = np.full((24, 40, 4), (*color, 255), np.uint8)
    if soft:
        pixels[:, :, 3] = np.linspace(0, 255, 40).astype(np.uint8)
    return LayerImage(*at, pixels)


def lay(layer: Layer, pose: Pose, ground: Planes, within: Rect = FRAME) -> Planes:
    planes = copy(ground)
    layer.lay(planes, pose, within)
    return planes


def changed(one: Planes, other: Planes) -> Rect | None:
    """Around the points in which two frames differ."""
    rows, columns = np.nonzero(one.y != other.y)
    if not rows.size:
        return None
    left, top = int(columns.min()), int(rows.min())
    return Rect(left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top)


@given(st.floats(0, 1), st.tuples(*[st.integers(0, 255)] * 3))
@settings(max_examples=20)
def test_what_lies_under_it_shows_by_what_its_opacity_leaves(opacity: float, color: tuple[int, int, int]) -> None:
    ground, one = noise(), image(color, soft=True)
    seen = lay(open_layer([one], growth=""), Pose(opacity), ground)
    share = one.pixels[:, :, 3] / 255 * (opacity if opacity > 0 else 0)
    luma, u, v = np.moveaxis(bgr_to_yuv(np.ascontiguousarray(one.pixels[:, :, 2::-1])).astype(float), 2, 0)
    exact = ground.y[16:40, 20:60] * (1 - share) + luma * share
    assert np.abs(seen.y[16:40, 20:60] - exact).max() <= 2
    less = halve(share.astype(np.float32))
    for plane, own, tone in ((ground.u, seen.u, u), (ground.v, seen.v, v)):
        exact = plane[8:20, 10:30] * (1 - less) + halve((tone * share).astype(np.float32))
        assert np.abs(own[8:20, 10:30] - exact).max() <= 2


@given(st.floats(-150, 150), st.floats(-150, 150), st.floats(0, 1))
@settings(max_examples=60)
def test_it_touches_nothing_but_what_it_says_and_never_leaves_the_frame(dx: float, dy: float, opacity: float) -> None:
    ground, layer, pose = noise(), open_layer([image()], growth=""), Pose(opacity, dx, dy)
    seen = lay(layer, pose, ground)
    reach = layer.reach(pose)
    assert {reach.x % 2, reach.y % 2, reach.width % 2, reach.height % 2} == {0}
    touched, allowed = changed(ground, seen), clip(reach, WIDTH, HEIGHT)
    assert touched is None or (allowed is not None and allowed.contains(touched))
    assert layer.box == Rect(20, 16, 40, 24)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20), st.floats(-9, 9))
@settings(max_examples=40)
def test_within_a_rectangle_it_is_drawn_as_it_is_in_the_whole(x: int, y: int, w: int, h: int, dx: float) -> None:
    """So that a frame may be mended in rectangles."""
    within = Rect(2 * x, 2 * y, min(2 * w, WIDTH - 2 * x), min(2 * h, HEIGHT - 2 * y))
    ground, layer, pose = noise(), open_layer([image(soft=True)], growth=""), Pose(0.7, dx, dx / 2)
    part, whole = lay(layer, pose, ground, within), lay(layer, pose, ground)
    mended = copy(ground)
    restore(whole, mended, within)
    assert all(np.array_equal(one, other) for one, other in zip(part, mended, strict=True))


def test_a_place_between_two_pixels_is_a_share_of_both() -> None:
    """Moves are not rounded to pixels, which would tremble."""
    black = Planes(*(np.full_like(plane, 16) for plane in noise()))
    layer = open_layer([image()], growth="")
    edges = [lay(layer, Pose(dx=dx), black).y[30, 19:23].tolist() for dx in (0.0, 0.25, 0.5, 0.75, 1.0)]
    shares = [(edge[1] - 16) / (235 - 16) for edge in edges]
    assert shares == pytest.approx([1.0, 0.75, 0.5, 0.25, 0.0], abs=0.02)
    assert all(edge[0] == 16 and edge[2:] == [235, 235] for edge in edges[:4])


@pytest.mark.parametrize("growth", ["across", "back", "round"])
def test_growth_uncovers_the_next_image_and_never_covers_it_again(growth: str) -> None:
    black = Planes(*(np.full_like(plane, 16) for plane in noise()))
    layer = open_layer([image((0, 0, 0)), image()], growth=growth)
    seen = [lay(layer, Pose(growth=share), black).y for share in np.linspace(0, 1, 41)]
    assert set(np.unique(seen[0])) == {16}
    assert (seen[-1][16:40, 20:60] == 235).all()
    for one, other in itertools.pairwise(seen):
        assert (other.astype(int) - one).min() >= 0
    uncovered = [float((one[16:40, 20:60] - 16.0).mean() / 219) for one in seen]
    assert uncovered == pytest.approx(np.linspace(0, 1, 41), abs=0.16)


def test_a_pen_uncovers_the_last_image_where_it_is_and_leaves_it_as_it_rests() -> None:
    """Its way is a row of points, one after the other; beside it nothing is seen before the end."""
    way = image((0, 0, 0))
    level = np.linspace(0, 255, 40).astype(np.uint8)
    way.pixels[8:16, :, 0], way.pixels[8:16, :, 1], way.pixels[8:16, :, 2] = level, 255 - level, 128
    layer, ground = open_layer([image((0, 0, 0)), way, image()], growth="stroke"), noise()
    rows = [lay(layer, Pose(growth=share), ground).y for share in np.linspace(0, 1, 21)]
    for share, seen in zip(np.linspace(0, 1, 21)[:-1], rows[:-1], strict=True):
        assert (seen[28, 20:60] > 128).sum() == pytest.approx(40 * share, abs=1.5)
        assert (seen[17, 20:60] == 16).all()
    at_rest = lay(open_layer([image()], growth=""), Pose(), ground)
    assert all(map(np.array_equal, lay(layer, Pose(growth=1.0), ground), at_rest))


@pytest.mark.parametrize(("growth", "first", "last"), [("across", 22, 57), ("back", 57, 22)])
def test_growth_has_a_direction(growth: str, first: int, last: int) -> None:
    layer = open_layer([image((0, 0, 0)), image()], growth=growth)
    seen = lay(layer, Pose(growth=0.5), noise()).y[28]
    assert (int(seen[first]), int(seen[last])) == (235, 16)


def test_round_begins_at_the_top_and_goes_as_clocks_do() -> None:
    layer = open_layer([image((0, 0, 0)), image()], growth="round")
    seen = lay(layer, Pose(growth=0.5), noise()).y
    right, left = seen[28, 55], seen[28, 25]
    assert (int(right), int(left)) == (235, 16)
    quarter = lay(layer, Pose(growth=0.2), noise()).y
    assert (int(quarter[18, 45]), int(quarter[38, 45])) == (235, 16)


def test_a_roll_pushes_one_image_out_by_the_next_one() -> None:
    tones = [(0, 0, 0), (255, 255, 255)]
    layer, ground = open_layer([image(tone) for tone in tones], growth="roll"), noise()
    at_rest = [lay(open_layer([image(tone)], growth=""), Pose(), ground) for tone in tones]
    for share, rest in zip((0.0, 1.0), at_rest, strict=True):
        assert all(map(np.array_equal, lay(layer, Pose(growth=share), ground), rest))
    black = Planes(*(np.full_like(plane, 16) for plane in noise()))
    coming = [lay(layer, Pose(growth=share), black).y[16:40, 30] > 20 for share in (0.25, 0.5, 0.75)]
    assert [int(one.sum()) for one in coming] == [6, 12, 18]
    assert all(one[-6:].all() for one in coming)  # from below


def test_across_begins_where_two_images_differ() -> None:
    """What is uncovered in the middle of a line does not wait until the edge has come so far."""
    first, second = image((0, 0, 0)), image((0, 0, 0))
    second.pixels[:, 24:32, :3] = 255
    layer = open_layer([first, second], growth="across")
    seen = [lay(layer, Pose(growth=share), noise()).y[28, 44:52] > 128 for share in (0.45, 0.55)]
    assert [int(one.sum()) for one in seen] == [3, 6]


def test_a_count_shows_one_image_after_the_other_and_never_two() -> None:
    tones = [(10, 10, 10), (120, 120, 120), (250, 250, 250)]
    layer = open_layer([image(tone) for tone in tones], growth="count")
    seen = [set(np.unique(lay(layer, Pose(growth=float(n)), noise()).y[16:40, 20:60])) for n in range(3)]
    assert [len(one) for one in seen] == [1, 1, 1]
    assert [min(one) for one in seen] == sorted(min(one) for one in seen)


@given(*[st.builds(Rect, *[st.integers(-40, 140)] * 2, *[st.integers(1, 80)] * 2)] * 2)
def test_rectangles_meet_where_they_share_a_point(one: Rect, other: Rect) -> None:
    points = {(x, y) for x in range(one.x, one.right) for y in range(one.y, one.bottom)}
    shared = any(other.x <= x < other.right and other.y <= y < other.bottom for x, y in points)
    assert meet(one, other) == meet(other, one) == shared
    inside = clip(one, WIDTH, HEIGHT)
    seen = {(x, y) for x, y in points if 0 <= x < WIDTH and 0 <= y < HEIGHT}
    assert (inside is None) == (not seen)
    assert inside is None or inside.width * inside.height == len(seen)

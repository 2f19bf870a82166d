"""The frames of a card: each is what it would be by itself, whatever was drawn before it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import MediaError
from automagic.media.captions.images import CaptionTrack
from automagic.media.quality.cards import STEP
from automagic.media.rendering.card_frames import CardFrames, ease, open_ground, pose_at
from automagic.media.rendering.render import RenderCancelled, ShownShot, render_shot
from automagic.media.video.planes import Planes
from automagic.products.video.appearing import Heard, plan_appearances
from automagic.products.video.film import AT_ONCE
from automagic.values.cues import Cue
from automagic.values.frame import Rect
from automagic.values.moving import Appearance, Easing, Element, MotionStyle
from automagic.values.script import Card
from automagic.values.words import Word
from tests.support.media.moving_cards import MOVES, with_appearances, write_shot
from tests.support.media.sample_cards import CARDS, SMALL

FRAMES = 40
CUES = (
    Cue(((Word("Nearly", 0.2, 0.5), Word("seventy", 0.5, 0.8)),), 0.2, 0.8),
    Cue(((Word("percent", 0.9, 1.2),),), 0.9, 1.2),
)


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ShownShot]:
    """A card that counts and grows, one that comes word by word and one with entries from the side."""
    folder = tmp_path_factory.mktemp("cards")
    return {
        name: write_shot(folder / name, card, frames=FRAMES, cues=CUES, by_word=name == "title", theme=theme)
        for name, card, theme in (
            ("number", CARDS[3], "default"),
            ("title", CARDS[0], "poster"),
            ("list", CARDS[5], "gazette"),
        )
    }


def open_frames(shot: ShownShot) -> CardFrames:
    assert shot.ground is not None
    return CardFrames(shot.picture, open_ground(shot.ground, SMALL.width, SMALL.height), shot.plan)


def copied(planes: Planes) -> Planes:
    return Planes(*(plane.copy() for plane in planes))


def same(one: Planes, other: Planes) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


class Drawn:
    """The frames of a shot with their captions, each drawn by itself."""

    def __init__(self, shot: ShownShot) -> None:
        plan = shot.plan
        self.shot = shot
        self.captions = CaptionTrack(plan.cues, plan.caption_style, plan.frame, first=0, count=plan.frames)
        self.alone = cache(lambda number: copied(self.draw(open_frames(shot), number)))

    def draw(self, frames: CardFrames, number: int) -> Planes:
        state = self.captions.state(number)
        return frames.draw(number, self.captions.bitmap(state) if state else None)


@pytest.mark.parametrize("name", ["number", "title", "list"])
def test_a_frame_is_the_same_whatever_was_drawn_before_it(shots: dict[str, ShownShot], name: str) -> None:
    drawn = Drawn(shots[name])

    @given(st.lists(st.integers(0, FRAMES - 1), min_size=1, max_size=8))
    @settings(max_examples=12)
    def in_any_order(order: list[int]) -> None:
        frames = open_frames(drawn.shot)
        for number in order:
            assert same(drawn.draw(frames, number), drawn.alone(number)), (order, number)

    in_any_order()
    frames = open_frames(drawn.shot)
    for number in range(FRAMES):
        assert same(drawn.draw(frames, number), drawn.alone(number)), number


def test_at_its_end_it_is_the_card_at_rest(shots: dict[str, ShownShot]) -> None:
    """But for the rounding of colours; and before that, and after all are gone, the ground."""
    shot = shots["title"]
    resting = replace(shot, plan=replace(shot.plan, cues=()))
    frames = open_frames(resting)
    ground = copied(frames.ground)
    last = frames.draw(max(one.start for one in frames.plan.appearances) + 20).y.astype(int)
    assert (np.abs(last - ground.y) > 40).mean() > 0.02
    later = with_appearances(resting, **{name: Appearance(30) for name in names(resting)})
    assert same(open_frames(later).draw(29), ground)


@pytest.mark.parametrize("theme", ["default", "bloom", "gazette"])
def test_an_icon_is_drawn_stroke_by_stroke_and_then_is_what_it_is_at_rest(tmp_path: Path, theme: str) -> None:
    card = Card("statement", "Ships climb", icon="ship")
    shot = write_shot(tmp_path, card, theme=theme, moves=replace(MOVES, easing="out-back"))
    coming, standing = Appearance(0, grows=4), Appearance(-1, grows=-99)
    frames, resting = (open_frames(with_appearances(shot, icon=when)) for when in (coming, standing))
    box, ink = resting.ink(0)
    places = slice(box.y, box.bottom), slice(box.x, box.right)
    whole = copied(resting.draw(0)).y[places].astype(int)
    away = [np.abs(frames.draw(number).y[places] - whole)[ink > 0].mean() for number in range(16)]
    assert away[5:] == sorted(away[5:], reverse=True)
    assert away[3] > away[6] > away[9] > away[11] > 0
    assert away[14:] == [0, 0]
    assert shot.plan.card is not None
    assert shot.plan.card.elements[0].growth == "stroke"


def names(shot: ShownShot) -> list[str]:
    assert shot.plan.card is not None
    return [element.name for element in shot.plan.card.elements]


def test_elements_go_together_at_the_end_and_those_that_stay_do_not(shots: dict[str, ShownShot]) -> None:
    shot = shots["number"]
    every = {name: Appearance(-1, grows=-30, leaves=True) for name in names(shot)}
    assert shot.plan.card is not None
    index = names(shot).index("figure")
    box = shot.plan.card.elements[index].box
    gone, stays = (
        copied(open_frames(with_appearances(shot, **{**every, "figure": one})).draw(FRAMES - 1))
        for one in (every["figure"], replace(every["figure"], leaves=False))
    )
    ground = open_frames(shot).ground.y
    inside = slice(box.y, box.bottom), slice(box.x, box.right)
    left, right = (np.abs(one.y[inside].astype(int) - ground[inside]).mean() for one in (gone, stays))
    assert left < right / 4


def test_a_frame_is_drawn_upon_only_where_elements_and_captions_reach(shots: dict[str, ShownShot]) -> None:
    """However far they come: what lies outside of the frame is not drawn, and nothing else is touched."""
    shot = replace(shots["list"], plan=replace(shots["list"].plan, cues=()))
    assert shot.plan.card is not None
    far = replace(shot, plan=replace(shot.plan, card=replace(shot.plan.card, style=replace(MOVES, distance=2.0))))
    frames = open_frames(far)
    for number in range(FRAMES):
        planes = frames.draw(number)
        reached = np.zeros(planes.y.shape, bool)
        for index, pose in enumerate(frames.poses):
            if pose is not None:
                box = frames._layers[index].reach(pose)
                reached[max(box.y, 0) : max(box.bottom, 0), max(box.x, 0) : max(box.right, 0)] = True
        assert np.array_equal(planes.y[~reached], frames.ground.y[~reached])


def test_the_first_frame_of_a_video_shows_what_is_read_first(shots: dict[str, ShownShot]) -> None:
    shot = shots["title"]
    assert shot.plan.card is not None
    words = tuple(Word(word, 0.3 * n, 0.3 * n + 0.3) for n, word in enumerate(("Why", "solar", "power", "won")))
    elements = shot.plan.card.elements
    planned = plan_appearances(elements, Heard(words, 90, 30, "en"), MOVES, opens=True)
    opened = with_appearances(shot, **{one.name: when for one, when in zip(elements, planned, strict=True)})
    frames = open_frames(opened)
    first = frames.draw(0).y.astype(int)
    shown = {}
    for index, element in enumerate(elements):
        box, ink = frames.ink(index)
        letters = ink > 240
        behind = frames.ground.y[box.y : box.bottom, box.x : box.right]
        shown[element.name] = np.abs(first[box.y : box.bottom, box.x : box.right] - behind)[letters].mean() > 20
    assert shown["headline 1"]
    assert not shown["headline 2"]


def test_without_motion_every_frame_is_the_whole_card(shots: dict[str, ShownShot]) -> None:
    shot = shots["number"]
    assert shot.plan.card is not None
    planned = plan_appearances(shot.plan.card.elements, Heard((), FRAMES, 30, "en"), AT_ONCE)
    still = replace(shot.plan, cues=(), card=replace(shot.plan.card, appearances=planned, style=AT_ONCE))
    frames = open_frames(replace(shot, plan=still))
    first = copied(frames.draw(0))
    assert all(same(frames.draw(number), first) for number in range(1, FRAMES))
    assert all(frames.rests(index, 0) for index in range(len(planned)))


# ---------------------------------------------------------------------------------------------- easing


@given(st.sampled_from(["out-cubic", "out-quint", "out-back"]), st.floats(-1, 2), st.floats(-1, 2))
def test_easing_begins_at_nothing_ends_at_all_and_goes_hardly_too_far(easing: Easing, one: float, other: float) -> None:
    assert (ease(-one * one, easing), ease(1 + one * one, easing)) == pytest.approx((0.0, 1.0))
    assert -1e-9 <= ease(one, easing) <= 1.06
    if easing != "out-back":
        assert ease(min(one, other), easing) <= ease(max(one, other), easing) <= 1


@pytest.mark.parametrize("way", [(0.0, 20.0), (-200.0, 90.0), (0.4, 0.0)])
def test_an_element_goes_from_where_the_card_before_left_it_to_its_place(
    shots: dict[str, ShownShot], way: tuple[float, float]
) -> None:
    """In steps that the quality gate allows, however far it is."""
    shot = shots["title"].plan
    assert shot.card is not None
    come = Appearance(-1, grows=-99, away=way)
    poses = [pose_at(element("rise"), come, shot.card, shot, number) for number in range(90)]
    places = [way, *((pose.dx, pose.dy) for pose in poses if pose is not None)]
    assert len(places) == 91
    assert {pose.opacity for pose in poses if pose is not None} == {1.0}
    steps = [np.hypot(one[0] - other[0], one[1] - other[1]) for one, other in itertools.pairwise(places)]
    assert max(steps) <= max(STEP * SMALL.width * 0.8, 0.2)
    left = [np.hypot(*place) for place in places]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0


def element(entrance: str) -> Element:
    return Element("headline 1", "x", Rect(10, 10, 20, 20), entrance)  # type: ignore[arg-type]


@pytest.mark.parametrize("easing", ["out-cubic", "out-quint", "out-back"])
@pytest.mark.parametrize("entrance", ["rise", "slide", "appear"])
def test_an_element_comes_in_its_time_and_then_stands(
    shots: dict[str, ShownShot], entrance: str, easing: Easing
) -> None:
    style = MotionStyle(0.4, 0.6, 0.2, 0.03, easing)
    shot = shots["title"].plan
    assert shot.card is not None
    card = replace(shot.card, style=style)
    poses = [pose_at(element(entrance), Appearance(5, leaves=False), card, shot, number) for number in range(FRAMES)]
    assert poses[:5] == [None] * 5
    assert all(pose is not None for pose in poses[5:])
    seen = [pose for pose in poses if pose is not None]
    opacities = [pose.opacity for pose in seen]
    assert opacities == sorted(opacities)
    assert opacities[0] > 0
    assert all(pose.stands for pose in seen[12:])
    assert not seen[0].stands
    ways = {"rise": (0, 1), "slide": (-1, 0), "appear": (0, 0)}[entrance]
    assert (np.sign(seen[0].dx), np.sign(seen[0].dy)) == ways
    furthest = max(max(abs(pose.dx), abs(pose.dy)) for pose in seen)
    assert furthest <= 0.03 * SMALL.width


# ---------------------------------------------------------------------------------------------- rendered


def render(shot: ShownShot, target: Path, first: int = 0, count: int = FRAMES):
    return render_shot(shot, first, count, target, cancelled=lambda: False)


def test_the_same_card_gives_the_same_bytes(shots: dict[str, ShownShot], tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        report = render(shots["number"], tmp_path / name)
    assert (report.frames, report.black_frames, report.captioned_frames) == (FRAMES, 0, 27)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_cancelled_card_leaves_nothing(shots: dict[str, ShownShot], tmp_path: Path) -> None:
    asked = itertools.count()
    with pytest.raises(RenderCancelled):
        render_shot(shots["list"], 0, FRAMES, tmp_path / "a.mp4", cancelled=lambda: next(asked) >= 5)
    assert not list(tmp_path.iterdir())


DAMAGE = {
    "nothing": lambda _data: b"",
    "half of it": lambda data: data[: len(data) // 2],
    "something else": lambda _data: b"GIF89a",
}


@pytest.mark.parametrize("which", ["layers", "ground"])
@pytest.mark.parametrize("damage", [*DAMAGE, "missing"])
def test_a_broken_file_of_a_card_is_a_media_error_and_no_video(
    shots: dict[str, ShownShot], tmp_path: Path, which: str, damage: str
) -> None:
    shot = shots["list"]
    assert shot.ground is not None
    source = shot.picture if which == "layers" else shot.ground
    broken = tmp_path / "broken"
    if damage != "missing":
        broken.write_bytes(DAMAGE[damage](source.read_bytes()))
    wrong = replace(shot, picture=broken) if which == "layers" else replace(shot, ground=broken)
    with pytest.raises(MediaError):
        render(wrong, tmp_path / "a.mp4")
    assert {path.name for path in tmp_path.iterdir()} <= {"broken"}


def test_layers_of_another_card_are_refused(shots: dict[str, ShownShot], tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        render(replace(shots["list"], picture=shots["title"].picture), tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())

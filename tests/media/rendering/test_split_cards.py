"""A card beside a moving still: only the still's pane moves, by parts of a pixel, and the text keeps to its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from automagic.media.captions.plates import over_pictures
from automagic.media.framing.pictures import frame_picture
from automagic.media.quality.cards import CAPTION_CONTRAST
from automagic.media.rendering.card_frames import CardFrames
from automagic.media.rendering.render import ShownShot, open_visual, render_shot, render_transition
from automagic.media.rendering.shot import TransitionKind
from automagic.values.cues import Cue
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.moving import Appearance
from automagic.values.words import Word
from tests.support.media.moving_cards import write_shot
from tests.support.media.sample_cards import CARDS
from tests.support.places import DATA

UPRIGHT = Frame(540, 960, 30, content=Rect(68, 264, 404, 256), caption=Rect(68, 544, 404, 164))
PANE = Rect(0, 0, 540, 240)
FRAMES = 36
ZOOM = Motion((1.01, 1.07), ((0.5, 0.4992), (0.5, 0.4948)))
CUES = (Cue(((Word("Nearly", 0.0, 0.6), Word("seventy", 0.6, 1.3)),), 0.0, 1.3),)


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> ShownShot:
    """A number beside a photograph of four people."""
    folder = tmp_path_factory.mktemp("split")
    card = write_shot(folder / "card", CARDS[3], frames=FRAMES, cues=CUES, frame=UPRIGHT)
    frame_picture(DATA / "four_faces.jpg", folder / "four.png", width=594, height=264)
    return replace(card, still=folder / "four.png", plan=replace(card.plan, motion=ZOOM, pane=PANE))


def test_where_all_elements_stand_only_the_pane_moves(shot: ShownShot) -> None:
    card = shot.plan.card
    assert card is not None
    stand = replace(card, appearances=tuple(Appearance(-1, grows=-1000) for _ in card.elements))
    with open_visual(replace(shot, plan=replace(shot.plan, card=stand))) as frames:
        assert isinstance(frames, CardFrames)
        first, later = (frames.draw(number).y.copy() for number in (0, 29))
    changed = first != later
    assert changed[: PANE.bottom].mean() > 0.5
    assert not changed[PANE.bottom :].any()


def test_a_frame_is_the_same_whatever_was_drawn_before_it(shot: ShownShot) -> None:
    with open_visual(shot) as forwards, open_visual(shot) as backwards:
        assert isinstance(forwards, CardFrames)
        assert isinstance(backwards, CardFrames)
        drawn = {number: forwards.draw(number).y.copy() for number in range(0, FRAMES, 5)}
        for number in reversed(drawn):
            assert np.array_equal(backwards.draw(number).y, drawn[number])


def test_the_same_shot_gives_the_same_bytes_and_its_texts_are_measured(shot: ShownShot, tmp_path: Path) -> None:
    reports = [render_shot(shot, 0, FRAMES, tmp_path / f"{name}.mp4", cancelled=never) for name in ("one", "two")]
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    assert reports[0] == reports[1]
    assert reports[0].elements
    assert all(element.stands_s >= 0 and element.contrast > CAPTION_CONTRAST for element in reports[0].elements)
    assert reports[0].faintest is not None
    assert reports[0].faintest.contrast >= CAPTION_CONTRAST
    assert all(stretch.length_s < 0.5 for stretch in reports[0].resting)


def test_the_still_moves_on_through_a_join(shot: ShownShot) -> None:
    with open_visual(shot) as frames:
        seen = [frames.at(progress).y[: PANE.bottom].copy() for progress in (-0.1, 0, 1, 1.1)]
    assert float(cv2.absdiff(seen[0], seen[1]).mean()) > 0.1
    assert float(cv2.absdiff(seen[2], seen[3]).mean()) > 0.1


@pytest.mark.parametrize("kind", ["slide", "crossfade", "wipe", "zoom"])
def test_captions_read_in_joins_between_cards_and_bright_pictures(
    shot: ShownShot, kind: TransitionKind, tmp_path: Path
) -> None:
    """Before and after the boundary; the card's own captions have an outline and no plate."""
    size = (UPRIGHT.height * 11 // 10, UPRIGHT.width * 11 // 10)
    texture = np.random.default_rng(1).integers(150, 256, (*size, 1)).repeat(3, axis=2).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "sky.png"), texture)
    style = shot.plan.caption_style
    still = ShownShot(
        tmp_path / "sky.png",
        replace(shot.plan, visual="still", card=None, pane=None, caption_style=over_pictures(style)),
    )
    for old, new in ((shot, still), (still, shot)):
        report = render_transition(old, new, 8, kind, tmp_path / "join.mp4", cancelled=never)
        assert report.captioned_frames == 8
        assert report.faintest is not None
        assert report.faintest.contrast >= CAPTION_CONTRAST

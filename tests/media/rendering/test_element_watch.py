"""What is measured of a card's texts: late, early, pale and leaping ones are found, and nothing of a good card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.media.quality.cards import check_cards
from automagic.media.rendering.element_watch import contrast
from automagic.media.rendering.render import ShownShot, render_shot
from automagic.media.rendering.shot import SegmentReport
from automagic.values.moving import Appearance, MotionStyle
from tests.support.media.moving_cards import with_appearances, write_shot
from tests.support.media.sample_cards import CARDS

FRAMES = 60


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> ShownShot:
    """A ring with its figure and its label."""
    return write_shot(tmp_path_factory.mktemp("card") / "number", CARDS[3], frames=FRAMES)


def watched(shot: ShownShot, folder: Path, *, first: int = 0, **by_name: Appearance) -> SegmentReport:
    """The report of the shot with some of its elements elsewhere in time."""
    planned = with_appearances(shot, **by_name)
    return render_shot(planned, first, FRAMES - first, folder / "a.mp4", cancelled=lambda: False)


def verdicts(report: SegmentReport) -> dict[str, tuple[str, str]]:
    return {one.name: (one.verdict, one.detail) for one in check_cards([report], 30)}


GOOD = Appearance(10, said=12, grows=8)


def test_a_card_as_it_should_be_passes(shot: ShownShot, tmp_path: Path) -> None:
    report = watched(shot, tmp_path, figure=GOOD, label_1=Appearance(15, said=16))
    names = [one.name for one in report.elements]
    assert names[0] == "figure “70”"
    assert not any(name.startswith("ring") for name in names)  # it says nothing
    figure = report.elements[0]
    assert figure.waits
    assert figure.said_s == pytest.approx(0.4)
    assert 10 / 30 <= figure.seen_s <= 14 / 30
    assert figure.stands_s == pytest.approx(16 / 30, abs=0.05)  # it has come, and counted to its end
    assert figure.contrast > 5
    assert 0 < figure.step <= 0.05
    assert {name: verdict for name, (verdict, _) in verdicts(report).items()} == {
        "texts_off_their_words": "pass",
        "text_contrast": "pass",
        "largest_step": "pass",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        Appearance(40, said=10, grows=40),  # late
        Appearance(10, said=10, grows=45),  # there in time, but it has not counted to its end
        Appearance(5, said=30, grows=5),  # it waits, and is seen before
        Appearance(-1, said=50, grows=-1),
        Appearance(FRAMES + 1, said=20),  # never
    ],
)
def test_a_text_that_is_not_there_with_its_word_is_named(shot: ShownShot, tmp_path: Path, wrong: Appearance) -> None:
    verdict, detail = verdicts(watched(shot, tmp_path, figure=wrong))["texts_off_their_words"]
    assert verdict == "flag"
    assert detail.startswith("figure “70”")


def test_a_text_that_may_be_seen_before_its_word_is_not_early(shot: ShownShot, tmp_path: Path) -> None:
    report = watched(shot, tmp_path, figure=GOOD, label_1=Appearance(-1, said=50))
    assert verdicts(report)["texts_off_their_words"] == ("pass", "")


def test_times_are_those_of_the_segment(shot: ShownShot, tmp_path: Path) -> None:
    whole = watched(shot, tmp_path, figure=replace(GOOD, start=30, said=31, grows=30))
    later = watched(shot, tmp_path, first=6, figure=replace(GOOD, start=30, said=31, grows=30))
    for name in ("said_s", "seen_s", "stands_s"):
        one, other = (getattr(report.elements[0], name) for report in (whole, later))
        assert other == pytest.approx(one - 6 / 30), name


def test_pale_letters_are_found(shot: ShownShot, tmp_path: Path) -> None:
    """On a ground as light as they are."""
    assert shot.ground is not None
    ground = cv2.imread(str(shot.ground))
    assert ground is not None
    cv2.imwrite(str(tmp_path / "pale.bmp"), np.full_like(ground, 225))
    pale = replace(shot, ground=tmp_path / "pale.bmp")
    verdict, detail = verdicts(watched(pale, tmp_path, figure=GOOD))["text_contrast"]
    assert verdict == "flag"
    assert "“" in detail


def test_a_leap_is_found(shot: ShownShot, tmp_path: Path) -> None:
    assert shot.plan.card is not None
    hasty = MotionStyle(enter_s=0.1, grow_s=0.3, exit_s=0.0, distance=1.5, easing="out-cubic")
    leaping = replace(shot, plan=replace(shot.plan, card=replace(shot.plan.card, style=hasty)))
    verdict, detail = verdicts(watched(leaping, tmp_path, figure=GOOD))["largest_step"]
    assert verdict == "flag"
    assert "“" in detail


@pytest.mark.parametrize("name", theme_names())
def test_no_theme_leaps_and_all_read_well(tmp_path: Path, name: str) -> None:
    moves = load_theme(name).motion_style("lively")
    assert moves is not None
    moving = write_shot(tmp_path / "card", CARDS[1], moves=moves, theme=name, frames=FRAMES)
    report = render_shot(moving, 0, FRAMES, tmp_path / "a.mp4", cancelled=lambda: False)
    assert len(report.elements) >= 3
    assert {one: verdict for one, (verdict, _) in verdicts(report).items()} == {
        "texts_off_their_words": "pass",
        "text_contrast": "pass",
        "largest_step": "pass",
    }


def test_a_still_theme_moves_nothing() -> None:
    theme = load_theme(DEFAULT_THEME)
    assert theme.motion_style("still") is None
    calm, lively = theme.motion_style("calm"), theme.motion_style("lively")
    assert calm == theme.moves
    assert lively is not None
    assert lively.distance > theme.moves.distance


def test_contrast_is_that_of_the_standard() -> None:
    levels = np.array([16, 235, 126], np.uint8)
    black, white, grey = (np.full(9, level, np.uint8) for level in levels)
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(grey, grey) == 1
    assert contrast(black, grey) == pytest.approx((0.5023**2.4 + 0.05) / 0.05, rel=0.01)

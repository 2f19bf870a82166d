"""What was measured of the texts of cards becomes three figures of the whole video."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automagic.media.quality.cards import CONTRAST, EARLY_S, LATE_S, STEP, check_cards
from automagic.media.rendering.shot import SeenElement, SegmentReport

GOOD = SeenElement("headline 1 “A canal”", 1.0, 1.0, 1.3, 9.0, 0.01, waits=False)
WAITING = replace(GOOD, name="figure “1914”", waits=True)


def segment(*elements: SeenElement, frames: int = 60) -> SegmentReport:
    return SegmentReport(frames, 270, 480, (), (), 0, 60.0, 0, "", elements)


def verdicts(*segments: SegmentReport) -> list[str]:
    return [one.verdict for one in check_cards(segments, 30)]


def test_a_video_without_cards_has_no_such_figures() -> None:
    assert check_cards([segment(), segment()], 30) == []


def test_good_cards_pass() -> None:
    found = check_cards([segment(GOOD), segment(WAITING)], 30)
    assert [(one.name, one.value, one.verdict, one.detail) for one in found] == [
        ("texts_off_their_words", 0, "pass", ""),
        ("text_contrast", 9.0, "pass", ""),
        ("largest_step", 0.01, "pass", ""),
    ]


@pytest.mark.parametrize(
    ("element", "off"),
    [
        (replace(GOOD, stands_s=1.0 + LATE_S), False),
        (replace(GOOD, stands_s=1.01 + LATE_S), True),
        (replace(GOOD, stands_s=-1.0), True),
        (replace(GOOD, said_s=-1.0, stands_s=50.0), False),
        (replace(GOOD, said_s=-1.0, stands_s=-1.0), True),
        (replace(GOOD, said_s=5.0), False),
        (replace(WAITING, seen_s=1.0 - EARLY_S), False),
        (replace(WAITING, seen_s=0.99 - EARLY_S), True),
        (replace(WAITING, said_s=-1.0, seen_s=0.0), False),
    ],
)
def test_late_missing_and_early_texts_are_counted(element: SeenElement, *, off: bool) -> None:
    (measure, *_) = check_cards([segment(GOOD, element)], 30)
    assert (measure.value, measure.verdict) == ((1, "flag") if off else (0, "pass"))
    assert (element.name in measure.detail) == off


def test_a_fault_is_told_with_its_second_in_the_video() -> None:
    late = replace(WAITING, said_s=0.5, stands_s=2.0)
    pale, leaping = replace(GOOD, contrast=CONTRAST - 0.1), replace(GOOD, name="entry 1 “x”", step=STEP + 0.01)
    off, contrast, step = check_cards([segment(GOOD, frames=90), segment(late, pale), segment(leaping)], 30)
    assert off.detail == "figure “1914” at 3.50 s"
    assert (contrast.verdict, contrast.value) == ("flag", CONTRAST - 0.1)
    assert contrast.detail == "headline 1 “A canal” at 3.00 s"
    assert (step.verdict, step.detail) == ("flag", "entry 1 “x” at 5.00 s")


def test_the_worst_of_all_texts_counts() -> None:
    assert verdicts(segment(GOOD), segment(replace(GOOD, contrast=1.0)), segment(GOOD)) == ["pass", "flag", "pass"]
    assert verdicts(segment(replace(GOOD, step=1.0), GOOD)) == ["pass", "pass", "flag"]

"""Labels of frames at 29.97 a second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.captions.scc.labels import from_label, to_frame, to_label, to_seconds

DAY = 24 * 6 * 17_982


@pytest.mark.parametrize(
    ("frame", "label"),
    [
        (0, "00:00:00;00"),
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),
        (3597, "00:01:59;29"),
        (3598, "00:02:00;02"),
        (17_981, "00:09:59;29"),
        (17_982, "00:10:00;00"),
        (107_892, "01:00:00;00"),
    ],
)
def test_two_labels_of_a_minute_are_left_out_but_of_each_tenth_none(frame: int, label: str) -> None:
    assert to_label(frame) == label
    assert from_label(label) == frame


def test_without_drop_frame_a_label_is_the_number() -> None:
    assert to_label(1800, drop_frame=False) == "00:01:00:00"
    assert from_label("00:01:00:00") == 1800


@given(st.integers(0, DAY - 1), st.booleans())
def test_a_label_means_its_frame(frame: int, drop_frame: bool) -> None:
    assert from_label(to_label(frame, drop_frame=drop_frame)) == frame


@given(st.integers(0, DAY - 1))
def test_with_drop_frame_labels_keep_up_with_the_clock(frame: int) -> None:
    clock, number = to_label(frame).split(";")
    hours, minutes, seconds = map(int, clock.split(":"))
    assert abs(hours * 3600 + minutes * 60 + seconds + int(number) / 30 - to_seconds(frame)) < 0.2


@given(st.floats(0, 86_000))
def test_a_time_has_the_nearest_frame(time_s: float) -> None:
    assert abs(to_seconds(to_frame(time_s)) - time_s) <= 0.5 * 1001 / 30_000 + 1e-6


@pytest.mark.parametrize("label", ["00:01:00;00", "00:01:00;01", "00:00:00;30", "00:60:00;00", "0:00:00;00", "", "a"])
def test_what_is_no_label_means_no_frame(label: str) -> None:
    assert from_label(label) is None

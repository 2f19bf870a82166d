"""What commands print for a terminal: times, lengths, and tables in the columns that there are."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from automagic.cli.tables import columns_of, draw_table, printable, shorten
from automagic.cli.words import count, format_clock, format_moment

NOW = datetime(2026, 11, 30, 11, 20).astimezone()


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW.replace(hour=2, minute=58), "02:58"),
        (NOW.replace(day=29, hour=23), "Sun 23:20"),
        (NOW.replace(day=20), "11-20 11:20"),
        (NOW.replace(year=2027, month=1, day=1), "01-01 11:20"),
        (NOW.replace(year=2025, month=11), "2025-11-30"),
    ],
)
def test_a_moment_is_told_as_shortly_as_it_is_clear(moment, shown):
    assert format_moment(moment.timestamp(), NOW.timestamp()) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (43.6, "0:44"), (178, "2:58"), (3723.4, "1:02:03")])
def test_a_length_is_told_as_on_a_clock(seconds, shown):
    assert format_clock(seconds) == shown


def test_numbers_take_their_plural():
    assert [count(1, "command"), count(2, "process", "processes"), count(1200, "answer")] == [
        "1 command",
        "2 processes",
        "1,200 answers",
    ]


LATIN_TO_EMOJI = st.text(st.sampled_from("ab é日本語ñ🐝ü…-"), max_size=30)


@given(LATIN_TO_EMOJI, st.integers(1, 40))
def test_a_text_is_never_wider_than_its_room_and_is_left_alone_where_it_fits(text, room):
    shown = shorten(text, room)
    assert columns_of(shown) <= room
    assert shown == text if columns_of(text) <= room else shown.endswith("…")
    assert columns_of(text) == cell_len(text)


def test_columns_stand_below_each_other_whatever_the_script():
    lines = draw_table([["日本", "1", "x"], ["Bees", "200", "y"]], right=(1,))
    assert lines == ["日本    1  x", "Bees  200  y"]


def test_what_is_printed_does_nothing_to_a_terminal() -> None:
    assert printable("a\x1b[31mb\u202ec\n👨\u200d👩") == "a\ufffd[31mb\ufffdc\n👨\u200d👩"

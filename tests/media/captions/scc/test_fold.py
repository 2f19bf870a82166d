"""Captions folded into 32 columns."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.captions.scc.codes import count_columns
from automagic.media.captions.scc.fold import fold_cues


def test_a_text_that_fits_keeps_its_lines() -> None:
    (cue,) = fold_cues([(1.0, 3.0, "Hello\nworld.")], top=True)
    assert (cue.start_s, cue.end_s, cue.rows, cue.top) == (1.0, 3.0, ("Hello", "world."), True)


def test_a_long_line_becomes_rows_of_nearly_one_length() -> None:
    (cue,) = fold_cues([(1.0, 3.0, "The council will meet on Tuesday to vote about the budget.")])
    assert len(cue.rows) == 2
    lengths = [len(row) for row in cue.rows]
    assert max(lengths) - min(lengths) <= 8


def test_more_than_fits_becomes_captions_that_share_the_time() -> None:
    text = "The first clause of a long sentence ends here, and the second goes on for quite some time before it ends."
    first, second = fold_cues([(10.0, 20.0, text)], rows=2)
    assert first.rows[-1].endswith("here,")
    assert first.start_s == 10.0
    assert first.end_s == second.start_s
    assert second.end_s == pytest.approx(20.0)
    assert 13 < first.end_s < 16


def test_a_word_that_is_wider_than_the_screen_is_cut() -> None:
    (cue,) = fold_cues([(1.0, 3.0, "x" * 70)])
    assert [len(row) for row in cue.rows] == [32, 32, 6]


def test_nothing_gives_no_caption() -> None:
    assert fold_cues([(1.0, 3.0, " \n ")]) == ()


@given(st.text("ab éÀ…—.,\n", max_size=600), st.integers(1, 4))
def test_no_word_is_lost_and_every_row_fits(text: str, rows: int) -> None:
    cues = fold_cues([(5.0, 15.0, text)], rows=rows)
    assert "".join("".join(cue.rows) for cue in cues).replace(" ", "") == "".join(text.split())
    assert all(len(cue.rows) <= rows and max(map(count_columns, cue.rows)) <= 32 for cue in cues)
    assert all(before.end_s == after.start_s for before, after in pairwise(cues))
    assert all(cue.end_s > cue.start_s for cue in cues)

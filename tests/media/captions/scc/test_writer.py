"""Captions as SCC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.captions.scc.codes import BASIC, EXTENDED, SPECIAL
from automagic.media.captions.scc.fold import fold_cues
from automagic.media.captions.scc.writer import SccCue, write_scc
from tests.support.media.scc_decoder import decode

FRAME_S = 1001 / 30_000


def test_a_caption_is_loaded_before_its_moment_and_erased_at_its_end() -> None:
    written = write_scc([SccCue(2.0, 4.0, ("Hello", "world."))])
    lines = [line for line in written.text.splitlines() if line]
    assert lines[0] == "Scenarist_SCC V1.0"
    # Resume loading, erase, row 14 from column 13, "Hello", row 15 from column 13, "world.", end of caption.
    assert lines[1].partition("\t")[2] == (
        "9420 9420 94ae 94ae 94d6 94d6 97a1 97a1 c8e5 ecec ef80 9476 9476 97a1 97a1 f7ef f2ec 64ae 942f 942f"
    )
    assert lines[2] == "00:00:04;00\t942c 942c"
    (shown,) = decode(written.text)
    assert (shown.start_s, shown.end_s) == pytest.approx((2.0, 4.0), abs=FRAME_S)
    assert shown.rows == {14: (13, "Hello"), 15: (13, "world.")}
    assert not written.late
    assert not written.replaced


def test_a_caption_at_the_top_stands_below_the_first_row() -> None:
    (shown,) = decode(write_scc([SccCue(2.0, 4.0, ("Above",), top=True)]).text)
    assert list(shown.rows) == [2]


def test_a_caption_that_follows_at_once_replaces_the_one_before() -> None:
    first, second = decode(write_scc([SccCue(2.0, 4.0, ("One",)), SccCue(4.0, 6.0, ("Two",))]).text)
    assert first.end_s == second.start_s == pytest.approx(4.0, abs=FRAME_S)


def test_a_caption_without_room_to_be_loaded_comes_later_and_is_reported() -> None:
    long = ("x" * 32,) * 4
    written = write_scc([SccCue(2.0, 2.5, ("Hi",)), SccCue(2.5, 5.0, long)])
    assert list(written.late) == [1]
    _, second = decode(written.text)
    assert second.start_s == pytest.approx(2.5 + written.late[1] * FRAME_S, abs=FRAME_S)
    assert second.text == list(long)


def test_every_sign_of_the_alphabets_arrives() -> None:
    signs = [sign for sign in (*BASIC, *SPECIAL, *EXTENDED) if sign not in " \u00a0'‘—“”"]
    rows = ["".join(signs[place : place + 16]) for place in range(0, len(signs), 16)]
    written = write_scc([SccCue(3.0 * number + 3, 3.0 * number + 5, (row,)) for number, row in enumerate(rows)])
    assert [shown.text for shown in decode(written.text)] == [[row] for row in rows]
    assert not written.replaced


@pytest.mark.parametrize("row", ["♪♪ la ♪♪♪", "½½", "ÀÀÀ", "x½½x", "ÀÀx", "éé"])
def test_equal_signs_in_succession_are_no_repetition(row: str) -> None:
    assert decode(write_scc([SccCue(2.0, 4.0, (row,))]).text)[0].text == [row]


def test_marks_of_print_become_those_of_typewriters() -> None:
    (shown,) = decode(write_scc([SccCue(2.0, 4.0, ("“Don’t” – wait…",))]).text)
    assert shown.text == ['"Don\'t" - wait...']


def test_signs_that_the_alphabet_lacks_are_replaced_and_reported() -> None:
    written = write_scc([SccCue(2.0, 4.0, ("Łódź 東 e\u0301\u200d",))])
    assert decode(written.text)[0].text == ["?ódz ? é"]
    assert written.replaced == ((0, "Ł", "?"), (0, "ź", "z"), (0, "東", "?"))


def test_a_caption_with_nothing_to_show_is_left_out() -> None:
    written = write_scc([SccCue(2.0, 4.0, ("\u200d",)), SccCue(4.0, 6.0, ("Two",))])
    assert written.dropped == (0,)
    assert [one.text for one in decode(written.text)] == [["Two"]]


@pytest.mark.parametrize("rows", [("x" * 33,), ("a",) * 5, ("…" * 11,)])
def test_what_does_not_fit_is_refused(rows: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at most 4 rows of 32 columns"):
        write_scc([SccCue(2.0, 4.0, rows)])


WORDS = st.text("abcdeéñ½♪ÀÜ'.,-“”—…Ł", min_size=1, max_size=9)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.3, 6), TEXTS), min_size=1, max_size=8), st.booleans())
def test_what_is_written_is_what_a_receiver_shows(spans: list[tuple[float, float, str]], drop_frame: bool) -> None:
    at = 2.0
    given_cues = []
    for gap_s, length_s, text in spans:
        given_cues.append((at + gap_s, at + gap_s + length_s, text))
        at += gap_s + length_s
    cues = fold_cues(given_cues)
    written = write_scc(cues, drop_frame=drop_frame)
    kept = [(number, cue) for number, cue in enumerate(cues) if number not in written.dropped]
    shown = decode(written.text)
    assert len(shown) == len(kept)
    for (number, cue), one in zip(kept, shown, strict=True):
        assert one.start_s == pytest.approx(cue.start_s + written.late.get(number, 0) * FRAME_S, abs=FRAME_S)
        marks = {"“": '"', "”": '"', "—": "--", "…": "...", "Ł": "?"}
        assert one.text == ["".join(marks.get(sign, sign) for sign in row) for row in cue.rows]

"""What is found in an SCC file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.captions.scc.lint import lint_scc
from automagic.media.captions.scc.writer import SccCue, write_scc

GOOD = write_scc([SccCue(2.0, 4.0, ("Hello ½ À",)), SccCue(60.0, 62.0, ("Two", "rows"))]).text
LOAD = "94ae 94ae 9420 9420 9470 9470 c8e9 942f 942f"


def faults(text: str) -> list[tuple[str, int]]:
    return [(finding.fault, finding.line) for finding in lint_scc(text)]


def test_what_we_write_has_nothing_wrong() -> None:
    assert faults(GOOD) == []
    assert faults(GOOD.replace("\n", "\r\n")) == []
    assert faults(GOOD.upper().replace("SCENARIST_SCC V1.0", "Scenarist_SCC V1.0")) == []


@given(st.lists(st.text("aé½À♪ x", min_size=1, max_size=32), min_size=1, max_size=4), st.booleans())
def test_nothing_that_we_write_has(rows: list[str], drop_frame: bool) -> None:
    written = write_scc([SccCue(20.0, 24.0, tuple(rows))], drop_frame=drop_frame)
    assert [one for one in lint_scc(written.text) if one.fault != "empty"] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"00:01:00;00\t{LOAD}", ("label", 3)),
        (f"00:00:01;31\t{LOAD}", ("label", 3)),
        (f"25:00:00;00\t{LOAD}", ("label", 3)),
        (f"00:00:10;00\t{LOAD}\n\n00:00:20:00\t{LOAD}", ("mixed labels", 5)),
        (f"00:00:10;00\t{LOAD}\n\n00:00:05;00\t{LOAD}", ("order", 5)),
        (f"00:00:10;00\t{LOAD}\n\n00:00:10;04\t{LOAD}", ("overlap", 5)),
        (f"00:00:10;00\t{LOAD} zzzz", ("hex", 3)),
        (f"00:00:10;00\t{LOAD} 48e9", ("parity", 3)),
        ("00:00:10;00\t94ae 94ae 9420 9420 9470 c8e9 942f 942f", ("single", 3)),
        ("00:00:10;00\t94ae 94ae 9420 9420 9470 9470 c8e9", ("never shown", 3)),
        (f"00:00:10;00\t94ae 94ae 9420 9420 9470 9470 {'c8e9 ' * 20}942f 942f", ("columns", 3)),
        (f"00:00:10;00\t94ae 94ae {'9140 9140 91e0 91e0 9240 9240 92e0 92e0 1540 1540'} c8e9 942f 942f", ("rows", 3)),
        (f"00:00:10;00\t152c 152c {LOAD}", ("second field", 3)),
        (f"00:00:10;00\t1032 1032 {LOAD}", ("unknown", 3)),
        ("00:00:10;00 but no codes", ("hex", 3)),
        ("nothing", ("line", 3)),
    ],
)
def test_a_planted_fault_is_found_at_its_line(body: str, expected: tuple[str, int]) -> None:
    assert expected in faults(f"Scenarist_SCC V1.0\n\n{body}\n")


@pytest.mark.parametrize("text", ["", "\n", "WEBVTT\n", "Scenarist_SCC V1.0\n"])
def test_what_is_no_scc_or_has_no_captions_is_said(text: str) -> None:
    assert faults(text)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert faults("\ufeff" + GOOD) == []


def test_of_one_kind_at_most_twenty_are_listed() -> None:
    assert len(faults("Scenarist_SCC V1.0\n\n" + "nothing\n" * 100)) == 21  # and that there are no captions


@given(st.text("0123456789abcdef:;\t \nzé", max_size=300))
def test_whatever_it_is_given_it_answers(text: str) -> None:
    lint_scc("Scenarist_SCC V1.0\n\n" + text)

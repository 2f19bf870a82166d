"""SCC as a receiver shows it: all three kinds of captions, and what stands between them."""

from __future__ import annotations

import pytest

from automagic.media.captions.scc.codes import with_parity
from automagic.media.captions.scc.fold import fold_cues
from automagic.media.captions.scc.labels import to_frame, to_label, to_seconds
from automagic.media.captions.scc.reader import read_scc
from automagic.media.captions.scc.writer import write_scc

RU2, RU3, CR, EDM, RDC = "9425", "9426", "94ad", "942c", "9429"


def letters(text: str) -> str:
    padded = text + "\0" * (len(text) % 2)
    return " ".join(with_parity((ord(a), ord(b))).hex() for a, b in zip(padded[::2], padded[1::2], strict=True))


def scc(*lines: tuple[float, str]) -> str:
    rows = (f"{to_label(to_frame(at))}\t{codes}" for at, codes in lines)
    return "Scenarist_SCC V1.0\n\n" + "\n\n".join(rows) + "\n"


def shown(text: str) -> list[tuple[float, float | None, str]]:
    return [
        (round(one.start_s, 1), None if one.end_s is None else round(one.end_s, 1), "/".join(one.rows))
        for one in read_scc(text)
    ]


def test_what_we_write_is_read_without_a_change() -> None:
    cues = [
        (3.0, 5.0, "Hello “world” — ½ of ♪♪ À la carte"),
        (5.0, 7.5, ">> CHAIR: naïve façade,\nmotion {carries}"),
        (9.0, 11.0, "ÀÀ ññ ää"),
    ]
    folded = fold_cues(cues)
    read = read_scc(write_scc(folded).text)
    assert [one.rows for one in read] == [
        ('Hello "world" -- ½', "of ♪♪ À la carte"),
        (">> CHAIR: naïve façade,", "motion {carries}"),
        ("ÀÀ ññ ää",),
    ]
    for one, cue in zip(read, folded, strict=True):
        assert one.start_s == pytest.approx(to_seconds(to_frame(cue.start_s)), abs=0.001)
        assert one.end_s == pytest.approx(cue.end_s, abs=0.1)


def test_rolled_up_lines_are_shown_once_each() -> None:
    text = scc(
        (1, f"{RU3} {RU3} {CR} {CR} 9470 9470 {letters('FIRST LINE')}"),
        (3, f"{RU3} {RU3} {CR} {CR} 9470 9470 {letters('SECOND')}"),
        (5, f"{EDM} {EDM}"),
    )
    assert shown(text) == [(1.2, 3.1, "FIRST LINE"), (3.2, 5.0, "SECOND")]


def test_painted_captions_end_when_they_are_erased_or_painted_over() -> None:
    paint = f"{RDC} {RDC} 9470 9470 "
    text = scc((1, paint + letters("ONE")), (3, paint + letters("TWO")), (5, f"{EDM} {EDM}"))
    assert shown(text) == [(1.1, 3.1, "ONE"), (3.1, 5.0, "TWO")]


@pytest.mark.parametrize(
    ("codes", "rows"),
    [
        (f"9420 9420 9470 9470 {letters('ABC')} 942f 942f", "ABC"),
        (f"9420 9420 9470 9470 {letters('ABCD')} 94a1 94a1 {letters('X')} 942f 942f", "ABCX"),  # a backspace
        (f"9420 9420 9470 9470 {letters('AB')} 91ae 91ae {letters('CD')} 942f 942f", "AB CD"),  # italics
        (
            f"9420 9420 9470 9470 {letters('AB')} 1c20 1c20 {letters('XX')} 9420 {letters('CD')} 942f",
            "ABCD",
        ),  # channel 2
        (f"94ab 94ab {letters('TEXT')} 9420 9420 9470 9470 {letters('AB')} 942f 942f", "AB"),  # text is no caption
        (f"9420 9420 9470 9470 {letters('A' * 40)} 942f 942f", "A" * 40),  # the screen ends at 32; the words go on
        (f"9420 9470 {letters('AB')} 942f", "AB"),  # nothing is sent twice
    ],
)
def test_codes_between_the_letters(codes: str, rows: str) -> None:
    assert shown(scc((1, codes)))[0][2] == rows


def test_the_last_caption_has_no_end_where_nothing_erases_it() -> None:
    assert shown(scc((1, f"9420 9420 9470 9470 {letters('AB')} 942f 942f"))) == [(1.2, None, "AB")]


@pytest.mark.parametrize("text", ["", "Scenarist_SCC V1.0", "Scenarist_SCC V1.0\n\nzz\tzz", "\0\1", "00:00:01;00\t94"])
def test_what_is_no_scc_shows_nothing(text: str) -> None:
    assert read_scc(text) == ()

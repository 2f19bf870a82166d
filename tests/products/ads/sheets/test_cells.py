"""No cell is a formula, and none erases."""

from __future__ import annotations

import csv
import io

import pytest

from automagic.errors import RequestError
from automagic.products.ads.sheets.cells import safe_cell, write_table


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+20 %", "@kera", "\t=1", "\r=1", "  =1+1", "\u200b=1", "\uff1d1", "[]", " [] ", "[\u200b]", "a\x00b"],
)
def test_refuses(text) -> None:
    with pytest.raises(RequestError):
        safe_cell(text)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("-20 % until Sunday", "\u221220 % until Sunday"),
     (" -1", "\u22121"), ("\uff0d1", "\u22121"), ("007", "007"), ("a-b [x]", "a-b [x]")],
)  # fmt: skip
def test_keeps_what_is_read(text, cell) -> None:
    assert safe_cell(text) == cell


@pytest.mark.parametrize(
    ("tabs", "encoding", "mark"), [(True, "utf-16", b"\xff\xfe"), (False, "utf-8-sig", b"\xef\xbb\xbf")]
)
def test_tables_come_back(tabs, encoding, mark) -> None:
    row = {"A": 'says "x", y\ttab\nline', "B": "für 39 €"}
    data = write_table([row], ("A", "Empty", "B"), tabs=tabs)
    assert data.startswith(mark)
    page = io.StringIO(data.decode(encoding), newline="")
    assert list(csv.DictReader(page, delimiter="\t" if tabs else ",")) == [row]


def test_no_column_gets_lost() -> None:
    with pytest.raises(ValueError, match="Bogus"):
        write_table([{"Bogus": "x"}], ("A",), tabs=True)

"""Dates are found as they are written in several languages."""

from __future__ import annotations

import pytest

from automagic.language.grounding.dates import dates_in, without_dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 12 March 2025", [(2025, 3, 12)]),
        ("March 12th, 2025", [(2025, 3, 12)]),
        ("the 3rd of May", [(0, 5, 3)]),
        ("in Sept. 2024", [(2024, 9, 0)]),
        ("2025-03-12 and 12 Apr", [(2025, 3, 12), (0, 4, 12)]),
        ("am 3. März 2025", [(2025, 3, 3)]),
        ("le 1er janvier", [(0, 1, 1)]),
        ("el 5 de mayo de 2020", [(2020, 5, 5)]),
        ("It may be 5 of them; march on.", []),
        ("May 20.5 be enough", []),
        ("3/4/2025", []),
    ],
)
def test_a_date_says_what_it_says(text: str, dates: list[tuple[int, int, int]]) -> None:
    assert [date for date, _ in dates_in(text)] == dates


def test_what_stands_around_a_date_is_left() -> None:
    assert without_dates("Since 2025-03-12 it rains, since May 3 it pours").split(";\n") == [
        "Since ",
        " it rains, since ",
        " it pours",
    ]

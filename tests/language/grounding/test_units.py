"""A unit has one name, however it is written."""

from __future__ import annotations

import pytest

from automagic.language.grounding.units import units_of, with_unit
from automagic.language.numbers.values import find_numbers


@pytest.mark.parametrize(
    ("text", "units", "shown"),
    [
        ("It cost $5 million.", ("dollar",), "$5 million"),
        ("It cost 5m dollars.", ("dollar",), "5m dollars"),
        ("about 40%", ("percent",), "40%"),
        ("about 40 percent", ("percent",), "40 percent"),
        ("3 kilometres away", ("kilometer",), "3 kilometres"),
        ("3km away", ("kilometer",), "3km"),
        ("a 300-day test", ("day",), "300-day"),
        ("300\ndays", ("day",), "300\ndays"),
        ("300\n\ndays", (), "300"),
        ("300 boats", (), "300"),
        ("300", (), "300"),
    ],
)
def test_a_number_has_its_unit(text: str, units: tuple[str, ...], shown: str) -> None:
    (number,) = find_numbers(text)
    assert units_of(text, number) == units
    assert with_unit(text, number) == shown

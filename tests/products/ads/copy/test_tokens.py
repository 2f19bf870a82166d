"""Numbers, parts and dates have one writing."""

from __future__ import annotations

import pytest

from automagic.products.ads.copy.tokens import tokens_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a five-year guarantee", "a 5-year guarantee"),
        ("ten or more", "10+"),
        ("7 out of 10 lamps", "seven in ten lamps"),
        ("20 percent", "20%"),
        ("until 31 May", "until May 31st"),
        ("twenty-five lamps", "25 lamps"),
    ],
)
def test_the_same_number_is_written_in_one_way(one, other) -> None:
    assert tokens_of(one) == tokens_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A$99", "$99"),
        ("A$99", "US$99"),
        ("no one", "no. 1"),
        ("3 in 2023", "3 out of 2023"),
        ("20 in 10 boxes", "20 out of 10 boxes"),
        ("in May 12 lamps shine", "on 12 May lamps shine"),
    ],
)
def test_other_numbers_stay_apart(one, other) -> None:
    assert tokens_of(one) != tokens_of(other)

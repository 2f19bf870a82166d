"""What of a claim stands by itself."""

from __future__ import annotations

import pytest

from automagic.products.ads.copy.statements import statements
from automagic.products.ads.copy.tokens import tokens_of


@pytest.mark.parametrize(
    ("claim", "alone"),
    [
        ("The body is brass and the collar is plastic.", ["the body is brass", "the collar is plastic"]),
        ("Tea costs £2, or £5 a pot with two cups.", ["tea costs £ 2", "tea costs £ 5 a pot with 2 cups"]),
        ("Entry is valid on Friday, and on Monday in May.", ["entry is valid on friday"]),
        ("The bus is free, and the boat is free if it rains.", ["the boat is free if it rains"]),
        ("If you join, the bus is free and the boat is half price.", []),
        ("Nobody says the bus is free and the boat is open.", []),
        ("Tea costs £2, or £5 a pot, for members.", []),
        ("Entry is only valid on Friday, and on Monday.", []),
    ],
)
def test_a_clause_stands_alone_where_nothing_binds_it(claim, alone) -> None:
    _, *parts = statements(tuple(tokens_of(claim)), frozenset({"lamp"}))
    assert [" ".join(part) for part in parts] == alone

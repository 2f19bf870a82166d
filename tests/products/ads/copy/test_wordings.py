"""A statement in other words, none of them lost."""

from __future__ import annotations

from automagic.products.ads.copy.tokens import tokens_of
from automagic.products.ads.copy.wordings import tells, wordings


def test_a_wording_has_its_stops() -> None:
    told = wordings(tuple(tokens_of("a timer is planned for the autumn")), frozenset())
    assert any(tells(tokens_of("Planned for autumn: a timer"), one) for one in told)
    assert not any(tells(tokens_of("Planned for autumn a timer"), one) for one in told)


def test_no_wording_says_of_now_what_was() -> None:
    told = wordings(tuple(tokens_of("our team mended ten lamps in 2023")), frozenset())
    assert any(tells(tokens_of("10 lamps were mended by our team in 2023"), one) for one in told)
    assert not any(tells(tokens_of("10 lamps are mended by our team in 2023"), one) for one in told)


def test_they_are_bounded() -> None:
    long = ("you", "can", "get", *["in", "may"] * 25, "if", "you", "have", "one")
    assert len(wordings(long, frozenset())) <= 60
    assert wordings(long * 3, frozenset()) == (long * 3,)

"""Texts are as long as each platform counts them."""

from __future__ import annotations

import pytest

from automagic.products.ads.specs.counting import count_text


@pytest.mark.parametrize(
    ("text", "how", "length"),
    [
        ("Coffee", "width", 6),
        ("コーヒー", "width", 8),  # fullwidth
        ("ｺｰﾋｰ", "width", 4),  # halfwidth
        ("コーヒー!", "cjk2", 9),
        ("Cafe\u0301", "chars", 4),
        ("Café", "width", 4),
        ("Read https://example.org/a-very-long-address-indeed", "x_weighted", 28),
        ("", "chars", 0),
    ],
)
def test_the_length_of_a_text(text, how, length) -> None:
    assert count_text(text, how) == length

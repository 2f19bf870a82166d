"""What the numbers of a text are worth, in several languages; the tables: data/numbers.tsv, founded_numbers.tsv."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.data import words
from automagic.language.grounding.statements import unfounded_numbers
from automagic.language.numbers.spoken import cardinal
from automagic.language.numbers.values import SPELLED, find_numbers, scales_of_cldr, value_of
from tests.support.texts.tables import rows_of


@pytest.mark.parametrize(("language", "sentence", "expected"), rows_of("numbers"))
def test_the_numbers_of_a_sentence_are_worth_what_they_say(language: str, sentence: str, expected: str) -> None:
    worth = [Decimal(top) / Decimal(bottom or 1) for top, _, bottom in (v.partition("/") for v in expected.split())]
    assert [number.value for number in find_numbers(sentence, language)] == worth


@given(st.integers(10, 10**12 - 1), st.sampled_from(["en", "de", "es", "fr", "pt"]))
def test_a_whole_number_is_read_as_it_is_said(value: int, language: str) -> None:
    assert [number.value for number in find_numbers(cardinal(str(value), language), language)] == [value]


@given(
    st.text(alphabet="5 .,-–½²%€kM aonetwhundrmilo'\n\u202f", max_size=60), st.sampled_from(["en", "de", "fr", "ja"])
)
def test_whatever_is_read_its_numbers_stand_in_order(text: str, language: str) -> None:
    places = [place for number in find_numbers(text, language) for place in (number.start, number.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_one_word_is_a_number_or_none() -> None:
    assert [value_of(word) for word in ("eight", "1,200", "twenty-five", "hundred", "first", "the", "two ships")] == [
        *(8, 1200, 25), *(None,) * 4
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "source", "unfounded"), rows_of("founded_numbers"))
def test_a_number_told_in_another_language_is_held_against_the_source(
    language: str, text: str, source: str, unfounded: str
) -> None:
    expected = () if unfounded == "none" else tuple(unfounded.split("|"))
    assert unfounded_numbers(text, [source], language, "en") == expected


@pytest.mark.parametrize("language", SPELLED[1:])
def test_the_list_of_scales_has_all_that_cldr_has(language: str) -> None:
    known = scales_of_cldr(language)
    assert known
    assert words("scales")[language].items() >= known.items()

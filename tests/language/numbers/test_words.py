"""Numbers that are spelled out: read whole, or not at all; what cards show of them stands in data/cards.toml."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.cards.figures import find_figures
from automagic.language.numbers.spoken import cardinal
from automagic.language.numbers.words import SCALES, join_numbers
from automagic.language.text.tokens import Token
from tests.support.texts.tables import cases_of
from tests.support.texts.trees import parse


def tokens_of(words: str) -> list[Token]:
    return [Token(word, "CRD", "") for word in words.split()]


@given(st.integers(21, 10**12))
def test_every_number_is_read_as_it_is_spelled(value: int) -> None:
    spelled = cardinal(str(value)).replace(",", "").split()
    joined, origins = join_numbers([*tokens_of(" ".join(spelled)), Token("ships", "NN2", ".")])
    assert (joined[-1].text, origins[-2:]) == ("ships", [len(spelled), len(spelled) + 1])
    texts = [token.text for token in joined[:-1]]
    if texts == spelled:  # "thirty", "five thousand", "two million": left as they are
        assert len(spelled) == 1 or (len(spelled) == 2 and spelled[1] in SCALES)
        return
    digits, *scale = texts
    assert round(float(digits.replace(",", "")) * (SCALES[scale[0]] if scale else 1)) == value


WORDS = ["a", "one", "two", "ten", "fifty", "hundred", "thousand", "million", "and", "half", "point", "of", "ships"]


@given(st.lists(st.sampled_from(WORDS)))
def test_whatever_words_follow_one_another_none_is_lost_or_told_twice(words: list[str]) -> None:
    tokens = tokens_of(" ".join(words))
    joined, origins = join_numbers(tokens)
    assert origins == sorted(set(origins))
    assert (origins[0], origins[-1], len(origins)) == (0, len(tokens), len(joined) + 1)
    for token, first, behind in zip(joined, origins, origins[1:], strict=False):
        said = " ".join(words[first:behind])
        assert token.text == said or token.text[0].isdigit()


@pytest.mark.parametrize("case", cases_of("cards", "of what is not understood no part is shown"))
def test_of_what_is_not_understood_no_part_is_a_figure(case: dict[str, Any]) -> None:
    assert find_figures(parse(case["sentence"])[0]) == []

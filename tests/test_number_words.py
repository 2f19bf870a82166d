"""Numbers that are spelled out: read whole, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.cards.figures import find_figures
from automagic.language.cards.points import card_for
from automagic.language.numbers.spoken import cardinal
from automagic.language.numbers.words import SCALES, join_numbers
from automagic.language.text.tokens import Token
from automagic.values.script import Card


def tokens_of(words: str) -> list[Token]:
    return [Token(word, "CRD", "") for word in words.split()]


def card(sentence: str) -> Card:
    return card_for(sentence, role="body", title="", language="en")


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


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("A single crossing uses around two hundred million litres.", "200", "million litres"),
        ("The wall is one thousand five hundred metres long.", "1500", "metres long"),
        ("Twenty six metres of water lie below.", "26", "metres"),
        ("Forty-two thousand ships pass each year.", "42,000", "ships"),
        ("The fund paid out two point five billion dollars.", "2.5", "billion dollars"),
        ("It weighs three and a half thousand tonnes.", "3500", "tonnes"),
        ("Two hundred and fifty million people live there.", "250", "million"),
        ("The canal saves from twenty five to thirty days.", "25–30", "days"),
        ("It took five thousand years.", "five", "thousand years"),
        ("More than two hundred thousand million stars shine there.", "200,000,000,000", "stars"),
        ("He paid five lakh rupees.", "five", "lakh rupees"),
        ("The state gave ₹5 lakh crore to roads.", "5", "lakh crore"),
    ],
)
def test_a_spelled_number_is_shown_whole(sentence: str, value: str, unit: str) -> None:
    shown = card(sentence)
    assert [(figure.value, figure.unit) for figure in shown.figures] == [(value, unit)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Half a million people fled.",
        "Several hundred thousand people came to see it.",
        "A few hundred metres from here the road ends.",
        "Nineteen eighty-four people still read.",
        "At seven thirty minutes are precious.",
    ],
)
def test_of_what_is_not_understood_no_part_is_shown(sentence: str) -> None:
    assert find_figures(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "value", "share"),
    [
        ("One in 500 eggs survives.", "One in 500", 1 / 500),
        ("One in 100,000 survives.", "One in 100,000", None),
        ("About one in a hundred thousand survives.", "one in 100,000", None),
        ("One in two million wins.", "One in two million", None),
    ],
)
def test_one_in_so_many_is_one_figure_and_drawn_as_a_share_where_it_can_be_seen(
    sentence: str, value: str, share: float | None
) -> None:
    [figure] = card(sentence).figures
    assert (figure.value, figure.share) == (value, share)


def test_less_than_a_quantity_is_no_comparison_of_two_things() -> None:
    assert card("Some species weigh fifty kilograms, others less than one gram.").layout == "statement"
    assert card("The blue whale is heavier than an elephant.").layout == "comparison"


@pytest.mark.parametrize(
    ("sentence", "kicker"),
    [
        ("Those lakes also give drinking water to about half of the people of Panama.", "About"),
        ("The lake gives water to 5,000 people.", ""),
        ("A ship carries up to about 5,000 containers.", "Up to about"),
        ("The town has at least 5,000 trees.", "At least"),
    ],
)
def test_what_limits_a_figure_stands_above_it(sentence: str, kicker: str) -> None:
    assert card(sentence).kicker == kicker


def test_a_spelled_year_is_no_figure() -> None:
    assert find_figures("In two thousand and eight the banks fell.") == []


def test_what_leads_to_a_spelled_number_is_read_first() -> None:
    shown = card("A single crossing uses around two hundred million litres.")
    assert (shown.headline, shown.figures[0].label, shown.kicker) == ("A single crossing uses", "", "Around")

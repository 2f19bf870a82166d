"""Where captions may break; the table stands in data/phrases.toml."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.text.phrases import phrase_breaks
from automagic.products.video.storyboard import MAX_BREAK_COST
from tests.support.texts.tables import cases_of


def costs(text: str, language: str = "en") -> dict[str, float]:
    words = text.split()
    return dict(zip(words, phrase_breaks(words, language), strict=True))


def test_breaks_are_free_after_sentences_and_dear_inside_phrases() -> None:
    cost = costs("Most people, says Dr. Lee, pay $5 million for the big house. They wait.")
    assert cost["house."] < cost["people,"] < cost["pay"] < cost["for"]
    assert cost["the"] == cost["Dr."] == 1.0
    assert cost["$5"] == 0.9


def test_a_break_before_a_preposition_is_cheaper_than_after_it() -> None:
    cost = costs("cars drive over bridges quickly")
    assert cost["drive"] < cost["cars"] < cost["over"]


def test_articles_of_other_languages_cling_too() -> None:
    assert costs("auf der Brücke fahren", "de")["der"] > costs("auf der Brücke fahren", "de")["Brücke"]


@pytest.mark.parametrize("case", cases_of("phrases", "no picture changes inside a phrase"))
def test_no_picture_changes_inside_a_phrase(case: dict[str, str]) -> None:
    assert costs(case["sentence"], case["language"])[case["after"]] > MAX_BREAK_COST


def test_the_answer_no_ends_a_sentence_but_the_number_does_not() -> None:
    assert costs("No. They never did")["No."] < 0.05
    assert costs("It was No. 1 again")["No."] == 1.0


@pytest.mark.parametrize("case", cases_of("phrases", "the period of a short form ends no caption"))
def test_the_period_of_a_short_form_ends_no_caption(case: dict[str, str]) -> None:
    assert costs(case["sentence"], case["language"])[case["after"]] > 0.4


def test_a_sentence_ends_where_other_scripts_end_it() -> None:
    assert costs("पक्षी लौट आए। वे रुके।", "hi")["आए।"] < 0.05


@given(st.lists(st.text(min_size=1, max_size=8)))
def test_there_is_a_cost_after_each_word(words: list[str]) -> None:
    breaks = phrase_breaks(words)
    assert len(breaks) == len(words)
    assert all(0.0 <= cost <= 1.0 for cost in breaks)
    assert not breaks or breaks[-1] == 0.0


@pytest.mark.parametrize("case", cases_of("phrases", "no line ends inside a number"))
def test_no_line_ends_inside_a_number(case: dict[str, str]) -> None:
    assert costs(case["sentence"], case["language"])[case["after"]] == 1.0

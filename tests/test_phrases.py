"""Where captions may break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.text.phrases import phrase_breaks
from automagic.products.video.storyboard import MAX_BREAK_COST


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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("We asked Dr. Smith about it", "Dr."),
        ("ships take 8 to 10 hours", "8"),
        ("ships take 8 to 10 hours", "to"),
        ("ships take 8 to 10 hours", "10"),
        ("lose between 10 and 15 percent", "10"),
        ("more than half of them", "more"),
        ("a ship from New York", "New"),
        ("it is 26 meters high", "26"),
        ("please turn off the oven", "turn"),
        ("One passage sends about 200 million liters", "sends"),
        ("a liter of fresh water", "liter"),
        ("a patch of soil that is wet", "soil"),
        ("small teams move faster than large ones", "faster"),
    ],
)
def test_no_picture_changes_inside_a_phrase(text: str, left: str) -> None:
    assert costs(text)[left] > MAX_BREAK_COST


def test_the_answer_no_ends_a_sentence_but_the_number_does_not() -> None:
    assert costs("No. They never did")["No."] < 0.05
    assert costs("It was No. 1 again")["No."] == 1.0


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Nach § 12 Abs. 3 kostet es viel", "de", "Abs."),
        ("Es gilt seit dem 1. Mai für alle", "de", "1."),
        ("El Sr. López llega hoy", "es", "Sr."),
        ("Voyez p. 12 du livre", "fr", "p."),
        ("It opens at 9 a.m. on Monday", "en", "a.m."),
    ],
)
def test_the_period_of_a_short_form_ends_no_caption(text: str, language: str, word: str) -> None:
    assert costs(text, language)[word] > 0.4


def test_a_sentence_ends_where_other_scripts_end_it() -> None:
    assert costs("पक्षी लौट आए। वे रुके।", "hi")["आए।"] < 0.05


@given(st.lists(st.text(min_size=1, max_size=8)))
def test_there_is_a_cost_after_each_word(words: list[str]) -> None:
    breaks = phrase_breaks(words)
    assert len(breaks) == len(words)
    assert all(0.0 <= cost <= 1.0 for cost in breaks)
    assert not breaks or breaks[-1] == 0.0


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [("it takes < 5 minutes", "en", 2), ("il y a 10 000 personnes", "fr", 3), ("es sind 20 € im Jahr", "de", 2)],
)
def test_no_line_ends_inside_a_number(text: str, language: str, place: int) -> None:
    assert phrase_breaks(text.split(" "), language)[place] == 1.0

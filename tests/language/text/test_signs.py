"""Signs that carry meaning stay on their number or name, wherever it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from automagic.language.cards.whole import true_card
from automagic.language.script.file import title_from
from automagic.language.script.metadata import shorten
from automagic.language.text.signs import join_signs, number_of, peel, read_amount
from tests.support.texts.shown_numbers import Told, faults_of, foreign_sentences, left_over, sentences
from tests.support.texts.tables import rows_of
from tests.support.texts.trees import parse


@pytest.mark.parametrize(("language", "sentence"), rows_of("short_sentences"))
def test_a_short_sentence_is_its_own_headline(language: str, sentence: str) -> None:
    card = true_card(sentence, role="body", title="T", language=language)
    assert card.headline == sentence.removesuffix(".")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("“−5°C,”", ("“", "−5°C", ",”")),
        ("(±2)", ("(", "±2", ")")),
        ("*bold*", ("*", "bold", "*")),
        ("🎉", ("🎉", "", "")),
        ("—", ("—", "", "")),
        ("...and", ("...", "and", "")),
        ("'bees'", ("'", "bees", "'")),
        ("’90s", ("", "’90s", "")),
        ("C++.", ("", "C++", ".")),
        ("¡Hola!", ("¡", "Hola", "!")),
        ("U.S.", ("", "U.S.", "")),
    ],
)
def test_punctuation_is_peeled_off_a_word_and_signs_are_not(word: str, parts: tuple[str, str, str]) -> None:
    assert peel(word) == parts


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("it is < 5 % now", "en", ["it", "is", "< 5 %", "now"]),
        ("about 10 000 000 €.", "fr", ["about", "10 000 000 €."]),
        ("in May 12 300 came", "en", ["in", "May", "12", "300", "came"]),
        ("wait – 5 came", "en", ["wait", "–", "5", "came"]),
        ("call +49 30 1234 now", "en", ["call", "+49 30 1234", "now"]),
        ("it was − R$ 80 then", "en", ["it", "was", "− R$ 80", "then"]),
        ("costa a < 5 km", "it", ["costa", "a", "< 5", "km"]),
    ],
)
def test_what_belongs_to_one_number_is_one_word(text: str, language: str, words: list[str]) -> None:
    assert list(join_signs(text.split(" "), language)) == words


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,299.50", 1299.5),
        ("1.299,50", 1299.5),
        ("10 000", 10000),
        ("0,5", 0.5),
        ("1,200", 1200),
        ("1.234.567", 1234567),
    ],
)
def test_a_number_has_its_value_however_it_is_grouped(written: str, value: float) -> None:
    assert number_of(written) == value


def test_a_limit_and_a_tolerance_have_no_single_value_to_draw() -> None:
    for text in ("<5%", "±2", "≥ 3"):
        amount = read_amount(text)
        assert amount is not None
        assert amount.number is None


def test_a_title_is_never_cut_inside_a_number() -> None:
    text = "The quiet old town spent 10 000 € on it"
    assert {shorten(text, limit) for limit in range(25, 34)} == {"The quiet old town spent…"}


def check(told: Told, language: str) -> None:
    for role in ("body", "closing"):
        for trees in ((), parse(told.text) if language == "en" else ()):
            card = true_card(told.text, role=role, title="T", language=language, sentences=trees)  # type: ignore[arg-type]  # of two roles
            assert not faults_of(card, told, told.text, language), (told.text, card)
    title = title_from(told.text, language)
    assert not left_over(title, told.atoms), (told.text, title)


@settings(max_examples=120, deadline=None)
@given(sentences())
def test_no_number_loses_a_sign_or_a_unit_on_a_card(told: Told) -> None:
    check(told, "en")


def test_a_number_in_groups_is_whole_behind_a_currency_that_stands_apart() -> None:
    for number in ("R$ 10 000 million", "R$ 10 000bn", "− R$ 10 000"):
        check(Told(f"You need {number}, R$ 5 million, and a lot of patience.", (number, "R$ 5 million")), "en")


@settings(max_examples=60, deadline=None)
@given(foreign_sentences())
def test_no_number_of_another_language_loses_a_sign_or_a_unit(told: tuple[str, Told]) -> None:
    check(told[1], told[0])


@pytest.mark.soak
@settings(max_examples=3000, deadline=None)
@given(sentences())
def test_no_number_of_thousands_of_sentences_loses_a_sign_or_a_unit(told: Told) -> None:
    check(told, "en")

"""A card is true or it is not shown: the table of what is a fault stands in data/true_cards.toml."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.branches import DENIALS
from automagic.language.cards.places import split_place
from automagic.language.cards.truth import faults_of
from automagic.values.script import Card, Figure
from tests.support.texts.tables import cases_of
from tests.support.texts.trees import parse

DENIED = (
    "The inquest did not blame the driver of the tram.",
    "A lock lifts giant ships without a single pump.",
    "Nobody in the small village had ever seen such a light.",
    "The council never asked the people of the valley about the dam.",
    "No passenger has been killed since that year.",
    "The new rules hardly change anything for small shops.",
    "Members can only borrow three books at a time.",
    "The clinic treats every child except the youngest.",
)


def card_of(case: dict[str, Any]) -> Card:
    """The card of a row of the table."""
    figures = (Figure(case["value"], case.get("prefix", ""), case.get("unit", "")),) if "value" in case else ()
    texts = {name: case[name] for name in ("detail", "kicker", "speaker") if name in case}
    rows = {name: tuple(case[name]) for name in ("items", "sides") if name in case}
    return Card(case.get("layout", "statement"), case.get("headline", ""), figures=figures, **texts, **rows)


@pytest.mark.parametrize("case", cases_of("true_cards"))
def test_a_card_has_the_fault_that_a_reader_finds(case: dict[str, Any]) -> None:
    (tree,) = parse(case["sentence"])
    found = {fault.kind for fault in faults_of(card_of(case), tree, case["sentence"])}
    assert case["fault"] in found if case["fault"] else not found, found


@settings(max_examples=300)
@given(st.sampled_from(DENIED), st.data())
def test_what_passes_has_lost_no_denial(sentence: str, data: st.DataObject) -> None:
    (tree,) = _trees(sentence)
    words = sentence.rstrip(".").split()
    kept = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    shown = " ".join(word for word, keeps in zip(words, kept, strict=True) if keeps)
    if shown and not faults_of(Card("statement", shown), tree, sentence):
        assert {word.lower() for word in shown.split()} & (DENIALS | {"nobody"})


def _trees(sentence: str, known: dict[str, Any] = {}) -> Any:  # noqa: B006 - kept between examples on purpose
    if sentence not in known:
        known[sentence] = parse(sentence)
    return known[sentence]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("3. No drainage holes.", "3", "No drainage holes."),
        ("12) Keep it dark.", "12", "Keep it dark."),
        ("3.5 million people came.", "", "3.5 million people came."),
        ("1908 was cold.", "", "1908 was cold."),
    ],
)
def test_a_number_in_a_list_is_told_apart_from_what_it_numbers(text, place, said):
    assert split_place(text) == (place, said)

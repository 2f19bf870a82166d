"""Cards: the point of a sentence, in the layout that fits; the table stands in data/cards.toml."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.points import card_for
from automagic.language.text.sentences import split_words
from automagic.values.script import Card, Figure
from tests.support.texts.tables import cases_of


def card(text: str) -> Card:
    return card_for(text, role="body", title="A title")


def faults_of(shown: Card, case: dict[str, Any]) -> list[str]:
    """What of a card is otherwise than its case says."""
    fields = {name: case[name] for name in ("layout", "headline", "kicker", "speaker") if name in case}
    fields |= {name: tuple(case[name]) for name in ("items", "sides") if name in case}
    faults = [f"{name} is {getattr(shown, name)!r}" for name, value in fields.items() if getattr(shown, name) != value]
    if shown.layout == case.get("not_layout"):
        faults.append(f"layout is {shown.layout!r}")
    if "detail_begins" in case and shown.detail.split()[:1] != [case["detail_begins"]]:
        faults.append(f"detail is {shown.detail!r}")
    if "headline_has" in case and not set(re.findall(r"\w+", shown.headline.lower())) & set(case["headline_has"]):
        faults.append(f"headline is {shown.headline!r}")
    if "figures" in case:
        if len(shown.figures) != len(case["figures"]):
            faults.append(f"{len(shown.figures)} figures")
        for figure, wanted in zip(shown.figures, case["figures"], strict=False):
            faults += figure_faults(figure, wanted)
    return faults


def figure_faults(figure: Figure, wanted: dict[str, Any]) -> list[str]:
    """The same of one figure."""
    fields = {name: None if value == "none" else value for name, value in wanted.items() if name != "labelled"}
    faults = [f"{name} of {figure}" for name, value in fields.items() if getattr(figure, name) != value]
    if wanted.get("labelled") and (not figure.label or re.search(r"\d", figure.label)):
        faults.append(f"label of {figure}")
    return faults


@pytest.mark.parametrize("case", cases_of("cards"))
def test_a_card_shows_what_is_right_of_its_sentence(case: dict[str, Any]) -> None:
    shown = card(case["sentence"])
    assert not faults_of(shown, case), shown
    assert shown.accent in shown.headline


def test_the_check_finds_what_is_wrong() -> None:
    shown = card("Sales rose from 12% in 2000 to 30% in 2020.")
    for wrong in (
        {"layout": "list"},
        {"headline": "Sales"},
        {"sides": ["Sales", "2020"]},
        {"not_layout": "comparison"},
        {"detail_begins": "But"},
        {"headline_has": ["never"]},
        {"figures": []},
        {"figures": [{"value": "12"}, {"value": "31"}]},
        {"figures": [{"share": 0.5}, {}]},
        {"figures": [{"labelled": True}, {}]},
    ):
        assert faults_of(shown, wrong), wrong


def test_a_comparison_repeats_no_side() -> None:
    shown = card("Lifting a giant ship takes no more water from the valves than lifting a rowing boat.")
    for side in shown.sides:
        assert side.lower() not in shown.headline.lower()


def test_the_opening_shows_the_title_and_the_closing_its_point() -> None:
    opening = card_for("Sleep cleans the brain.", role="opening", title="Why we sleep")
    assert (opening.layout, opening.headline) == ("title", "Why we sleep")
    assert card_for("Sleep cleans the brain.", role="closing", title="Why we sleep").layout == "closing"


def test_other_languages_get_their_first_phrase() -> None:
    shown = card_for(
        "Der Schlaf reinigt das Gehirn, weil Flüssigkeit durch das Gewebe fließt.",
        role="body",
        title="T",
        language="de",
    )
    assert (shown.layout, shown.headline) == ("statement", "Der Schlaf reinigt das Gehirn")


_SENTENCES = st.lists(
    st.sampled_from(
        [
            "the",
            "a",
            "not",
            "70%",
            "$5",
            "of",
            "to",
            "and",
            "but,",
            "who",
            "is",
            "was",
            "cut",
            "bees",
            "energy",
            "12",
            "million",
            "than",
            "while",
            "never",
            "said",
            "“we",
            "will”,",
            "rose",
            "because",
            "only",
            "(x)",
            "—",
            "two;",
            "hours",
            "it",
            "its",
            "where",
            "red",
        ]
    ),
    min_size=1,
    max_size=25,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), _SENTENCES), st.sampled_from(["opening", "body", "closing"]))
def test_every_text_gets_a_card_made_of_its_own_words(text: str, role: str) -> None:
    shown = card_for(text, role=role, title="T")  # type: ignore[arg-type]  # sampled from the three roles
    assert shown.accent in shown.headline
    own = set(re.findall(r"\w+", f"{text} T".casefold()))
    for part in (shown.headline, shown.detail, *shown.items, *shown.sides, *(f.label for f in shown.figures)):
        assert set(re.findall(r"\w+", part.casefold())) <= own
    if shown.layout in {"statement", "closing"}:
        assert len(split_words(shown.headline)) <= 14

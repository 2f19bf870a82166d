"""Cards: the point of a sentence, in the layout that fits; the tables stand in data/cards.toml and headlines.tsv."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.truth import faults_of as untruths_of
from automagic.language.cards.whole import Role, shows_all, true_card
from automagic.language.names.writing import find_cut, texts_of
from automagic.language.text.sentences import split_sentences
from automagic.values.script import Card, Figure
from tests.support.texts.tables import cases_of, rows_of
from tests.support.texts.trees import parse


def card_of(text: str, whole: str = "", role: Role = "body") -> Card:
    """The card of a text, by the tree of the sentence that it is, or is a part of."""
    return true_card(text, role=role, title="A title", language="en", sentences=parse(whole or text))


def faults_of(shown: Card, case: dict[str, Any]) -> list[str]:
    """What of a card is otherwise than its case says."""
    fields = {name: case[name] for name in ("layout", "kicker", "speaker") if name in case}
    fields |= {name: tuple(case[name]) for name in ("items", "sides") if name in case}
    faults = [f"{name} is {getattr(shown, name)!r}" for name, value in fields.items() if getattr(shown, name) != value]
    right = case.get("headline", shown.headline)
    if shown.headline not in ([right] if isinstance(right, str) else right):
        faults.append(f"headline is {shown.headline!r}")
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
    shown = card_of(case["sentence"], case.get("of", ""))
    assert not faults_of(shown, case), shown
    assert shown.accent in shown.headline


def test_the_check_finds_what_is_wrong() -> None:
    shown = card_of("Sales rose from 12% in 2000 to 30% in 2020.")
    for wrong in (
        {"layout": "list"},
        {"headline": "Sales"},
        {"headline": ["Sales", "2000"]},
        {"sides": ["Sales", "2020"]},
        {"not_layout": "comparison"},
        {"detail_begins": "But"},
        {"headline_has": ["never"]},
        {"figures": []},
        {"figures": [{"value": "12"}, {"value": "31"}]},
        {"figures": [{"share": 0.5}, {}]},
        {"figures": [{"magnitude": 1}, {"labelled": True}]},
    ):
        assert faults_of(shown, wrong), wrong


@pytest.mark.parametrize(("sentence", "headline", "detail"), rows_of("headlines"))
def test_a_statement_says_its_whole_sentence(sentence: str, headline: str, detail: str) -> None:
    shown = card_of(sentence)
    assert (shown.headline, shown.detail) == (headline, detail)
    assert shows_all(shown, sentence)


@pytest.mark.parametrize("case", cases_of("cards"))
def test_what_is_shown_has_no_fault(case: dict[str, Any]) -> None:
    whole = case.get("of", case["sentence"])
    for role in ("body", "closing"):
        shown = card_of(case["sentence"], whole, role)  # type: ignore[arg-type]  # of two roles
        assert "…" in shown.headline or not untruths_of(shown, parse(whole)[0], whole), shown
        assert shown.accent in shown.headline


@pytest.mark.parametrize(
    "sentence",
    [
        "Just under the bark lies the thin layer that carries sugar.",
        "The peat, once dry, has been shrinking.",
        "A year that divides by 100 is a leap year only if it also divides by 400.",
        "You can measure how far away a storm is.",
    ],
)
def test_a_sentence_that_cannot_be_cut_is_shown_whole(sentence: str) -> None:
    shown = card_of(sentence)
    assert (shown.layout, shown.headline, shown.detail) == ("statement", sentence.rstrip("."), "")


@pytest.mark.parametrize(("sentence", "heard", "headline", "detail"), rows_of("long_sentences"))
def test_a_part_of_a_sentence_says_that_it_goes_on(sentence: str, heard: str, headline: str, detail: str) -> None:
    shown = card_of(heard, sentence)
    assert (shown.headline, shown.detail) == (headline, detail)
    assert shows_all(shown, heard)


def test_a_second_line_says_that_its_sentence_goes_on() -> None:
    heard = "A walkway was considered but rejected, because it would have cost £95,000 and could not have been used"
    shown = card_of(heard, f"{heard} whenever the river rose by more than half a metre.")
    assert shown.detail == "because it would have cost £95,000 and could not have been used …"


def test_a_very_long_sentence_loses_only_what_adds_to_it() -> None:
    sentence = (
        "The council of the old town on the river, which met again in the small hall of the school on a cold Tuesday "
        "evening, voted by a narrow margin to close the small bridge to cars for two summers."
    )
    shown = card_of(sentence)
    assert shown.headline == (
        "The council of the old town on the river voted by a narrow margin to close the small bridge to cars for two "
        "summers"
    )


@pytest.mark.parametrize(
    ("text", "kicker", "headline", "detail"),
    [
        ("What's new. No forms, no guest list.", "What's new", "No forms, no guest list", ""),
        ("1881. The baths open with two pools.", "1881", "The baths open with two pools", ""),
        ("Why is it dry? Cheese is a net of protein.", "Why is it dry?", "Cheese is a net of protein", ""),
        ("Freeze? Yes.", "", "Freeze?", "Yes"),
        ("Blue. Freeze? Yes, for cooking.", "", "Blue", "Freeze? Yes, for cooking"),
        ("Two coats of matt. Silk shows every bump.", "", "Two coats of matt", "Silk shows every bump"),
        ("Things fade to gray. They aren't gone.", "", "Things fade to gray", "They aren't gone"),
    ],
)
def test_a_few_short_sentences_share_a_card(text: str, kicker: str, headline: str, detail: str) -> None:
    parts = split_sentences(text, "en")
    shown = true_card(text, role="body", title="T", language="en", sentences=parse(*parts))
    assert (shown.kicker, shown.headline, shown.detail) == (kicker, headline, detail)


def test_a_quotation_mark_whose_partner_is_elsewhere_is_not_shown() -> None:
    text = "\"I can't change that. It can't tell."
    assert '"' not in true_card(text, role="body", title="T", language="en").headline


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("The mix weighs 158 g.", ("The mix weighs 158 g",)),
        ("The crack, roughly 40 centimetres long, was discovered during a survey.", ("Roughly", "The crack")),
    ],
)
def test_a_card_keeps_no_mark_of_what_is_not_beside_it(sentence: str, parts: tuple[str, ...]) -> None:
    shown = card_of(sentence)
    assert {shown.headline, *filter(None, (shown.kicker,))} == set(parts)


def test_a_comparison_repeats_no_side() -> None:
    shown = card_of("Lifting a giant ship is now cheaper than lifting a rowing boat.")
    for side in shown.sides:
        assert side.lower() not in shown.headline.lower()


def test_the_opening_shows_the_title_and_the_closing_its_point() -> None:
    sentence = "Fluid washes the brain."
    opening = true_card(sentence, role="opening", title="Why we sleep", language="en", sentences=parse(sentence))
    assert opening == Card("title", "Why we sleep", accent="sleep")
    assert card_of(sentence, role="closing").layout == "closing"


def test_a_long_title_is_parted_at_its_colon() -> None:
    title = "The Line That Would Not Die: A Short History of Port Averil's Cable Tram and of Its Last Five Drivers"
    opening = true_card("It opened in 1891.", role="opening", title=title, language="en")
    assert f"{opening.headline}: {opening.detail}" == title


_WORDS = [
    "the", "a", "not", "70%", "$5", "of", "to", "and", "but,", "who", "is", "was", "cut", "bees", "energy", "12",
    "million", "than", "while", "never", "said", "“we", "will”,", "rose", "because", "only", "(x)", "—", "two;",
    "hours", "it", "its", "where", "red",
]  # fmt: skip
_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=25).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), _SENTENCES), st.sampled_from(["opening", "body", "closing"]), st.booleans())
def test_every_text_gets_a_card_made_of_its_own_words(text: str, role: Role, with_tree: bool) -> None:
    trees = parse(text) if with_tree and text.strip() else ()
    shown = true_card(text, role=role, title="T", language="en", sentences=trees)
    assert shown.accent in shown.headline
    own = set(re.findall(r"\w+", f"{text} T".casefold()))
    for part in (shown.headline, shown.detail, *shown.items, *shown.sides, *(f.label for f in shown.figures)):
        assert set(re.findall(r"\w+", part.casefold())) <= own


NAMING = (
    "Researchers at New Leaf found that about 70% of adults drink coffee every day.",
    "In 2019, the council voted 14 to 9 to close the old bridge, said Ana Ruiz of New Leaf.",
    "Although it rains often, the city has built two covered parks with New Leaf.",
    "“Nobody asked us about the dam,” said Ana Ruiz.",
    "Solar is now cheaper than coal, as New Leaf has shown.",
    "It needs light, water, and Ana Ruiz.",
)
KEPT = ("New Leaf", "Ana Ruiz")


@pytest.mark.parametrize("text", NAMING)
@pytest.mark.parametrize("role", ["body", "closing"])
def test_no_card_leaves_out_or_cuts_a_kept_name(text, role):
    card = true_card(text, role=role, title="T", language="en", kept=KEPT)
    assert not find_cut(texts_of(card), text, KEPT)


@pytest.mark.parametrize("name", ["Acme Inc.", "Wham!", "Ask, Tell.", "2;"])
@pytest.mark.parametrize("with_tree", [False, True])
def test_a_name_that_ends_like_a_sentence_costs_no_card(name: str, with_tree: bool) -> None:
    text = f"Nobody in the old town had ever heard of {name}"
    trees = parse(text) if with_tree else ()
    assert true_card(text, role="body", title="T", language="en", sentences=trees, kept=(name,)).headline

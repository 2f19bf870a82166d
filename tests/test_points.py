"""Cards: the point of a sentence, in the layout that fits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.points import card_for
from automagic.language.text.sentences import split_words
from automagic.values.script import Card


def card(text: str) -> Card:
    return card_for(text, role="body", title="A title")


@pytest.mark.parametrize(
    ("sentence", "headline"),
    [
        (
            "However, the committee, chaired by Maria Lopez, rejected the plan on Tuesday.",
            "The committee rejected the plan on Tuesday",
        ),
        (
            "Although it rains often, the city of Bergen has built only two covered parks since 1990.",
            "The city of Bergen has built only two covered parks",
        ),
        ("We don't have a food shortage; we have a distribution problem.", "We have a distribution problem"),
        ("Never charge a swollen battery.", "Never charge a swollen battery"),
        ("What happens to your brain when you stop sleeping?", "What happens to your brain?"),
        (
            "Good sleep cleans the brain, because fluid washes waste out between the cells.",
            "Good sleep cleans the brain",
        ),
        (
            "Octopuses, which evolved separately from us, solve puzzles with their arms.",
            "Octopuses solve puzzles with their arms",
        ),
        ("Most people skip breakfast, but it may slow their metabolism.", "Most people skip breakfast"),
    ],
)
def test_a_statement_is_cut_to_its_main_clause(sentence: str, headline: str) -> None:
    shown = card(sentence)
    assert shown.layout == "statement"
    assert shown.headline == headline
    assert shown.accent in headline


@pytest.mark.parametrize(
    ("sentence", "headline"),
    [
        # the predicate is the point
        (
            "The cleverest machine is often the one that lets nature do the lifting.",
            "The cleverest machine often lets nature do the lifting",
        ),
        (
            "Machine learning models are only as good as the data they learn from.",
            None,
        ),
        ("The blue whale is the largest animal that has ever lived.", None),
        ("The opposition plans to challenge the decision in court.", None),
        ("The marathon owes its odd length to a royal family.", None),
        (
            "The city council of Graz voted on Tuesday to close the old town to private cars from next spring.",
            "The city council of Graz voted on Tuesday to close the old town",
        ),
        # both halves of a comparison
        ("One ship uses as much fresh water as 80 Olympic pools.", None),
        ("A blue whale's heart weighs as much as a small car.", None),
        # a limit in time is part of the claim
        ("Women were not allowed to run the Olympic marathon until 1984.", None),
        # what only announces the point is not the point
        (
            "The lesson of the canal is simple: the best machine lets water do the lifting.",
            "The best machine lets water do the lifting",
        ),
        # abbreviations end nothing
        ("Dr. Anna Winkler, who studies traffic at the technical university,", "Dr. Anna Winkler"),
        # the second part of a sentence
        ("said that air quality improves within weeks when cars disappear.", None),
        ("across the narrow neck of land between North and South America.", None),
        # a participle keeps what it hangs on
        (
            "Mulch piled against the trunk like a volcano keeps the bark wet, and wet bark rots.",
            "Mulch piled against the trunk like a volcano keeps the bark wet",
        ),
    ],
)
def test_a_headline_says_the_whole_point(sentence: str, headline: str | None) -> None:
    shown = card(sentence).headline
    if headline is None:  # the sentence itself, at most without what leads into it
        headline = re.sub(r"^(?:said that|across) ", "", sentence).rstrip(".")
        headline = headline[0].upper() + headline[1:]
    assert shown == headline


@pytest.mark.parametrize(
    ("sentence", "headline", "detail"),
    [
        ("Do not cut the bread while it is hot, because the crumb is still setting.", "Do not cut the bread", "While"),
        ("Small teams decide faster, but only if they may decide alone.", "Small teams decide faster", "But"),
        ("A street gets its reward when its trees stay alive for decades.", "A street gets its reward", "When"),
    ],
)
def test_a_condition_that_is_cut_off_stands_below(sentence: str, headline: str, detail: str) -> None:
    shown = card(sentence)
    assert (shown.headline, shown.detail.split()[0]) == (headline, detail)


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("a ship needs 8 to 10 hours to cross it.", "8–10", "hours"),
        ("The crossing takes 8-10 hours on most days.", "8–10", "hours"),
        ("Small shops could lose between 10 and 15 percent of their sales.", "10–15", "percent"),
        ("The fee covers from 20 to 30 percent of the cost.", "20–30", "percent"),
        ("Spread mulch 5 to 10 centimeters deep.", "5–10", "centimeters deep"),
    ],
)
def test_a_range_is_one_figure(sentence: str, value: str, unit: str) -> None:
    shown = card(sentence)
    figure = shown.figures[0]
    assert (shown.layout, len(shown.figures)) == ("number", 1)
    assert (figure.value, figure.unit, figure.magnitude, figure.share) == (value, unit, None, None)
    assert figure.label
    assert not re.search(r"\d", figure.label)


@pytest.mark.parametrize(
    ("sentence", "value", "unit", "label"),
    [
        ("One passage sends about 200 million liters to the sea.", "200", "million liters", "One passage sends"),
        ("The heart beats only 2 times a minute.", "2", "times a minute", "The heart beats"),
        (
            "The explosion was heard more than 2,000 kilometers away.",
            "2,000",
            "kilometers away",
            "The explosion was heard",
        ),
    ],
)
def test_a_figure_has_its_whole_unit_and_what_leads_to_it_is_read_first(
    sentence: str, value: str, unit: str, label: str
) -> None:
    shown = card(sentence)
    figure = shown.figures[0]
    assert (figure.value, figure.unit, figure.label, shown.headline) == (value, unit, "", label)


def test_what_follows_a_figure_is_its_label() -> None:
    shown = card("The Panama Canal saves a ship more than half of the way.")
    assert (shown.headline, shown.figures[0].label) == ("", "of the way")


@pytest.mark.parametrize(
    "sentence",
    [
        "Delivery vans may still enter from 6 to 10 a.m. on weekdays.",
        "Spyridon Louis won it in 2 hours, 58 minutes and 50 seconds.",
        "Sulfur particles dimmed the sun across the northern half of the world.",
    ],
)
def test_clock_times_and_halves_of_places_are_no_figures(sentence: str) -> None:
    assert card(sentence).layout == "statement"


def test_a_list_of_subjects_names_them_all() -> None:
    shown = card("Rice, wheat and maize feed half the world.")
    assert (shown.headline, shown.items) == ("Feed half the world", ("Rice", "wheat", "maize"))


def test_a_comparison_says_what_differs_and_repeats_no_side() -> None:
    shown = card("Lifting a giant ship takes no more water from the valves than lifting a rowing boat.")
    for side in shown.sides:
        assert side.lower() not in shown.headline.lower()
    small = card("Small teams move faster than large ones.")
    assert (small.headline, small.sides) == ("Move faster", ("Small teams", "large ones"))


def test_a_share_is_drawn_as_a_part_of_a_whole() -> None:
    shown = card("About 70% of adults drink coffee every day.")
    figure = shown.figures[0]
    assert (shown.layout, shown.kicker) == ("number", "About")
    assert (figure.value, figure.unit, figure.share) == ("70", "%", 0.7)
    assert figure.label == "of adults drink coffee every day"


def test_a_change_in_percent_is_no_share() -> None:
    assert card("Prices rose 70% last year.").figures[0].share is None


def test_money_keeps_its_sign_and_scale() -> None:
    shown = card("The bridge cost $24.9 billion and took eleven years to build.")
    figure = shown.figures[0]
    assert (figure.prefix, figure.value, figure.unit, figure.magnitude) == ("$", "24.9", "billion", 24.9e9)
    assert shown.headline == "The bridge cost"


@pytest.mark.parametrize(
    "sentence", ["Ocean plastic has tripled since 2005.", "The iPhone 15 sold well.", "It began on May 5."]
)
def test_years_dates_and_names_are_no_figures(sentence: str) -> None:
    assert card(sentence).layout == "statement"


def test_two_quantities_of_one_kind_are_compared() -> None:
    shown = card("Sales rose from 12% in 2000 to 30% in 2020.")
    assert shown.layout == "comparison"
    assert [(f.value, f.label) for f in shown.figures] == [("12", "in 2000"), ("30", "in 2020")]


@pytest.mark.parametrize(
    ("sentence", "sides"),
    [
        ("Solar power is now cheaper than coal in most of the world.", ("Solar power", "coal")),
        ("Python is slow, but its libraries are fast.", ("Python", "libraries")),
        ("Unlike diesel engines, electric motors deliver full torque.", ("electric motors", "diesel engines")),
    ],
)
def test_two_things_are_set_side_by_side(sentence: str, sides: tuple[str, str]) -> None:
    assert (card(sentence).layout, card(sentence).sides) == ("comparison", sides)


def test_an_enumeration_becomes_a_list() -> None:
    shown = card("You need flour, water, salt and a lot of patience.")
    assert (shown.layout, shown.headline) == ("list", "You need")
    assert shown.items == ("flour", "water", "salt", "a lot of patience")


def test_a_quotation_keeps_its_words_and_its_speaker() -> None:
    shown = card('"Nobody asked us what we wanted," said Ana Ruiz, a nurse in Valencia.')
    assert (shown.layout, shown.headline, shown.speaker) == ("quote", "Nobody asked us what we wanted", "Ana Ruiz")


def test_a_quotation_by_a_pronoun_has_no_speaker() -> None:
    assert card('"We will never give up the harbor," she said.').speaker == ""


def test_a_denial_is_never_lost() -> None:
    for sentence in (
        "The vaccine did not reduce the number of severe cases in older patients at all.",
        "Nobody in the small mountain village had ever seen such a bright light before.",
        "The new rules hardly change anything for the small shops in the old center.",
    ):
        assert re.search(r"\b(?:not|nobody|hardly|never)\b", card(sentence).headline, re.IGNORECASE), card(sentence)


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


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("Temperatures in the halls fall from 21 °C to 19 °C.", ["21°C", "19°C"]),
        ("The price fell from $40 to $30.", ["$40", "$30"]),
        ("Attendance dropped from 500 people to 200 people.", ["500people", "200people"]),
        ("Turnout rose from 48.1% to 51.9%.", ["48.1%", "51.9%"]),
    ],
)
def test_what_moves_from_one_value_to_another_shows_both(sentence: str, values: list[str]) -> None:
    card = card_for(sentence, role="body", title="T")
    assert [f"{one.prefix}{one.value}{one.unit}" for one in card.figures] == values
    assert [one.label for one in card.figures] == ["from", "to"]


def test_hours_and_places_from_one_to_another_are_no_figures() -> None:
    for sentence in ("The shop is open from 9 to 17 and has 40 seats.", "Trains run from platform 3 to 12 towns."):
        assert card_for(sentence, role="body", title="T").layout == "statement"

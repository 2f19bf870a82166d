"""What stands on an ad: texts of its platform alone, what they rest on, and whether somebody must see them first."""

from __future__ import annotations

from dataclasses import replace

from automagic.products.ads.creative import AdText
from automagic.products.ads.pictures.wording import choose_words
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.pictures.briefs import BRIEF, write_texts

FIRST, SECOND = BRIEF.claims[0], BRIEF.claims[1]


def text(field: str, words: str, claim: str = "", platform: str = "linkedin") -> AdText:
    return AdText(
        platform, f"linkedin.image.{field}", 1, words, len(words), 200, (claim,) if claim else (), words, "ready"
    )


TEXTS = (
    text("headline", "Call Kera"),
    text("headline", "A ceramic filter, glazed by hand", SECOND.id),
    text("headline", "Ceramic filter", SECOND.id),
    text("headline", "Coffee without paper", FIRST.id),
    text("intro", "Brew filter coffee without paper.", FIRST.id),
)


def test_a_headline_has_shorter_forms_of_its_own_claim_alone() -> None:
    content = choose_words(BRIEF, "linkedin", TEXTS, 1).content
    assert content.headlines == ("A ceramic filter, glazed by hand", "Ceramic filter")
    assert content.details[0] == "Brew filter coffee without paper"
    assert (content.call, content.price, content.brand) == ("Shop now", "39 €", "Kera")


def test_texts_of_other_platforms_are_not_shown() -> None:
    other = [replace(one, platform="x") for one in TEXTS]
    assert choose_words(BRIEF, "linkedin", other, 0).content.headlines == ("KeraFilter",)


def test_what_claims_nothing_stands_in_where_no_claim_fits() -> None:
    assert choose_words(BRIEF, "linkedin", TEXTS[:1], 0).content.headlines == ("Call Kera",)


def test_claims_and_state_are_those_of_what_is_shown() -> None:
    pending = [replace(one, state="pending") if "without" in one.text else one for one in TEXTS]
    words = choose_words(BRIEF, "linkedin", pending, 1)
    assert words.state_of("Ceramic filter") == "ready"
    assert words.claims_of("Ceramic filter") == (SECOND.id,)
    assert words.state_of("Ceramic filter", "Brew filter coffee without paper") == "pending"
    assert set(words.claims_of("Ceramic filter", "Brew filter coffee without paper")) == {FIRST.id, SECOND.id}


def test_a_price_that_a_headline_says_is_not_said_twice() -> None:
    said = (text("headline", "From 39 €", FIRST.id),)
    assert choose_words(BRIEF, "linkedin", said, 0).content.price == ""


def test_a_brief_without_a_call_has_one_in_its_language() -> None:
    german = replace(BRIEF, call="", language="de-AT")
    assert choose_words(german, "linkedin", TEXTS, 0).content.call == "Mehr erfahren"
    assert choose_words(replace(german, language="xx"), "linkedin", TEXTS, 0).content.call == ""


def test_an_edited_claim_changes_the_words_of_those_that_show_it_alone() -> None:
    specs = read_specs()
    texts = write_texts(specs, "linkedin", "snapchat", "google-display")
    last = replace(BRIEF.claims[4], text="The filter fits any cup.", id="12345678")
    edited = replace(BRIEF, claims=(*BRIEF.claims[:4], last))
    again = write_texts(specs, "linkedin", "snapchat", "google-display", brief=edited)
    for name in ("linkedin", "snapchat", "google-display"):
        before, after = choose_words(BRIEF, name, texts, 0), choose_words(edited, name, again, 0)
        if BRIEF.claims[4].id not in before.claims_of(*before.content.headlines, *before.content.details):
            assert before.content == after.content

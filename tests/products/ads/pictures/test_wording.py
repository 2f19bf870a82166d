"""What stands on an ad: texts of its platform alone, what they rest on, and whether somebody must see them first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automagic.products.ads.brief import Claim, claim_id
from automagic.products.ads.creative import AdText
from automagic.products.ads.pictures.planning import plan_pictures
from automagic.products.ads.pictures.wording import choose_words
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.pictures.briefs import BRIEF, LOADED, write_texts

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


def test_a_claim_stands_there_whole_or_in_its_platforms_shorter_forms() -> None:
    content = choose_words(BRIEF, "linkedin", TEXTS, turn=1).content
    assert content.headlines == (
        "A ceramic filter, glazed by hand in Bremen",
        "A ceramic filter, glazed by hand",
        "Ceramic filter",
    )
    assert content.details == ("Brew filter coffee without paper", "Coffee without paper")
    assert (content.call, content.price, content.brand) == ("Shop now", "39 €", "Kera")


def test_turns_go_through_the_claims_that_the_platform_says() -> None:
    heads = [choose_words(BRIEF, "linkedin", TEXTS, turn=turn).content.headlines[0] for turn in range(5)]
    first, second = "Brew filter coffee without paper", "A ceramic filter, glazed by hand in Bremen"
    assert heads == [first, second, first, first, first], "those that it does not say are passed over"
    variants = [choose_words(BRIEF, "linkedin", TEXTS, turn=1, number=number) for number in range(3)]
    assert [one.content.headlines[0] for one in variants] == [second, first, second]
    for one in variants:
        assert not set(one.claims_of(*one.content.headlines)) & set(one.claims_of(*one.content.details))


def test_a_post_has_its_text_beside_it() -> None:
    assert choose_words(BRIEF, "linkedin", TEXTS, turn=0, has_detail=False).content.details == ()


def test_a_claim_that_no_text_of_the_platform_says_is_not_shown() -> None:
    other = [replace(one, platform="x") for one in TEXTS]
    assert choose_words(BRIEF, "linkedin", other, turn=0).content.headlines == ("KeraFilter",)


def test_what_claims_nothing_stands_in_where_no_claim_fits() -> None:
    assert choose_words(BRIEF, "linkedin", TEXTS[:1]).content.headlines == ("Call Kera",)


def test_claims_and_state_are_those_of_what_is_shown() -> None:
    pending = [replace(one, state="pending") if "Ceramic" in one.text else one for one in TEXTS]
    words = choose_words(BRIEF, "linkedin", pending, turn=1)
    assert words.state_of("A ceramic filter, glazed by hand in Bremen", "Brew filter coffee without paper") == "ready"
    assert words.state_of("Ceramic filter") == "pending"
    assert words.claims_of("Ceramic filter", "39 €") == (SECOND.id,)
    assert words.claims_of("Ceramic filter", "Coffee without paper") == (SECOND.id, FIRST.id)


def test_a_claim_that_somebody_must_see_first_is_pending_whole_too() -> None:
    pending = [replace(one, state="pending") for one in TEXTS]
    words = choose_words(BRIEF, "linkedin", pending, turn=0)
    assert words.state_of("Brew filter coffee without paper") == "pending"


def test_a_price_that_a_headline_says_is_not_said_twice() -> None:
    claim = Claim(claim_id("From 39 €."), "From 39 €.", "claims[0]")
    said = (text("headline", "From 39 €", claim.id),)
    assert choose_words(replace(BRIEF, claims=(claim,)), "linkedin", said).content.price == ""


def test_a_brief_without_a_call_has_one_in_its_language() -> None:
    german = replace(BRIEF, call="", language="de-AT")
    assert choose_words(german, "linkedin", TEXTS, turn=0).content.call == "Mehr erfahren"
    assert choose_words(replace(german, language="xx"), "linkedin", TEXTS, turn=0).content.call == ""


@pytest.mark.parametrize("number", range(5))
def test_an_edited_claim_changes_the_words_of_those_places_alone_that_say_it(number: int) -> None:
    specs = read_specs()
    old = BRIEF.claims[number]
    said = f"{old.text[:-1]} today."
    new = replace(old, text=said, id=claim_id(said))
    edited = replace(BRIEF, claims=tuple(new if one is old else one for one in BRIEF.claims))
    texts = write_texts(specs)
    again = [replace(one, claims=tuple(new.id if claim == old.id else claim for claim in one.claims)) for one in texts]
    before = plan_pictures(BRIEF, specs, specs.platforms, texts, LOADED).pictures
    after = plan_pictures(edited, specs, specs.platforms, again, LOADED).pictures
    ads = [(one, other) for one, other in zip(before, after, strict=True) if one.wording]
    for one, other in ads:
        shown = one.wording.claims_of(*one.content.headlines, *one.content.details) if one.wording else ()
        assert (one.content == other.content) == (old.id not in shown)
    assert sum(one.content != other.content for one, other in ads) < 0.65 * len(ads)

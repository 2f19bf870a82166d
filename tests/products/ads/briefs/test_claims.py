"""A sentence as claims: parted only where both halves are whole, with all that makes it say less."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from automagic.products.ads.brief import claim_id
from automagic.products.ads.briefs.claims import is_stating, make_claims, points_elsewhere, sentences_of
from tests.support.places import DATA

SENTENCES = tomllib.loads((DATA / "ad_claims.toml").read_text())["sentence"]


@pytest.mark.parametrize("one", SENTENCES, ids=lambda one: f"{one['language']}: {one['text'][:40]}")
def test_a_claim_keeps_its_numbers_hedges_and_conditions(one: dict[str, Any]) -> None:
    claims = make_claims(one["text"], "claims[1]", one["language"])
    assert [claim.text for claim in claims] == one.get("claims", [one["text"]])
    for part in ("numbers", "hedges", "conditions"):
        assert [found for claim in claims for found in getattr(claim, part)] == one.get(part, [])
    assert all(claim.id == claim_id(claim.text) for claim in claims)


def test_what_has_shorter_ways_or_proof_stays_whole() -> None:
    text = "The filter lasts 12 months and the lid closes tightly."
    assert len(make_claims(text, "claims[1]", "en")) == 2
    (claim,) = make_claims(text, "claims[1]", "en", short=("Lasts 12 months",), proof="https://example.com/test")
    assert (claim.text, claim.short) == (text, ("Lasts 12 months",))


@pytest.mark.parametrize(
    ("language", "sentence", "states"),
    [
        ("en", "The filter is made of steel.", True),
        ("en", "Order the filter today.", False),
        ("en", "Is the filter made of steel?", False),
        ("en", "It keeps for ten years.", False),
        ("en", "However, the filter is heavy.", False),
        ("en", "We think the filter is nice.", False),
        ("en", "This site uses cookies to work.", False),
        ("en", "A filter of steel.", False),
        ("de", "Der Filter besteht aus Stahl.", True),
        ("de", "Bestelle den Filter noch heute.", False),
        ("de", "Sie hält den Tee warm.", False),
        ("fr", "La lampe éclaire vingt heures.", True),
        ("fr", "Découvrez la lampe en magasin.", False),
        ("es", "Su diseño es muy ligero.", False),
    ],
)
def test_a_sentence_of_a_text_is_a_claim_when_it_states_something_alone(
    language: str, sentence: str, states: bool
) -> None:
    assert is_stating(sentence, language) is states


def test_a_short_unit_with_its_stop_ends_a_sentence() -> None:
    assert list(sentences_of("De fles weegt 200 g. Bestel nu.", "nl")) == ["De fles weegt 200 g.", "Bestel nu."]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Free shipping*.", "*"),
        ("Ten years¹", "¹"),
        ("A room of 20 m².", ""),
        ("Rated 4*5.", ""),
        ("Best in test [2].", ""),
    ],
)
def test_a_note_that_stands_elsewhere_is_seen(text: str, mark: str) -> None:
    assert points_elsewhere(text) == mark

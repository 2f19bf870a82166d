"""What platforms and law refuse is found, with who says so; harmless lines are left in peace."""

from __future__ import annotations

import datetime

import pytest

from automagic.products.ads.copy.policy import Line, facts_for, find_faults
from automagic.products.ads.specs.table import read_specs
from tests.support.texts.ad_briefs import make_brief, read_table

TODAY = datetime.date(2026, 12, 1)
SPECS = read_specs()
FACTS = facts_for(SPECS, SPECS.platforms)
TABLE = read_table("policy.toml")
BRIEF = make_brief({"name": "KeraFilter", "kind": "filter", "claims": ["It filters."], "keep": ["IKEA"]})


def faults(text: str, language: str = "en", **more: bool):
    brief = make_brief({"name": "KeraFilter", "kind": "filter", "claims": ["It filters."], "language": language})
    return find_faults(Line(text, brief, TODAY, **more), FACTS)


@pytest.mark.parametrize(
    ("text", "rule", "language"),
    [(*row, "en") for row in TABLE["bad"]]
    + [(*row, language) for language in ("de", "zh", "ko") for row in TABLE[f"bad_{language}"]],
)
def test_what_a_rule_is_about_is_found(text, rule, language) -> None:
    found = {one.rule: one for one in faults(text, language)}
    assert rule in found, found
    if not rule.startswith("brief."):
        fact = SPECS.find(rule)
        assert (found[rule].source, found[rule].checked, found[rule].hard) == (fact.source, fact.checked, fact.hard)


def test_nothing_is_found_in_harmless_lines() -> None:
    assert len(TABLE["harmless"]) >= 100
    alarms = {text: faults(text) for text in TABLE["harmless"]}
    assert {text: found for text, found in alarms.items() if found} == {}


def test_german_nouns_are_no_capitals_and_a_kept_name_may_be_loud() -> None:
    assert faults("Der Kaffee im Haus am See", "de") == ()
    assert faults("ZIRKONIA in capitals")
    assert not find_faults(Line("KeraFilter on IKEA shelves", BRIEF, TODAY), FACTS)


def test_what_is_proven_may_be_said() -> None:
    assert faults("The best coffee filter")
    assert not faults("The best coffee filter", proven=True)


def test_a_headline_has_no_exclamation_mark() -> None:
    assert not faults("Try it today!")
    assert [one.rule for one in faults("Try it today!", headline=True)] == ["google.policy.exclamation"]

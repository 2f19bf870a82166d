"""The fields of all platforms are filled with what a brief says; `test_made_briefs` judges that it fits."""

from __future__ import annotations

import datetime

import pytest

from automagic.errors import RequestError
from automagic.products.ads.copy.choice import judge_line, write_copy
from automagic.products.ads.specs.table import read_specs
from tests.support.texts.ad_briefs import make_brief, read_table

TODAY = datetime.date(2026, 12, 1)
SPECS = read_specs()
BRIEFS = [make_brief(row) for row in read_table("briefs.toml")["brief"]]
ADDRESSES = ("url", "path", "name", "call_to_action_text")


def write(brief, *platforms, **more):
    chosen = [SPECS.platform(name) for name in platforms] or SPECS.platforms
    return write_copy(brief, SPECS, chosen, **{"take": 1, "today": TODAY, **more})


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.name)
def test_each_text_is_said_by_the_brief_and_ready(brief) -> None:
    for text in write(brief).texts:
        assert text.state == "ready"
        if not text.field.endswith(ADDRESSES) and not text.field.endswith(("path1", "path2")):
            assert judge_line(text.text, brief, TODAY).grounded, text


def test_pmax_has_a_short_headline_and_a_short_description_within_its_counts() -> None:
    copy = write(BRIEFS[0], "pmax")
    headlines = [text for text in copy.texts if text.field in {"google.pmax.headline", "google.pmax.headline_short"}]
    descriptions = [text for text in copy.texts if text.field.startswith("google.pmax.description")]
    assert any(text.length <= 15 for text in headlines)
    assert len(headlines) <= 15
    assert any(text.length <= 60 for text in descriptions)
    assert len(descriptions) <= 5


def test_a_disclaimer_is_pinned_where_it_is_always_seen() -> None:
    pinned = [text for text in write(BRIEFS[3], "google-rsa", "microsoft").texts if text.pin]
    assert [(text.field, text.text, text.pin) for text in pinned] == [
        ("google.rsa.description", "Colours may differ.", "DESCRIPTION_1"),
        ("microsoft.rsa.description", "Colours may differ.", "DESCRIPTION_1"),
    ]


def test_a_name_that_fits_no_headline_is_asked_for() -> None:
    long = "Donaudampfschifffahrtsgesellschaft"
    brief = make_brief({"name": long, "kind": long, "language": "de", "claims": [f"{long} auf der Donau."]})
    with pytest.raises(RequestError, match=r"google\.rsa\.headline takes at most 30 .*needs 3") as told:
        write(brief, "google-rsa")
    assert "short = […]" in told.value.hint


def test_sixteen_wide_letters_are_thirty_two() -> None:
    row = {"name": "あ", "kind": "い", "language": "ja", "claims": ["あ" * 16 + "。", "う" * 15]}
    texts = [text.text for text in write(make_brief(row), "google-rsa").texts if text.field == "google.rsa.headline"]
    assert "う" * 15 in texts
    assert "あ" * 16 not in texts


def test_a_claim_with_an_emoji_stands_in_no_google_field() -> None:
    row = {
        "name": "Glow",
        "kind": "lamp",
        "claims": ["It glows ✨ softly.", "It weighs about 2 kg.", "It dims by hand."],
    }
    assert not any("✨" in text.text for text in write(make_brief(row), "google-rsa", "pmax").texts)


def test_lines_of_a_model_pass_the_gate_or_are_told_of_and_wait_for_a_person() -> None:
    offered = ["Lasts up to 10 years, made of ceramic", "Lasts 10 years", "A cup of coffee in about 90 seconds"]
    copy = write(BRIEFS[0], "google-rsa", "openai", offered=offered)
    assert {text.text for text in copy.texts if text.state == "pending"} <= set(offered[2:])
    refused = [finding.says for finding in copy.findings if finding.rule == "brief.invented"]
    assert any("Lasts 10 years" in one for one in refused)


def test_another_take_begins_with_another_claim() -> None:
    first, second = (write(BRIEFS[0], "x", take=take).texts[0] for take in (1, 2))
    assert first.text != second.text
    assert write(BRIEFS[0], "x") == write(BRIEFS[0], "x")


def test_a_line_that_fits_no_field_is_not_read_to_its_end() -> None:
    verdict = judge_line("a.b" * 100_000, BRIEFS[0], TODAY)
    assert not verdict.grounded
    assert "300,000 characters" in verdict.why_not

"""What is written for forty made briefs breaks no hard row of any platform, as a second reader of the rows judges."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import itertools
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.copy.choice import write_copy
from automagic.products.ads.specs.table import read_specs
from tests.support.texts.ad_briefs import make_brief, read_table
from tests.support.texts.ad_reader import find_violations, measure, read_rows

TODAY = datetime.date(2026, 12, 1)
SPECS = read_specs()
PLATFORMS, ROWS = read_rows()
MADE = read_table("made_briefs.toml")["brief"]
OTHERS = read_table("briefs.toml")["brief"]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, datetime.date) else json.dumps(value, ensure_ascii=False)


@pytest.fixture(params=[*MADE, *OTHERS], ids=lambda row: row["name"])
def brief(request, tmp_path) -> AdBrief:
    """A made brief, read as a person's file is."""
    row = {"link": "https://shop.example.org/a?ref=%201#b", **request.param}
    path = tmp_path / "brief.toml"
    path.write_text("\n".join(f"{name} = {_toml(value)}" for name, value in row.items()), "utf-8")
    return asyncio.run(read_brief(str(path), today=TODAY)).brief


def test_there_are_twenty_of_each() -> None:
    assert (len(MADE), len(OTHERS)) == (20, 20)


@pytest.mark.parametrize("take", [1, 2])
def test_no_hard_row_is_broken(brief, take) -> None:
    texts = list(write_copy(brief, SPECS, SPECS.platforms, take=take, today=TODAY).texts)
    found = [fault for platform in PLATFORMS for fault in find_violations(platform, ROWS, texts)]
    assert found == []
    assert {text.platform for text in texts} == {platform["name"] for platform in PLATFORMS}
    for text in texts:
        assert text.length == measure(text.text, ROWS[text.field]["count"])
        assert text.limit == ROWS[text.field]["max"]


def test_each_call_is_one_of_its_platforms_own(brief) -> None:
    for _, name, value in write_copy(brief, SPECS, SPECS.platforms, take=1, today=TODAY).calls:
        assert value in ROWS[name]["values"]


SIGNS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)
WORDS = SIGNS.map(lambda text: unicodedata.normalize("NFC", text).strip()).filter(bool)
LINES = st.lists(WORDS, min_size=1, max_size=5)


@settings(
    max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # shrinking takes minutes
@given(name=WORDS, kind=WORDS, claims=LINES, language=st.sampled_from(["en", "de", "ja", "ar"]))
def test_whatever_a_brief_says_no_hard_row_is_broken(name, kind, claims, language) -> None:
    brief = make_brief({"name": name, "kind": kind, "claims": claims, "language": language})
    texts = []
    for platform in SPECS.platforms:
        try:
            texts += write_copy(brief, SPECS, [platform], take=1, today=TODAY).texts
        except RequestError:
            continue  # it is asked for something shorter
    done = {text.platform for text in texts}
    faults = (find_violations(platform, ROWS, texts) for platform in PLATFORMS if platform["name"] in done)
    assert list(itertools.chain.from_iterable(faults)) == []


def test_the_reader_finds_what_is_wrong() -> None:
    texts = list(write_copy(make_brief(OTHERS[0]), SPECS, SPECS.platforms, take=1, today=TODAY).texts)
    long = [dataclasses.replace(text, text=text.text + "!" * 31) for text in texts]
    (google,) = (platform for platform in PLATFORMS if platform["name"] == "google-rsa")
    said = " ".join(find_violations(google, ROWS, long))
    assert "of 30" in said
    assert "exclamation mark" in said
    assert list(find_violations(google, ROWS, [])) != []

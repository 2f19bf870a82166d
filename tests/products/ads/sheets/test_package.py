"""What each sheet says, read back as its importer reads it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.products.ads.sheets.accounts import AdAccounts
from automagic.products.ads.sheets.google_bulk import write_bulk
from automagic.products.ads.sheets.google_editor import AUTOMATION, write_editor
from automagic.products.ads.sheets.meta import write_meta
from automagic.products.ads.sheets.microsoft import write_microsoft
from automagic.products.ads.sheets.package import write_sheets
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.sheets.ads import BRIEF, make_picture, make_text, search_texts


def _read(data: bytes, encoding: str = "utf-16", delimiter: str = "\t") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def test_editor_pauses_pins_and_switches_off() -> None:
    campaign, ad = _read(write_editor(BRIEF, search_texts("google.rsa")))
    assert {campaign[name] for name in AUTOMATION} == {"Disabled"}
    assert (campaign["Campaign Status"], ad["Ad Group Status"], ad["Status"]) == ("Paused",) * 3
    assert (ad["Headline 1"], ad["Headline 1 position"]) == ("Filters in two minutes", "1")
    assert ad["Headline 2"] == '"Kera", the filter'
    assert "Headline 2 position" not in ad
    assert ad["Final URL"] == BRIEF.link
    assert "utm_source" not in ad["Final URL suffix"]


def test_editor_counts_short_ones_of_an_asset_group_with_the_others() -> None:
    texts = [make_text("google.pmax.headline_short", "Two minutes"), *search_texts("google.pmax")]
    texts.append(make_text("google.pmax.description_short", "It filters, 1."))
    campaign, group = _read(write_editor(BRIEF, texts))
    assert campaign["Campaign Type"] == "Performance Max"
    assert [group[f"Headline {n}"] for n in (1, 2, 4)] == ["Two minutes", "Filters in two minutes", "Kaffee für 39 €"]
    assert "Description 3" not in group  # Google refuses a text that stands there twice
    assert group["Asset Group Status"] == "Paused"
    assert "Ad type" not in group


def test_microsoft_ties_by_negative_ids() -> None:
    version, campaign, group, ad = _read(write_microsoft(BRIEF, search_texts("microsoft.rsa")), "utf-8-sig", ",")
    assert version["Name"] == "6.0"
    assert group["Parent Id"] == campaign["Id"] < "0"
    assert ad["Parent Id"] == group["Id"]
    assert {campaign["Status"], group["Status"], ad["Status"]} == {"Paused"}
    assert campaign["Auto Generated Text Assets Opt Out"] == "true"
    assert campaign["AI Search Enabled"] == campaign["Is Political"] == "false"
    heads = json.loads(ad["Headline"])
    assert heads[0] == {"text": "Filters in two minutes", "pinnedField": "Headline1"}
    assert heads[2] == {"text": "Kaffee für 39 €", "pinnedField": None}


def test_meta_pairs_each_picture_with_each_text() -> None:
    picture, _ = make_picture("meta.feed.image", 1080, 1350)
    texts = [make_text("meta.feed.primary_text", f"It filters,\n{n}.", n) for n in (1, 2)]
    rows = _read(write_meta(BRIEF, texts, [picture], AdAccounts(page="0012", pixel="7")))
    assert [row["Body"] for row in rows] == ["It filters,\n1.", "It filters,\n2."]
    assert len({row["Ad Name"] for row in rows}) == 2
    for row in rows:
        assert (row["Link Object ID"], row["Optimized Conversion Tracking Pixels"]) == ("o:0012", "tp:7")
        assert (row["Optimize text per person"], row["Optimized Ad Creative"]) == ("No", "No")
        assert row["Image File Name"] == picture.name
        assert f"utm_content={row['Ad Name']}" in row["URL Tags"]


def test_a_package_holds_each_file_and_a_list() -> None:
    display, data = make_picture("google.display.sizes")
    texts = [*search_texts("microsoft.rsa"), make_text("tiktok.in_feed.ad_text", "It filters.")]
    specs = read_specs()
    files = write_sheets(BRIEF, texts, [display], {display.file: data}, specs)
    assert sorted(files) == [
        "google/google_display_sizes_300x250.png",
        "google/html5/google_display_sizes_300x250.zip",
        "google/list.txt",
        "microsoft/bulk.csv",
        "microsoft/list.txt",
        "tiktok/list.txt",
    ]
    assert "tiktok.in_feed.ad_text 1: It filters." in files["tiktok/list.txt"].decode()
    assert files == write_sheets(BRIEF, texts, [display], {display.file: data}, specs)


def test_a_zip_that_google_would_refuse_is_not_written() -> None:
    display, data = make_picture("google.display.sizes", 301, 250)
    with pytest.raises(RequestError, match="301x250 is no size"):
        write_sheets(BRIEF, [], [display], {display.file: data}, read_specs())


def test_openai_gets_its_texts_and_no_invented_columns() -> None:
    files = write_sheets(BRIEF, [make_text("openai.ads.title", "It filters")], [], {}, read_specs())
    assert list(files) == ["openai/list.txt"]
    said = files["openai/list.txt"].decode()
    assert "No workbook is written" in said
    assert "openai.ads.title 1: It filters" in said


def test_no_list_of_texts_is_empty_brackets() -> None:
    heads = [text for text in search_texts("microsoft.rsa") if text.field.endswith("headline")]
    assert b"[]" not in write_microsoft(BRIEF, heads)


@pytest.mark.parametrize("write", [write_editor, write_microsoft])
def test_a_formula_in_a_path_is_refused(write) -> None:
    place = "google.rsa" if write is write_editor else "microsoft.rsa"
    with pytest.raises(RequestError, match="formula"):
        write(BRIEF, [make_text(f"{place}.path1", "=cmd")])


def test_more_headlines_than_columns_are_refused() -> None:
    texts = [make_text("google.pmax.headline", f"Filter {n}", n) for n in range(1, 17)]
    with pytest.raises(RequestError, match="no column Headline 16"):
        write_editor(BRIEF, texts)


ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
SIGNS = st.sampled_from(
    ["=1+1", "-20 %", "+49", "@x", "[]", "\u200b=1", "\uff1d1", " -1", "a\tb", "a\nb", '"', "\x00", "x"]
)


@settings(max_examples=100, deadline=None)
@given(said=st.one_of(ANY, SIGNS), name=st.one_of(ANY, SIGNS))
def test_no_cell_of_any_sheet_is_a_formula_or_erases(said, name) -> None:
    brief = dataclasses.replace(BRIEF, name=name, brand=said, campaign="", claims=())
    picture, _ = make_picture("meta.feed.image", 1080, 1350)
    fields = ("google.rsa.headline", "google.pmax.description", "microsoft.rsa.path1", "meta.feed.primary_text")
    texts = [make_text(field, said) for field in fields]
    try:
        sheets = [
            (write_editor(brief, texts), "utf-16", "\t"), (write_meta(brief, texts, [picture]), "utf-16", "\t"),
            (write_microsoft(brief, texts), "utf-8-sig", ","),
            *((data, "utf-8-sig", ",") for data in write_bulk(brief, texts).values()),
        ]  # fmt: skip
    except RequestError:
        return
    for data, encoding, delimiter in sheets:
        for row in csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter):
            for cell in row:
                seen = cell.lstrip(" \t\r\n\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
                own_id = re.fullmatch(r"-\d+", cell)
                assert own_id or not seen.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), row
                assert seen.strip() != "[]"

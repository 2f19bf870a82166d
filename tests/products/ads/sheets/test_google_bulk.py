"""The files of Google's bulk upload: paused, tied by names, one for each kind of entity."""

from __future__ import annotations

import csv
import io

import pytest

from automagic.errors import RequestError
from automagic.products.ads.sheets.accounts import AdAccounts
from automagic.products.ads.sheets.google_bulk import write_bulk
from tests.products.ads.sheets.ads import BRIEF, make_text, search_texts


def _read(data: bytes) -> list[dict[str, str]]:
    lines = data.decode("utf-8-sig").splitlines(keepends=True)
    named = [line for line in lines if not line.lstrip('"').startswith("#")]
    return list(csv.DictReader(io.StringIO("".join(named), newline="")))


def test_each_kind_has_a_file_and_all_is_paused() -> None:
    files = write_bulk(BRIEF, search_texts("google.rsa"), AdAccounts(google="1234567890"))
    assert list(files) == ["bulk-1-campaigns.csv", "bulk-2-ad-groups.csv", "bulk-3-ads.csv"]
    (campaign,), (group,), (ad,) = map(_read, files.values())
    assert [row["Row Type"] for row in (campaign, group, ad)] == ["Campaign", "Ad group", "Ad"]
    assert (campaign["Campaign status"], group["Ad group status"], ad["Ad status"]) == ("Paused",) * 3
    assert {row["Customer ID"] for row in (campaign, group, ad)} == {"123-456-7890"}
    assert {row["Campaign"] for row in (campaign, group, ad)} == {"KeraFilter"}
    assert group["Ad group"] == ad["Ad group"]
    assert campaign["EU political ads"] == "No"
    assert (campaign["Budget"], campaign["Location"]) == ("", "")
    assert ad["Ad type"] == "Responsive search ad"
    assert (ad["Headline 1"], ad["Headline 1 position"]) == ("Filters in two minutes", "1")
    assert "utm_content=kera_" in ad["Final URL suffix"]


def test_the_ads_begin_with_two_comments() -> None:
    ads = write_bulk(BRIEF, search_texts("google.rsa"))["bulk-3-ads.csv"].decode("utf-8-sig")
    assert [line.lstrip('"')[0] for line in ads.splitlines()[:3]] == ["#", "#", "R"]


def test_only_search_ads_are_in_it() -> None:
    assert write_bulk(BRIEF, search_texts("google.pmax")) == {}


def test_a_fifth_description_is_refused() -> None:
    texts = [make_text("google.rsa.description", f"It filters, {n}.", n) for n in range(1, 6)]
    with pytest.raises(RequestError, match="no column Description 5"):
        write_bulk(BRIEF, texts)


@pytest.mark.parametrize("wrong", [{"google": "12345"}, {"google": "123456-7890a"}, {"page": "o:12"}, {"pixel": "١٢"}])
def test_an_id_that_is_none_is_refused(wrong) -> None:
    with pytest.raises(RequestError, match="is no"):
        AdAccounts(**wrong)

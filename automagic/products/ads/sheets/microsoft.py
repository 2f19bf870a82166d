"""A bulk file for Microsoft Advertising: CSV, Format Version 6.0, parents and children tied by negative ids.

What Microsoft would write or expand by itself is switched off at the campaign.

Source: https://learn.microsoft.com/en-us/advertising/bulk-service/responsive-search-ad?view=bingads-13,
and the columns of bulk campaigns in PyPI bingads 13.0.30.1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdText
from automagic.products.ads.sheets.cells import safe_cell, write_table
from automagic.products.ads.sheets.names import campaign_of, make_tags, name_ad, suffix_of

_OFF = {
    "AI Search Enabled": "false",
    "Auto Generated Text Assets Opt Out": "true",
    "Auto Generated Image Assets Opt Out": "true",
    "Url Expansion Opt Out": "true",
    "Search Term Matching Opt Out": "true",
}
COLUMNS = (
    "Type", "Status", "Id", "Parent Id", "Campaign", "Campaign Type", "Is Political", *_OFF, "Ad Group", "Name",
    "Final Url", "Final Url Suffix", "Path 1", "Path 2", "Headline", "Description",
)  # fmt: skip
_PLACE = "microsoft.rsa"
_CAMPAIGN, _GROUP = "-1", "-11"
"""Ids of what the file adds; real ones are positive."""


def write_microsoft(brief: AdBrief, texts: Sequence[AdText], *, number: int = 1) -> bytes:
    """The bulk file of responsive search ads; empty where there is none. The person adds budget and languages.

    Raises:
        RequestError: A text cannot stand in a sheet.
    """
    own = [text for text in texts if text.field.startswith(f"{_PLACE}.")]
    if not own:
        return b""
    campaign, group = safe_cell(campaign_of(brief)), name_ad(brief, _PLACE, "all", "text", number)
    tags = make_tags(brief, "microsoft", "cpc", group)
    one = {text.field.removeprefix(f"{_PLACE}."): safe_cell(text.text) for text in own}
    rows = [
        {"Type": "Format Version", "Name": "6.0"},
        {
            "Type": "Campaign",
            "Status": "Paused",
            "Id": _CAMPAIGN,
            "Campaign": campaign,
            "Campaign Type": "Search",
            "Is Political": "false",
            **_OFF,
        },
        {"Type": "Ad Group", "Status": "Paused", "Id": _GROUP, "Parent Id": _CAMPAIGN, "Ad Group": group},
        {
            "Type": "Responsive Search Ad",
            "Status": "Paused",
            "Parent Id": _GROUP,
            "Campaign": campaign,
            "Ad Group": group,
            "Final Url": safe_cell(brief.link),
            "Final Url Suffix": suffix_of(brief.link, tags),
            "Path 1": one.get("path1", ""),
            "Path 2": one.get("path2", ""),
            "Headline": _assets(own, "headline"),
            "Description": _assets(own, "description"),
        },
    ]
    return write_table(rows, COLUMNS, tabs=False)


def _assets(texts: Sequence[AdText], field: str) -> str:
    """As JSON; a text in it cannot begin the cell, so it stays as it is."""
    found = [text for text in texts if text.field == f"{_PLACE}.{field}"]
    if not found:
        return ""
    return json.dumps([{"text": text.text, "pinnedField": _pin(text.pin)} for text in found], ensure_ascii=False)


def _pin(pin: str) -> str | None:
    """Google's HEADLINE_1 is Headline1 here."""
    kind, _, place = pin.partition("_")
    return f"{kind.capitalize()}{place}" if pin else None

"""A table for Google Ads Editor, in the form in which it writes its own: tab-separated UTF-16.

Images are not in it: how their columns are called is not public. Everything in it is paused, and what would rewrite an
approved text or picture is switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdText
from automagic.products.ads.sheets.cells import safe_cell, write_table
from automagic.products.ads.sheets.names import campaign_of, make_tags, name_ad, suffix_of

AUTOMATION = (
    "Text asset automation", "Final URL expansion", "Image enhancement", "Image generation", "Image extraction",
    "Video enhancement",
)  # fmt: skip
"""What Google does to ads by itself unless told not to."""
COLUMNS = (
    "Campaign", "Campaign Type", "Campaign Status", *AUTOMATION, "Ad Group", "Ad Group Status", "Asset Group",
    "Asset Group Status", "Ad type",
    *(name for n in range(1, 16) for name in (f"Headline {n}", f"Headline {n} position")),
    *(f"Long headline {n}" for n in range(1, 6)),
    *(name for n in range(1, 6) for name in (f"Description {n}", f"Description {n} position")),
    "Business name", "Call to action", "Path 1", "Path 2", "Final URL", "Final URL suffix", "Status",
)  # fmt: skip
_NUMBERED = {"headline": "Headline", "long_headline": "Long headline", "description": "Description", "path": "Path"}
_SINGLE = {
    "business_name": "Business name",
    "path1": "Path 1",
    "path2": "Path 2",
    "call_to_action_text": "Call to action",
}
_FIRST_OF = {"headline_short": "headline", "description_short": "description"}
_GROUPS = {
    "google.rsa": ("Search", "Responsive search ad"),
    "google.rda": ("Display", ""),
    "google.pmax": ("Performance Max", ""),
    "google.demand_gen": ("Demand Gen", ""),
}
"""Campaign type and ad type; "" for an asset group, and where nothing that we could read names the value."""
CAMPAIGN_TYPES = tuple(kind for kind, _ in _GROUPS.values())


def write_editor(brief: AdBrief, texts: Sequence[AdText], *, number: int = 1) -> bytes:
    """The table of all texts for Google; empty where there is none.

    Raises:
        RequestError: A text cannot stand in a sheet.
    """
    rows: list[dict[str, str]] = []
    for place, (kind, ad_type) in _GROUPS.items():
        own = [text for text in texts if text.field.startswith(f"{place}.")]
        if not own:
            continue
        campaign = safe_cell(f"{campaign_of(brief)} {kind}")
        switches = dict.fromkeys(AUTOMATION, "Disabled")
        rows.append({"Campaign": campaign, "Campaign Type": kind, "Campaign Status": "Paused", **switches})
        rows.append({"Campaign": campaign, **_row(brief, place, ad_type, own, number)})
    return write_table(rows, COLUMNS, tabs=True) if rows else b""


def _row(brief: AdBrief, place: str, ad_type: str, texts: Iterable[AdText], number: int) -> dict[str, str]:
    name = name_ad(brief, place, "all", "text", number)
    suffix = suffix_of(brief.link, make_tags(brief, "google", "cpc", name))
    if place == "google.pmax":
        row = {"Asset Group": name, "Asset Group Status": "Paused"}
    else:
        row = {"Ad Group": name, "Ad Group Status": "Paused", "Ad type": ad_type, "Status": "Paused"}
    row |= {"Final URL": safe_cell(brief.link), "Final URL suffix": suffix}
    said: dict[str, list[str]] = {}
    for text in texts:
        field = text.field.removeprefix(f"{place}.")
        field = _FIRST_OF.get(field, field)
        if single := _SINGLE.get(field):
            row[single] = safe_cell(text.text)
        elif numbered := _NUMBERED.get(field):
            if text.text in said.setdefault(field, []):
                continue  # a short one may be one of the others, and a repeated asset is refused
            said[field].append(text.text)
            column = f"{numbered} {len(said[field])}"
            if column not in COLUMNS:
                raise RequestError(f"{text.field}: Google Ads Editor has no column {column}", hint="Take fewer texts.")
            row[column] = safe_cell(text.text)
            if text.pin and place == "google.rsa":
                row[f"{column} position"] = text.pin.rpartition("_")[2]
    return row

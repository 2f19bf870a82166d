"""Files for Google's bulk upload of search ads: one for each kind of entity, uploaded in the order of their names.

Parents are found by their names. Columns: fact `google.bulk.csv`. `EU political ads` is No: a brief of political
advertising is refused when it is read. Budget, bidding, languages and places stay empty in the file of campaigns, for
the person to fill. Other campaigns than those of search go by Google Ads Editor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdText
from automagic.products.ads.sheets.accounts import NO_ACCOUNTS, AdAccounts
from automagic.products.ads.sheets.cells import safe_cell, write_table
from automagic.products.ads.sheets.names import campaign_of, make_tags, name_ad, suffix_of

_PLACE = "google.rsa"
_FIRST = ("Row Type", "Action")
_OF_PERSON = ("Budget", "Budget type", "Bid strategy type", "Language", "Location")
CAMPAIGN_COLUMNS = (
    *_FIRST, "Campaign status", "Customer ID", "Campaign", "Campaign type", "Networks", *_OF_PERSON, "EU political ads",
)  # fmt: skip
GROUP_COLUMNS = (*_FIRST, "Ad group status", "Customer ID", "Campaign", "Ad group", "Ad group type")
AD_COLUMNS = (
    *_FIRST, "Ad status", "Customer ID", "Campaign", "Ad group", "Ad type",
    *(f"Headline {n}" for n in range(1, 16)), *(f"Description {n}" for n in range(1, 5)),
    *(f"Headline {n} position" for n in range(1, 16)), *(f"Description {n} position" for n in range(1, 5)),
    "Path 1", "Path 2", "Final URL", "Final URL suffix",
)  # fmt: skip
_COMMENTS = (
    "# Made by AutoMagic. Everything is paused: look at it in the account before it runs.",
    "# Upload the campaigns first, then the ad groups, then the ads, each when the one before has succeeded.",
)
"""Google's own template of ads has two such lines above its columns."""
_NUMBERED = {"headline": "Headline", "description": "Description"}
_SINGLE = {"path1": "Path 1", "path2": "Path 2"}


def write_bulk(
    brief: AdBrief, texts: Sequence[AdText], accounts: AdAccounts = NO_ACCOUNTS, *, number: int = 1
) -> dict[str, bytes]:
    """The files by their names; none where there is no search ad.

    Raises:
        RequestError: A text cannot stand in a sheet, or there are more of them than columns.
    """
    own = [text for text in texts if text.field.startswith(f"{_PLACE}.")]
    if not own:
        return {}
    group = name_ad(brief, _PLACE, "all", "text", number)
    shared = {"Action": "Add", "Campaign": safe_cell(campaign_of(brief))}
    if accounts.customer:
        shared["Customer ID"] = accounts.customer
    campaign = {
        "Row Type": "Campaign",
        **shared,
        "Campaign status": "Paused",
        "Campaign type": "Search",
        "Networks": "Google search",
        "EU political ads": "No",
    }
    groups = {
        "Row Type": "Ad group", **shared, "Ad group": group, "Ad group status": "Paused", "Ad group type": "Standard",
    }  # fmt: skip
    ad = {"Row Type": "Ad", **shared, "Ad group": group, "Ad status": "Paused", "Ad type": "Responsive search ad"}
    ad |= {"Final URL": safe_cell(brief.link)}
    ad |= {"Final URL suffix": suffix_of(brief.link, make_tags(brief, "google", "cpc", group)), **_texts(own)}
    return {
        "bulk-1-campaigns.csv": _write(campaign, CAMPAIGN_COLUMNS, _OF_PERSON),
        "bulk-2-ad-groups.csv": _write(groups, GROUP_COLUMNS),
        "bulk-3-ads.csv": _write(ad, AD_COLUMNS, comments=_COMMENTS),
    }


def _write(
    row: Mapping[str, str], columns: Sequence[str], kept: Sequence[str] = (), comments: Sequence[str] = ()
) -> bytes:
    return write_table([row], columns, tabs=False, kept=("Customer ID", *kept), comments=comments)


def _texts(texts: Sequence[AdText]) -> dict[str, str]:
    cells: dict[str, str] = {}
    count = dict.fromkeys(_NUMBERED, 0)
    for text in texts:
        field = text.field.removeprefix(f"{_PLACE}.")
        if single := _SINGLE.get(field):
            cells[single] = safe_cell(text.text)
        elif numbered := _NUMBERED.get(field):
            count[field] += 1
            column = f"{numbered} {count[field]}"
            if column not in AD_COLUMNS:
                raise RequestError(
                    f"{text.field}: Google's bulk upload has no column {column}", hint="Take fewer texts."
                )
            cells[column] = safe_cell(text.text)
            if text.pin:
                cells[f"{column} position"] = text.pin.rpartition("_")[2]
    return cells

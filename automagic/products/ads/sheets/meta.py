"""A table for the import of Meta's Ads Manager: tab-separated UTF-16, one row for each picture with each text.

Ids of the page, the account on Instagram and the pixel are the person's, and asked for by the import where they are
missing. An id that is given gets Meta's prefix, without which Excel would round it. `Text Transformations` and `Degrees
of Freedom Type` switch rewriting on: they are left out, as nobody says what switches it off.
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdPicture, AdText
from automagic.products.ads.sheets.accounts import NO_ACCOUNTS, AdAccounts
from automagic.products.ads.sheets.cells import safe_cell, write_table
from automagic.products.ads.sheets.names import campaign_of, make_tags, name_ad, suffix_of

COLUMNS = (
    "Campaign Name", "Campaign Status", "Ad Set Name", "Ad Set Run Status", "Link Object ID", "Instagram Account ID",
    "Optimized Conversion Tracking Pixels", "Link", "Ad Name", "Ad Status", "Title", "Body", "Link Description",
    "Optimize text per person", "Optimized Ad Creative", "Image File Name", "URL Tags",
)  # fmt: skip
_PLACE = "meta.feed"


def write_meta(
    brief: AdBrief,
    texts: Sequence[AdText],
    pictures: Sequence[AdPicture],
    accounts: AdAccounts = NO_ACCOUNTS,
    *,
    number: int = 1,
) -> bytes:
    """The table of ads for the feed; empty where there is no text, or no picture.

    Raises:
        RequestError: A text cannot stand in a sheet.
    """
    bodies, titles, descriptions = (_of(texts, name) for name in ("primary_text", "headline", "description"))
    images = [picture for picture in pictures if picture.field.startswith(f"{_PLACE}.")]
    campaign = safe_cell(campaign_of(brief))
    rows: list[dict[str, str]] = []
    for image in images:
        for index, body in enumerate(bodies):
            size = f"{image.width}x{image.height}"
            name = name_ad(brief, _PLACE, f"text-{index + 1}", size, number + len(rows))
            rows.append(
                {
                    "Campaign Name": campaign,
                    "Campaign Status": "PAUSED",
                    "Ad Set Name": campaign,
                    "Ad Set Run Status": "PAUSED",
                    "Link Object ID": f"o:{accounts.page}" if accounts.page else "",
                    "Instagram Account ID": f"x:{accounts.instagram}" if accounts.instagram else "",
                    "Optimized Conversion Tracking Pixels": f"tp:{accounts.pixel}" if accounts.pixel else "",
                    "Link": safe_cell(brief.link),
                    "Ad Name": name,
                    "Ad Status": "PAUSED",
                    "Title": titles[index % len(titles)] if titles else "",
                    "Body": body,
                    "Link Description": descriptions[index % len(descriptions)] if descriptions else "",
                    "Optimize text per person": "No",
                    "Optimized Ad Creative": "No",
                    "Image File Name": image.name,
                    "URL Tags": suffix_of(brief.link, make_tags(brief, "meta", "paid_social", name)),
                }
            )
    return write_table(rows, COLUMNS, tabs=True) if rows else b""


def _of(texts: Sequence[AdText], field: str) -> list[str]:
    return [safe_cell(text.text) for text in texts if text.field == f"{_PLACE}.{field}"]

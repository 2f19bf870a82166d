"""Cells that mean the same to an importer and to the spreadsheet in which a person looks at them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence

from automagic.errors import RequestError

MINUS = "\u2212"
_FORMULA = ("=", "+", "@", "\uff1d", "\uff0b", "\uff20")
"""Spreadsheets of East Asia take the wide signs for the narrow ones."""
_HYPHENS = ("-", "\uff0d")
_NOT_SEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def safe_cell(text: str) -> str:
    """A text that a spreadsheet does not run, and that an importer publishes as it was approved.

    The usual apostrophe would stand in the ad where an importer takes cells as they are. A leading hyphen becomes a
    minus sign ("-20 %" reads the same and is as long); other signs that begin a formula have no such twin.

    Raises:
        RequestError: It begins with = + @, of any width, a tab or a carriage return, holds a control character, or is
            `[]`, by which Google Ads Editor erases what stands in the account.
    """
    if _NOT_SEEN.sub("", text) == "[]":
        raise RequestError("a text of only [] would erase a field in Google Ads Editor", hint="Give words instead.")
    start = _NOT_SEEN.match(text).end()  # type: ignore[union-attr]
    if text.startswith(("\t", "\r")) or text.startswith(_FORMULA, start):
        hint = "Let it begin with a word: spreadsheets run what begins with =, + or @."
        raise RequestError(f"the text {text[:60]!r} would be a formula in a sheet", hint=hint)
    if _CONTROL.search(text):
        raise RequestError(f"the text {text[:60]!r} holds a control character", hint="Type it again without.")
    return MINUS + text[start + 1 :] if text.startswith(_HYPHENS, start) else text


def write_table(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    *,
    tabs: bool,
    kept: Collection[str] = (),
    comments: Sequence[str] = (),
) -> bytes:
    """The columns that a row fills, in this order: tab-separated UTF-16, or CSV in UTF-8, each with its mark.

    Without the mark Excel reads UTF-8 in the code page of its country.

    Args:
        kept: Columns that stand there even if they are empty, for a person to fill.
        comments: Lines above the names of the columns.
    """
    used = [column for column in columns if column in kept or any(row.get(column) for row in rows)]
    unknown = {column for row in rows for column in row} - set(columns)
    if unknown:
        raise ValueError(f"columns that the table does not have: {sorted(unknown)}")
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter="\t" if tabs else ",", lineterminator="\r\n")
    writer.writerows([comment] for comment in comments)
    writer.writerow(used)
    writer.writerows([row.get(column, "") for column in used] for row in rows)
    text = page.getvalue()
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le") if tabs else text.encode("utf-8-sig")

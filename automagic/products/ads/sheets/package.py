"""All files of a package: sheets, zips, pictures, and a list of what goes where.

google/editor.tsv, bulk-1-campaigns.csv …, list.txt, html5/NAME.zip, NAME.jpg     meta/import.tsv, list.txt, NAME.jpg …
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdPicture, AdText
from automagic.products.ads.sheets.accounts import NO_ACCOUNTS, AdAccounts
from automagic.products.ads.sheets.google_bulk import write_bulk
from automagic.products.ads.sheets.google_editor import write_editor
from automagic.products.ads.sheets.html5 import make_bundle
from automagic.products.ads.sheets.html5_checks import check_bundle
from automagic.products.ads.sheets.meta import write_meta
from automagic.products.ads.sheets.microsoft import write_microsoft
from automagic.products.ads.sheets.names import make_tags, name_ad, tag_link
from automagic.products.ads.specs.table import Specs
from automagic.values.artifact import Artifact

_HTML5_FIELDS = ("google.display.", "google.html5.")
"""Uploaded display ads have a still picture and its HTML5 twin."""
_BY_HAND = {
    "google": (
        "Import editor.tsv into Google Ads Editor, or upload the bulk files in the order of their numbers, never both.",
        "The bulk files hold search ads alone; budget, bidding, languages and places are empty there for you to fill.",
        "Pictures go by hand: how Editor's columns of pictures are called is not public.",
        "Before you post from Editor, declare in the account that this is no political advertising in the EU.",
    ),
    "microsoft": ("Upload bulk.csv; budget and languages are for you to set.",),
    "meta": (
        "Import import.tsv with the pictures.",
        "Carousels cannot be imported: make them by hand.",
    ),
    "openai": (
        "No workbook is written: how its columns are called is not public. Copy from here into Ads Manager's template.",
    ),
}
_ENHANCEMENTS = "meta.all.advantage_opt_out"
_NO_COLUMNS = "These enhancements have no columns in a sheet; switch each off at the ad:"
_NO_SHEET = "No sheet is written for this platform: copy from here."


def write_sheets(
    brief: AdBrief,
    texts: Sequence[AdText],
    pictures: Sequence[AdPicture],
    files: Mapping[Artifact, bytes],
    specs: Specs,
    accounts: AdAccounts = NO_ACCOUNTS,
) -> dict[str, bytes]:
    """Relative names, with "/", and what stands in each file; a sheet without a row is left out.

    Raises:
        RequestError: A text cannot stand in a sheet, or Google would refuse a zip.
    """
    sheets = {"google/editor.tsv": write_editor(brief, texts)}
    sheets |= {f"google/{name}": data for name, data in write_bulk(brief, texts, accounts).items()}
    sheets["microsoft/bulk.csv"] = write_microsoft(brief, texts)
    sheets["meta/import.tsv"] = write_meta(brief, texts, pictures, accounts)
    found = {name: data for name, data in sheets.items() if data}
    for picture in pictures:
        folder = _folder(picture)
        found[f"{folder}/{picture.name}"] = files[picture.file]
        if picture.field.startswith(_HTML5_FIELDS) and picture.family == "designed":
            bundle = make_bundle(picture, files[picture.file], brief.link, brief.language)
            if fault := next((one.says for one in check_bundle(bundle, specs) if one.hard), ""):
                raise RequestError(f"{picture.name} cannot be an HTML5 ad: {fault}")
            found[f"{folder}/html5/{picture.name.rpartition('.')[0]}.zip"] = bundle
    for folder in dict.fromkeys([*map(_folder, texts), *map(_folder, pictures)]):
        found[f"{folder}/list.txt"] = _write_list(brief, folder, texts, pictures, specs)
    return found


def _folder(one: AdText | AdPicture) -> str:
    """A place that several names of platforms share: "google" of "google.pmax.headline"."""
    return one.field.partition(".")[0]


def _write_list(
    brief: AdBrief, folder: str, texts: Sequence[AdText], pictures: Sequence[AdPicture], specs: Specs
) -> bytes:
    name = name_ad(brief, f"{folder}.ad", "all", "text", 1)
    lines = [
        f"{brief.name} on {folder}",
        "",
        "Leave every ad paused until somebody has looked at it there, and the platform's own rewriting switched off.",
        "Import files as they are: a spreadsheet that saves them changes leading zeros, dates and long numbers.",
        *_BY_HAND.get(folder, (_NO_SHEET,)),
        *([f"{_NO_COLUMNS} {', '.join(specs.find(_ENHANCEMENTS).values)}."] if folder == "meta" else []),
        f"Link: {tag_link(brief.link, make_tags(brief, folder, 'paid', name))}",
    ]
    every: list[AdText | AdPicture] = [*texts, *pictures]
    own = [one for one in every if _folder(one) == folder]
    for platform in dict.fromkeys(one.platform for one in own):
        lines += ["", platform]
        for one in own:
            if one.platform == platform:
                lines.append(_line(one))
    return ("\n".join(lines) + "\n").encode()


def _line(one: AdText | AdPicture) -> str:
    if isinstance(one, AdText):
        return f"{one.field} {one.number}: {one.text}"
    return f"{one.field}: {one.name} ({one.width}x{one.height}) - {one.alt or 'no alt text'}"

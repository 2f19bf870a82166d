"""All files of a package: sheets, zips, pictures, and a list of what goes where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdPicture, AdText
from automagic.products.ads.sheets.google_editor import write_editor
from automagic.products.ads.sheets.html5 import make_bundle
from automagic.products.ads.sheets.meta import write_meta
from automagic.products.ads.sheets.microsoft import write_microsoft
from automagic.products.ads.sheets.names import make_tags, name_ad, tag_link
from automagic.values.artifact import Artifact

_HTML5_FIELDS = ("google.display.", "google.html5.")
"""Uploaded display ads have a still picture and its HTML5 twin."""


def write_sheets(
    brief: AdBrief, texts: Sequence[AdText], pictures: Sequence[AdPicture], files: Mapping[Artifact, bytes]
) -> dict[str, bytes]:
    """Relative names, with "/", and what stands in each file; a sheet without a row is left out.

    Raises:
        RequestError: A text cannot stand in a sheet.
    """
    sheets = {
        "google/editor.tsv": write_editor(brief, texts),
        "microsoft/bulk.csv": write_microsoft(brief, texts),
        "meta/import.tsv": write_meta(brief, texts, pictures),
    }
    found = {name: data for name, data in sheets.items() if data}
    for picture in pictures:
        found[f"{picture.platform}/{picture.name}"] = files[picture.file]
        if picture.field.startswith(_HTML5_FIELDS) and picture.family == "designed":
            stem = picture.name.rpartition(".")[0]
            bundle = make_bundle(picture, files[picture.file], brief.link, brief.language)
            found[f"{picture.platform}/html5/{stem}.zip"] = bundle
    for platform in dict.fromkeys([*(one.platform for one in texts), *(one.platform for one in pictures)]):
        found[f"{platform}/list.txt"] = _write_list(brief, platform, texts, pictures)
    return found


def _write_list(brief: AdBrief, platform: str, texts: Sequence[AdText], pictures: Sequence[AdPicture]) -> bytes:
    name = name_ad(brief, f"{platform}.ad", "all", "text", 1)
    lines = [
        f"{brief.name} on {platform}",
        "",
        "Leave every ad paused until somebody has looked at it there, and the platform's own rewriting switched off.",
        f"Link: {tag_link(brief.link, make_tags(brief, platform, 'paid', name))}",
        "",
    ]
    lines += [f"{one.field} {one.number}: {one.text}" for one in texts if one.platform == platform]
    for one in pictures:
        if one.platform == platform:
            lines.append(f"{one.field}: {one.name} ({one.width}x{one.height}) - {one.alt or 'no alt text'}")
    return ("\n".join(lines) + "\n").encode()

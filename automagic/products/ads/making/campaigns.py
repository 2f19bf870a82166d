"""Whose campaign a folder is: two briefs with one campaign's name would be one campaign at a platform."""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.language.text.slug import slugify
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.package.brief_file import read_brief_file
from automagic.reading.named_files import read_named

HOME = Path("final_ads")
_BRIEFS = ("brief.toml", "v1/brief.toml")
_MOST_BYTES = 1_000_000
_MOST_PACKAGES = 500


def choose_folder(brief: AdBrief, take: int) -> Path:
    """Where a package lies when nobody says where; the same tomorrow, so that what was approved stays approved."""
    variant = f"-take-{take}" if take > 1 else ""
    return HOME / f"{slugify(f'{brief.campaign or brief.name} {brief.language}')}{variant}"


def refuse_same_campaign(brief: AdBrief, folder: Path) -> None:
    """Refuse a brief whose campaign is another one's, among the packages that lie where this one will.

    Raises:
        RequestError: Naming the folder of the other.
    """
    beside = sorted(folder.parent.glob("*/metadata.json"))[:_MOST_PACKAGES] if folder.parent.is_dir() else []
    for other in dict.fromkeys((folder, *(path.parent for path in beside))):
        found = next((other / name for name in _BRIEFS if (other / name).is_file()), None)
        if found is None:
            continue
        kept = read_brief_file(read_named(found, _MOST_BYTES, what="a brief"), str(found))
        if _campaign_of(kept) == _campaign_of(brief) and (kept.name, kept.link) != (brief.name, brief.link):
            raise RequestError(
                f"{other} is the campaign {brief.campaign or brief.name!r} of {kept.name}, {kept.link}",
                hint='Give this one another name: campaign = "…". Or take the other one away.',
            )


def _campaign_of(brief: AdBrief) -> tuple[str, str]:
    return " ".join((brief.campaign or brief.name).casefold().split()), brief.language

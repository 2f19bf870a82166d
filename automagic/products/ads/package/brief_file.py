"""The brief of a package as `brief.toml`: as a person writes one, and what its texts and pictures were known by.

AdBrief ─▶ brief.toml ─▶ an equal AdBrief, also where it came from a text or a page
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.products.ads.brief import AdBrief, BriefPicture, Claim
from automagic.products.ads.briefs.completing import assemble
from automagic.products.ads.briefs.fields import read_fields
from automagic.reading.toml import parse_toml

if TYPE_CHECKING:
    from tomlkit.items import Array, InlineTable

_TEXTS = ("name", "kind", "link", "language", "brand", "campaign", "call", "price", "disclaimer")
_LISTS = ("colours", "keep", "allowed")


def write_brief(brief: AdBrief) -> bytes:
    """What is said of it; what is not said is left out."""
    import tomlkit

    document = tomlkit.document()
    for name in _TEXTS:
        if text := getattr(brief, name):
            document.add(name, tomlkit.item(text))
    if brief.offer_until is not None:
        document.add("offer_until", tomlkit.item(brief.offer_until))
    for name in _LISTS:
        if texts := getattr(brief, name):
            document.add(name, _array(list(texts)))
    if brief.logo is not None:
        document.add("logo", _table(_picture(brief.logo)))
    if brief.pictures:
        document.add("pictures", _array([_table(_picture(one)) for one in brief.pictures]))
    document.add("claims", _array([_table(_claim(one)) for one in brief.claims]))
    return tomlkit.dumps(document).encode()


def read_brief_file(data: bytes, location: str) -> AdBrief:
    """The brief of a package; its pictures are not looked for, only named.

    Args:
        location: For people.

    Raises:
        RequestError: It is no brief.
    """
    return assemble(read_fields(parse_toml(data, name=location), location, None))


def _claim(claim: Claim) -> dict[str, Any]:
    told = {"text": claim.text, "where": claim.where, "short": list(claim.short), "proof": claim.proof}
    return {name: value for name, value in told.items() if value}


def _picture(picture: BriefPicture) -> dict[str, Any]:
    focus = list(picture.focus) if picture.focus else None
    told = {"file": picture.name, "sha256": picture.sha256, "focus": focus, "alt": picture.alt}
    return {name: value for name, value in told.items() if value}


def _table(values: dict[str, Any]) -> InlineTable:
    import tomlkit

    table = tomlkit.inline_table()
    table.update(values)
    return table


def _array(values: list[Any]) -> Array:
    import tomlkit

    array = tomlkit.array()
    array.extend(values)
    return array.multiline(multiline=True)

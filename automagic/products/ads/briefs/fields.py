"""The fields of a brief as a person writes them, in TOML.

name = "KeraFilter"
kind = "coffee filter"
link = "https://example.com/kera"
claims = ["Made of steel.", { text = "Lasts 10 years.", short = ["10 years"], proof = "https://…" }]

The brief of a package says as well what was known when it was made: `where` a claim was found, and the `sha256` of each
picture, which need not lie beside it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from automagic.errors import RequestError
from automagic.products.ads.brief import BriefPicture
from automagic.products.ads.briefs.material import BriefMaterial, BriefSentence
from automagic.shaping import to_shape

_MOST_PICTURES = 40
_LONGEST_WHERE = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    short: tuple[str, ...] = ()
    proof: str = ""
    where: str = ""


class _Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    focus: tuple[float, float] | None = None
    alt: str = ""
    sha256: str = ""


class _Brief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str = ""
    kind: str = ""
    link: str = ""
    claims: tuple[str | _Claim, ...] = ()
    language: str = ""
    brand: str = ""
    campaign: str = ""
    call: str = ""
    price: str = ""
    disclaimer: str = ""
    offer_until: datetime.date | None = None
    logo: str | _Picture | None = None
    pictures: tuple[str | _Picture, ...] = ()
    colours: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def read_fields(table: Mapping[str, Any], location: str, folder: Path | None) -> BriefMaterial:
    """What a table says; without its claims, when it is the front matter of a text.

    Args:
        location: For people.
        folder: In which its pictures lie.

    Raises:
        RequestError: A field is unknown or of another kind, or a picture cannot be read.
    """
    for field in table:
        if field not in _Brief.__struct_fields__:
            near = difflib.get_close_matches(field, _Brief.__struct_fields__, 1)
            meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(_Brief.__struct_fields__)}."
            raise RequestError(f"{location}: a brief has no field {field[:40]!r}", hint=meant)
    try:
        brief = to_shape(dict(table), _Brief)
    except msgspec.ValidationError as error:
        raise RequestError(
            f"{location}: {str(error).replace(' - at `$.', ' in `')}",
            hint='Write texts as "…", several as ["…", "…"].',
        ) from error
    if len(brief.pictures) > _MOST_PICTURES:
        raise RequestError(f"{location} names more than {_MOST_PICTURES} pictures")
    return BriefMaterial(
        location=location,
        sentences=tuple(_sentence(claim, number) for number, claim in enumerate(brief.claims, 1)),
        logo=_picture(brief.logo, folder) if brief.logo else None,
        pictures=tuple(_picture(one, folder) for one in brief.pictures),
        offer_until=brief.offer_until,
        folder=folder,
        name=_plain(brief.name),
        kind=_plain(brief.kind),
        link=brief.link.strip(),
        language=_plain(brief.language),
        brand=_plain(brief.brand),
        campaign=_plain(brief.campaign),
        call=_plain(brief.call),
        price=_plain(brief.price),
        disclaimer=_plain(brief.disclaimer),
        colours=brief.colours,
        keep=tuple(filter(None, map(_plain, brief.keep))),
        allowed=tuple(filter(None, map(_plain, brief.allowed))),
    )


def _plain(text: str) -> str:
    return " ".join(text.split(" ")).strip()


def _sentence(claim: str | _Claim, number: int) -> BriefSentence:
    one = _Claim(claim) if isinstance(claim, str) else claim
    where = one.where or f"claims[{number}]"
    if len(where) > _LONGEST_WHERE or not where.isprintable():
        raise RequestError(f"where claims[{number}] was found is not said in a line", hint="Leave `where` out.")
    if one.proof and not one.proof.startswith("https://"):
        raise RequestError(f"the proof of {where} is no https:// address", hint="Name the page that proves it.")
    return BriefSentence(one.text, where, is_claim=True, short=one.short, proof=one.proof, is_whole=bool(one.where))


def _picture(given: str | _Picture, folder: Path | None) -> BriefPicture:
    from automagic.products.ads.briefs.picture_files import read_named_picture

    one = _Picture(given) if isinstance(given, str) else given
    if folder is None and not one.sha256:
        raise RequestError(f"the picture {one.file[:80]!r} is named where there is no folder to look in")
    if one.sha256 and not _SHA256.fullmatch(one.sha256):
        raise RequestError(f"the sha256 of the picture {one.file[:80]!r} is none", hint="Leave it out.")
    if one.focus is not None and not all(0 <= part <= 1 for part in one.focus):
        raise RequestError(f"the focus of {one.file} is outside it: x and y are 0 to 1 from the upper left")
    path = PurePosixPath(one.file)
    if path.is_absolute() or ".." in path.parts or "\\" in one.file or "://" in one.file:
        raise RequestError(f"the picture {one.file[:80]!r} does not lie beside the brief", hint="Copy it there.")
    if folder is None or (one.sha256 and not (folder / one.file).exists()):
        return BriefPicture(one.file, one.sha256, one.focus, one.alt.strip())
    return BriefPicture(one.file, read_named_picture(folder, one.file), one.focus, one.alt.strip())

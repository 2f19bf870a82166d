"""Licences of pictures: read from what a collection states, named as SPDX does, and checked against what may be used.

"CC BY-SA 3.0 de" ──▶ Licence(kind="cc-by-sa", name="CC-BY-SA-3.0-DE")
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FREE = frozenset({"cc0", "public-domain", "cc-by", "cc-by-sa"})
"""Kinds that allow commercial use and changes."""

_CREATIVE_COMMONS = re.compile(
    r"^(?:cc[- ])?(by(?:[- ](?:nc|nd|sa)){0,2})(?:[- ](\d\.\d))?(?:[- ,][\d.,]+)*(?:[- ]([a-z]{2}|igo))?$",
    re.IGNORECASE,
)
_DEDICATED = re.compile(r"^(?:cc[- ]?0|cc[- ]zero)(?:[- ]1\.0)?$", re.IGNORECASE)
_PUBLIC_DOMAIN = re.compile(
    r"^(?:public domain|pd|pd[- ].*|pdm(?:[- ]1\.0)?|public domain mark(?: 1\.0)?)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence.

    Attributes:
        kind: "cc0", "public-domain", "cc-by", "cc-by-sa", "cc-by-nc" ...; in lower case.
        name: The SPDX identifier, or "Public domain", which has none.
        url: Of its text; "" when the collection gives none.
    """

    kind: str
    name: str
    url: str = ""


def read_licence(stated: str, *, version: str = "", url: str = "") -> Licence | None:
    """The licence that a collection states; None for one that is not known here, which is not used.

    Args:
        stated: Such as "CC BY-SA 4.0", "cc-by-2.0", "by-sa", "Public domain", "cc0", "pdm".
        version: Where it is stated apart.
    """
    text = " ".join(stated.split()).strip(" .")
    if _DEDICATED.match(text):
        return Licence("cc0", "CC0-1.0", url)
    if _PUBLIC_DOMAIN.match(text):
        return Licence("public-domain", "Public domain", url)
    if found := _CREATIVE_COMMONS.match(text):
        terms = re.split(r"[- ]", found[1].lower())
        if "sa" in terms and "nd" in terms:
            return None  # no such licence
        kind = "-".join(["cc", *terms])
        parts = [kind.upper(), found[2] or version, (found[3] or "").upper()]
        return Licence(kind, "-".join(part for part in parts if part), url)
    return None


def is_free(licence: Licence) -> bool:
    """Whether a picture under this licence may be used."""
    return licence.kind in FREE

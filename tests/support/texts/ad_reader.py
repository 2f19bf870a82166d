"""A reader of `ad_specs.toml` that shares no code with the product: what platforms would refuse of a set of texts.

Lengths are counted by the rows' own words (`google.all.counting`, and those of X's documentation), with `unicodedata`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

TABLE = Path(__file__).parents[3] / "automagic" / "data" / "ad_specs.toml"
Row = dict[str, Any]
_LINK = re.compile(r"https?://\S+")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u20e3\ufe0f]")
_LOUD = re.compile(r"[!?]{2}|\.\.|…|•|(?:^|\s)\*|\*(?:\s|$)|([*~#|_^<>])\1")
_PHONE = re.compile(r"(?:\+|\b)\d[\d ()/-]{7,}\d\b")


class Written(Protocol):
    """A text in a field of a platform."""

    @property
    def platform(self) -> str:
        """As the table names it."""

    @property
    def field(self) -> str:
        """Id of its row."""

    @property
    def text(self) -> str:
        """What stands there."""


def read_rows() -> tuple[list[Row], dict[str, Row]]:
    """The platforms, and the rows by their ids."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return table["platform"], {row["id"]: row for row in table["spec"]}


def measure(text: str, count: str) -> int:
    """How long it is, as a row counts."""
    text = unicodedata.normalize("NFC", text)
    if count == "chars":
        return len(text)
    if count == "x_weighted":
        bare, links = _LINK.subn("", text)
        return 23 * links + sum(1 if _is_light(ord(sign)) else 2 for sign in bare)
    return sum(2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1 for sign in text)


def _is_light(point: int) -> bool:
    """Of twitter-text 3: Latin and its neighbours, and general punctuation but for its joiners."""
    return point <= 0x10FF or 0x2000 <= point <= 0x200D or 0x2010 <= point <= 0x201F or 0x2032 <= point <= 0x2037


def find_violations(platform: Row, rows: dict[str, Row], texts: list[Written]) -> Iterator[str]:
    """Each hard row of a platform that its texts break."""
    by_field: dict[str, list[str]] = {}
    for text in texts:
        if text.platform == platform["name"]:
            by_field.setdefault(text.field, []).append(text.text)
    own = {row["id"]: row for row in rows.values() if f"{row['platform']}.{row['format']}" in platform["formats"]}
    for name in by_field:
        if name not in own:
            yield f"{platform['name']} has no field {name}"
    for row in own.values():
        if row["kind"] == "text" and row["hard"]:
            short = by_field.get(f"{row['id']}_short", [])  # the platform counts it with the others
            yield from _of_field(row, [*by_field.get(row["id"], []), *short])
    for name, said in by_field.items():
        yield from (f"{name}: {fault}: {text!r}" for text in said for fault in _of_wording(platform, name, text))
    yield from _of_several(by_field)


def _of_field(row: Row, said: list[str]) -> Iterator[str]:
    name = row["id"]
    least = max(row.get("min_items", 0), int(row.get("required", False)))
    if len(said) < least or (said and len(said) > row.get("max_items", 1)):
        yield f"{name} has {len(said)} texts"
    if len({_same(text) for text in said}) < len(said):
        yield f"{name} has a text twice"
    for text in said:
        length = measure(text, row["count"])
        if not row.get("min", 1) <= length <= row["max"]:
            yield f"{name} is {length} of {row['max']}: {text!r}"
        if text != text.strip() or unicodedata.normalize("NFC", text) != text:
            yield f"{name} is not clean: {text!r}"


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


def _of_wording(platform: Row, name: str, text: str) -> Iterator[str]:
    """What rows of policy say that a machine can see; addresses have rules of their own."""
    if any(part in name for part in ("url", "path")):
        return
    pictures = _PICTURES.search(text)
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text):
        yield "a control character"
    if "google.policy" in platform["rules"]:
        if pictures:
            yield "an emoji"
        if any(0xFF61 <= ord(sign) <= 0xFF9F for sign in text):
            yield "half-width katakana"
        if "headline" in name and ("!" in text or "！" in text):
            yield "an exclamation mark in a headline"
        if text.count("!") > 1 or _LOUD.search(_LINK.sub("", text)):
            yield "punctuation"
        if _PHONE.search(_LINK.sub("", text)):
            yield "a telephone number"
    if platform["name"] == "tiktok" and (pictures or (name.endswith("ad_text") and re.search(r"[{}#]", text))):
        yield "a sign that TikTok does not take"


def _of_several(by_field: dict[str, list[str]]) -> Iterator[str]:
    for place in ("google.rsa", "microsoft.rsa"):
        if by_field.get(f"{place}.path2") and not by_field.get(f"{place}.path1"):
            yield f"{place} has a second path without a first"

"""The signs of numbers in languages that have no table of their own, so that none is lost to the ear.

    pl  "−5 °C"   ──▶ "minus 5 stopni Celsjusza"        ja  "¥1,200です" ──▶ "1,200円です"
    tr  "%5"      ──▶ "yüzde 5"                         zh  "5%"         ──▶ "百分之5"

A number that is said without its minus or its unit is another number. What these languages write short beyond that is
passed on to the voice as it stands.
"""

from __future__ import annotations

import re

from automagic.data import words

_SIGNS = words("said-elsewhere")
_NUMBER = r"\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*"
_MINUS = re.compile(r"(?<![\dA-Za-z.,%°])[-−–](?=[$€£¥₩₹₽₺₴₪₫฿]?\d)")
_PERCENT = re.compile(rf"%({_NUMBER})|({_NUMBER})\s?%|%")
_DEGREES = re.compile(r"°\s?C|℃|°")
_SPACELESS = frozenset({"ja", "zh", "th"})


def say_signs(word: str, tag: str) -> str:
    """A display word with the signs of its numbers in words; as it is where the language is not known here."""
    if tag not in _SIGNS:
        return word
    minus, percent, degrees, money = (_SIGNS[tag][name] for name in ("minus", "percent", "degrees", "money"))
    gap = "" if tag in _SPACELESS else " "
    leads = percent.endswith((" ", "之"))

    def share(found: re.Match[str]) -> str:
        number = found[1] or found[2] or ""
        return f"{percent}{number} " if leads else f"{number}{gap}{percent}"

    said = _PERCENT.sub(share, _MINUS.sub(minus, word))
    said = _DEGREES.sub(f"{gap}{degrees}", said)
    for mark, name in money.items():
        said = re.sub(rf"{re.escape(mark)}({_NUMBER})", rf" \1{gap}{name}", said)
        said = said.replace(mark, f"{gap}{name}") if not mark.isalpha() or said == mark else said
    return said

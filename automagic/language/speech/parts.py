"""A display word taken apart: what is said, and the punctuation around it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from automagic.language.text.signs import MONEY

_OPENING = "\"“”„‚‘’'«»‹›([{¡¿<"
_CLOSING = "\"”“’‘'»«›‹)]},.;:!?…>"
_LIMIT = re.compile(rf"[<>]=?(?:$|(?=[-−+~]?(?:[A-Z]{{1,3}})?(?:[{MONEY}]$|[{MONEY}.]?\d)))")


@dataclass(frozen=True, slots=True)
class WordParts:
    """A display word: `lead` and `trail` are punctuation, `core` is what is said."""

    lead: str
    core: str
    trail: str

    def around(self, said: str) -> str:
        """`said` with the punctuation of the word."""
        return f"{self.lead}{said}{self.trail}" if said else ""


def take_apart(word: str) -> WordParts:
    """ "“$5,”" → “ $5 ,”; a sign that belongs to the number, as in "-5", "<5" or "(555)", stays in the core."""
    start, end = 0, len(word)
    while start < end and word[start] in _OPENING and not _LIMIT.match(word, start):
        start += 1
    while end > start and word[end - 1] in _CLOSING and not _LIMIT.fullmatch(word[start:end]):
        end -= 1
    return WordParts(word[:start], word[start:end], word[end:])


def core_at(parts: Sequence[WordParts], index: int) -> str:
    """What the word at `index` says; "" beyond either end."""
    return parts[index].core if 0 <= index < len(parts) else ""


def begins_number(core: str) -> bool:
    """ "5", "-5", "€5"."""
    return bool(re.match(r"[-−+]?\W?\d", core))


def is_money(core: str, names: Container[str]) -> bool:
    """Whether a word is a currency with at most a sign before it, waiting for its number: "€", "−R$", "<€"."""
    return core.lstrip("-−–+~≈<>≤≥±") in names


def is_range(parts: Sequence[WordParts], index: int) -> bool:
    """Whether a lone dash means "to": "5 – 10 km", "1914 – 1918"; "in 2020 – 5 years later" has a pause."""
    before, after = core_at(parts, index - 1), core_at(parts, index + 1)
    if not index or parts[index - 1].trail or not re.search(r"\d\W?$", before) or not begins_number(after):
        return False
    return not re.fullmatch(r"[12]\d{3}", before) or bool(re.match(r"[12]\d{3}", after))

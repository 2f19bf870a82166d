"""Phrases of a word list, found in a text as whole words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from automagic.data import words
from automagic.language.text.sentences import primary_tag


def claim_words(language: str) -> dict[str, Any]:
    """The lists of a language in `data/words/claims.toml`; English for one that has none."""
    tables = words("claims")
    found: dict[str, Any] = tables.get(primary_tag(language), tables["en"])
    return found


def is_known(language: str) -> bool:
    """Whether the language has lists of its own."""
    return primary_tag(language) in words("claims")


@cache
def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of them as whole words, the longest first; "bank*" is every word that begins so.

    "*n't" is every one that ends so, "the most *" has one more word.
    """
    alternatives = [_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})", re.IGNORECASE)


def find_phrase(text: str, phrases: Sequence[str]) -> str:
    """The first of them in `text`, as it stands there; "" for none."""
    found = pattern_of(tuple(phrases)).search(text) if phrases else None
    return found[0] if found else ""


def _pattern(phrase: str) -> str:
    if phrase.startswith("*"):
        return r"\w+" + re.escape(phrase[1:]) + r"(?!\w)"
    if phrase.endswith(" *"):
        return re.escape(phrase[:-1]) + r"\w+"
    spaced = r"\s+".join(re.escape(part) for part in phrase.removesuffix("*").split())
    if phrase.endswith("*"):
        return spaced + r"\w*"
    return spaced + (r"(?!\w)" if phrase[-1].isalnum() else "")

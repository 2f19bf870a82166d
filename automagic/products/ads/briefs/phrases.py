"""Phrases of a word list, found in a text as whole words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from automagic.data import words
from automagic.language.text.sentences import primary_tag

_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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

    "*n't" is every one that ends so, "the most *" has one more word. A phrase in a script without spaces may stand
    anywhere.
    """
    alternatives = [_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True)]
    return re.compile("|".join(alternatives), re.IGNORECASE)


def find_phrase(text: str, phrases: Sequence[str], but_not: Sequence[str] = ()) -> str:
    """The first of them in `text` outside of phrases that only look so, as it stands there; "" for none."""
    if but_not:
        text = pattern_of(tuple(but_not)).sub(" ", text)
    found = pattern_of(tuple(phrases)).search(text) if phrases else None
    return found[0] if found else ""


def _pattern(phrase: str) -> str:
    spaced = r"\s+".join(_word(part) for part in phrase.split())
    if _WITHOUT_SPACES.search(phrase):
        return spaced
    return r"(?<!\w)" + spaced + (r"(?!\w)" if phrase[-1].isalnum() else "")


def _word(part: str) -> str:
    if part == "*":
        return r"\w+"
    return (r"\w+" if part[0] == "*" else "") + re.escape(part.strip("*")) + (r"\w*" if part[-1] == "*" else "")

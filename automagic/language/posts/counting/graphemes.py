"""How many signs a reader sees: grapheme clusters of Unicode."""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")


def count_graphemes(text: str) -> int:
    """The number of extended grapheme clusters (UAX 29): a family of emoji is one, so is a letter with its accents."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(_CLUSTER.findall(text))

"""Kinds of text and what each promises its reader, as `data/words/kinds/*.toml` tell it.

    list ──▶ every head with its number and one fact        how-to ──▶ what is needed, every step to the last

A contract is a list of parts in order of need. Which sentences play a part is told by `roles`, which kind a text is by
`recognise`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from automagic.data import words
from automagic.values.document import TextKind

Kind = TextKind
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Where two kinds fit a text equally, the first is taken."""


@dataclass(frozen=True, slots=True)
class PromisedPart:
    """What a text of a kind tells.

    Attributes:
        role: What its sentences do, as in `roles`.
        need: 1 when the promise is broken without it, 2 when it belongs to it, 3 when there is room.
        most: Sentences.
    """

    role: str
    need: int
    most: int


@dataclass(frozen=True, slots=True)
class Contract:
    """One kind of text.

    Attributes:
        about: What it is, in a sentence for people.
        opens_with_title: Whether the title is the promise, and said first; else the text's own beginning is.
        signs: What speaks for this kind, and how much.
        parts: In order of need.
    """

    kind: Kind
    about: str
    opens_with_title: bool
    signs: Mapping[str, float]
    parts: tuple[PromisedPart, ...]


_TABLES: Mapping[Kind, dict[str, Any]] = {
    "list": words("kinds/list"),
    "how-to": words("kinds/how-to"),
    "news": words("kinds/news"),
    "story": words("kinds/story"),
    "launch": words("kinds/launch"),
    "history": words("kinds/history"),
    "explainer": words("kinds/explainer"),
    "opinion": words("kinds/opinion"),
    "question": words("kinds/question"),
}
_BY_WORDS: Mapping[str, Mapping[str, str]] = words("kind-words")


@cache
def contracts() -> Mapping[Kind, Contract]:
    """Every kind's contract, in the order of `KINDS`."""
    return {kind: _read_contract(kind, _TABLES[kind]) for kind in KINDS}


def _read_contract(kind: Kind, table: Mapping[str, Any]) -> Contract:
    parts = [PromisedPart(part["role"], part["need"], part["most"]) for part in table["parts"]]
    signs = {name: float(points) for name, points in table["signs"].items()}
    ordered = tuple(sorted(parts, key=lambda part: part.need))
    return Contract(kind, table["about"], table["opens_with_title"], signs, ordered)


@cache
def words_for(role: str, language: str) -> re.Pattern[str] | None:
    """The words by which a sentence of `language` plays a part; None where nobody has listed them."""
    found = _BY_WORDS.get(role, {}).get(language)
    return re.compile(found, re.IGNORECASE) if found else None

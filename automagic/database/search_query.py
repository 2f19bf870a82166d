"""What a person searches for, as terms; and words as they are compared: small letters, no accents, no apostrophes.

    the budget  "Main Street"  librar*
         │            │           └ any word that begins so
         │            └ these words, in this order, side by side
         └ each of these words, somewhere in the passage

Reads no database: requests are checked by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from automagic.errors import RequestError

MOST_TERMS = 32
_APOSTROPHES = "'’ʼ`´"


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in a passage: words side by side; of the last, only its beginning where it is a prefix."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Where to search.

    Attributes:
        source: Only in this source; "" for all.
        show: A part of the programme's title, in any letters.
        since, until: When it happened, seconds since 1970; None for no limit.
        speaker: Only what this speaker mark says; "" for anybody.
        items: Only in these; None for all.
    """

    source: str = ""
    show: str = ""
    since: float | None = None
    until: float | None = None
    speaker: str = ""
    items: tuple[str, ...] | None = None


NO_FILTERS = SearchFilters()


def fold(text: str) -> list[str]:
    """The words of a text as they are searched."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = []
    for piece in bare.casefold().translate({ord(sign): None for sign in _APOSTROPHES}).split():
        words += "".join(sign if sign.isalnum() else " " for sign in piece).split()
    return words


def parse_query(text: str) -> tuple[Term, ...]:
    """What is asked for.

    Raises:
        RequestError: It holds no word, or too many.
    """
    terms = [term for term in _read_terms(text) if term.words]
    if not terms:
        raise RequestError(
            f"{text.strip()!r} holds no word to search for", hint='Such as: budget "Main Street" librar*'
        )
    if sum(len(term.words) for term in terms) > MOST_TERMS:
        raise RequestError(f"more than {MOST_TERMS} words cannot be searched for at once", hint="Give fewer.")
    return tuple(terms)


def _read_terms(text: str) -> Iterator[Term]:
    for place, part in enumerate(text.replace("“", '"').replace("”", '"').split('"')):
        if place % 2:
            yield Term(tuple(fold(part)))
            continue
        for word in part.split():
            folded = fold(word)
            if word.endswith("*"):
                yield Term(tuple(folded), prefix=True)
            elif len(folded) > 1:  # "twenty-four" is said side by side
                yield Term(tuple(folded))
            else:
                yield from (Term((one,)) for one in folded)

"""What a person searches for, as terms; and words as they are compared: small letters, no accents, no apostrophes.

    "Café"  cafe      "mayor’s"  mayors      "1,500"  1500      "図書館"  図 書 館, side by side: no spaces say where
                                                                         a word of it ends

    the budget  "Main Street"  librar*
         │            │           └ any word that begins so
         │            └ these words, in this order, side by side
         └ each of these words, somewhere in the passage

Reads no database: requests are checked by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from automagic.errors import RequestError

MOST_TERMS = 32
MOST_LETTERS = 100
"""Of a word: no speech has longer ones, and PostgreSQL refuses them."""

_APOSTROPHES = "'’‘ʼ`´"
_SILENT = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Categories of accents, vowel signs, and what only says how a text is set."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_UNSPACED = re.compile(
    "([\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\U00020000-\U0003ffff])"
)
"""Signs of Thai, Lao, Burmese, Khmer, Japanese and Chinese, which have no spaces between words."""


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in a passage: words side by side; of the last, only its beginning where it is a prefix.

    Attributes:
        quoted: Whether the person put it between quotation marks.
    """

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False

    @property
    def is_strict(self) -> bool:
        """Whether exactly this is meant, and nothing like it."""
        return self.quoted or self.prefix

    def __str__(self) -> str:
        return " ".join(self.words) + ("*" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Where to search.

    Attributes:
        source: Only in this source; "" for all.
        show: A part of the programme's title, in any letters.
        since, until: When it happened, seconds since 1970; None for no limit.
        speaker: A part of the speaker mark, in any letters; "" for anybody.
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
    signs = (sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in _SILENT)
    bare = "".join(signs).casefold().translate({ord(sign): None for sign in _APOSTROPHES})
    apart = _UNSPACED.sub(r" \1 ", _THOUSANDS.sub("", bare))
    return "".join(sign if sign.isalnum() else " " for sign in apart).split()


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
    longest = max((word for term in terms for word in term.words), key=len)
    if len(longest) > MOST_LETTERS:
        raise RequestError(
            f"{longest[:20]}… has {len(longest):,} letters: no word that is said is so long",
            hint=f"A word has at most {MOST_LETTERS}.",
        )
    return tuple(terms)


def _read_terms(text: str) -> Iterator[Term]:
    for place, part in enumerate(text.replace("“", '"').replace("”", '"').split('"')):
        if place % 2:
            yield Term(tuple(fold(part)), quoted=True)
            continue
        for word in part.split():
            folded = fold(word)
            if word.endswith("*"):
                yield Term(tuple(folded), prefix=True)
            elif len(folded) > 1:  # "twenty-four" is said side by side
                yield Term(tuple(folded))
            else:
                yield from (Term((one,)) for one in folded)

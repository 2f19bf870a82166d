"""What may not be advertised as it stands: unproven praise, other people's marks, delicate subjects.

Each finding names the words that it is about, so that a person sees at once whether it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from automagic.data import words
from automagic.language.grounding.statements import names_in
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.phrases import claim_words, find_phrase, pattern_of

Subject = Literal["health", "finance", "politics"]
Praise = Literal["superlative", "study", "green", "risk"]
SUBJECTS: tuple[Subject, ...] = ("health", "finance", "politics")
_LISTS = words("delicate")
_REMEMBERED = 4096
"""Texts: each is judged for every field of every platform."""
_NEEDS: dict[Praise, str] = {
    "superlative": "says more than can be measured",
    "study": "speaks of a study",
    "green": "says that something is good for nature, which the EU allows only with proof (Directive 2024/825)",
    "risk": "promises that there is no risk",
}
_NAMES_BEFORE = r"(?:(?:(?-i:[\w-]*[A-Z0-9])[\w.-]*,?|and|or|und|oder|et|ou|y|o|e|en|of)\s+)*"
"""Of "works with iPhone 15 and Galaxy" what stands before the last."""


def needs_proof(text: str) -> str:
    """Why a claim wants proof, after its words: "“best in the world” says more than can be measured"; "" for none."""
    return next((f"“{found}” {why}" for kind, why in _NEEDS.items() if (found := find_praise(text, kind))), "")


@lru_cache(_REMEMBERED)
def find_praise(text: str, kind: Praise) -> str:
    """Words of a text that want proof of one kind, as they stand there; "" for none."""
    table = _LISTS["proof"][kind]
    return find_phrase(text, table["words"], table.get("but_not", ()))


@lru_cache(_REMEMBERED)
def find_cure(text: str) -> str:
    """Words of a text that promise to heal or to make lighter, as they stand there; "" for none."""
    return find_phrase(text, _LISTS["subject"]["health"]["promises"])


def find_subjects(texts: Iterable[str]) -> Iterator[tuple[Subject, str]]:
    """The delicate subjects of texts, each with the first words that show it."""
    yield from _subjects_of("\n".join(texts))


@lru_cache(_REMEMBERED)
def _subjects_of(text: str) -> tuple[tuple[Subject, str], ...]:
    found = []
    for subject in SUBJECTS:
        table = _LISTS["subject"][subject]
        if phrase := find_phrase(text, (*table.get("promises", ()), *table["words"])):
            found.append((subject, phrase))
    return tuple(found)


def name_of_other(text: str, brief: AdBrief) -> str:
    """The mark of somebody else in a text, without leave: one that all know, or whom it compares with; "" for none.

    "Works with" and "for" before a known mark say what a thing fits, which everybody may.
    """
    articles = rf"(?:(?:{'|'.join(map(re.escape, claim_words(brief.language)['articles']))})\s*)?"
    fits = re.compile(
        rf"{pattern_of(tuple(_LISTS['marks']['fits'])).pattern}\s+{articles}{_NAMES_BEFORE}\Z", re.IGNORECASE
    )
    ours = tuple(filter(None, (brief.name, brief.brand, *brief.keep, *brief.allowed)))
    bare = pattern_of(ours).sub(lambda found: " " * len(found[0]), text)
    for mark in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, _LISTS['marks']['words']))})(?!\w)", bare):
        if not fits.search(bare[: mark.start()]):
            return mark[0]
    for comparison in pattern_of(tuple(claim_words(brief.language)["comparing"])).finditer(bare):
        rest = bare[comparison.end() :].lstrip()
        rest = rest[leading.end() :] if (leading := re.match(articles, rest, re.IGNORECASE)) else rest
        name = _name_at_start(rest, brief.language)
        if name and name.lower() not in _LISTS["marks"]["generic"]:
            return name
    return ""


def _name_at_start(rest: str, language: str) -> str:
    """A name with which `rest` begins: with a lower word before it, it is inside a sentence."""
    first = re.match(r"[^\W\d_][\w'’.-]*", rest)
    if not first or not first[0][0].isupper():
        return ""
    if language.startswith("de"):  # every noun has a capital: a name is what has one inside, or two of them in a row
        inside = any(sign.isupper() for sign in first[0][1:])
        return first[0] if inside else ""
    return next(iter(names_in(f"x {rest}", language)), "")


def addresses_model(text: str) -> str:
    """Words of a text that speak to a language model and not to a reader; "" for none."""
    every = tuple(phrase for table in words("claims").values() for phrase in table["to_models"])
    return find_phrase(text, every)

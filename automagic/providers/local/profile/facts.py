"""Which sentences of a document can be told together in a post, and stand on their own there.

units ─┬▶ one that needs no other, whole or shortened
       └▶ runs of neighbours, of which the first needs no other
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from automagic.data import words
from automagic.language.style.shapes import MOST_SENTENCES
from automagic.language.syntax.alone import is_clear_alone
from automagic.language.syntax.references import loose_pronoun
from automagic.language.syntax.tree import ParsedSentence
from automagic.providers.local.extract.unit import Unit
from automagic.values.document import Origin

_SHORTER_FORMS = 2
_BACK = words("points-back")
_CODE = re.compile(r"\w_\w|[{}<>=`\\]|\w\(\)|(?<!\S)--?\w")
_LEAST_WORTH = 0.25
"""Of that of the sentence that is worth most: what says next to nothing may sound most like anybody."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A whole sentence that can be said.

    Attributes:
        text: As it is said: that of the document, perhaps shortened, or with a noun for its pronoun.
        origin: As it stands in the document.
        tree: Of `text`, where there is one.
    """

    text: str
    origin: Origin
    tree: ParsedSentence | None


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What one post tells.

    Attributes:
        facts: In the document's order.
        first, last: Of the units.
        worth: 0..1, how much it is worth telling, of one unit on average.
    """

    facts: tuple[Fact, ...]
    first: int
    last: int
    worth: float


def find_facts(
    units: Sequence[Unit],
    location: str,
    trees: Mapping[str, ParsedSentence],
    fits: Callable[[str], bool],
    language: str = "en",
) -> Iterator[PostFacts]:
    """Everything that is worth a post, in the document's order.

    Args:
        fits: Whether a sentence is short enough for a post: others are told shortened.
        language: BCP-47 primary tag.
    """
    least = _LEAST_WORTH * max((unit.worth for unit in units), default=0.0)
    for first, unit in enumerate(units):
        if unit.worth < least or not _stands_alone(unit, trees, language):
            continue
        if not unit.asks:
            whole = unit.alone == unit.sentence.text and not fits(unit.alone)
            shorter = [form.text for form in unit.forms[1 : 1 + _SHORTER_FORMS]] if whole else []
            for text in (unit.alone, *shorter):
                yield PostFacts((_fact(unit, text, location, trees),), first, first, unit.worth)
        for last in range(first + 1, min(len(units), first + MOST_SENTENCES)):
            if not _joins(units, first, last):
                break
            run = units[first : last + 1]
            if not run[-1].asks:
                texts = [unit.alone, *(one.sentence.text for one in run[1:])]
                facts = tuple(_fact(one, text, location, trees) for one, text in zip(run, texts, strict=True))
                yield PostFacts(facts, first, last, sum(one.worth for one in run) / len(run))


def _stands_alone(unit: Unit, trees: Mapping[str, ParsedSentence], language: str) -> bool:
    """Whether somebody who has read nothing else understands it."""
    if not unit.alone or unit.needs_head or unit.takes or _CODE.search(unit.alone) or _is_renamed(unit, trees):
        return False
    tree = trees.get(unit.alone)
    if tree is not None:
        return is_clear_alone(tree)
    return language == "en" or (unit.sentence.is_first and not _points_back(unit.alone, language))


def _is_renamed(unit: Unit, trees: Mapping[str, ParsedSentence]) -> bool:
    """Whether a noun that may be the wrong one stands for a pronoun: all but a person's full name.

    A video says it right behind the sentence that names it; who reads a post has nothing to set it right by.
    """
    tree = trees.get(unit.sentence.text)
    pronoun = loose_pronoun(tree) if tree is not None and unit.alone != unit.sentence.text else None
    if tree is None or pronoun is None:
        return False
    rest = tree.text[tree.words[pronoun].end :]
    begin = tree.words[pronoun].start
    name = unit.alone[begin : len(unit.alone) - len(rest)] if unit.alone.endswith(rest) else ""
    return not all(part[:1].isupper() for part in name.split()) or len(name.split()) == 1


def _points_back(text: str, language: str) -> bool:
    """Whether a sentence of another language begins with a word that means what stands before it."""
    start = f"{' '.join(text.lower().split()[:3])} "
    return any(start.startswith((f"{word} ", f"{word}, ")) for word in _BACK.get(language, ()))


def _joins(units: Sequence[Unit], first: int, last: int) -> bool:
    """Whether a unit can be told directly behind those before it, and takes nothing for known that they do not name."""
    unit, before = units[last], units[last - 1]
    same = unit.sentence.paragraph == before.sentence.paragraph
    told = {(one.sentence.paragraph, one.sentence.position) for one in units[first:last]}
    return same and unit.comes_after(before) and not unit.needs_head and unit.takes <= told


def _fact(unit: Unit, text: str, location: str, trees: Mapping[str, ParsedSentence]) -> Fact:
    sentence = unit.sentence
    return Fact(text, Origin(location, sentence.paragraph, sentence.original), trees.get(text))

"""One thing that can be said, and what it leans on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automagic.language.syntax.shorten import Shortening
from automagic.language.text.summary import Vector
from automagic.providers.local.extract.filter import UsableSentence
from automagic.values.document import Mark


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that can be said.

    Attributes:
        sentence: As it stands in the document.
        head: What is said before it, when its part is told by it alone; "" for none.
        needs_head: Whether it cannot be understood without its head.
        mark: Of its paragraph.
        group: Which part or item with a head of its own it belongs to, from 1; 0 for none.
        forms: The whole sentence, then ever shorter ones.
        alone: The sentence so that it needs no other before it; "" when it cannot stand alone.
        roles: Which parts of the promise it keeps, 0..1 each.
        vector: Its words' weights, for likeness.
        worth: How much it is worth telling, 0..1.
        leans_on_name: Whether it leans on no more than the name for its "he" or "she".
        names_somebody: Whether it may be the one that has this name.
        means_thing_too: Whether it leans on the name, and on the sentence before it for an "it".
        takes: Paragraph and position of the sentences that name first what it takes for known: "the van" of "a van".
    """

    sentence: UsableSentence
    head: str
    mark: Mark
    group: int
    forms: tuple[Shortening, ...]
    alone: str
    roles: Mapping[str, float]
    vector: Vector
    worth: float
    leans_on_name: bool = False
    names_somebody: bool = True
    needs_head: bool = False
    takes: frozenset[tuple[int, int]] = frozenset()
    means_thing_too: bool = False

    @property
    def leans(self) -> bool:
        """Whether it needs another unit before it."""
        return self.sentence.leans and not self.needs_head

    @property
    def asks(self) -> bool:
        """Whether it is a question, which is nothing without what is said after it."""
        return self.sentence.text.endswith("?")

    @property
    def starts_anew(self) -> bool:
        """Whether it is the first sentence under a head, so that it takes nothing over from above but a name.

        A step goes on from the step before it: "Fit it".
        """
        is_first = self.mark.head != "" and self.mark.opens and self.sentence.is_first
        return is_first and not self.leans_on_name and self.mark.kind != "step"

    def comes_after(self, other: Unit) -> bool:
        """Whether its sentence comes directly after another's in the document."""
        one, before = self.sentence, other.sentence
        return one.follows(before) or (one.joins and one.is_first and one.paragraph == before.paragraph + 1)


def leant_on(units: Sequence[Unit], index: int) -> int | None:
    """Which unit must be told for one that leans: the one before, or that which last named somebody; None for none.

    Between a name and "she" nobody else is named, so that what is told in between may be left out. Under a new head
    nothing else leans on what stands over it.
    """
    unit, at = units[index], index
    if unit.starts_anew:
        return None
    while at > 0 and units[at].comes_after(units[at - 1]):
        at -= 1
        if units[at].names_somebody or not unit.leans_on_name:
            return at
    return None


def all_leant_on(units: Sequence[Unit], index: int) -> list[int | None]:
    """Every unit that must be told for one that leans; None among them where there is none to lean on."""
    unit = units[index]
    needed = [leant_on(units, index)]
    if unit.leans_on_name and unit.means_thing_too:
        follows = index > 0 and unit.comes_after(units[index - 1])
        needed.append(index - 1 if follows else None)
    return needed

"""Which units keep a text's promise within its time, and in which form.

    every unit ──▶ gain for each second ──▶ the best is told, others give way by cuts ──▶ until the time is full

A unit gains by its worth, more where it plays a part of the promise that nobody plays yet, less where its paragraph has
been told and for what it repeats. What it leans on comes with it. The time that a person asks for is a wish: a promise
may take up to 1.6 times as long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from automagic.language.kinds.contracts import Contract, PromisedPart
from automagic.language.kinds.recognise import YEAR
from automagic.language.speech.pace import WORDS_PER_S, estimate_s
from automagic.language.text.sentences import split_words
from automagic.language.text.summary import similarity
from automagic.providers.local.extract.heads import says_head
from automagic.providers.local.extract.unit import Unit, all_leant_on

STRETCH = 1.6
"""How much longer than asked a script may be, to keep its promise."""
_REPEATS = 0.75  # of what a sentence says: above it, another one has said that
_NEED_GAIN = {1: 4.0, 2: 0.4, 3: 0.1}
"""How many times its worth a unit gains by a part of the promise, by how much that is needed."""
_TIME_PRICE = 0.7  # 1: the gain for a second decides, 0: the gain alone
_SAME_PARAGRAPH, _DAMPED = 0.8, 0.6
_UNKNOWN, _MOST_UNKNOWN = 0.75, 2  # of its gain counts for each thing taken for known that nobody has named
_LED_UP_TO = 0.5  # of its gain counts what is told because another unit leans on it
_CUT_LOSS = 0.35  # of a unit's gain is lost with a cut that is missed as much as the whole
_WORTH_ROOM = 0.8  # of its gain may be lost in others, to make room for a unit
_LONGEST_CHAIN = 4
_FEWEST_COUNTED = 3  # items of a list
_ONE_A_PARAGRAPH = frozenset({"coverage", "step"})


@dataclass(slots=True)
class Told:
    """A unit that is told.

    Attributes:
        gain: How much is lost without it.
        form: Which of the unit's forms is said.
        alone: Whether it is said so that it leans on nothing.
        headed: Whether the head of its part is said before it: it is the first that is told of a part with a promised
            head.
        numbered: Whether the head's number is said with it.
        place: Which item of a list it begins, said before it; 0 for none, and where a head says it.
    """

    unit: Unit
    gain: float = field(compare=False)
    form: int = 0
    alone: bool = False
    headed: bool = False
    numbered: bool = True
    place: int = 0

    @property
    def text(self) -> str:
        """As it is said, with the head of its part where it stands for it."""
        said = self.unit.alone if self.alone and not self.form else self.unit.forms[self.form].text
        said = f"{self.unit.sentence.asked} {said}".lstrip()
        head = self.unit.head if self.numbered else self.unit.head.removeprefix(f"{self.unit.mark.number}. ")
        if head and self.headed:
            return f"{head} {said}"
        return f"{self.place}. {said}" if self.place else said

    @property
    def seconds(self) -> float:
        """About how long it takes to say."""
        return _seconds(self.text)


Telling = dict[int, Told]
"""What is told, by its place among the units."""


def choose(
    units: Sequence[Unit], contract: Contract, duration_s: float, damped: frozenset[int] = frozenset()
) -> Telling:
    """What keeps the promise in about `duration_s` seconds.

    Args:
        units: Everything that can be said.
        contract: What is promised.
        duration_s: The wish.
        damped: Units that an earlier take told: others are preferred where the promise does not ask for them.
    """
    choice = _Choice(units, contract, damped)
    refused: set[int] = set()
    while True:
        for offer in sorted(choice.offers(refused), key=lambda one: (-one.rate, one.index)):
            if choice.make_room(offer, duration_s * STRETCH):
                break
            refused.add(offer.index)
        else:
            return choice.telling or _shortest(units)


def _shortest(units: Sequence[Unit]) -> Telling:
    """One unit, where nothing fits or nothing can stand."""
    index = min(range(len(units)), key=lambda i: _seconds(units[i].forms[-1].text))
    return {index: Told(units[index], 0.0, form=len(units[index].forms) - 1)}


def total_s(telling: Telling) -> float:
    """How long all of it takes."""
    return sum(one.seconds for one in telling.values())


@lru_cache(maxsize=4096)
def _seconds(text: str) -> float:
    return estimate_s(len(split_words(text)))


@dataclass(frozen=True, slots=True)
class _Offer:
    """A unit that could be told next, with those that it leans on, by their places; the last is the unit itself."""

    told: dict[int, Told]
    index: int
    gain: float
    seconds: float

    @property
    def rate(self) -> float:
        """What decides: the gain for its time."""
        return self.gain / math.pow(self.seconds, _TIME_PRICE)


def _promises_head(unit: Unit, roles: Set[str]) -> bool:
    """Whether the head of a unit's part is told with it; a fragment is nothing without it."""
    needs_year = YEAR.search(unit.sentence.text) is None and YEAR.search(unit.head) is not None
    return "head" in roles or ("year" in roles and needs_year) or not unit.sentence.has_verb


def _list_of(unit: Unit) -> tuple[str, ...]:
    """The headings over the list to which a unit's number belongs; the one that bears the number is not over it."""
    headings = unit.mark.headings
    return headings[:-1] if headings and headings[-1].rstrip(".:").endswith(unit.mark.head.rstrip(".:")) else headings


class _Choice:
    """What has been chosen so far, and what each other unit would add to it."""

    def __init__(self, units: Sequence[Unit], contract: Contract, damped: frozenset[int]) -> None:
        self.telling: Telling = {}
        self._units = units
        self._parts = contract.parts
        self._damped = damped
        roles = {part.role for part in contract.parts}
        self._has_head = [bool(unit.head) and (unit.needs_head or _promises_head(unit, roles)) for unit in units]
        self._played: dict[str, set[int]] = {role: set() for role in roles}
        self._likeness = [0.0] * len(units)
        self._told_places: set[tuple[int, int]] = set()

    def offers(self, refused: set[int]) -> Iterator[_Offer]:
        """Everything that could be told next."""
        for index, unit in enumerate(self._units):
            if index in self.telling or index in refused or not self._is_new(index, unit):
                continue
            if not unit.asks or self._is_answered(index):
                chain = self._chain(index)
                if chain:
                    yield self._offer(index, chain)

    def _is_answered(self, index: int) -> bool:
        """Whether what stands after a question is told, or nothing stands there."""
        after = index + 1
        goes_on = after < len(self._units) and self._units[after].comes_after(self._units[index])
        return not goes_on or after in self.telling

    def _is_new(self, index: int, unit: Unit) -> bool:
        """Whether nobody has said it; steps may be alike."""
        return self._likeness[index] <= _REPEATS or bool(unit.roles.keys() & {"step", "needed"})

    def _chain(self, index: int) -> list[tuple[int, bool]]:
        """The unit and what it leans on, each with whether it stands alone by its form; none when it cannot stand."""
        chain: dict[int, bool] = {}
        open_: list[int | None] = [index]
        while open_:
            at = open_.pop()
            if at is None or len(chain) == _LONGEST_CHAIN:
                return []
            if at in chain or at in self.telling:
                continue
            needed = [] if not self._units[at].leans else all_leant_on(self._units, at)
            stands = all(one in self.telling for one in needed)
            chain[at] = not stands and bool(self._units[at].alone)
            if not (stands or self._units[at].alone):
                open_ += needed
        return list(chain.items())

    def _offer(self, index: int, chain: Sequence[tuple[int, bool]]) -> _Offer:
        """The unit in that form that gains most for its time, behind what it leans on."""
        told = {at: Told(self._units[at], self._gain(at), alone=alone) for at, alone in reversed(chain)}
        gain = sum(one.gain * (1.0 if at == index else _LED_UP_TO) for at, one in told.items())
        seconds = sum(one.seconds for one in told.values()) + sum(map(self._head_s, told))
        best = _Offer(told, index, gain, seconds)
        own = told[index]
        for form in range(1, 1 if own.alone else len(own.unit.forms)):
            shorter = Told(own.unit, own.gain, form)
            loss = own.unit.forms[form].loss * _CUT_LOSS
            offer = _Offer(
                {**told, index: shorter}, index, gain * (1.0 - loss), seconds - own.seconds + shorter.seconds
            )
            best = max(best, offer, key=lambda one: one.rate)
        return best

    def _head_s(self, index: int) -> float:
        """The time that its head takes, when it would be the first to be told of its part."""
        unit = self._units[index]
        if not self._has_head[index] or any(
            at < index and one.unit.group == unit.group for at, one in self.telling.items()
        ):
            return 0.0
        return len(split_words(unit.head)) / WORDS_PER_S

    def _gain(self, index: int) -> float:
        unit = self._units[index]
        promised = sum(_NEED_GAIN[part.need] * unit.roles[part.role] for part in self._parts_open_to(index))
        beside = sum(one.unit.sentence.paragraph == unit.sentence.paragraph for one in self.telling.values())
        again = _DAMPED if index in self._damped else 1.0
        again *= _UNKNOWN ** min(_MOST_UNKNOWN, len(unit.takes - self._told_places))
        return unit.worth * (1.0 + promised) * _SAME_PARAGRAPH**beside * again

    def _parts_open_to(self, index: int) -> Iterator[PromisedPart]:
        """Which parts it would play that nobody plays yet in its place."""
        for part in self._parts:
            played = self._played[part.role]
            is_open = len(played) < part.most and self._place(part.role, index) not in played
            if is_open and part.role in self._units[index].roles:
                yield part

    def _place(self, role: str, index: int) -> int:
        """Where a part is played once: under one head, in one paragraph, or by each sentence."""
        unit = self._units[index]
        if role == "head":
            return unit.group
        return unit.sentence.paragraph if role in _ONE_A_PARAGRAPH else index

    def make_room(self, offer: _Offer, limit_s: float) -> bool:
        """Tell what is offered, others being cut for it where that costs less than it gains; else nothing changes."""
        before = {index: one.form for index, one in self.telling.items()}
        lost = 0.0
        while total_s(self.telling) + offer.seconds > limit_s:
            cut = min(self._cuts(), default=None)
            if cut is None or lost + cut[2] > _WORTH_ROOM * offer.gain:
                for index, form in before.items():
                    self.telling[index].form = form
                return False
            self.telling[cut[1]].form += 1
            lost += cut[2]
        self._tell(offer)
        return True

    def _cuts(self) -> Iterator[tuple[float, int, float]]:
        """The next cut of each unit that is told: its price for a second, whose it is, its price."""
        for index, one in self.telling.items():
            if not one.alone and one.form + 1 < len(one.unit.forms):
                now, then = one.unit.forms[one.form], one.unit.forms[one.form + 1]
                saved = _seconds(now.text) - _seconds(then.text)
                price = (then.loss - now.loss) * _CUT_LOSS * max(one.gain, 0.3)
                if saved > 0:
                    yield price / saved, index, price

    def _tell(self, offer: _Offer) -> None:
        for index, one in offer.told.items():
            for part in list(self._parts_open_to(index)):
                self._played[part.role].add(self._place(part.role, index))
            self.telling[index] = one
            self._told_places.add((one.unit.sentence.paragraph, one.unit.sentence.position))
            self._likeness = [
                max(known, similarity(one.unit.vector, unit.vector))
                for known, unit in zip(self._likeness, self._units, strict=True)
            ]
        self._head_first_of_each_part()

    def _head_first_of_each_part(self) -> None:
        seen: set[tuple[int, int]] = set()
        for index in sorted(self.telling):
            unit = self._units[index]
            part = (unit.group, 0) if unit.group else (0, unit.sentence.paragraph)
            self.telling[index].headed = self._has_head[index] and part not in seen
            says_when = "year" in self._played and YEAR.search(unit.head) and YEAR.search(unit.sentence.text)
            if self._has_head[index] or says_head(unit.mark, unit.sentence) or says_when:
                seen.add(part)
        self._number_from_first()
        self._count_items()

    def _number_from_first(self) -> None:
        """Say no numbers before the heads of a list whose first head is not told."""
        lists: dict[tuple[str, ...], list[Told]] = {}
        for index in sorted(self.telling):
            one = self.telling[index]
            if one.headed and one.unit.mark.number:
                lists.setdefault(_list_of(one.unit), []).append(one)
        for heads in lists.values():
            counts = any(one.unit.mark.number == 1 for one in heads)
            for one in heads:
                one.numbered = counts

    def _count_items(self) -> None:
        """Say the numbers of steps, and of items that begin with their head, where all of their list are told."""
        lists: dict[tuple[str, ...], dict[int, Told]] = {}
        for _, one in sorted(self.telling.items()):
            one.place = 0
            if one.unit.mark.number and self._played.keys() & {"head", "step"}:
                lists.setdefault(_list_of(one.unit), {}).setdefault(one.unit.mark.number, one)
        for headings, items in lists.items():
            numbers = [unit.mark.number for unit in self._units if unit.mark.number and _list_of(unit) == headings]
            whole = list(items) == list(dict.fromkeys(numbers)) == list(range(1, len(items) + 1))
            if whole and len(items) >= _FEWEST_COUNTED and numbers == sorted(numbers):
                bare = [one for one in items.values() if not (one.headed and one.unit.head)]
                if bare and all(one.unit.sentence.is_first for one in bare):
                    for number, one in items.items():
                        one.numbered, one.place = True, number if one in bare else 0

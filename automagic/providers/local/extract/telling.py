"""Which units keep a text's promise within its time, and in which form.

    contract ──▶ wanted ──▶ each with what it leans on ──▶ shortened, the least needed left out ──▶ the rest filled up

The time that a person asks for is a wish: a promise may take up to 1.6 times as long. Easy cuts come first, then what
belongs to the kind only when there is room, then hard cuts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from automagic.language.kinds.contracts import Contract, PromisedPart
from automagic.language.speech.pace import estimate_s
from automagic.language.text.sentences import split_words
from automagic.language.text.summary import redundancy
from automagic.providers.local.extract.units import Unit

STRETCH = 1.6
"""How much longer than asked a script may be, to keep its promise."""
_FILLED = 1.0
"""Of the time that was asked for: so far it is filled with what tells most of the rest."""
_EASY_CUT, _HARD_CUT = 0.3, 0.6
_REPEATS = 0.75  # of what a sentence says: above it, another one has said that
_NEED_WEIGHT = {1: 3.0, 2: 1.5, 3: 0.5}
_TELLS_ITS_HEAD = frozenset({"head", "year"})
_ONE_A_PARAGRAPH = frozenset({"coverage", "step"})


@dataclass(slots=True)
class Told:
    """A unit that is told.

    Attributes:
        need: Of the most needed part that it plays.
        value: How much is lost without it.
        form: Which of the unit's forms is said.
        alone: Whether it is said so that it leans on nothing.
        parts: The roles for which it was taken.
    """

    unit: Unit
    need: int
    value: float
    form: int = 0
    alone: bool = False
    parts: frozenset[str] = field(default_factory=frozenset)

    @property
    def text(self) -> str:
        """As it is said, with the head of its part where it stands for it."""
        said = self.unit.alone if self.alone and not self.form else self.unit.forms[self.form].text
        return f"{self.unit.head} {said}" if self.unit.head and self.parts & _TELLS_ITS_HEAD else said

    @property
    def seconds(self) -> float:
        """About how long it takes to say."""
        return estimate_s(len(split_words(self.text)))


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
    telling = _standing(_wanted(units, contract, damped), units)
    _drop_extras(telling, duration_s)
    _shorten(telling, duration_s, _EASY_CUT)
    _shorten(telling, duration_s * STRETCH, _HARD_CUT)
    _drop_least(telling, duration_s * STRETCH)
    _fill(telling, units, duration_s * _FILLED, damped)
    return telling


def total_s(telling: Telling) -> float:
    """How long all of it takes."""
    return sum(one.seconds for one in telling.values())


def _wanted(units: Sequence[Unit], contract: Contract, damped: frozenset[int]) -> Telling:
    wanted: Telling = {}
    for part in contract.parts:
        for i in _best_for(part, units, wanted, damped):
            value = _NEED_WEIGHT[part.need] + units[i].roles[part.role] * (0.3 + units[i].worth)
            if i in wanted:
                wanted[i].value += 0.5 * value
                wanted[i].parts |= {part.role}
            else:
                wanted[i] = Told(units[i], part.need, value, parts=frozenset({part.role}))
    return wanted


def _best_for(part: PromisedPart, units: Sequence[Unit], wanted: Telling, damped: frozenset[int]) -> list[int]:
    """The units that play a part best: one for each head, or each paragraph, where the part is of that sort."""

    def strength(i: int) -> float:
        again = 0.6 if i in damped and part.need > 1 else 1.0
        return units[i].roles[part.role] * (0.3 + units[i].worth) * again

    def group(i: int) -> int:
        if part.role == "head":
            return units[i].group
        return units[i].sentence.paragraph if part.role in _ONE_A_PARAGRAPH else i

    taken = {group(i) for i in wanted} if part.role == "coverage" else set()
    found: list[int] = []
    for i in sorted((i for i, unit in enumerate(units) if part.role in unit.roles), key=lambda i: (-strength(i), i)):
        if len(found) < part.most and group(i) not in taken:
            taken.add(group(i))
            found.append(i)
    return found


def _standing(wanted: Telling, units: Sequence[Unit]) -> Telling:
    """What is wanted, each with what it leans on or in a form that leans on nothing; what cannot stand is left out."""
    standing: Telling = {}
    for i in sorted(wanted):
        one = wanted[i]
        chain = [i]
        while units[chain[-1]].sentence.leans and chain[-1] - 1 not in standing:
            at = chain[-1]
            if units[at].alone:
                break
            if len(chain) > 4 - one.need or at == 0 or not units[at].comes_after(units[at - 1]):
                chain = []
                break
            chain.append(at - 1)
        for at in reversed(chain):
            own = one if at == i else Told(units[at], one.need, one.value * 0.9, parts=one.parts & {"head"})
            leans = units[at].sentence.leans and at - 1 not in standing
            standing[at] = replace(own, alone=leans)
        if len(chain) > 1:
            standing[i].parts -= {"head"}  # the first of them tells the head
    return standing


def _drop_extras(telling: Telling, limit_s: float) -> None:
    """Leave out what is told only when there is room."""
    for i in sorted((i for i, one in telling.items() if one.need == 3), key=lambda i: telling[i].value):
        if total_s(telling) > limit_s:
            _drop(telling, i)


def _drop_least(telling: Telling, limit_s: float) -> None:
    """Leave out what is needed least for its time, until the rest fits."""
    while total_s(telling) > limit_s and len(telling) > 1:
        _drop(telling, min(telling, key=lambda i: (-telling[i].need, telling[i].value / telling[i].seconds ** 0.5)))


def _drop(telling: Telling, i: int) -> None:
    """Leave one out, and with it what leans on it."""
    del telling[i]
    following = telling.get(i + 1)
    if following and following.unit.sentence.leans and not following.alone:
        if following.unit.alone:
            telling[i + 1] = replace(following, alone=True, form=0)
        else:
            _drop(telling, i + 1)


def _shorten(telling: Telling, limit_s: float, most_loss: float) -> None:
    """Take the cuts that are missed least for their words, none that costs more than `most_loss`, until it fits."""
    while total_s(telling) > limit_s:
        options = []
        for i, one in telling.items():
            if one.alone or one.form + 1 >= len(one.unit.forms):
                continue
            now, then = one.unit.forms[one.form], one.unit.forms[one.form + 1]
            words = len(split_words(now.text)) - len(split_words(then.text))
            if then.loss - now.loss <= most_loss and words > 0:
                options.append(((then.loss - now.loss) / words, i))
        if not options:
            return
        telling[min(options)[1]].form += 1


def _fill(telling: Telling, units: Sequence[Unit], limit_s: float, damped: frozenset[int]) -> None:
    """Add what tells most that is new for its time, as long as there is room."""
    counts = Counter(item for unit in units for item in unit.items)
    weight = {item: math.log(1 + count) + 1.5 * item[0].isdigit() for item, count in counts.items()}
    while True:
        told = {item for one in telling.values() for item in one.unit.items}
        vectors = [one.unit.vector for one in telling.values()]
        best: tuple[float, int, Told] | None = None
        for i, unit in enumerate(units):
            one = _as_filling(i, telling, units)
            if one is None or total_s(telling) + one.seconds > limit_s or redundancy(unit.vector, vectors) > _REPEATS:
                continue
            gain = sum(weight[item] for item in unit.items - told) / one.seconds**0.7 * (0.6 if i in damped else 1.0)
            if gain > 0 and (best is None or gain > best[0]):
                best = gain, i, one
        if best is None:
            return
        telling[best[1]] = best[2]


def _as_filling(i: int, telling: Telling, units: Sequence[Unit]) -> Told | None:
    """A unit that nobody asked for, as it can be told; None when it cannot."""
    unit = units[i]
    if i in telling or "needed" in unit.roles or unit.mark.kind == "row" or unit.sentence.text.endswith("?"):
        return None
    follows = i - 1 in telling and unit.comes_after(units[i - 1])
    if unit.sentence.leans and not follows and not unit.alone:
        return None
    return Told(unit, 3, unit.worth, alone=unit.sentence.leans and not follows)

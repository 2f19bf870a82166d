"""All the ways in which a responsive search ad can show, without showing them: what two of its texts do to each other.

A combination repeats, or contradicts itself, exactly when two of its texts do. Of 15 headlines and 4 descriptions there
are 171 pairs, and 32,760 combinations: the pairs are judged, the combinations only counted.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from automagic.data import words

Clash = Literal["repeats", "contradicts", "calls twice", "depends"]
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*\s?[%€$£¥]?|[€$£¥]\s?\d+(?:[.,]\d+)*")
_LISTS = words("ad_pairs")
_EMPTY = frozenset(_LISTS["empty"])
_CALLING = frozenset(_LISTS["calling"])
_LEANING = frozenset(_LISTS["leaning"])
_SHARED = 0.6
_FEWEST_SHARED = 2
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class ClashingTexts:
    """Texts that should not be seen together.

    Attributes:
        texts: Two; or one that says nothing without another.
        spoils: How many combinations they stand in.
    """

    clash: Clash
    texts: tuple[str, ...]
    spoils: int


@dataclass(frozen=True, slots=True)
class Combinations:
    """All combinations of an ad.

    Attributes:
        count: How many there are; 0 where pins leave a place empty.
        good: In how many nothing clashes.
        clashes: The one that spoils most first.
    """

    count: int
    good: int
    clashes: tuple[ClashingTexts, ...]


@dataclass(frozen=True, slots=True)
class ShownCombination:
    """Texts as they are seen together, in an order that their pins allow, and which of them clash."""

    headlines: tuple[str, ...]
    descriptions: tuple[str, ...]
    clashes: tuple[tuple[Clash, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A text and the place that it is pinned to, 1 for the first; 0 for any."""

    text: str
    pin: int = 0


def check_combinations(
    headlines: Sequence[Placed], descriptions: Sequence[Placed], *, shown: tuple[int, int] = (3, 2)
) -> Combinations:
    """Every combination, exactly.

    Args:
        shown: How many headlines and descriptions are seen at once.
    """
    above = list(_orders(headlines, shown[0]))
    below = list(_orders(descriptions, shown[1]))
    whole = [one.text for one in (*headlines, *descriptions)]
    split = len(headlines)
    bad = _find_bad(whole)
    in_above = _containing(above, 0)
    in_below = _containing(below, split)
    spoiled = []
    for texts, clash in bad.items():
        upper, lower = tuple(one for one in texts if one < split), tuple(one for one in texts if one >= split)
        spoils = (in_above[upper] if upper else len(above)) * (in_below[lower] if lower else len(below))
        if spoils:
            spoiled.append(ClashingTexts(clash, tuple(whole[one] for one in texts), spoils))
    spoiled.sort(key=lambda one: (-one.spoils, one.texts))
    return Combinations(len(above) * len(below), _count_good(above, below, bad, split), tuple(spoiled))


def list_combinations(
    headlines: Sequence[Placed], descriptions: Sequence[Placed], *, shown: tuple[int, int] = (3, 2), most: int = 40
) -> tuple[ShownCombination, ...]:
    """Combinations to look at, each of other texts: those with most clashes first, and a quarter in which none is.

    Args:
        most: How many, where there are as many.
    """
    whole = [one.text for one in (*headlines, *descriptions)]
    bad = _find_bad(whole)
    above = {tuple(sorted(order)): order for order in reversed(list(_orders(headlines, shown[0])))}
    below = {tuple(sorted(order)): order for order in reversed(list(_orders(descriptions, shown[1])))}
    split = len(headlines)
    found: list[tuple[tuple[int, ...], tuple[int, ...], list[tuple[int, ...]]]] = []
    for upper, lower in itertools.product(above, below):
        texts = (*upper, *(one + split for one in lower))
        clashing = [one for count in (1, 2) for one in itertools.combinations(texts, count) if one in bad]
        found.append((upper, lower, clashing))
    found.sort(key=lambda one: (-len(one[2]), one[:2]))
    clean = [one for one in found if not one[2]]
    worst = found[: len(found) - len(clean)][: max(most - len(clean), most - most // 4)]
    return tuple(
        ShownCombination(
            tuple(whole[one] for one in above[upper]),
            tuple(whole[one + split] for one in below[lower]),
            tuple((bad[one], tuple(whole[at] for at in one)) for one in clashing),
        )
        for upper, lower, clashing in (*worst, *clean[: most - len(worst)])
    )


def _find_bad(whole: Sequence[str]) -> dict[tuple[int, ...], Clash]:
    """By index: texts that lean on others, and pairs that clash."""
    bad: dict[tuple[int, ...], Clash] = {}
    for one, text in enumerate(whole):
        if leans(text):
            bad[(one,)] = "depends"
        for other in range(one + 1, len(whole)):
            if found := clash_of(text, whole[other]):
                bad[(one, other)] = found
    return bad


def _orders(texts: Sequence[Placed], shown: int) -> Iterator[tuple[int, ...]]:
    """Each way to fill the places. Where a text is pinned to a place, none but such stand there."""
    shown = min(shown, len(texts))
    pinned = {one.pin for one in texts if one.pin}
    slots = [
        [at for at, one in enumerate(texts) if one.pin == place or (not one.pin and place not in pinned)]
        for place in range(1, shown + 1)
    ]
    yield from (order for order in itertools.product(*slots) if len(set(order)) == shown)


def _containing(orders: Sequence[tuple[int, ...]], offset: int) -> Counter[tuple[int, ...]]:
    """In how many orders each text, and each two of them, stand."""
    count: Counter[tuple[int, ...]] = Counter()
    for chosen, times in Counter(tuple(sorted(order)) for order in orders).items():
        for one in chosen:
            count[(one + offset,)] += times
        for one, other in itertools.combinations(chosen, 2):
            count[(one + offset, other + offset)] += times
    return count


def _count_good(
    above: Sequence[tuple[int, ...]], below: Sequence[tuple[int, ...]], bad: dict[tuple[int, ...], Clash], split: int
) -> int:
    """How many combinations hold no bad text and no bad pair: descriptions that a headline bars are bits of a mask."""
    barred: Counter[int] = Counter()
    for one, other in (pair for pair in bad if len(pair) == 2):
        if one < split <= other:
            barred[one] |= 1 << (other - split)

    def holds(texts: Sequence[int], offset: int) -> bool:
        places = sorted(one + offset for one in texts)
        return not any((one,) in bad for one in places) and not any(
            pair in bad for pair in itertools.combinations(places, 2)
        )

    lower: Counter[int] = Counter()
    for chosen, times in Counter(tuple(sorted(order)) for order in below).items():
        if holds(chosen, split):
            lower[sum(1 << one for one in chosen)] += times
    good = 0
    for chosen, times in Counter(tuple(sorted(order)) for order in above).items():
        if holds(chosen, 0):
            mask = 0
            for one in chosen:
                mask |= barred[one]
            good += times * sum(count for bits, count in lower.items() if not bits & mask)
    return good


@lru_cache(1 << 16)
def clash_of(one: str, other: str) -> Clash | Literal[""]:
    """What is wrong with two texts side by side; "" for nothing."""
    first, second = _telling(one), _telling(other)
    shared = first & second
    figures, other_figures = _figures(first), _figures(second)
    said, other_said = first - figures, second - other_figures
    if figures and other_figures and figures != other_figures and _unit(figures) & _unit(other_figures):
        alike = len(said & other_said) / max(1, min(len(said), len(other_said)))
        if said and other_said and alike >= _SHARED:
            return "contradicts"
    fewest = min(len(first), len(second))
    if fewest and len(shared) / fewest >= _SHARED and (len(shared) >= _FEWEST_SHARED or first == second):
        return "repeats"
    if is_call(one) and is_call(other):
        return "calls twice"
    return ""


@lru_cache(4096)
def leans(text: str) -> bool:
    """Whether a text begins with a word that leans on one before it: "Or …", "They …"."""
    first = re.match(r"\W*([^\W\d_]+)", text)
    return bool(first) and first[1].casefold() in _LEANING  # type: ignore[index]


@lru_cache(4096)
def is_call(text: str) -> bool:
    """Whether it asks for something to be done."""
    lowered = text.casefold()
    return any(
        (lowered.startswith(one) and not lowered[len(one) :][:1].isalnum()) or (_WIDE.search(one) and one in lowered)
        for one in _CALLING
    )


@lru_cache(4096)
def same_asset(text: str) -> str:
    """What two texts have in common that a platform takes for duplicates."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


@cache
def _telling(text: str) -> frozenset[str]:
    if _WIDE.search(text):  # no spaces: two signs at a time
        signs = [sign for sign in text if sign.isalnum()]
        return frozenset("".join(pair) for pair in itertools.pairwise(signs)) or frozenset(signs)
    found = (word.casefold().replace(" ", "") for word in _WORD.findall(text))
    return frozenset(
        word.removesuffix("'s").removesuffix("s") if len(word) > 3 else word for word in found if word not in _EMPTY
    )


def _figures(said: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in said if any(sign.isdigit() for sign in word))


def _unit(figures: frozenset[str]) -> frozenset[str]:
    return frozenset(re.sub(r"[\d.,\s]", "", figure) for figure in figures)

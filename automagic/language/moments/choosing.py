"""Which moments are offered: the best that are unlike each other, and why the others are not.

Maximal marginal relevance (Carbonell and Goldstein 1998): score, less likeness to what was chosen already. Moments that
lean on words before them, or share time, are offered only when there would be fewer than four without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from automagic.language.moments.candidates import SentenceRange
from automagic.language.moments.query import is_near
from automagic.language.moments.scoring import Scored
from automagic.values.moments import Moment, MomentChoice, Rejection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.language.moments.reading import Floats

SCORER = "features"

LEANS = 0.6
"""Strength from which words before a moment are missed: see `english.find_leaning`."""

MOST_REJECTED = 20
_A_REASON = 3
_SAID_AGAIN = 0.92
"""Likeness of two sentences that are one, said again."""

_SHARED_AT_MOST = 0.5


@dataclass(frozen=True, slots=True)
class _Tier:
    """How strict the choice is."""

    leaning: bool
    shared: float
    alike: float
    floor: bool


def _nowhere(_moment: Moment) -> str:
    return ""


def choose(scored: Scored, *, count: int, elsewhere: Callable[[Moment], str] = _nowhere) -> MomentChoice:
    """At most `count` moments, best first, and the best of those that were not chosen, with the reason.

    Args:
        elsewhere: Says where the same is offered already; such a moment, and what shares time with it, is not.
    """
    chooser = _Chooser(scored, elsewhere)
    notices = [*scored.candidates.notices, *scored.notices]
    if scored.query is not None and len(scored.scores) and not chooser.usable.any():
        notices.append(f"Nothing in this recording is near “{scored.query.text}”: no moment is offered.")
    picked = chooser.pick(count)
    chosen = tuple(scored.moment(*scored.span_of(index)) for index in picked)
    notices.extend(chooser.find_notices(picked, count))
    return MomentChoice(chosen, tuple(chooser.find_rejected(picked, count)), len(scored.scores), SCORER, tuple(notices))


class _Chooser:
    """The state of one choice: how each candidate compares with those chosen so far."""

    def __init__(self, scored: Scored, elsewhere: Callable[[Moment], str] = _nowhere) -> None:
        self.scored = scored
        self.elsewhere = elsewhere
        self.repeats: dict[int, str] = {}
        reading, self.first, self.last = scored.reading, scored.first, scored.last
        leaning = np.array([mark.strength if mark else 0.0 for mark in reading.leanings])
        self.leaning = leaning[self.first]
        self.start, self.end = reading.start_s[self.first], reading.end_s[self.last]
        spread = float(np.ptp(scored.scores)) if len(scored.scores) else 0.0
        self.worth = (scored.scores - scored.scores.min(initial=np.inf)) / (spread or 1.0)
        self.floor = _floor(scored.scores) if len(scored.scores) else 0.0
        self.usable: NDArray[np.bool_] = np.ones(len(self.first), np.bool_)
        if scored.query is not None and len(self.first) and not scored.candidates.found:
            self.usable = is_near(reading, scored.query, self.first, self.last)
        self.shared = np.zeros(len(self.first))
        self.alike = np.zeros(len(self.first))

    def pick(self, count: int) -> list[int]:
        """Indices of candidates, best first. Each tier is asked only while there are too few."""
        weights = self.scored.weights
        least = min(weights.at_least, count)
        picked: list[int] = []
        for tier, wanted in (
            (_Tier(False, 0.0, weights.alike, True), count),
            (_Tier(False, 0.0, weights.alike, False), least),
            (_Tier(True, 0.0, weights.alike, False), least),
            (_Tier(True, _SHARED_AT_MOST, 1.01, False), least),
        ):
            if tier.shared and self.scored.query is not None:
                break  # the same again is no answer to what was asked for
            while len(picked) < wanted and (best := self._best(tier)) is not None:
                self._compare_with(best)
                if where := self.elsewhere(self.scored.moment(*self.scored.span_of(best))):
                    self.repeats[best] = where
                else:
                    picked.append(best)
        return sorted(picked, key=lambda index: -self.scored.scores[index])

    def _best(self, tier: _Tier) -> int | None:
        allowed = self.usable & (self.shared <= tier.shared) & (self.alike < tier.alike)
        if not tier.leaning:
            allowed &= self.leaning < LEANS
        if tier.floor:
            allowed &= self.scored.scores >= self.floor
        if not allowed.any():
            return None
        diversity = self.scored.weights.diversity
        merit = (1 - diversity) * self.worth - diversity * np.maximum(self.alike, self.shared)
        return int(np.argmax(np.where(allowed, merit, -np.inf)))

    def _compare_with(self, index: int) -> None:
        """Take a chosen one into account."""
        self.shared = np.maximum(self.shared, self._shared_with(index))
        self.alike = np.maximum(self.alike, self._likeness_to(index))
        self.usable[index] = False

    def _shared_with(self, index: int) -> Floats:
        """The time that each candidate shares with one, as a part of the shorter of the two."""
        both = np.minimum(self.end, self.end[index]) - np.maximum(self.start, self.start[index])
        shorter = np.minimum(self.end - self.start, self.end[index] - self.start[index])
        shared: Floats = np.clip(both, 0.0, None) / np.maximum(shorter, 1e-6)
        return shared

    def _likeness_to(self, index: int) -> Floats:
        """Of meaning as a whole, or the share of the shorter one that is said again in the other; 0 without vectors."""
        reading = self.scored.reading
        vectors = reading.talk.vectors
        if vectors is None:
            return np.zeros(len(self.first))
        first, last = self.scored.span_of(index)
        again = (vectors @ vectors[first : last + 1].T).max(axis=1) >= _SAID_AGAIN
        words = np.array([sentence.end - sentence.first for sentence in reading.talk.sentences])
        sums = np.concatenate([[0], np.cumsum(words)])
        repeated = np.concatenate([[0], np.cumsum(words * again)])
        length = sums[self.last + 1] - sums[self.first]
        shorter = np.maximum(np.minimum(length, sums[last + 1] - sums[first]), 1)
        share = np.minimum((repeated[self.last + 1] - repeated[self.first]) / shorter, 1.0)
        likeness: Floats = np.maximum(reading.likeness(reading.vector_of(first, last), self.first, self.last), share)
        return likeness

    def find_notices(self, picked: list[int], count: int) -> Iterator[str]:
        """What is to be known of a choice that is smaller or weaker than asked for."""
        if not picked:
            return
        if len(picked) < min(count, self.scored.weights.at_least):
            room = "near what was asked for" if self.scored.query is not None else "to be had without repeating itself"
            yield f"Only {len(picked)} {'moment is' if len(picked) == 1 else 'moments are'} {room}."
        leaning = [n for n, index in enumerate(picked, start=1) if self.leaning[index] >= LEANS]
        if leaning:
            yield f"{_numbers(leaning).capitalize()} may need words that come before: nothing better was left."
        weak = [n for n, index in enumerate(picked, start=1) if self.scored.scores[index] < self.floor]
        if weak:
            yield f"{_numbers(weak).capitalize()} scored far below the best: there is little that is better."
        overlapping = [
            n
            for n, index in enumerate(picked, start=1)
            if any(self._shared_with(other)[index] for other in picked[: n - 1])
        ]
        if overlapping:
            yield f"{_numbers(overlapping).capitalize()} shares time with another moment: there is little material."

    def find_rejected(self, picked: list[int], count: int) -> Iterator[Rejection]:
        """The best that were not chosen, at most three for each reason, and whole topics of the wrong length."""
        for index, where in self.repeats.items():  # without its reasons: nobody need consider it again
            yield Rejection(replace(self.scored.moment(*self.scored.span_of(index)), contributions=()), where)
        seen: dict[str, int] = {}
        told = [self.scored.span_of(index) for index in self.repeats]
        found = 0
        shared = {index: self._shared_with(index) for index in (*picked, *self.repeats)}
        alike = {index: self._likeness_to(index) for index in (*picked, *self.repeats)}
        for index in np.argsort(-self.scored.scores, kind="stable")[:5000]:
            if found >= MOST_REJECTED:
                break
            span = self.scored.span_of(int(index))
            if int(index) in picked or int(index) in self.repeats or any(_mostly_same(span, one) for one in told):
                continue
            again = (
                where for other, where in self.repeats.items() if self._is_same(index, shared[other], alike[other])
            )
            kind, reason = "again", next(again, "")
            if not reason:
                kind, reason = self._reason(int(index), picked, shared, alike, count)
            if seen.get(kind, 0) >= _A_REASON:
                continue
            seen[kind] = seen.get(kind, 0) + 1
            told.append(span)
            found += 1
            yield Rejection(self.scored.moment(*span), reason)
        for span, reason in self.scored.candidates.outside:
            yield Rejection(self.scored.moment(*span), reason)

    def _is_same(self, index: np.intp, shared: Floats, alike: Floats) -> bool:
        return bool(shared[index] > 0 or alike[index] >= self.scored.weights.alike)

    def _reason(
        self, index: int, picked: list[int], shared: dict[int, Floats], alike: dict[int, Floats], count: int
    ) -> tuple[str, str]:
        """What kept a candidate from being chosen, and that in words."""
        query = self.scored.query
        if query is not None and not self.usable[index]:
            return "far", f"not near “{query.text}”"
        mark = self.scored.reading.leanings[int(self.first[index])]
        if mark and mark.strength >= LEANS:
            return "leans", mark.what
        for place, other in enumerate(picked, start=1):
            if alike[other][index] >= self.scored.weights.alike and not shared[other][index]:
                return f"alike {place}", f"too similar to {place} ({alike[other][index]:.2f})"
        for place, other in enumerate(picked, start=1):
            if shared[other][index] > 0:
                return f"overlaps {place}", f"overlaps with {place}"
        if len(picked) >= count:
            return "full", f"{count} better ones were asked for and found"
        score = self.scored.scores[index]
        return "weak", f"scores {score:.1f}: too far behind the best (at least {self.floor:.1f} is worth offering)"


def _floor(scores: Floats) -> float:
    """What is worth offering when there are enough already: a third of the way from the middle score to the best."""
    middle = float(np.median(scores))
    return middle + (float(scores.max()) - middle) / 3


def _mostly_same(one: SentenceRange, other: SentenceRange) -> bool:
    """Whether the stretches have more than half of the longer one in common."""
    both = min(one.last, other.last) - max(one.first, other.first) + 1
    return both > 0.5 * max(one.last - one.first + 1, other.last - other.first + 1)


def _numbers(places: list[int]) -> str:
    """ "number 3", "numbers 2 and 4"."""
    if len(places) == 1:
        return f"number {places[0]}"
    return f"numbers {', '.join(map(str, places[:-1]))} and {places[-1]}"

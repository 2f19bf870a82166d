"""An editorial score within one recording: each feature's percentile among all candidates, weighed and added up.

    candidate   hook  leans  payoff ...        percentile          points
       17        0.74  0.0    0.85     ──▶   0.93 0.41 0.97  ──▶   2.8 - 1.2 + 2.4 = 4.0, each with its reason

The score orders moments of one recording. It is no probability, it does not compare with other recordings, and it
does not forecast how many people will watch. A feature that is the same for all candidates contributes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from automagic.language.moments.candidates import Candidates, SentenceRange
from automagic.language.moments.features import Feature, Need, features_of
from automagic.language.moments.query import Query
from automagic.language.moments.reading import TalkReading
from automagic.language.moments.talk import Talk
from automagic.language.moments.weights import Weights
from automagic.language.text.sentences import primary_tag
from automagic.values.moments import Contribution, Moment

if TYPE_CHECKING:
    from automagic.language.moments.reading import Floats

_MISSING: dict[Need, str] = {
    "vectors": "How much belongs together was not compared: there are no sentence vectors.",
    "delivery": "The voice was not judged: nothing was measured in the sound.",
}


class Scored:
    """All candidates of a recording with their scores.

    Attributes:
        reading: Of the talk.
        candidates: As found.
        scores: One for each candidate.
        notices: What could not be judged.
        query: What moments should be about, if anything.
    """

    def __init__(self, talk: Talk, candidates: Candidates, weights: Weights, query: Query | None = None) -> None:
        self.reading = TalkReading(talk)
        self.candidates = candidates
        self.weights = weights
        self.query = query
        self.notices: tuple[str, ...] = tuple(self._find_missing()) if candidates.spans else ()
        spans = np.array(candidates.spans, np.int64).reshape(-1, 2)
        self.first, self.last = spans[:, 0], spans[:, 1]
        self._weights = dict(weights.features)
        self._features = tuple(
            feature for feature in features_of(query) if self._weights.get(feature.name) and self._knows(feature.need)
        )
        self._scales: dict[str, Floats] = {}
        self.scores: Floats = np.zeros(len(spans))
        for feature in self._features if len(spans) else ():
            values = feature.values(self.reading, self.first, self.last).round(6)
            scale = np.sort(values)
            if scale[0] == scale[-1]:
                continue  # it tells nothing here
            self._scales[feature.name] = scale
            self.scores += self._weights[feature.name] * _percentiles(values, scale, feature)

    def moment(self, first: int, last: int) -> Moment:
        """A stretch as a moment with its score and reasons, also one that is no candidate."""
        sentences = self.reading.talk.sentences
        told = (self._contribution(f, first, last) for f in self._features if f.name in self._scales)
        contributions = tuple(sorted((c for c in told if c), key=lambda c: (-c.points, c.feature)))
        return Moment(
            id=moment_id(sentences[first].id, sentences[last].id),
            first=sentences[first].id,
            last=sentences[last].id,
            start_s=sentences[first].start_s,
            end_s=sentences[last].end_s,
            text=self.reading.text_of(first, last),
            score=round(sum(c.points for c in contributions), 4),
            contributions=contributions,
        )

    def span_of(self, index: int) -> SentenceRange:
        """A candidate's sentences."""
        return SentenceRange(int(self.first[index]), int(self.last[index]))

    def _contribution(self, feature: Feature, first: int, last: int) -> Contribution | None:
        value = feature.values(self.reading, np.array([first]), np.array([last])).round(6)
        percentile = float(_percentiles(value, self._scales[feature.name], feature)[0])
        if not percentile:
            return None  # nothing was found, so there is nothing to say
        why = feature.why(self.reading, first, last)
        return Contribution(feature.name, round(percentile, 4), self._weights[feature.name], why)

    def _knows(self, need: Need) -> bool:
        talk = self.reading.talk
        known = {
            "english": self.reading.english,
            "vectors": talk.vectors is not None,
            "delivery": bool(talk.delivery),
        }
        return known.get(need, True)

    def _find_missing(self) -> Iterable[str]:
        if not self.reading.english:
            tag = primary_tag(self.reading.talk.language)
            yield (
                f"The recording's language is {tag!r}: references back, claims and stories are known in English only, "
                "so moments were judged by questions, figures, density, topics and voice."
            )
        elif not self.reading.talk.language:
            yield "The recording's language is not known: it was read as English."
        for need, notice in _MISSING.items():
            if not self._knows(need):
                yield notice


def moment_id(first: str, last: str) -> str:
    """Eight hexadecimal digits from the ids of its first and its last sentence."""
    return hashlib.sha256(f"{first} {last}".encode()).hexdigest()[:8]


def _percentiles(values: Floats, scale: Floats, feature: Feature) -> Floats:
    """Where each value stands among the sorted ones of all candidates, 0..1; equal ones share their middle rank.

    Of what is either found or not, nothing found is 0.
    """
    below = np.searchsorted(scale, values, side="left")
    upto = np.searchsorted(scale, values, side="right")
    ranks: Floats = (below + upto) / (2 * len(scale))
    return np.where(values == 0.0, 0.0, ranks) if feature.found else ranks

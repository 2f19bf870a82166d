"""Moments of a recording: those that were chosen, those that were not, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason in a moment's score.

    Attributes:
        feature: Its name in the weights file.
        percentile: 0..1 among this recording's candidates.
        weight: From the weights file; negative for what speaks against a moment.
        why: What was found, for people: `opens with a question: "Why does it float?"`.
    """

    feature: str
    percentile: float
    weight: float
    why: str

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.percentile * self.weight


@dataclass(frozen=True, slots=True)
class Moment:
    """A passage from one sentence to another that can stand alone.

    Attributes:
        id: Stable name from its sentences' ids, eight hexadecimal digits.
        first, last: Ids of its first and last sentence.
        start_s, end_s: From the first word's start to the last one's end.
        text: What is said.
        score: Sum of the contributions' points: an editorial score within this recording, no forecast of success.
        contributions: Largest first.
    """

    id: str
    first: str
    last: str
    start_s: float
    end_s: float
    text: str
    score: float
    contributions: tuple[Contribution, ...] = ()

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Rejection:
    """A moment that was not chosen, and why."""

    moment: Moment
    reason: str


@dataclass(frozen=True, slots=True)
class MomentChoice:
    """What was chosen from a recording.

    Attributes:
        chosen: Best first.
        rejected: The best of those that were not, and why.
        considered: How many candidates there were.
        scorer: Who decided: "features", or "features, reranked by <provider and model>".
        notices: What a person must know, such as that only two moments were long enough.
    """

    chosen: tuple[Moment, ...]
    rejected: tuple[Rejection, ...]
    considered: int
    scorer: str
    notices: tuple[str, ...] = ()

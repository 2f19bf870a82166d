"""Every stretch from one sentence to another that has the right length.

sentences  ▁▁▁▁ ▁▁ ▁▁▁▁▁▁▁ ▁▁▁ ▁▁▁▁▁      it begins after a sentence that ended, ends with one that ends, and
           └────────┘                     does not hold the whole of another topic
                └───────────┘
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from automagic.values.recording import TimeRange
from automagic.values.transcript import Sentence


class SentenceRange(NamedTuple):
    """Indices of its first and its last sentence."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be chosen from.

    Attributes:
        spans: In order of their first, then their last sentence.
        outside: Whole topics that are too short or too long, with the reason.
        min_s, max_s: What was asked for.
        notices: What a person must know: why there is nothing, or little.
        found: Whether each has in it what was searched for and found.
    """

    spans: tuple[SentenceRange, ...]
    outside: tuple[tuple[SentenceRange, str], ...]
    min_s: float
    max_s: float
    notices: tuple[str, ...] = ()
    found: bool = False


_MOST_OUTSIDE = 20
_SLACK_S = 0.4
"""The first or the last picture may stand still for this long."""


def find_candidates(
    sentences: Sequence[Sentence],
    topics: Sequence[int],
    *,
    min_s: float,
    max_s: float,
    within: Sequence[TimeRange] = (),
) -> Candidates:
    """All stretches of `min_s` to `max_s` seconds, in time proportional to their number.

    Args:
        sentences: In order.
        topics: Indices of the sentences that begin a topic; may be empty.
        min_s, max_s: Of a moment.
        within: Where there is a picture; empty for everywhere.
    """
    edges = sorted({index for index in topics if 0 < index < len(sentences)})
    spans: list[SentenceRange] = []
    for first, opening in enumerate(sentences):
        if first and not sentences[first - 1].closed:
            continue  # the middle of a sentence
        horizon = _horizon(sentences, edges, first, min_s)
        for last in range(first, horizon):
            closing = sentences[last]
            duration = closing.end_s - opening.start_s
            if duration > max_s:
                break
            if duration >= min_s and closing.closed:
                spans.append(SentenceRange(first, last))
    outside = _outside(sentences, edges, min_s, max_s)
    notices = _notices(sentences, spans, min_s, max_s)
    if within:
        unseen = {span for span in spans if not _is_seen(sentences, span, within)}
        spans = [span for span in spans if span not in unseen]
        outside = (*((span, "there is no picture of it, or not of all of it") for span in _apart(unseen)), *outside)
        if unseen and not spans:
            notices = (*notices, f"No stretch of {min_s:g} to {max_s:g} s lies where the recording has a picture.")
    return Candidates(tuple(spans), outside, min_s, max_s, notices)


def hold(candidates: Candidates, sentences: Sequence[Sentence], times_s: Sequence[float]) -> Candidates:
    """Those candidates in which a sentence is whole that is said at one of these times.

    Args:
        times_s: At which words of it begin, within a tenth of a second.
    """
    starts = [sentence.start_s for sentence in sentences]
    wanted = {max(0, bisect_right(starts, time_s + 0.1) - 1) for time_s in times_s}
    spans = tuple(span for span in candidates.spans if any(span.first <= index <= span.last for index in wanted))
    notices = candidates.notices
    if candidates.spans and not spans:
        told = f"{candidates.min_s:g} to {candidates.max_s:g} s"
        notices = (
            *notices,
            f"No stretch of whole sentences of {told} has in it what was found: widen --min and --max.",
        )
    return replace(candidates, spans=spans, notices=notices, found=True)


def _is_seen(sentences: Sequence[Sentence], span: SentenceRange, within: Sequence[TimeRange]) -> bool:
    start_s, end_s = sentences[span.first].start_s + _SLACK_S, sentences[span.last].end_s - _SLACK_S
    return any(from_s <= start_s and end_s <= to_s for from_s, to_s in within)


def _apart(spans: Collection[SentenceRange]) -> list[SentenceRange]:
    """The longest that share no sentence, in order."""
    told: list[SentenceRange] = []
    for span in sorted(spans, key=lambda one: (one.first - one.last, one.first)):
        if all(span.last < other.first or other.last < span.first for other in told):
            told.append(span)
    return sorted(told)[:_MOST_OUTSIDE]


def _horizon(sentences: Sequence[Sentence], edges: Sequence[int], first: int, min_s: float) -> int:
    """The index that a stretch from `first` does not reach: where a later topic that could stand alone is over."""
    at = bisect_right(edges, first)
    for begin, end in zip(edges[at:], edges[at + 1 :], strict=False):
        if sentences[end - 1].end_s - sentences[begin].start_s >= min_s:
            return end + 1
    return len(sentences)


def _outside(
    sentences: Sequence[Sentence], edges: Sequence[int], min_s: float, max_s: float
) -> tuple[tuple[SentenceRange, str], ...]:
    """Whole topics that are too short, and single sentences that are too long."""
    found: list[tuple[SentenceRange, str]] = []
    for begin, end in zip([0, *edges], [*edges, len(sentences)], strict=True):
        if begin < end and sentences[end - 1].end_s - sentences[begin].start_s < min_s:
            found.append((SentenceRange(begin, end - 1), f"shorter than {min_s:g} s"))
    for index, sentence in enumerate(sentences):
        if sentence.end_s - sentence.start_s > max_s:
            found.append((SentenceRange(index, index), f"a single sentence, longer than {max_s:g} s"))
    return tuple(found[:_MOST_OUTSIDE])


def _notices(
    sentences: Sequence[Sentence], spans: Sequence[SentenceRange], min_s: float, max_s: float
) -> tuple[str, ...]:
    if spans:
        return ()
    if not sentences:
        return ("Nothing that is said in this recording was understood, so no moment can be chosen by its words.",)
    said = sentences[-1].end_s - sentences[0].start_s
    if said < min_s:
        return (f"All that is said takes {said:.0f} s, less than the {min_s:g} s that a moment must have (--min).",)
    longest = max(sentence.end_s - sentence.start_s for sentence in sentences)
    if not any(sentence.closed for sentence in sentences):
        return ("No sentence has an end that could be heard or read, so nothing can be cut out without breaking one.",)
    if longest > max_s:
        notice = (
            f"The sentences are long (the longest takes {longest:.0f} s): none begins and ends within {min_s:g} to "
            f"{max_s:g} s. Allow longer moments (--max), or give a transcript with punctuation."
        )
        return (notice,)
    return (f"No stretch of whole sentences takes {min_s:g} to {max_s:g} s: widen --min and --max.",)

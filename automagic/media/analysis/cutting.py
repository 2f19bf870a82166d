"""Where an excerpt begins and ends, what is left out of it, and its own timeline; pure.

    recording   ── word ──┄┄┄┄─ word ─ word ──┄┄┄┄┄┄┄┄┄┄┄┄┄── word ─ um ─ word ──┄┄┄─ word ──
    stretches           [───────────────────┄┄]        [┄┄──────────]  [────────┄┄]
    excerpt             [───────────────────┄┄][┄┄──────────][────────┄┄]

A cut lies in a silence, and never in a word. Where two words run into each other, it lies between them, and the
result says that it had to.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from automagic.values.clip_plan import KeptRange
from automagic.values.words import Word

LEAD_S, TAIL_S = 0.2, 0.3
"""What is wanted of the silence before the first and after the last word."""

MOST_LEAD_S, MOST_TAIL_S = 0.35, 0.45
"""What is taken at most, where the silence begins or ends later than the words' times say."""

LONG_PAUSE_S = 0.8
KEPT_PAUSE_S = 0.35
"""A longer pause than the first becomes as long as the second."""

FILLER_GAP_S = 0.03
"""A filler goes only where it is apart from its neighbours by this much, or a silence lies between."""

SHORTEST_S = 0.4
"""A shorter stretch between two cuts would flash by."""

Silence = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cuts:
    """What is kept of a moment.

    Attributes:
        stretches: In order; several when something was left out.
        tight: Times of cuts that lie in no silence, since none is there.
        left_out_s: How much pauses and fillers took.
    """

    stretches: tuple[KeptRange, ...]
    tight: tuple[float, ...] = ()
    left_out_s: float = 0.0


def cut_moment(
    words: Sequence[Word],
    first: int,
    end: int,
    *,
    silences: Sequence[Silence],
    duration_s: float,
    fillers: Collection[int] = (),
    shorten_pauses: bool = False,
) -> Cuts:
    """Cut the words [first, end) out of a recording.

    Args:
        words: Of the whole recording, in order.
        silences: Of the whole recording, (start, end), in order.
        duration_s: Of the recording.
        fillers: Indices of words to leave out where that can be done unheard.
        shorten_pauses: Whether pauses above `LONG_PAUSE_S` are shortened.

    Raises:
        ValueError: There are no such words.
    """
    if not 0 <= first < end <= len(words):
        raise ValueError(f"there are no words {first} to {end} of {len(words)}")
    quiet = _Silences(silences)
    start_s, clean_start = _begin(words, first, quiet)
    end_s, clean_end = _finish(words, end, quiet, duration_s)
    holes = list(_filler_holes(words, first, end, fillers, quiet))
    if shorten_pauses:
        holes += _pause_holes(words, first, end, quiet)
    stretches = _without(KeptRange(start_s, end_s), sorted(holes))
    kept_s = sum(stretch.end_s - stretch.start_s for stretch in stretches)
    tight = [time_s for time_s, clean in ((start_s, clean_start), (end_s, clean_end)) if not clean]
    return Cuts(tuple(stretches), tuple(tight), round(end_s - start_s - kept_s, 6))


class _Silences:
    def __init__(self, silences: Sequence[Silence]) -> None:
        self._silences = list(silences)
        self._starts = [start_s for start_s, _ in silences]

    def within(self, start_s: float, end_s: float) -> Silence | None:
        """The longest part of a silence between two times."""
        found: list[Silence] = []
        for silence in self._silences[max(bisect.bisect_right(self._starts, start_s) - 1, 0) :]:
            if silence[0] >= end_s:
                break
            low, high = max(silence[0], start_s), min(silence[1], end_s)
            if high > low:
                found.append((low, high))
        return max(found, key=lambda one: one[1] - one[0], default=None)


def _begin(words: Sequence[Word], first: int, quiet: _Silences) -> tuple[float, bool]:
    """When the excerpt begins, and whether that is in a silence (or where nothing was said before)."""
    start_s = words[first].start_s
    floor_s = words[first - 1].end_s if first else 0.0
    floor_s = min(floor_s, start_s)
    silence = quiet.within(max(floor_s, start_s - MOST_LEAD_S), start_s)
    if silence is not None:
        return min(max(start_s - LEAD_S, silence[0]), silence[1]), True
    # Nobody spoke before: there is nothing that a cut could hurt.
    between_s = (floor_s + start_s) / 2 if first else floor_s
    return max(between_s, start_s - LEAD_S), not first


def _finish(words: Sequence[Word], end: int, quiet: _Silences, duration_s: float) -> tuple[float, bool]:
    """When the excerpt ends, and whether that is in a silence (or where nothing is said after)."""
    end_s = words[end - 1].end_s
    last = end == len(words)
    ceiling_s = max(duration_s if last else words[end].start_s, end_s)
    silence = quiet.within(end_s, min(ceiling_s, end_s + MOST_TAIL_S))
    if silence is not None:
        return max(min(end_s + TAIL_S, silence[1]), silence[0]), True
    between_s = ceiling_s if last else (ceiling_s + end_s) / 2
    return min(between_s, end_s + TAIL_S), last


def _pause_holes(words: Sequence[Word], first: int, end: int, quiet: _Silences) -> list[Silence]:
    """What goes of each long pause: its middle, as far as it is silent."""
    holes = []
    for index in range(first, end - 1):
        before_s, after_s = words[index].end_s, words[index + 1].start_s
        if after_s - before_s < LONG_PAUSE_S:
            continue
        silence = quiet.within(before_s + KEPT_PAUSE_S / 2, after_s - KEPT_PAUSE_S / 2)
        if silence is not None and silence[1] - silence[0] > 0.2:
            holes.append(silence)
    return holes


def _filler_holes(
    words: Sequence[Word], first: int, end: int, fillers: Collection[int], quiet: _Silences
) -> Iterable[Silence]:
    """From a point before each filler to one behind it; adjoining fillers go together."""
    inside = sorted(index for index in fillers if first < index < end - 1)
    for _, run in itertools.groupby(enumerate(inside), key=lambda pair: pair[1] - pair[0]):
        indices = [index for _, index in run]
        low, high = indices[0], indices[-1]
        before = _edge(words[low - 1].end_s, words[low].start_s, quiet, late=False)
        after = _edge(words[high].end_s, words[high + 1].start_s, quiet, late=True)
        if before is not None and after is not None and after > before:
            yield before, after


def _edge(from_s: float, to_s: float, quiet: _Silences, *, late: bool) -> float | None:
    """Where one may cut between two words; `late` is the side that keeps the word behind it. None for nowhere."""
    if to_s - from_s < FILLER_GAP_S:
        return None
    silence = quiet.within(from_s, to_s)
    if silence is None:
        return (from_s + to_s) / 2
    margin = min(KEPT_PAUSE_S / 2, (silence[1] - silence[0]) / 2)
    return silence[1] - margin if late else silence[0] + margin


def _without(whole: KeptRange, holes: Sequence[Silence]) -> list[KeptRange]:
    """What is left of a stretch; a hole that would leave less than `SHORTEST_S` beside it stays filled."""
    stretches: list[KeptRange] = []
    start_s = whole.start_s
    for hole_start, hole_end in holes:
        if hole_start - start_s < SHORTEST_S or whole.end_s - hole_end < SHORTEST_S:
            continue
        stretches.append(KeptRange(start_s, hole_start))
        start_s = hole_end
    return [*stretches, KeptRange(start_s, whole.end_s)]


class CutTimeline:
    """From the recording's timeline to the excerpt's, which is made of whole frames.

    Each stretch begins at the frame that is nearest to the length of all before it, so that rounding never adds up.

    Args:
        stretches: In order, not overlapping.
        fps: Of the excerpt.
    """

    def __init__(self, stretches: Sequence[KeptRange], fps: int) -> None:
        if not stretches:
            raise ValueError("an excerpt needs at least one stretch")
        lengths = itertools.accumulate(stretch.end_s - stretch.start_s for stretch in stretches)
        self.stretches = tuple(stretches)
        self.fps = fps
        self.first_frames = (0, *(round(length_s * fps) for length_s in lengths))

    @property
    def frames(self) -> int:
        """Length of the excerpt."""
        return self.first_frames[-1]

    @property
    def duration_s(self) -> float:
        """The same in seconds."""
        return self.frames / self.fps

    def recording_s(self, frame: int) -> float:
        """When the middle of a frame was recorded."""
        index = min(bisect.bisect_right(self.first_frames, frame) - 1, len(self.stretches) - 1)
        return self.stretches[index].start_s + (frame - self.first_frames[index] + 0.5) / self.fps

    def excerpt_s(self, recording_s: float) -> float:
        """When a time of the recording comes; for one that was left out, when the next that was kept does."""
        for index, stretch in enumerate(self.stretches):
            begins_s, ends_s = (self.first_frames[index + step] / self.fps for step in (0, 1))
            if recording_s < stretch.start_s:
                return begins_s
            if recording_s <= stretch.end_s:
                return min(begins_s + recording_s - stretch.start_s, ends_s)
        return self.duration_s

    def kept(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """The words whose middle was kept, on the recording's timeline."""
        return tuple(
            word
            for word in words
            if any(stretch.start_s <= (word.start_s + word.end_s) / 2 <= stretch.end_s for stretch in self.stretches)
        )

    def place_words(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """The words that were kept, on the excerpt's timeline."""
        placed: list[Word] = []
        for word in self.kept(words):
            start_s, end_s = self.excerpt_s(word.start_s), self.excerpt_s(word.end_s)
            if placed and start_s < placed[-1].end_s:
                start_s = min(placed[-1].end_s, end_s)
            placed.append(Word(word.text, start_s, end_s))
        return tuple(placed)

"""Check captions against what was heard: accurate, synchronous, complete, placed (47 CFR 79.1(j)(2)).

    cues, heard words ─▶ which words are the same ─┬▶ wrong words, names and numbers first        accurate
                                                   ├▶ shifted, drifting, single cues off          synchronous
                                                   ├▶ speech without captions, captions without   complete
                                                   └▶ lines, lengths, speed, overlaps             placed

Each finding has its time and its reason. The rules of length and speed are good practice, not law; this is a report of
quality, and says nothing about what somebody must do. What was heard has mistakes of its own: a share of wrong words
is an upper bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median
from typing import Literal

from automagic.language.transcript.caption_times import CaptionTimes, measure_times
from automagic.language.transcript.caption_words import CheckedCue, ComparedWords, MetWords, meet
from automagic.values.words import Word

CaptionFault = Literal[
    "wrong words", "name or number", "no captions", "no speech", "shifted", "drifting", "off", "too short", "too long",
    "too fast", "too wide", "too many lines", "overlap", "illegal signs", "empty", "backwards",
]  # fmt: skip

Side = Literal["accurate", "synchronous", "complete", "placed"]
SIDE_OF: dict[CaptionFault, Side] = {
    "wrong words": "accurate", "name or number": "accurate", "no captions": "complete", "no speech": "complete",
    "shifted": "synchronous", "drifting": "synchronous", "off": "synchronous", "too short": "placed",
    "too long": "placed", "too fast": "placed", "too wide": "placed", "too many lines": "placed",
    "overlap": "placed", "illegal signs": "placed", "empty": "placed", "backwards": "placed",
}  # fmt: skip

RULE_OF: dict[CaptionFault, str] = {
    "too short": "minDuration", "too long": "maxDuration", "too fast": "maxCharsPerSecond", "too wide": "maxChars",
    "too many lines": "maxLines", "overlap": "overlaps", "illegal signs": "illegalChars", "wrong words": "wrongWords",
    "name or number": "nameOrNumber", "no captions": "noCaptions", "no speech": "noSpeech", "shifted": "shifted",
    "drifting": "drifting", "off": "off", "empty": "empty", "backwards": "backwards",
}  # fmt: skip
"""What each is called in reports: where a station's caption editor has a rule for it, by the name of that."""

_SHIFT_S = 0.3
"""Captions that are off by less are seen as being on time."""
_OFF_S = 1.0
"""A single cue that is further from its words than the others are."""
_DRIFT_ERRORS, _DRIFT_S = 4.0, 0.03
"""A drift is one from four of its standard errors on, where it has grown to a frame by the end."""
_UNCAPTIONED_S = 3.0
_WRONG_SHARE = 0.01

# A recogniser mishears and spells otherwise, one word in twenty; of what it says, these count as heard. Measured on a
# minute of read speech: of 9 words that it had otherwise than good captions 1 is left, of 11 planted ones 10.
_SURE, _SURE_OF_NAME = 0.7, 0.8
_ALIKE, _ALIKE_NAMES = 0.7, 0.9
_LITTLE = 3


@dataclass(frozen=True, slots=True)
class CaptionRules:
    """What a station asks of captions, by the names of its editor's style guide.

    Attributes:
        min_duration_s, max_duration_s: Of a cue.
        max_chars: Of a line; 32 are what CEA-608 has.
        max_lines: Of a cue.
        max_chars_per_s: Which one can read.
        overlaps: Whether cues may be seen together.
        illegal_chars: Signs that must not stand in a cue.
    """

    min_duration_s: float = 1.0
    max_duration_s: float = 7.0
    max_chars: int = 32
    max_lines: int = 4
    max_chars_per_s: float = 20.0
    overlaps: bool = False
    illegal_chars: str = ""


@dataclass(frozen=True, slots=True)
class CaptionFinding:
    """What is wrong, where, and by how much.

    Attributes:
        at_s, until_s: In the recording.
        cue: From 0; None where there is none.
        size: In the unit of the message: seconds, seconds an hour, characters; None where nothing is measured.
    """

    fault: CaptionFault
    message: str
    at_s: float
    until_s: float
    cue: int | None = None
    size: float | None = None

    @property
    def side(self) -> Side:
        """Which of the four qualities it touches."""
        return SIDE_OF[self.fault]

    @property
    def rule(self) -> str:
        """What it is called in reports."""
        return RULE_OF[self.fault]


@dataclass(frozen=True, slots=True)
class CaptionCheck:
    """How good captions are.

    Attributes:
        findings: By time.
        words: How many were heard; None where nobody listened, and then the rest is None as well.
        wrong: 0..1, of the words that both have: the share that differs.
        captioned: 0..1, of the seconds of heard speech: those whose words stand in captions, right or wrong.
        times: None also where too little was heard to compare.
        first_late_s, last_early_s: How much speech lies before the first cue and behind the last.
    """

    findings: tuple[CaptionFinding, ...]
    words: int | None = None
    wrong: float | None = None
    captioned: float | None = None
    times: CaptionTimes | None = None
    first_late_s: float | None = None
    last_early_s: float | None = None


def check_captions(
    cues: Sequence[CheckedCue],
    heard: Sequence[Word] | None,
    *,
    sure: Sequence[float] = (),
    language: str = "en",
    rules: CaptionRules | None = None,
) -> CaptionCheck:
    """Check captions.

    Args:
        cues: In the order of the file.
        heard: With their times, in order; none where nobody speaks, and None where nobody listened.
        sure: 0..1 for each of these, where a recogniser heard them: a word that it may have misheard or spelled
            otherwise is no mistake of the captions. Empty where a person wrote them down.
        rules: Of the station; good practice when None.
    """
    placed = list(_judge_places(cues, rules or CaptionRules()))
    if heard is None:
        return CaptionCheck(tuple(placed))
    said = ComparedWords.of_heard(heard, language)
    shown = ComparedWords.of_cues(cues, language)
    met = meet(shown, said)
    differing = [pair for pair in met.swapped if not sure or _is_other(*pair, shown, said, sure)]
    both = sum(state != "missing" for state in met.of_said)
    wrong = len(differing) / both if both else 0.0
    points = _first_words(met, shown, said, cues)
    times = measure_times(points)
    findings = [
        *placed,
        *_judge_words(differing, _least_wrong(both, by_ear=bool(sure)), both, shown, said),
        *(_judge_times(times, points, said, cues) if times else ()),
        *_find_uncaptioned(met, said),
        *_find_idle(met, shown, said, cues, times),
    ]
    seconds = [end - start for start, end in said.spans]
    captioned = [length for length, state in zip(seconds, met.of_said, strict=True) if state != "missing"]
    return CaptionCheck(
        tuple(sorted(findings, key=lambda finding: finding.at_s)),
        words=len(heard),
        wrong=wrong,
        captioned=sum(captioned) / sum(seconds) if seconds else 1.0,
        times=times,
        first_late_s=max(0.0, cues[0].start_s - heard[0].start_s) if cues and heard else 0.0,
        last_early_s=max(0.0, heard[-1].end_s - cues[-1].end_s) if cues and heard else 0.0,
    )


def _first_words(
    met: MetWords, shown: ComparedWords, said: ComparedWords, cues: Sequence[CheckedCue]
) -> list[tuple[int, float, float]]:
    """Of each cue whose first word was heard: when, and when the cue comes."""
    firsts: dict[int, int] = {}
    for place, cue in enumerate(shown.of):
        firsts.setdefault(cue, place)
    return [
        (shown.of[ours], said.spans[theirs][0], cues[shown.of[ours]].start_s)
        for ours, theirs in met.pairs
        if firsts[shown.of[ours]] == ours
    ]


def _find_uncaptioned(met: MetWords, said: ComparedWords) -> Iterator[CaptionFinding]:
    """Speech that no caption has."""
    place = 0
    while place < len(met.of_said):
        end = place
        while end < len(met.of_said) and met.of_said[end] == "missing":
            end += 1
        if end > place:
            start_s, end_s = said.spans[place][0], said.spans[end - 1][1]
            if end_s - start_s >= _UNCAPTIONED_S:
                told = " ".join(said.shown[place : min(end, place + 8)]) + (" …" if end - place > 8 else "")
                message = f"{end_s - start_s:.1f} s of speech have no captions: “{told}”"
                yield CaptionFinding("no captions", message, start_s, end_s, size=end_s - start_s)
        place = max(end, place + 1)


def _find_idle(
    met: MetWords, shown: ComparedWords, said: ComparedWords, cues: Sequence[CheckedCue], times: CaptionTimes | None
) -> Iterator[CaptionFinding]:
    """Cues of words of which none was heard, at a time at which nobody speaks."""
    has_words = set(shown.of)
    meant = {shown.of[ours] for ours, _ in (*met.pairs, *met.swapped)}
    offset, drift = (times.offset_s, times.drift) if times else (0.0, 0.0)
    for index in sorted(has_words - meant):
        cue = cues[index]
        start_s, end_s = ((time - offset) / (1 + drift) for time in (cue.start_s, cue.end_s))
        if not any(begin < end_s and end > start_s for begin, end in said.spans):
            yield CaptionFinding(
                "no speech", f"Nobody speaks under “{_brief(cue.text)}”", cue.start_s, cue.end_s, index
            )


def _is_other(ours: int, theirs: int, shown: ComparedWords, said: ComparedWords, sure: Sequence[float]) -> bool:
    """Whether a recogniser surely heard another word than the captions have."""
    first, second, certain = shown.keys[ours], said.keys[theirs], sure[said.of[theirs]]
    alike = SequenceMatcher(None, first, second, autojunk=False).ratio()
    if _weighs(ours, theirs, shown, said):
        return certain >= _SURE_OF_NAME and alike < _ALIKE_NAMES
    return certain >= _SURE and alike < _ALIKE and max(len(first), len(second)) > _LITTLE


def _least_wrong(both: int, *, by_ear: bool) -> float:
    """From how many differing words on captions are wrong; a recogniser's own slips come in heaps, by chance."""
    expected = _WRONG_SHARE * both
    return max(1.0, expected + (2 * math.sqrt(expected) if by_ear else 0.0))


def _judge_words(
    differing: Sequence[tuple[int, int]], least: float, both: int, shown: ComparedWords, said: ComparedWords
) -> Iterator[CaptionFinding]:
    if len(differing) >= least:
        wrong = len(differing) / both
        message = f"{wrong:.1%} of the words differ from what was heard"
        first, last = said.spans[differing[0][1]], said.spans[differing[-1][1]]
        yield CaptionFinding("wrong words", message, first[0], last[1], size=wrong)
    told: set[tuple[int, int]] = set()
    for ours, theirs in differing:
        where = (shown.of[ours], said.of[theirs])
        if where not in told and _weighs(ours, theirs, shown, said):
            told.add(where)
            message = f"“{shown.shown[ours]}” where “{said.shown[theirs]}” was heard"
            yield CaptionFinding("name or number", message, *said.spans[theirs], cue=shown.of[ours])


def _weighs(ours: int, theirs: int, shown: ComparedWords, said: ComparedWords) -> bool:
    """Whether one of two words is a number or a name; where a sentence begins, every word is written like one."""
    both, names = (shown.shown[ours], said.shown[theirs]), shown.names | said.names
    return any(any(map(str.isdigit, word)) or word in names for word in both)


def _judge_times(
    times: CaptionTimes, points: Sequence[tuple[int, float, float]], said: ComparedWords, cues: Sequence[CheckedCue]
) -> Iterator[CaptionFinding]:
    begin, end = said.spans[0][0], said.spans[-1][1]
    grown_s = abs(times.drift) * (end - begin)
    drift = times.drift if abs(times.drift) > _DRIFT_ERRORS * times.drift_error and grown_s > _DRIFT_S else 0.0
    if drift:
        more = "later" if drift > 0 else "earlier"
        why = f": as of {times.frame_rate}" if times.frame_rate else ""
        message = f"Captions come {more} and {more}, by {abs(times.drift_s_per_hour):.1f} s an hour{why}"
        yield CaptionFinding("drifting", message, begin, end, size=times.drift_s_per_hour)
    offset = median(comes - heard * (1 + drift) for _, heard, comes in points)
    if abs(offset) >= _SHIFT_S:
        message = f"All captions come {abs(offset):.2f} s too {'late' if offset > 0 else 'early'}"
        yield CaptionFinding("shifted", message, begin, end, size=offset)
    for cue, heard, comes in points:
        by = comes - heard * (1 + drift) - offset
        if abs(by) >= _OFF_S:
            than = f"{abs(by):.1f} s {'later' if by > 0 else 'earlier'} than its words"
            message = f"“{_brief(cues[cue].text)}” comes {than}"
            yield CaptionFinding("off", message, cues[cue].start_s, cues[cue].end_s, cue, by)


def _judge_places(cues: Sequence[CheckedCue], rules: CaptionRules) -> Iterator[CaptionFinding]:
    for index, cue in enumerate(cues):
        lines = [line for line in cue.text.splitlines() if line.strip()]
        length_s = cue.end_s - cue.start_s
        characters = sum(map(len, lines))
        widest = max(map(len, lines), default=0)
        found: list[tuple[CaptionFault, str, float | None]] = []
        if not lines:
            found.append(("empty", "It has no text", None))
        if length_s <= 0:
            found.append(("backwards", "It ends before it begins", length_s))
        elif length_s < rules.min_duration_s - 0.001:
            found.append(("too short", f"It is seen for {length_s:.2f} s", length_s))
        elif length_s > rules.max_duration_s + 0.001:
            found.append(("too long", f"It is seen for {length_s:.1f} s", length_s))
        if length_s > 0 and characters / length_s > rules.max_chars_per_s:
            found.append(("too fast", f"{characters / length_s:.0f} characters a second", characters / length_s))
        if widest > rules.max_chars:
            found.append(("too wide", f"A line has {widest} characters, of {rules.max_chars}", widest))
        if len(lines) > rules.max_lines:
            found.append(("too many lines", f"It has {len(lines)} lines, of {rules.max_lines}", len(lines)))
        if index and not rules.overlaps and cue.start_s < cues[index - 1].end_s - 0.001:
            by = cues[index - 1].end_s - cue.start_s
            found.append(("overlap", f"It begins {by:.2f} s before the one before it ends", by))
        if illegal := sorted(set(cue.text) & set(rules.illegal_chars)):
            found.append(("illegal signs", f"It has {' '.join(illegal)}", len(illegal)))
        for fault, message, size in found:
            yield CaptionFinding(fault, message, cue.start_s, max(cue.start_s, cue.end_s), index, size)


def _brief(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39].rstrip() + "…"

"""The cues of a transcript in order: impossible times mended, what is shown twice read once.

00:18.2 --> 00:15.8    ──▶  turned round, where that lies between its neighbours
00:05.0 --> soon       ──▶  until the next cue begins, or as long as its words usually take
no time at all         ──▶  between its neighbours
rolling captions       ──▶  each row once, where it appears first
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from automagic.sources.transcripts.lines import Findings, TranscriptLine
from automagic.sources.transcripts.rows import Row, SubtitleCue
from automagic.sources.transcripts.subtitles import MENDED

ROLLING_S = 0.1
"""Automatic captions show a line again above the new one in the next cue, which begins where the one before ends."""
PASSING_S = 0.05
"""Between two such cues there is one, too short to be seen, that says nothing new."""
ROWS_ROLLING = 8
GROWING_WORDS = 3
"""A cue that begins with this many words of the one before continues it; fewer words are a repetition in speech."""
REPEATED_WORDS, TOUCHING_S = 4, 0.02
"""The same sentence in two cues without a gap was parted by a tool; with a gap, or shorter, it is said twice."""
TIGHT_S = 0.05
"""With less time for a word than this, a time is wrong or two people talk at once."""

Span = SubtitleCue | TranscriptLine


def settle(spans: Sequence[Span], findings: Findings) -> list[Span]:
    """The same with a start and an end each; those that run backwards are turned round or get a new end."""
    settled: list[Span] = []
    starts = [span.start_s for span in spans]
    latest_s = 0.0
    for number, span in enumerate(spans):
        start_s, end_s = span.start_s, span.end_s
        following_s = next((time_s for time_s in starts[number + 1 : number + 4] if not math.isnan(time_s)), math.inf)
        if end_s < start_s:
            _tell(span, findings)
            free_s = _end_of(settled[-1]) if settled else 0.0
            start_s, end_s = _turn(start_s, end_s, (latest_s, free_s), following_s)
        if math.isnan(start_s):
            before_s = _end_of(settled[-1]) if settled else 0.0
            start_s = min(before_s, following_s) if math.isnan(end_s) else max(before_s, end_s - span.usual_s)
            start_s = min(start_s, end_s) if not math.isnan(end_s) else start_s
            # The cue before may have been given all the time there is.
            if settled and following_s - start_s < TIGHT_S:
                start_s = _make_room(settled, following_s, span.usual_s)
        if math.isnan(end_s):
            end_s = start_s + span.usual_s
            if start_s < following_s:
                end_s = min(end_s, following_s)
        settled.append(replace(span, start_s=start_s, end_s=end_s))
        latest_s = start_s
    return settled


def _tell(span: Span, findings: Findings) -> None:
    if isinstance(span, SubtitleCue):
        findings.mend(MENDED, span.line or span.place)


def _turn(start_s: float, end_s: float, before: tuple[float, float], following_s: float) -> tuple[float, float]:
    """A time that runs backwards: turned round, or one end of it; whatever lies between its neighbours.

    Args:
        before: When the cue before begins, and when its words are over.
    """
    latest_s, free_s = before
    if free_s - ROLLING_S <= end_s and start_s <= following_s:
        return end_s, start_s
    if latest_s <= start_s <= following_s:
        return start_s, math.nan
    if latest_s <= end_s <= following_s:
        return math.nan, end_s
    return math.nan, math.nan


def _end_of(span: Span) -> float:
    """When it ends by what its words usually take, if its own end is later."""
    return min(span.end_s, span.start_s + span.usual_s)


def _make_room(settled: list[Span], following_s: float, wish_s: float) -> float:
    """Let the last cue end earlier, so that one without a time fits behind it; when that is."""
    before = settled[-1]
    room_s = max(following_s - before.start_s, 0.0)
    share = before.usual_s / (before.usual_s + wish_s)
    end_s = before.start_s + room_s * share
    settled[-1] = replace(before, end_s=min(before.end_s, end_s))
    return end_s


def unroll(cues: Sequence[SubtitleCue]) -> list[SubtitleCue]:
    """The cues with what each adds to the one before it; cues that only show it again are left out."""
    kept: list[SubtitleCue] = []
    before: SubtitleCue | None = None
    for cue in cues:
        again = _shown_again(before, cue) if before else 0
        if before and kept and again and again >= _count(cue):
            _take_over(kept[-1], before, cue)
        else:
            kept.append(replace(cue, rows=_skip(cue.rows, again)) if again else cue)
        if cue.rows:
            before = cue
    return kept


def _count(cue: SubtitleCue) -> int:
    return sum(len(row) for row in cue.plain)


def _shown_again(before: SubtitleCue, cue: SubtitleCue) -> int:
    """How many of the first words of a cue are still those of the cue before it."""
    old, new = before.plain, cue.plain
    if not old or not new or not before.start_s <= cue.start_s <= before.end_s + ROLLING_S:
        return 0
    if old == new:
        overlap_s = min(before.end_s, cue.end_s) - cue.start_s
        same = overlap_s > 0.5 * (cue.end_s - cue.start_s) and overlap_s > 0
        passing = cue.end_s - cue.start_s <= PASSING_S or before.end_s - before.start_s <= PASSING_S
        lit = any(row.lit for row in (*before.rows, *cue.rows))
        joined = cue.start_s - before.end_s <= TOUCHING_S and _count(cue) >= REPEATED_WORDS
        return _count(cue) if same or passing or lit or joined else 0
    for count in range(min(len(old), len(new), ROWS_ROLLING), 0, -1):
        if old[-count:] == new[:count]:
            words = sum(len(row) for row in new[:count])
            passing = cue.end_s - cue.start_s <= PASSING_S
            return words if count < len(new) or passing or words >= REPEATED_WORDS else 0
    for count in range(min(len(old), ROWS_ROLLING), 0, -1):
        words_before = [word for row in old[-count:] for word in row]
        if GROWING_WORDS <= len(words_before) < _count(cue):
            words_now = [word for row in new for word in row][: len(words_before)]
            if words_before == words_now:
                return len(words_before)
    return 0


def _skip(rows: Sequence[Row], count: int) -> list[Row]:
    """The rows without their first words."""
    kept: list[Row] = []
    for row in rows:
        words = len(row.text.split())
        if count >= words:
            count -= words
            continue
        if count:
            offset = len(row.text) - len(row.text.split(None, count)[count])
            row = Row(  # noqa: PLW2901 - what is left of it
                row.text[offset:],
                [(max(at - offset, 0), time_s) for at, time_s in row.times if at >= offset],
                [(max(at - offset, 0), name) for at, name in row.voices],
                row.line,
            )
            count = 0
        kept.append(row)
    return kept


def _take_over(kept: SubtitleCue, before: SubtitleCue, cue: SubtitleCue) -> None:
    """A cue that shows the same again makes the first one longer; where a word is underlined, it is said now."""
    if kept.plain != cue.plain:
        return
    for shown, row in zip(kept.rows, cue.rows, strict=True):
        for source, start_s in ((shown, kept.start_s), (row, cue.start_s)):
            if source.lit and not any(at == source.lit[0] for at, _ in shown.times):
                shown.times.append((source.lit[0], start_s))
        shown.times.sort()
    kept.end_s = max(kept.end_s, cue.end_s, before.end_s)

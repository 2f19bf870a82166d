"""From spoken lines to frames: when each shot starts and ends, and which words are shown in it.

    line    ├ lead ┤── words ──┤ breath ┤      rounded up to a whole frame, so that sound and picture never drift
    shots   ├──── first ────┼── second ──┤     cut between two words

Everything about a line is measured from its own first frame and everything about a shot from its own: a longer first
line moves the others in time without changing what they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from automagic.media.captions.words import LineRoom
from automagic.products.video.storyboard import ScriptLine, Shot
from automagic.stages.captions import picture_cues
from automagic.values.cues import Cue
from automagic.values.words import Alignment, SpokenSentence, Word

LEAD_S = 0.15
"""Silence before the first word of the video."""

BREATH_S = 0.13
"""Between two sentences of a scene; the voices leave another 0.1 s around a sentence."""

SCENE_BREATH_S = 0.30
TAIL_S = 0.55

MAX_GAP_S = 0.4
"""A pause shorter than this keeps the last words on the screen, so that captions don't flicker."""


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A spoken line on its own timeline.

    Attributes:
        frames: Its whole length, breath included.
        sound_start_s: Where its sound begins.
        words: When each display word is heard.
    """

    frames: int
    sound_start_s: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ShotTiming:
    """A shot's place inside the lines it shows: frames [first, end) of `line`'s first and last, as a length.

    Attributes:
        cues, words: What is read and what is heard meanwhile; times from the shot's first frame.
    """

    frames: int
    cues: tuple[Cue, ...]
    words: tuple[Word, ...]


def time_line(
    lines: Sequence[ScriptLine], index: int, *, duration_s: float, alignment: Alignment, fps: int
) -> TimedLine:
    """Put a spoken line on a timeline of whole frames.

    Args:
        duration_s: Of its sound.
    """
    lead_s = LEAD_S if index == 0 else 0.0
    breath_s = SCENE_BREATH_S if lines[index].last_in_scene else BREATH_S
    if index == len(lines) - 1:
        breath_s = TAIL_S
    words = tuple(replace(word, start_s=word.start_s + lead_s, end_s=word.end_s + lead_s) for word in alignment.words)
    return TimedLine(math.ceil((lead_s + duration_s + breath_s) * fps), lead_s, words)


def time_shot(
    shot: Shot,
    lines: Sequence[ScriptLine],
    timed: Sequence[TimedLine],
    *,
    fps: int,
    room: LineRoom | None,
    language: str,
) -> ShotTiming:
    """A shot's length and its cues, measured from its own first frame.

    Args:
        timed: The shot's lines, in the order of its spans.
        room: On a line of captions; None for a shot without.
    """
    frames = 0
    cues: list[Cue] = []
    words: list[Word] = []
    for span, line in zip(shot.spans, timed, strict=True):
        sentence = lines[span.line].sentence
        first = _cut_frame(sentence, line, span.first, fps)
        end = _cut_frame(sentence, line, span.end, fps)
        shift_s = (frames - first) / fps
        window = (first / fps, end / fps)
        cues.extend(
            shift_cue(cue, shift_s)
            for cue in (line_cues(line, fps=fps, room=room, language=language) if room else ())
            if cue.start_s < window[1] and cue.end_s > window[0]
        )
        words += shift_words([word for word in line.words if window[0] <= word.start_s < window[1]], shift_s)
        frames += end - first
    return ShotTiming(frames, tuple(cues), tuple(words))


def line_cues(line: TimedLine, *, fps: int, room: LineRoom, language: str) -> tuple[Cue, ...]:
    """The cues of one line as they are drawn; the last stays through a short breath."""
    cues = picture_cues(line.words, room, language)
    if not cues:
        return cues
    line_end_s = line.frames / fps
    last = cues[-1]
    if last.end_s < line_end_s and line_end_s - last.words[-1].end_s < MAX_GAP_S:
        return (*cues[:-1], replace(last, end_s=line_end_s))
    return cues


def line_starts(timed: Sequence[TimedLine]) -> tuple[int, ...]:
    """The first frame of each line in the whole video, and behind them the video's length."""
    starts = [0]
    for line in timed:
        starts.append(starts[-1] + line.frames)
    return tuple(starts)


def shift_words(words: Sequence[Word], by_s: float) -> tuple[Word, ...]:
    """The same words later (or earlier)."""
    return tuple(replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in words)


def _cut_frame(sentence: SpokenSentence, line: TimedLine, token: int, fps: int) -> int:
    """The frame of the line at which a picture changes before `token`: between the two words."""
    if token == 0:
        return 0
    if token >= len(sentence.tokens):
        return line.frames
    spoken_before = sum(1 for earlier in sentence.tokens[:token] if earlier.spoken)
    if not 0 < spoken_before < len(line.words):
        return 0 if spoken_before == 0 else line.frames
    middle_s = (line.words[spoken_before - 1].end_s + line.words[spoken_before].start_s) / 2
    return min(max(round(middle_s * fps), 1), line.frames - 1)


def shift_cue(cue: Cue, by_s: float) -> Cue:
    """The same cue later (or earlier)."""
    return Cue(tuple(shift_words(line, by_s) for line in cue.lines), cue.start_s + by_s, cue.end_s + by_s)

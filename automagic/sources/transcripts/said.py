"""What is said in a transcript's cues, and by whom: words without names, sounds and songs.

    - Anna: [laughs] So bees dance.   ──▶   So · bees · dance.     Anna
    >> TOM: Why?                            Why?                   TOM

Names are told from sentences by the whole file (see `names`), so this is done when all cues are known.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from automagic.sources.transcripts.lines import Findings, TranscriptLine, TranscriptWord
from automagic.sources.transcripts.marks import NonSpeech, find_marks, is_sound
from automagic.sources.transcripts.names import find_label, find_names, mid_row_pattern
from automagic.sources.transcripts.rows import Row, SubtitleCue

_TURN = re.compile(r"(?:^|(?<=\s))(?:>\s?){2,4}(?=\s|[^\s>]|$)")
_DASH = re.compile(r"^\s*[-–—•]\s+|^\s*[-–—](?=[^\W\d])")
_BRACKETED = re.compile(r"[-–—•*_>\s]*[\[(（<【]")
NAMES = "names before the text were read as speakers: {}"
SOUNDS = "read as a sound, not as words: {}"
SONGS = "a song was left out: {}"


@dataclass(slots=True)
class _Text:
    """A cue's rows, with their marks blanked out.

    Attributes:
        rows: What is said, names included.
        labels: The same with brackets at a row's beginning, which may hold a name.
    """

    cue: SubtitleCue
    rows: list[str]
    labels: list[str]


def voice(spans: Sequence[SubtitleCue | TranscriptLine], language: str, findings: Findings) -> list[TranscriptLine]:
    """Each cue as a line of words, in the given order; lines stay lines, without what nobody says."""
    texts = {id(span): _unmark(span, findings) for span in spans if isinstance(span, SubtitleCue)}
    names = find_names([_parts(text.labels) for text in texts.values()], language)
    if names:
        for name in sorted(names):
            findings.lose(NAMES, f"“{name}”")
    inside = mid_row_pattern(names)
    lines: list[TranscriptLine] = []
    speaker = ""
    for span in spans:
        if isinstance(span, TranscriptLine):
            lines.append(replace(span, pieces=_clean_pieces(span.pieces, findings)))
            continue
        text = texts[id(span)]
        pieces: list[TranscriptWord] = []
        speaker = speaker if span.speaker is None else span.speaker
        dashes = sum(bool(_DASH.match(row)) for row in text.labels) > 1
        for number, row in enumerate(span.rows):
            turns = _turns(text.labels[number], row, names, inside, speaker, dashes=dashes)
            pieces += _words(row, _blank(text.rows[number], [part for _, _, part in turns]), turns)
            speaker = turns[-1][1]
        if not math.isnan(span.confidence):
            pieces = [replace(piece, confidence=span.confidence) for piece in pieces]
        joined = _joined(pieces)
        if span.place and len(joined) == 1:  # a recogniser's entry for one word
            joined = (replace(joined[0], start_s=span.start_s, end_s=span.end_s),)
        lines.append(TranscriptLine(span.start_s, span.end_s, joined))
    return lines


def _parts(rows: Iterable[str]) -> list[str]:
    """Rows, parted where ">>" says that somebody else begins to speak."""
    return [part for row in rows for part in _TURN.sub(lambda turn: f"\n{turn[0]}", row).split("\n") if part.strip()]


def _unmark(cue: SubtitleCue, findings: Findings) -> _Text:
    joined = "\n".join(row.text for row in cue.rows)
    marks = find_marks(joined)
    if not marks:
        rows = [row.text for row in cue.rows]
        return _Text(cue, rows, rows)
    starts = _starts(row.text for row in cue.rows)
    for mark in marks:
        if mark.words or not mark.certain:
            first = bisect_right(starts, mark.start)
            last = bisect_right(starts, mark.end - 1) if mark.words else first
            for start, row in zip(starts[first - 1 : last], cue.rows[first - 1 : last], strict=True):
                end = start + len(row.text) if mark.words else mark.end
                quote = joined[max(start, mark.start) : min(end, mark.end)]
                findings.lose(SONGS if mark.words else SOUNDS, row.line or cue.place, quote)
    may_name = [mark for mark in marks if _is_label(joined, mark)]
    whole = _blank(joined, [(mark.start, mark.end) for mark in marks])
    partly = _blank(joined, [(mark.start, mark.end) for mark in marks if mark not in may_name])
    return _Text(cue, whole.split("\n"), partly.split("\n"))


def _starts(texts: Iterable[str]) -> list[int]:
    """Where each of some texts begins when they are joined by one character."""
    return list(itertools.accumulate((len(text) + 1 for text in texts), initial=0))[:-1]


def _is_label(text: str, mark: NonSpeech) -> bool:
    """Whether a mark in brackets stands where a name may."""
    before = text[text.rfind("\n", 0, mark.start) + 1 : mark.start]
    return _BRACKETED.fullmatch(before + text[mark.start]) is not None and not is_sound(text[mark.start : mark.end])


def _blank(text: str, parts: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(parts):
        pieces += [text[at:start], re.sub(r"[^\n]", " ", text[max(at, start) : end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


Turn = tuple[int, str, tuple[int, int]]
"""Offset from which somebody speaks, who, and the part of the text that says so."""


def _turns(
    text: str, row: Row, names: frozenset[str], inside: re.Pattern[str] | None, speaker: str, *, dashes: bool
) -> list[Turn]:
    """Who speaks in a row, from its beginning on; in order."""
    turns: list[Turn] = [(0, speaker, (0, 0))]
    label = find_label(text)
    start = 0
    if label and label.name in names:
        turns.append((0, label.name, (0, label.end)))
        start = label.end
    elif dash := _DASH.match(text):
        turns.append((0, "" if dashes else speaker, dash.span()))
    for found in _TURN.finditer(text, start):
        rest = find_label(text[found.start() :])
        if rest and rest.name in names:
            turns.append((found.start(), rest.name, (found.start(), found.start() + rest.end)))
        else:
            turns.append((found.start(), "", found.span()))
    if inside:
        turns += [
            (found.start(), " ".join(found["name"].split()), found.span()) for found in inside.finditer(text, start)
        ]
    turns += [(offset, name, (offset, offset)) for offset, name in row.voices]
    return sorted(turns, key=lambda turn: turn[0])


def _words(row: Row, text: str, turns: list[Turn]) -> list[TranscriptWord]:
    """The words of a row, those after an inline time with that time as their start."""
    pieces: list[TranscriptWord] = []
    times = iter([*row.times, (len(text) + 1, math.nan)])
    offset, time_s = next(times)
    turn = starred = 0
    for found in re.finditer(r"\S+", text):
        start_s = math.nan
        while offset < found.end():
            start_s = time_s if offset <= found.start() or math.isnan(start_s) else start_s
            offset, time_s = next(times)
        while turn + 1 < len(turns) and turns[turn + 1][0] <= found.start():
            turn += 1
        word, starred = _unstar(found[0], starred)
        pieces.append(TranscriptWord(word, start_s, speaker=turns[turn][1]))
    return pieces


def _unstar(word: str, starred: int) -> tuple[str, int]:
    """A word without the marks of *emphasis*, and whether one is open behind it."""
    if word[0] in "*_" and word[1:2].isalnum():
        word, starred = word[1:], 1
    if starred and (found := re.fullmatch(r"(.*[^\W_])[*_]([.,!?;:]*)", word)):
        return found[1] + found[2], 0
    return word, starred


def _joined(pieces: Iterable[TranscriptWord]) -> tuple[TranscriptWord, ...]:
    """The pieces with lone punctuation at the word before it; what no word comes before is left out."""
    joined: list[TranscriptWord] = []
    for piece in pieces:
        if any(character.isalnum() for character in piece.text):
            joined.append(piece)
        elif joined and piece.text:
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {piece.text}")
    return tuple(joined)


def _clean_pieces(pieces: tuple[TranscriptWord, ...], findings: Findings) -> tuple[TranscriptWord, ...]:
    """Words with times, without sounds, however many pieces these have. Recognisers write notes where music is heard,
    and no song between them.
    """
    text = " ".join(piece.text for piece in pieces)
    marks = find_marks(text, songs=False)
    if not marks:
        return _joined(pieces)
    starts = _starts(piece.text for piece in pieces)
    for mark in marks:
        if not mark.certain:
            first = pieces[bisect_right(starts, mark.start) - 1]
            findings.lose(SOUNDS, f"the words at {first.start_s:.1f} s", text[mark.start : mark.end])
    text = _blank(text, [(mark.start, mark.end) for mark in marks])
    kept: list[TranscriptWord] = []
    at = 0
    for piece in pieces:
        left = " ".join(text[at : at + len(piece.text)].split())
        kept.append(replace(piece, text=left))
        at += len(piece.text) + 1
    return _joined(kept)


@dataclass(slots=True)
class TranscriptContent:
    """What a file holds.

    Attributes:
        spans: In the file's order: cues, whose rows have to be looked through, or lines whose words are known.
        language: BCP-47 tag; "" when the file does not say it.
    """

    spans: list[SubtitleCue | TranscriptLine]
    language: str = ""

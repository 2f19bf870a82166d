"""SubRip and WebVTT: cues with times, their markup, the rolling lines of automatic captions.

https://www.w3.org/TR/webvtt1/. SubRip has no standard; files are read as players read them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from automagic.sources.transcript_lines import Line, Piece, TranscriptError

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-+>\s*{_TIME}(?:\s.*)?$")
_INLINE_TIME = re.compile(rf"<{_TIME}>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,500}>|\{\\[^{}]{0,200}\}|</>")
_SOUND = re.compile(r"\[[^\]]*\]|♪[^♪]*♪?|♫[^♫]*♫?|^\s*\([^)]*\)\s*$")
"""What is heard but not said: [laughter], ♪ a song ♪, and a row all in brackets."""
_SPEAKER = re.compile(r"^\s*(?:[-–—]\s*)?(?:>>\s*)?([A-Z][A-Z .'-]{1,30}|Speaker \d+):\s+")
_DASH = re.compile(r"^\s*(?:[-–—]\s+|>>+\s*)")
_MAX_CUE_LINES = 50
ROLLING_S = 0.1
"""Automatic captions show a line again above the new one in the next cue, which begins where the one before ends."""
PASSING_S = 0.05
"""Between two such cues there is one, too short to be seen, that says nothing new."""


def read_subtitles(text: str) -> list[Line]:
    """The cues of an SRT or VTT file, with the words that each adds.

    Raises:
        TranscriptError: A time cannot be, or there is none at all.
    """
    lines: list[Line] = []
    shown: tuple[str, ...] = ()
    shown_until_s = -1.0
    speaker = ""
    for start_s, end_s, content in _cues(text):
        rows = [row for row in content if _plain(row)]
        plain = tuple(_plain(row) for row in rows)
        if shown and start_s <= shown_until_s + ROLLING_S:
            again = _overlap(shown, plain)
            if again < len(rows) or end_s - start_s <= PASSING_S:
                rows = rows[again:]
        shown, shown_until_s = plain, end_s
        pieces: list[Piece] = []
        for row in rows:
            found, speaker = _read_row(row, speaker)
            pieces += found
        lines.append(Line(start_s, end_s, _placed(pieces, start_s, end_s)))
    return lines


def _cues(text: str) -> Iterator[tuple[float, float, list[str]]]:
    """Start, end and rows of each cue. What stands before the first time, and notes and styles, is passed over."""
    rows = text.split("\n")
    times = [(number, found) for number, row in enumerate(rows) if "->" in row and (found := _TIMING.match(row))]
    if not times:
        broken = next((number for number, row in enumerate(rows, 1) if "-->" in row), 0)
        raise TranscriptError(
            f"line {broken} is no time such as 00:01:02,500 --> 00:01:04,000" if broken else "it holds no times"
        )
    for place, (number, found) in enumerate(times):
        start_s, end_s = _seconds(found.groups()[:4], number + 1), _seconds(found.groups()[4:], number + 1)
        if end_s < start_s:
            raise TranscriptError(f"the time in line {number + 1} runs backwards: {rows[number].strip()[:60]}")
        behind = times[place + 1][0] if place + 1 < len(times) else len(rows)
        own: list[str] = []
        for row in rows[number + 1 : min(behind, number + 1 + _MAX_CUE_LINES)]:
            if not row.strip():
                if own:
                    break
                continue
            own.append(row)
        # Without a blank line, the next cue's number is the last row of this one.
        if own and place + 1 < len(times) and number + len(own) + 1 == behind and own[-1].strip().isdigit():
            own.pop()
        yield start_s, end_s, own


def _seconds(parts: tuple[str | None, ...], line: int) -> float:
    hours, minutes, seconds, fraction = parts
    if int(seconds or 0) > 59 or (hours is not None and int(minutes or 0) > 59):
        raise TranscriptError(f"line {line} has a time with more than 59 minutes or seconds")
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + (float(f"0.{fraction}") if fraction else 0.0)


def _overlap(before: tuple[str, ...], rows: tuple[str, ...]) -> int:
    """How many of the first rows are the last rows of the cue before."""
    for count in range(min(len(before), len(rows)), 0, -1):
        if before[-count:] == rows[:count]:
            return count
    return 0


def _plain(row: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", _INLINE_TIME.sub("", row))).split())


def _read_row(row: str, speaker: str) -> tuple[list[Piece], str]:
    """The words of one row, those after an inline time with that time as their start, and who speaks at its end."""
    if voice := _VOICE.search(row):
        speaker = html.unescape(voice[1]).strip()
    pieces: list[Piece] = []
    time_s = float("nan")
    position = 0
    for mark in [*_INLINE_TIME.finditer(row), None]:
        part = html.unescape(_TAG.sub("", row[position : mark.start() if mark else len(row)]))
        if position == 0:
            if name := _SPEAKER.match(part):
                speaker, part = name[1].strip(), part[name.end() :]
            part = _DASH.sub("", part)
        for word in _SOUND.sub(" ", part).split():
            if any(character.isalnum() for character in word):
                pieces.append(Piece(word, time_s, speaker=speaker))
            elif pieces:
                pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text} {word}")
            else:
                continue
            time_s = float("nan")  # it is the first word's
        if mark:
            time_s, position = _seconds(mark.groups(), 0), mark.end()
    return pieces, speaker


def _placed(pieces: list[Piece], start_s: float, end_s: float) -> tuple[Piece, ...]:
    """The pieces; where some have inline times, the first begins with the cue. Times outside it are dropped."""
    nan = float("nan")
    inside = [piece if start_s <= piece.start_s <= end_s else replace(piece, start_s=nan) for piece in pieces]
    if inside and any(piece.start_s == piece.start_s for piece in inside) and inside[0].start_s != inside[0].start_s:
        inside[0] = replace(inside[0], start_s=start_s)
    return tuple(inside)

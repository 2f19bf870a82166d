"""A transcript that somebody else made: subtitles (SRT, WebVTT) or a recogniser's JSON.

    bytes ─▶ characters ─▶ lines with times ─▶ words with times, in order ─▶ Transcript
             (encoding)    SRT, VTT: cues      stated, or spread over the line

Read are: SubRip and WebVTT, with inline times and voices and the rolling lines of automatic captions; JSON of whisper,
faster-whisper, whisperX, whisper.cpp and OpenAI (verbose_json); and this product's own, a `Transcript` as JSON.
"""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.model import Word
from automagic.recording import Transcript
from automagic.sources.encoding import decode_text
from automagic.sources.transcript_json import read_json
from automagic.sources.transcript_lines import Line, Piece, TranscriptError
from automagic.sources.transcript_subtitles import read_subtitles

MAX_BYTES = 64 << 20
"""A day of talk as the wordiest JSON has half of that."""
MAX_TIME_S = 100 * 3600.0
SHORTEST_S = 0.02

_HINT = "Give an SRT, VTT or JSON transcript of this recording, or leave --transcript out to have it recognised."


def read_transcript(path: Path) -> Transcript:
    """The words of a transcript file with their times.

    Raises:
        RequestError: It cannot be read, is no transcript, or has no words; the message names the line.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RequestError(
                f"The transcript {path.name} has {size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB is the most.", hint=_HINT
            )
        data = path.read_bytes()
    except OSError as error:
        raise RequestError(f"The transcript {path.name} cannot be read: {error.strerror}.", hint=_HINT) from error
    text = decode_text(data, location=path.name)
    try:
        if text.lstrip()[:1] in ("{", "["):
            lines, language = read_json(text)
        else:
            lines, language = read_subtitles(text), ""
        return _as_transcript(lines, language, path.name)
    except TranscriptError as error:
        raise RequestError(f"The transcript {path.name} cannot be used: {error}.", hint=_HINT) from error


def _as_transcript(lines: list[Line], language: str, name: str) -> Transcript:
    """All words in order, none overlapping.

    Lines are sorted by their start. A line that overlaps the next one ends where that begins: two people talk at once,
    or a subtitle stays longer than its words.
    """
    ordered = sorted((line for line in lines if line.pieces), key=lambda line: line.start_s)
    if not ordered:
        raise TranscriptError("it has no words")
    if ordered[-1].end_s > MAX_TIME_S:
        raise TranscriptError(f"it says something at {ordered[-1].end_s:.0f} s, which is more than four days")
    pieces: list[Piece] = []
    for number, line in enumerate(ordered):
        end_s = line.end_s
        if number + 1 < len(ordered) and line.start_s < ordered[number + 1].start_s < end_s:
            end_s = ordered[number + 1].start_s
        pieces += line.spread(end_s)
    words: list[Word] = []
    for piece in pieces:
        start_s = max(piece.start_s, words[-1].end_s if words else 0.0)
        words.append(Word(piece.text, round(start_s, 3), round(max(piece.end_s, start_s + SHORTEST_S), 3)))
    stated = sum(len(line.pieces) for line in ordered if line.is_stated)
    speakers = tuple(piece.speaker for piece in pieces)
    return Transcript(
        tuple(words),
        language,
        name,
        "stated" if stated * 2 > len(words) else "spread",
        speakers if any(speakers) else (),
    )

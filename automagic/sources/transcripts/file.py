"""A transcript that somebody else made: subtitles, a recogniser's JSON, or a text with times.

    bytes ─▶ characters ─▶ cues with rows ─▶ times mended, ─▶ names and sounds ─▶ words with times, ─▶ Transcript
             (encoding)    by the format     shown once       told from words     in order

Whatever tool wrote it: no word goes without a notice or an error that names its line. Formats: SubRip, WebVTT, SBV and
their like (`subtitles`), SCC (`broadcast`), JSON (`json`), TTML, YouTube's XML, ASS and MicroDVD (`markup`), texts with
times, lyrics and tables (`text`), and this product's own, a `Transcript` as JSON.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from automagic.errors import RequestError
from automagic.language.text.identify import identify_language
from automagic.reading.named_files import file_name, read_named
from automagic.sources.encoding import decode_text
from automagic.sources.transcripts import broadcast, markup
from automagic.sources.transcripts.captions import CaptionFile, as_caption_file
from automagic.sources.transcripts.json import read_json
from automagic.sources.transcripts.lines import Findings, TranscriptError, TranscriptLine, TranscriptWord
from automagic.sources.transcripts.order import TIGHT_S, settle, unroll
from automagic.sources.transcripts.rows import SubtitleCue
from automagic.sources.transcripts.said import TranscriptContent, voice
from automagic.sources.transcripts.size import MAX_BYTES, MAX_CUES, MAX_WORDS, refuse_many, weigh
from automagic.sources.transcripts.subtitles import read_subtitles
from automagic.sources.transcripts.text import is_broadcast, read_text, refuse
from automagic.values.transcript import Transcript
from automagic.values.words import Word

MAX_TIME_S = 100 * 3600.0
SHORTEST_S = 0.02

_HINT = "Give an SRT, VTT or JSON transcript of this recording, or leave --transcript out to have it recognised."
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[{\]\"])")
_FORMS: tuple[tuple[Callable[[str], object], Callable[[str, Findings], TranscriptContent]], ...] = (
    (broadcast.is_scc, broadcast.read_captions),
    (markup.is_xml, markup.read_xml),
    (markup.is_page, markup.read_page),
    (markup.is_microdvd, markup.read_microdvd),
    (_JSON.match, read_json),
    (markup.is_substation, markup.read_substation),
)
"""What a text is when the first says so, and who reads it."""


def read_transcript(path: Path) -> Transcript:
    """The words of a transcript file with their times; its `notices` say what was mended and what was left out.

    Raises:
        RequestError: It cannot be read, is no transcript, or has no words; the message names the line or the key.
    """
    name = file_name(path)
    findings = Findings()
    with _explained(name):
        return _as_transcript(_read(_load(path), findings), findings, name)


def read_captions(path: Path) -> CaptionFile | None:
    """The captions of a file as they are shown, line by line, nothing mended but times that nobody can read.

    Returns:
        None where it holds words with times, and no captions.

    Raises:
        RequestError: It cannot be read, or is no transcript.
    """
    name = file_name(path)
    with _explained(name):
        return read_caption_text(_load(path), name)


def read_caption_text(text: str, name: str) -> CaptionFile | None:
    """The same of a text.

    Args:
        name: What messages call it.

    Raises:
        TranscriptError: It is no transcript.
    """
    findings = Findings()
    content = _read(text, findings)
    refuse_many(content.spans, MAX_CUES, "cues")
    return as_caption_file(content, findings, name)


def _load(path: Path) -> str:
    data = read_named(path, MAX_BYTES, what="a transcript", hint=_HINT)
    weigh(data)
    return _decode(data, file_name(path))


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except TranscriptError as error:
        hint = f"{error.hint} {_HINT}" if error.hint else _HINT
        raise RequestError(f"The transcript {name} cannot be used: {error}.", hint=hint) from error


def _decode(data: bytes, name: str) -> str:
    try:
        return decode_text(data, location=name)
    except RequestError as error:
        raise RequestError(error.message, hint=_HINT) from error


def _read(text: str, findings: Findings) -> TranscriptContent:
    """What the file holds, by the format that its text has; its name says little."""
    if is_broadcast(text):
        raise refuse(text)
    for is_form, read_form in _FORMS:
        if is_form(text):
            return read_form(text, findings)
    try:
        return read_subtitles(text, findings)
    except TranscriptError as error:
        reading = read_text(text, findings)
        if reading is not None:
            return reading
        if "-->" in text:
            raise
        raise refuse(text) from error


def _as_transcript(reading: TranscriptContent, findings: Findings, name: str) -> Transcript:
    """All words in order, none overlapping."""
    refuse_many(reading.spans, MAX_CUES, "cues")
    spans = settle([span for span in reading.spans if isinstance(span, SubtitleCue) or span.pieces], findings)
    cues = [span for span in spans if isinstance(span, SubtitleCue)]
    if len(cues) == len(spans):
        spans = list(unroll(cues))
    text = _text_of(spans)
    refuse_many(text.split(), MAX_WORDS, "words")
    language = reading.language.partition("-")[0] or identify_language(text)
    lines = voice(spans, language, findings)
    ordered = _put_in_order([line for line in lines if line.pieces])
    if not ordered:
        raise TranscriptError("; ".join(("it has no words that somebody says", *findings.told())))
    if ordered[-1].end_s > MAX_TIME_S:
        raise TranscriptError(f"it says something at {ordered[-1].end_s:.0f} s, which is more than four days")
    pieces = _spread(ordered)
    words: list[Word] = []
    for piece in pieces:
        start_s = max(piece.start_s, words[-1].end_s if words else 0.0)
        words.append(Word(piece.text, round(start_s, 3), round(max(piece.end_s, start_s + SHORTEST_S), 3)))
    stated = sum(len(line.pieces) for line in ordered if line.is_stated)
    speakers = tuple(piece.speaker for piece in pieces)
    known = sum(not math.isnan(piece.confidence) for piece in pieces)
    return Transcript(
        tuple(words),
        language,
        name,
        "stated" if stated * 2 > len(words) else "spread",
        speakers if any(speakers) else (),
        tuple(1.0 if math.isnan(piece.confidence) else piece.confidence for piece in pieces) if known else (),
        tuple(f"{name}: {told}." for told in findings.told()),
    )


def _text_of(spans: Sequence[SubtitleCue | TranscriptLine]) -> str:
    parts: list[str] = []
    for span in spans:
        parts += (
            [row.text for row in span.rows] if isinstance(span, SubtitleCue) else [piece.text for piece in span.pieces]
        )
    return " ".join(parts)


def _put_in_order(lines: list[TranscriptLine]) -> list[TranscriptLine]:
    """Lines by their start. Those that begin at once, or so soon that the first has no time for its words, are one."""
    groups: list[list[TranscriptLine]] = []
    end_s, count, stated = 0.0, 0, False
    for line in sorted(lines, key=lambda line: line.start_s):
        if groups and not stated and not line.is_stated:
            first = groups[-1][0]
            tight = line.start_s - first.start_s < TIGHT_S * count
            if tight and (line.start_s < end_s or line.start_s <= first.start_s):
                groups[-1].append(line)
                end_s, count = max(end_s, line.end_s), count + len(line.pieces)
                continue
        groups.append([line])
        end_s, count, stated = line.end_s, len(line.pieces), line.is_stated
    return [_join(group) for group in groups]


def _join(group: Sequence[TranscriptLine]) -> TranscriptLine:
    if len(group) == 1:
        return group[0]
    pieces = itertools.chain.from_iterable(line.pieces for line in group)
    return TranscriptLine(group[0].start_s, max(line.end_s for line in group), tuple(pieces))


def _spread(ordered: Sequence[TranscriptLine]) -> list[TranscriptWord]:
    """The words with times. A line that overlaps the next one ends where that begins: two people talk at once, or a
    subtitle stays longer than its words. One too short for its words goes on where there is room.
    """
    pieces: list[TranscriptWord] = []
    for number, line in enumerate(ordered):
        following_s = ordered[number + 1].start_s if number + 1 < len(ordered) else math.inf
        end_s = line.end_s
        if not line.is_stated and end_s - line.start_s < TIGHT_S * len(line.pieces):
            end_s = line.start_s + line.usual_s
        if line.start_s < following_s < end_s:
            end_s = following_s
        pieces += line.spread(end_s)
    return pieces

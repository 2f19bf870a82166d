"""Transcripts as JSON of any tool: segments or words with a text, a start and an end, by one name or another.

    document ─▶ the vendor's own shape, if it has one (see `vendors`) ─▶ list of segments or of words
                                                                                     └─▶ cues and lines in seconds

{"segments": [{"start", "end", "text", "words": [{"word", "start", "end", "speaker"?}]?, "speaker"?}], "language"}
                                                                        whisper, faster-whisper, whisperX, stable-ts
{"text", "language": "english", "words": [{"word", "start", "end"}], "segments"?}               OpenAI verbose_json
{"transcription": [{"offsets": {"from", "to"}, "timestamps", "text"}], "result": {"language"}}          whisper.cpp
{"words": [{"text", "start", "end", "confidence", "speaker"}], "utterances"?}     AssemblyAI, in whole milliseconds
{"segments": [{"startTime", "endTime", "body", "speaker"}]}                                         Podcasting 2.0
{"words": [{"text", "start_s", "end_s"}], "language", "speakers"?}                                              ours
a list of segments, or of words, alone; several documents behind each other
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json_documents
from automagic.sources.transcripts.entries import Entries, has_time, text_of
from automagic.sources.transcripts.languages import as_tag
from automagic.sources.transcripts.lines import Findings, TranscriptError, TranscriptLine, TranscriptWord
from automagic.sources.transcripts.rows import SubtitleCue
from automagic.sources.transcripts.said import TranscriptContent
from automagic.sources.transcripts.vendors import unpack

_SEGMENTS = (
    "segments", "transcription", "utterances", "transcripts", "transcript", "sentences", "captions", "cues",
    "subtitles", "paragraphs", "phrases", "chunks", "monologues", "results", "lines", "items", "data",
)  # fmt: skip
_LANGUAGE_KEYS = (
    "language",
    "language_code",
    "languageCode",
    "detected_language",
    "detectedLanguage",
    "lang",
    "locale",
)
_EXPORT = "Export it as SRT or VTT, or as JSON with times."


def read_json(text: str, findings: Findings) -> TranscriptContent:
    """The words or segments of a document.

    Raises:
        TranscriptError: It is not valid JSON, or not that of a transcript; the message names the line or the key.
    """
    try:
        documents = parse_json_documents(text, name="it")
    except MalformedText as error:
        raise TranscriptError(
            f"line {error.line} is not valid JSON ({error.reason})", "It may be cut off: download or export it again."
        ) from error
    document = documents[0] if len(documents) == 1 else documents
    if (
        isinstance(document, list)
        and len(document) == 1
        and isinstance(document[0], dict)
        and not has_time(document[0])
    ):
        document = document[0]
    document, language = unpack(document)
    if isinstance(document, list):
        document = {_kind_of(document): document}
    tag = _language_of(document) or language
    return TranscriptContent(_spans(document, findings), tag)


def _kind_of(entries: Sequence[Any]) -> str:
    """Whether a list alone holds segments or words."""
    texts = [text for entry in entries[:50] if isinstance(entry, dict) and (text := text_of(entry)) is not None]
    nested = any(isinstance(entry, dict) and isinstance(entry.get("words"), list) for entry in entries[:50])
    several = sum(len(text.split()) > 1 for text in texts)
    return "segments" if nested or several * 4 > len(texts) else "words"


def _language_of(document: dict[str, Any]) -> str:
    result, metadata = document.get("result"), document.get("metadata")
    for place in (document, result, metadata):
        if not isinstance(place, dict):
            continue
        for key in _LANGUAGE_KEYS:
            value = place.get(key)
            if isinstance(value, str) and (tag := as_tag(value)):
                return tag
    return ""


def _spans(document: dict[str, Any], findings: Findings) -> list[SubtitleCue | TranscriptLine]:
    speakers = document.get("speakers")
    entries = Entries(findings, _speaker_names(speakers))
    words = document.get("words")
    words = words if isinstance(words, list) and words else None
    segments: list[SubtitleCue | TranscriptLine] = []
    for key in _SEGMENTS:
        found = document.get(key)
        if isinstance(found, list) and any(isinstance(entry, dict) for entry in found):
            segments = entries.segments(found, key)
            if segments:
                break
    stated = any(isinstance(span, TranscriptLine) and span.is_stated for span in segments)
    if words is None or stated:
        if (
            not segments
            and words is None
            and not any(isinstance(document.get(key), list) for key in (*_SEGMENTS, "words"))
        ):
            raise TranscriptError(_describe_unknown(document), _EXPORT)
        return segments
    pieces = entries.words(words, "words")
    if isinstance(speakers, list) and len(speakers) == len(words) and all(isinstance(name, str) for name in speakers):
        pieces = [replace(piece, speaker=name) for piece, name in zip(pieces, speakers, strict=True)]
    pieces = [piece for piece in pieces if piece.text]
    if isinstance(document.get("text"), str):
        pieces = _punctuated(pieces, document["text"])
    if pieces and not any(piece.start_s == piece.start_s for piece in pieces):
        if segments:
            return segments
        raise TranscriptError("its words have no times", _EXPORT)
    return [*entries.as_lines(pieces)]


def _describe_unknown(document: dict[str, Any]) -> str:
    keys = ", ".join(f"“{key}”" for key in list(document)[:6])
    held = f"its keys are {keys}" if keys else "it is empty"
    text = document.get("text") or document.get("transcript")
    if isinstance(text, str) and text.strip():
        return f"it has a text without times: {held}, neither segments nor words"
    return f"it has neither segments nor words: {held}"


def _speaker_names(speakers: Any) -> dict[str, str]:
    """Names by id, where a document lists its speakers."""
    names: dict[str, str] = {}
    for entry in speakers if isinstance(speakers, list) else ():
        if isinstance(entry, dict):
            name = entry.get("name") or entry.get("display_name")
            if isinstance(name, str) and entry.get("id") is not None:
                names[str(entry["id"])] = name
    return names


def _punctuated(pieces: list[TranscriptWord], text: str) -> list[TranscriptWord]:
    """The words with the punctuation and capitals that the whole text has."""
    written = text.split()
    position = 0
    shown: list[TranscriptWord] = []
    for piece in pieces:
        key = re.sub(r"\W", "", piece.text.lower())
        for ahead in range(position, min(position + 4, len(written))):
            if re.sub(r"\W", "", written[ahead].lower()) == key:
                piece = replace(piece, text=written[ahead])  # noqa: PLW2901 - the same word, as it is written
                position = ahead + 1
                break
        shown.append(piece)
    return shown

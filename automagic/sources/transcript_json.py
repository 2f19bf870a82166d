"""Transcripts as JSON, as recognisers write them.

{"segments": [{"start", "end", "text", "words": [{"word", "start", "end", "speaker"?}]?, "speaker"?}], "language"}
                                                                                 whisper, faster-whisper, whisperX
{"text", "language": "english", "words": [{"word", "start", "end"}], "segments"?}               OpenAI verbose_json
{"transcription": [{"offsets": {"from", "to"}, "text"}], "result": {"language"}}                        whisper.cpp
{"words": [{"text", "start_s", "end_s"}], "language", "speakers"?}                                              ours
a list of segments, or of words, alone
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

from automagic.sources.transcript_lines import Line, Piece, TranscriptError

_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "ukrainian": "uk", "turkish": "tr", "swedish": "sv",
    "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "greek": "el", "hungarian": "hu",
    "romanian": "ro", "arabic": "ar", "hebrew": "he", "hindi": "hi", "chinese": "zh", "japanese": "ja",
    "korean": "ko", "indonesian": "id", "vietnamese": "vi", "catalan": "ca",
}  # fmt: skip
_MAX_SEGMENTS = 2_000_000


def read_json(text: str) -> tuple[list[Line], str]:
    """The lines and the language's BCP-47 tag, "" when it is not said.

    Raises:
        TranscriptError: It is no JSON, or not that of a transcript.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptError(f"line {error.lineno} is no JSON ({error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise TranscriptError("it is no JSON of a transcript") from error
    if isinstance(document, list):
        document = {"segments": document} if document and _has_text(document[0]) else {"words": document}
    result = document.get("result")
    language = document.get("language") or (result.get("language") if isinstance(result, dict) else "")
    tag = _LANGUAGES.get(str(language or "").lower(), str(language or "").lower())
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", tag):
        tag = ""
    return _lines(document), tag.partition("-")[0]


def _has_text(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("text"), str) and "start_s" not in entry


def _lines(document: dict[str, Any]) -> list[Line]:
    for name in ("segments", "transcription"):
        segments = document.get(name)
        if isinstance(segments, list) and segments:
            lines = [_segment(entry, f"{name}[{index}]") for index, entry in enumerate(segments[:_MAX_SEGMENTS])]
            if name == "segments" and document.get("words") and not any(line.is_stated for line in lines):
                break  # OpenAI gives the words apart, which are nearer the truth
            return lines
    words = document.get("words")
    if not isinstance(words, list):
        raise TranscriptError("it has neither segments nor words")
    speakers = document.get("speakers")
    pieces = [_word(entry, f"words[{index}]", "") for index, entry in enumerate(words[:_MAX_SEGMENTS])]
    if isinstance(speakers, list) and len(speakers) == len(pieces):
        pieces = [replace(piece, speaker=str(name)) for piece, name in zip(pieces, speakers, strict=True)]
    pieces = [piece for piece in pieces if piece.text]
    if isinstance(document.get("text"), str):
        pieces = _punctuated(pieces, document["text"])
    known = [piece for piece in pieces if not math.isnan(piece.start_s)]
    if not known:
        if pieces:
            raise TranscriptError("its words have no times")
        return []
    ordered = sorted(pieces, key=lambda piece: piece.start_s) if len(known) == len(pieces) else pieces
    return [Line(known[0].start_s, max(piece.end_s for piece in known), tuple(ordered))]


def _segment(entry: Any, place: str) -> Line:
    if not isinstance(entry, dict):
        raise TranscriptError(f"{place} is no segment")
    offsets = entry.get("offsets")
    if isinstance(offsets, dict):  # milliseconds
        start_s, end_s = _time(offsets.get("from"), place) / 1000, _time(offsets.get("to"), place) / 1000
    else:
        start_s = _time(entry.get("start", entry.get("start_s")), place)
        end_s = _time(entry.get("end", entry.get("end_s")), place)
    speaker = str(entry.get("speaker") or "")
    words = entry.get("words")
    if isinstance(words, list) and words:
        pieces = [_word(word, f"{place}.words[{index}]", speaker) for index, word in enumerate(words)]
    else:
        pieces = [Piece(word, speaker=speaker) for word in str(entry.get("text") or "").split()]
    if math.isnan(start_s) or math.isnan(end_s):
        raise TranscriptError(f"{place} has no times")
    if end_s < start_s:
        raise TranscriptError(f"the time of {place} runs backwards: {start_s:g} to {end_s:g}")
    return Line(start_s, end_s, tuple(piece for piece in pieces if piece.text))


def _word(entry: Any, place: str, speaker: str) -> Piece:
    """One word; whisperX gives no times to words that it cannot align, such as numbers."""
    if not isinstance(entry, dict):
        raise TranscriptError(f"{place} is no word")
    text = entry.get("word", entry.get("text", entry.get("punctuated_word")))
    if not isinstance(text, str):
        raise TranscriptError(f"{place} has no text")
    start_s = _time(entry.get("start", entry.get("start_s")), place)
    end_s = _time(entry.get("end", entry.get("end_s")), place)
    if end_s < start_s:
        raise TranscriptError(f"the time of {place} runs backwards: {start_s:g} to {end_s:g}")
    return Piece(" ".join(text.split()), start_s, end_s, str(entry.get("speaker") or speaker))


def _time(value: Any, place: str) -> float:
    """Seconds; NaN when there is no value."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e9:
        raise TranscriptError(f"a time of {place} is no number of seconds: {str(value)[:40]}")
    return max(0.0, float(value))


def _punctuated(pieces: list[Piece], text: str) -> list[Piece]:
    """The words with the punctuation and capitals that the whole text has."""
    written = text.split()
    position = 0
    shown: list[Piece] = []
    for piece in pieces:
        key = re.sub(r"\W", "", piece.text.lower())
        for ahead in range(position, min(position + 4, len(written))):
            if re.sub(r"\W", "", written[ahead].lower()) == key:
                piece = replace(piece, text=written[ahead])  # noqa: PLW2901 - the same word, as it is written
                position = ahead + 1
                break
        shown.append(piece)
    return shown

"""Segments and words of a transcript's JSON, whatever their keys are called and whatever their times count.

{"word": " bees", "start": 0.5, "end": 0.9, "probability": 0.98}
{"text": "bees", "start": 500, "end": 900}                                milliseconds, told from the pace of speech
{"content": "bees", "start_time": "0.5", "end_time": "0.9"}               texts; also "0.5s", "PT0.5S", "00:00:00,500"
{"offsetMilliseconds": 500, "durationMilliseconds": 400}                  units in names
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from automagic.sources.transcripts.lines import Findings, TranscriptError, TranscriptLine, TranscriptWord
from automagic.sources.transcripts.rows import SubtitleCue, read_rows
from automagic.sources.transcripts.size import MAX_CUES, MAX_WORDS, refuse_many
from automagic.sources.transcripts.times import read_duration

SLOWEST_S = 15.0
"""Seconds for a word, at the median, above which times must be milliseconds: people need 0.2 to 1 s."""
_MOST_S = 1e9

_TEXTS = (
    "punctuated_word", "word", "text", "body", "content", "transcript", "sentence", "utf8", "displayText", "caption",
    "value", "name",
)  # fmt: skip
_STARTS = (
    "start",
    "start_s",
    "startTime",
    "start_time",
    "begin",
    "from",
    "ts",
    "time",
    "startOffset",
    "data_start",
    "bgn",
)
_ENDS = ("end", "end_s", "endTime", "end_time", "to", "end_ts", "endOffset", "data_end", "stop")
_LENGTHS = ("duration", "dur", "duration_s")
_MS_STARTS = ("start_ms", "startMs", "offsetMilliseconds", "tStartMs", "start_millis", "startTimeMs")
_MS_ENDS = ("end_ms", "endMs", "end_millis", "endTimeMs")
_MS_LENGTHS = ("durationMilliseconds", "duration_ms", "dDurationMs")
_SPEAKERS = (
    "speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel", "voice", "speaker_id", "speakerId",
    "speakerTag", "speaker_tag",
)  # fmt: skip
_SURE = ("confidence", "probability", "conf")
"""Not whisperX's "score", which says how well a word was aligned."""
UNSURE = -1.0
"""Mean log probability of a segment below which Whisper's authors take it for wrong (Radford et al. 2022, 4.5)."""


def text_of(entry: Mapping[str, Any]) -> str | None:
    """An entry's text; None when it has none."""
    return next((value for key in _TEXTS if isinstance(value := entry.get(key), str)), None)


def has_time(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has a key for its start."""
    keys = (*_STARTS, *_MS_STARTS, "offsets", "timestamp", "timestamps")
    return any(entry.get(key) is not None for key in keys)


@dataclass(slots=True)
class Entries:
    """Reads the entries of one document.

    Attributes:
        names: Of speakers, by their ids.
        scale: Seconds of a number in its times; found at the first list.
    """

    findings: Findings
    names: Mapping[str, str] = field(default_factory=dict)
    scale: float = 0.0

    def segments(self, entries: Sequence[Any], place: str) -> list[SubtitleCue | TranscriptLine]:
        """Cues, or lines where an entry has words of its own."""
        refuse_many(entries, MAX_CUES, place)
        entries = [_flat(entry) for entry in entries]
        if not self.scale:
            self.scale = _find_scale(entries)
        spans: list[SubtitleCue | TranscriptLine] = []
        for index, entry in enumerate(entries):
            name = f"{place}[{index}]"
            if not isinstance(entry, dict):
                raise TranscriptError(f"{name} is not a valid segment")
            span = self._segment(entry, name)
            if span is not None:
                spans.append(span)
        if spans and all(math.isnan(span.start_s) and math.isnan(span.end_s) for span in spans):
            raise TranscriptError(f"{place} has no times", "Export it with times, as SRT, VTT or JSON.")
        return spans

    def _segment(self, entry: dict[str, Any], name: str) -> SubtitleCue | TranscriptLine | None:
        start_s, end_s = self._times(entry, name)
        speaker = self._speaker(entry)
        words = entry.get("words")
        if isinstance(words, list) and words:
            pieces = [piece for piece in self.words(words, f"{name}.words", speaker) if piece.text]
            known = [time_s for piece in pieces for time_s in (piece.start_s, piece.end_s) if not math.isnan(time_s)]
            if pieces and (known or not (text_of(entry) or "").strip()):
                start_s = min(known, default=math.nan) if math.isnan(start_s) else start_s
                end_s = max(known, default=math.nan) if math.isnan(end_s) else end_s
                return TranscriptLine(start_s, end_s, tuple(pieces))
        text = text_of(entry)
        if text is None or not text.strip():
            return None
        rows = read_rows((0, row) for row in text.split("\n"))
        return SubtitleCue(start_s, end_s, rows, place=name, speaker=speaker or "", confidence=_confidence(entry))

    def words(self, entries: Sequence[Any], place: str, speaker: str = "") -> list[TranscriptWord]:
        """One piece for each entry, empty where it has nothing to say: blanks, sounds."""
        refuse_many(entries, MAX_WORDS, place)
        flat = [_flat(entry) for entry in entries]
        if not self.scale:
            self.scale = _find_scale(flat)
        pieces: list[TranscriptWord] = []
        for index, entry in enumerate(flat):
            pieces.append(self._word(entry, f"{place}[{index}]", speaker))
            if _is_punctuation(entry) and len(pieces) > 1:
                _attach(pieces)
        return pieces

    def _word(self, entry: Any, name: str, speaker: str) -> TranscriptWord:
        """One word; whisperX gives no times to words that it cannot align, such as numbers."""
        if not isinstance(entry, dict):
            raise TranscriptError(f"{name} is not a valid word")
        text = text_of(entry)
        if text is None:
            raise TranscriptError(f"{name} has no text")
        if str(entry.get("type")) in {"spacing", "audio_event", "space", "silence"}:
            return TranscriptWord("")
        start_s, end_s = self._times(entry, name)
        if end_s < start_s:
            self.findings.mend("a time that runs backwards was mended: {}", name)
            end_s = math.nan
        return TranscriptWord(
            " ".join(text.split()), start_s, end_s, self._speaker(entry) or speaker, _confidence(entry)
        )

    def as_lines(self, pieces: Sequence[TranscriptWord]) -> Iterator[TranscriptLine]:
        """Words of a whole document as one line, in the order in which they are said."""
        known = [piece for piece in pieces if not math.isnan(piece.start_s)]
        if not known:
            return
        ordered = sorted(pieces, key=lambda piece: piece.start_s) if len(known) == len(pieces) else pieces
        ends = [time_s for piece in known for time_s in (piece.start_s, piece.end_s) if not math.isnan(time_s)]
        yield TranscriptLine(min(piece.start_s for piece in known), max(ends), tuple(ordered))

    def _times(self, entry: Mapping[str, Any], name: str) -> tuple[float, float]:
        """Start and end in seconds; NaN where an entry does not say them."""
        pair = entry.get("timestamp", entry.get("timestamps"))
        if isinstance(pair, list) and len(pair) == 2:
            return self._time(pair[0], name), self._time(pair[1], name)
        start_s = self._first(entry, _STARTS, name)
        end_s = self._first(entry, _ENDS, name)
        length_s = self._first(entry, _LENGTHS, name)
        for keys, key_scale in ((_MS_STARTS, 0.001),):
            start_s = self._first(entry, keys, name, key_scale) if math.isnan(start_s) else start_s
        end_s = self._first(entry, _MS_ENDS, name, 0.001) if math.isnan(end_s) else end_s
        length_s = self._first(entry, _MS_LENGTHS, name, 0.001) if math.isnan(length_s) else length_s
        if math.isnan(end_s) and not math.isnan(length_s):
            end_s = start_s + length_s
        return start_s, end_s

    def _first(self, entry: Mapping[str, Any], keys: Iterable[str], name: str, scale: float | None = None) -> float:
        value = next((value for key in keys if (value := entry.get(key)) is not None), None)
        return self._time(value, name, scale)

    def _time(self, value: Any, name: str, scale: float | None = None) -> float:
        """Seconds; NaN when there is no value."""
        if value is None:
            return math.nan
        if isinstance(value, str):
            seconds = read_duration(value)
            if seconds is None:
                raise TranscriptError(
                    f"the time “{value[:30]}” of {name} cannot be read", "Use seconds, or 00:01:02.500."
                )
            # A number in quotes counts what numbers without them do.
            return seconds * (self.scale or 1.0) if _is_number(value) else seconds
        if isinstance(value, dict) and "seconds" in value:
            return self._time(value["seconds"], name, 1.0) + float(value.get("nanos") or 0) / 1e9
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TranscriptError(f"a time of {name} is not a valid number: {str(value)[:40]}")
        if not math.isfinite(value) or abs(value) > _MOST_S:
            raise TranscriptError(f"a time of {name} is not a valid number of seconds: {str(value)[:40]}")
        return max(0.0, float(value) * (scale if scale is not None else self.scale or 1.0))

    def _speaker(self, entry: Mapping[str, Any]) -> str:
        value = next((value for key in _SPEAKERS if (value := entry.get(key)) not in (None, "")), None)
        if isinstance(value, dict):
            value = value.get("name", value.get("id"))
        if value is None or isinstance(value, list | dict | bool):
            return ""
        return self.names.get(str(value), str(value))


def _flat(entry: Any) -> Any:
    """An entry with the times and the text that lie one level deeper: whisper.cpp's offsets, alternatives of words."""
    if not isinstance(entry, dict):
        return entry
    offsets = entry.get("offsets")
    if isinstance(offsets, dict):
        return {**entry, "start_ms": offsets.get("from"), "end_ms": offsets.get("to")}
    stamps = entry.get("timestamps")
    if isinstance(stamps, dict):
        return {**entry, "start": stamps.get("from"), "end": stamps.get("to")}
    alternatives = entry.get("alternatives")
    if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], dict):
        return {**alternatives[0], **entry}
    return entry


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _find_scale(entries: Sequence[Any]) -> float:
    """Seconds in a number: 1, or 0.001 where people would speak a thousand times too slowly."""
    paces = []
    for entry in entries[:5000]:
        if not isinstance(entry, dict):
            continue
        start = next((value for key in _STARTS if _is_plain(value := entry.get(key))), None)
        end = next((value for key in _ENDS if _is_plain(value := entry.get(key))), None)
        length = next((value for key in _LENGTHS if _is_plain(value := entry.get(key))), None)
        words = entry.get("words")
        count = len(words) if isinstance(words, list) and words else len((text_of(entry) or "").split())
        if start is None or (end is None and length is None) or not count:
            continue
        span = float(end) - float(start) if end is not None else float(length or 0)
        if span > 0 and math.isfinite(span):
            paces.append(span / count)
    return 0.001 if paces and statistics.median(paces) > SLOWEST_S else 1.0


def _is_plain(value: Any) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and _is_number(value)
    )


def _confidence(entry: Mapping[str, Any]) -> float:
    """0..1; NaN when an entry does not say it. Google and others write 0 where they do not know."""
    value = next((value for key in _SURE if _is_plain(value := entry.get(key))), None)
    if value is not None:
        sure = float(value)
        return sure if 0 < sure <= 1 else sure / 100 if 1 < sure <= 100 else math.nan
    for key, highest in (("logprob", 0.0), ("avg_logprob", UNSURE)):
        mean = entry.get(key)
        if isinstance(mean, int | float) and not isinstance(mean, bool) and math.isfinite(mean) and mean <= highest:
            return math.exp(mean)
    return math.nan


def _is_punctuation(entry: Any) -> bool:
    return isinstance(entry, dict) and str(entry.get("type")).lower() in {"punctuation", "punct"}


def _attach(pieces: list[TranscriptWord]) -> None:
    """Put the last piece, which is punctuation, to the word before it, unless it is a blank or opens a bracket."""
    mark = pieces[-1].text
    before = next((index for index in range(len(pieces) - 2, -1, -1) if pieces[index].text), None)
    if before is not None and mark:
        pieces[before] = replace(pieces[before], text=pieces[before].text + mark)
    pieces[-1] = TranscriptWord("")

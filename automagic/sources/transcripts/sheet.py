"""Transcripts as a sheet with named columns, in any order: CSV of Premiere and others, tables of whisper.

Speaker Name,Start Time,End Time,Text             start⇥end⇥text
Speaker 1,00:00:00:07,00:00:02:21,"Have you ..."  300⇥2877⇥Have you ...
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator

from automagic.sources.transcripts.rows import SubtitleCue, read_rows
from automagic.sources.transcripts.said import TranscriptContent
from automagic.sources.transcripts.times import guess_frame_rate, read_duration

_COLUMNS = {
    "start": re.compile(
        r"(?:start|begin|in|from|tc in|timecode in)(?:[ _-]?(?:time(?:code)?|s|ms|\(.*\)))?|timecode|time"
    ),
    "end": re.compile(r"(?:end|stop|out|to|tc out|timecode out)(?:[ _-]?(?:time(?:code)?|s|ms|\(.*\)))?"),
    "text": re.compile(r"text|transcript(?:ion)?|captions?|subtitles?|content|sentence|words?|dialogue?|said"),
    "speaker": re.compile(r"speakers?(?:[ _-]?(?:name|id|label))?|name|who|voice"),
}


def read_sheet(text: str) -> TranscriptContent | None:
    """The rows of a sheet whose first row names a start and a text; None when it is no such sheet."""
    head = next((row for row in text.split("\n") if row.strip()), "")
    mark = max("\t;,", key=head.count)
    if not head.count(mark):
        return None
    try:
        return _read(csv.reader(text.lstrip("\n").splitlines(keepends=True), delimiter=mark), guess_frame_rate(text))
    except csv.Error:  # a quotation that never closes
        return None


def _read(rows: Iterator[list[str]], rate: float) -> TranscriptContent | None:
    names = [name.strip().lower() for name in next(rows, [])]
    places = {
        what: next((at for at, name in enumerate(names) if pattern.fullmatch(name)), None)
        for what, pattern in _COLUMNS.items()
    }
    if places["start"] is None or places["text"] is None:
        return None

    def cell(row: list[str], what: str) -> str:
        at = places[what]
        return row[at].strip() if at is not None and at < len(row) else ""

    cues: list[SubtitleCue] = []
    counted: list[bool] = []
    for line, row in enumerate(rows, start=2):
        if not any(field.strip() for field in row):
            continue
        times = [read_duration(cell(row, what), rate) for what in ("start", "end")]
        if times[0] is None:
            return None
        counted.append(all(cell(row, what).isdecimal() for what in ("start", "end")))
        end_s = math.nan if times[1] is None else times[1]
        speaker = cell(row, "speaker") if places["speaker"] is not None else None
        cues.append(SubtitleCue(times[0], end_s, read_rows([(line, cell(row, "text"))]), line=line, speaker=speaker))
    if not cues:
        return None
    if all(counted):  # whole numbers in both columns are milliseconds
        for cue in cues:
            cue.start_s, cue.end_s = cue.start_s / 1000, cue.end_s / 1000
    return TranscriptContent(list(cues))

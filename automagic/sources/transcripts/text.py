"""Texts with one time at each paragraph: exports of Otter, Rev, Trint and Descript, lyrics, label tracks, tables.

Maria Lopez  0:03            [00:00:03] Maria: Have ...       0:03             [00:03.50]Have <00:04.00>you
Have you ever counted ...    (00:03) Have you ...             Have you ...     0.50⇥2.75⇥Have you ...
"""

from __future__ import annotations

import itertools
import math
import re

from automagic.sources.transcripts.lines import Findings, TranscriptError
from automagic.sources.transcripts.rows import SubtitleCue, read_rows
from automagic.sources.transcripts.said import TranscriptContent
from automagic.sources.transcripts.sheet import read_sheet
from automagic.sources.transcripts.subtitles import BEFORE
from automagic.sources.transcripts.times import POINTED, guess_frame_rate, read_clock

_TIME = rf"(?P<time>{POINTED}(?:[:;]\d\d)?)"
_BEFORE = re.compile(rf"\s*[\[(<{{]?{_TIME}[\])>}}]?(?P<gap>[\s\-–—:|]*)(?P<rest>.*)")
_BEHIND = re.compile(
    rf"\s*[\[(]?(?P<name>[^\W\d_][^\n]{{0,60}}?)[\])]?\s*(?:\s[-–—|]\s*|[(\[]|\s|,)\s*{_TIME}[\])]?\s*:?\s*"
)
_BETWEEN = re.compile(rf"\s*(?P<name>[^\W\d_][^\n:]{{0,60}}?)\s*:\s*[\[(]{_TIME}[\])]\s*(?P<rest>.*)")
_TABLE = re.compile(r"\s*(?P<start>\d+(?:\.\d+)?)[\t;](?P<end>\d+(?:\.\d+)?)[\t;](?P<rest>.*)")
_TABLE_HEAD = re.compile(r"start\W+end\W+(?:text|speaker.*)", re.IGNORECASE)
_TAG = re.compile(r"\s*\[(?:ti|ar|al|au|by|re|ve|length|offset|la|id)\s*:[^\]]*\]\s*", re.IGNORECASE)
_ADVERT = re.compile(r"\s*Transcribed by (?:https?://)?otter\.ai\s*", re.IGNORECASE)
_BLANKS = re.compile(r"\s{20,}+")
"""More than anybody puts between a name and a time: they would be shared out in every way."""
_NAME = re.compile(r"[^\W\d_][^:!?]{0,58}")


def read_text(text: str, findings: Findings) -> TranscriptContent | None:
    """The paragraphs of a text with times; None when it has no such times."""
    rows = text.split("\n")
    return _read_table(rows) or read_sheet(text) or _read_paragraphs(rows, guess_frame_rate(text), findings)


def _read_table(rows: list[str]) -> TranscriptContent | None:
    """Start, end and words in columns: whisper's table counts milliseconds, a label track seconds."""
    found = [(number, _TABLE.fullmatch(row)) for number, row in enumerate(rows) if row.strip()]
    first = next((number for number, row in enumerate(rows) if row.strip()), 0)
    head = bool(rows) and _TABLE_HEAD.fullmatch(rows[first].strip()) is not None
    body = found[1:] if head else found
    if not body or any(match is None for _, match in body):
        return None
    whole = all(match and "." not in match["start"] + match["end"] for _, match in body)
    unit = 1000.0 if whole and head else 1.0
    cues: list[SubtitleCue] = []
    for number, match in body:
        if match:
            start_s, end_s = float(match["start"]) / unit, float(match["end"]) / unit
            cues.append(SubtitleCue(start_s, end_s, read_rows([(number + 1, match["rest"])]), line=number + 1))
    return TranscriptContent(list(cues))


def _read_paragraphs(rows: list[str], frame_rate: float, findings: Findings) -> TranscriptContent | None:
    cues: list[SubtitleCue] = []
    own: list[tuple[int, str]] = []
    before: list[tuple[int, str]] = []
    start_s, speaker, line = math.nan, "", 0

    def finish() -> None:
        if line:
            cues.append(SubtitleCue(start_s, math.nan, read_rows(own), line=line, speaker=speaker or None))

    for number, row in enumerate(rows, start=1):
        if _ADVERT.fullmatch(row) or _TAG.fullmatch(row):
            continue
        head = _head(row, frame_rate)
        if head is None:
            (own if line else before).append((number, row))
            continue
        finish()
        start_s, speaker, rest = head
        own, line = [(number, rest)] if rest.strip() else [], number
    finish()
    if not cues:
        return None
    times = [cue.start_s for cue in cues]
    if sum(later < earlier for earlier, later in itertools.pairwise(times)) * 4 > len(times):
        return None  # times of day in a text, and no transcript
    for number, row in before:
        if row.strip():
            findings.lose(BEFORE, number, row)
    _name_speakers(cues)
    return TranscriptContent(list(cues))


def _head(row: str, frame_rate: float) -> tuple[float, str, str] | None:
    """The time that a row begins or ends with, who speaks from then on, and what else stands there."""
    if ":" not in row:
        return None
    row = _BLANKS.sub(" ", row)
    if found := _BEFORE.fullmatch(row):
        time_s = read_clock(found["time"], frame_rate)
        tight = not found["gap"] and found["rest"][:1].isalnum() and not row.lstrip().startswith(("[", "(", "<"))
        name, tab, said = found["rest"].partition("\t")  # "0:03⇥Maria⇥Have you ..."
        named = bool(tab and said.strip() and _NAME.fullmatch(name.strip()) and len(name.split()) <= 4)
        speaker, rest = (name.strip(), said) if named else ("", found["rest"])
        return None if time_s is None or tight else (time_s, speaker, rest)
    found = _BETWEEN.fullmatch(row) or _BEHIND.fullmatch(row)
    if found is None or not _NAME.fullmatch(found["name"]) or len(found["name"].split()) > 6:
        return None
    time_s = read_clock(found["time"], frame_rate)
    rest = found.groupdict().get("rest") or ""
    return None if time_s is None else (time_s, " ".join(found["name"].split()).rstrip(","), rest)


def _name_speakers(cues: list[SubtitleCue]) -> None:
    """A row that only names who speaks ("0:03 Maria Lopez", then the text): the name of every paragraph, or of none."""
    for cue in cues:
        if cue.speaker or len(cue.rows) < 2:
            continue
        first = cue.rows[0]
        words = first.text.split()
        alone = first.line == cue.line < cue.rows[1].line and not re.search(r"[.,!?…]$", first.text.strip())
        if alone and len(words) <= 4 and all(word[0].isupper() for word in words if word[0].isalpha()):
            cue.speaker = " ".join(words).rstrip(":")
            del cue.rows[0]


def is_broadcast(text: str) -> bool:
    """Whether a text holds the packets of CEA-708, whose words it takes another decoder to read."""
    return text.lstrip().startswith("File Format=MacCaption_MCC")


def refuse(text: str) -> TranscriptError:
    """Why a text is no transcript."""
    if is_broadcast(text):
        return TranscriptError("it is a broadcaster's MCC file, which is not read", "Convert it to SCC, SRT or VTT.")
    lines = len([row for row in text.split("\n") if row.strip()])
    return TranscriptError(
        f"none of its {lines} lines holds a time such as 00:01:02,500 --> 00:01:04,000 or 1:02",
        "Export it with times: as SRT, VTT or JSON.",
    )

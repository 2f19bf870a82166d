"""A file's captions as they are shown: with their lines, and with what nobody says, such as [APPLAUSE]."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automagic.language.transcript.caption_words import CheckedCue
from automagic.sources.transcripts.lines import Findings
from automagic.sources.transcripts.rows import Row, SubtitleCue
from automagic.sources.transcripts.said import TranscriptContent

UNTIMED = "an end that cannot be read was put where its words are said: {}"


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """What is shown.

    Attributes:
        cues: In the order of the file.
        language: BCP-47 tag; "" when the file does not say it.
        notices: What a person must know of it.
    """

    cues: tuple[CheckedCue, ...]
    language: str
    notices: tuple[str, ...] = ()


def as_caption_file(content: TranscriptContent, findings: Findings, name: str) -> CaptionFile | None:
    """The captions that a file holds; None where it holds words with times, and no captions."""
    cues = [span for span in content.spans if isinstance(span, SubtitleCue)]
    if not cues or len(cues) != len(content.spans):
        return None
    shown = tuple(_show(cues, findings))
    return CaptionFile(shown, content.language, tuple(f"{name}: {told}." for told in findings.told()))


def _show(cues: Sequence[SubtitleCue], findings: Findings) -> Iterator[CheckedCue]:
    before_s = 0.0
    for number, cue in enumerate(cues):
        start_s = before_s if math.isnan(cue.start_s) else cue.start_s
        end_s = cue.end_s
        if math.isnan(end_s):
            following_s = cues[number + 1].start_s if number + 1 < len(cues) else math.nan
            end_s = start_s + cue.usual_s
            end_s = min(end_s, following_s) if following_s > start_s else end_s
            findings.mend(UNTIMED, cue.line or cue.place)
        before_s = max(before_s, end_s)
        yield CheckedCue(start_s, end_s, "\n".join(filter(None, _lines(cue))))


def _lines(cue: SubtitleCue) -> Iterator[str]:
    """Its rows; who speaks as captions tell it, where the file has a place for that."""
    told = cue.speaker or ""
    for row in cue.rows:
        yield " ".join(_name(row, told).split())
        told = ""


def _name(row: Row, told: str) -> str:
    text = row.text
    for offset, voice in reversed([(0, told), *row.voices]):
        if voice:
            text = f"{text[:offset]}{voice.upper()}: {text[offset:]}"
    return text

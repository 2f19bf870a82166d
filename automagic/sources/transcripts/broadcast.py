"""SCC, the bytes of CEA-608 that broadcasters keep, as the captions that a receiver shows."""

from __future__ import annotations

import math

from automagic.media.captions.scc.lint import lint_scc
from automagic.media.captions.scc.reader import read_scc
from automagic.media.captions.scc.writer import HEAD
from automagic.sources.transcripts.lines import Findings, TranscriptError
from automagic.sources.transcripts.rows import Row, SubtitleCue
from automagic.sources.transcripts.said import TranscriptContent

UNREAD = "what is no SCC was left out: {}"
_LOSING = frozenset({"line", "label", "hex"})
"""Faults of which the words are not read."""


def is_scc(text: str) -> bool:
    """Whether a text begins as SCC does."""
    name = HEAD.partition(" ")[0].lower()
    return text.lstrip("\ufeff \t\r\n")[: len(name)].lower() == name


def read_captions(text: str, findings: Findings) -> TranscriptContent:
    """The captions by time.

    Raises:
        TranscriptError: There are none.
    """
    rows = text.splitlines()
    for fault in lint_scc(text):
        if fault.fault in _LOSING:
            findings.lose(UNREAD, fault.line, rows[fault.line - 1])
    captions = read_scc(text)
    if not captions:
        raise TranscriptError("; ".join(("it is an SCC file that shows nothing", *findings.told())))
    cues = [
        SubtitleCue(
            caption.start_s,
            math.nan if caption.end_s is None else caption.end_s,
            [Row(row) for row in caption.rows],
            place=f"the caption at {caption.start_s:.1f} s",
        )
        for caption in captions
    ]
    return TranscriptContent(list(cues))

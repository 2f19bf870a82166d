r"""The rows of a cue without their markup: plain text, and where in it a time or a voice begins.

<v Anna>So <00:01.40>bees {\an8}dance &amp; hum.\N- Why?  ──▶  "So bees dance & hum."   3: 1.40 s   0: Anna
                                                               "- Why?"

What looks like a tag and is none ("a <b and c> d", "AT&T") stays as it is: nothing that is said goes with the markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from automagic.sources.transcripts.lines import PACE_S
from automagic.sources.transcripts.times import POINTED, read_clock

_ATTRIBUTE = r"\s+[\w:.-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?"
_MARKUP = re.compile(
    rf"<(?P<time>{POINTED})>"
    r"|<v(?:\.[^\s<>]*)?\s+(?P<voice>[^<>\n]{1,200})>"
    r"|(?P<drawing>\{[^{}]{0,200}\\p[1-9][^{}]{0,200}\}[^{}]*(?:\{[^{}]{0,200}\}|$))"
    r"|(?P<break>\\[Nn]|<\s*/?\s*br\s*/?\s*>)"
    r"|(?P<space>\\h)"
    r"|(?P<lit><\s*u\s*>)|(?P<unlit><\s*/\s*u\s*>)"
    r"|\{\\[^{}]{0,400}\}|\{[A-Za-z]{1,2}:[^\s{}]{0,40}\}"
    rf"|<\s*/?\s*(?:i|b|s|u|c|v|em|strong|strike|font|span|lang|ruby|rt|rp|p|div|tt|small|big|sub|sup|center|bdo|bdi)"
    rf"(?:\.[\w.%#-]*)*(?:{_ATTRIBUTE}){{0,12}}\s*/?\s*>"
    rf"|<[A-Za-z][\w.-]*(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)){{1,12}}\s*/?>"
    r"|</[A-Za-z]?[\w.-]*\s*>|<!--.{0,500}?-->",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_ESCAPED_TAG = re.compile(r"<\s*/?\s*(?:i|b|u|s|em|strong|font)\b[^<>]{0,200}>", re.IGNORECASE)
_BLANK_ENTITY = re.compile(r"[\u00a0\u2007\u202f\u2028\u2029\u3000\ufeff]")


@dataclass(slots=True)
class Row:
    """One row of text.

    Attributes:
        times: Offsets into the text and the seconds at which what follows is said.
        voices: Offsets and who says what follows.
        line: Its line in the file, from 1; 0 where it has none.
        lit: What is underlined, as offsets: some tools underline the word that is being said.
    """

    text: str
    times: list[tuple[int, float]] = field(default_factory=list)
    voices: list[tuple[int, str]] = field(default_factory=list)
    line: int = 0
    lit: tuple[int, int] | None = None


@dataclass(slots=True)
class SubtitleCue:
    """Rows that are shown together.

    Attributes:
        start_s, end_s: NaN where they are not known.
        line: Of its time in the file, from 1.
        place: What to call it where it has no line, such as "segments[3]".
        speaker: Who says it, where the file has a place for that, "" for nobody known; None: who spoke before.
        confidence: 0..1, how sure a recogniser was of it as a whole; NaN when nobody says it.
    """

    start_s: float
    end_s: float
    rows: list[Row]
    line: int = 0
    place: str = ""
    speaker: str | None = None
    confidence: float = float("nan")

    @property
    def usual_s(self) -> float:
        """How long its words are said at an easy pace."""
        return max(PACE_S * sum(len(row.text.split()) for row in self.rows), PACE_S)

    @property
    def plain(self) -> tuple[tuple[str, ...], ...]:
        """The words of each row that has any."""
        return tuple(words for row in self.rows if (words := tuple(row.text.split())))


def read_rows(raw: Iterable[tuple[int, str]]) -> list[Row]:
    """The rows that hold something, from numbered lines of the file."""
    rows: list[Row] = []
    for line, text in raw:
        rows += (row for row in _read_row(text, line) if row.text.strip())
    return rows


def _read_row(raw: str, line: int) -> list[Row]:
    """One line of the file as the rows that are seen."""
    if not re.search(r"[<&{\\]", raw):
        return [Row(_BLANK_ENTITY.sub(" ", raw), line=line)]
    row = Row("", line=line)
    rows = [row]
    lit_from = -1
    position = 0
    for mark in _MARKUP.finditer(raw):
        row.text += _unescape(raw[position : mark.start()])
        position = mark.end()
        if mark["break"]:
            row = Row("", line=line)
            rows.append(row)
            lit_from = -1
        elif mark["space"]:
            row.text += " "
        elif mark["voice"]:
            row.voices.append((len(row.text), " ".join(_unescape(mark["voice"]).split())))
        elif mark["time"]:
            row.times.append((len(row.text), read_clock(mark["time"]) or 0.0))
        elif mark["lit"]:
            lit_from = len(row.text)
        elif mark["unlit"] and lit_from >= 0:
            row.lit = (lit_from, len(row.text))
    row.text += _unescape(raw[position:])
    return rows


def _unescape(text: str) -> str:
    """Without entities; some tools escape twice. `html.unescape` alone would make "bread¬es" of "bread&notes"."""
    for _ in range(2):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return _BLANK_ENTITY.sub(" ", _ESCAPED_TAG.sub("", text))

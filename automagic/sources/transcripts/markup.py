"""Transcripts as XML, and as the events of Advanced SubStation: TTML, DFXP and IMSC, YouTube's two, ASS, SSA, MicroDVD.

TTML: https://www.w3.org/TR/ttml2/; times are clock times, or numbers of hours, minutes, seconds, frames or ticks. Own
code: pysubs2 1.8.1 reads neither frames nor ticks and gives up the file, and leaves out of it what agents say.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.sources.transcripts.lines import Findings, TranscriptError
from automagic.sources.transcripts.rows import Row, SubtitleCue, read_rows
from automagic.sources.transcripts.said import TranscriptContent
from automagic.sources.transcripts.subtitles import MENDED
from automagic.sources.transcripts.times import read_duration

if TYPE_CHECKING:
    from lxml.etree import _Element

_FRAMED = re.compile(r"(\d{1,6}):(\d{1,6}):(\d{1,6})[:;](\d{1,6})(?:\.\d+)?")
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)([ft])")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MICRODVD = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)")


def is_xml(text: str) -> bool:
    """Whether a text is a transcript as XML."""
    return re.match(r"\s*(?:<\?xml|<!--|<(?:\w+:)?(?:tt|transcript|timedtext)[\s>])", text) is not None


def read_xml(text: str, findings: Findings) -> TranscriptContent:
    """The paragraphs of TTML and its relatives, or of YouTube's XML.

    Raises:
        TranscriptError: It is not valid XML, or of another kind.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise TranscriptError(f"line {error.lineno} is not valid XML ({error.msg})") from error
    name = _name(root)
    if name == "tt":
        return _Ttml(root, findings).read()
    if name in {"timedtext", "transcript"}:
        return _read_youtube(root)
    raise TranscriptError(f"its XML is a “{name}”, and not TTML or YouTube's timed text")


def _name(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _own(element: _Element, name: str) -> str:
    """An attribute, in whatever namespace it is."""
    found = element.get(name)
    if found is not None:
        return str(found)
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), "")


def _rate(text: str) -> float:
    """So many a second; 0 for what is no such number."""
    with contextlib.suppress(ValueError):
        rate = float(text)
        return rate if 0.001 <= rate <= 1e9 else 0.0
    return 0.0


def _units(text: str | None, per_second: float = 1.0) -> float:
    """Seconds from a number of parts of them; not a number for what is none."""
    with contextlib.suppress(ValueError):
        time_s = float(text or "") / per_second
        return time_s if math.isfinite(time_s) else math.nan
    return math.nan


@dataclass(frozen=True, slots=True)
class _Span:
    """The time of an element; its children's times count from `start_s`."""

    start_s: float
    end_s: float


class _Ttml:
    """Reads one document."""

    def __init__(self, root: _Element, findings: Findings) -> None:
        self._root = root
        self._findings = findings
        stated = _rate(_own(root, "frameRate"))
        over, _, under = _own(root, "frameRateMultiplier").replace(":", " ").partition(" ")
        self._rate = (stated or 30.0) * (_rate(over) or 1.0) / (_rate(under) or 1.0)
        self._ticks = _rate(_own(root, "tickRate")) or (self._rate if stated else 1.0)
        self._agents = {
            _own(agent, "id"): " ".join("".join(str(part) for part in agent.itertext()).split())
            for agent in root.iter()
            if _name(agent) == "agent"
        }

    def read(self) -> TranscriptContent:
        """The cues, in the document's order."""
        bodies = [element for element in self._root if _name(element) == "body"]
        cues = [cue for body in bodies for cue in self._cues(body, _Span(0.0, math.nan), "" if self._agents else None)]
        return TranscriptContent(list(cues), _own(self._root, "lang").lower())

    def _cues(self, element: _Element, around: _Span, speaker: str | None) -> Iterator[SubtitleCue]:
        span = self._span(element, around)
        speaker = self._agents.get(_own(element, "agent"), _own(element, "agent")) or speaker
        if _name(element) == "p":
            yield from self._paragraph(element, span, speaker)
            return
        latest_s = span.start_s
        for child in element:
            in_turn = _own(element, "timeContainer") == "seq"
            for cue in self._cues(child, _Span(latest_s, math.nan) if in_turn else span, speaker):
                yield cue
                latest_s = cue.end_s if not math.isnan(cue.end_s) else latest_s

    def _paragraph(self, element: _Element, span: _Span, speaker: str | None) -> Iterator[SubtitleCue]:
        """A paragraph as a cue; where its parts have times, these are the times of words."""
        rows = [Row("", line=int(element.sourceline or 0))]
        self._gather(element, span, rows)
        timed = [time_s for row in rows for _, time_s in row.times]
        start_s = span.start_s
        if timed and not _own(element, "begin"):
            start_s = min(timed)
        kept = [row for row in rows if row.text.strip()]
        yield SubtitleCue(start_s, span.end_s, kept, line=int(element.sourceline or 0), speaker=speaker)

    def _gather(self, element: _Element, span: _Span, rows: list[Row]) -> None:
        _append(rows, element.text)
        for child in element:
            name = _name(child)
            if name == "br":
                rows.append(Row("", line=rows[-1].line))
            elif name != "metadata":
                inner = self._span(child, span)
                if _own(child, "begin"):
                    rows[-1].times.append((len(rows[-1].text), inner.start_s))
                self._gather(child, inner, rows)
            _append(rows, child.tail)

    def _span(self, element: _Element, around: _Span) -> _Span:
        begin, end, length = (self._time(element, name) for name in ("begin", "end", "dur"))
        start_s = around.start_s + (0.0 if begin is None else begin)
        # A paragraph's end may be of the one around it; without any it lasts until the next begins.
        end_s = around.end_s if end is None else around.start_s + end
        if length is not None:
            end_s = min(end_s, start_s + length) if not math.isnan(end_s) else start_s + length
        if _name(element) == "p" and begin is None and end is None and length is None:
            start_s = around.start_s
        return _Span(start_s, end_s)

    def _time(self, element: _Element, name: str) -> float | None:
        text = (element.get(name) or "").strip()
        if not text:
            return None
        if found := _COUNTED.fullmatch(text):
            return float(found[1]) / (self._rate if found[2] == "f" else self._ticks)
        if found := _FRAMED.fullmatch(text):
            hours, minutes, seconds, frames = (int(part or 0) for part in found.groups())
            return hours * 3600 + minutes * 60 + seconds + frames / self._rate
        time_s = read_duration(text)
        if time_s is None:
            self._findings.mend(MENDED, int(element.sourceline or 0))
            return math.nan
        return time_s


def _append(rows: list[Row], text: str | None) -> None:
    """Text of XML: line feeds in it are blanks."""
    flat = re.sub(r"\s+", " ", text or "")
    if rows[-1].text.endswith(" ") or not rows[-1].text:
        flat = flat.lstrip(" ") if flat.strip() or not rows[-1].text else ""
    rows[-1].text += flat


def _read_youtube(root: _Element) -> TranscriptContent:
    """<text start="0.16" dur="3">, or <p t="160" d="3000"> with <s t="300"> for words; the text is escaped twice."""
    cues: list[SubtitleCue] = []
    for element in root.iter():
        name, line = _name(element), int(element.sourceline or 0)
        if name == "text":
            start_s = _units(element.get("start"))
            end_s = start_s + _units(element.get("dur"))
            whole = "".join(str(part) for part in element.itertext())
            cues.append(SubtitleCue(start_s, end_s, read_rows((line, row) for row in whole.split("\n")), line=line))
        elif name == "p" and element.get("t") is not None:
            start_s = _units(element.get("t") or "0", 1000)
            row = Row("", line=line)
            _append([row], element.text)
            for part in element:
                row.times.append((len(row.text), start_s + _units(part.get("t") or "0", 1000)))
                row.text += re.sub(r"\s+", " ", part.text or "") + re.sub(r"\s+", " ", part.tail or "")
            end_s = start_s + _units(element.get("d"), 1000)
            cues.append(SubtitleCue(start_s, end_s, [row] if row.text.strip() else [], line=line))
    return TranscriptContent(list(cues))


def is_page(text: str) -> bool:
    """Whether a text is a podcast's transcript as HTML: who speaks in <cite>, when in <time>, what in <p>."""
    return re.search(r"<time[^>]*>\s*[\d:]+\s*</time>", text) is not None and re.search(r"<p[\s>]", text) is not None


def read_page(text: str, findings: Findings) -> TranscriptContent:  # noqa: ARG001 - as the others
    """Its paragraphs; each lasts until the next begins.

    https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md
    """
    from lxml import html

    cues: list[SubtitleCue] = []
    speaker, start_s = "", math.nan
    for element in html.fromstring(_DECLARATION.sub("", text, count=1)).iter("cite", "time", "p"):
        content = " ".join("".join(str(part) for part in element.itertext()).split())
        if element.tag == "cite":
            speaker = content.rstrip(" :")
        elif element.tag == "time":
            start_s = found if (found := read_duration(content)) is not None else math.nan
        elif content:
            line = int(element.sourceline or 0)
            cues.append(SubtitleCue(start_s, math.nan, [Row(content, line=line)], line=line, speaker=speaker))
            start_s = math.nan
    return TranscriptContent(list(cues))


def is_substation(text: str) -> bool:
    """Whether a text is Advanced SubStation or SubStation Alpha."""
    return re.search(r"^\s*Dialogue\s*:", text, re.MULTILINE | re.IGNORECASE) is not None and "[" in text[:2000]


def read_substation(text: str, findings: Findings) -> TranscriptContent:
    """The events that are dialogue; the column "Name" says who speaks."""
    columns = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
    cues: list[SubtitleCue] = []
    events = False
    for number, row in enumerate(text.split("\n"), start=1):
        kind, _, rest = row.partition(":")
        kind = kind.strip().lower()
        if kind.startswith("["):
            events = "events" in kind
        elif kind == "format" and events:
            columns = [column.strip().lower() for column in rest.split(",")]
        elif kind == "dialogue":
            fields = dict(zip(columns, rest.strip().split(",", len(columns) - 1), strict=False))
            start_s, end_s = (read_duration(fields.get(name, "")) for name in ("start", "end"))
            if start_s is None or end_s is None:
                findings.mend(MENDED, number)
            speaker = (fields.get("name") or fields.get("actor") or "").strip()
            cues.append(
                SubtitleCue(
                    math.nan if start_s is None else start_s,
                    math.nan if end_s is None else end_s,
                    read_rows([(number, fields.get("text", ""))]),
                    line=number,
                    speaker=speaker,
                )
            )
    return TranscriptContent(list(cues))


def is_microdvd(text: str) -> bool:
    """Whether a text is MicroDVD: {start}{end}text, counted in frames."""
    return _MICRODVD.match(text.lstrip()) is not None


def read_microdvd(text: str, findings: Findings) -> TranscriptContent:
    """Its cues; "|" parts rows.

    Raises:
        TranscriptError: It does not say how many frames a second has.
    """
    cues: list[SubtitleCue] = []
    rate = 0.0
    for number, row in enumerate(text.split("\n"), start=1):
        found = _MICRODVD.match(row)
        if found is None:
            if row.strip():
                findings.lose("what has no time was left out: {}", number, row)
            continue
        start, end, words = found.groups()
        if not rate:
            try:
                rate = float(words.strip().replace(",", ".")) if start in {"0", "1"} else 0.0
            except ValueError:
                rate = 0.0
            if not 1 <= rate <= 240:
                raise TranscriptError(
                    "its times are counted in frames, and its first line does not say how many a second has",
                    "Save it as SRT, or write {1}{1}25 (for 25 frames a second) above its first line.",
                )
            continue
        end_s = int(end) / rate if end else math.nan
        rows = [(number, part.lstrip("/")) for part in words.split("|")]
        cues.append(SubtitleCue(int(start) / rate, end_s, read_rows(rows), line=number))
    return TranscriptContent(list(cues))

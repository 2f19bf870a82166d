"""SubRip, WebVTT, SBV and their like: cues with a time of two ends, however carelessly they are written.

    rows ─▶ times? ─▶ cues: what stands between two times, without numbers, names of cues, notes and styles
                      └─▶ times that cannot be are mended from their neighbours (see `order`)

https://www.w3.org/TR/webvtt1/. SubRip has no standard; files are read as players read them, and where players differ,
so that no word is lost. That is why this is own code: of 2,000 files with such faults (made by
`tests/support/texts/dirty_subtitles.py`) pysubs2 1.8.1 lost words of 630, srt 3.5.3 of 998 and webvtt-py 0.6.0 of
1,262, nearly always without saying so.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automagic.sources.transcripts.lines import Findings, TranscriptError
from automagic.sources.transcripts.names import is_numbered
from automagic.sources.transcripts.rows import SubtitleCue, read_rows
from automagic.sources.transcripts.said import TranscriptContent
from automagic.sources.transcripts.times import CLOCK, POINTED, guess_frame_rate, read_clock

_ARROW = r"(?:[-–—=~]\s?){1,4}(?:>|&gt;)|[→⟶➔➝]"
_TIMING = re.compile(rf"\s*(?P<start>{CLOCK})\s*(?:{_ARROW})\s*(?P<end>{CLOCK})(?![\d:.,])(?P<rest>.*)")
_PAIR = re.compile(
    rf"\s*[\[(]?(?P<start>{POINTED}(?:[:;]\d\d)?)[\])]?\s*(?:,|;|\s|-|–|—)\s*[\[(]?(?P<end>{POINTED}(?:[:;]\d\d)?)[\])]?\s*"
)
"""Two times without an arrow, alone in their row: SBV, SubViewer, some exports of editing programs."""
_BROKEN = re.compile(rf"\s*(?P<start>[^A-Za-z]{{0,20}}?\d[\w:;.,\s]{{0,20}}?)?\s*(?:{_ARROW})\s*(?P<end>.{{0,30}}?)\s*")
_FOOTER = "<end subtitles>"
_DROPPED = re.compile(r"(?<!\d)(\d\d);(\d\d);(\d\d);(\d\d)(?!\d)")
"""A drop-frame time: 00;00;01;12."""
_DOUBLED = 6
_TOO_MANY = re.compile(r":\s?[6-9]\d")
_SETTING = re.compile(r"(?<!\S)(?:(?:X1|X2|Y1|Y2|[a-z]\w*):[^\s:]+|\d+%)(?!\S)")
_NUMBER = re.compile(r"\s*#?(\d{1,9})\s*[.:)]?\s*")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?")
_LANGUAGE = re.compile(r"Language\s*:\s*([A-Za-z]{2,3}(?:[-_]\w+)*)\s*", re.IGNORECASE)
_HEADER = re.compile(r"<begin subtitles>|WEBVTT.*|Kind\s*:.*|Language\s*:.*|X-TIMESTAMP-MAP.*|\[/?[A-Z][A-Z ]*\].*")
MENDED = "a time that cannot be right was mended from its neighbours: {}"
UNTIMED = "what has no time of its own was placed between its neighbours: {}"
BEFORE = "what stands before the first time was left out: {}"
NAMED = "read as the name of a cue, not as words: {}"


@dataclass(frozen=True, slots=True)
class _Time:
    """A row with times.

    Attributes:
        row: Its index.
        start_s, end_s: None where they cannot be read.
        rest: What stands behind them and is no setting.
    """

    row: int
    start_s: float | None
    end_s: float | None
    rest: str
    odd: bool


def read_subtitles(text: str, findings: Findings) -> TranscriptContent:
    """The cues of a file, in its order.

    Raises:
        TranscriptError: It holds no such times.
    """
    rows = _split(text)
    is_vtt = rows[0].lstrip("\ufeff").startswith("WEBVTT")
    times = _find_times(rows, guess_frame_rate(text), findings)
    if not any(time.start_s is not None or time.end_s is not None for time in times):
        if not times:
            raise TranscriptError("it holds no times")
        raise TranscriptError(f"line {times[0].row + 1} is not a valid time such as 00:01:02,500 --> 00:01:04,000")
    if is_vtt:
        rows = _without_blocks(rows, times)
    names = _find_numbers(rows, times, findings)
    _tell_before(rows[: times[0].row], names, is_vtt=is_vtt, findings=findings)
    cues = _read_cues(rows, times, names, is_vtt=is_vtt, findings=findings)
    if not any(">" in rows[time.row] or "→" in rows[time.row] for time in times):
        _name_speakers(cues)
    head = next((found[1] for row in rows[: times[0].row] if is_vtt and (found := _LANGUAGE.fullmatch(row))), "")
    return TranscriptContent(list(cues), head.replace("_", "-").lower())


def _read_cues(
    rows: Sequence[str], times: Sequence[_Time], names: dict[int, int], *, is_vtt: bool, findings: Findings
) -> list[SubtitleCue]:
    """What stands between two times, without what numbers or names the second; and cues whose time is missing."""
    cues: list[SubtitleCue] = []
    latest: int | None = None
    for place, time in enumerate(times):
        last = place + 1 == len(times)
        end = behind = len(rows) if last else times[place + 1].row
        above = -1 if last else _above(rows, behind)
        if above in names:
            end = above
        elif not last and _is_cue_name(rows, behind, times, is_vtt=is_vtt):
            end -= 1
            if not _are_named(rows, times):
                findings.lose(NAMED, behind, rows[behind - 1])
        latest = names.get(_above(rows, time.row), latest)
        for start, stop in _split_untimed(rows, time.row + 1, end, latest, names.get(above)):
            own = [(number + 1, rows[number]) for number in range(start, stop) if rows[number] != _FOOTER]
            if start == time.row + 1:
                cues.append(_cue(time, [(time.row + 1, time.rest), *own]))
            else:
                findings.mend(UNTIMED, start + 1)
                cues.append(SubtitleCue(math.nan, math.nan, read_rows(own), line=start + 1))
    return cues


def _name_speakers(cues: Sequence[SubtitleCue]) -> None:
    """The first row of each cue says who speaks in exports of editing programs: a few names, or numbered ones."""
    several = [cue for cue in cues if len(cue.rows) > 1]
    firsts = Counter(cue.rows[0].text.strip() for cue in several)
    numbered = all(is_numbered(name) for name in firsts)
    if not several or len(several) < len(cues) or not (numbered or len(firsts) * 2 <= len(several)):
        return
    for cue in several:
        cue.speaker = cue.rows.pop(0).text.strip()


def _split(text: str) -> list[str]:
    """The lines of a file; without every second one where some program has doubled the line feeds."""
    text = _DROPPED.sub(r"\1:\2:\3:\4", text)
    rows = text.split("\n")
    return rows[::2] if len(rows) > _DOUBLED and not any(row.strip() for row in rows[1::2]) else rows


def _above(rows: Sequence[str], row: int) -> int:
    """The row above one; above a blank one between it is a number that stands alone. -1 when there is none."""
    alone = row > 1 and not rows[row - 1].strip() and (row == 2 or not rows[row - 3].strip())
    return row - 2 if alone and _NUMBER.fullmatch(rows[row - 2]) else row - 1


def _cue(time: _Time, own: list[tuple[int, str]]) -> SubtitleCue:
    start_s = math.nan if time.start_s is None else time.start_s
    end_s = math.nan if time.end_s is None else time.end_s
    return SubtitleCue(start_s, end_s, read_rows(own), line=time.row + 1)


def _find_times(rows: Sequence[str], frame_rate: float, findings: Findings) -> list[_Time]:
    """The rows that say when something is shown, broken ones too."""
    times: list[_Time] = []
    arrows = any(_timing(row, arrows=True) for row in rows)
    for number, row in enumerate(rows):
        if not row or not re.search(r"\d", row):
            continue
        if found := _timing(row, arrows=arrows):
            start_s, end_s = (read_clock(found[name], frame_rate) for name in ("start", "end"))
            rest = _SETTING.sub("", found.groupdict().get("rest") or "").strip()
            times.append(_Time(number, start_s, end_s, rest, bool(_TOO_MANY.search(row))))
        elif found := _broken(rows, number):
            start_s, end_s = (read_clock(found[name] or "", frame_rate) for name in ("start", "end"))
            times.append(_Time(number, start_s, end_s, "", odd=True))
        else:
            continue
        if times[-1].odd:
            findings.mend(MENDED, number + 1)
    return times


def _timing(row: str, *, arrows: bool) -> re.Match[str] | None:
    """A row with two times; "5 -> 6" alone is not one, and without an arrow nothing is where others have it."""
    if not arrows:
        return _PAIR.fullmatch(row) if row.count(":") > 1 else None
    found = _TIMING.fullmatch(row) if ">" in row or "→" in row else None
    if found is None or all(":" in found[name] for name in ("start", "end")):
        return found
    return found if not found["rest"].strip() and all(re.search(r"[.,:]", found[n]) for n in ("start", "end")) else None


def _broken(rows: Sequence[str], number: int) -> re.Match[str] | None:
    """A row that is meant to be a time: an arrow with a time or nothing before it, or behind the number of a cue."""
    row = rows[number]
    found = _BROKEN.fullmatch(row) if ">" in row or "→" in row else None
    if found is None:
        return None
    timed = re.search(rf"{POINTED}", row) is not None
    counted = number > 0 and _NUMBER.fullmatch(rows[number - 1]) is not None
    return found if timed or counted else None


def _without_blocks(rows: Sequence[str], times: Sequence[_Time]) -> list[str]:
    """The rows of a WebVTT file, those of its notes, styles and regions empty: until a blank line, or a time."""
    timed = {time.row for time in times}
    kept = list(rows)
    inside = False
    for number, row in enumerate(rows):
        if number in timed or not row.strip():
            inside = False
        elif number and not rows[number - 1].strip() and _BLOCK.fullmatch(row.strip()):
            inside = True
        if inside:
            kept[number] = ""
    return kept


def _find_numbers(rows: Sequence[str], times: Sequence[_Time], findings: Findings) -> dict[int, int]:
    """The rows above times that number the cues, with their numbers.

    A number above a time may be the last word of the cue before it. It is a cue's number when it fits between its
    neighbours.
    """
    found: list[tuple[int, int, bool]] = []
    for time in times:
        row = _above(rows, time.row)
        if row >= 0 and (digits := _NUMBER.fullmatch(rows[row])):
            found.append((row, int(digits[1]), row == 0 or not rows[row - 1].strip()))
    if len(found) * 2 < len(times):
        # Most cues have no number: those that stand apart may be numbers, the others are words.
        for row, _, apart in found:
            if apart:
                findings.lose(NAMED, row + 1, rows[row])
        return {row: number for row, number, apart in found if apart}
    apart = sum(one[2] for one in found) * 2 > len(found)
    numbers: dict[int, int] = {}
    latest: int | None = None
    for place, (row, number, own) in enumerate(found):
        following = found[place + 1][1] if place + 1 < len(found) else None
        expected = latest is None or number == latest + 1 or following == number + 1
        between = latest is not None and number > latest and (following is None or number < following)
        if expected or (between and (own or not apart)):
            numbers[row] = latest = number
            if not expected and following is None:
                findings.lose(NAMED, row + 1, rows[row])
    return numbers


def _is_cue_name(rows: Sequence[str], behind: int, times: Sequence[_Time], *, is_vtt: bool) -> bool:
    """Whether the row above a time names its cue: WebVTT only, behind a blank line, and no sentence."""
    row = rows[behind - 1]
    if not is_vtt or not row.strip() or rows[behind - 2].strip():
        return False
    if _are_named(rows, times):
        return True
    return len(row.split()) == 1 and not re.search(r"[.,!?…:;]$", row.strip())


def _are_named(rows: Sequence[str], times: Sequence[_Time]) -> bool:
    """Whether the cues of a file have names; judged by its first ones."""
    first = times[:20]
    above = [rows[time.row - 1].strip() for time in first if time.row > 1 and not rows[time.row - 2].strip()]
    return sum(bool(row) and not _NUMBER.fullmatch(row) for row in above) * 2 > len(first)


def _split_untimed(
    rows: Sequence[str], start: int, end: int, latest: int | None, following: int | None
) -> Iterator[tuple[int, int]]:
    """The rows of a cue, and of those behind it whose time is missing: only their number tells of them."""
    first = start
    number = latest
    if latest is not None and following is not None and following > latest + 1:
        for row in range(start + 1, end - 1):
            digits = _NUMBER.fullmatch(rows[row])
            apart = not rows[row - 1].strip() and rows[row + 1].strip()
            if digits and apart and number is not None and int(digits[1]) == number + 1 < following:
                yield first, row
                first, number = row + 1, number + 1
    yield first, end


def _tell_before(rows: Sequence[str], names: dict[int, int], *, is_vtt: bool, findings: Findings) -> None:
    """Say what stands before the first time and is neither its number nor a header."""
    header = is_vtt
    for number, row in enumerate(rows):
        if header or not row.strip():
            header = header and bool(row.strip())
        elif number not in names and not _HEADER.fullmatch(row.strip()) and not (is_vtt and number == len(rows) - 1):
            findings.lose(BEFORE, number + 1, row)

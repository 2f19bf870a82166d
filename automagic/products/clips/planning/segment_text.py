"""A segment as a person writes it: "1:20-1:45 The vote"."""

from __future__ import annotations

import re

from automagic.errors import RequestError
from automagic.values.clip_plan import SHORTEST_S, NamedRange

_TIME = r"(?:(?:\d{1,3}:)?\d{1,3}:)?\d{1,6}(?:\.\d{1,6})?"
_SEGMENT = re.compile(rf"\s*({_TIME})\s*[-–]\s*({_TIME})(?:\s+(\S.*?))?\s*", re.ASCII | re.DOTALL)
MAX_TITLE = 200
_HINT = "Write it like 1:20-1:45, or 80-105.5 The vote."


def read_segment(text: str) -> NamedRange:
    """The times and the title that a person wrote.

    Raises:
        RequestError: It is none, runs backwards, or is too short.

    >>> read_segment("1:20-1:45.5 The vote")
    NamedRange(start_s=80.0, end_s=105.5, title='The vote')
    """
    found = _SEGMENT.fullmatch(text)
    if found is None:
        raise RequestError(f"{text[:60]!r} is not a valid segment", hint=_HINT)
    start_s, end_s = _seconds(found[1]), _seconds(found[2])
    if end_s - start_s < SHORTEST_S:
        how = "runs backwards" if end_s <= start_s else f"is shorter than {SHORTEST_S:g} s"
        raise RequestError(f"the segment {text[:60]!r} {how}", hint=_HINT)
    return NamedRange(start_s, end_s, (found[3] or "")[:MAX_TITLE])


def write_segment(segment: NamedRange) -> str:
    """As `read_segment` reads it."""
    title = " ".join(segment.title.split())
    return f"{segment.start_s:.3f}-{segment.end_s:.3f}{f' {title}' if title else ''}"


def _seconds(text: str) -> float:
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds

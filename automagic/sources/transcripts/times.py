"""Times as transcripts write them, in seconds.

00:01:02,500   1:02.5   62.5   00:00:03,285.0999999 (a program's float of milliseconds)   00:00:03:12 (frames)
1.5s   500ms   PT1M2.5S   00:00:01;15   -00:00:00,200 (moved before the beginning: 0)
"""

from __future__ import annotations

import re

FRAME_RATES = (24, 25, 30, 50, 60)

NUMBER = r"\d{1,12}"
CLOCK = rf"-?(?:(?:{NUMBER}\s?:\s?)?{NUMBER}\s?:\s?)?{NUMBER}(?:\s?[.,]\s?{NUMBER}(?:\.\d+)?|\s?[:;]\s?\d{{1,3}})?"
"""Matches one time on a clock, also with the blanks that translating programs put into it. Without groups."""
POINTED = rf"(?:(?:{NUMBER}:)?{NUMBER}:\d{{1,2}})(?:[.,]\d{{1,9}})?"
"""Matches a time that is certainly one: with a colon. Without groups."""

_CLOCK = re.compile(
    rf"(?P<before>-)?(?:(?:(?P<hours>{NUMBER}):)?(?P<minutes>{NUMBER}):)?(?P<seconds>{NUMBER})"
    rf"(?:[.,](?P<fraction>{NUMBER})(?:\.(?P<finer>\d+))?|(?P<mark>[:;])(?P<frames>\d{{1,3}}))?"
)
_FRAMES = re.compile(r"(?<![\d:])\d{1,3}:\d\d:\d\d[:;](\d\d)(?!\d)")
_ISO = re.compile(r"PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_UNIT = re.compile(r"(-?\d+(?:\.\d+)?)\s?(h|min|m|s|sec|ms)")
_UNITS = {"h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0, "sec": 1.0, "ms": 0.001}


def read_clock(text: str, frame_rate: float = 25.0) -> float | None:
    """Seconds, 0 and up; None when it is no time.

    Args:
        text: One time alone.
        frame_rate: For times that count frames behind the seconds.
    """
    found = _CLOCK.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        return None
    hours, minutes, seconds = found["hours"], found["minutes"], found["seconds"]
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    part = 0.0
    if found["frames"] is not None:
        if minutes is None or (hours is None and found["mark"] == ":"):
            return None
        # Three digits behind a colon are milliseconds that somebody parted wrongly.
        part = int(found["frames"]) / (1000 if len(found["frames"]) == 3 else frame_rate)
    elif found["finer"]:
        part = float(f"{found['fraction']}.{found['finer']}") / 1000
    elif found["fraction"]:
        part = float(f"0.{found['fraction']}")
    return 0.0 if found["before"] else whole + part


def read_duration(text: str, frame_rate: float = 25.0) -> float | None:
    """Seconds of a clock's time, of a number with a unit ("1.5s"), or of ISO 8601 ("PT1.5S"); None when it is none."""
    text = text.strip()
    if (seconds := read_clock(text, frame_rate)) is not None:
        return seconds
    if found := _UNIT.fullmatch(text):
        return max(0.0, float(found[1]) * _UNITS[found[2]])
    if (iso := _ISO.fullmatch(text)) and any(iso.groups()):
        hours, minutes, seconds_ = (float(part or 0) for part in iso.groups())
        return hours * 3600 + minutes * 60 + seconds_
    return None


def guess_frame_rate(text: str) -> float:
    """The lowest usual rate that has all the frames which times in the text count."""
    highest = max((int(frame) for frame in _FRAMES.findall(text)), default=0)
    return float(next((rate for rate in FRAME_RATES if rate > max(highest, 24)), FRAME_RATES[-1]))

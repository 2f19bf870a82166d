"""How commands say when, how long and how something stands, in as few columns as a terminal has to spare."""

from __future__ import annotations

import time
from datetime import datetime

MARKS = {
    "succeeded": "✓",
    "failed": "✗",
    "rejected": "✗",
    "killed": "✗",
    "refused": "–",
    "cancelled": "–",
    "running": "…",
    "queued": "·",
}
"""For the state of a run or a job, in one column."""

STYLES = {"✓": "green", "✗": "red", "–": "yellow", "…": "cyan", "·": "dim"}

DAY_S = 86400.0


def mark_of(state: str) -> str:
    """ "✓" for what succeeded."""
    return MARKS.get(state, "?")


def format_moment(moment: float, now: float | None = None) -> str:
    """Local time as short as it is clear: "02:58" today, "Sat 02:58" within six days, "11-24 02:58" else.

    Args:
        moment: Seconds since 1970; what is more than ten months away comes with its year and without the time.
        now: The same; the time it is when None.
    """
    then = datetime.fromtimestamp(moment).astimezone()
    this = datetime.fromtimestamp(time.time() if now is None else now).astimezone()
    days = abs((this.date() - then.date()).days)
    if days == 0:
        return f"{then:%H:%M}"
    if days < 7:
        return f"{then:%a %H:%M}"
    return f"{then:%m-%d %H:%M}" if days < 300 else f"{then:%Y-%m-%d}"


def format_clock(seconds: float) -> str:
    """How long something takes, or a place in a recording: "0:44", "2:58", "1:02:03".

    Args:
        seconds: Not negative.
    """
    hours, rest = divmod(round(max(seconds, 0.0)), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def count(number: int, one: str, many: str = "") -> str:
    """ "1 command", "2 processes": the plural adds an s unless another one is named."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

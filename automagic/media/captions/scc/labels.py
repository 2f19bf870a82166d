"""Time labels of 29.97 frames a second: which frame a label means, and which label a frame has.

    frame 1,799   00:00:59;29
    frame 1,800   00:01:00;02      two labels of each minute are left out, but of each tenth none:
    frame 17,982  00:10:00;00      so that labels keep up with the clock (SMPTE ST 12-1, drop frame)

Without drop frame a label is the frame's number, and runs 3.6 s an hour behind the clock.
"""

from __future__ import annotations

import re
from fractions import Fraction

FRAME_RATE = Fraction(30_000, 1001)
_TEN_MINUTES, _MINUTE = 17_982, 1798
_LABEL = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;.,])(\d\d)")


def to_frame(time_s: float) -> int:
    """The frame that is shown at a time of the clock, the nearest."""
    return round(Fraction(time_s).limit_denominator(1_000_000) * FRAME_RATE)


def to_seconds(frame: int) -> float:
    """When a frame begins."""
    return float(frame / FRAME_RATE)


def to_label(frame: int, *, drop_frame: bool = True) -> str:
    """The label of a frame: "00:01:00;02", "00:01:00:00" without drop frame."""
    if drop_frame:
        tens, rest = divmod(frame, _TEN_MINUTES)
        frame += 18 * tens + (2 * ((rest - 2) // _MINUTE) if rest >= 2 else 0)
    seconds, number = divmod(frame, 30)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}{';' if drop_frame else ':'}{number:02d}"


def from_label(label: str) -> int | None:
    """The frame that a label means; None where there is no such label."""
    match = _LABEL.fullmatch(label)
    if match is None or int(match[5]) >= 30:
        return None
    hour, minute, second, number = (int(match[place]) for place in (1, 2, 3, 5))
    frame = ((hour * 60 + minute) * 60 + second) * 30 + number
    if match[4] in ";.":
        if second == 0 and number < 2 and minute % 10:
            return None  # left out
        minutes = hour * 60 + minute
        frame -= 2 * (minutes - minutes // 10)
    return frame

"""How much a transcript may hold, and a cheap look at its bytes before anything is made of them.

A talk at 170 words a minute has 245,000 words a day, as JSON 25 to 40 MB. Somebody may have shown each word as a cue of
its own. A file that holds more is a mistake or an attack, and reading it would take minutes and gigabytes: a million
cues are refused in a second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.sources.transcripts.lines import TranscriptError

MAX_BYTES = 64 << 20
"""A day of talk as the wordiest JSON has half of that."""
MAX_CUES = 300_000
MAX_WORDS = 500_000
"""Words with times of their own: two days of talk."""
MAX_OBJECTS = 900_000
"""Of JSON; vendors have up to three for a word."""
MAX_TAGS = 1_500_000
"""Of XML, HTML and WebVTT; the last has three for a word that has a time."""
MAX_ROWS = 2_500_000
"""A cue has four, and some programs double them."""

_TIMED = re.compile(rb"\d[:;]\d\d[^\n\r\x0b\x0c\x85\xa8]*|->[^\n\r\x0b\x0c\x85\xa8]*")
"""The rest of a row from its first time or arrow on, so that a row counts once, whatever ends it."""
_TABLE = re.compile(rb"[\n\r]\s{0,8}(?:\d{1,12}(?:[.,]\d{1,9})?(?:[\t;]|[ \t]?[-=~\x92\xe2])|\{\d)")
"""The beginning of a row in a table, of one with seconds and an arrow of any kind, or of one of MicroDVD."""


def weigh(data: bytes) -> None:
    """Look whether a file can be a transcript by the number of its rows, times, tags and objects: in about a second.

    Args:
        data: A whole file, in any encoding.

    Raises:
        TranscriptError: It holds more than any recording needs.
    """
    if data.find(b"\0", 0, 4000) >= 0:
        data = data.translate(None, b"\0")  # UTF-16 and 32, as if they were ASCII
    for count, most, name in (
        (max(data.count(b"{"), data.count(b"[")), MAX_OBJECTS, "entries"),
        (data.count(b"<"), MAX_TAGS, "tags"),
        (max(data.count(b"\n"), data.count(b"\r")), MAX_ROWS, "rows"),
    ):
        if count > most:
            raise _too_much(most, name)
    for pattern in (_TABLE, _TIMED):
        for number, _ in enumerate(pattern.finditer(data)):
            if number >= MAX_CUES:
                raise _too_much(MAX_CUES, "cues")


def refuse_many(found: Sequence[object], most: int, name: str) -> None:
    """Refuse a list of what was found that is too long.

    Raises:
        TranscriptError: It is.
    """
    if len(found) > most:
        raise _too_much(most, name)


def _too_much(most: int, name: str) -> TranscriptError:
    return TranscriptError(
        f"it has more than {most:,} {name}, which is more than a whole day of talk needs",
        "Is it the right file? Cut a long recording and its transcript into parts.",
    )

"""How recordings of the archive are named where clips are asked for.

archive:                          the moments of all sources that are about --query
archive:council                   of one source
archive:3f0c9a1b2c4d              a recording
archive:3f0c9a1b2c4d@1:02:03.4    the moment of it at which something is said
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from automagic.errors import RequestError

_PLACE = re.compile(r"archive:(?P<name>[a-z0-9][a-z0-9-]{0,59})?(?:@(?P<time>[0-9:.]{1,20}))?")
_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """What is named.

    Attributes:
        name: Of a source, or a recording's id; "" for the whole archive.
        at_s: When something is said; None for no moment.
    """

    name: str
    at_s: float | None = None


def is_archive_place(given: str) -> bool:
    """Whether it names recordings of the archive."""
    return given.startswith("archive:")


def parse_place(given: str) -> ArchivePlace:
    """What is named.

    Raises:
        RequestError: Nothing that could be there.
    """
    found = _PLACE.fullmatch(given)
    clock = _CLOCK.fullmatch(found["time"]) if found and found["time"] else None
    if found is None or (found["time"] and (clock is None or not found["name"])):
        raise RequestError(
            f"{given[:80]!r} is not a valid place in the archive",
            hint="archive:NAME is a source, archive:ID a recording, archive:ID@1:02:03 a moment of it.",
        )
    at_s = None
    if clock:
        hours, minutes, seconds = clock.groups()
        at_s = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)
    return ArchivePlace(found["name"] or "", at_s)

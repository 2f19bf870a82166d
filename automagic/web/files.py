"""Files of results, where they can be sent from: as they are kept here, or fetched once from the machines' shelf."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.jobs.queue.location import QueueLocation
from automagic.web.problems import Problem

if TYPE_CHECKING:
    from automagic.jobs.queue.files import JobFiles


_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})", re.ASCII)
MAX_RANGES = 100


def check_range(text: str, size_bytes: int) -> None:
    """See that a Range header can be answered (RFC 9110, 14.2); more than `MAX_RANGES` are answered by the whole file.

    Raises:
        Problem: It is none, or begins behind the end.
    """
    unit, _, rest = text.partition("=")
    parts = rest.split(",")
    if unit.strip().lower() != "bytes" or not rest.strip():
        raise Problem(400, f"{text[:60]!r} is no range of bytes")
    for part in parts if len(parts) <= MAX_RANGES else ():
        found = _RANGE.fullmatch(part.strip())
        first, last = found.groups() if found else ("", "")
        if not (first or last) or (first and last and int(first) > int(last)):
            raise Problem(400, f"{part.strip()[:60]!r} is no range of bytes")
        if (int(first) >= size_bytes) if first else (int(last) == 0 or not size_bytes):
            raise Problem(416, f"the file has {size_bytes:,} bytes", headers={"content-range": f"bytes */{size_bytes}"})


class ResultFiles:
    """Finds kept files by the names and hashes that a job's result lists."""

    def __init__(self, place: QueueLocation) -> None:
        self._place = place

    @cached_property
    def _files(self) -> JobFiles:
        from automagic.jobs.queue.files import JobFiles  # with all that a shelf behind a URL needs

        return JobFiles(self._place)

    def path_of(self, name: str, facts: Sequence[str | int]) -> Path:
        """Where the file can be read. Blocks while it is fetched.

        Args:
            facts: As the result has them: sha256 and bytes.

        Raises:
            ResourceError: It is no longer kept.
        """
        from automagic.jobs.queue.files import KeptFile

        kept = KeptFile(name, str(facts[0]), int(facts[1]))
        if (here := self._files.find(kept)) is not None:
            return here
        near = self._place.home / "cache" / "web" / kept.sha256
        if not near.is_file() or near.stat().st_size != kept.size_bytes:
            near.parent.mkdir(parents=True, exist_ok=True)
            self._files.fetch(kept, near)
        return near

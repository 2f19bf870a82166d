"""Files of results, where they can be sent from: as they are kept here, or fetched once from the machines' shelf."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.jobs.queue.location import QueueLocation

if TYPE_CHECKING:
    from automagic.jobs.queue.files import JobFiles


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

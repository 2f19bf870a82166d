"""What a cleanup is given: the place that it cleans, the rules of the person, and the things that it finds there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.settings import Settings
    from automagic.store.blobs import BlobStore

DAY_S = 86400.0

ADDING_S = 600.0
"""How much time may pass between keeping a file and noting what needs it."""


class Jobs(Protocol):
    """The queue, as far as a cleanup is concerned; times are seconds since 1970."""

    def find_finished(self, *, before: float) -> Sequence[tuple[str, float]]:
        """The jobs that finished before a moment, and when."""
        ...

    def remove(self, job_ids: Sequence[str], *, before: float) -> Collection[str]:
        """Remove those of them that are still finished since before a moment; gives these."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """What is cleaned.

    Attributes:
        home: AUTOMAGIC_HOME.
        base: The folder that a result's path is relative to, where it is; the working folder.
        shared: Where other machines find the files as well; of a bucket only what has a row is looked at.
        jobs: Whose rows go when they are old; None leaves them alone.
    """

    home: Path
    engine: sa.Engine
    base: Path = field(default_factory=Path.cwd)
    shared: BlobStore | None = None
    jobs: Jobs | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person decides about a cleanup.

    Attributes:
        older_than_s: What was not used for this long goes.
        max_bytes: Of artifacts, strays and responses together.
        emergency: Remove everything that is not needed now, regardless of its age; see `cleanup.py`.
        include_results: Whether finished videos may go as well.
        grace_s: What was used more recently stays, regardless of the size; not in an emergency.
        run_rows_s: How long the rows of runs stay; their figures stay for good.
        enough_free_bytes: Of the disk, in an emergency.
    """

    older_than_s: float = 7 * DAY_S
    max_bytes: int = 10 * 10**9
    emergency: bool = False
    include_results: bool = False
    grace_s: float = DAY_S
    run_rows_s: float = 365 * DAY_S
    enough_free_bytes: int = 2 << 30

    @property
    def least_age_s(self) -> float:
        """Of values and jobs: the person has had at least a day to fetch what a job made."""
        return max(self.older_than_s, self.grace_s)

    @property
    def result_age_s(self) -> float:
        """Of results: a person may not have looked at a new one yet."""
        return min(self.grace_s, self.older_than_s) if self.emergency else self.older_than_s

    def fresh(self, now: float) -> float:
        """What was used since then stays. An emergency asks only who needs it now."""
        return now if self.emergency else now - self.grace_s

    @classmethod
    def of(cls, settings: Settings, *, emergency: bool = False) -> Rules:
        """As the settings say."""
        return cls(
            older_than_s=settings.cleanup_after_days * DAY_S,
            max_bytes=round(settings.max_disk_usage_gb * 1e9),
            emergency=emergency,
        )


class Thing(NamedTuple):
    """One thing that may go; a tuple, since there may be a million.

    Attributes:
        name: What its kind knows it by: a hash, a key, an id, or a path.
        size_bytes: Of its files, as far as they are ours.
        at: Seconds since 1970: when it was last used, was changed, ended, or is no longer good.
        number: How many it stands for.
        mtime_ns: Of an artifact, as its row has it.
        needed: A running run has pinned it.
        paid: It is the answer of a call that was paid for.
    """

    name: str
    size_bytes: int = 0
    at: float = 0.0
    number: int = 1
    mtime_ns: int = 0
    needed: bool = False
    paid: bool = False

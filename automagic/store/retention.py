"""What may go: the plan of a cleanup, decided from what is there and printed before anything is done.

    take_inventory (inventory.py) ─▶ plan_cleanup ─▶ carry_out (sweep.py)

    kind        goes when                                                               never
    artifact    not used for `older_than_s`; else, the one unused longest first,        needed by a running run,
                until all fit into `max_bytes`                                          used within the last day,
                                                                                        paid for, needed by a job
    stray       in the store without a row, left by a run that was killed               while any run is running,
                                                                                        needed by a job
    row         remembered, but its file is gone, or without files and unused           paid for
    folder      temporary, of a run whose process has died                              of a running run
    response    of a free service, older than it is kept                                -
    rejected    result that did not pass, older than `older_than_s`                     what a person changed or added
    result      the same, with `include_results`                                        the same
    run         its row and its steps', a year after it ended                           not in the metrics' totals yet
    job         finished, older than `older_than_s`: its row; what it made stays        in an emergency

An emergency keeps nothing for its age: it takes every artifact that no running run needs, and at last, until
`enough_free_bytes` are free, answers that were paid for; their rows are marked, so that they are bought anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

from collections.abc import Collection
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from automagic.settings import Settings


@dataclass
class Swept:
    """What was done.

    Attributes:
        numbers, bytes: By kind; less than the plan says where somebody used a thing meanwhile.
        notices: What a person should know.
    """

    numbers: dict[Kind, int] = field(default_factory=dict)
    bytes: dict[Kind, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """For people."""
        done = [f"{number:,} {LABELS[kind]}" for kind, number in self.numbers.items() if number]
        return ", ".join(done) or "nothing"

    def add(self, kind: Kind, number: int, size_bytes: int = 0) -> None:
        """Count more of a kind."""
        self.numbers[kind] = self.numbers.get(kind, 0) + number
        self.bytes[kind] = self.bytes.get(kind, 0) + size_bytes


DAY_S = 86400.0

ADDING_S = 600.0
"""So long may pass between keeping a file and saying what needs it."""

Kind = Literal["artifact", "stray", "row", "folder", "response", "rejected", "result", "run", "job"]

LABELS: dict[Kind, str] = {
    "artifact": "artifacts",
    "stray": "files without a row",
    "row": "remembered steps",
    "folder": "temporary folders",
    "response": "answers of free services",
    "rejected": "rejected results",
    "result": "finished results",
    "run": "rows of old runs",
    "job": "rows of old jobs",
}
"""Kinds, as people call them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person decides about a cleanup.

    Attributes:
        older_than_s: What was not used for so long goes.
        max_bytes: Of artifacts and responses together.
        emergency: See the module's docstring.
        include_results: Whether finished videos may go as well.
        response_ttl_s: How long an answer of a free service is any good.
        grace_s: What was used more recently stays, whatever the size; not in an emergency.
        run_rows_s: How long the rows of runs stay; their figures stay for good.
        enough_free_bytes: Of the disk, in an emergency.
    """

    older_than_s: float = 7 * DAY_S
    max_bytes: int = 10 * 10**9
    emergency: bool = False
    include_results: bool = False
    response_ttl_s: float = 3600.0
    grace_s: float = DAY_S
    run_rows_s: float = 365 * DAY_S
    enough_free_bytes: int = 2 << 30

    def job_edge(self, now: float) -> float:
        """Jobs that finished before may go: the person has had at least a day to fetch what they made."""
        return now - max(self.older_than_s, self.grace_s)

    @classmethod
    def of(cls, settings: Settings, *, emergency: bool = False) -> Rules:
        """As the settings say."""
        return cls(
            older_than_s=settings.cleanup_after_days * DAY_S,
            max_bytes=round(settings.max_disk_usage_gb * 1e9),
            emergency=emergency,
            response_ttl_s=settings.cache_ttl,
        )


class StoredArtifact(NamedTuple):
    """One artifact with its row; a tuple, since there may be a million.

    Attributes:
        used_at: When a run last made it, found it or pinned it.
        needed: A running run has pinned it.
        paid: It is the answer of a call that was paid for.
    """

    sha256: str
    size_bytes: int
    mtime_ns: int
    used_at: float
    needed: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True)
class StrayFile:
    """A file of ours in the store that has no row."""

    path: Path
    size_bytes: int
    modified_at: float


@dataclass(frozen=True, slots=True)
class RememberedStep:
    """A step's result that has no file."""

    key: str
    used_at: float


@dataclass(frozen=True, slots=True)
class DeadFolder:
    """The temporary folder of a run whose process has died."""

    run_id: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of a free service."""

    key: str
    stored_at: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ResultFolder:
    """A folder that a run filled.

    Attributes:
        finished_at: Of the last run that did.
        rejected: Whether it did not pass.
        size_bytes: Of the files in it that are ours.
    """

    path: Path
    finished_at: float
    rejected: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class EndedRun:
    """The row of a run that is in the metrics' totals."""

    run_id: str
    ended_at: float


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job to which nothing more will happen by itself."""

    job_id: str
    finished_at: float


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that a cleanup may look at.

    Attributes:
        lost: Artifacts with a row and without a file; none that was paid for.
        running: Whether any run is under way.
        free_bytes: Of the disk.
        slack_bytes: Unused inside the database's file.
    """

    artifacts: tuple[StoredArtifact, ...] = ()
    strays: tuple[StrayFile, ...] = ()
    lost: tuple[str, ...] = ()
    steps: tuple[RememberedStep, ...] = ()
    folders: tuple[DeadFolder, ...] = ()
    responses: tuple[Response, ...] = ()
    results: tuple[ResultFolder, ...] = ()
    runs: tuple[EndedRun, ...] = ()
    jobs: tuple[FinishedJob, ...] = ()
    running: bool = False
    free_bytes: int = 1 << 62
    slack_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What the plan says of one kind."""

    kind: Kind
    number: int
    size_bytes: int
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What will go; empty of what stays.

    Attributes:
        artifacts: In this order.
        over_bytes: What stays although it is more than `max_bytes`.
    """

    rules: Rules
    artifacts: tuple[StoredArtifact, ...] = ()
    strays: tuple[StrayFile, ...] = ()
    lost: tuple[str, ...] = ()
    steps: tuple[RememberedStep, ...] = ()
    folders: tuple[DeadFolder, ...] = ()
    responses: tuple[Response, ...] = ()
    results: tuple[ResultFolder, ...] = ()
    runs: tuple[EndedRun, ...] = ()
    jobs: tuple[FinishedJob, ...] = ()
    over_bytes: int = 0
    slack_bytes: int = 0
    reasons: dict[Kind, str] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Line, ...]:
        """One for each kind of which something will go."""
        return tuple(line for line in self._all_lines() if line.number)

    @property
    def size_bytes(self) -> int:
        """Of the files that will go."""
        return sum(line.size_bytes for line in self.lines)

    def _all_lines(self) -> Iterator[Line]:
        rejected = [result for result in self.results if result.rejected]
        finished = [result for result in self.results if not result.rejected]
        for kind, things in (
            ("artifact", self.artifacts),
            ("stray", self.strays),
            ("folder", self.folders),
            ("response", self.responses),
            ("rejected", rejected),
            ("result", finished),
        ):
            sized: Sequence[StoredArtifact | StrayFile | DeadFolder | Response | ResultFolder] = things
            yield self._line(kind, len(sized), sum(thing.size_bytes for thing in sized))  # type: ignore[arg-type]  # a Kind
        yield self._line("row", len(self.lost) + len(self.steps), 0)
        yield self._line("run", len(self.runs), 0)
        yield self._line("job", len(self.jobs), 0)

    def _line(self, kind: Kind, number: int, size_bytes: int) -> Line:
        return Line(kind, number, size_bytes, self.reasons.get(kind, ""))


def plan_cleanup(inventory: Inventory, rules: Rules, *, now: float, protected: Collection[str] = ()) -> Plan:
    """Decide what goes.

    Args:
        now: Seconds since 1970.
        protected: Files by sha256 that stay whatever the rules say: what jobs need, and results to be fetched.
    """
    old = now - rules.older_than_s
    # An emergency asks only who needs it now.
    fresh = now if rules.emergency else now - rules.grace_s
    age = "no running run needs them" if rules.emergency else f"not used for {_days(rules.older_than_s)}"
    # Nobody may have looked at a result of today yet.
    result_age_s = min(rules.grace_s, rules.older_than_s) if rules.emergency else rules.older_than_s
    responses = tuple(
        one
        for one in inventory.responses
        if rules.emergency or one.stored_at <= now - min(rules.older_than_s, rules.response_ttl_s)
    )
    kept = frozenset(protected)
    # A run may be about to use a file that has no row yet; nothing says which. Nor does a job that is just being added.
    settled = min(fresh, now - ADDING_S)
    strays = tuple(
        one
        for one in inventory.strays
        if not inventory.running and one.modified_at <= settled and one.path.name not in kept
    )
    results = tuple(
        one
        for one in inventory.results
        if one.finished_at <= now - result_age_s and (one.rejected or rules.include_results)
    )
    steps = tuple(one for one in inventory.steps if one.used_at <= min(old, now - rules.grace_s))
    kept_bytes = _size(inventory.responses) - _size(responses) + _size(inventory.strays) - _size(strays)
    freed_bytes = _size(responses) + _size(strays) + _size(results) + _size(inventory.folders)
    artifacts, over_bytes = _choose_artifacts(
        inventory, rules, old=old, fresh=fresh, kept_bytes=kept_bytes, freed_bytes=freed_bytes, protected=kept
    )
    return Plan(
        rules=rules,
        artifacts=artifacts,
        strays=strays,
        lost=inventory.lost,
        steps=steps,
        folders=inventory.folders,
        responses=responses,
        results=results,
        runs=tuple(one for one in inventory.runs if one.ended_at <= now - rules.run_rows_s),
        jobs=tuple(one for one in inventory.jobs if not rules.emergency and one.finished_at <= rules.job_edge(now)),
        over_bytes=over_bytes,
        slack_bytes=inventory.slack_bytes,
        reasons={
            "artifact": age if rules.emergency else f"{age}, or beyond {rules.max_bytes / 1e9:g} GB",
            "stray": "left by runs that were killed",
            "row": "remembered without a file, or not used",
            "folder": "of runs whose process has died",
            "response": age if rules.emergency else "no longer good",
            "rejected": f"did not pass, more than {_days(result_age_s)} ago",
            "result": f"finished more than {_days(result_age_s)} ago",
            "run": f"ended more than {_days(rules.run_rows_s)} ago; the metrics keep their figures",
            "job": f"finished more than {_days(max(rules.older_than_s, rules.grace_s))} ago; what they made stays",
        },
    )


def _choose_artifacts(
    inventory: Inventory,
    rules: Rules,
    *,
    old: float,
    fresh: float,
    kept_bytes: int,
    freed_bytes: int,
    protected: frozenset[str],
) -> tuple[tuple[StoredArtifact, ...], int]:
    """Those that go, the one unused longest first, and how much more than the limit stays."""
    total = kept_bytes + _size(inventory.artifacts)
    chosen: list[StoredArtifact] = []
    for one in sorted(inventory.artifacts, key=attrgetter("paid", "used_at", "sha256")):
        if one.needed or one.sha256 in protected or one.used_at > fresh:
            continue
        if one.paid:
            goes = rules.emergency and inventory.free_bytes + freed_bytes < rules.enough_free_bytes
        else:
            goes = rules.emergency or one.used_at <= old or total > rules.max_bytes
        if goes:
            chosen.append(one)
            total -= one.size_bytes
            freed_bytes += one.size_bytes
    return tuple(chosen), max(total - rules.max_bytes, 0)


def _size(things: Sequence[StoredArtifact | StrayFile | DeadFolder | Response | ResultFolder]) -> int:
    return sum(thing.size_bytes for thing in things)


def _days(span_s: float) -> str:
    days = span_s / DAY_S
    return f"{days:g} day{'' if days == 1 else 's'}" if days >= 1 else f"{span_s / 3600:g} h"

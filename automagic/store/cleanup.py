"""Cleanup of AUTOMAGIC_HOME: look at what is there, decide what goes, print that, and remove it, kind by kind.

    take_inventory ─▶ plan_cleanup ─▶ carry_out            each by the one table of kinds, `KINDS`

Never goes: what a running run needs, what was paid for or is needed by a job, an artifact that was used within the last
day, what a person changed or added in a result, and a run that is not in the metrics' totals yet.

An emergency keeps nothing for its age: it takes every artifact that no running run needs, and at last, until
`enough_free_bytes` are free, answers that were paid for; their rows are marked, so that they are bought again.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from automagic.database.upkeep import many_changes, shrink_database
from automagic.errors import RequestError
from automagic.machine.lock_files import open_lock, take_lock
from automagic.store import inventory, removal, removal_files
from automagic.store.removal_files import CleanupRun, in_batches
from automagic.store.retention import ADDING_S, DAY_S, Place, Rules, Thing

LOCK_NAME = "cleanup.lock"
"""A lock in AUTOMAGIC_HOME: held by the process that cleans."""

SMALL_BATCH = 1_000
"""Where files go while the database is held, where each row takes others with it, or on a full disk."""

BATCH = 20_000
"""In one transaction: others wait for it, about 0.7 s. Each writes most pages of the steps' index by hash once."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is decided by.

    Attributes:
        now: Seconds since 1970.
        protected: Files by sha256 that always stay: what jobs need, and results to be fetched.
        running: Whether any run is under way.
    """

    rules: Rules
    now: float
    protected: frozenset[str] = frozenset()
    running: bool = False


@dataclass(frozen=True, slots=True)
class CleanupKind:
    """One kind of things.

    Attributes:
        label: As people call them.
        find: Reads only.
        goes: Whether one goes, regardless of the total size.
        why: For people.
        remove: Gives those that went: fewer where somebody used one meanwhile. May be killed at any moment.
        batch: How many it is given at once.
    """

    name: str
    label: str
    find: Callable[[inventory.CleanupScan], Iterable[Thing]]
    goes: Callable[[Thing, Case], bool]
    why: Callable[[Rules], str]
    remove: Callable[[CleanupRun, Sequence[Thing]], Iterable[Thing]]
    batch: int = SMALL_BATCH


def _stray_goes(stray: Thing, case: Case) -> bool:
    # A run may be about to use a file that has no row yet; nothing says which. Nor does a job that is just being added.
    settled = min(case.rules.fresh(case.now), case.now - ADDING_S)
    return not case.running and stray.at <= settled and Path(stray.name).name not in case.protected


def _artifact_may_go(artifact: Thing, case: Case) -> bool:
    return not (artifact.needed or artifact.name in case.protected or artifact.at > case.rules.fresh(case.now))


def _why_artifacts(rules: Rules) -> str:
    return _age(rules) if rules.emergency else f"{_age(rules)}, or beyond {rules.max_bytes / 1e9:g} GB"


def _age(rules: Rules) -> str:
    return "no running run needs them" if rules.emergency else f"not used for {_days(rules.older_than_s)}"


KINDS = (
    CleanupKind("folder", "temporary folders", inventory.find_dead_folders, lambda _folder, _case: True,
         lambda _rules: "of runs whose process has died", removal_files.remove_dead_folders),
    CleanupKind("upload", "files that were sent", inventory.find_uploads,
         lambda one, case: one.name not in case.protected and one.at <= case.now - case.rules.result_age_s,
         lambda rules: f"no job needs them, not used for {_days(rules.result_age_s)}", removal_files.remove_uploads),
    CleanupKind("response", "answers of free services", inventory.find_responses,
         lambda one, case: case.rules.emergency or one.at <= case.now,
         lambda rules: _age(rules) if rules.emergency else "no longer good", removal_files.remove_responses),
    CleanupKind("stray", "files without a row", inventory.find_strays, _stray_goes,
         lambda _rules: "left by runs that were killed", removal.remove_strays),
    # Which of them do go is decided by the size of all.
    CleanupKind("artifact", "artifacts", inventory.find_artifacts, _artifact_may_go,
         _why_artifacts, removal.remove_artifacts, BATCH),
    CleanupKind("row", "rows without a file", inventory.find_lost, lambda _row, _case: True,
         lambda _rules: "their file is gone", removal.remove_lost, BATCH),
    CleanupKind("value", "remembered values", inventory.find_values,
         lambda one, case: one.at <= case.now - case.rules.least_age_s,
         lambda rules: f"not used for {_days(rules.least_age_s)}", removal.remove_values, BATCH),
    CleanupKind("rejected", "rejected results", inventory.find_rejected,
         lambda one, case: one.at <= case.now - case.rules.result_age_s,
         lambda rules: f"did not pass, more than {_days(rules.result_age_s)} ago", removal_files.remove_results),
    CleanupKind("result", "finished results", inventory.find_finished,
         lambda one, case: case.rules.include_results and one.at <= case.now - case.rules.result_age_s,
         lambda rules: f"finished more than {_days(rules.result_age_s)} ago", removal_files.remove_results),
    CleanupKind("run", "rows of old runs", inventory.find_ended_runs,
         lambda one, case: one.at <= case.now - case.rules.run_rows_s,
         lambda rules: f"ended more than {_days(rules.run_rows_s)} ago; the metrics keep their figures",
         removal.remove_runs),
    CleanupKind("job", "rows of old jobs", inventory.find_jobs,
         lambda one, case: not case.rules.emergency and one.at <= case.now - case.rules.least_age_s,
         lambda rules: f"finished more than {_days(rules.least_age_s)} ago; what they made stays",
         removal_files.remove_jobs, BATCH),
)  # fmt: skip
"""In the order in which they go: what frees the disk without a row first."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that a cleanup may look at.

    Attributes:
        things: By the name of their kind.
        running: Whether any run is under way.
        free_bytes: Of the disk.
    """

    things: Mapping[str, Sequence[Thing]] = field(default_factory=dict)
    running: bool = False
    free_bytes: int = 1 << 62


@dataclass(frozen=True, slots=True)
class CleanupLine:
    """What the plan says of one kind, and why."""

    kind: str
    label: str
    number: int
    size_bytes: int
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of one kind that takes room.

    Attributes:
        first_at, last_at: Seconds since 1970: when the first and the last of them go, unless they are used again; None
            where age is not what decides, as for what was paid for.
    """

    kind: str
    label: str
    number: int
    size_bytes: int
    first_at: float | None = None
    last_at: float | None = None


@dataclass(frozen=True, slots=True)
class CleanupPlan:
    """What will go, and what stays.

    Attributes:
        kept: What stays and takes room.
        now: When it was made.
        things: By the name of their kind; artifacts in the order in which they are needed least.
        over_bytes: What stays although it is more than `max_bytes`.
    """

    rules: Rules
    now: float
    things: Mapping[str, Sequence[Thing]] = field(default_factory=dict)
    over_bytes: int = 0
    kept: tuple[Kept, ...] = ()

    @property
    def lines(self) -> tuple[CleanupLine, ...]:
        """One for each kind of which something will go."""
        return tuple(
            CleanupLine(kind.name, kind.label, sum(one.number for one in going), _size(going), kind.why(self.rules))
            for kind in KINDS
            if (going := self.things.get(kind.name))
        )

    @property
    def size_bytes(self) -> int:
        """Of the files that will go."""
        return sum(line.size_bytes for line in self.lines)

    @property
    def results(self) -> tuple[str, ...]:
        """The folders of results that will go."""
        return tuple(one.name for kind in ("rejected", "result") for one in self.things.get(kind, ()))


@dataclass
class CleanupResult:
    """What a cleanup removed.

    Attributes:
        numbers, bytes: By kind; less than the plan says where somebody used a thing meanwhile.
        notices: What a person should know.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """For people."""
        done = [f"{self.numbers[kind.name]:,} {kind.label}" for kind in KINDS if self.numbers.get(kind.name)]
        return ", ".join(done) or "nothing"

    def add(self, kind: str, gone: Sequence[Thing]) -> None:
        """Count more of a kind."""
        self.numbers[kind] = self.numbers.get(kind, 0) + sum(one.number for one in gone)
        self.bytes[kind] = self.bytes.get(kind, 0) + _size(gone)


def take_inventory(place: Place, rules: Rules) -> Inventory:
    """Look at everything."""
    with inventory.look_at(place, rules) as look:
        things = {kind.name: tuple(kind.find(look)) for kind in KINDS}
        return Inventory(things, bool(look.running), shutil.disk_usage(place.home).free)


def plan_cleanup(found: Inventory, rules: Rules, *, now: float, protected: Collection[str] = ()) -> CleanupPlan:
    """Decide what goes; see `Case`."""
    case = Case(rules, now, frozenset(protected), found.running)
    going = {kind.name: tuple(one for one in found.things.get(kind.name, ()) if kind.goes(one, case)) for kind in KINDS}
    limited = ("artifact", "stray", "response")
    total = sum(_size(found.things.get(kind, ())) for kind in limited) - _size(going["stray"] + going["response"])
    freed = sum(_size(things) for kind, things in going.items() if kind != "artifact")
    chosen: list[Thing] = []
    for one in sorted(going["artifact"], key=attrgetter("paid", "at", "name")):
        if one.paid:
            goes = rules.emergency and found.free_bytes + freed < rules.enough_free_bytes
        else:
            goes = rules.emergency or one.at <= now - rules.older_than_s or total > rules.max_bytes
        if goes:
            chosen.append(one)
            total -= one.size_bytes
            freed += one.size_bytes
    going |= {"artifact": tuple(chosen)}
    return CleanupPlan(rules, now, going, max(total - rules.max_bytes, 0), tuple(_list_kept(found, rules, going)))


def _list_kept(found: Inventory, rules: Rules, going: Mapping[str, Sequence[Thing]]) -> Iterator[Kept]:
    gone = {name: {one.name for one in things} for name, things in going.items()}
    left = {name: [one for one in things if one.name not in gone[name]] for name, things in found.things.items()}
    made, paid = ([one for one in left.get("artifact", ()) if one.paid == bought] for bought in (False, True))
    for kind, label, things, age_s in (
        ("artifact", "parts of videos and clips", made, rules.older_than_s),
        ("rejected", "results that did not pass", left.get("rejected", []), rules.result_age_s),
        ("paid", "answers that were paid for", paid, None),
        ("response", "answers of free services", left.get("response", []), None),
    ):
        if things:
            number, last_used = sum(one.number for one in things), [one.at for one in things]
            until = (None, None) if age_s is None else (min(last_used) + age_s, max(last_used) + age_s)
            yield Kept(kind, label, number, _size(things), *until)


def carry_out(plan: CleanupPlan, place: Place) -> CleanupResult:
    """Do what the plan says; see `removal.py` for why it may be killed at any moment.

    Raises:
        RequestError: Another cleanup is under way.
    """
    swept = CleanupResult()
    emergency = plan.rules.emergency
    with _alone(place.home), contextlib.nullcontext() if emergency else many_changes(place.engine):
        if not emergency:  # where it would need room before anything has made some
            removal.forget_pins(place.engine, before=plan.now - plan.rules.grace_s)
        sweeping = CleanupRun(place, plan.rules, plan.now, swept.notices, plan.things.get("artifact", ()))
        for kind in KINDS:
            things = plan.things.get(kind.name, ())
            # All of them go: what lies together in tables and folders goes together, unless room is wanted at once.
            for batch in in_batches(
                things if emergency else sorted(things), min(kind.batch, SMALL_BATCH) if emergency else kind.batch
            ):
                swept.add(kind.name, tuple(kind.remove(sweeping, batch)))
        if complaint := shrink_database(place.engine):
            swept.notices.append(complaint)
    return swept


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    with open_lock(home / LOCK_NAME) as lock:  # its time says when the last full cleanup was
        if not take_lock(lock):
            raise RequestError("another cleanup is under way", hint="Wait for it.")
        yield


def _size(things: Iterable[Thing]) -> int:
    return sum(thing.size_bytes for thing in things)


def _days(span_s: float) -> str:
    days = span_s / DAY_S
    return f"{days:g} day{'' if days == 1 else 's'}" if days >= 1 else f"{span_s / 3600:g} h"

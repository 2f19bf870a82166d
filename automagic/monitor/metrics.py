"""The figures of `automagic --metrics`: read from the totals, the journal of calls and the publications.

Totals are told by the hour for the last nine days and by the day (UTC) before, those of steps by 30 days after ten
weeks; `since` is rounded down to one of them. Asked for everything, the totals of all time are read instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automagic.database.plain import Execute
from automagic.monitor.figures import JUDGED
from automagic.monitor.histogram import decode_histogram, quantile
from automagic.monitor.totals import DAY_S, HOUR_S, Durations

MICRO = 1_000_000
MOST_REASONS = 5


def mean_of(durations: Durations) -> float | None:
    """In seconds; None when there are none."""
    return durations.total_s / durations.number if durations.number else None


def quantile_of(durations: Durations, share: float) -> float | None:
    """As `histogram.quantile`; never above the slowest."""
    found = quantile(durations.histogram, share)
    return None if found is None else min(found, durations.slowest_s)


@dataclass
class StepFigures:
    """One step by name.

    Attributes:
        kept: How often its result was taken from memory.
        made: How long it took when it was carried out.
    """

    name: str
    kept: int = 0
    made: Durations = field(default_factory=Durations)

    @property
    def hit_rate(self) -> float | None:
        """Share of requests that memory answered."""
        asked = self.kept + self.made.number
        return self.kept / asked if asked else None


@dataclass
class CacheFigures:
    """One cache by name.

    Attributes:
        kept: How often it had the answer.
        late: How often it had an old one, while somebody else was asking anew.
        missed: How often it did not have it, where nobody knows how long making it took.
        made: How often the answer was asked for, and how long that took.
    """

    name: str
    kept: int = 0
    late: int = 0
    missed: int = 0
    made: Durations = field(default_factory=Durations)

    @property
    def asked(self) -> int:
        """How often it was."""
        return self.kept + self.late + self.missed + self.made.number

    @property
    def hit_rate(self) -> float | None:
        """Share of what was asked that it had."""
        return self.kept / self.asked if self.asked else None


@dataclass
class ProductFigures:
    """The runs of one product.

    Attributes:
        states: How many ended how: "succeeded", "failed", "refused", "rejected", "cancelled".
        took: How long, without those that were refused, most of which take no time.
    """

    name: str
    states: dict[str, int] = field(default_factory=dict)
    took: Durations = field(default_factory=Durations)

    @property
    def success_rate(self) -> float | None:
        """Share of those that were neither refused nor cancelled."""
        judged = sum(self.states.get(state, 0) for state in JUDGED)
        return self.states.get("succeeded", 0) / judged if judged else None


@dataclass
class VendorFigures:
    """The paid calls to one vendor. Free reads are in no journal.

    Attributes:
        states: Submissions by their outcome: "delivered", "failed", "unknown", "calling", "reserved".
        retries: Attempts beyond the first of a submission.
        micro_usd: What counts as spent.
    """

    vendor: str
    operation: str
    states: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    micro_usd: int = 0

    @property
    def calls(self) -> int:
        """Submissions."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Column:
    """One hour or day of the chart: how many runs ended, without those refused, and how many of them failed."""

    starts_at: int
    runs: int
    failed: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why runs did not succeed, in the words that their person was told; rows of runs are kept for a year."""

    product: str
    state: str
    error: str
    number: int


Named = Mapping[tuple[str, str], Durations]
"""By name, and how it went or which labels it has."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was made, how long it took, and what it cost.

    Attributes:
        since: From when on they count; None for the beginning.
        uploads: (destination without account, state) → count.
        peaks: Name → largest value.
        span_s: Of each column, which follow each other without gaps.
        reasons: The most frequent ones of all that did not succeed.
        caches: By name.
        statements: Of the database: "select", "insert" … → how long they took until their first row was there.
        tasks, calls: Of `automagic.performance`: (name, how they ended) → how long they took.
        alerts: Rule → how often it was raised.
        counters, measures: A program's own figures: (name, labels as JSON) → their sum, as `total_s`.
    """

    since: float | None
    steps: tuple[StepFigures, ...]
    products: tuple[ProductFigures, ...]
    vendors: tuple[VendorFigures, ...]
    uploads: dict[tuple[str, str], int]
    peaks: dict[str, float]
    columns: tuple[Column, ...]
    span_s: int
    reasons: tuple[Reason, ...] = ()
    caches: tuple[CacheFigures, ...] = ()
    statements: Mapping[str, Durations] = field(default_factory=dict)
    tasks: Named = field(default_factory=dict)
    calls: Named = field(default_factory=dict)
    alerts: Mapping[str, int] = field(default_factory=dict)
    counters: Named = field(default_factory=dict)
    measures: Named = field(default_factory=dict)

    @classmethod
    def nothing(cls, since: float | None) -> Metrics:
        """Of a home in which nothing was made."""
        return cls(since, (), (), (), {}, {}, (), DAY_S)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        named = self.tasks or self.calls or self.counters or self.measures
        return not (self.steps or self.products or self.vendors or self.uploads or named)


def read_metrics(execute: Execute, *, since: float | None, now: float) -> Metrics:
    """Read everything; `since` and `now` are seconds since 1970."""
    # A total belongs to the time asked for when it has not ended by its beginning.
    edge = {"since": -1 if since is None else math.floor(since)}
    span_s = HOUR_S if since is not None and now - since <= 2 * DAY_S else DAY_S
    totals = _read_totals(execute, edge)
    peaks = execute(
        "SELECT name, max(value) FROM resource_peaks WHERE starts_at + span_s > :since GROUP BY name ORDER BY name",
        edge,
    )
    return Metrics(
        since=since,
        steps=tuple(sorted(totals.steps.values(), key=lambda step: (-step.made.total_s, step.name))),
        products=tuple(sorted(totals.products.values(), key=lambda product: product.name)),
        vendors=_read_vendors(execute, edge),
        uploads=_read_uploads(execute, edge),
        peaks={name: value for name, value in peaks},  # noqa: C416 - rows are no pairs to the type checker
        columns=_read_columns(execute, edge, span_s, now),
        span_s=span_s,
        reasons=_read_reasons(execute, edge),
        caches=tuple(sorted(totals.caches.values(), key=lambda cache: cache.name)),
        statements=dict(sorted(totals.statements.items())),
        tasks=dict(sorted(totals.named["task"].items())),
        calls=dict(sorted(totals.named["call"].items())),
        alerts=dict(sorted(totals.alerts.items())),
        counters=dict(sorted(totals.named["counter"].items())),
        measures=dict(sorted(totals.named["measure"].items())),
    )


def _read_reasons(execute: Execute, edge: dict[str, Any]) -> tuple[Reason, ...]:
    rows = execute(
        "SELECT product, state, error, count(*) FROM runs WHERE finished_at >= :since "
        "AND state IN ('failed', 'rejected', 'refused') AND error IS NOT NULL AND error <> '' "
        "GROUP BY product, state, error ORDER BY count(*) DESC, max(finished_at) DESC, error LIMIT :most",
        edge | {"most": MOST_REASONS},
    )
    return tuple(Reason(str(product), str(state), str(error), int(number)) for product, state, error, number in rows)


@dataclass
class _Totals:
    products: dict[str, ProductFigures] = field(default_factory=dict)
    steps: dict[str, StepFigures] = field(default_factory=dict)
    caches: dict[str, CacheFigures] = field(default_factory=dict)
    statements: dict[str, Durations] = field(default_factory=dict)
    alerts: dict[str, int] = field(default_factory=dict)
    named: dict[str, dict[tuple[str, str], Durations]] = field(
        default_factory=lambda: {kind: {} for kind in ("task", "call", "counter", "measure")}
    )


def _read_totals(execute: Execute, edge: dict[str, Any]) -> _Totals:
    found = _Totals()
    which = "starts_at + span_s > :since AND span_s > 0" if edge["since"] >= 0 else "starts_at = 0 AND span_s = 0"
    for kind, name, outcome, number, total_s, slowest_s, histogram in execute(
        f"SELECT kind, name, outcome, number, total_s, slowest_s, histogram FROM totals WHERE {which}",  # noqa: S608
        edge,
    ):
        took: Durations | None = None
        if kind == "run":
            product = found.products.setdefault(name, ProductFigures(name))
            product.states[outcome] = product.states.get(outcome, 0) + number
            took = product.took if outcome != "refused" else None
        elif kind == "database":
            took = found.statements.setdefault(name, Durations())
        elif kind in found.named:
            took = found.named[kind].setdefault((name, outcome), Durations())
        elif kind == "alert":
            found.alerts[name] = found.alerts.get(name, 0) + number
        else:
            remembered: StepFigures | CacheFigures = (
                found.caches.setdefault(name, CacheFigures(name))
                if kind == "cache"
                else found.steps.setdefault(name, StepFigures(name))
            )
            if outcome == "made":
                took = remembered.made
            elif isinstance(remembered, CacheFigures) and outcome in ("late", "missed"):
                setattr(remembered, outcome, getattr(remembered, outcome) + number)
            else:
                remembered.kept += number
        if took is not None:
            took.add(number, total_s, slowest_s, decode_histogram(histogram))
    return found


def _read_columns(execute: Execute, edge: dict[str, Any], span_s: int, now: float) -> tuple[Column, ...]:
    ended: dict[int, list[int]] = {}
    for start, outcome, number in execute(
        "SELECT starts_at, outcome, number FROM totals "
        "WHERE kind = 'run' AND outcome <> 'refused' AND starts_at + span_s > :since AND span_s > 0",
        edge,
    ):
        column = ended.setdefault(start // span_s * span_s, [0, 0])
        column[0] += number
        column[1] += number if outcome in ("failed", "rejected") else 0
    if not ended:
        return ()
    last = max(*ended, int(now) // span_s * span_s)
    return tuple(Column(start, *ended.get(start, (0, 0))) for start in range(min(ended), last + 1, span_s))


def _read_vendors(execute: Execute, edge: dict[str, Any]) -> tuple[VendorFigures, ...]:
    found: dict[tuple[str, str], VendorFigures] = {}
    # Asked for everything, the index over times would only be a detour.
    recent = "WHERE started_at >= :since " if edge["since"] >= 0 else ""
    for vendor, operation, state, calls, retries, spent in execute(
        "SELECT vendor, operation, state, count(*), sum(CASE WHEN attempts > 1 THEN attempts - 1 ELSE 0 END), "  # noqa: S608
        f"sum(spent_micro_usd) FROM vendor_calls {recent}"  # a constant
        "GROUP BY vendor, operation, state ORDER BY vendor, operation, state",
        edge,
    ):
        figures = found.setdefault((vendor, operation), VendorFigures(vendor, operation))
        figures.states[state] = int(calls)
        figures.retries += int(retries)
        figures.micro_usd += int(spent)
    return tuple(found.values())


def _read_uploads(execute: Execute, edge: dict[str, Any]) -> dict[tuple[str, str], int]:
    uploads: dict[tuple[str, str], int] = {}
    for destination, state, number in execute(
        "SELECT destination, state, count(*) FROM publications WHERE updated_at >= :since "
        "GROUP BY destination, state ORDER BY destination, state",
        edge,
    ):
        kind = destination.partition(":")[0]  # what follows is the account
        uploads[kind, state] = uploads.get((kind, state), 0) + int(number)
    return uploads

"""Days, one after the other: what was made on each, how well caches did, what it took of the machine, what alarmed.

Totals are told by the hour for nine days and by the day (UTC) before; steps by 30 days after ten weeks, which belong to
no day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from automagic.database.plain import Execute
from automagic.monitor.totals import DAY_S

FAILED = ("failed", "rejected")


@dataclass
class DayFigures:
    """One day (UTC).

    Attributes:
        starts_at: Seconds since 1970.
        runs, failed: That ended, without those refused; and of them, that failed or were rejected.
        tasks: Of `automagic.performance`, that ended.
        kept, steps: Steps whose result memory had, of all that were asked for.
        hits, asked: What caches had, of all that they were asked for.
        alerts: How often a rule was raised.
        peaks: As of `Metrics.peaks`.
    """

    starts_at: int
    runs: int = 0
    failed: int = 0
    tasks: int = 0
    kept: int = 0
    steps: int = 0
    hits: int = 0
    asked: int = 0
    alerts: int = 0
    peaks: dict[str, float] = field(default_factory=dict)

    @property
    def kept_share(self) -> float | None:
        """Of the steps; None when there were none."""
        return self.kept / self.steps if self.steps else None

    @property
    def hit_rate(self) -> float | None:
        """Of the caches; None when they were not asked."""
        return self.hits / self.asked if self.asked else None


def read_history(execute: Execute, *, since: float, now: float) -> tuple[DayFigures, ...]:
    """Each day from that of `since` to that of `now`, without gaps."""
    first = int(since // DAY_S) * DAY_S
    days = {start: DayFigures(start) for start in range(first, int(now) + 1, DAY_S)}
    edge = {"first": first, "longest": DAY_S}
    for start, kind, outcome, number in execute(
        "SELECT starts_at - starts_at % 86400, kind, outcome, sum(number) FROM totals "
        "WHERE starts_at >= :first AND span_s > 0 AND span_s <= :longest GROUP BY 1, 2, 3",
        edge,
    ):
        if (day := days.get(start)) is not None:
            _add(day, kind, outcome, int(number))
    for start, name, value in execute(
        "SELECT starts_at - starts_at % 86400, name, max(value) FROM resource_peaks "
        "WHERE starts_at >= :first AND span_s <= :longest GROUP BY 1, 2",
        edge,
    ):
        if (day := days.get(start)) is not None:
            day.peaks[name] = value
    return tuple(days.values())


def _add(day: DayFigures, kind: str, outcome: str, number: int) -> None:
    if kind == "run" and outcome != "refused":
        day.runs += number
        day.failed += number if outcome in FAILED else 0
    elif kind == "task":
        day.tasks += number
    elif kind == "step":
        day.steps += number
        day.kept += number if outcome == "kept" else 0
    elif kind == "cache":
        day.asked += number
        day.hits += number if outcome == "kept" else 0
    elif kind == "alert":
        day.alerts += number

"""Keep the totals up to date: count the runs that ended since the last time, and put old totals together.

    uncounted_runs ─▶ totals      by hour, or coarser when it is long ago; `BATCH` runs in one transaction
                   └▶ totals      of all time, as one of span 0: what is asked for everything reads nothing else
    hours of days long gone ─▶ days; of steps, days of months long gone ─▶ 30 days

What processes measure of themselves (`monitor.measured`) is added by the hour as well.
Whoever reads the metrics calls `bring_up_to_date` first; a cleanup does too. Plain SQL (`database.plain`), so that the
same statements run on a driver, which is there at once, and on an engine of SQLAlchemy.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.plain import Execute, Transactions
from automagic.monitor.histogram import Histogram, add_to, bin_of, decode_histogram, encode_histogram

if TYPE_CHECKING:
    import sqlalchemy as sa

HOUR_S = 3600
DAY_S = 86400
BATCH = 500
MONTH_S = 30 * DAY_S
HOURS_KEPT_S = 9 * DAY_S
"""So that `--since 7d` can be told by the hour."""
DAYS_KEPT_S = 70 * DAY_S
"""Of steps. There are twenty times as many of them as of runs, whose days are kept for the chart."""

ADDED_AT_ONCE = 50
_KEY = ("starts_at", "span_s", "kind", "name", "outcome")
_FIGURES = ("number", "total_s", "slowest_s", "histogram")
_TAKEN = ", ".join(f"{name} = excluded.{name}" for name in _FIGURES)

EVER = 0
"""Where totals of all time begin, and their span: no window of time includes them."""

_KINDS = ("run", "step", "cache", "database", "task", "call", "counter", "measure", "alert")
_LACKS_EVER = "SELECT 1 FROM totals WHERE NOT EXISTS (SELECT 1 FROM totals WHERE starts_at = 0 AND span_s = 0) LIMIT 1"
"""Gives a row where an earlier version counted."""


@dataclass
class Durations:
    """How many of something there were, and how long they took, in seconds."""

    number: int = 0
    total_s: float = 0.0
    slowest_s: float = 0.0
    histogram: Histogram = field(default_factory=dict)

    def add_one(self, duration_s: float) -> None:
        """Count one more."""
        if duration_s < 0:  # a clock that was set back
            duration_s = 0.0
        self.number += 1
        self.total_s += duration_s
        self.slowest_s = max(self.slowest_s, duration_s)
        index = bin_of(duration_s)
        self.histogram[index] = self.histogram.get(index, 0) + 1

    def add(self, number: int, total_s: float, slowest_s: float, histogram: Mapping[int, int]) -> None:
        """Count many more."""
        self.number += number
        self.total_s += total_s
        self.slowest_s = max(self.slowest_s, slowest_s)
        add_to(self.histogram, histogram)


@dataclass(frozen=True, slots=True)
class _Of:
    """What a total is of: the columns of its key."""

    starts_at: int
    span_s: int
    kind: str
    name: str
    outcome: str


def bring_up_to_date(begin: Transactions, *, now: float) -> int:
    """Count every run that has ended; returns how many there were.

    Each batch is one transaction: when the process dies in between, the rest is counted the next time.

    Args:
        begin: Transactions that write.
        now: Seconds since 1970.
    """
    counted = 0
    while True:
        with begin() as execute:
            batch = _count_batch(execute, now)
        counted += batch
        if batch < BATCH:
            break
    with begin() as execute:
        for kind in _KINDS:
            _put_together(execute, kind, HOUR_S, DAY_S, before=_first_kept(HOUR_S, now))
        _put_together(execute, "step", DAY_S, MONTH_S, before=_first_kept(DAY_S, now))
        _put_peaks_together(execute, before=_first_kept(HOUR_S, now))
    return counted


def has_news(execute: Execute, *, now: float) -> bool:
    """Whether `bring_up_to_date` would change anything."""
    return bool(
        execute("SELECT 1 FROM uncounted_runs LIMIT 1", {})
        or execute(_LACKS_EVER, {})
        or execute(
            "SELECT 1 FROM totals WHERE span_s = 3600 AND starts_at < :edge LIMIT 1",
            {"edge": _first_kept(HOUR_S, now)},
        )
    )


def record_peaks(begin: Transactions, peaks: Mapping[str, float], *, now: float) -> None:
    """Note the largest value of each name in this hour; ask again as often as you like."""
    with begin() as execute:
        for name, value in peaks.items():
            execute(
                "INSERT INTO resource_peaks (starts_at, span_s, name, value) VALUES (:start, 3600, :name, :value) "
                "ON CONFLICT (starts_at, span_s, name) DO UPDATE SET value = excluded.value "
                "WHERE excluded.value > resource_peaks.value",
                {"start": _floor(now, HOUR_S), "name": name, "value": value},
            )


def add_measured(begin: Transactions, found: Mapping[tuple[str, str, str], Durations], *, now: float) -> None:
    """Add what a process measured of itself.

    Args:
        found: By kind (one of `_KINDS`), name and outcome.
    """
    if not found:
        return
    hour = {_Of(_floor(now, HOUR_S), HOUR_S, *key): one for key, one in found.items()}
    with begin() as execute:
        if execute(_LACKS_EVER, {}):
            _sum_up(execute)
        _add_totals(execute, hour)
        _add_totals(execute, _ever(hour))


def _count_batch(execute: Execute, now: float) -> int:
    if execute(_LACKS_EVER, {}):
        _sum_up(execute)
    # By their ids, not by the same limit again: other runs may end meanwhile.
    ids = [
        row[0] for row in execute("SELECT run_id FROM uncounted_runs ORDER BY run_id LIMIT :batch", {"batch": BATCH})
    ]
    if not ids:
        return 0
    names = {f"r{number}": run_id for number, run_id in enumerate(ids)}
    among = f"IN ({', '.join(f':{name}' for name in names)})"
    found: dict[_Of, Durations] = {}
    ended: dict[str, float] = {}
    for run_id, product, state, started_at, finished_at in execute(
        "SELECT id, product, state, started_at, coalesce(finished_at, started_at) FROM runs WHERE id "  # noqa: S608
        + among,  # parameters' names, made above
        names,
    ):
        ended[run_id] = finished_at
        _at(found, _Of(*_time_of("run", finished_at, now), "run", product, state)).add_one(finished_at - started_at)
    for run_id, name, hit, duration_s in execute(
        "SELECT run_id, name, hit, duration_s FROM run_steps WHERE run_id " + among,  # noqa: S608 - as above
        names,
    ):
        time_of = _time_of("step", ended[run_id], now)
        _at(found, _Of(*time_of, "step", name, "kept" if hit else "made")).add_one(duration_s)
    _add_totals(execute, found)
    _add_totals(execute, _ever(found))
    execute("DELETE FROM uncounted_runs WHERE run_id " + among, names)  # noqa: S608 - as above
    return len(ids)


def _put_together(execute: Execute, kind: str, from_span_s: int, to_span_s: int, *, before: int) -> None:
    which = {"kind": kind, "span": from_span_s, "before": before}
    longer: dict[_Of, Durations] = {}
    for start, name, outcome, number, total_s, slowest_s, histogram in execute(
        "SELECT starts_at, name, outcome, number, total_s, slowest_s, histogram FROM totals "
        "WHERE kind = :kind AND span_s = :span AND starts_at < :before",
        which,
    ):
        of = _Of(_floor(start, to_span_s), to_span_s, kind, name, outcome)
        _at(longer, of).add(number, total_s, slowest_s, decode_histogram(histogram))
    _add_totals(execute, longer)
    execute("DELETE FROM totals WHERE kind = :kind AND span_s = :span AND starts_at < :before", which)


def _sum_up(execute: Execute) -> None:
    """The totals of all time, from those of each time."""
    ever: dict[_Of, Durations] = {}
    for kind, name, outcome, number, total_s, slowest_s, histogram in execute(
        "SELECT kind, name, outcome, number, total_s, slowest_s, histogram FROM totals", {}
    ):
        of = _Of(EVER, EVER, kind, name, outcome)
        _at(ever, of).add(number, total_s, slowest_s, decode_histogram(histogram))
    _add_totals(execute, ever)


def _ever(found: Mapping[_Of, Durations]) -> dict[_Of, Durations]:
    """The same, whenever it was."""
    ever: dict[_Of, Durations] = {}
    for of, one in found.items():
        longest = _at(ever, _Of(EVER, EVER, of.kind, of.name, of.outcome))
        longest.add(one.number, one.total_s, one.slowest_s, one.histogram)
    return ever


def _put_peaks_together(execute: Execute, *, before: int) -> None:
    execute(
        "INSERT INTO resource_peaks (starts_at, span_s, name, value) "
        "SELECT starts_at - starts_at % 86400, 86400, name, max(value) FROM resource_peaks "
        "WHERE span_s = 3600 AND starts_at < :before GROUP BY starts_at - starts_at % 86400, name "
        "ON CONFLICT (starts_at, span_s, name) DO UPDATE SET value = excluded.value "
        "WHERE excluded.value > resource_peaks.value",
        {"before": before},
    )
    execute("DELETE FROM resource_peaks WHERE span_s = 3600 AND starts_at < :before", {"before": before})


def _at(found: dict[_Of, Durations], of: _Of) -> Durations:
    return found.setdefault(of, Durations())


def _add_totals(execute: Execute, found: Mapping[_Of, Durations]) -> None:
    """Two statements for many: what is there is read, and what it becomes is written."""
    waiting = list(found.items())
    while batch := waiting[:ADDED_AT_ONCE]:
        del waiting[:ADDED_AT_ONCE]
        keys = {
            f"{column}{number}": value
            for number, (of, _) in enumerate(batch)
            for column, value in zip(_KEY, (of.starts_at, of.span_s, of.kind, of.name, of.outcome), strict=True)
        }
        which = " OR ".join(
            f"({' AND '.join(f'{column} = :{column}{number}' for column in _KEY)})" for number in range(len(batch))
        )
        added = {of: Durations() for of, _ in batch}
        for *key, number, total_s, slowest_s, histogram in execute(
            f"SELECT {', '.join((*_KEY, *_FIGURES))} FROM totals WHERE {which}",  # noqa: S608 - names from above
            keys,
        ):
            added[_Of(*key)].add(number, total_s, slowest_s, decode_histogram(histogram))
        values: dict[str, Any] = {}
        for number, (of, more) in enumerate(batch):
            total = added[of]
            total.add(more.number, more.total_s, more.slowest_s, more.histogram)
            figures = (total.number, total.total_s, total.slowest_s, encode_histogram(total.histogram))
            values |= {f"{column}{number}": figure for column, figure in zip(_FIGURES, figures, strict=True)}
        rows = ", ".join(
            f"({', '.join(f':{column}{number}' for column in (*_KEY, *_FIGURES))})" for number in range(len(batch))
        )
        execute(
            f"INSERT INTO totals ({', '.join((*_KEY, *_FIGURES))}) VALUES {rows} "  # noqa: S608 - names from above
            f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {_TAKEN}",
            keys | values,
        )


def _floor(moment: float, span_s: int) -> int:
    return int(moment // span_s) * span_s


def _time_of(kind: str, moment: float, now: float) -> tuple[int, int]:
    """The beginning and the length of the total that a moment belongs to."""
    if moment >= _first_kept(HOUR_S, now):
        span_s = HOUR_S
    elif kind == "run" or moment >= _first_kept(DAY_S, now):
        span_s = DAY_S
    else:
        span_s = MONTH_S
    return _floor(moment, span_s), span_s


def _first_kept(span_s: int, now: float) -> int:
    """From when on totals of this length stay; before it they have become longer ones."""
    return _floor(now - HOURS_KEPT_S, DAY_S) if span_s == HOUR_S else _floor(now - DAYS_KEPT_S, MONTH_S)


def use_engine(engine: sa.Engine) -> Transactions:
    """Transactions of `database.plain` on an engine that is open already."""
    import sqlalchemy as sa

    @contextlib.contextmanager
    def begin() -> Iterator[Execute]:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({AdvisoryLock.TOTALS:d})"))

            def execute(statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
                result = connection.execute(sa.text(statement), dict(parameters))
                return result.fetchall() if result.returns_rows else ()

            yield execute

    return begin

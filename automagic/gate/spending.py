"""What was spent, for `automagic spend`: plain SQL over the journal, so that reading it imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

By = Literal["day", "vendor", "run"]

_GROUPS = {
    "day": {
        "sqlite": "date(started_at, 'unixepoch')",
        "postgresql": "to_char(to_timestamp(started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    },
    "vendor": {"sqlite": "vendor", "postgresql": "vendor"},
    "run": {"sqlite": "run_id", "postgresql": "run_id"},
}


@dataclass(frozen=True, slots=True)
class Spending:
    """One line of the report.

    Attributes:
        name: The day (UTC, ISO), the vendor or the run's id.
        usd: What counts as spent.
        calls: Submissions, failed ones too.
        unknown: Those whose outcome is not known; they count as spent.
        uncertain_usd: The part of `usd` that is theirs.
    """

    name: str
    usd: Decimal
    calls: int
    unknown: int
    uncertain_usd: Decimal


def read_spending(
    execute: Callable[[str], Iterable[Sequence[Any]]], by: By, *, dialect: str = "sqlite"
) -> tuple[Spending, ...]:
    """Spending by day, vendor or run, the latest first.

    Args:
        execute: Runs one statement and gives its rows; of sqlite3 or of SQLAlchemy.
    """
    group = _GROUPS[by][dialect]
    statement = f"""
        SELECT {group}, SUM(spent_micro_usd), COUNT(*),
               SUM(CASE WHEN state IN ('unknown', 'calling') THEN 1 ELSE 0 END),
               SUM(CASE WHEN state IN ('unknown', 'calling') THEN spent_micro_usd ELSE 0 END)
        FROM vendor_calls GROUP BY {group} ORDER BY MAX(started_at) DESC
    """  # noqa: S608 - the only thing put in is one of the constants above
    million = 1_000_000
    return tuple(
        Spending(str(name), Decimal(int(spent)) / million, int(calls), int(unknown), Decimal(int(uncertain)) / million)
        for name, spent, calls, unknown, uncertain in execute(statement)
    )

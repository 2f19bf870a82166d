"""What may be spent: by this run, and in this calendar month by everybody who shares the database.

A call is reserved before it leaves: its estimate counts as spent from then on, in the transaction that found that
there was room for it. So two runs cannot both take the last dollar. What it really cost may be more than its
estimate; then the next call finds less room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from automagic.database.tables import vendor_calls
from automagic.errors import BudgetError
from automagic.gate.calls import Money


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits; None for none."""

    run: Money | None = None
    month: Money | None = None

    def check(self, estimate: Money, *, run_spent: Money, month_spent: Money, what: str) -> None:
        """Refuse a call that would cross a limit. Reaching it exactly is allowed, and what costs nothing always is.

        Raises:
            BudgetError: Naming the limit.
        """
        if estimate == Money():
            return
        if self.run is not None and run_spent + estimate > self.run:
            raise BudgetError(
                f"{what} would cost {estimate}, but of this run's {self.run} {run_spent} are spent",
                hint="Raise --max-cost and run the same command again: finished work is kept.",
            )
        if self.month is not None and month_spent + estimate > self.month:
            raise BudgetError(
                f"{what} would cost {estimate}, but of this month's {self.month} {month_spent} are spent",
                hint="Raise MONTHLY_BUDGET_USD, or wait for the next month (UTC): finished work is kept.",
            )


def start_of_month(now: float) -> float:
    """The first second of the calendar month (UTC) of `now`; both in seconds since 1970."""
    moment = datetime.fromtimestamp(now, UTC)
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def spent_by_run(connection: sa.Connection, run_id: str) -> Money:
    """Everything that counts as spent by a run."""
    return _sum(connection, vendor_calls.c.run_id == run_id)


def spent_since(connection: sa.Connection, moment: float) -> Money:
    """Everything that counts as spent by calls that began at `moment` or later."""
    return _sum(connection, vendor_calls.c.started_at >= moment)


def _sum(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Money:
    total = connection.execute(sa.select(sa.func.sum(vendor_calls.c.spent_micro_usd)).where(which)).scalar()
    return Money(int(total or 0))

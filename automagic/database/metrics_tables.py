"""What is left of runs for the metrics when their own rows are long gone: totals by hour, later by day and month.

    runs ──(trigger, when a run ends)──▶ uncounted_runs ──▶ totals

The trigger writes in the transaction that ends the run, so a run is counted once and none is missed, whoever ends it.
A total is for the time from `starts_at` (seconds since 1970, UTC), `span_s` long: an hour, a day or 30 days.
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

uncounted_runs = sa.Table(
    "uncounted_runs",
    metadata,
    sa.Column("run_id", sa.String(32), primary_key=True),  # its row stays until it is counted
)

totals = sa.Table(
    "totals",
    metadata,
    sa.Column("starts_at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("span_s", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),  # see `monitor.totals`
    sa.Column("name", sa.String(200), primary_key=True),  # the product, the step, the task …
    sa.Column("outcome", sa.String(600), primary_key=True),  # the run's state; "made" or "kept" for a step; labels
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("total_s", sa.Float, nullable=False),
    sa.Column("slowest_s", sa.Float, nullable=False),
    sa.Column("histogram", sa.Text, nullable=False),  # JSON: bin → count
)

resource_peaks = sa.Table(
    "resource_peaks",
    metadata,
    sa.Column("starts_at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("span_s", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
)

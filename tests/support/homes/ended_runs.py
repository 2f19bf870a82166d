"""Runs that have ended, and their metrics; for the tests of metrics."""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.publication_tables import publications
from automagic.database.tables import run_steps, runs, vendor_calls
from automagic.monitor.metrics import Metrics, read_metrics
from automagic.monitor.totals import DAY_S, bring_up_to_date, record_peaks, use_engine

NOW = 1_800_000_000.0


def add_run(
    engine: sa.Engine,
    run_id: str,
    *,
    days: float = 0.0,
    state: str = "succeeded",
    took_s: float = 10.0,
    error: str | None = None,
    steps: tuple[tuple[str, bool, float], ...] = (),
) -> None:
    """A run that ended so many days before `NOW`, with its steps (name, hit, seconds); it ends as runs do."""
    ended = NOW - days * DAY_S
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(id=run_id, product="video", state="running", started_at=ended - took_s)
        )
    with engine.begin() as connection:
        connection.execute(
            sa.update(runs).where(runs.c.id == run_id).values(state=state, finished_at=ended, error=error)
        )
        for number, (name, hit, duration_s) in enumerate(steps):
            connection.execute(
                sa.insert(run_steps).values(
                    run_id=run_id, number=number, name=name, key="k", hit=hit, duration_s=duration_s
                )
            )


def read(engine: sa.Engine, *, since: float | None = None) -> Metrics:
    begin = use_engine(engine)
    bring_up_to_date(begin, now=NOW)
    with begin() as execute:
        return read_metrics(execute, since=since, now=NOW)


def fill(engine: sa.Engine) -> None:
    add_run(engine, "a", took_s=20, steps=(("render", False, 4.0), ("render", False, 0.02), ("speak", True, 0.01)))
    add_run(engine, "b", took_s=4000, state="failed")
    with engine.begin() as connection:
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k",
                epoch=1,
                run_id="r",
                vendor='ac"me\\\n',
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="delivered",
                estimate_micro_usd=1,
                spent_micro_usd=1_250_000,
                started_at=NOW,
                attempts=2,
            )
        )
        connection.execute(
            sa.insert(publications).values(
                destination="youtube:UCsecret",
                platform="",
                content="c",
                run_id="a",
                state="published",
                session_url="",
                size_bytes=1,
                bytes_sent=1,
                remote_id="",
                url="",
                extras="",
                updated_at=NOW,
                owner="",
                host="",
                pid=1,
                process_started_at=0,
                lease_until=0,
            )
        )
    record_peaks(use_engine(engine), {"memory_bytes": 2.0**30, "cpu_cores": 1.75}, now=NOW)

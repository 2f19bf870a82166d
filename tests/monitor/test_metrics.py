"""Metrics: what is counted once, and told by hours and days."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from automagic.database.plain import open_sqlite
from automagic.database.tables import runs, vendor_calls
from automagic.monitor import totals
from automagic.monitor.metrics import mean_of, quantile_of, read_metrics
from automagic.monitor.totals import DAY_S, HOUR_S, bring_up_to_date, has_news, record_peaks, use_engine
from tests.support.homes.ended_runs import NOW, add_run, read


def test_steps_and_runs_are_counted_with_their_times(engine):
    add_run(engine, "a", took_s=20, steps=(("render", False, 4.0), ("render", False, 8.0), ("speak", True, 0.01)))
    add_run(engine, "b", took_s=40, state="failed", steps=(("render", True, 0.01),))
    add_run(engine, "c", took_s=1, state="cancelled")
    metrics = read(engine)
    (product,) = metrics.products
    assert product.states == {"succeeded": 1, "failed": 1, "cancelled": 1}
    assert product.success_rate == 0.5
    assert mean_of(product.took) == pytest.approx(61 / 3)
    render, speak = metrics.steps
    assert (render.name, render.made.number, render.kept, render.made.total_s) == ("render", 2, 1, 12.0)
    assert render.hit_rate == pytest.approx(1 / 3)
    assert quantile_of(render.made, 0.95) == pytest.approx(8.0, rel=0.03)
    assert (speak.name, speak.made.number, speak.kept, mean_of(speak.made)) == ("speak", 0, 1, None)


def test_what_was_refused_is_counted_apart_and_says_nothing_of_how_well_the_work_goes(engine):
    add_run(engine, "a", took_s=20)
    add_run(engine, "b", took_s=40, state="failed")
    for number in range(5):
        add_run(engine, f"refused-{number}", took_s=0.1, state="refused", days=1)
    metrics = read(engine)
    (product,) = metrics.products
    assert product.states == {"succeeded": 1, "failed": 1, "refused": 5}
    assert product.success_rate == 0.5
    assert (product.took.number, mean_of(product.took)) == (2, pytest.approx(30))
    assert sum(column.runs for column in metrics.columns) == 2


def test_a_run_is_counted_once_and_when_it_has_ended(engine):
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id="open", product="video", state="running", started_at=NOW))
    add_run(engine, "a", steps=(("render", False, 1.0),))
    begin = use_engine(engine)
    assert bring_up_to_date(begin, now=NOW) == 1
    assert bring_up_to_date(begin, now=NOW) == 0
    with begin() as execute:
        assert not has_news(execute, now=NOW)
    with engine.begin() as connection:  # a later change of an ended run counts nothing again
        connection.execute(sa.update(runs).where(runs.c.id == "a").values(state="failed"))
        connection.execute(sa.update(runs).where(runs.c.id == "open").values(state="failed", finished_at=NOW + 5))
    assert bring_up_to_date(begin, now=NOW) == 1
    assert read(engine).products[0].states == {"succeeded": 1, "failed": 1}


def test_many_batches_count_everything_and_a_kill_between_them_nothing_twice(engine, monkeypatch):
    monkeypatch.setattr(totals, "BATCH", 3)
    for number in range(10):
        add_run(engine, f"r{number}", days=number / 3, steps=(("render", False, 1.0 + number),))
    begin = use_engine(engine)

    class Killed(BaseException):
        pass

    committed = 0

    def dying() -> Any:
        nonlocal committed
        committed += 1
        if committed == 3:
            raise Killed
        return begin()

    with pytest.raises(Killed):
        bring_up_to_date(dying, now=NOW)
    assert bring_up_to_date(begin, now=NOW) == 4
    (step,) = read(engine).steps
    assert (step.made.number, step.made.total_s) == (10, 55.0)


def test_figures_outlive_the_rows_they_were_counted_from(engine):
    add_run(engine, "a", days=400, steps=(("render", False, 2.0),))
    read(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(runs))
    assert read(engine).steps[0].made.total_s == 2.0


def test_old_hours_become_days_and_nothing_is_lost(engine):
    for number in range(48):
        add_run(engine, f"old{number}", days=40 + number / 24, steps=(("render", False, 1.0 + number),))
    add_run(engine, "young", days=0.5, steps=(("render", False, 100.0),))
    metrics = read(engine)
    with engine.connect() as connection:
        spans = connection.exec_driver_sql(
            "SELECT span_s, count(*), sum(number) FROM totals WHERE kind = 'step' AND span_s > 0 "
            "GROUP BY span_s ORDER BY span_s"
        ).all()
    assert [(span, number) for span, _, number in spans] == [(HOUR_S, 1), (DAY_S, 48)]
    assert spans[1][1] in (2, 3)  # days that 48 hours touch
    assert metrics.steps[0].made.number == 49
    assert metrics.steps[0].made.total_s == pytest.approx(sum(range(1, 49)) + 100)
    assert quantile_of(metrics.steps[0].made, 0.5) == pytest.approx(25, rel=0.03)


def test_days_of_steps_become_months_and_those_of_runs_stay(engine):
    for number in range(10):
        add_run(engine, f"r{number}", days=100 + number, steps=(("render", False, 1.0 + number),))
    begin = use_engine(engine)
    bring_up_to_date(begin, now=NOW - 99 * DAY_S)
    assert _spans(engine) == {("run", HOUR_S): 9, ("run", DAY_S): 1, ("step", HOUR_S): 9, ("step", DAY_S): 1}
    assert read(engine).steps[0].made.total_s == 55.0
    assert _spans(engine) == {("run", DAY_S): 10, ("step", 30 * DAY_S): 10}
    add_run(engine, "late", days=105, steps=(("render", False, 5.0),))
    assert read(engine).steps[0].made.number == 11
    assert _spans(engine) == {("run", DAY_S): 11, ("step", 30 * DAY_S): 11}
    assert read(engine).columns[0].runs == 1


def _spans(engine: sa.Engine) -> dict[tuple[str, int], int]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT kind, span_s, sum(number) FROM totals WHERE span_s > 0 GROUP BY kind, span_s"
        ).all()
    return {(kind, span_s): number for kind, span_s, number in rows}


def test_everything_is_told_by_totals_of_all_time_also_of_what_an_earlier_version_counted(engine):
    for number in range(6):
        steps = (("render", False, 1.0 + number), ("speak", True, 0.0))
        add_run(engine, f"r{number}", days=number * 30, state="failed" if number == 2 else "succeeded", steps=steps)
    since = read(engine, since=NOW - 300 * DAY_S)
    ever = read(engine)
    assert (ever.products, ever.steps, ever.columns) == (since.products, since.steps, since.columns)
    assert ever.products[0].states == {"succeeded": 5, "failed": 1}
    assert quantile_of(ever.steps[0].made, 0.5) == pytest.approx(3, rel=0.03)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM totals WHERE span_s = 0")
        assert has_news(lambda statement, values: connection.execute(sa.text(statement), values).all(), now=NOW)
    add_run(engine, "late", steps=(("render", False, 2.0),))
    assert read(engine).steps[0].made.number == 7
    assert read(engine).steps[0].made.total_s == 23.0


def test_since_leaves_out_what_ended_before_that_hour(engine):
    for days, name in ((10.0, "a"), (6.9, "b"), (7.2, "c"), (0.01, "d")):
        add_run(engine, name, days=days)
    assert read(engine, since=NOW - 7 * DAY_S).products[0].took.number == 2
    assert read(engine, since=NOW - 11 * DAY_S).products[0].took.number == 4
    assert read(engine, since=NOW + DAY_S).products == ()


def test_columns_follow_each_other_without_gaps_up_to_now(engine):
    add_run(engine, "a", days=3)
    add_run(engine, "b", days=1, state="failed")
    columns = read(engine).columns
    assert [(column.runs, column.failed) for column in columns] == [(1, 0), (0, 0), (1, 1), (0, 0)]
    assert {later.starts_at - earlier.starts_at for earlier, later in pairwise(columns)} == {DAY_S}
    by_hour = read(engine, since=NOW - 1.5 * DAY_S)
    assert by_hour.span_s == HOUR_S
    assert len(by_hour.columns) == 25


def test_vendors_are_told_with_errors_retries_and_money(engine):
    with engine.begin() as connection:
        for number, (state, attempts, spent) in enumerate(
            (("delivered", 1, 2_000_000), ("delivered", 3, 500_000), ("failed", 2, 0), ("unknown", 1, 1_000_000))
        ):
            connection.execute(
                sa.insert(vendor_calls).values(
                    key=f"k{number}",
                    epoch=1,
                    run_id="r",
                    vendor="acme",
                    operation="image",
                    model="m",
                    parameters_sha256="p",
                    idempotency_key="i",
                    state=state,
                    estimate_micro_usd=spent,
                    spent_micro_usd=spent,
                    started_at=NOW - number * DAY_S,
                    attempts=attempts,
                )
            )
    (acme,) = read(engine).vendors
    assert (acme.calls, acme.retries, acme.micro_usd) == (4, 3, 3_500_000)
    assert acme.states == {"delivered": 2, "failed": 1, "unknown": 1}
    assert read(engine, since=NOW - 1.5 * DAY_S).vendors[0].calls == 2


def test_peaks_are_the_largest_of_their_time(engine):
    begin = use_engine(engine)
    record_peaks(begin, {"memory_bytes": 5.0, "cpu_cores": 1.5}, now=NOW - 30 * DAY_S)
    record_peaks(begin, {"memory_bytes": 3.0}, now=NOW)
    record_peaks(begin, {"memory_bytes": 2.0}, now=NOW)
    assert read(engine).peaks == {"memory_bytes": 5.0, "cpu_cores": 1.5}
    assert read(engine, since=NOW - DAY_S).peaks == {"memory_bytes": 3.0}


def test_the_standard_library_and_the_engine_read_the_same(home, engine):
    add_run(engine, "a", steps=(("render", False, 4.0),))
    with open_sqlite(home / "automagic.db", writing=True) as begin:
        assert bring_up_to_date(begin, now=NOW) == 1
    with open_sqlite(home / "automagic.db", writing=False) as begin, begin() as execute:
        assert read_metrics(execute, since=None, now=NOW) == read(engine)

"""Days, one after the other, out of totals by the hour and by the day."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from automagic.monitor.history import DayFigures, read_history
from automagic.monitor.measured import Measured
from automagic.monitor.recent import FEW_ASKED, read_recent_figures
from automagic.monitor.totals import DAY_S, HOUR_S, bring_up_to_date, record_peaks, use_engine
from tests.support.homes.aged_store import add_run

pytest_plugins = ("tests.support.homes.postgresql",)

NOW = 20_000 * DAY_S + 5 * HOUR_S


@pytest.fixture
def engine(both_engines: sa.Engine) -> sa.Engine:
    return both_engines


def flush(engine, at, *series):
    measured = Measured()
    for kind, name, outcome, number in series:
        measured.add_number((kind, name, outcome), number)
    measured.flush(use_engine(engine), now=at)


def read(engine, since):
    with use_engine(engine)() as execute:
        return read_history(execute, since=since, now=NOW)


def test_each_day_has_its_figures_without_gaps(engine):
    begin = use_engine(engine)
    flush(engine, NOW - 2 * DAY_S, ("cache", "health", "kept", 3), ("cache", "health", "missed", 1))
    flush(engine, NOW - 2 * DAY_S + HOUR_S, ("cache", "health", "kept", 4), ("alert", "disk-low", "raised", 2))
    flush(engine, NOW, ("task", "resize", "done", 5), ("task", "resize", "failed", 1))
    record_peaks(begin, {"memory_bytes": 1e9}, now=NOW - HOUR_S)
    record_peaks(begin, {"memory_bytes": 2e9}, now=NOW)
    before, _, today = read(engine, NOW - 2 * DAY_S)
    assert (before.hits, before.asked, before.alerts) == (7, 8, 2)
    assert before.hit_rate == 7 / 8
    assert (today.tasks, today.peaks) == (6, {"memory_bytes": 2e9})
    assert read(engine, NOW - 2 * DAY_S)[1] == DayFigures(int(NOW - DAY_S) // DAY_S * DAY_S)


def test_days_that_were_put_together_are_the_same(engine):
    start = NOW - 20 * DAY_S
    flush(engine, start, ("cache", "health", "kept", 3), ("task", "resize", "done", 2))
    flush(engine, start + HOUR_S, ("cache", "health", "missed", 1))
    hourly = read(engine, start)
    bring_up_to_date(use_engine(engine), now=NOW)
    assert read(engine, start) == hourly
    assert hourly[0].tasks == 2


def test_runs_count_and_those_refused_do_not(engine):
    now = time.time()
    for state in ("succeeded", "failed", "refused"):
        add_run(engine, state, state, finished_at=now - DAY_S)
    bring_up_to_date(use_engine(engine), now=now)
    with use_engine(engine)() as execute:
        days = read_history(execute, since=now - 3 * DAY_S, now=now)
    assert sum(day.runs for day in days) == 2
    assert sum(day.failed for day in days) == 1


def test_too_little_says_nothing_of_how_well_a_cache_does(engine):
    def figures():
        with use_engine(engine)() as execute:
            return read_recent_figures(lambda statement, **values: execute(statement, values), now=NOW)

    flush(engine, NOW, ("cache", "health", "kept", FEW_ASKED - 2), ("cache", "health", "made", 1))
    assert figures()["cache_hit_percent"] is None
    flush(engine, NOW, ("cache", "health", "made", 1))
    assert figures()["cache_hit_percent"] == 98
    tiers = {"l1": (50, 150), "l2": (50, 100), "redis": (0, 100)}
    for tier, (kept, missed) in tiers.items():
        name = f"performance {tier}"
        flush(engine, NOW, ("cache", name, "kept", kept), ("cache", name, "missed", missed))
    assert figures()["cache_hit_percent"] == 100 * (98 + 100) / (100 + 200), "a value is asked for once"
    assert figures()["call_p95_s"] is None
    assert figures()["vendor_success_percent_1h"] is None

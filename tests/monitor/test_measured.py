"""What a process measures of itself: counted once, from any thread, and lost by nothing but its own death."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from automagic.database.tables import runs
from automagic.monitor.measured import Measured
from automagic.monitor.totals import DAY_S, bring_up_to_date, use_engine
from automagic.performance.figures import LONGEST_VALUE, MOST_LABELS, encode_labels
from automagic.performance.tasks import LONGEST_NAME
from tests.support.homes.ended_runs import NOW, add_run, read

pytest_plugins = ["tests.support.homes.postgresql"]


@pytest.fixture
def engine(both_engines: sa.Engine) -> sa.Engine:
    return both_engines


def test_statements_are_timed_by_their_kind(engine):
    measured = Measured()
    measured.watch(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id="a", product="video", state="running", started_at=NOW))
        connection.execute(sa.select(runs)).all()
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
            connection.execute(sa.insert(runs).values(id="a", product="video", state="running", started_at=NOW))
    measured.flush(use_engine(engine), now=NOW)
    statements = read(engine).statements
    assert (statements["insert"].number, statements["select"].number) == (1, 1)
    assert 0 < statements["select"].total_s < 5


def test_what_many_threads_found_is_added_once(engine):
    measured = Measured()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: measured.add("cache", "a", "kept"), range(400)))
    begin = use_engine(engine)
    measured.flush(begin, now=NOW)
    measured.flush(begin, now=NOW)
    other = Measured()
    other.add("cache", "a", "made", 2.0)
    other.flush(begin, now=NOW)
    (cache,) = read(engine).caches
    assert (cache.kept, cache.made.number, cache.made.total_s) == (400, 1, 2.0)


def test_the_longest_names_and_labels_fit(engine):
    measured = Measured()
    labels = encode_labels({f"{number}".zfill(30): "\U0001f41d" * LONGEST_VALUE for number in range(MOST_LABELS)})
    measured.add("counter", "n" * 30, labels, 2.0)
    measured.add("task", "\U0001f41d" * LONGEST_NAME, "done", 1.0)
    measured.flush(use_engine(engine), now=NOW)
    found = read(engine)
    assert found.counters["n" * 30, labels].total_s == 2
    assert found.tasks["\U0001f41d" * LONGEST_NAME, "done"].number == 1


def test_what_cannot_be_added_is_kept_for_the_next_time(engine):
    measured = Measured()
    measured.add("cache", "a", "made", 1.0)

    def refuse() -> Any:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        measured.flush(refuse, now=NOW)
    measured.add("cache", "a", "made", 3.0)
    measured.flush(use_engine(engine), now=NOW)
    (cache,) = read(engine).caches
    assert (cache.made.number, cache.made.total_s, cache.made.slowest_s) == (2, 4.0, 3.0)


def test_old_hours_become_days_and_runs_are_counted_beside_them(engine):
    measured = Measured()
    measured.add("database", "select", "done", 1.0)
    measured.flush(use_engine(engine), now=NOW - 20 * DAY_S)
    add_run(engine, "a", took_s=20)
    bring_up_to_date(use_engine(engine), now=NOW)
    with engine.connect() as connection:
        spans = connection.execute(
            sa.text("SELECT span_s FROM totals WHERE kind = 'database' ORDER BY span_s")
        ).scalars()
        assert list(spans) == [0, DAY_S]
    assert read(engine).statements["select"].number == 1
    assert read(engine).products[0].name == "video"

"""Cleanup of a store whose database machines share: neither the cleanup nor a run at the same moment is hurt."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from automagic.database.tables import artifacts, pins, steps
from automagic.store import cleanup
from automagic.store.cleanup import KINDS, CleanupResult, carry_out, plan_cleanup, take_inventory
from automagic.store.retention import Place, Rules
from tests.support.homes.aged_store import add_run, clean, fill, remember

pytest_plugins = ["tests.support.homes.postgresql"]

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def engine(both_engines: sa.Engine) -> sa.Engine:
    return both_engines


@contextmanager
def at_the_same_time(work: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Do it in another thread; gives whether it is done."""
    done: list[BaseException | None] = []

    def do() -> None:
        try:
            work()
        except BaseException as fault:
            done.append(fault)
        else:
            done.append(None)

    thread = threading.Thread(target=do)
    thread.start()
    try:
        yield lambda: bool(done)
    finally:
        thread.join(60)
    assert done == [None]


def wait_until(condition: Callable[[], Any]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_pin_that_is_not_committed_yet_is_waited_for(engine, home, filled):
    """A run on another machine is between finding an artifact and saying so when the cleanup comes."""
    if engine.dialect.name == "sqlite":
        pytest.skip("it has one transaction that writes at a time")
    key, made = remember(filled, 1)
    other_key, other = remember(filled, 2)
    add_run(engine, "elsewhere", finished_at=time.time())  # whose row does not protect it
    now = time.time()
    place = Place(home, engine, home)
    plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=now)
    assert len(plan.things["artifact"]) == 2
    with engine.connect() as finding:
        # As `ArtifactStore.recall` does it.
        finding.execute(
            sa.select(artifacts.c.sha256).where(artifacts.c.sha256 == made.sha256).with_for_update(read=True)
        ).all()
        with at_the_same_time(lambda: carry_out(plan, place)) as done:
            # In one transaction the server would go on showing what it saw first.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
                wait_until(lambda: done() or looking.execute(sa.text(BLOCKED)).scalar_one())
            assert not done()
            finding.execute(sa.insert(pins).values(run_id="elsewhere", sha256=made.sha256, pinned_at=now + 1))
            finding.commit()
    assert filled.path_of(made).exists()
    assert filled.recall(key, run_id="old") == '"1"'
    assert filled.recall(other_key, run_id="old") is None
    assert not filled.path_of(other).exists()


def test_what_is_found_while_it_is_cleaned_is_there_and_what_is_not_found_is_a_miss(engine, home, filled, monkeypatch):
    monkeypatch.setattr(cleanup, "KINDS", tuple(replace(kind, batch=5) for kind in KINDS))
    keys = fill(filled, range(120))
    hits: set[str] = set()
    swept: list[CleanupResult] = []
    with at_the_same_time(lambda: swept.append(clean(home, engine)[1])) as done:
        order = random.Random(4)  # noqa: S311 - nothing secret
        while not done():
            key = order.choice(keys)
            if filled.recall(key, run_id="old") is not None:
                hits.add(key)
    assert swept[0].numbers["artifact"] == 120 - len(hits)
    assert {key for key in keys if filled.recall(key, run_id="old") is not None} == hits


def test_what_is_stored_again_while_its_row_goes_has_a_row_again(engine, home, filled, monkeypatch):
    monkeypatch.setattr(cleanup, "KINDS", tuple(replace(kind, batch=3) for kind in KINDS))
    fill(filled, range(60))

    def make() -> None:
        for number in range(60):
            filled.forget(f"{number:064d}")
            remember(filled, number, days=None)

    with at_the_same_time(make):
        clean(home, engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(steps)).scalar_one() == 60
    assert all(filled.recall(f"{number:064d}", run_id="old") == f'"{number}"' for number in range(60))

"""Cleanup of a real store: neither a kill nor a run at the same moment is hurt."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from automagic.database.tables import artifacts, run_steps, runs, steps
from automagic.errors import RequestError
from automagic.monitor.totals import bring_up_to_date, use_engine
from automagic.store import cleanup
from automagic.store.artifacts import Made
from automagic.store.cleanup import KINDS, carry_out, plan_cleanup, take_inventory
from automagic.store.removal import remove_unchanged
from automagic.store.retention import ADDING_S, DAY_S, Place, Rules
from tests.support.homes.aged_store import add_run, age, check_store, clean, fill, remember, under_way
from tests.support.processes.python_programs import run_python


def test_an_old_artifact_goes_with_its_step_and_a_young_one_stays(home, engine, filled):
    old_key, old = remember(filled, 1)
    young_key, young = remember(filled, 2, days=3)
    _, swept = clean(home, engine)
    assert swept.numbers["artifact"] == 1
    assert not filled.path_of(old).exists()
    assert filled.recall(old_key, run_id="old") is None
    assert filled.path_of(young).exists()
    assert filled.recall(young_key, run_id="old") == '"2"'
    assert clean(home, engine)[0].lines == ()


def test_what_a_running_run_has_found_stays_even_in_an_emergency(home, engine, filled):
    key, made = remember(filled, 1)
    other_key, other = remember(filled, 2)
    with under_way(home, engine) as run_id:
        assert filled.recall(key, run_id=run_id) == '"1"'
        age(engine, 30, key, made.sha256)
        clean(home, engine, Rules(emergency=True, max_bytes=0))
        assert filled.path_of(made).exists()
        assert filled.recall(key, run_id=run_id) == '"1"'
        assert filled.recall(other_key, run_id=run_id) is None
        assert not filled.path_of(other).exists()
    # Its process is gone and its row is still open: nobody needs it any more.
    clean(home, engine, Rules(emergency=True))
    assert not filled.path_of(made).exists()


def test_an_artifact_that_is_found_after_the_plan_was_made_stays(home, engine, filled):
    made = [remember(filled, number) for number in range(3)]
    now = time.time()
    place = Place(home, engine, home)
    plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=now)
    assert len(plan.things["artifact"]) == 3
    assert filled.recall(made[1][0], run_id="old") == '"1"'
    swept = carry_out(plan, place)
    assert swept.numbers["artifact"] == 2
    assert [filled.path_of(one).exists() for _, one in made] == [False, True, False]
    assert filled.recall(made[1][0], run_id="old") == '"1"'


def test_a_hit_that_is_committed_after_the_look_and_says_it_was_before_stays(home, engine, filled):
    key, made = remember(filled, 1)
    place = Place(home, engine, home)
    before = time.time()
    plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=before + 1)
    with engine.begin() as connection:
        connection.execute(sa.update(steps).where(steps.c.key == key).values(used_at=before))
    assert carry_out(plan, place).numbers["artifact"] == 0
    assert filled.path_of(made).exists()
    assert filled.recall(key, run_id="old") == '"1"'


def test_no_hit_loses_its_artifact_while_another_thread_cleans(home, engine, filled, monkeypatch):
    monkeypatch.setattr(cleanup, "KINDS", tuple(replace(kind, batch=5) for kind in KINDS))
    keys = fill(filled, range(150))
    hits: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        order = random.Random(4)  # noqa: S311 - nothing secret
        while not ended.is_set():
            key = order.choice(keys)
            if filled.recall(key, run_id="old") is not None:
                hits.add(key)

    finder = threading.Thread(target=look)
    finder.start()
    try:
        _, swept = clean(home, engine)
    finally:
        ended.set()
        finder.join()
    assert hits
    assert swept.numbers["artifact"] == 150 - len(hits)
    # A hit looks at the file: whatever was found once is still there.
    assert {key for key in keys if filled.recall(key, run_id="old") is not None} == hits


def test_a_file_that_is_stored_again_while_its_row_goes_stays(home, engine, filled):
    remember(filled, 1)
    (planned,) = take_inventory(Place(home, engine, home), Rules()).things["artifact"]
    path = filled.folder / "again"
    path.write_bytes(b"1" * 50)
    made = filled.add(path, "text/plain")  # stored, and not yet recorded
    assert made.sha256 == planned.name
    remove_unchanged(filled.folder, [planned])
    assert filled.path_of(made).exists()
    remove_unchanged(filled.folder, [planned._replace(mtime_ns=filled.path_of(made).stat().st_mtime_ns), planned])
    assert not filled.path_of(made).exists()


def test_the_same_things_may_be_made_again_while_they_are_cleaned(home, engine, filled, monkeypatch):
    monkeypatch.setattr(cleanup, "KINDS", tuple(replace(kind, batch=3) for kind in KINDS))
    fill(filled, range(60))
    faults: list[BaseException] = []

    def make() -> None:
        try:
            for number in range(60):
                filled.forget(f"{number:064d}")
                remember(filled, number, days=None)
        except BaseException as fault:
            faults.append(fault)

    maker = threading.Thread(target=make)
    maker.start()
    clean(home, engine)
    maker.join()
    assert faults == []
    assert all(filled.recall(f"{number:064d}", run_id="old") == f'"{number}"' for number in range(60))


CHILD = """
import os, signal, sys, time
from dataclasses import replace
from pathlib import Path
import sqlalchemy as sa
from automagic.database.engine import open_database, sqlite_url
from automagic.store import cleanup
from automagic.store.cleanup import carry_out, plan_cleanup, take_inventory
from automagic.store.retention import Place, Rules

home, left = Path(sys.argv[1]), int(sys.argv[2])

def count(*_facts):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

cleanup.KINDS = tuple(replace(kind, batch=10) for kind in cleanup.KINDS)
engine = open_database(sqlite_url(home / "automagic.db"))
place = Place(home, engine, home)
plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=time.time())
sa.event.listen(engine, "after_cursor_execute", count)
sa.event.listen(engine, "commit", count)
sys.addaudithook(lambda event, _facts: count() if event in ("os.rename", "os.remove") else None)
carry_out(plan, place)
"""
"""A cleanup that kills itself at its n-th statement, commit, rename or removal."""


def test_a_cleanup_that_is_killed_leaves_a_store_that_works(home, engine, filled):
    keys = fill(filled, range(120))
    kept_key, kept = remember(filled, 1000, days=1)
    for moment in (9, 24, 41, 97):
        before = check_store(home, engine)
        assert run_python("-c", CHILD, str(home), str(moment)).code == -signal.SIGKILL
        assert check_store(home, engine) <= before
    assert check_store(home, engine) > 1
    then = time.time() - ADDING_S - 1
    with engine.connect() as connection:
        recorded = set(connection.execute(sa.select(artifacts.c.sha256)).scalars())
    for path in filled.folder.rglob("*"):  # what has lost its row only now is left for a while
        if path.name not in recorded:
            os.utime(path, (then, then))
    clean(home, engine, Rules(grace_s=0))
    assert check_store(home, engine) == 1
    assert [path for path in filled.folder.rglob("*") if path.is_file()] == [filled.path_of(kept)]
    assert filled.recall(kept_key, run_id="old") == '"1000"'
    assert all(filled.recall(key, run_id="old") is None for key in keys)


def test_rows_of_old_runs_go_once_their_figures_are_kept(home, engine, filled):
    add_run(engine, "ancient", finished_at=time.time() - 400 * DAY_S)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(run_steps).values(run_id="ancient", number=0, name="draw", key="k", hit=False, duration_s=2)
        )
    clean(home, engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(runs)).scalar_one() == 2
    bring_up_to_date(use_engine(engine), now=time.time())
    _, swept = clean(home, engine)
    assert swept.numbers["run"] == 1
    with engine.connect() as connection:
        assert connection.execute(sa.select(runs.c.id)).scalars().all() == ["old"]
        assert connection.execute(sa.select(run_steps)).all() == []
        assert (
            connection.exec_driver_sql("SELECT number FROM totals WHERE name = 'draw' AND span_s > 0").scalar_one() == 1
        )


def test_the_database_gets_smaller_when_much_of_it_is_unused(home, engine, filled):
    with engine.begin() as connection:
        connection.execute(
            sa.insert(steps),
            [
                {
                    "key": f"{number:064d}",
                    "name": "n",
                    "version": 1,
                    "result": "x" * 4000,
                    "duration_s": 0,
                    "created_at": 0,
                    "used_at": 0,
                }
                for number in range(1500)
            ],
        )
    with closing(sqlite3.connect(home / "automagic.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (home / "automagic.db").stat().st_size
    clean(home, engine)
    assert (home / "automagic.db").stat().st_size < before / 4


def test_two_cleanups_do_not_run_at_the_same_time(home, engine):
    with (home / "cleanup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RequestError, match="another cleanup"):
            clean(home, engine)


def test_a_step_that_goes_takes_along_what_points_at_its_other_files(home, engine, filled):
    _, gone = remember(filled, 1)
    _, kept = remember(filled, 2, days=None)
    both = "b" * 64
    filled.remember(both, Made("draw", 1, '"3"', [gone, kept], 1), run_id="old")
    age(engine, 30, both, gone.sha256)
    clean(home, engine, Rules(grace_s=0))
    assert check_store(home, engine) == 1
    assert filled.recall(both, run_id="old") is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1

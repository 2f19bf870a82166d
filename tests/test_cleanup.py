"""Cleanup: what goes, what never does, and that neither a kill nor a run at the same moment is hurt."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from automagic.cli.cleanup import clean_up, parse_size, parse_span
from automagic.database.tables import artifacts, pins, run_steps, runs, step_artifacts, steps, vendor_calls
from automagic.errors import RequestError
from automagic.model import Artifact
from automagic.monitor.totals import bring_up_to_date, use_engine
from automagic.orchestrator import sweep
from automagic.orchestrator.calls import Answer
from automagic.orchestrator.inventory import take_inventory
from automagic.orchestrator.journal import Journal
from automagic.orchestrator.owners import this_owner
from automagic.orchestrator.response_cache import ResponseCache
from automagic.orchestrator.retention import (
    DAY_S,
    DeadFolder,
    Inventory,
    Plan,
    Response,
    ResultFolder,
    Rules,
    StoredArtifact,
    StrayFile,
    plan_cleanup,
)
from automagic.orchestrator.store import ArtifactStore
from automagic.pipelines.results import publish, reserve

NOW = 1_800_000_000.0


# ------------------------------------------------------------------------------------------------------- the plan


def artifact(name: str, days: float, size: int = 100, **facts: bool) -> StoredArtifact:
    return StoredArtifact(name, size, 0, NOW - days * DAY_S, **facts)


def names(plan: Plan) -> list[str]:
    return [one.sha256 for one in plan.artifacts]


def test_artifacts_go_by_age_then_by_size_the_one_unused_longest_first():
    inventory = Inventory(artifacts=(artifact("d", 2), artifact("a", 9), artifact("c", 3), artifact("b", 4)))
    assert names(plan_cleanup(inventory, Rules(max_bytes=200), now=NOW)) == ["a", "b"]
    assert names(plan_cleanup(inventory, Rules(max_bytes=10**9), now=NOW)) == ["a"]
    assert names(plan_cleanup(inventory, Rules(max_bytes=0), now=NOW)) == ["a", "b", "c", "d"]


def test_what_somebody_needs_was_paid_for_or_is_fresh_stays_whatever_the_limit():
    inventory = Inventory(
        artifacts=(
            artifact("needed", 400, needed=True),
            artifact("paid", 400, paid=True),
            artifact("protected", 400),
            artifact("fresh", 0.9),
            artifact("old", 400),
        )
    )
    plan = plan_cleanup(inventory, Rules(max_bytes=0), now=NOW, protected={"protected"})
    assert names(plan) == ["old"]
    assert plan.over_bytes == 400


def test_an_emergency_takes_the_fresh_ones_too_and_paid_ones_last_until_enough_is_free():
    inventory = Inventory(
        artifacts=(
            artifact("paid a", 9, paid=True),
            artifact("paid b", 8, paid=True),
            artifact("fresh", 0),
            artifact("needed", 400, needed=True),
        ),
        free_bytes=1000,
    )

    def choose(enough: int) -> list[str]:
        return names(plan_cleanup(inventory, Rules(emergency=True, enough_free_bytes=enough), now=NOW))

    assert choose(1100) == ["fresh"]
    assert choose(1101) == ["fresh", "paid a"]
    assert choose(10**9) == ["fresh", "paid a", "paid b"]


def test_responses_count_for_the_size_and_go_when_they_are_no_longer_good():
    inventory = Inventory(
        artifacts=(artifact("a", 3),),
        responses=(Response("old", NOW - 4000, 50), Response("young", NOW - 10, 60)),
    )
    plan = plan_cleanup(inventory, Rules(response_ttl_s=3600, max_bytes=160), now=NOW)
    assert [one.key for one in plan.responses] == ["old"]
    assert names(plan) == []
    assert names(plan_cleanup(inventory, Rules(response_ttl_s=3600, max_bytes=159), now=NOW)) == ["a"]


def test_strays_wait_until_nothing_runs_and_finished_results_for_the_person():
    inventory = Inventory(
        strays=(StrayFile(Path("x"), 5, NOW - 2 * DAY_S), StrayFile(Path("y"), 5, NOW - 60)),
        results=(
            ResultFolder(Path("good"), NOW - 9 * DAY_S, rejected=False, size_bytes=7),
            ResultFolder(Path("bad"), NOW - 9 * DAY_S, rejected=True, size_bytes=8),
            ResultFolder(Path("bad today"), NOW - 60, rejected=True, size_bytes=9),
        ),
        running=True,
    )
    plan = plan_cleanup(inventory, Rules(), now=NOW)
    assert (plan.strays, [result.path.name for result in plan.results]) == ((), ["bad"])
    plan = plan_cleanup(replace(inventory, running=False), Rules(), now=NOW)
    assert [stray.path.name for stray in plan.strays] == ["x"]
    plan = plan_cleanup(inventory, Rules(include_results=True), now=NOW)
    assert [result.path.name for result in plan.results] == ["good", "bad"]
    plan = plan_cleanup(inventory, Rules(emergency=True), now=NOW)
    assert [result.path.name for result in plan.results] == ["bad"]


@given(
    st.lists(
        st.builds(
            StoredArtifact,
            sha256=st.text("0123456789abcdef", min_size=6, max_size=6),
            size_bytes=st.integers(0, 1000),
            mtime_ns=st.just(0),
            used_at=st.floats(NOW - 30 * DAY_S, NOW),
            needed=st.booleans(),
            paid=st.booleans(),
        ),
        unique_by=lambda one: one.sha256,
    ),
    st.integers(0, 5000),
    st.booleans(),
)
def test_no_plan_takes_what_is_needed_and_each_says_how_much_is_over_the_limit(stored, limit, emergency):
    plan = plan_cleanup(Inventory(artifacts=tuple(stored)), Rules(max_bytes=limit, emergency=emergency), now=NOW)
    assert not any(one.needed for one in plan.artifacts)
    left = sum(one.size_bytes for one in stored) - sum(one.size_bytes for one in plan.artifacts)
    assert plan.over_bytes == max(left - limit, 0)
    if not emergency:
        assert not any(one.paid or one.used_at > NOW - DAY_S for one in plan.artifacts)
    # Nothing that stays for the size alone was used earlier than something that goes for it.
    free = [one for one in stored if not (one.needed or one.paid or one.used_at > NOW - DAY_S)]
    going = {one.sha256 for one in plan.artifacts}
    stays = [one.used_at for one in free if one.sha256 not in going]
    goes = [one.used_at for one in free if one.sha256 in going]
    assert not stays or not goes or max(goes) <= min(stays)


# ---------------------------------------------------------------------------------------------- on a real store


def remember(
    store: ArtifactStore, number: int, *, days: float | None = 30, run_id: str = "old"
) -> tuple[str, Artifact]:
    """A step with one file, used `days` ago."""
    path = store.folder / f"{number}.new"
    path.write_bytes(b"%d" % number * 50)
    made = store.add(path, "text/plain")
    key = f"{number:064d}"
    store.remember(key, name="draw", version=1, result=f'"{number}"', files=[made], duration_s=1, run_id=run_id)
    if days is not None:
        age(store.engine, days, key, made.sha256)
    return key, made


def fill(store: ArtifactStore, numbers: range) -> list[str]:
    """The same for many at once, without waiting for the disk."""
    then = time.time() - 30 * DAY_S
    kept = []
    for number in numbers:
        content = b"%d" % number * 50
        made = Artifact(hashlib.sha256(content).hexdigest(), "text/plain", len(content))
        path = store.path_of(made)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        kept.append((f"{number:064d}", number, made, path.stat().st_mtime_ns))
    facts = {"created_at": then}
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(artifacts),
            [
                {
                    "sha256": made.sha256,
                    "media_type": "text/plain",
                    "size_bytes": made.size_bytes,
                    "mtime_ns": ns,
                    **facts,
                }
                for _, _, made, ns in kept
            ],
        )
        connection.execute(
            sa.insert(steps),
            [
                {
                    "key": key,
                    "name": "draw",
                    "version": 1,
                    "result": f'"{n}"',
                    "duration_s": 1,
                    "used_at": then,
                    **facts,
                }
                for key, n, _, _ in kept
            ],
        )
        connection.execute(sa.insert(step_artifacts), [{"key": key, "sha256": made.sha256} for key, _, made, _ in kept])
        connection.execute(
            sa.insert(pins), [{"run_id": "old", "sha256": made.sha256, "pinned_at": then} for _, _, made, _ in kept]
        )
    return [key for key, _, _, _ in kept]


def age(engine: sa.Engine, days: float, key: str, sha256: str) -> None:
    then = time.time() - days * DAY_S
    with engine.begin() as connection:
        connection.execute(sa.update(steps).where(steps.c.key == key).values(used_at=then, created_at=then))
        connection.execute(sa.update(artifacts).where(artifacts.c.sha256 == sha256).values(created_at=then))
        connection.execute(sa.update(pins).where(pins.c.sha256 == sha256).values(pinned_at=then))


def add_run(engine: sa.Engine, run_id: str = "old", state: str = "succeeded", **values: Any) -> None:
    then = values.pop("finished_at", time.time() - 30 * DAY_S)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(
                id=run_id,
                product="video",
                state=state,
                started_at=then - 60,
                finished_at=None if state == "running" else then,
                **values,
            )
        )


@pytest.fixture
def filled(store: ArtifactStore) -> ArtifactStore:
    """A store in which an old run of ours made something."""
    add_run(store.engine)
    return store


def clean(home: Path, engine: sa.Engine, rules: Rules | None = None) -> tuple[Plan, sweep.Swept]:
    rules = rules or Rules()
    now = time.time()
    inventory = take_inventory(home, engine, include_results=rules.include_results, base=home.parent)
    plan = plan_cleanup(inventory, rules, now=now)
    return plan, sweep.carry_out(plan, home, engine, now=now)


@contextmanager
def under_way(home: Path, engine: sa.Engine, run_id: str = "20270101-000000-abcdef") -> Iterator[str]:
    """A run as another process would have it."""
    (home / "work").mkdir(exist_ok=True)
    with (home / "work" / f"{run_id}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (home / "work" / run_id).mkdir()
        add_run(engine, run_id, "running")
        yield run_id


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
    plan = plan_cleanup(take_inventory(home, engine, include_results=False, base=home), Rules(), now=now)
    assert len(plan.artifacts) == 3
    assert filled.recall(made[1][0], run_id="old") == '"1"'
    swept = sweep.carry_out(plan, home, engine, now=now)
    assert swept.numbers["artifact"] == 2
    assert [filled.path_of(one).exists() for _, one in made] == [False, True, False]
    assert filled.recall(made[1][0], run_id="old") == '"1"'


def test_no_hit_loses_its_artifact_while_another_thread_cleans(home, engine, filled, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 5)
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
    (planned,) = take_inventory(home, engine, include_results=False, base=home).artifacts
    path = filled.folder / "again"
    path.write_bytes(b"1" * 50)
    made = filled.add(path, "text/plain")  # stored, and not yet recorded
    assert made.sha256 == planned.sha256
    sweep._remove_unchanged(filled.folder, [planned])
    assert filled.path_of(made).exists()
    sweep._remove_unchanged(
        filled.folder, [replace(planned, mtime_ns=filled.path_of(made).stat().st_mtime_ns), planned]
    )
    assert not filled.path_of(made).exists()


def test_the_same_things_may_be_made_again_while_they_are_cleaned(home, engine, filled, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
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
from pathlib import Path
import sqlalchemy as sa
from automagic.database.engine import open_database, sqlite_url
from automagic.orchestrator import sweep
from automagic.orchestrator.inventory import take_inventory
from automagic.orchestrator.retention import Rules, plan_cleanup

home, left = Path(sys.argv[1]), int(sys.argv[2])

def count(*_facts):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sweep.BATCH = 10
engine = open_database(sqlite_url(home / "automagic.db"))
plan = plan_cleanup(take_inventory(home, engine, include_results=False, base=home), Rules(), now=time.time())
sa.event.listen(engine, "after_cursor_execute", count)
sa.event.listen(engine, "commit", count)
sys.addaudithook(lambda event, _facts: count() if event in ("os.rename", "os.remove") else None)
sweep.carry_out(plan, home, engine, now=time.time())
"""
"""A cleanup that kills itself at its n-th statement, commit, rename or removal."""


def check_store(home: Path, engine: sa.Engine) -> int:
    """Every row has its file and everything refers to something; how many artifacts there are."""
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        recorded = connection.execute(sa.select(artifacts.c.sha256)).scalars().all()
    assert all((home / "artifacts" / name[:2] / name).exists() for name in recorded)
    return len(recorded)


def test_a_cleanup_that_is_killed_leaves_a_store_that_works(home, engine, filled):
    keys = fill(filled, range(120))
    kept_key, kept = remember(filled, 1000, days=1)
    for moment in (9, 24, 41, 97):
        before = check_store(home, engine)
        child = subprocess.run([sys.executable, "-c", CHILD, str(home), str(moment)], check=False)
        assert child.returncode == -signal.SIGKILL
        assert check_store(home, engine) <= before
    assert check_store(home, engine) > 1
    clean(home, engine, Rules(grace_s=0))
    assert check_store(home, engine) == 1
    assert [path for path in filled.folder.rglob("*") if path.is_file()] == [filled.path_of(kept)]
    assert filled.recall(kept_key, run_id="old") == '"1000"'
    assert all(filled.recall(key, run_id="old") is None for key in keys)


# --------------------------------------------------------------------------------------------------- by kind


def buy(store: ArtifactStore, text: bytes) -> Artifact:
    """An answer that was paid for, 30 days ago."""
    path = store.folder / "bought.new"
    path.write_bytes(text)
    made = store.add(path, "text/plain")
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(artifacts).values(
                sha256=made.sha256,
                media_type="text/plain",
                size_bytes=made.size_bytes,
                mtime_ns=store.path_of(made).stat().st_mtime_ns,
                created_at=time.time() - 30 * DAY_S,
            )
        )
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k" * 64,
                epoch=1,
                run_id="old",
                vendor="acme",
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="delivered",
                estimate_micro_usd=5,
                spent_micro_usd=5,
                started_at=time.time(),
                artifact_sha256=made.sha256,
            )
        )
    return made


def test_a_paid_answer_stays_and_in_an_emergency_its_row_says_that_it_is_gone(home, engine, filled):
    bought = buy(filled, b"a picture")
    clean(home, engine, Rules(max_bytes=0))
    journal = Journal(filled, this_owner("run"))
    found = journal.find("k" * 64, "")
    assert found is not None
    assert found.answer == Answer(b"a picture", "text/plain", None)
    clean(home, engine, Rules(emergency=True, enough_free_bytes=0))
    assert filled.path_of(bought).exists()
    clean(home, engine, Rules(emergency=True, enough_free_bytes=1 << 60))
    assert not filled.path_of(bought).exists()
    assert journal.find("k" * 64, "") is None
    with engine.connect() as connection:
        row = connection.execute(sa.select(vendor_calls)).one()
        assert (row.retired, row.artifact_sha256, row.spent_micro_usd) == (True, None, 5)
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_on_a_full_disk_files_go_before_their_rows_but_never_bought_or_needed_ones(home, engine, filled, monkeypatch):
    monkeypatch.setattr(sweep, "ROOM_BYTES", 1 << 62)
    fill(filled, range(120))
    bought = buy(filled, b"a picture")
    needed_key, needed = remember(filled, 1000)
    with under_way(home, engine) as run_id:
        filled.recall(needed_key, run_id=run_id)
        now = time.time()
        inventory = take_inventory(home, engine, include_results=False, base=home)
        plan = plan_cleanup(inventory, Rules(emergency=True, enough_free_bytes=1 << 60), now=now)
        sweep._Store(home, engine, plan, sweep.Swept())._make_room()
        assert {path.name for path in filled.folder.rglob("*") if path.is_file()} == {bought.sha256, needed.sha256}
        assert filled.recall(f"{7:064d}", run_id=run_id) is None
        sweep.carry_out(plan, home, engine, now=now)
        assert check_store(home, engine) == 1


def test_rows_whose_file_is_gone_are_forgotten_but_not_when_the_whole_store_is(home, engine, filled, tmp_path):
    lost_key, lost = remember(filled, 1, days=0)
    kept_key, _ = remember(filled, 2, days=0)
    (home / "artifacts").rename(tmp_path / "elsewhere")
    assert clean(home, engine)[0].lines == ()
    (tmp_path / "elsewhere").rename(home / "artifacts")
    filled.path_of(lost).unlink()
    plan, swept = clean(home, engine)
    assert [line.kind for line in plan.lines] == ["row"]
    assert swept.numbers["row"] == 1
    with engine.connect() as connection:
        assert connection.execute(sa.select(steps.c.key)).scalars().all() == [kept_key]
    assert lost_key != kept_key


def test_values_without_files_go_when_they_are_old(home, engine, filled):
    for number, days in ((1, 30), (2, 1)):
        filled.remember(f"{number:064d}", name="n", version=1, result="1", files=[], duration_s=0, run_id="old")
        age(engine, days, f"{number:064d}", "")
    clean(home, engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(steps.c.key)).scalars().all() == [f"{2:064d}"]


def test_strays_go_when_nothing_runs_and_what_is_not_ours_never_does(home, engine, filled):
    then = time.time() - 3 * DAY_S
    shelf = home / "artifacts" / "ab"
    shelf.mkdir()
    stray, partial = shelf / ("ab" + "0" * 62), shelf / ("ab" + "1" * 62 + ".0a0b0c0d.partial")
    foreign = [shelf / "notes.txt", home / "artifacts" / "README", home / "mine.txt", shelf / ("cd" + "0" * 62)]
    for path in (stray, partial, *foreign):
        path.write_text("x")
        os.utime(path, (then, then))
    with under_way(home, engine):
        clean(home, engine, Rules(emergency=True))
        assert stray.exists()
    _, swept = clean(home, engine)
    assert swept.numbers["stray"] == 2
    assert not stray.exists()
    assert not partial.exists()
    assert all(path.exists() for path in foreign)


def test_temporary_folders_go_when_their_process_is_dead(home, engine):
    work = home / "work"
    work.mkdir()
    for name in ("20260101-000000-aaaaaa", "20260101-000000-bbbbbb", "my-own-folder"):
        (work / name).mkdir()
        (work / name / "big").write_bytes(b"x" * 1000)
    (work / "20260101-000000-aaaaaa.lock").touch()
    with under_way(home, engine) as run_id:
        plan, _ = clean(home, engine)
        assert plan.folders == (
            DeadFolder("20260101-000000-aaaaaa", 1000),
            DeadFolder("20260101-000000-bbbbbb", 1000),
        )
        assert {path.name for path in work.iterdir()} == {run_id, f"{run_id}.lock", "my-own-folder"}


async def test_answers_of_free_services_go_when_they_are_no_longer_good(home, engine):
    def cache() -> ResponseCache:
        return ResponseCache(home / "responses", ttl_s=3600, size=100, redis_url=None, tell=lambda _text: None)

    first = cache()
    for number in range(20):
        await first.keep(f"key {number}", Answer(b"x" * 100_000 if number % 2 else b"small", "text/plain"))
    await first.close()
    assert clean(home, engine)[0].lines == ()
    plan, swept = clean(home, engine, Rules(response_ttl_s=0))
    assert len(plan.responses) == 20
    assert plan.lines[0].size_bytes > 1_000_000
    assert swept.numbers["response"] == 20
    second = cache()
    assert await second.find("key 1") is None
    await second.keep("key 1", Answer(b"again", "text/plain"))
    assert await second.find("key 1") is not None
    await second.close()
    assert sum(path.stat().st_size for path in (home / "responses").rglob("*.val")) == 0


# -------------------------------------------------------------------------------------------------- results


def make_result(engine: sa.Engine, folder: Path, *, state: str, days: float = 9, title: str = "T") -> Path:
    """A result as the video product leaves it."""
    place = folder.with_name(f"{folder.name}.rejected") if state == "rejected" else folder
    files = {"video.mp4": b"v" * 5000, "captions.srt": b"1\n"}
    manifest = {"generator": "AutoMagic/0.1.0", "title": title, "files": sorted([*files, "metadata.json"])}
    with reserve(folder):
        publish(place, {**files, "metadata.json": json.dumps(manifest).encode()})
    then = time.time() - days * DAY_S
    for path in place.iterdir():
        os.utime(path, (then, then))
    add_run(
        engine,
        f"run-{state}-{folder.name}-{days}"[:32],
        state,
        finished_at=then,
        title=title,
        result=json.dumps({"folder": str(place)}),
    )
    return place


def test_old_rejected_results_go_and_finished_ones_only_when_asked(home, engine, tmp_path):
    good = make_result(engine, tmp_path / "out" / "good", state="succeeded")
    bad = make_result(engine, tmp_path / "out" / "bad", state="rejected")
    young = make_result(engine, tmp_path / "out" / "young", state="rejected", days=2)
    plan, swept = clean(home, engine)
    assert [result.path for result in plan.results] == [bad]
    assert swept.numbers["rejected"] == 1
    assert swept.bytes["rejected"] > 5000
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"good", "young.rejected"}
    clean(home, engine, Rules(include_results=True))
    assert not good.exists()
    assert young.exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["young.rejected"]


def test_what_a_person_added_or_changed_in_a_result_stays(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    (bad / "notes.txt").write_text("mine")
    (bad / "captions.srt").write_text("corrected")
    clean(home, engine)
    assert {path.name for path in bad.iterdir()} == {"notes.txt", "captions.srt", "metadata.json"}
    with reserve(tmp_path / "bad"):  # and a later run knows the folder as its own
        publish(bad, {"metadata.json": b'{"generator": "AutoMagic", "files": ["metadata.json"]}'})
    assert (bad / "notes.txt").read_text() == "mine"


def test_folders_that_are_not_results_of_ours_stay(home, engine, tmp_path):
    foreign = make_result(engine, tmp_path / "foreign", state="rejected")
    (foreign / "metadata.json").write_text('{"generator": "Somebody", "files": ["video.mp4"]}')
    moved = make_result(engine, tmp_path / "moved", state="rejected")
    moved.rename(tmp_path / "mine")
    (tmp_path / "moved.rejected").symlink_to(tmp_path / "mine")
    climbing = make_result(engine, tmp_path / "climbing", state="rejected")
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    then = time.time() - 30 * DAY_S
    (climbing / "metadata.json").write_text(
        json.dumps({"generator": "AutoMagic", "files": ["../outside.txt", "/etc/hostname", 7, "..", "gone"]})
    )
    for path in (outside, climbing / "metadata.json"):
        os.utime(path, (then, then))
    clean(home, engine, Rules(include_results=True))
    assert (foreign / "video.mp4").exists()
    assert (tmp_path / "mine" / "video.mp4").exists()
    assert outside.exists()
    assert (climbing / "video.mp4").exists()


def test_a_result_that_a_run_is_writing_stays(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    with reserve(tmp_path / "bad"):
        _, swept = clean(home, engine)
        assert (bad / "video.mp4").exists()
        assert "a run is writing" in swept.notices[0]
    clean(home, engine)
    assert not bad.exists()


def test_what_a_killed_cleanup_left_of_a_result_goes_the_next_time(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    bad.rename(tmp_path / ".bad.rejected.partial-01234567")
    clean(home, engine)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_relative_folder_is_only_taken_for_the_result_when_its_title_is(home, engine, tmp_path, monkeypatch):
    make_result(engine, tmp_path / "bad", state="rejected", title="Mine")
    with engine.begin() as connection:
        connection.execute(sa.update(runs).values(result='{"folder": "bad.rejected"}', title="Other"))
    clean(home, engine)
    assert (tmp_path / "bad.rejected").exists()
    with engine.begin() as connection:
        connection.execute(sa.update(runs).values(title="Mine"))
    clean(home, engine)
    assert not (tmp_path / "bad.rejected").exists()


# ------------------------------------------------------------------------------------------------- the database


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
        assert connection.exec_driver_sql("SELECT number FROM totals WHERE name = 'draw'").scalar_one() == 1


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


# --------------------------------------------------------------------------------------------- the command line

QUIET = {
    "dry_run": False,
    "older_than": None,
    "max_size": None,
    "emergency": False,
    "include_results": False,
    "as_json": False,
}


def tree(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "automagic.db" not in path.name
    }


def test_a_dry_run_prints_the_plan_and_changes_nothing(home, engine, filled, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(3):
        remember(filled, number)
    before = tree(home)
    clean_up(**{**QUIET, "dry_run": True})
    said = capsys.readouterr().out
    assert "artifacts" in said
    assert "not used for 7 days" in said
    assert max(map(len, said.splitlines())) <= 80
    assert tree(home) == before
    clean_up(**{**QUIET, "as_json": True})
    document = json.loads(capsys.readouterr().out)
    assert document["plan"]["kinds"][0] == {
        "kind": "artifact",
        "number": 3,
        "size_bytes": 150,
        "why": "not used for 7 days, or beyond 10 GB",
    }
    assert document["removed"]["size_bytes"] == 150
    clean_up(**QUIET)
    assert "nothing to clean up" in capsys.readouterr().out


def test_the_plan_is_printed_before_and_what_was_done_after(home, engine, filled, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    remember(filled, 1)
    clean_up(**QUIET)
    said = capsys.readouterr().out
    assert said.index("not used for 7 days") < said.index("Removed 1 artifacts")


def test_a_home_that_is_not_there_is_clean_and_stays_away(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "none"))
    clean_up(**QUIET)
    assert "nothing to clean up" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("text", "seconds"), [("7d", 604800), ("12h", 43200), ("90m", 5400), ("1.5w", 907200)])
def test_a_span_is_read(text, seconds):
    assert parse_span(text, flag="--since") == seconds


@pytest.mark.parametrize(("text", "size"), [("10GB", 10**10), ("1.5 tb", 1.5e12), ("500MB", 5 * 10**8)])
def test_a_size_is_read(text, size):
    assert parse_size(text, flag="--max-size") == size


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7 days", "1e9d", "٣d", "10GB"])
def test_another_span_is_refused(text):
    with pytest.raises(RequestError, match="--since"):
        parse_span(text, flag="--since")

"""Cleanup: each kind of thing goes when nobody needs it, and what is not ours never does."""

from __future__ import annotations

import os
import time

import sqlalchemy as sa
import time_machine

from automagic.database.tables import steps, vendor_calls
from automagic.gate.cache import ResponseCache
from automagic.gate.calls import Answer
from automagic.gate.journal import Journal
from automagic.gate.leases import this_holder
from automagic.store import removal
from automagic.store.artifacts import ArtifactStore, Made
from automagic.store.blobs import FolderBlobStore
from automagic.store.cleanup import carry_out, plan_cleanup, take_inventory
from automagic.store.removal_files import CleanupRun
from automagic.store.retention import DAY_S, Place, Rules, Thing
from tests.support.homes.aged_store import add_run, age, buy, check_store, clean, fill, remember, under_way


def test_a_paid_answer_stays_and_in_an_emergency_its_row_says_that_it_is_gone(home, engine, filled):
    bought = buy(filled, b"a picture")
    clean(home, engine, Rules(max_bytes=0))
    journal = Journal(filled, this_holder("run"))
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
    monkeypatch.setattr(removal, "ROOM_BYTES", 1 << 62)
    fill(filled, range(120))
    bought = buy(filled, b"a picture")
    needed_key, needed = remember(filled, 1000)
    with under_way(home, engine) as run_id:
        filled.recall(needed_key, run_id=run_id)
        now = time.time()
        place, rules = Place(home, engine, home), Rules(emergency=True, enough_free_bytes=1 << 60)
        plan = plan_cleanup(take_inventory(place, rules), rules, now=now)
        removal.make_room(CleanupRun(place, rules, now, [], plan.things["artifact"]))
        assert {path.name for path in filled.folder.rglob("*") if path.is_file()} == {bought.sha256, needed.sha256}
        assert filled.recall(f"{7:064d}", run_id=run_id) is None
        carry_out(plan, place)
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
        filled.remember(f"{number:064d}", Made("n", 1, "1", [], 0), run_id="old")
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
        assert plan.things["folder"] == (
            Thing("20260101-000000-aaaaaa", 1000),
            Thing("20260101-000000-bbbbbb", 1000),
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
    with time_machine.travel(time.time() + 3601):
        plan, swept = clean(home, engine)
    assert plan.lines[0].number == 20
    assert plan.lines[0].size_bytes > 1_000_000
    assert swept.numbers["response"] == 20
    second = cache()
    assert await second.find("key 1") is None
    await second.keep("key 1", Answer(b"again", "text/plain"))
    assert await second.find("key 1") is not None
    await second.close()
    assert sum(path.stat().st_size for path in (home / "responses").rglob("*.val")) == 0


def test_files_that_a_job_brought_go_when_it_is_long_over(home, engine):
    work = home / "work"
    work.mkdir()
    names = ("20260101-000000-aaaaaaaaaaaa.inputs", "key-0123456789abcdef0123.inputs", "20270101-000000-abcdef.inputs")
    for name in names:
        (work / name).mkdir()
        (work / name / "article.md").write_text("x")
        os.utime(work / name, (1, 1))
    (work / "key-aaaaaaaaaaaaaaaaaaaa.inputs").mkdir()  # of a job that is about to begin
    with under_way(home, engine, "20270101-000000-abcdef"):
        clean(home, engine, Rules(emergency=True))
        assert {path.name for path in work.glob("*.inputs")} == {names[2], "key-aaaaaaaaaaaaaaaaaaaa.inputs"}


def test_a_file_goes_from_the_shelf_that_machines_share_too_and_rows_of_other_machines_stay(home, engine, tmp_path):
    shared = FolderBlobStore(tmp_path / "shared")
    store = ArtifactStore(home / "artifacts", engine, shared=shared)
    add_run(engine)
    _, old = remember(store, 1)
    _, young = remember(store, 2, days=3)
    store.path_of(young).unlink()  # this machine never had it, or gave it up
    left = shared.folder / "ab" / ("ab" + "0" * 62)  # what a job brought that is pruned
    left.parent.mkdir(exist_ok=True)
    left.write_text("x")
    os.utime(left, (1, 1))
    now = time.time()
    place = Place(home, engine, home, shared)
    plan = plan_cleanup(take_inventory(place, Rules()), Rules(), now=now)
    assert plan.things["row"] == ()
    carry_out(plan, place)
    assert [path.name for path in shared.folder.rglob("*") if path.is_file()] == [young.sha256]
    assert not store.path_of(old).exists()


def test_what_clients_sent_goes_when_no_job_needs_it(home, engine):
    for name, days in (("a" * 24, 30), ("b" * 24, 30), ("c" * 24, 1)):
        folder = home / "uploads" / name / "file"
        folder.mkdir(parents=True)
        (folder / "talk.mp4").write_bytes(b"x" * 1000)
        (folder.parent / "facts.json").write_bytes(b"{}")
        for path in (folder / "talk.mp4", folder.parent / "facts.json", folder.parent):
            os.utime(path, (time.time() - days * DAY_S,) * 2)
    needed = str(home / "uploads" / ("b" * 24) / "file" / "talk.mp4")
    place, rules = Place(home, engine, home), Rules()
    plan = plan_cleanup(take_inventory(place, rules), rules, now=time.time(), protected={needed})
    assert [line.label for line in plan.lines] == ["files that were sent"]
    carry_out(plan, place)
    assert {path.name for path in (home / "uploads").iterdir()} == {"b" * 24, "c" * 24}

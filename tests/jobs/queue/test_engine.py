"""What is asked of the job engine (DBOS): its documented names, its tables, and rows that a version before wrote."""

from __future__ import annotations

import ast
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dbos import WorkflowStatusString

import automagic
from automagic.errors import ConfigurationError
from automagic.jobs.queue import reads, statements
from automagic.jobs.queue.custody import Custody, choose
from automagic.jobs.queue.engine import QueueClient, open_client, prepare
from automagic.jobs.queue.location import QUEUE
from automagic.jobs.queue.reads import PendingJob
from automagic.jobs.queue.turns import turn
from tests.support.places import DATA
from tests.support.processes.worker_programs import drain_whatever_dies, jobs_in_order
from tests.support.programs.trial_worker import trial

ROOM = Path(automagic.__file__).parent
READING = {name: text for name, text in vars(statements).items() if name[0].isupper() and isinstance(text, str)}
READING.pop("PROGRESS")


def test_only_documented_names_of_the_engine_are_used():
    for path in ROOM.rglob("*.py"):
        text = path.read_text()
        if "dbos" not in text:
            continue
        assert not re.search(r"\bdbos\._", text), f"{path.name} imports a private module of the job engine"
        assert not re.search(r"(?i)\b(insert into|delete from|update) (workflow_|operation_|queues)", text), path.name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
                own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "place")
                assert own or path.parent.name != "queue", f"{path.name}, line {node.lineno}: {node.attr} is private"


@pytest.fixture
def tables(place):
    """A queue as the installed engine makes it."""
    prepare(place)
    with closing(sqlite3.connect(place.file)) as connection:
        yield connection


def test_the_tables_that_are_read_are_as_the_installed_engine_makes_them(tables):
    for table, needed in statements.READ.items():
        made = {row[1] for row in tables.execute(f"PRAGMA table_info({table})")}
        assert made, f"this version of DBOS makes no table {table}: see statements.py"
        assert needed <= made, f"this version of DBOS has no {needed - made} in {table}: see statements.py"


def test_each_statement_reads_what_is_declared_and_writes_nothing(tables):
    seen: dict[str, set[str]] = {}
    done: set[int] = set()

    def note(action: int, table: str | None, column: str | None, *_rest: object) -> int:
        done.add(action)
        if action == sqlite3.SQLITE_READ and column:
            seen.setdefault(str(table), set()).add(column)
        return sqlite3.SQLITE_OK

    tables.set_authorizer(note)
    for statement in READING.values():
        filled = statements.for_sqlite(statements.for_each(statement, [1, 2]))
        tables.execute(filled, [0] * filled.count("?")).fetchall()
    assert seen == {table: set(columns) for table, columns in statements.READ.items()}
    assert done <= {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION}


def test_every_state_that_the_engine_knows_is_one_of_ours():
    known = {name for names in reads._ENGINE_STATES.values() for name in names}
    assert {status.value for status in WorkflowStatusString} == known


def test_tables_of_another_engine_are_said(place, queue, log):
    queue.add([trial(log)])
    with closing(sqlite3.connect(place.file)) as connection:
        connection.execute("ALTER TABLE workflow_status RENAME COLUMN executor_id TO worker_id")
    with pytest.raises(ConfigurationError, match="not those that this version knows: no such column"):
        queue.find_all()


def test_jobs_that_the_version_before_queued_are_done(place, queue, log):
    """It wrote the rows itself; one job's worker had died for the second time when this program took over."""
    dump = DATA.joinpath("jobs_of_dbos_3.4.sql").read_text()
    place.home.mkdir()
    with closing(sqlite3.connect(place.file)) as connection:
        connection.executescript(dump.replace("@LOG@", str(log)).replace("@BASE@", str(log.parent)))
    before = {job.key: job for job in queue.find_all()}
    assert (before["bad"].state, before["bad"].deaths, before["bad"].attempts) == ("running", 1, 2)
    assert drain_whatever_dies(place) == 1
    after = {job.key: job for job in queue.find_all()}
    assert {key: job.state for key, job in after.items()} == {
        "done": "succeeded",
        "bad": "failed",
        "cancelled": "cancelled",
        "waiting": "succeeded",
        "urgent": "succeeded",
        "later": "queued",
        "failed": "failed",
    }
    assert (after["bad"].deaths, after["bad"].attempts) == (3, 3)
    assert (after["done"], after["cancelled"]) == (before["done"], before["cancelled"])
    done = [job for job in jobs_in_order(log) if job != after["bad"].id]
    assert done == [after["urgent"].id, after["waiting"].id]
    assert queue.retry("cancelled").state == "queued"
    assert sorted(queue.prune(older_than_s=0)) == sorted(
        after[key].id for key in ("done", "bad", "failed", "waiting", "urgent")
    )


# ---------------------------------------------------------------------------------------------- who takes what


def waiting(job_id: str, *, alone: bool = False) -> PendingJob:
    return PendingJob(job_id, running=False, mark="", attempts=0, noted=False, labels={"alone": alone}, doing="")


def test_a_job_that_must_run_alone_is_taken_alone_and_only_when_its_turn_has_come():
    one, alone, other = waiting("one"), waiting("alone", alone=True), waiting("other")
    assert choose([one, alone, other], busy=False) == [one]
    assert choose([alone, one], busy=False) == [alone]
    assert choose([alone, one], busy=True) == []
    assert choose([one, other], busy=True) == [one, other]


def test_nobody_takes_a_job_while_another_process_changes_jobs(place, queue, log):
    [added] = queue.add([trial(log)])
    with open_client(place) as client, reads.open_database(place) as database:
        custody = Custody(place, client, "w", concurrency=2)
        with turn(place, database):
            assert custody.take(database, ()) == ([], set())
        queue.cancel(added.id)
        assert custody.take(database, ()) == ([], set())
        queue.retry(added.id)
        assert custody.take(database, ())[1] == {added.id}
        assert custody.requeue(database) == 0, "it had not begun"
        assert [job.job_id for job in reads.find_waiting(database, limit=9)] == [added.id]


class _Dying(QueueClient):
    def move(self, job_ids, queue):
        if queue == QUEUE:
            raise KeyboardInterrupt
        super().move(job_ids, queue)


def test_a_death_is_counted_once_though_whoever_notes_it_dies_too(place, queue, log):
    [added] = queue.add([trial(log)])
    with reads.open_database(place) as database, open_client(place) as client:
        Custody(place, client, "dead", concurrency=1).take(database, ())
        with closing(sqlite3.connect(place.file)) as engine, engine:  # as the engine claims it
            engine.execute(
                "UPDATE workflow_status SET status = 'PENDING', executor_id = 'dead', "
                "owner_xid = 'x', recovery_attempts = 1"
            )
        assert reads.busy_workers(database) == {"dead"}
        dying = _Dying(place)
        with pytest.raises(KeyboardInterrupt):
            Custody(place, dying, "one", concurrency=1).bury(database, "dead")
        dying.close()
        [found] = Custody(place, client, "two", concurrency=1).bury(database, "dead")
        assert (found.job_id, found.deaths) == (added.id, 1)
        assert reads.busy_workers(database) == set()
    job = queue.find(added.id)
    assert (job.state, job.deaths, job.attempts) == ("queued", 1, 1)

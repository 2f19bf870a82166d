"""What stands of a run outside its own memory: its row, and its temporary folder with a lock.

    runs         id ─ running ──▶ succeeded, failed, refused, rejected, cancelled
                 id~1, id~2 …     earlier attempts of a run that was begun again
    work/id      its temporary files
    work/id.lock held as long as its process lives; says which run, and when it was begun

A run may be begun again under its id, on another machine too: then its row has another `started_at`, and the
process that began it earlier no longer changes it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa

from automagic.database.engine import insert_once
from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import run_steps, runs
from automagic.errors import ResourceError
from automagic.machine.lock_files import open_lock, take_lock


def open_row(engine: sa.Engine, run_id: str, product: str, started_at: float) -> None:
    """Write that a run is under way. When it ended before, that attempt keeps a row of its own."""
    values = {
        "product": product,
        "title": "",
        "state": "running",
        "started_at": started_at,
        "finished_at": None,
        "steps_hit": 0,
        "steps_miss": 0,
        "cost_usd": 0.0,
        "result": None,
        "error": None,
    }
    this = runs.c.id == run_id
    with engine.begin() as connection:
        if insert_once(connection, runs, [{"id": run_id, **values}]):
            return
        state = connection.execute(sa.select(runs.c.state).where(this).with_for_update()).scalar_one()
        if state != "running":
            _set_aside(connection, run_id)
        connection.execute(sa.update(runs).where(this).values(**values))


def _set_aside(connection: sa.Connection, run_id: str) -> None:
    attempts = sa.select(sa.func.count()).select_from(runs).where(runs.c.id.startswith(f"{run_id}~", autoescape=True))
    name = f"{run_id}~{connection.execute(attempts).scalar_one() + 1}"
    columns = [column for column in runs.c if column is not runs.c.id]
    counted = connection.execute(sa.select(uncounted_runs).where(uncounted_runs.c.run_id == run_id)).first() is None
    connection.execute(
        sa.insert(runs).from_select(
            ["id", *(column.name for column in columns)],
            sa.select(sa.literal(name), *columns).where(runs.c.id == run_id),
        )
    )
    connection.execute(sa.update(run_steps).where(run_steps.c.run_id == run_id).values(run_id=name))
    # The metrics count each attempt once: the trigger has noted the new row as one that is to be counted.
    known = [run_id, name] if counted else [run_id]
    connection.execute(sa.delete(uncounted_runs).where(uncounted_runs.c.run_id.in_(known)))


def close_row(
    engine: sa.Engine,
    run_id: str,
    started_at: float,
    values: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
) -> None:
    """Write a run's outcome and its steps; the first outcome stands, and that of the latest attempt."""
    with engine.begin() as connection:
        changed = connection.execute(sa.update(runs).where(_is_under_way(run_id, started_at)).values(**values))
        if changed.rowcount and steps:
            connection.execute(
                sa.insert(run_steps),
                [{"run_id": run_id, "number": number, **step} for number, step in enumerate(steps)],
            )


def close_dead_runs(engine: sa.Engine, work: Path) -> None:
    """Mark the runs of this machine whose process died as failed, and remove what they left."""
    with contextlib.ExitStack() as stack:
        dead = dict(_take_free_locks(work, stack))
        with engine.execution_options(reads_only=True).begin() as connection:
            open_runs = connection.execute(
                sa.select(runs.c.id, runs.c.started_at).where(runs.c.state == "running")
            ).all()
        said = {_describe(run.id, run.started_at) for run in open_runs} & set(dead.values())
        # A file is of one machine: a run without a lock there is dead, also one of an older version.
        alone = engine.dialect.name == "sqlite"
        ended = [
            run
            for run in open_runs
            if _describe(run.id, run.started_at) in said or (alone and not (work / f"{run.id}.lock").exists())
        ]
        if ended:
            with engine.begin() as connection:
                for run in ended:
                    connection.execute(
                        sa.update(runs)
                        .where(_is_under_way(run.id, run.started_at))
                        .values(state="failed", finished_at=time.time(), error="the process was killed")
                    )
        for path in dead:
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)


def _is_under_way(run_id: str, started_at: float) -> sa.ColumnElement[bool]:
    return sa.and_(runs.c.id == run_id, runs.c.state == "running", runs.c.started_at == started_at)


@contextlib.contextmanager
def own_folder(work: Path, run_id: str, started_at: float) -> Iterator[Path]:
    """A folder for a run's temporary files, held by a lock; both are gone at the end.

    Raises:
        ResourceError: It cannot be made.
    """
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock, path = _take_lock(work, run_id)
    except OSError as error:
        raise _explain(work, error) from error
    with lock:
        folder = path.with_suffix("")
        try:
            lock.write(_describe(run_id, started_at))
            lock.flush()
            shutil.rmtree(folder, ignore_errors=True)  # of an earlier attempt that was killed
            folder.mkdir()
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _explain(work, error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            path.unlink(missing_ok=True)


def _take_lock(work: Path, run_id: str) -> tuple[TextIO, Path]:
    """A new lock; with a number where an earlier attempt of the same run, given up elsewhere, still winds down here."""
    for number in itertools.count(1):
        path = work / f"{run_id}{f'-{number}' if number > 1 else ''}.lock"
        while True:
            lock = open_lock(path)
            if not take_lock(lock):
                lock.close()
                break
            with contextlib.suppress(FileNotFoundError):  # its last holder removed it a moment ago
                if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                    lock.truncate(0)
                    return lock, path
            lock.close()
    raise AssertionError("the numbers do not end")


def _take_free_locks(work: Path, stack: contextlib.ExitStack) -> Iterator[tuple[Path, str]]:
    """The locks whose process has died, now ours until the stack ends, and what they say."""
    for path in sorted(work.glob("*.lock")):
        with contextlib.suppress(FileNotFoundError):
            lock = stack.enter_context(open_lock(path, create=False))
            if take_lock(lock):
                yield path, lock.read()


def _describe(run_id: str, started_at: float) -> str:
    return f"{run_id} {started_at!r}"


def _explain(work: Path, error: OSError) -> ResourceError:
    return ResourceError(
        f"{work} cannot be written: {error.strerror}", hint="Make room on its disk, or make it writable for you."
    )

"""What becomes of jobs whose worker died while it was at them: a job that kills its worker must not take others along.

    first death ─▶ tried again beside others
    second      ─▶ tried again, and from now on ALONE on its worker: whoever dies then has only itself to blame
    third       ─▶ failed, if it was alone and has finished no step since the first of the three

So a good job beside a bad one is never failed, nor is one that gets further each time, as when a machine is switched
off again and again. A worker that is asked to stop says so (`announce_leaving`) before its time is up: being killed
after that is no death. One that was only cut off for a while takes back what was noted of it (`take_back`).

What is known of a job stands in its labels, so that it goes where the job goes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from automagic.jobs.queue.failures import ERROR_KEY
from automagic.jobs.queue.reads import PROGRESS, Database, read_object

ALONE_AFTER = 2
"""Deaths after which a job runs alone."""

FAILED_AFTER = 3
"""Deaths without a finished step between them after which a job is given up, when it was alone at the last."""

FAILED_AFTER_ALL = 10
"""Deaths of any kind after which it is: it may finish a step or two each time, and would take long to end."""

DEATHS, ALONE, LEAVING = "deaths", "alone", "leaving"
"""Labels: what is known of each death; true when the job must run alone; true when its worker has said it stops."""

EXIT_CODE = 5
"""Of `MediaError` and `ResourceError`: a program or the memory failed."""


class Death(msgspec.Struct, frozen=True):
    """One death of a worker that was at the job.

    Attributes:
        at: Seconds since 1970, when it was found.
        alone: Whether the worker was at no other job.
        doing: The step that was last told; "" for none.
        further: Whether the job has finished a step since.
    """

    worker: str
    at: float
    alone: bool
    doing: str = ""
    further: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A job that a dead worker was at, and what became of it.

    Attributes:
        deaths: How often that has happened to it.
        failed: Whether it was given up.
    """

    job_id: str
    deaths: int
    failed: bool

    @property
    def told(self) -> str:
        """What happens to it that a person should know; "" when it is simply tried again."""
        often = f"its worker has died {_times(self.deaths)} while it ran"
        if self.failed:
            return f"{self.job_id} failed: {often}."
        return f"{self.job_id}: {often}; from now on it runs alone." if self.deaths >= ALONE_AFTER else ""


def must_be_alone(deaths: Sequence[Death]) -> bool:
    """Whether a job may no longer run beside others."""
    return len(deaths) >= ALONE_AFTER


def is_given_up(deaths: Sequence[Death]) -> bool:
    """Whether a job is what kills its worker, as far as can be known."""
    if not deaths or not deaths[-1].alone:
        return False
    further = [number for number, death in enumerate(deaths, 1) if death.further]
    return len(deaths) - max(further, default=0) >= FAILED_AFTER or len(deaths) >= FAILED_AFTER_ALL


def explain(deaths: Sequence[Death]) -> dict[str, Any]:
    """The error of a job that is given up, as `describe_error` gives one."""
    at = f", at the step “{deaths[-1].doing}”" if deaths[-1].doing else ""
    return {
        "name": "WorkerDied",
        "message": f"its worker died {_times(len(deaths))} while it ran, the last time with no other job{at}",
        "hint": "It may need more memory than there is, or a file of it may break a program: see the worker's log.",
        "exit_code": EXIT_CODE,
        "result": None,
        "traceback": "",
    }


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


# ---------------------------------------------------------------------------------------------- labels


def read_deaths(labels: dict[str, Any]) -> list[Death]:
    """The deaths that a job's labels tell of; none where they cannot be read."""
    with contextlib.suppress(msgspec.ValidationError):
        return msgspec.convert(labels.get(DEATHS, []), list[Death])
    return []


def _without(labels: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in labels.items() if name not in (DEATHS, ALONE, LEAVING)}


def _known(deaths: Sequence[Death]) -> dict[str, object]:
    if not deaths:
        return {}
    alone = {ALONE: True} if must_be_alone(deaths) else {}
    return {DEATHS: msgspec.to_builtins(deaths), **alone}


def _lock(database: Database, where: str, values: Sequence[object]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Id, labels and the step last told of each such job; nobody else changes it until the transaction ends."""
    held = " FOR UPDATE OF s" if database.shared else ""
    rows = database.all(
        "SELECT s.workflow_uuid, s.attributes, e.value FROM workflow_status s LEFT JOIN workflow_events e "  # noqa: S608
        f"ON e.workflow_uuid = s.workflow_uuid AND e.key = '{PROGRESS}' WHERE {where}{held}",  # constants
        values,
    )
    for job_id, labels, progress in rows:
        yield job_id, read_object(labels), str(read_object(progress).get("doing", ""))


def _write(database: Database, job_id: str, labels: dict[str, Any], **columns: object) -> None:
    values = {**columns, "attributes": msgspec.json.encode(labels).decode()}
    assignments = ", ".join(f"{name} = ?" for name in values)
    database.change(
        f"UPDATE workflow_status SET {assignments} WHERE workflow_uuid = ?",  # noqa: S608 - names of columns
        [*values.values(), job_id],
    )


# ---------------------------------------------------------------------------------------------- what a worker says

_HELD = "s.status = 'PENDING' AND s.executor_id = ?"


def announce_leaving(database: Database, worker: str) -> None:
    """Note that a worker is about to stop: should it be killed before it has, none of its jobs is to blame."""
    with database.transaction():
        for job_id, labels, _ in _lock(database, _HELD, (worker,)):
            _write(database, job_id, labels | {LEAVING: True})


def note_progress(database: Database, job_id: str, worker: str) -> None:
    """Note that a job has finished a step since its worker last died; nothing for one to which that never happened."""
    [(labels,)] = database.all("SELECT attributes FROM workflow_status WHERE workflow_uuid = ?", (job_id,)) or [("",)]
    if not read_deaths(read_object(labels)):
        return
    with database.transaction():
        for _, found, _ in _lock(database, f"{_HELD} AND s.workflow_uuid = ?", (worker, job_id)):
            deaths = read_deaths(found)
            deaths[-1:] = [msgspec.structs.replace(death, further=True) for death in deaths[-1:]]
            _write(database, job_id, _without(found) | _known(deaths))


def forget(database: Database, job_id: str) -> None:
    """Begin to count anew, as for a job that a person queues again."""
    with database.transaction():
        for _, labels, _ in _lock(database, "s.workflow_uuid = ?", (job_id,)):
            _write(database, job_id, _without(labels))


def take_back(database: Database, job_id: str, worker: str) -> None:
    """Note that a worker that was taken for dead while it was at a job is alive."""
    with database.transaction():
        where = "s.workflow_uuid = ? AND s.status IN ('ENQUEUED', 'PENDING')"
        for _, labels, _ in _lock(database, where, (job_id,)):
            deaths = read_deaths(labels)
            if deaths and deaths[-1].worker == worker:
                _write(database, job_id, _without(labels) | _known(deaths[:-1]))


def bury(database: Database, worker: str) -> list[Found]:
    """Put the jobs of a dead worker back into the queue, or give those up that are what kills workers."""
    found = []
    now = time.time()
    with database.transaction():
        held = list(_lock(database, _HELD, (worker,)))
        for job_id, labels, doing in held:
            deaths = read_deaths(labels)
            if not labels.get(LEAVING):
                deaths.append(Death(worker, round(now, 3), len(held) == 1, doing))
            failed = is_given_up(deaths)
            now_ms = int(now * 1000)
            changes: dict[str, object] = {"owner_xid": None, "updated_at": now_ms}
            if failed:
                _keep_error(database, job_id, explain(deaths))
                changes |= {"status": "ERROR", "completed_at": now_ms}
            else:
                changes |= {"status": "ENQUEUED", "started_at_epoch_ms": None}
            _write(database, job_id, _without(labels) | _known(deaths), **changes)
            found.append(Found(job_id, len(deaths), failed))
    return found


def _keep_error(database: Database, job_id: str, error: dict[str, Any]) -> None:
    """As the engine keeps the error of a job that failed (`update_workflow_outcome`)."""
    database.change(
        "INSERT INTO workflow_output (workflow_uuid, error) VALUES (?, ?) "
        "ON CONFLICT (workflow_uuid) DO UPDATE SET output = NULL, error = excluded.error",
        (job_id, msgspec.json.encode({ERROR_KEY: error}).decode()),
    )

"""Adding, cancelling and removing jobs: few statements, so that `jobs add` need not load the job engine.

The rows are those that the engine itself would write (`DBOSClient.enqueue`, `cancel_workflow`), but for the time: its
clock counts whole seconds on SQLite, and jobs added in the same second would lose their order.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from automagic.jobs.queue.location import APPLICATION, QUEUE, SERIALIZER, WORKFLOW, QueuePlace
from automagic.jobs.queue.reads import ENDED_MS, IS_FINISHED, Database, is_prepared, open_database

_PARTS = (
    ("workflow_input", "workflow_uuid"),
    ("workflow_output", "workflow_uuid"),
    ("operation_outputs", "workflow_uuid"),
    ("workflow_events", "workflow_uuid"),
    ("workflow_events_history", "workflow_uuid"),
    ("streams", "workflow_uuid"),
    ("notifications", "destination_uuid"),
    ("workflow_status", "workflow_uuid"),
)
"""Where the engine keeps something of a job, and the column that says of which; the job itself last."""

_BATCH = 500
"""Jobs that are removed in one transaction."""


@dataclass(frozen=True, slots=True)
class Order:
    """A job to be added.

    Attributes:
        document: What it asks for, plain data.
        labels: kind, title, key: what a list shows of it.
        priority: 1 is first.
        due_at: Not before, in seconds since 1970; None for at once.
    """

    id: str
    document: dict[str, Any]
    labels: dict[str, str]
    priority: int
    due_at: float | None = None


def add_orders(place: QueuePlace, orders: Sequence[Order]) -> list[bool]:
    """Queue jobs, all or none; one whose id is there already stays as it is.

    Returns:
        For each, whether it is new.
    """
    with open_database(place) as database:
        prepared = is_prepared(database)
    if not prepared:
        from automagic.jobs.queue.engine import prepare

        prepare(place)
    now_ms = int(time.time() * 1000)
    with open_database(place) as database, database.transaction():
        return [_add(database, order, now_ms + number) for number, order in enumerate(orders)]


def _add(database: Database, order: Order, added_ms: int) -> bool:
    values: dict[str, object] = {
        "workflow_uuid": order.id,
        "status": "ENQUEUED" if order.due_at is None else "DELAYED",
        "name": WORKFLOW,
        "queue_name": QUEUE,
        "priority": order.priority,
        "created_at": added_ms,
        "updated_at": added_ms,
        "recovery_attempts": 0,
        "serialization": SERIALIZER,
        "delay_until_epoch_ms": None if order.due_at is None else int(order.due_at * 1000),
        "attributes": msgspec.json.encode(order.labels).decode(),
        "application_name": APPLICATION,
        "creator_xid": secrets.token_hex(16),
    }
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO workflow_status ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - above
    added = database.change(statement, list(values.values()))
    if added:
        inputs = msgspec.json.encode({"args": [order.document], "kwargs": {}}).decode()
        database.change("INSERT INTO workflow_input (workflow_uuid, inputs) VALUES (?, ?)", (order.id, inputs))
    return bool(added)


def cancel(database: Database, job_id: str) -> None:
    """Cancel a job unless it is finished; a worker that has it sees that it no longer owns it."""
    now_ms = int(time.time() * 1000)
    database.change(
        "UPDATE workflow_status SET status = 'CANCELLED', owner_xid = NULL, queue_name = NULL, "
        "deduplication_id = NULL, started_at_epoch_ms = NULL, updated_at = ?, completed_at = ? "
        "WHERE workflow_uuid = ? AND status IN ('ENQUEUED', 'DELAYED', 'PENDING')",
        (now_ms, now_ms, job_id),
    )


def hand_back(database: Database, worker: str) -> int:
    """Put the jobs of a worker that stops back into the queue; gives how many. Of one that died, see `deaths.bury`.

    The same that the engine does on recovery (`reenqueue_for_recovery`). Whoever takes such a job gives its row another
    `owner_xid`, so a worker that was only slow can record nothing any more.
    """
    return database.change(
        "UPDATE workflow_status SET status = 'ENQUEUED', owner_xid = NULL, started_at_epoch_ms = NULL, updated_at = ? "
        "WHERE status = 'PENDING' AND executor_id = ?",
        (int(time.time() * 1000), worker),
    )


def remove_finished(database: Database, job_ids: Sequence[str], *, before: float) -> list[str]:
    """Remove those of these jobs that are still finished since before a moment, and all that is kept of them.

    Returns:
        The ids of those that went.
    """
    gone: list[str] = []
    for start in range(0, len(job_ids), _BATCH):
        batch = job_ids[start : start + _BATCH]
        with database.transaction():
            among = ", ".join("?" * len(batch))
            held = " FOR UPDATE" if database.shared else ""  # nobody retries one of them just now
            found = database.all(
                f"SELECT workflow_uuid FROM workflow_status WHERE workflow_uuid IN ({among}) AND {IS_FINISHED} "  # noqa: S608
                f"AND {ENDED_MS} <= ?{held}",  # marks and constants
                [*batch, int(before * 1000)],
            )
            ids = [job_id for (job_id,) in found]
            among = ", ".join("?" * len(ids))
            for table, column in _PARTS if ids else ():
                database.change(f"DELETE FROM {table} WHERE {column} IN ({among})", ids)  # noqa: S608 - as above
        gone += ids
    return gone

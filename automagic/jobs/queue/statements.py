"""Every statement by which jobs are read out of the job engine's tables (DBOS), by name. None of them writes.

Looking at jobs is plain SQL, since importing the engine takes longer than the look; what changes a job goes through the
engine's own client (engine.py). `READ` says which tables and columns that needs; a test compares it with the tables of
the engine that is installed, and with what these statements really read.

    workflow_status   one row a job: its state, its queue, its labels in `attributes`
    workflow_input    what it asks for
    workflow_output   its result, or its error
    workflow_events   how far it is

"?" stands for a value on either database, ADDED_MS for the moment at which a job was added (`added_ms`).
"""

from __future__ import annotations

from collections.abc import Sized

READ: dict[str, frozenset[str]] = {
    "workflow_status": frozenset(
        {
            "workflow_uuid",
            "status",
            "queue_name",
            "priority",
            "created_at",
            "started_at_epoch_ms",
            "completed_at",
            "delay_until_epoch_ms",
            "recovery_attempts",
            "executor_id",
            "owner_xid",
            "application_version",
            "attributes",
            "serialization",
        }
    ),
    "workflow_input": frozenset({"workflow_uuid", "inputs"}),
    "workflow_output": frozenset({"workflow_uuid", "output", "error"}),
    "workflow_events": frozenset({"workflow_uuid", "key", "value"}),
}

PROGRESS = "progress"
"""The event under which a job tells how far it is, as it stands in these statements."""

_ADDED_MS = {
    # A row that something else wrote may hold anything.
    "sqlite": "CASE WHEN json_valid(s.attributes) THEN json_extract(s.attributes, '$.added_ms') END",
    "postgresql": "(s.attributes ->> 'added_ms')::bigint",
}


def for_sqlite(statement: str) -> str:
    """A statement as SQLite understands it."""
    return statement.replace("ADDED_MS", _ADDED_MS["sqlite"])


def for_postgresql(statement: str) -> str:
    """A statement as psycopg and PostgreSQL understand it."""
    return statement.replace("ADDED_MS", _ADDED_MS["postgresql"]).replace("?", "%s")


def for_each(statement: str, values: Sized) -> str:
    """A statement with as many "?" for its `{marks}` as there are values."""
    return statement.format(marks=", ".join("?" * len(values)))


_JOB = """
SELECT s.workflow_uuid, s.status, s.priority, s.created_at, s.started_at_epoch_ms, s.completed_at,
       s.delay_until_epoch_ms, s.recovery_attempts, s.executor_id, s.owner_xid, s.attributes, s.serialization,
       o.output, o.error, e.value
FROM workflow_status s
LEFT JOIN workflow_output o ON o.workflow_uuid = s.workflow_uuid
LEFT JOIN workflow_events e ON e.workflow_uuid = s.workflow_uuid AND e.key = 'progress'
"""

FIND_JOB = _JOB + "WHERE s.workflow_uuid = ?"
LIST_JOBS = _JOB + "ORDER BY s.created_at DESC, ADDED_MS DESC LIMIT ?"
LIST_JOBS_IN = _JOB + "WHERE s.status IN ({marks}) ORDER BY s.created_at DESC, ADDED_MS DESC LIMIT ?"

# A page goes on behind a job that the reader has seen: jobs that come meanwhile move nothing. SQLite's `created_at` has
# whole seconds; it is compared by itself first, since there is an index on it.
_PLACE = "s.created_at, coalesce(ADDED_MS, s.created_at), s.workflow_uuid"
_NEWEST_FIRST = "ORDER BY s.created_at DESC, coalesce(ADDED_MS, s.created_at) DESC, s.workflow_uuid DESC LIMIT ?"
_BEHIND = f"""s.created_at <= (SELECT b.created_at FROM workflow_status b WHERE b.workflow_uuid = ?)
    AND ({_PLACE}) < (SELECT {_PLACE} FROM workflow_status s WHERE s.workflow_uuid = ?)
"""  # noqa: S608 - of two constants
PAGE_JOBS = _JOB + _NEWEST_FIRST
PAGE_JOBS_IN = _JOB + "WHERE s.status IN ({marks}) " + _NEWEST_FIRST
PAGE_JOBS_BEHIND = _JOB + "WHERE " + _BEHIND + _NEWEST_FIRST
PAGE_JOBS_BEHIND_IN = _JOB + "WHERE s.status IN ({marks}) AND " + _BEHIND + _NEWEST_FIRST

# Each part as one of the engine's partial indexes has it, word for word, so that no row need be read. What has
# succeeded is in none of them: it is what all others leave of the table.
COUNT_JOBS = """
SELECT status, count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY status
UNION ALL
SELECT status, count(*) FROM workflow_status WHERE status = 'DELAYED' GROUP BY status
UNION ALL
SELECT status, count(*) FROM workflow_status
WHERE status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') GROUP BY status
UNION ALL
SELECT 'ALL', count(*) FROM workflow_status
"""

COUNT_OPEN = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"

COUNT_WAITING = """
SELECT count(*), min(CASE WHEN delay_until_epoch_ms > created_at THEN delay_until_epoch_ms ELSE created_at END)
FROM workflow_status WHERE status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')
"""

COUNT_FAILED_SINCE = """
SELECT count(*) FROM workflow_status
WHERE status IN ('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') AND completed_at > ?
"""

FIND_FINISHED = """
SELECT workflow_uuid, coalesce(completed_at, created_at) FROM workflow_status
WHERE status IN ('SUCCESS', 'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'CANCELLED')
AND coalesce(completed_at, created_at) <= ?
"""

STILL_FINISHED = FIND_FINISHED + "AND workflow_uuid IN ({marks})"

LIST_INPUTS = "SELECT workflow_uuid, inputs FROM workflow_input"
FIND_INPUT = LIST_INPUTS + " WHERE workflow_uuid = ?"

HELD_BY = "SELECT workflow_uuid FROM workflow_status WHERE status = 'PENDING' AND executor_id = ?"

BUSY_WORKERS = "SELECT DISTINCT executor_id FROM workflow_status WHERE status = 'PENDING'"

OWN_QUEUES = """
SELECT DISTINCT queue_name FROM workflow_status
WHERE status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING') AND queue_name <> ?
"""

_CLAIM = """
SELECT s.workflow_uuid, s.status, s.recovery_attempts, s.owner_xid, s.attributes, e.value
FROM workflow_status s
LEFT JOIN workflow_events e ON e.workflow_uuid = s.workflow_uuid AND e.key = 'progress'
WHERE s.status IN ('ENQUEUED', 'PENDING') AND
"""

CLAIM_OF = _CLAIM + "s.workflow_uuid = ?"

CLAIMS_OF_WORKER = _CLAIM + "((s.status = 'PENDING' AND s.executor_id = ?) OR s.queue_name = ?)"

WAITING = (
    _CLAIM
    + """s.queue_name = ? AND s.status = 'ENQUEUED'
AND (s.application_version = ? OR s.application_version IS NULL)
ORDER BY s.priority, s.created_at, ADDED_MS LIMIT ?
"""
)

"""Jobs as they stand in the database, by plain SQL: reading needs neither the job engine nor SQLAlchemy.

The tables are the job engine's (DBOS 3.4): `workflow_status` has one row for each job, `workflow_output` its result or
its error, `workflow_events` its progress. What a job asks for is in `workflow_input`, its labels are in `attributes`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from automagic.database.address import PATIENCE
from automagic.database.revisions import NewerVersion
from automagic.errors import ConfigurationError
from automagic.jobs.queue.failures import describe_error, read_error
from automagic.jobs.queue.location import SCHEMA, SCHEMA_MARK, QueuePlace
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    import psycopg


def is_prepared(database: Database) -> bool:
    """Whether the queue's tables are there and are those that this version knows.

    Raises:
        NewerVersion: They are those of a newer one.
    """
    if database.shared:
        [(mark,)] = database.all(f"SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')")
        name, _, digits = (mark or "").partition(" ")
        number = int(digits) if name == "dbos" and digits.isdecimal() else 0
    else:
        [(number,)] = database.all("PRAGMA user_version")
    if number > SCHEMA_MARK:
        raise NewerVersion("the job queue")
    return bool(number == SCHEMA_MARK)


def mark_prepared(database: Database) -> None:
    """Say so."""
    if database.shared:
        database.change(f"COMMENT ON SCHEMA {SCHEMA} IS 'dbos {SCHEMA_MARK}'")
    else:
        database.change(f"PRAGMA user_version={SCHEMA_MARK}")


State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
Priority = Literal["urgent", "high", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""Most urgent first. The engine's number is the place in this list, from 1: unset would run before all others."""

PROGRESS = "progress"
"""The event under which a job tells how far it is."""

_ENGINE_STATES: dict[State, tuple[str, ...]] = {
    "queued": ("ENQUEUED", "DELAYED"),
    "running": ("PENDING",),
    "succeeded": ("SUCCESS",),
    "failed": ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"),
    "cancelled": ("CANCELLED",),
}
_STATE_OF = {name: state for state, names in _ENGINE_STATES.items() for name in names}

IS_FINISHED = "status IN ('SUCCESS', 'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'CANCELLED')"
ENDED_MS = "coalesce(completed_at, created_at)"
"""Of `workflow_status`, in SQL."""

CONNECT_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it stands now. Times are seconds since 1970 (UTC); on SQLite the last two are whole seconds.

    Attributes:
        id: Also the id of its run.
        kind: The product.
        title: For people: the topic, or the name of the file that it is made from.
        progress: How much is done, 0..1.
        doing: The step that it is at; "" when it is not running.
        attempts: How often a worker took it.
        deaths: How often its worker died while it ran; see `deaths`.
        error: name, message, hint, exit_code; None when it did not fail.
        result: What was made; of a rejected one too. None while there is nothing.
        key: That it was added under; "" for none.
        due_at: It does not start before; None for at once.
        worker: Who took it last; "" for nobody yet.
    """

    id: str
    kind: str
    title: str
    state: State
    priority: Priority
    progress: float
    doing: str
    attempts: int
    deaths: int
    error: dict[str, Any] | None
    result: dict[str, Any] | None
    key: str
    added_at: float
    due_at: float | None
    started_at: float | None
    finished_at: float | None
    worker: str

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in ("succeeded", "failed", "cancelled")


class Database:
    """An open connection that runs statements written for SQLite ("?") on either database.

    Each statement is a transaction of its own, unless `transaction` holds them together.
    """

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any]) -> None:
        self._connection = connection

    @property
    def shared(self) -> bool:
        """Whether it is PostgreSQL."""
        return not isinstance(self._connection, sqlite3.Connection)

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives; none when the queue was never used."""
        try:
            return self._execute(statement, values).fetchall()
        except Exception as error:  # psycopg is not imported for SQLite: its errors are known by name
            if "no such table" in str(error) or type(error).__name__ == "UndefinedTable":
                return []
            raise

    def change(self, statement: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement that writes; gives how many rows it changed."""
        return self._execute(statement, values).rowcount

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold statements together: all are done or none."""
        if not isinstance(self._connection, sqlite3.Connection):
            with self._connection.transaction():
                yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _execute(self, statement: str, values: Sequence[object]) -> sqlite3.Cursor | psycopg.Cursor[Any]:
        if isinstance(self._connection, sqlite3.Connection):
            return self._connection.execute(statement, tuple(values))
        return self._connection.execute(statement.replace("?", "%s").encode(), tuple(values))


@contextlib.contextmanager
def open_database(place: QueuePlace) -> Iterator[Database]:
    """Open the queue's database; one that was never used is empty and stays unmade.

    Raises:
        ConfigurationError: It cannot be opened or used.
    """
    if place.shared:
        with connect(place) as connection:
            yield Database(connection)
        return
    name = place.file if place.file.exists() else ":memory:"
    try:
        with contextlib.closing(sqlite3.connect(name, timeout=30, isolation_level=None)) as lite:
            know_subseconds(lite)
            yield Database(lite)
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(
            f"the job queue {place} cannot be used: {error}",
            hint="Make it writable, with room on its disk, or restore it from a backup: it holds the jobs.",
        ) from error


_SUBSECONDS_SINCE = 3, 42


def know_subseconds(connection: sqlite3.Connection) -> None:
    """Teach an older SQLite `unixepoch('subsec')`, the time now in seconds, for which it gives NULL.

    The job engine takes it for granted from Python 3.12 on, and writes it into its tables as the default of times. But
    a Python that was built on Debian 12 or Red Hat 9 has the SQLite of that system.
    """
    if sqlite3.sqlite_version_info < _SUBSECONDS_SINCE:
        connection.create_function("unixepoch", 1, lambda what: round(time.time(), 3) if what == "subsec" else None)


def connect(place: QueuePlace, *, name: str = "automagic", options: str = "") -> psycopg.Connection[Any]:
    """A PostgreSQL connection in which each statement is a transaction of its own.

    Args:
        name: As the server's list of connections shows it.
        options: More settings of the session, as PostgreSQL's `options` has them.

    Raises:
        ConfigurationError: There is none to be had.
    """
    import psycopg

    try:
        return psycopg.connect(
            place.url,
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=name,
            options=f"-c search_path={SCHEMA} {options}".strip(),
            **PATIENCE,
        )
    except psycopg.OperationalError as error:
        reason = [line for line in str(error).strip().splitlines() if not line.startswith("\t")][-1]
        raise ConfigurationError(
            f"the job queue, {place}, cannot be reached: {reason}", hint="Check DATABASE_URL, and that it runs."
        ) from error


_SELECT = """
SELECT s.workflow_uuid, s.status, s.priority, s.created_at, s.started_at_epoch_ms, s.completed_at,
       s.delay_until_epoch_ms, s.recovery_attempts, s.executor_id, s.attributes, o.output, o.error, e.value
FROM workflow_status s
LEFT JOIN workflow_output o ON o.workflow_uuid = s.workflow_uuid
LEFT JOIN workflow_events e ON e.workflow_uuid = s.workflow_uuid AND e.key = 'progress'
"""


def find_job(database: Database, job_id: str) -> Job | None:
    """The job of this id."""
    rows = database.all(_SELECT + "WHERE s.workflow_uuid = ?", (job_id,))
    return _read_job(rows[0]) if rows else None


def list_jobs(database: Database, *, states: Sequence[State] = (), limit: int | None = 20) -> list[Job]:
    """Jobs, the newest first."""
    names = [name for state in states for name in _ENGINE_STATES[state]]
    where = f"WHERE s.status IN ({_marks(names)}) " if names else ""
    bound = f"LIMIT {int(limit)}" if limit is not None else ""
    return [_read_job(row) for row in database.all(f"{_SELECT} {where}ORDER BY s.created_at DESC {bound}", names)]


# Each as one of the engine's partial indexes has it, word for word, so that no row need be read. What has succeeded is
# in none of them: it is what all others leave of the table.
_COUNTS = """
SELECT status, count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY status
UNION ALL
SELECT status, count(*) FROM workflow_status WHERE status = 'DELAYED' GROUP BY status
UNION ALL
SELECT status, count(*) FROM workflow_status
WHERE status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') GROUP BY status
UNION ALL
SELECT 'ALL', count(*) FROM workflow_status
"""


def count_jobs(database: Database) -> dict[State, int]:
    """How many jobs are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for status, count in database.all(_COUNTS):
        if status == "ALL":
            counts["succeeded"] = int(count) - sum(counts.values())
        else:
            counts[_STATE_OF[status]] += int(count)
    return counts


def count_open(database: Database) -> int:
    """How many jobs wait for nothing but a worker, or are with one. Those that are due later do not count."""
    rows = database.all("SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')")
    return int(rows[0][0]) if rows else 0


def find_finished(database: Database, *, before: float) -> list[tuple[str, float]]:
    """The jobs to which nothing more will happen by itself since before a moment: their ids, and since when."""
    rows = database.all(
        f"SELECT workflow_uuid, {ENDED_MS} FROM workflow_status WHERE {IS_FINISHED} AND {ENDED_MS} <= ?",  # noqa: S608
        (int(before * 1000),),  # constants but for this
    )
    return [(job_id, ended_ms / 1000) for job_id, ended_ms in rows]


def held_by(database: Database, worker: str) -> set[str]:
    """The jobs that a worker has taken and still owns."""
    statement = "SELECT workflow_uuid FROM workflow_status WHERE status = 'PENDING' AND executor_id = ?"
    return {row[0] for row in database.all(statement, (worker,))}


def busy_workers(database: Database) -> list[str]:
    """The workers that have taken jobs, alive or dead."""
    rows = database.all("SELECT DISTINCT executor_id FROM workflow_status WHERE status = 'PENDING'")
    return [row[0] for row in rows if row[0]]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _read_job(row: tuple[Any, ...]) -> Job:
    (job_id, status, priority, added, started, finished, due, attempts, worker, labels, output, error, event) = row
    state = _STATE_OF[status]
    label = read_object(labels)
    progress = read_object(event) if state == "running" else {}
    kept = read_error(error) if error is not None else None
    result = read_object(output) or None
    if status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        kept = describe_error(ConfigurationError(f"its worker died {attempts - 1} times", hint="See the worker's log."))
    if kept is not None:
        result = kept.pop("result") or result
    place = min(max(priority, 1), len(PRIORITIES)) - 1
    return Job(
        id=job_id,
        kind=str(label.get("kind", "")),
        title=str(label.get("title", "")),
        state=state,
        priority=PRIORITIES[place],
        progress=1.0 if state == "succeeded" else float(progress.get("fraction", 0.0)),
        doing=str(progress.get("doing", "")),
        attempts=attempts or 0,
        deaths=len(label.get("deaths", ())),
        error=kept,
        result=result,
        key=str(label.get("key", "")),
        added_at=added / 1000,
        due_at=due / 1000 if status == "DELAYED" and due else None,
        started_at=started / 1000 if started else None,
        finished_at=finished / 1000 if finished else None,
        worker=worker or "",
    )


def read_object(value: Any) -> dict[str, Any]:
    """A JSON object from a column that is text in SQLite and decoded in PostgreSQL; {} for anything else."""
    if isinstance(value, str):
        try:
            value = parse_json(value, name="a job's row")
        except MalformedText:
            return {}
    return value if isinstance(value, dict) else {}

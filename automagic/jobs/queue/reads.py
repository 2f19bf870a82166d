"""Jobs as they stand in the database, by plain SQL: reading needs neither the job engine nor SQLAlchemy.

The statements are in statements.py; here is what their rows mean.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from automagic.database.address import PATIENCE
from automagic.errors import ConfigurationError
from automagic.jobs.queue import statements
from automagic.jobs.queue.failures import GIVEN_UP, describe_error, read_error
from automagic.jobs.queue.location import QUEUE, SCHEMA, SERIALIZER, VERSION, QueueLocation, own_queue, owner_of
from automagic.jobs.queue.statements import for_each, for_postgresql, for_sqlite
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    import psycopg


State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
Priority = Literal["urgent", "high", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""Most urgent first. The engine's number is the place in this list, from 1: unset would run before all others."""

_ENGINE_STATES: dict[State, tuple[str, ...]] = {
    "queued": ("ENQUEUED", "DELAYED"),
    "running": ("PENDING",),
    "succeeded": ("SUCCESS",),
    "failed": ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"),
    "cancelled": ("CANCELLED",),
}
_STATE_OF = {name: state for state, names in _ENGINE_STATES.items() for name in names}

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
    """An open connection that runs the statements of statements.py, each a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any]) -> None:
        self._connection = connection

    @property
    def shared(self) -> bool:
        """Whether it is PostgreSQL."""
        return not isinstance(self._connection, sqlite3.Connection)

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives; none when the queue was never used.

        Raises:
            ConfigurationError: The job engine's tables are others than the statements were written for.
        """
        try:
            if isinstance(self._connection, sqlite3.Connection):
                return self._connection.execute(for_sqlite(statement), tuple(values)).fetchall()
            return self._connection.execute(for_postgresql(statement).encode(), tuple(values)).fetchall()
        except Exception as error:  # psycopg is not imported for SQLite: its errors are known by name
            if "no such table" in str(error) or type(error).__name__ == "UndefinedTable":
                return []
            if "no such column" in str(error) or type(error).__name__ == "UndefinedColumn":
                raise ConfigurationError(
                    f"the job queue's tables are not those that this version knows: {error}",
                    hint="A newer program may have changed them: upgrade AutoMagic here, too.",
                ) from error
            raise

    def do(self, statement: str) -> None:
        """Carry out a statement that gives no rows."""
        if isinstance(self._connection, sqlite3.Connection):
            self._connection.execute(statement)
        else:
            self._connection.execute(statement.encode())


@contextlib.contextmanager
def open_database(place: QueueLocation) -> Iterator[Database]:
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


def connect(place: QueueLocation, *, name: str = "automagic", options: str = "") -> psycopg.Connection[Any]:
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
            f"the job queue, {place}, cannot be reached: {reason}", hint="Check DATABASE_URL, and that the server runs."
        ) from error


def find_job(database: Database, job_id: str) -> Job | None:
    """The job of this id."""
    rows = database.all(statements.FIND_JOB, (job_id,))
    return _read_job(rows[0]) if rows else None


_ALL = 2**62
"""As a limit."""


def list_jobs(database: Database, *, states: Sequence[State] = (), limit: int | None = 20) -> list[Job]:
    """Jobs, the newest first."""
    names = [name for state in states for name in _ENGINE_STATES[state]]
    statement = for_each(statements.LIST_JOBS_IN, names) if names else statements.LIST_JOBS
    return [_read_job(row) for row in database.all(statement, [*names, _ALL if limit is None else limit])]


def page_jobs(database: Database, *, states: Sequence[State] = (), after: str = "", limit: int = 20) -> list[Job]:
    """Jobs, the newest first, page by page.

    Args:
        after: The id of the last job of the page before, which is still there; "" for the first page.
    """
    names = [name for state in states for name in _ENGINE_STATES[state]]
    behind = [after, after] if after else []
    first, rest = (statements.PAGE_JOBS_IN, statements.PAGE_JOBS_BEHIND_IN) if names else (
        statements.PAGE_JOBS, statements.PAGE_JOBS_BEHIND
    )  # fmt: skip
    statement = for_each(rest if after else first, names) if names else (rest if after else first)
    return [_read_job(row) for row in database.all(statement, [*names, *behind, limit])]


def find_input(database: Database, job_id: str) -> dict[str, Any] | None:
    """What a job asks for, as it was added."""
    rows = database.all(statements.FIND_INPUT, (job_id,))
    return parse_json(rows[0][1], name="a job's document")["args"][0] if rows else None


def list_inputs(database: Database) -> dict[str, dict[str, Any]]:
    """What every job asks for, as it was added, by its id."""
    rows = database.all(statements.LIST_INPUTS)
    return {job_id: parse_json(text, name="a job's document")["args"][0] for job_id, text in rows}


def count_jobs(database: Database) -> dict[State, int]:
    """How many jobs are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for status, count in database.all(statements.COUNT_JOBS):
        if status == "ALL":
            counts["succeeded"] = int(count) - sum(counts.values())
        else:
            counts[_STATE_OF[status]] += int(count)
    return counts


def count_open(database: Database) -> int:
    """How many jobs wait for nothing but a worker, or are with one. Those that are due later do not count."""
    rows = database.all(statements.COUNT_OPEN)
    return int(rows[0][0]) if rows else 0


def find_finished(database: Database, *, before: float) -> list[tuple[str, float]]:
    """The jobs to which nothing more will happen by itself since before a moment: their ids, and since when."""
    rows = database.all(statements.FIND_FINISHED, (int(before * 1000),))
    return [(job_id, ended_ms / 1000) for job_id, ended_ms in rows]


def still_finished(database: Database, job_ids: Sequence[str], *, before: float) -> list[str]:
    """Those of these jobs to which that applies."""
    rows = database.all(for_each(statements.STILL_FINISHED, job_ids), [int(before * 1000), *job_ids])
    return [job_id for job_id, _ in rows]


@dataclass(frozen=True, slots=True)
class PendingJob:
    """A job that waits or is with a worker.

    Attributes:
        running: Whether a worker executes it, or did when it died.
        mark: Of the worker's claim; "" when nobody has claimed it.
        attempts: How often a worker took it.
        noted: Whether the labels count this claim among the attempts.
        doing: The step that was last told; "" for none.
    """

    job_id: str
    running: bool
    mark: str
    attempts: int
    noted: bool
    labels: dict[str, Any]
    doing: str


ATTEMPTS, NOTED_CLAIM = "attempts", "claim"
"""Labels: the attempts before the job was last put back into the queue, where the engine starts to count again, and the
mark of the last of them."""


def held_by(database: Database, worker: str) -> set[str]:
    """The jobs that a worker executes and still owns."""
    return {row[0] for row in database.all(statements.HELD_BY, (worker,))}


def busy_workers(database: Database) -> set[str]:
    """The workers that have taken jobs, alive or dead."""
    claimed = {row[0] for row in database.all(statements.BUSY_WORKERS) if row[0]}
    queues = (row[0] for row in database.all(statements.OWN_QUEUES, (QUEUE,)) if row[0].startswith(f"{QUEUE}."))
    return claimed | {owner_of(queue) for queue in queues}


def find_waiting(database: Database, *, limit: int) -> list[PendingJob]:
    """The jobs that are to be taken next, the most urgent first, equals in their order."""
    return [_read_claim(row) for row in database.all(statements.WAITING, (QUEUE, VERSION, limit))]


def find_claims(database: Database, worker: str) -> list[PendingJob]:
    """The jobs that a worker has taken, those that it has not begun yet included."""
    return [_read_claim(row) for row in database.all(statements.CLAIMS_OF_WORKER, (worker, own_queue(worker)))]


def find_claim(database: Database, job_id: str) -> PendingJob | None:
    """A job that waits or is with a worker; None for one that has finished."""
    rows = database.all(statements.CLAIM_OF, (job_id,))
    return _read_claim(rows[0]) if rows else None


def _read_claim(row: tuple[Any, ...]) -> PendingJob:
    job_id, status, counted, mark, attributes, progress = row
    labels = read_object(attributes)
    attempts, noted = _attempts(labels, counted, mark)
    doing = str(read_object(progress).get("doing", ""))
    return PendingJob(job_id, status == "PENDING", mark or "", attempts, noted, labels, doing)


def _attempts(labels: dict[str, Any], counted: int | None, mark: str | None) -> tuple[int, bool]:
    """How often a job was taken, and whether its labels know of the last time."""
    before = labels.get(ATTEMPTS)
    noted = bool(mark) and labels.get(NOTED_CLAIM) == mark
    return (before if isinstance(before, int) else 0) + (0 if noted else counted or 0), noted


def _read_job(row: tuple[Any, ...]) -> Job:
    (job_id, status, priority, added, started, finished, due, counted, worker, mark, attributes, *kept_as) = row
    serialization, output, error, event = kept_as
    state = _STATE_OF[status]
    label = read_object(attributes)
    attempts, _ = _attempts(label, counted, mark)
    progress = read_object(event) if state == "running" else {}
    kept = read_error(error) if error is not None else None
    if kept is not None and serialization != SERIALIZER:
        kept = describe_error(
            ConfigurationError(
                "the job's row is pickled, which is never read", hint="Something else wrote it: remove it."
            )
        )
    if kept is not None and kept["name"] == GIVEN_UP:
        attempts = label.get(ATTEMPTS, attempts)  # it was taken once more, only to be failed
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
        attempts=attempts,
        deaths=len(label.get("deaths", ())),
        error=kept,
        result=result,
        key=str(label.get("key", "")),
        added_at=(added_ms if isinstance(added_ms := label.get("added_ms"), int) else added) / 1000,
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

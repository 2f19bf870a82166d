"""The job engine: the one file that calls DBOS, and nothing of it but what its documentation has.

    prepare       tables, write-ahead log
    open_client   to add and change jobs from any process
    JobEngine     to execute them in this one

A job is one workflow with one step inside it: its product's run. What happens in the run is made durable by the
artifact store, so none of the engine's rules about the order of steps touch it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import importlib.metadata
import logging
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSClient, error

from automagic.database.address import PATIENCE
from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.revisions import NewerVersion
from automagic.errors import ConfigurationError
from automagic.jobs.queue.location import APPLICATION, QUEUE, SCHEMA, VERSION, WORKFLOW, QueueLocation, own_queue
from automagic.jobs.queue.reads import Database, know_subseconds, open_database
from automagic.jobs.queue.serializer import JsonSerializer, refuse_pickles
from automagic.jobs.queue.statements import PROGRESS
from automagic.machine.lock_files import open_lock
from automagic.machine.private_files import make_home, touch_private

if TYPE_CHECKING:
    from dbos import DBOSConfig, EnqueueOptions

    from automagic.jobs.queue.new_job import NewJob

MIGRATING_S = 0.25
"""How often a process asks whether another one has made the tables."""

MAJOR = 10_000
"""What the mark of the tables counts for each major version of the engine."""

POLL_S = 0.25
"""How often a worker's own queue is looked at by the engine."""

BEGIN_S = 2.0
"""How long a job that was taken may need to begin before a worker that stops gives it up."""

_SHOWN_TO_PEOPLE_ELSEWHERE = ("Exception encountered in asynchronous workflow", "Asyncio task cancelled")
_OUTAGE = re.compile(
    r"psycopg\.(?:OperationalError|errors\.(?:Admin|Crash)Shutdown|errors\.CannotConnectNow)\b"
    r"|server closed the connection|connection (?:is bad|failed): connection to server|terminating connection"
)
"""In what the engine says, several times a second and with where it came from; the worker says it once a minute."""


def prepare(place: QueueLocation) -> None:
    """Make the queue's tables, or bring them up to date.

    Raises:
        ConfigurationError: The database cannot be opened or written.
    """
    _quieten()
    try:
        with open_database(place) as database:
            if _is_prepared(database):
                return
        if place.shared:
            _prepare_postgresql(place)
        else:
            _prepare_sqlite(place)
    except (OSError, psycopg.Error, sa.exc.DatabaseError) as reason:
        raise _unusable(place, reason) from reason


def _unusable(place: QueueLocation, reason: Exception) -> ConfigurationError:
    cause = getattr(reason, "orig", None) or reason  # without the statement
    return ConfigurationError(
        f"the job queue, {place}, cannot be used: {cause}", hint="Make it writable, or check DATABASE_URL."
    )


def _prepare_sqlite(place: QueueLocation) -> None:
    make_home(place.home, place.artifacts_url)
    touch_private(place.file)
    with open_database(place) as database, open_lock(place.file.with_suffix(".migrating")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_prepared(database):  # by now: another process was faster
            return
        database.do("PRAGMA journal_mode=WAL")
        DBOS.migrate(place.url)
        database.do(f"PRAGMA user_version={_engine_version()}")


def _prepare_postgresql(place: QueueLocation) -> None:
    with open_database(place) as database:
        # Asking again and again rather than waiting: the migrations build indexes concurrently, which waits for every
        # statement that is under way, and so for one that waits for the migrations.
        while database.all("SELECT pg_try_advisory_lock(?)", (AdvisoryLock.QUEUE_SCHEMA.value,)) != [(True,)]:
            time.sleep(MIGRATING_S)
        if _is_prepared(database):
            return
        DBOS.migrate(place.url, schema=SCHEMA)
        database.do(f"COMMENT ON SCHEMA {SCHEMA} IS 'dbos {_engine_version()}'")


def _is_prepared(database: Database) -> bool:
    """Whether the tables are there, and are those of this engine or of a newer one, with which it can work.

    Raises:
        NewerVersion: They are those of the engine's next major version.
    """
    if database.shared:
        [(mark,)] = database.all(f"SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')")
        known = re.fullmatch(r"dbos (\d+)", mark or "")
        number = int(known[1]) if known else 0
    else:
        [(number,)] = database.all("PRAGMA user_version")
    own = _engine_version()
    if number // MAJOR > own // MAJOR:
        raise NewerVersion("the job queue")
    return bool(number >= own)


def _engine_version() -> int:
    """30400 for 3.4.0: told by PRAGMA user_version or a comment on the schema once its tables are made."""
    numbers = re.findall(r"\d+", importlib.metadata.version("dbos"))[:3]
    major, minor, patch = (int(number) for number in [*numbers, "0", "0"][:3])
    return major * MAJOR + minor * 100 + patch


def _open_database(place: QueueLocation) -> sa.Engine:
    if place.shared:
        return sa.create_engine(
            sa.make_url(place.url).set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=20,
            max_overflow=0,
            connect_args={"application_name": "automagic", **PATIENCE},
        )
    engine = sa.create_engine(place.url)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below
        know_subseconds(connection)
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # One that begins by reading and then writes would fail at once when another process wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class QueueClient:
    """Adds and changes jobs; executes none. No statement waits for a database that is away: that is an error."""

    def __init__(self, place: QueueLocation) -> None:
        _quieten()
        refuse_pickles()
        self._database = _open_database(place)
        self._engine = DBOSClient(
            system_database_engine=self._database,
            dbos_system_schema=SCHEMA,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
            lazy=True,
        )

    def close(self) -> None:
        """End its connections."""
        self._engine.destroy()
        self._database.dispose()

    def rest(self) -> None:
        """Let go of connections that nobody uses; the next use opens new ones."""
        self._database.dispose()

    def add(self, orders: Sequence[NewJob]) -> list[bool]:
        """Queue jobs, all or none; gives for each whether it is new. One whose id is there stays as it is."""
        now_ms = int(time.time() * 1000)
        with self._database.begin() as connection:
            return [self._add(connection, order, now_ms + number) for number, order in enumerate(orders)]

    def _add(self, connection: sa.Connection, order: NewJob, added_ms: int) -> bool:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": order.id,
            "workflow_id_reuse_policy": "reject",
            "priority": order.priority,
            # The engine's clock stands still in a transaction, and on SQLite counts whole seconds.
            "attributes": {**order.labels, "added_ms": added_ms},
        }
        if order.due_at is not None:
            options["delay_seconds"] = max(order.due_at - time.time(), 0.0)
        try:
            self._engine.enqueue_in_transaction(connection, options, order.document)
        except error.DBOSWorkflowIDInUseError:
            return False
        return True

    def move(self, job_ids: Sequence[str], queue: str) -> None:
        """Put jobs that have not finished into a queue; no worker has them any more."""
        if job_ids:
            self._engine.resume_workflows(list(job_ids), queue_name=queue)

    def rewind(self, job_id: str) -> None:
        """Queue a finished job again."""
        self._engine.rewind_workflow(job_id, queue_name=QUEUE)

    def label(self, job_id: str, labels: dict[str, Any]) -> None:
        """Change these labels of a job, and leave its others."""
        self._engine.update_workflow_attributes(job_id, labels, merge=True)

    def cancel(self, job_id: str) -> None:
        """Cancel a job."""
        self._engine.cancel_workflow(job_id)

    def delete(self, job_ids: Sequence[str]) -> None:
        """Remove all that is kept of jobs."""
        if job_ids:
            self._engine.delete_workflows(list(job_ids))

    def open_queue(self, worker: str, concurrency: int) -> None:
        """Make a worker's own queue."""
        self._engine.register_queue(own_queue(worker), worker_concurrency=concurrency, polling_interval_sec=POLL_S)

    def close_queue(self, worker: str) -> None:
        """Remove it; nothing may be in it."""
        self._engine.delete_queue(own_queue(worker))


@contextlib.contextmanager
def open_client(place: QueueLocation) -> Iterator[QueueClient]:
    """A client for a command, of a queue that is prepared.

    Raises:
        ConfigurationError: The database cannot be reached or used.
    """
    client = QueueClient(place)
    try:
        yield client
    except sa.exc.DBAPIError as reason:
        raise _unusable(place, reason) from reason
    finally:
        client.close()


class LastingClient:
    """A client whose statements are made once, and whose connections last no longer than each use: others may restore
    the database in between. For any number of threads."""

    def __init__(self, place: QueueLocation) -> None:
        self._place = place
        self._client = QueueClient(place)

    @contextlib.contextmanager
    def use(self) -> Iterator[QueueClient]:
        """The client, as of `open_client`."""
        try:
            yield self._client
        except sa.exc.DBAPIError as reason:
            raise _unusable(self._place, reason) from reason
        finally:
            self._client.rest()


Perform = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Makes a job's product: its id and its document → what is kept of the result."""


class JobEngine:
    """Executes the jobs of a worker's own queue in this process; there can be one at a time."""

    def __init__(self, place: QueueLocation, *, worker: str) -> None:
        self._place = place
        self._worker = worker
        self._database: sa.Engine | None = None
        self._instance: DBOS | None = None
        self._expected: set[str] = set()
        self._under_way: set[asyncio.Task[Any]] = set()
        self.changed = asyncio.Event()
        """Set when a job has begun or ended."""

    def start(self, perform: Perform) -> None:
        """Begin to execute. Call it on the event loop that executes the jobs."""
        _quieten()
        refuse_pickles()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._place.url,
            "dbos_system_schema": SCHEMA,
            "executor_id": self._worker,
            "application_version": VERSION,
            "run_migrations": False,
            "serializer": JsonSerializer(),
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.25,  # for which stopping waits
        }
        if self._place.shared:
            config["db_engine_kwargs"] = {"connect_args": dict(PATIENCE)}
        else:
            self._database = _open_database(self._place)
            config["system_database_engine"] = self._database
        self._instance = DBOS(config=config)
        DBOS.listen_queues([own_queue(self._worker)])

        async def make(document: dict[str, Any]) -> dict[str, Any]:
            return await perform(DBOS.workflow_id or "", document)

        step = DBOS.step(name="make")(make)

        async def run(document: dict[str, Any]) -> dict[str, Any]:
            self._note_begun(DBOS.workflow_id or "")
            return await step(document)

        # The engine would count every worker's death against all jobs that ran there; see `deaths`.
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(run)
        DBOS.launch()

    def _note_begun(self, job_id: str) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - inside a coroutine there is one
        self._under_way.add(task)
        task.add_done_callback(self._note_ended)
        self._expected.discard(job_id)
        self.changed.set()

    def _note_ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        self.changed.set()

    def expect(self, taken: Sequence[str], *, among: set[str]) -> None:
        """Know of jobs that were taken and will begin; those of earlier that are not among these any more will not."""
        self._expected = (self._expected | set(taken)) & among

    async def all_begun(self) -> None:
        """Wait until the jobs that were taken have begun, `BEGIN_S` at most: where the database is away they do not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BEGIN_S):
                while self._expected:
                    self.changed.clear()
                    await self.changed.wait()

    def under_way(self) -> list[asyncio.Task[Any]]:
        """The jobs that have begun and whose end is not recorded yet."""
        return list(self._under_way)

    def stop(self) -> None:
        """End everything. Blocks for about a second: not on the event loop."""
        if self._instance is not None:
            DBOS.destroy(destroy_registry=True)
            self._instance = None
        if self._database is not None:
            self._database.dispose()


async def tell_progress(value: dict[str, Any]) -> bool:
    """Keep how far the job is that this task belongs to; False when it is no longer this worker's."""
    try:
        await DBOS.set_event_async(PROGRESS, value)
    except error.DBOSWorkflowConflictIDError:
        return False
    return True


def _quieten() -> None:
    """Let the engine log its own troubles only: the worker logs the failures of jobs."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if _is_ours not in logger.filters:
        logger.addFilter(_is_ours)


def _is_ours(record: logging.LogRecord) -> bool:
    cause = record.exc_info[1] if record.exc_info else None
    if _OUTAGE.search(f"{record.getMessage()} {cause!r}"):
        return False
    return not str(record.msg).startswith(_SHOWN_TO_PEOPLE_ELSEWHERE)

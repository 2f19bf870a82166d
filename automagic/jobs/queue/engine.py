"""The job engine: the one file that knows DBOS (3.4), and all that is used of it beyond its documented interface.

    prepare       tables, write-ahead log, the queue's row
    open_client   to retry jobs from any process
    Engine        to execute them in this one

A job is one workflow with one step inside it: its product's run. What happens in the run is made durable by the
artifact store, so none of the engine's rules about the order of steps touch it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import re
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSClient, _sys_db
from dbos._error import DBOSWorkflowConflictIDError

from automagic.database.address import PATIENCE
from automagic.database.advisory_locks import AdvisoryLock
from automagic.errors import ConfigurationError
from automagic.jobs.queue.deaths import ALONE
from automagic.jobs.queue.location import APPLICATION, QUEUE, SCHEMA, WORKFLOW, QueuePlace
from automagic.jobs.queue.reads import PROGRESS, is_prepared, know_subseconds, mark_prepared, open_database
from automagic.jobs.queue.serializer import JsonSerializer, refuse_pickles
from automagic.machine.lock_files import open_lock
from automagic.machine.private_files import make_home, touch_private

if TYPE_CHECKING:
    from dbos import DBOSConfig

VERSION = "automagic-1"
"""Raised when a worker can no longer do the jobs of an older one. By default it would be a hash of the source."""

POLL_S = 0.25
TAKING_S = 2.0
"""How long a job may take to be taken before a worker that stops gives it up."""

_BEGUN_SOON_S = 0.005

_SHOWN_TO_PEOPLE_ELSEWHERE = ("Exception encountered in asynchronous workflow", "Asyncio task cancelled")
_OUTAGE = re.compile(
    r"psycopg\.(?:OperationalError|errors\.(?:Admin|Crash)Shutdown|errors\.CannotConnectNow)\b"
    r"|server closed the connection|connection (?:is bad|failed): connection to server|terminating connection"
)
"""In what the engine says, several times a second and with where it came from; the worker says it once a minute."""

MOST_PAUSE_S = 5.0
"""Between two attempts to reach a database that was away; the engine's own pauses grow to a minute and a half."""


def prepare(place: QueuePlace) -> None:
    """Make the queue's tables, or bring them up to date.

    Raises:
        ConfigurationError: The database cannot be opened or written.
    """
    _quieten()
    try:
        with open_database(place) as database:
            if is_prepared(database):
                return
        if place.shared:
            _prepare_postgresql(place)
        else:
            _prepare_sqlite(place)
    except (OSError, psycopg.Error, sa.exc.DatabaseError) as error:
        raise ConfigurationError(
            f"the job queue, {place}, cannot be used: {error}", hint="Make it writable, or check DATABASE_URL."
        ) from error


def _prepare_sqlite(place: QueuePlace) -> None:
    make_home(place.home, place.artifacts_url)
    touch_private(place.file)
    with open_database(place) as database, open_lock(place.file.with_suffix(".migrating")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_prepared(database):  # by now: another process was faster
            return
        database.change("PRAGMA journal_mode=WAL")
        DBOS.migrate(place.url)
        _register_queue(place)
        mark_prepared(database)


def _prepare_postgresql(place: QueuePlace) -> None:
    with open_database(place) as database:
        # Asking again and again rather than waiting: the migrations build indexes concurrently, which waits for every
        # statement that is under way, and so for one that waits for the migrations.
        while database.all("SELECT pg_try_advisory_lock(?)", (AdvisoryLock.QUEUE_SCHEMA.value,)) != [(True,)]:
            time.sleep(POLL_S)
        if is_prepared(database):
            return
        DBOS.migrate(place.url, schema=SCHEMA)
        _register_queue(place)
        mark_prepared(database)


def _register_queue(place: QueuePlace) -> None:
    with open_client(place) as client:
        # One is what a worker takes at once until it knows its own number; see Engine.start.
        client.engine.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_S)


def _open_database(place: QueuePlace) -> sa.Engine:
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


# ---------------------------------------------------------------------------------------------- from any process


class Client:
    """Retries jobs; executes none."""

    def __init__(self, engine: DBOSClient) -> None:
        self.engine = engine

    def requeue(self, job_id: str) -> None:
        """Queue a finished job again."""
        self.engine.rewind_workflow(job_id, queue_name=QUEUE)


@contextlib.contextmanager
def open_client(place: QueuePlace) -> Iterator[Client]:
    """A connection to a queue that is prepared."""
    _quieten()
    refuse_pickles()
    database = _open_database(place)
    try:
        engine = DBOSClient(
            system_database_engine=database,
            dbos_system_schema=SCHEMA,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
        )
        try:
            yield Client(engine)
        finally:
            engine.destroy()
    finally:
        database.dispose()


# ---------------------------------------------------------------------------------------------- in a worker

Perform = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Makes a job's product: its id and its document → what is kept of the result."""


class Engine:
    """Executes jobs in this process; there can be one at a time."""

    def __init__(self, place: QueuePlace, *, worker: str, concurrency: int) -> None:
        self._place = place
        self._worker = worker
        self._concurrency = concurrency
        self._database: sa.Engine | None = None
        self._instance: DBOS | None = None

    def start(self, perform: Perform) -> None:
        """Begin to take jobs. Call it on the event loop that shall execute them."""
        _quieten()
        refuse_pickles()
        _sys_db.time = _Time()  # type: ignore[attr-defined, assignment]  # no public way to bound the pauses
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._place.url,
            "dbos_system_schema": SCHEMA,
            "executor_id": self._worker,
            "application_version": VERSION,
            "run_migrations": False,
            "serializer": JsonSerializer(),
            "log_level": "WARNING",
        }
        if self._place.shared:
            config["db_engine_kwargs"] = {"connect_args": dict(PATIENCE)}
        else:
            self._database = _open_database(self._place)
            config["system_database_engine"] = self._database
        self._instance = DBOS(config=config)

        async def make(document: dict[str, Any]) -> dict[str, Any]:
            return await perform(DBOS.workflow_id or "", document)

        step = DBOS.step(name="make")(make)

        async def run(document: dict[str, Any]) -> dict[str, Any]:
            return await step(document)

        # The engine would count every worker's death against all jobs that ran there; see `deaths`.
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(run)
        DBOS.launch()
        self._keep_own_concurrency()
        _Taking(self._instance).begin()

    def _keep_own_concurrency(self) -> None:
        """Workers read the queue's row, in which the last one to start would set the number for all of them."""
        assert self._instance is not None  # noqa: S101 - called by `start` only
        database = self._instance._sys_db
        read_queue = database.get_queue

        def get_queue(name: str, **options: Any) -> Any:
            queue = read_queue(name, **options)
            if queue is not None and name == QUEUE:
                queue._worker_concurrency = self._concurrency
            return queue

        database.get_queue = get_queue  # type: ignore[method-assign]  # no public way to differ from the row

    def stop_taking(self) -> None:
        """Take no further jobs; those under way go on, the one among them that was being taken at this moment, too.

        Blocks until none is being taken: not on the event loop, which is given that one. Where the database is away,
        whoever takes waits for it; then for `TAKING_S` at most.
        """
        if self._instance is None:
            return
        for event in self._instance.background_thread_stop_events:
            event.set()
        ends_at = time.monotonic() + TAKING_S
        for thread in threading.enumerate():
            if thread.name.startswith("queue-worker-"):
                await_end(thread, ends_at)

    def under_way(self) -> list[asyncio.Task[Any]]:
        """The jobs that were taken and have not ended, those that have not begun yet included."""
        return [] if self._instance is None else list(self._instance._workflow_tasks)

    def stop(self) -> None:
        """End everything. Blocks for about a second: not on the event loop."""
        if self._instance is not None:
            DBOS.destroy(destroy_registry=True)
            self._instance = None
        if self._database is not None:
            self._database.dispose()


class _Taking:
    """Which jobs are taken: one that must run alone waits until no other is under way, and then no other is taken."""

    def __init__(self, engine: DBOS) -> None:
        self._engine = engine
        self._database = engine._sys_db
        self._take = self._database.start_queued_workflows
        columns = self._database.tables.workflow_status.c
        self._id = columns.workflow_uuid
        self._must_be_alone = columns.attributes[ALONE].as_boolean().is_(True)
        self._first = (
            sa.select(self._id, self._must_be_alone)
            .where(columns.queue_name == QUEUE, columns.status == "ENQUEUED", self._database._in_flight_status_prover())
            .where(sa.or_(columns.application_version == VERSION, columns.application_version.is_(None)))
            .order_by(columns.priority, columns.created_at)
            .limit(1)
        )
        self._which: sa.ColumnElement[bool] = sa.true()
        self._is_alone = True  # as long as it is not known: something may have been taken before `begin`

    def begin(self) -> None:
        """Take jobs by this rule from now on."""
        self._database.start_queued_workflows = self._take_some  # type: ignore[method-assign]  # no public way to
        self._database._claim_gate = self._gate  # type: ignore[method-assign]  # choose what is taken

    def _take_some(self, queue: Any, *arguments: Any, **options: Any) -> tuple[list[str], Any]:
        if queue.name != QUEUE:
            return self._take(queue, *arguments, **options)
        busy = len(self._engine._workflow_tasks) > 0
        if busy and self._is_alone:
            return [], None
        with self._database.engine.connect() as connection:
            first = connection.execute(self._first).first()
        if first is None or (busy and first[1]):
            return [], None
        self._is_alone = bool(first[1])
        # Several are taken at once: those behind the first that must run alone are left out.
        self._which = self._id == first[0] if self._is_alone else sa.not_(self._must_be_alone)
        return self._take(queue, *arguments, **options)

    def _gate(self, queue_name: str, partition_key: str | None) -> list[sa.ColumnElement[bool]]:
        return [self._which] if queue_name == QUEUE and partition_key is None else []


def await_end(thread: threading.Thread, ends_at: float) -> None:
    """Wait for a thread to end, until `ends_at` on the monotonic clock at most.

    Threads are listed before they have begun, and until then cannot be joined.
    """
    while True:
        try:
            thread.join(max(ends_at - time.monotonic(), 0.0))
        except RuntimeError:
            if time.monotonic() < ends_at:
                time.sleep(_BEGUN_SOON_S)
                continue
        return


async def tell_progress(value: dict[str, Any]) -> bool:
    """Keep how far the job is that this task belongs to; False when it is no longer this worker's."""
    try:
        await DBOS.set_event_async(PROGRESS, value)
    except DBOSWorkflowConflictIDError:
        return False
    return True


def _quieten() -> None:
    """The engine tells of its own troubles only: a job's failure is told by the worker."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if _is_ours not in logger.filters:
        logger.addFilter(_is_ours)


def _is_ours(record: logging.LogRecord) -> bool:
    cause = record.exc_info[1] if record.exc_info else None
    if _OUTAGE.search(f"{record.getMessage()} {cause!r}"):
        return False
    return not str(record.msg).startswith(_SHOWN_TO_PEOPLE_ELSEWHERE)


class _Time:
    """The module `time` for the engine's database code, with shorter pauses."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Pause for `MOST_PAUSE_S` at most."""
        time.sleep(min(seconds, MOST_PAUSE_S))

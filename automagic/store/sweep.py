"""Carry a cleanup's plan out, so that it may be killed at any moment and so that nobody loses what he has just found.

    one batch of artifacts:   look again ─▶ rows go ─▶ commit ─▶ their files go, unless stored again meanwhile
                                                               └▶ the next batch, at the same time

A hit pins in the transaction that finds it (`ArtifactStore.recall`); here the pins are looked at in the transaction
that takes the rows, which is the only one on SQLite and holds the rows on a server. So either the hit comes first and
the artifact stays, or it comes second and is a miss. What is left after a kill is a file without a row, which the next
cleanup finds. After a power cut it may be a row without a file as well, which is a miss.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.database.upkeep import give_back, many_changes, without_checks
from automagic.errors import RequestError
from automagic.machine.lock_files import open_lock
from automagic.store.inventory import running_runs
from automagic.store.retention import Swept
from automagic.store.sweep_files import in_batches, remove_dead_folders, remove_responses, remove_result

if TYPE_CHECKING:
    from automagic.store.blobs import Shelf
    from automagic.store.retention import EndedRun, Plan, RememberedStep, StoredArtifact, StrayFile

LOCK_NAME = "cleanup.lock"
"""In AUTOMAGIC_HOME: held by the one that cleans."""

BATCH = 20_000
"""In one transaction: others wait for it, about 0.7 s. Each writes most pages of the steps' index by hash once."""

SMALL_BATCH = 1_000
"""Where files go while the database is held, where each row takes others with it, or on a full disk."""

ROOM_BYTES = 16 << 20
"""What the database needs to write down what goes."""

REMOVERS = 16
"""Files that are removed at the same time: each takes the disk up to a millisecond, and the processor almost none."""

REMOVED_TOGETHER = 200
"""Files that one of them is given at once."""


def carry_out(plan: Plan, home: Path, engine: sa.Engine, *, now: float, shared: Shelf | None = None) -> Swept:
    """Do what the plan says; see the module's docstring.

    Args:
        now: When the plan was made.
        shared: As of `take_inventory`.

    Raises:
        RequestError: Another cleanup is under way.
    """
    swept = Swept()
    with _alone(home), contextlib.nullcontext() if plan.rules.emergency else many_changes(engine):
        remove_dead_folders(plan.folders, home / "work", swept)
        remove_responses(plan.responses, home / "responses", swept)
        if not plan.rules.emergency:  # where it would need room before anything has made some
            _forget_pins(engine, before=now - plan.rules.grace_s)
        _Store(home, engine, plan, swept, now=now, shared=shared).sweep()
        for result in plan.results:
            remove_result(result, swept)
        _forget_runs(plan.runs, engine, swept)
        if complaint := give_back(engine):
            swept.notices.append(complaint)
    return swept


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    with open_lock(home / LOCK_NAME) as lock:  # its time says when the last full cleanup was
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RequestError("another cleanup is under way", hint="Wait for it.") from None
        yield


class _Store:
    """The artifacts' part of a sweep."""

    def __init__(
        self, home: Path, engine: sa.Engine, plan: Plan, swept: Swept, *, now: float, shared: Shelf | None = None
    ) -> None:
        self._folder = home / "artifacts"
        self._work = home / "work"
        self._engine = engine
        self._plan = plan
        self._swept = swept
        self._now = now
        self._shared = shared

    def sweep(self) -> None:
        emergency = self._plan.rules.emergency
        for files in in_batches(self._plan.strays, SMALL_BATCH):
            self._remove_strays(files)
        if emergency:
            self._make_room()
        waiting: list[Future[None]] = []
        with (
            ThreadPoolExecutor(REMOVERS, "cleanup") as removers,
            without_checks(self._engine.execution_options(durable=False)) as connection,
        ):
            for batch in in_batches(self._in_order(), min(BATCH, SMALL_BATCH) if emergency else BATCH):
                gone = self._forget(connection, batch)
                # Folder by folder: removals in one and the same wait for each other.
                for some in in_batches(sorted(gone), REMOVED_TOGETHER):
                    waiting.append(removers.submit(self._remove, some))
                self._swept.add("artifact", len(gone), sum(one.size_bytes for one in gone))
        for done in waiting:
            done.result()  # a failure is not for the cleanup alone to know
        for lost in in_batches(self._plan.lost, BATCH):
            self._forget_lost(lost)
        for values in in_batches(self._plan.steps, BATCH):
            self._forget_values(values)

    def _in_order(self) -> Sequence[StoredArtifact]:
        """What is needed least first, where room is wanted at once; else as tables and folders have them side by side.

        All of them go, and a batch that lies together touches fewer pages and folders than a scattered one.
        """
        chosen = self._plan.artifacts
        return chosen if self._plan.rules.emergency else sorted(chosen, key=lambda one: one.sha256)

    def _remove(self, gone: Sequence[StoredArtifact]) -> None:
        _remove_unchanged(self._folder, gone)
        if self._shared is not None:
            for one in gone:
                self._shared.remove(one.sha256)

    def _make_room(self) -> None:
        """On a full disk, where no row can go: let files go first. A row without its file is a miss until it goes too.

        Nothing that was paid for: its row says that it is there.
        """
        free = [one for one in self._plan.artifacts if not one.paid]
        for batch in in_batches(free, 50):
            if shutil.disk_usage(self._folder).free >= ROOM_BYTES:
                return
            with self._engine.begin() as connection:
                _remove_unchanged(self._folder, self._choose(connection, batch))

    def _forget(self, connection: sa.Connection, batch: Sequence[StoredArtifact]) -> list[StoredArtifact]:
        """Take the rows of those that still nobody needs; gives them."""
        with connection.begin():
            gone = self._choose(connection, batch)
            _take_rows(connection, [one.sha256 for one in gone], paid=[one.sha256 for one in gone if one.paid])
        return gone

    def _choose(self, connection: sa.Connection, batch: Sequence[StoredArtifact]) -> list[StoredArtifact]:
        """Look again: those that were not used since the plan was made. Until the commit they cannot be."""
        names = [one.sha256 for one in batch]
        held = _hold(connection, names)
        bought = _bought(connection, _each(connection, names))
        used = self._used(connection)
        # Paid for since the plan was made: not what was decided about.
        return [
            one
            for one in batch
            if one.sha256 in held and one.sha256 not in used and (one.sha256 not in bought or one.paid)
        ]

    def _used(self, connection: sa.Connection) -> set[str]:
        """Those that a run under way needs, or that any has used since the plan was made."""
        running = running_runs(connection, self._work)
        pinned = sa.select(pins.c.sha256).where((pins.c.pinned_at > self._now) | pins.c.run_id.in_(running))
        found = sa.select(step_artifacts.c.sha256).join(steps).where(steps.c.used_at > self._now)
        return {name for used in (pinned, found) for name in connection.execute(used).scalars()}

    def _remove_strays(self, files: Sequence[StrayFile]) -> None:
        with self._engine.begin() as connection:
            if running_runs(connection, self._work):  # one that began meanwhile may be about to use any of them
                return
            recorded = _recorded(connection, _each(connection, [file.path.name for file in files]))
            for file in files:
                if file.path.name not in recorded and _was_left(file):
                    file.path.unlink(missing_ok=True)
                    self._swept.add("stray", 1, file.size_bytes)

    def _forget_lost(self, names: Sequence[str]) -> None:
        with self._engine.begin() as connection:
            bought = _bought(connection, _each(connection, names))
            still = [name for name in names if name not in bought and not (self._folder / name[:2] / name).exists()]
            _take_rows(connection, still)
        self._swept.add("row", len(still))

    def _forget_values(self, values: Sequence[RememberedStep]) -> None:
        newest = max(value.used_at for value in values)
        with self._engine.begin() as connection:
            done = connection.execute(
                sa.delete(steps).where(
                    steps.c.key.in_(_each(connection, [value.key for value in values])), steps.c.used_at <= newest
                )
            )
        self._swept.add("row", done.rowcount)


def _was_left(file: StrayFile) -> bool:
    """Whether nobody has wanted the file again since the plan was made."""
    with contextlib.suppress(FileNotFoundError):
        return file.path.lstat().st_mtime == file.modified_at
    return False


def _recorded(connection: sa.Connection, names: sa.Select[tuple[str]]) -> set[str]:
    """Those that have a row."""
    return set(connection.execute(sa.select(artifacts.c.sha256).where(artifacts.c.sha256.in_(names))).scalars().all())


def _bought(connection: sa.Connection, names: sa.Select[tuple[str]]) -> set[str]:
    """Those that are answers that were paid for."""
    found = sa.select(vendor_calls.c.artifact_sha256).where(vendor_calls.c.artifact_sha256.in_(names))
    return {str(name) for name in connection.execute(found).scalars().all()}


def _hold(connection: sa.Connection, names: Sequence[str]) -> frozenset[str]:
    """Let nobody find these artifacts until the transaction ends; gives those that there are.

    SQLite has one transaction that writes at a time. On a server, whoever finds an artifact holds its row while he pins
    it, in this order: what he has pinned is seen by the statements that follow.
    """
    if connection.dialect.name == "sqlite":
        return frozenset(names)
    those = artifacts.c.sha256.in_(_each(connection, names))
    held = sa.select(artifacts.c.sha256).where(those).order_by(artifacts.c.sha256).with_for_update()
    return frozenset(connection.execute(held).scalars())


def _take_rows(connection: sa.Connection, names: Sequence[str], *, paid: Sequence[str] = ()) -> None:
    """Everything that points at these artifacts, then themselves: SQLite may not do it (see `without_checks`).

    No statement gives rows: for each of them the threads that remove files would take the interpreter away.

    Args:
        paid: Those among them that were bought: the money stays on record.
    """
    each = _each(connection, names)
    if paid:
        bought = vendor_calls.c.artifact_sha256.in_(_each(connection, paid))
        connection.execute(sa.update(vendor_calls).where(bought).values(retired=True, artifact_sha256=None))
    keys = sa.select(step_artifacts.c.key).where(step_artifacts.c.sha256.in_(each))
    connection.execute(sa.delete(steps).where(steps.c.key.in_(keys)))
    connection.execute(sa.delete(step_artifacts).where(step_artifacts.c.key.in_(keys)))
    connection.execute(sa.delete(pins).where(pins.c.sha256.in_(each)))
    connection.execute(sa.delete(artifacts).where(artifacts.c.sha256.in_(each)))


def _remove_unchanged(folder: Path, gone: Sequence[StoredArtifact]) -> None:
    """Remove the files of rows that are gone; one that was stored again since has another time of modification."""
    for shelf, files in itertools.groupby(gone, key=lambda one: one.sha256[:2]):
        try:
            place = os.open(folder / shelf, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            for one in files:
                try:
                    if os.stat(one.sha256, dir_fd=place, follow_symlinks=False).st_mtime_ns == one.mtime_ns:
                        os.unlink(one.sha256, dir_fd=place)
                except FileNotFoundError:
                    continue
        finally:
            os.close(place)


def _forget_runs(ended: Sequence[EndedRun], engine: sa.Engine, swept: Swept) -> None:
    for batch in in_batches(ended, SMALL_BATCH):
        with engine.begin() as connection:
            uncounted = ~sa.exists().where(uncounted_runs.c.run_id == runs.c.id)
            done = connection.execute(
                sa.delete(runs).where(
                    runs.c.id.in_(_each(connection, [run.run_id for run in batch])),
                    runs.c.state != "running",
                    uncounted,
                )
            )
        swept.add("run", done.rowcount)


def _forget_pins(engine: sa.Engine, *, before: float) -> None:
    """What was pinned long ago says nothing that the steps do not say, unless its run is still under way."""
    under_way = sa.select(runs.c.id).where(runs.c.state == "running")
    old = (pins.c.pinned_at < before) & pins.c.run_id.not_in(under_way)
    first = sa.select(pins.c.run_id).where(old).order_by(pins.c.run_id).limit(BATCH).subquery()
    while True:
        with engine.execution_options(durable=False).begin() as connection:
            some = connection.execute(sa.select(first.c.run_id).distinct()).scalars().all()
            if not some:
                return
            connection.execute(sa.delete(pins).where(pins.c.run_id.in_(_each(connection, some)), old))


def _each(connection: sa.Connection, names: Sequence[str]) -> sa.Select[tuple[str]]:
    """Names as a query: one parameter, where a list of a thousand would take longer to write than to look up."""
    text = sa.literal(msgspec.json.encode(names).decode(), sa.Text)
    if connection.dialect.name == "sqlite":
        rows = sa.func.json_each(text).table_valued("value")
    else:
        rows = sa.func.json_array_elements_text(sa.cast(text, sa.JSON)).table_valued("value")
    return sa.select(rows.c.value)

"""Carry a cleanup's plan out, so that it may be killed at any moment and so that nobody loses what he has just found.

    one batch of artifacts:   look again ─▶ rows go ─▶ commit ─▶ their files go, unless stored again meanwhile

A hit pins in the transaction that finds it (`ArtifactStore.recall`); here the pins are looked at in the transaction
that takes the rows. So either the hit comes first and the artifact stays, or it comes second and is a miss. What is
left after a kill is a file without a row, which the next cleanup finds. After a power cut it may be a row without a
file as well, which is a miss.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import sqlalchemy as sa

from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.database.upkeep import give_back, many_changes
from automagic.errors import RequestError
from automagic.orchestrator.inventory import (
    MANIFEST,
    REJECTED,
    is_under_way,
    leftovers,
    own_files,
    running_runs,
)
from automagic.orchestrator.retention import LABELS

if TYPE_CHECKING:
    from automagic.orchestrator.retention import (
        DeadFolder,
        EndedRun,
        Kind,
        Plan,
        RememberedStep,
        Response,
        ResultFolder,
        StoredArtifact,
        StrayFile,
    )
    from automagic.orchestrator.shelf import Shelf

Thing = TypeVar("Thing")

LOCK_NAME = "cleanup.lock"
"""In AUTOMAGIC_HOME: held by the one that cleans."""

BATCH = 10_000
"""In one transaction: others wait for it, about 0.5 s. Each writes most pages of the indexes by hash once."""

ROOM_BYTES = 16 << 20
"""What the database needs to write down what goes."""

REMOVERS = 16
"""Files that are removed at the same time: each takes the disk up to a millisecond, and the processor almost none."""


@dataclass
class Swept:
    """What was done.

    Attributes:
        numbers, bytes: By kind; less than the plan says where somebody used a thing meanwhile.
        notices: What a person should know.
    """

    numbers: dict[Kind, int] = field(default_factory=dict)
    bytes: dict[Kind, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """For people."""
        done = [f"{number:,} {LABELS[kind]}" for kind, number in self.numbers.items() if number]
        return ", ".join(done) or "nothing"

    def add(self, kind: Kind, number: int, size_bytes: int = 0) -> None:
        """Count more of a kind."""
        self.numbers[kind] = self.numbers.get(kind, 0) + number
        self.bytes[kind] = self.bytes.get(kind, 0) + size_bytes


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
        _remove_dead_folders(plan.folders, home / "work", swept)
        _remove_responses(plan.responses, home / "responses", swept)
        _Store(home, engine, plan, swept, now=now, shared=shared).sweep()
        for result in plan.results:
            _remove_result(result, swept)
        _forget_runs(plan.runs, engine, swept)
        _forget_pins(engine, before=now - plan.rules.grace_s)
        if complaint := give_back(engine):
            swept.notices.append(complaint)
    return swept


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / LOCK_NAME).open("a") as lock:  # its time says when the last full cleanup was
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
        for files in _in_batches(self._plan.strays):
            self._remove_strays(files)
        if self._plan.rules.emergency:
            self._make_room()
        waiting: list[Future[None]] = []
        with ThreadPoolExecutor(REMOVERS, "cleanup") as removers:
            for batch in _in_batches(self._plan.artifacts):
                gone = self._forget(batch)
                # Folder by folder: removals in one and the same wait for each other.
                for some in _in_batches(sorted(gone, key=lambda one: one.sha256), 50):
                    waiting.append(removers.submit(self._remove, some))
                self._swept.add("artifact", len(gone), sum(one.size_bytes for one in gone))
        for done in waiting:
            done.result()  # a failure is not for the cleanup alone to know
        for lost in _in_batches(self._plan.lost):
            self._forget_lost(lost)
        for values in _in_batches(self._plan.steps):
            self._forget_values(values)

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
        for batch in _in_batches(free, 50):
            if shutil.disk_usage(self._folder).free >= ROOM_BYTES:
                return
            with self._engine.begin() as connection:
                _remove_unchanged(self._folder, self._choose(connection, batch))

    def _forget(self, batch: Sequence[StoredArtifact]) -> list[StoredArtifact]:
        """Take the rows of those that still nobody needs; gives them."""
        with self._engine.execution_options(durable=False).begin() as connection:
            gone = self._choose(connection, batch)
            _take_rows(connection, _each(connection, [one.sha256 for one in gone]))
        return gone

    def _choose(self, connection: sa.Connection, batch: Sequence[StoredArtifact]) -> list[StoredArtifact]:
        """Look again: those that were not used since the plan was made."""
        names = _each(connection, [one.sha256 for one in batch])
        bought = _bought(connection, names)
        unused = self._unused(connection, names)
        # Paid for since the plan was made: not what was decided about.
        return [one for one in batch if one.sha256 in unused and (one.sha256 not in bought or one.paid)]

    def _unused(self, connection: sa.Connection, names: sa.Select[tuple[str]]) -> set[str]:
        """Those that have a row, which no run under way needs and no other has used since the plan was made."""
        running = running_runs(connection, self._work)
        pinned = sa.exists().where(
            pins.c.sha256 == artifacts.c.sha256, (pins.c.pinned_at > self._now) | pins.c.run_id.in_(running)
        )
        found = sa.exists().where(
            step_artifacts.c.sha256 == artifacts.c.sha256,
            steps.c.key == step_artifacts.c.key,
            steps.c.used_at > self._now,
        )
        unused = sa.select(artifacts.c.sha256).where(artifacts.c.sha256.in_(names), ~pinned, ~found)
        return set(connection.execute(unused).scalars().all())

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
            _take_rows(connection, _each(connection, still))
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


def _take_rows(connection: sa.Connection, names: sa.Select[tuple[str]]) -> None:
    """Everything that points at these artifacts, then themselves. The money of a bought answer stays on record."""
    connection.execute(
        sa.update(vendor_calls)
        .where(vendor_calls.c.artifact_sha256.in_(names))
        .values(retired=True, artifact_sha256=None)
    )
    keys = sa.select(step_artifacts.c.key).where(step_artifacts.c.sha256.in_(names))
    connection.execute(sa.delete(steps).where(steps.c.key.in_(keys)))
    connection.execute(sa.delete(pins).where(pins.c.sha256.in_(names)))
    connection.execute(sa.delete(artifacts).where(artifacts.c.sha256.in_(names)))


def _remove_unchanged(folder: Path, gone: Sequence[StoredArtifact]) -> None:
    """Remove the files of rows that are gone; one that was stored again since has another time of modification."""
    for one in gone:
        place = f"{folder}/{one.sha256[:2]}/{one.sha256}"  # 100,000 Paths take longer than the removals
        with contextlib.suppress(FileNotFoundError):
            if os.lstat(place).st_mtime_ns == one.mtime_ns:
                os.unlink(place)  # noqa: PTH108


def _remove_dead_folders(folders: Sequence[DeadFolder], work: Path, swept: Swept) -> None:
    for folder in folders:
        path = work / f"{folder.run_id}.lock"
        if is_under_way(work, folder.run_id):
            continue
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(FileNotFoundError):
                lock = stack.enter_context(path.open("r+"))
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
            shutil.rmtree(work / folder.run_id, ignore_errors=True)
            path.unlink(missing_ok=True)
        swept.add("folder", 1, folder.size_bytes)


def _remove_responses(responses: Sequence[Response], folder: Path, swept: Swept) -> None:
    """By the cache's own means: other processes may be using it."""
    if not responses:
        return
    import diskcache

    try:
        with diskcache.Cache(str(folder), timeout=5) as cache:
            for batch in _in_batches(responses):
                with cache.transact(retry=True):
                    for response in batch:
                        if cache.delete(response.key, retry=True):
                            swept.add("response", 1, response.size_bytes)
    except (sqlite3.Error, OSError, diskcache.Timeout) as error:
        swept.notices.append(f"the answers of free services could not be cleaned: {error}")


def _remove_result(result: ResultFolder, swept: Swept) -> None:
    """Take our files out of a result's folder, and the folder when nothing else is in it."""
    folder = result.path
    name = folder.name.removesuffix(REJECTED) if result.rejected else folder.name
    with _held(folder.parent / f".{name}.lock") as held:
        if not held:
            swept.notices.append(f"a run is writing to {folder}: it stays")
            return
        try:
            for left in leftovers(folder):
                shutil.rmtree(left)
            files = own_files(folder, finished_at=result.finished_at) if folder.is_dir() else ()
            if files and {path.name for path in files} == {path.name for path in folder.iterdir()}:
                # In one step: a result is complete or not there.
                aside = folder.with_name(f".{folder.name}.partial-{secrets.token_hex(4)}")
                folder.rename(aside)
                shutil.rmtree(aside)
            else:
                for path in files:
                    if path.name != MANIFEST:  # by it a later run knows that the folder is its own
                        path.unlink(missing_ok=True)
        except OSError as error:
            swept.notices.append(f"{folder} could not be removed: {error.strerror}")
            return
    swept.add("rejected" if result.rejected else "result", 1, result.size_bytes)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Hold a result's lock as a run does (`pipelines/results.py`); False when somebody else does."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        there = False
        with contextlib.suppress(FileNotFoundError):
            there = os.path.samestat(os.fstat(lock.fileno()), path.stat())
        try:
            yield there
        finally:
            if there:
                path.unlink(missing_ok=True)


def _forget_runs(ended: Sequence[EndedRun], engine: sa.Engine, swept: Swept) -> None:
    for batch in _in_batches(ended):
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
    while True:
        with engine.begin() as connection:
            some = connection.execute(sa.select(pins.c.run_id).where(old).distinct().limit(BATCH)).scalars().all()
            connection.execute(sa.delete(pins).where(pins.c.run_id.in_(_each(connection, some)), old))
        if len(some) < BATCH:
            return


def _in_batches(things: Sequence[Thing], size: int | None = None) -> Iterator[Sequence[Thing]]:
    step = size or BATCH
    for start in range(0, len(things), step):
        yield things[start : start + step]


def _each(connection: sa.Connection, names: Sequence[str]) -> sa.Select[tuple[str]]:
    """Names as a query: one parameter, where a list of a thousand would take longer to write than to look up."""
    text = sa.literal(msgspec.json.encode(names).decode(), sa.Text)
    if connection.dialect.name == "sqlite":
        rows = sa.func.json_each(text).table_valued("value")
    else:
        rows = sa.func.json_array_elements_text(sa.cast(text, sa.JSON)).table_valued("value")
    return sa.select(rows.c.value)

"""What is on disk and in the database that a cleanup may look at. Reads only."""

from __future__ import annotations

import contextlib
import glob
import math
import os
import re
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.database.upkeep import many_changes
from automagic.machine.lock_files import open_lock, take_lock
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.blobs import FolderBlobStore
from automagic.store.responses import open_responses
from automagic.store.retention import ADDING_S, Place, Rules, Thing

MANIFEST = "metadata.json"
REJECTED = ".rejected"
_RUN_ID = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{6,12}|key-[0-9a-f]{20})(\.inputs)?")
"""The folder of a run, or beside it that of the files that its job brought."""
_ARTIFACT = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{8}\.partial")
_TOUCHED_AFTER_S = 5.0
"""A file of a result that is younger than its run by more than this was changed by a person."""


class CleanupScan:
    """One scan of a place: what several kinds need is read once."""

    def __init__(
        self, place: Place, rules: Rules, connection: sa.Connection, stores: Sequence[tuple[Path, set[str]]]
    ) -> None:
        self.place = place
        self.rules = rules
        self.connection = connection
        self.stores = stores
        self.running = running_runs(connection, place.home / "work")

    @cached_property
    def uses(self) -> tuple[dict[str, float], tuple[Thing, ...]]:
        """When each artifact was last pinned, made or found; and the steps whose result is a value.

        Put together here: asking the database for each artifact by itself would take longer.
        """
        used: dict[str, float] = {}
        values: list[Thing] = []
        for sha256, at in self.connection.execute(sa.select(pins.c.sha256, pins.c.pinned_at)):
            if at > used.get(sha256, 0.0):
                used[sha256] = at
        made = sa.select(step_artifacts.c.sha256, steps.c.used_at, steps.c.key).select_from(
            steps.outerjoin(step_artifacts)
        )
        for sha256, at, key in self.connection.execute(made):
            if sha256 is None:
                values.append(Thing(key, at=at))
            elif at > used.get(sha256, 0.0):
                used[sha256] = at
        return used, tuple(values)

    @cached_property
    def recorded(self) -> dict[str, Thing]:
        """Every artifact that has a row."""
        used, _ = self.uses
        needed = set(pinned_by(self.connection, self.running))
        bought = sa.select(vendor_calls.c.artifact_sha256).where(vendor_calls.c.artifact_sha256.is_not(None))
        paid = set(self.connection.execute(bought.distinct()).scalars())
        columns = artifacts.c
        stored = sa.select(columns.sha256, columns.size_bytes, columns.mtime_ns, columns.created_at)
        return {
            sha256: Thing(
                sha256,
                size_bytes,
                max(created_at, used.get(sha256, 0.0)),
                mtime_ns=mtime_ns,
                needed=sha256 in needed,
                paid=sha256 in paid,
            )
            for sha256, size_bytes, mtime_ns, created_at in self.connection.execute(stored)
        }

    @cached_property
    def lost(self) -> dict[str, Thing]:
        """Rows without a file. A store without any file is rather a disk that is not there."""
        folder, names = self.stores[0]
        # Rows that several machines share are of files that may lie on any of them.
        alone = self.place.shared is None and self.connection.dialect.name == "sqlite"
        if not names or not alone:
            return {}
        return {
            name: Thing(name)
            for name, artifact in self.recorded.items()
            if name not in names
            and not artifact.paid  # who needs the answer again finds that it is gone
            and not (folder / name[:2] / name).exists()  # it may have come meanwhile
        }

    @cached_property
    def results(self) -> tuple[tuple[bool, Thing], ...]:
        """The folders of results, and whether each did not pass."""
        include_results = self.rules.include_results
        return tuple(_find_results(self.connection, self.place.base, include_results=include_results))


@contextlib.contextmanager
def look_at(place: Place, rules: Rules) -> Iterator[CleanupScan]:
    """Look at everything, while the database stands still."""
    # The files first: a run stores the file and then adds its row, so a new file without a row is not listed.
    shelf = place.shared
    folders = [place.home / "artifacts", *([shelf.folder] if isinstance(shelf, FolderBlobStore) else [])]
    stores = [(folder, _list_store(folder)) for folder in folders]
    engine = place.engine
    with many_changes(engine), engine.execution_options(reads_only=True).begin() as connection:
        yield CleanupScan(place, rules, connection, stores)


def find_artifacts(look: CleanupScan) -> Iterator[Thing]:
    """Those with a row and a file; `at`: when a run last made it, found it or pinned it."""
    return (artifact for name, artifact in look.recorded.items() if name not in look.lost)


def find_lost(look: CleanupScan) -> Iterable[Thing]:
    """Rows of artifacts whose file is gone."""
    return look.lost.values()


def find_values(look: CleanupScan) -> Iterable[Thing]:
    """Remembered steps without files, by their key; `at`: when it was last used."""
    return look.uses[1]


def find_strays(look: CleanupScan) -> Iterator[Thing]:
    """Files of ours in the store that have no row, by their path; `at`: when it was modified."""
    for folder, names in look.stores:
        for name in sorted(names - look.recorded.keys()):
            if not (_ARTIFACT.fullmatch(name) or _PARTIAL.fullmatch(name)):
                continue
            path = folder / name[:2] / name
            with contextlib.suppress(FileNotFoundError):
                status = path.lstat()
                yield Thing(str(path), status.st_size, status.st_mtime)


def find_rejected(look: CleanupScan) -> Iterator[Thing]:
    """Folders of results that did not pass; `at`: when the last run that filled it ended."""
    return (folder for rejected, folder in look.results if rejected)


def find_finished(look: CleanupScan) -> Iterator[Thing]:
    """Likewise those that passed, if the rules include them."""
    return (folder for rejected, folder in look.results if not rejected)


def find_ended_runs(look: CleanupScan) -> Iterator[Thing]:
    """Runs that are in the metrics' totals, by their id."""
    counted = ~sa.exists().where(uncounted_runs.c.run_id == runs.c.id)
    ended = sa.select(runs.c.id, runs.c.finished_at).where(
        runs.c.state != "running", runs.c.finished_at.is_not(None), counted
    )
    return (Thing(run_id, at=ended_at) for run_id, ended_at in look.connection.execute(ended))


def find_jobs(look: CleanupScan) -> Iterator[Thing]:
    """Jobs to which nothing more will happen by itself, by their id."""
    if look.place.jobs is None:
        return iter(())
    finished = look.place.jobs.find_finished(before=time.time() - look.rules.least_age_s)
    return (Thing(job_id, at=finished_at) for job_id, finished_at in finished)


def find_responses(look: CleanupScan) -> Iterator[Thing]:
    """Answers of free services: one thing for all that are still good, one for all that are not."""
    import diskcache

    folder = look.place.home / "responses"
    if not (folder / "cache.db").exists():
        return
    try:
        with open_responses(folder) as cache:
            good, good_bytes = 0, 0
            for key in cache:
                value = cache.get(key, read=True)  # None when it has expired; large ones lie in files of their own
                if value is not None:
                    good += 1
                if hasattr(value, "fileno"):
                    with value:
                        good_bytes += os.fstat(value.fileno()).st_size
            number, size_bytes = len(cache), cache.reset("size")
    except (sqlite3.Error, OSError, ValueError, diskcache.Timeout):  # damaged: the next run creates it again
        return
    if good:
        yield Thing("good", good_bytes, math.inf, number=good)
    if number > good:
        yield Thing("expired", size_bytes - good_bytes, number=number - good)


def find_dead_folders(look: CleanupScan) -> Iterator[Thing]:
    """Temporary folders of runs whose process has died, by the run's id."""
    work = look.place.home / "work"
    if not work.is_dir():
        return
    names = {path.name.removesuffix(".lock") for path in work.iterdir() if path.suffix == ".lock" or path.is_dir()}
    for name in sorted(names):
        # The lock is made before the folder and removed after it.
        if _RUN_ID.fullmatch(name) and not is_under_way(work, name):
            yield Thing(name, _size_of(work / name))


def find_uploads(look: CleanupScan) -> Iterator[Thing]:
    """Files that clients sent, whole or not, by their path; `at`: when something last came, or it was last named."""
    for place in sorted((look.place.home / "uploads").glob("*/")):
        files = [path for path in place.rglob("*") if path.is_file()]
        sent = next((path for path in files if path.parent.name == "file"), place)
        with contextlib.suppress(FileNotFoundError):  # its client removed it
            yield Thing(str(sent), _size_of(place), max(path.stat().st_mtime for path in (place, *files)))


def running_runs(connection: sa.Connection, work: Path) -> frozenset[str]:
    """The runs that are under way: those whose row says so and whose process holds its lock.

    Runs of other machines, which share a database server, are seen by their row alone.
    """
    ids = connection.execute(sa.select(runs.c.id).where(runs.c.state == "running")).scalars()
    local = connection.dialect.name == "sqlite"
    return frozenset(run_id for run_id in ids if not local or _is_held(work / f"{run_id}.lock"))


def pinned_by(connection: sa.Connection, running: Collection[str]) -> Iterable[str]:
    """The artifacts that these runs need."""
    return connection.execute(sa.select(pins.c.sha256).where(pins.c.run_id.in_(running)).distinct()).scalars()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest by which a folder is known to be a result of ours; None when it is not."""
    try:
        manifest = parse_json((folder / MANIFEST).read_bytes(), name=MANIFEST, type=dict[str, Any])
    except (OSError, MalformedText):
        return None
    ours = str(manifest.get("generator", "")).startswith("AutoMagic") and isinstance(manifest.get("files"), list)
    return manifest if ours else None


def own_files(folder: Path, *, finished_at: float) -> tuple[Path, ...]:
    """The files in a result that are as our run left them."""
    manifest = read_manifest(folder)
    names = [name for name in (manifest or {}).get("files", []) if isinstance(name, str) and Path(name).name == name]
    files = []
    for name in names:
        path = folder / name
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            if path.is_file() and not path.is_symlink() and status.st_mtime <= finished_at + _TOUCHED_AFTER_S:
                files.append(path)
    return tuple(files)


def leftovers(folder: Path) -> tuple[Path, ...]:
    """What a run or a cleanup that was killed left beside a result."""
    return tuple(sorted(folder.parent.glob(f".{glob.escape(folder.name)}.partial-*")))


def _list_store(folder: Path) -> set[str]:
    """The names in the store, as far as each is in the folder that its beginning names."""
    names: set[str] = set()
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as shelves:
        for shelf in shelves:
            if len(shelf.name) == 2 and shelf.is_dir(follow_symlinks=False):
                names.update(name for name in os.listdir(shelf) if name.startswith(shelf.name))  # noqa: PTH208 - names
    return names


def is_under_way(work: Path, name: str) -> bool:
    """Whether somebody may still use a temporary folder: its run, or the job that is about to begin with its files."""
    run_id = name.removesuffix(".inputs")
    if run_id != name:
        with contextlib.suppress(FileNotFoundError):
            if (work / name).stat().st_mtime > time.time() - ADDING_S:
                return True
    return _is_held(work / f"{run_id}.lock")


def _is_held(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError), open_lock(path, create=False) as lock:
        return not take_lock(lock, shared=True)
    return False


def _size_of(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            size += 0 if path.is_dir() else path.lstat().st_size
    return size


def _find_results(connection: sa.Connection, base: Path, *, include_results: bool) -> Iterator[tuple[bool, Thing]]:
    """The folders that runs say they filled, as far as they are there and are ours."""
    states = ("rejected", "succeeded") if include_results else ("rejected",)
    latest: dict[Path, tuple[float, bool, str]] = {}
    rows = connection.execute(
        sa.select(runs.c.result, runs.c.finished_at, runs.c.state, runs.c.title)
        .where(runs.c.state.in_(states), runs.c.result.is_not(None), runs.c.finished_at.is_not(None))
        .order_by(runs.c.finished_at)
    )
    for result, finished_at, state, title in rows:
        facts = parse_json(result, name="a run's result") or {}
        if folder := facts.get("folder"):
            rejected = state == "rejected" and folder.endswith(REJECTED)
            latest[Path(folder)] = (finished_at, rejected, title)
        if aside := facts.get("aside"):  # what did not pass while the rest did
            latest[Path(aside)] = (finished_at, True, title)
    for given, (finished_at, rejected, title) in latest.items():
        if not rejected and not include_results:
            continue
        folder = base / given
        manifest = None if folder.is_symlink() else read_manifest(folder)
        # A relative path may mean another folder than it did; then its title tells.
        ours = manifest is not None and (given.is_absolute() or manifest.get("title") == title)
        left = leftovers(folder) if given.is_absolute() else ()
        if ours or left:
            files = own_files(folder, finished_at=finished_at) if ours else ()
            size = sum(path.lstat().st_size for path in files) + sum(_size_of(path) for path in left)
            yield rejected, Thing(str(folder), size, finished_at)

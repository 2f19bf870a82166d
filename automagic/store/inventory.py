"""What is on disk and in the database that a cleanup may look at. Reads only."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.database.upkeep import many_changes
from automagic.machine.lock_files import open_lock
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.blobs import FolderShelf, Shelf
from automagic.store.retention import (
    ADDING_S,
    DeadFolder,
    EndedRun,
    Inventory,
    RememberedStep,
    Response,
    ResultFolder,
    StoredArtifact,
    StrayFile,
)

MANIFEST = "metadata.json"
REJECTED = ".rejected"
_RUN_ID = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{6,12}|key-[0-9a-f]{20})(\.inputs)?")
"""The folder of a run, or beside it that of the files that its job brought."""
_ARTIFACT = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{8}\.partial")
_TOUCHED_AFTER_S = 5.0
"""A file of a result that is so much younger than its run was changed by a person."""


def take_inventory(
    home: Path, engine: sa.Engine, *, include_results: bool, base: Path, shared: Shelf | None = None
) -> Inventory:
    """Look at everything.

    Args:
        home: AUTOMAGIC_HOME.
        shared: Where other machines find the files as well; of a bucket only what has a row is looked at.
        include_results: Whether finished videos are looked at as well.
        base: The folder that a result's path is relative to, where it is.
    """
    # The files first: whoever stores one adds its row afterwards, so that a file without a row is none of theirs.
    stores = [home / "artifacts", *([shared.folder] if isinstance(shared, FolderShelf) else [])]
    found = [_list_store(store) for store in stores]
    with many_changes(engine), engine.execution_options(reads_only=True).begin() as connection:
        running = running_runs(connection, home / "work")
        used, values = _read_uses(connection)
        stored = tuple(_read_artifacts(connection, running, used))
        rows = {artifact.sha256 for artifact in stored}
        # Rows that several machines share are of files that may lie on any of them.
        alone = shared is None and engine.dialect.name == "sqlite"
        lost = tuple(_find_lost(stored, found[0], home / "artifacts")) if alone else ()
        gone = set(lost)
        return Inventory(
            artifacts=tuple(artifact for artifact in stored if artifact.sha256 not in gone),
            strays=tuple(
                stray for store, names in zip(stores, found, strict=True) for stray in _read_strays(store, names - rows)
            ),
            lost=lost,
            steps=values,
            folders=tuple(_find_dead_folders(home / "work")),
            responses=_read_responses(home / "responses"),
            results=tuple(_find_results(connection, base, include_results=include_results)),
            runs=_read_ended_runs(connection),
            running=bool(running),
            free_bytes=shutil.disk_usage(home).free,
            slack_bytes=_read_slack(connection),
        )


def running_runs(connection: sa.Connection, work: Path) -> frozenset[str]:
    """The runs that are under way: those whose row says so and whose process holds its lock.

    Runs of other machines, which share a database server, are seen by their row alone.
    """
    ids = connection.execute(sa.select(runs.c.id).where(runs.c.state == "running")).scalars()
    local = connection.dialect.name == "sqlite"
    return frozenset(run_id for run_id in ids if not local or _is_held(work / f"{run_id}.lock"))


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
    return tuple(sorted(folder.parent.glob(f".{_literal(folder.name)}.partial-*")))


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _list_store(folder: Path) -> set[str]:
    """The names in the store, as far as each is on the shelf that its beginning names."""
    names: set[str] = set()
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as shelves:
        for shelf in shelves:
            if len(shelf.name) == 2 and shelf.is_dir(follow_symlinks=False):
                names.update(name for name in os.listdir(shelf) if name.startswith(shelf.name))  # noqa: PTH208 - names
    return names


def _read_strays(folder: Path, names: Collection[str]) -> Iterator[StrayFile]:
    """Those that are ours."""
    for name in sorted(names):
        if not (_ARTIFACT.fullmatch(name) or _PARTIAL.fullmatch(name)):
            continue
        path = folder / name[:2] / name
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            yield StrayFile(path, status.st_size, status.st_mtime)


def _find_lost(stored: tuple[StoredArtifact, ...], found: set[str], folder: Path) -> Iterator[str]:
    """Rows without a file. A store without any file is rather a disk that is not there."""
    if not found:
        return
    for artifact in stored:
        if artifact.sha256 in found or artifact.paid:  # whoever wants the answer again sees for himself
            continue
        if not (folder / artifact.sha256[:2] / artifact.sha256).exists():  # it may have come meanwhile
            yield artifact.sha256


def _read_uses(connection: sa.Connection) -> tuple[dict[str, float], tuple[RememberedStep, ...]]:
    """When each artifact was last pinned, made or found; and the steps whose result is a value.

    Put together here: asking the database for each artifact by itself would take longer.
    """
    used: dict[str, float] = {}
    values: list[RememberedStep] = []
    for sha256, at in connection.execute(sa.select(pins.c.sha256, pins.c.pinned_at)):
        if at > used.get(sha256, 0.0):
            used[sha256] = at
    made = sa.select(step_artifacts.c.sha256, steps.c.used_at, steps.c.key).select_from(steps.outerjoin(step_artifacts))
    for sha256, at, key in connection.execute(made):
        if sha256 is None:
            values.append(RememberedStep(key, at))
        elif at > used.get(sha256, 0.0):
            used[sha256] = at
    return used, tuple(values)


def _read_artifacts(
    connection: sa.Connection, running: frozenset[str], used: Mapping[str, float]
) -> Iterator[StoredArtifact]:
    needed = set(connection.execute(sa.select(pins.c.sha256).where(pins.c.run_id.in_(running)).distinct()).scalars())
    paid = set(
        connection.execute(
            sa.select(vendor_calls.c.artifact_sha256).where(vendor_calls.c.artifact_sha256.is_not(None)).distinct()
        ).scalars()
    )
    columns = artifacts.c
    stored = sa.select(columns.sha256, columns.size_bytes, columns.mtime_ns, columns.created_at)
    for sha256, size_bytes, mtime_ns, created_at in connection.execute(stored):
        last = max(created_at, used.get(sha256, 0.0))
        yield StoredArtifact(sha256, size_bytes, mtime_ns, last, sha256 in needed, sha256 in paid)


def _read_ended_runs(connection: sa.Connection) -> tuple[EndedRun, ...]:
    counted = ~sa.exists().where(uncounted_runs.c.run_id == runs.c.id)
    rows = connection.execute(
        sa.select(runs.c.id, runs.c.finished_at).where(
            runs.c.state != "running", runs.c.finished_at.is_not(None), counted
        )
    ).all()
    return tuple(EndedRun(run_id, ended_at) for run_id, ended_at in rows)


def _read_slack(connection: sa.Connection) -> int:
    if connection.dialect.name != "sqlite":
        return 0
    pages = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
    return pages * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def _read_responses(folder: Path) -> tuple[Response, ...]:
    import sqlite3

    path = folder / "cache.db"
    if not path.exists():
        return ()
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as cache:
            rows = cache.execute("SELECT key, store_time, size + coalesce(length(value), 0) FROM Cache").fetchall()
    except sqlite3.DatabaseError:  # damaged: its next user makes it anew
        return ()
    return tuple(Response(key, stored_at, size) for key, stored_at, size in rows if isinstance(key, str))


def _find_dead_folders(work: Path) -> Iterator[DeadFolder]:
    if not work.is_dir():
        return
    names = {path.name.removesuffix(".lock") for path in work.iterdir() if path.suffix == ".lock" or path.is_dir()}
    for name in sorted(names):
        # The lock is made before the folder and removed after it.
        if _RUN_ID.fullmatch(name) and not is_under_way(work, name):
            yield DeadFolder(name, _size_of(work / name))


def is_under_way(work: Path, name: str) -> bool:
    """Whether somebody may still use a temporary folder: its run, or the job that is about to begin with its files."""
    run_id = name.removesuffix(".inputs")
    if run_id != name:
        with contextlib.suppress(FileNotFoundError):
            if (work / name).stat().st_mtime > time.time() - ADDING_S:
                return True
    return _is_held(work / f"{run_id}.lock")


def _is_held(path: Path) -> bool:
    try:
        with open_lock(path, create=False) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _size_of(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            size += 0 if path.is_dir() else path.lstat().st_size
    return size


def _find_results(connection: sa.Connection, base: Path, *, include_results: bool) -> Iterator[ResultFolder]:
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
            yield ResultFolder(folder, finished_at, rejected, size)

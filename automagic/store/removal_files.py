"""What a cleanup removes beside the store: temporary folders, answers of free services, results, rows of jobs."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from automagic.machine.lock_files import open_lock, take_lock
from automagic.store.inventory import MANIFEST, REJECTED, is_under_way, leftovers, own_files
from automagic.store.responses import open_responses
from automagic.store.retention import Place, Rules, Thing

Item = TypeVar("Item")


@dataclass
class CleanupRun:
    """A cleanup that is under way.

    Attributes:
        now: When its plan was made.
        notices: What a person should know is added here.
        artifacts: All that go, those that are needed least first.
        has_room: Whether the disk is known to have room for what the database writes.
    """

    place: Place
    rules: Rules
    now: float
    notices: list[str]
    artifacts: Sequence[Thing] = ()
    has_room: bool = False


def remove_dead_folders(sweep: CleanupRun, folders: Sequence[Thing]) -> Iterator[Thing]:
    """Those whose run, or job that is about to begin, is not there after all."""
    work = sweep.place.home / "work"
    for folder in folders:
        path = work / f"{folder.name}.lock"
        if is_under_way(work, folder.name):
            continue
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(FileNotFoundError):
                if not take_lock(stack.enter_context(open_lock(path, create=False))):
                    continue
            shutil.rmtree(work / folder.name, ignore_errors=True)
            path.unlink(missing_ok=True)
        yield folder


def remove_uploads(sweep: CleanupRun, uploads: Sequence[Thing]) -> Iterator[Thing]:
    """All of it: the announcement, and what came."""
    folder = sweep.place.home / "uploads"
    for upload in uploads:
        name = Path(upload.name).relative_to(folder).parts[0]
        shutil.rmtree(folder / name, ignore_errors=True)
        yield upload


def remove_responses(sweep: CleanupRun, responses: Sequence[Thing]) -> Iterator[Thing]:
    """By the cache's own means: other processes may be using it."""
    import diskcache

    try:
        with open_responses(sweep.place.home / "responses") as cache:
            gone = cache.clear(retry=True) if sweep.rules.emergency else cache.expire(retry=True)
    except (sqlite3.Error, OSError, ValueError, diskcache.Timeout) as error:
        sweep.notices.append(f"the answers of free services could not be cleaned: {error}")
        return
    yield Thing("", sum(one.size_bytes for one in responses), number=gone)


def remove_results(sweep: CleanupRun, results: Sequence[Thing]) -> Iterator[Thing]:
    """Those to which no run is writing."""
    return (result for result in results if _remove_result(result, sweep.notices))


def remove_jobs(sweep: CleanupRun, finished: Sequence[Thing]) -> Iterator[Thing]:
    """The rows of those that are still finished; the files that they needed go with the next cleanup."""
    assert sweep.place.jobs is not None  # noqa: S101 - they were found there
    before = sweep.now - sweep.rules.least_age_s
    gone = set(sweep.place.jobs.remove([one.name for one in finished], before=before))
    return (one for one in finished if one.name in gone)


def _remove_result(result: Thing, notices: list[str]) -> bool:
    """Take our files out of a result's folder, and the folder when nothing else is in it."""
    folder = Path(result.name)
    name = folder.name.removesuffix(REJECTED)
    with _held(folder.parent / f".{name}.lock") as held:
        if not held:
            notices.append(f"a run is writing to {folder}: it stays")
            return False
        try:
            for left in leftovers(folder):
                shutil.rmtree(left)
            files = own_files(folder, finished_at=result.at) if folder.is_dir() else ()
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
            notices.append(f"{folder} could not be removed: {error.strerror}")
            return False
    return True


@contextlib.contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Hold a result's lock as a run does (`stages/result_folder.py`); False when somebody else does."""
    with open_lock(path) as lock:
        if not take_lock(lock):
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


def in_batches(things: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """So many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]

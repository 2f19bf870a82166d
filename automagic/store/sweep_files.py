"""What a cleanup removes beside the store: temporary folders, answers of free services, results."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from automagic.machine.lock_files import open_lock
from automagic.store.inventory import MANIFEST, REJECTED, is_under_way, leftovers, own_files

if TYPE_CHECKING:
    from automagic.store.retention import DeadFolder, Response, ResultFolder, Swept

Thing = TypeVar("Thing")

BATCH = 10_000
"""Answers that go in one transaction."""


def remove_dead_folders(folders: Sequence[DeadFolder], work: Path, swept: Swept) -> None:
    """Those whose run, or job that is about to begin, is not there after all."""
    for folder in folders:
        path = work / f"{folder.run_id}.lock"
        if is_under_way(work, folder.run_id):
            continue
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(FileNotFoundError):
                lock = stack.enter_context(open_lock(path, create=False))
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
            shutil.rmtree(work / folder.run_id, ignore_errors=True)
            path.unlink(missing_ok=True)
        swept.add("folder", 1, folder.size_bytes)


def remove_responses(responses: Sequence[Response], folder: Path, swept: Swept) -> None:
    """By the cache's own means: other processes may be using it."""
    if not responses:
        return
    import diskcache

    try:
        with diskcache.Cache(str(folder), timeout=5) as cache:
            for batch in in_batches(responses, BATCH):
                with cache.transact(retry=True):
                    for response in batch:
                        if cache.delete(response.key, retry=True):
                            swept.add("response", 1, response.size_bytes)
    except (sqlite3.Error, OSError, diskcache.Timeout) as error:
        swept.notices.append(f"the answers of free services could not be cleaned: {error}")


def remove_result(result: ResultFolder, swept: Swept) -> None:
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
    """Hold a result's lock as a run does (`stages/result_folder.py`); False when somebody else does."""
    with open_lock(path) as lock:
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


def in_batches(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """So many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]

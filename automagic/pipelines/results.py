"""Where a person finds a result: one folder, complete or not at all.

    final_videos/2026-01-31-a-title/            what `--out` names
    final_videos/.2026-01-31-a-title.lock       held by the run that will fill it
    final_videos/.2026-01-31-a-title.partial-…  filled beside it, then renamed

A later run replaces an earlier result in one rename. Files that a person put into the folder move along; a folder
that AutoMagic did not make is left alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from automagic.errors import RequestError, ResourceError
from automagic.orchestrator.store import sync_folder

MANIFEST = "metadata.json"
"""The file by which a folder is known to be ours: its "generator" begins with "AutoMagic", its "files" are ours."""


@contextlib.contextmanager
def reserve(folder: Path) -> Iterator[None]:
    """Hold a result folder for this run; made ready before any work is done.

    Raises:
        RequestError: Another run holds it, it cannot be written, or it holds something that is not a result.
    """
    folder = folder.absolute()
    parent = folder.parent
    _refuse_foreign(folder)
    lock_path = parent / f".{folder.name}.lock"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        lock = lock_path.open("w")
    except OSError as error:
        raise RequestError(
            f"{parent} cannot be written: {error.strerror}", hint="Choose another folder with --out."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RequestError(
                f"another run is writing to {folder.name}", hint="Wait for it, or choose another folder with --out."
            ) from None
        for left in parent.glob(f".{folder.name}.partial-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        try:
            yield
        finally:
            lock_path.unlink(missing_ok=True)


def publish(folder: Path, files: Mapping[str, Path | bytes]) -> None:
    """Put all files into `folder` at once.

    Args:
        files: Name → a file to copy, or its content; one of them is the manifest.

    Raises:
        ResourceError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    folder = folder.absolute()
    partial = folder.parent / f".{folder.name}.partial-{secrets.token_hex(4)}"
    try:
        partial.mkdir()
        for name, content in files.items():
            target = partial / name
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                shutil.copyfile(content, target)
            with target.open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(partial)
        if folder.exists():
            _carry_over(folder, partial)
            _exchange(partial, folder)
        else:
            partial.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ResourceError(
            f"the result could not be written to {folder}: {'the disk is full' if full else error.strerror}",
            hint="Everything is kept: run the same command again with room on the disk, or another --out.",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RequestError(f"{folder} is a file", hint="Choose a folder with --out.")
    if any(folder.iterdir()) and not _own_files(folder):
        raise RequestError(
            f"{folder} holds files that AutoMagic did not make", hint="Choose a new or empty folder with --out."
        )


def _own_files(folder: Path) -> frozenset[str]:
    """The names that an earlier run put there; empty when it is not one of our results."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
        if manifest["generator"].startswith("AutoMagic"):
            return frozenset(manifest["files"])
    except (OSError, msgspec.DecodeError, KeyError, TypeError, AttributeError):
        pass
    return frozenset()


def _carry_over(folder: Path, partial: Path) -> None:
    """Keep what a person added to the result that is being replaced."""
    ours = _own_files(folder)
    for path in folder.iterdir():
        target = partial / path.name
        if path.name not in ours and not target.exists():
            if path.is_dir() and not path.is_symlink():
                shutil.copytree(path, target, symlinks=True)
            else:
                shutil.copy2(path, target, follow_symlinks=False)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders; on Linux in one atomic call (renameat2 with RENAME_EXCHANGE)."""
    if sys.platform == "linux":
        current, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        library = ctypes.CDLL(None, use_errno=True)
        if library.renameat2(current, os.fsencode(new), current, os.fsencode(old), exchange) == 0:
            return
        if ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    aside = old.with_name(f"{new.name}.old")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)

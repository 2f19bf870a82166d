"""Put a home into one file while others go on with it.

    jobs.db, then automagic.db   copied as of one moment each (SQLite's own backup), beside the archive
    what these copies need       bought answers, files of jobs; with `artifacts` everything that steps made
    what a person keeps there    schedules.toml, topics.txt, alerts.toml, folders with themes ...

The queue comes first: a job that ends in between is then one that runs again and finds everything made. Files under
their hash never change; one that a cleanup takes in between could be made again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from automagic.backup.archive import (
    FORM,
    FORM_WITH_MEDIA,
    MEDIA,
    NOT_SAVED,
    ArchiveMember,
    ArchiveWriter,
    Head,
    check_names,
)
from automagic.backup.partial import explained, is_partial, open_partial
from automagic.database.engine import sqlite_url
from automagic.database.plain import check_file, open_query
from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.machine.private_files import MARK, touch_private
from automagic.reading.json import parse_json
from automagic.store.blobs import sync_folder
from automagic.store.inventory import read_manifest
from automagic.version import __version__

if TYPE_CHECKING:
    from automagic.store.blobs import BlobStore

DATABASES = ("jobs.db", "automagic.db")
"""In the order in which they are copied."""

RESTORED_ENV = "restored.env"
"""The name of a saved `.env` in a restored home: it is read from the folder that one works in, never from a home."""

_SECRETS = ("credentials", "accounts", "youtube-token.json", ".env", RESTORED_ENV)
_SECRET_BEGINNINGS = (".env.", f"{RESTORED_ENV}.")
"""Such as `.env.production`."""
_LEFT_OUT = NOT_SAVED | {MEDIA, "artifacts", "results", "digests.json", MARK, *DATABASES}
_LEFT_SUFFIXES = (".lock", ".migrating", ".partial", "-wal", "-shm", "-journal")
_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}

NeededBy = Callable[[Path], Collection[str]]
"""Gives the names by sha256 of what the jobs in a home's queue need."""


@dataclass(frozen=True, slots=True)
class BackupScope:
    """What a backup holds besides databases, bought answers, what jobs need and a person's own files.

    Attributes:
        artifacts: What steps made, which could be made again.
        results: Finished folders.
        media: The recordings of stations that lie in the home.
        secrets: What lets others act in the person's name: certificates and permissions; and `env`.
        env: The files with the settings, such as `.env` and `.env.production`.
    """

    artifacts: bool = False
    results: bool = False
    media: bool = False
    secrets: bool = False
    env: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved.

    Attributes:
        answers: Bought ones among the artifacts.
        media: Recordings of stations; those that lie in the home and were not to be saved are `media_left`, and take
            `media_left_bytes`.
        missing: Files by hash that are gone from the store, or damaged there: bought ones are lost already.
        left_out: A person's files that could not be saved: links, and what changed meanwhile.
    """

    files: int
    size_bytes: int
    artifacts: int
    answers: int
    results: int
    media: int
    media_left: int
    media_left_bytes: int
    missing: int
    left_out: tuple[str, ...]


def save_home(
    home: Path, target: Path, choice: BackupScope, *, needed: NeededBy, shared: BlobStore | None = None
) -> Saved:
    """Write a backup of `home` to the new file `target`, whole or not at all. Blocks for as long as copying takes.

    Args:
        shared: Where artifacts lie that are not in the home.

    Raises:
        RequestError: There is nothing to save, or `target` is there already, lies in the home or has no folder.
        NewerVersion: A newer AutoMagic wrote the home.
        ConfigurationError: A database is damaged, or a file cannot be read or written.
        ResourceError: There is no room.
    """
    _check_target(home, target)
    with explained(target.parent, "saved"), open_partial(target.parent, target.name) as work:
        for name in DATABASES:
            if (home / name).exists():
                _copy_database(home / name, work / name)
        archive = work / "archive"
        touch_private(archive)
        with archive.open("r+b") as file:
            saved = _write(file, home, work, choice, needed=needed, shared=shared)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():  # by now
            raise _there_already(target)
        archive.rename(target)
        sync_folder(target.parent)
    return replace(saved, size_bytes=target.stat().st_size)


def _check_target(home: Path, target: Path) -> None:
    if not any((home / name).exists() for name in DATABASES):
        raise RequestError(f"there is nothing to save in AUTOMAGIC_HOME={home}", hint="Check AUTOMAGIC_HOME.")
    if target.exists() or target.is_symlink():
        raise _there_already(target)
    if not target.parent.is_dir():
        raise RequestError(f"there is no folder {target.parent}", hint="Make it, or write the backup elsewhere.")
    if target.resolve().is_relative_to(home.resolve()):
        raise RequestError(
            "a backup cannot be stored inside the AUTOMAGIC_HOME that it saves", hint="Write it to another disk."
        )


def _there_already(target: Path) -> RequestError:
    return RequestError(f"{target} already exists", hint="Choose another name: a backup overwrites nothing.")


def _copy_database(source: Path, target: Path) -> None:
    """A copy as of one moment, while others read and write."""
    touch_private(target)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as there,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            there.backup(copy)
            [(verdict,)] = copy.execute("PRAGMA quick_check(1)")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CANNOT_WRITE:
            raise ResourceError(
                f"{source.name} could not be copied: {error}; nothing was saved",
                hint="Free some space, or use another disk.",
            ) from error
        verdict = str(error)
    if verdict != "ok":
        raise ConfigurationError(
            f"the database {source} is damaged: {verdict}; nothing was saved",
            hint=f"Restore it from an earlier backup, or recover it: sqlite3 {source} .recover",
        )
    check_file(target)


class _Contents:
    """The files of an archive that is being written."""

    def __init__(self, writer: ArchiveWriter) -> None:
        self.writer = writer
        self.left_out: list[str] = []

    def add(self, name: str, path: Path) -> bool:
        """A file that may change or go meanwhile: then it is left out, and said so."""
        try:
            check_names((ArchiveMember(name, 0, "0" * 64),))
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if stat.S_ISREG(status.st_mode) and self.writer.add(name, file, status.st_size):
                    return True
        except FileNotFoundError:
            return False
        except (OSError, RequestError, UnicodeError) as error:
            if isinstance(error, OSError) and error.filename is None:  # of the archive
                raise
        self.left_out.append(os.fsencode(str(path)).decode("utf-8", "replace"))
        return False


def _write(
    file: BinaryIO, home: Path, work: Path, choice: BackupScope, *, needed: NeededBy, shared: BlobStore | None
) -> Saved:
    form = FORM_WITH_MEDIA if choice.media else FORM
    writer = ArchiveWriter(file, Head(form, __version__, _revision(work), time.time()))
    contents = _Contents(writer)
    for name in DATABASES:
        contents.add(name, work / name)
    bought = _bought(work)
    wanted = bought | set(needed(work)) | (_all_artifacts(work) if choice.artifacts else set())
    kept = {name for name in sorted(wanted) if _add_artifact(writer, home / "artifacts", name, shared)}
    for name, path in _own_files(home, secrets=choice.secrets):
        contents.add(name, path)
    for path in choice.env if choice.secrets else ():
        contents.add(RESTORED_ENV + path.name.removeprefix(".env"), path)
    results = 0
    if choice.results:
        for name, folder in _results(home, work):
            added = [contents.add(inner, path) for inner, path in _walk(folder, name)]
            results += any(added)
    films = list(_films(home))
    media = sum(contents.add(name, path) for name, path in films) if choice.media else 0
    left = [] if choice.media else [path.stat().st_size for _, path in films]
    check_names(tuple(writer.entries[1:]))
    writer.close()
    return Saved(
        files=len(writer.entries) - 2,  # but for the archive's own
        size_bytes=0,
        artifacts=len(kept),
        answers=len(kept & bought),
        results=results,
        media=media,
        media_left=len(left),
        media_left_bytes=sum(left),
        missing=len(wanted - kept) if not choice.artifacts else len(bought - kept),
        left_out=tuple(contents.left_out),
    )


def _add_artifact(writer: ArchiveWriter, folder: Path, sha256: str, shared: BlobStore | None) -> bool:
    path = folder / sha256[:2] / sha256
    name = f"artifacts/{sha256[:2]}/{sha256}"
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        if writer.add(name, file, os.fstat(file.fileno()).st_size, sha256=sha256):
            return True
    if shared is not None:
        with contextlib.suppress(FileNotFoundError), shared.open(sha256) as file:
            size_bytes = file.seek(0, os.SEEK_END)
            file.seek(0)
            return writer.add(name, file, size_bytes, sha256=sha256)
    return False


def _revision(work: Path) -> str:
    with open_query(sqlite_url(work / "automagic.db")) as query:
        rows = query("SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else ""


def _bought(work: Path) -> set[str]:
    """Answers that were paid for."""
    with open_query(sqlite_url(work / "automagic.db")) as query:
        rows = query("SELECT DISTINCT artifact_sha256 FROM vendor_calls WHERE artifact_sha256 IS NOT NULL")
    return {str(name) for (name,) in rows}


def _all_artifacts(work: Path) -> set[str]:
    with open_query(sqlite_url(work / "automagic.db")) as query:
        return {str(name) for (name,) in query("SELECT sha256 FROM artifacts")}


def _own_files(home: Path, *, secrets: bool) -> Iterator[tuple[str, Path]]:
    """What a person keeps in the home; of the program's own files those that cannot be made again."""
    for path in sorted(home.iterdir()):
        name = path.name
        if name in _LEFT_OUT or name.endswith(_LEFT_SUFFIXES) or is_partial(name):
            continue
        if (name in _SECRETS or name.startswith(_SECRET_BEGINNINGS)) and not secrets:
            continue
        yield from _walk(path, name)


def _walk(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    """A file, or all files below a folder, with their names; links are given, never followed."""
    if path.is_symlink() or not path.is_dir():
        yield name, path
        return
    for inner in sorted(path.iterdir()):
        yield from _walk(inner, str(PurePosixPath(name, inner.name)))


def _films(home: Path) -> Iterator[tuple[str, Path]]:
    """The recordings of stations that are whole, with their names in the archive."""
    folder = home / MEDIA
    if folder.is_dir():
        for name, path in _walk(folder, MEDIA):
            hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
            if not hidden and not path.is_symlink() and not name.endswith((".partial", ".partial.json")):
                yield name, path


def _results(home: Path, work: Path) -> Iterator[tuple[str, Path]]:
    """The folders of finished results that are there and are ours, with their names in the archive."""
    own = home / "results"
    if own.is_dir() and not own.is_symlink():
        yield from ((f"results/{path.name}", path) for path in sorted(own.iterdir()) if not is_partial(path.name))
    with open_query(sqlite_url(work / "automagic.db")) as query:
        rows = query(
            "SELECT id, title, result FROM runs WHERE state IN ('succeeded', 'rejected') AND result IS NOT NULL "
            "ORDER BY finished_at DESC"
        )
    seen: set[Path] = set()
    for run_id, title, result in rows:
        given = Path((parse_json(result, name="a run's result") or {}).get("folder") or "")
        folder = given.absolute()
        if folder in seen or (own / run_id).exists():  # also under the name that a moved home had before
            continue
        manifest = None if folder.is_symlink() else read_manifest(folder)
        # A relative path may mean another folder than it did; then its title tells.
        if manifest is not None and (given.is_absolute() or manifest.get("title") == title):
            seen.add(folder)
            yield f"results/{run_id}", folder

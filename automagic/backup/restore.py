"""Make a home of a backup: unpacked beside its place, checked, and put there in one move.

FILE ─▶ headers and manifest agree? ─▶ room? ─▶ .HOME.1a2b3c4d.partial/home ─▶ hashes, database ─▶ HOME
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from automagic.backup.archive import Head, StoredMember, copy_out, not_a_backup, read_contents
from automagic.backup.media import place_media
from automagic.backup.partial import explained, is_partial, open_partial
from automagic.backup.save import RESTORED_ENV
from automagic.database.engine import sqlite_url
from automagic.database.plain import check_file, open_query
from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.machine.private_files import FILE_MODE, FOLDER_MODE, make_home
from automagic.reading.named_files import open_named
from automagic.store.blobs import sync_folder


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes:
        version: Of the AutoMagic that saved it; for people.
        made_at: When, in seconds since 1970.
        media_lost: Recordings of stations that its catalogue has and it has not: the next sync fetches them.
        env: Where the saved settings are now; None where there are none.
    """

    files: int
    size_bytes: int
    version: str
    made_at: float
    media_lost: int
    env: Path | None


def restore_home(archive: Path, home: Path) -> Restored:
    """Make `home`, which is empty or not there, of a backup: whole or not at all.

    Raises:
        RequestError: The archive is not a valid backup, or `home` is in use.
        NewerVersion: A newer AutoMagic wrote it.
        ConfigurationError: `home` cannot be written.
        ResourceError: There is no room.
    """
    _refuse_used(home)
    with open_named(archive, sys.maxsize, what="a backup") as (file, _):
        head, placed = read_contents(file)
        with explained(home, "restored"):
            home.parent.mkdir(parents=True, exist_ok=True)
            # A volume can be filled, not replaced.
            beside = home if os.path.ismount(home) else home.parent
            size_bytes = sum(one.entry.size_bytes for one in placed)
            if shutil.disk_usage(beside).free < size_bytes:
                raise ResourceError(
                    f"the backup needs {size_bytes / 1e9:.1f} GB, more than is free for {home}",
                    hint="Free some space, or set AUTOMAGIC_HOME to another disk. Nothing was restored.",
                )
            with open_partial(beside, home.name) as work:
                _unpack(file, placed, work / "home")
                _check_database(work / "home", head)
                media_lost = place_media(work / "home", home)
                make_home(work / "home")
                _put(work / "home", home)
    env = home / RESTORED_ENV
    return Restored(len(placed), size_bytes, head.version, head.made_at, media_lost, env if env.exists() else None)


def _refuse_used(home: Path) -> None:
    try:
        used = [name for name in os.listdir(home) if not is_partial(name) and name != "lost+found"]  # noqa: PTH208 - names
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigurationError(
            f"AUTOMAGIC_HOME={home} cannot be used: {error.strerror}", hint="Set it to a folder you can write."
        ) from error
    if used:
        raise RequestError(
            f"AUTOMAGIC_HOME={home} is not empty: it has {', '.join(sorted(used)[:3])}",
            hint="Set AUTOMAGIC_HOME to a new folder, or move this one away first.",
        )


def _unpack(file: BinaryIO, placed: tuple[StoredMember, ...], folder: Path) -> None:
    folder.mkdir(mode=FOLDER_MODE)
    for one in placed:
        path = folder / one.entry.name
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as copy:
            copy_out(file, one, copy.write)
            copy.flush()
            os.fsync(copy.fileno())
    for inner, _, _ in os.walk(folder):
        sync_folder(Path(inner))


def _check_database(folder: Path, head: Head) -> None:
    """Check that the database is the one that the backup's head names, and give its files their times."""
    database = folder / "automagic.db"
    if not database.exists():
        return
    check_file(database)
    try:
        with open_query(sqlite_url(database)) as query:
            rows = query("SELECT version_num FROM alembic_version")
            stored = query("SELECT sha256, mtime_ns FROM artifacts")
    except ConfigurationError as error:
        raise not_a_backup(error.message) from error
    if (str(rows[0][0]) if rows else "") != head.revision:
        raise not_a_backup("its database does not have the version that its manifest states")
    # A file of the time that its row has need not be hashed again before it is used.
    for sha256, mtime_ns in stored:
        with contextlib.suppress(FileNotFoundError):
            os.utime(folder / "artifacts" / sha256[:2] / sha256, ns=(mtime_ns, mtime_ns))
    for name in ("automagic.db-wal", "automagic.db-shm"):
        (folder / name).unlink(missing_ok=True)  # of the look that was taken


def _put(staged: Path, home: Path) -> None:
    if not os.path.ismount(home):
        try:
            staged.rename(home)  # also over an empty folder
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                _refuse_used(home)
            raise
        sync_folder(home.parent)
        return
    # The database last: a home without it was not used yet.
    for path in sorted(staged.iterdir(), key=lambda one: one.suffix == ".db"):
        path.rename(home / path.name)
    sync_folder(home)

"""Keep what lies in AUTOMAGIC_HOME for its owner alone: scripts, recordings, what vendors were paid for.

a new home      0700, its databases and artifacts 0600
an older one    tightened once; who loosens it afterwards has a reason
a shared one    with the set-group-id bit: its files are the group's, too (0660), and nothing is tightened
ARTIFACTS_URL   where it names a folder, that one is for others: it stays as it is, and so does a home around it
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from automagic.reading.named_files import expand_home

MARK = ".private"
"""In a home that was tightened."""

FOLDER_MODE, FILE_MODE, GROUP_FILE_MODE = 0o700, 0o600, 0o660

_DATABASES = ("automagic.db", "jobs.db")


def make_home(home: Path, artifacts_url: str = "") -> None:
    """Make AUTOMAGIC_HOME, or tighten one that an older version made.

    Raises:
        OSError: It cannot be made.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        home.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        if not home.is_dir():
            raise
    if (home / MARK).exists():
        return
    with contextlib.suppress(OSError):  # somebody else's, or a file system that knows no modes
        if not _is_for_group(home):
            _tighten(home, _shared_folder(artifacts_url))
        (home / MARK).touch(mode=FILE_MODE)


def touch_private(path: Path) -> None:
    """Make a file that is missing, for its owner alone, before a library makes it for everybody."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file_mode(path.parent)))


def file_mode(folder: Path) -> int:
    """What a new file in a folder of the home may be to others."""
    return GROUP_FILE_MODE if _is_for_group(folder) else FILE_MODE


def _is_for_group(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_ISGID)
    except OSError:
        return False


def _shared_folder(artifacts_url: str) -> Path | None:
    if not artifacts_url or ("://" in artifacts_url and not artifacts_url.startswith("file://")):
        return None
    return expand_home(artifacts_url.removeprefix("file://")).resolve()


def _tighten(home: Path, shared: Path | None) -> None:
    place = home.resolve()
    if not (shared and shared.is_relative_to(place)) and place != Path.home().resolve():
        home.chmod(FOLDER_MODE)
    for name in _DATABASES:
        for path in (home / name, home / f"{name}-wal", home / f"{name}-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.chmod(FILE_MODE)
    artifacts = home / "artifacts"
    if shared and shared.is_relative_to(artifacts.resolve()):
        return
    for folder, _, files in os.walk(artifacts):
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                Path(folder, name).chmod(FILE_MODE, follow_symlinks=True)

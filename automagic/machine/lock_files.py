"""Lock files, opened with care: a lock may lie in a folder where others can put links, and opening it changes nothing.

The kernel frees a lock (`fcntl.flock`) when its holder ends, however it ends.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from pathlib import Path
from typing import TextIO


def open_lock(path: Path, *, create: bool = True) -> TextIO:
    """Open a lock file to read and write: as it is, never through a link, without waiting.

    Args:
        create: Whether it is made when it is missing.

    Raises:
        FileNotFoundError: It is missing, and shall not be made.
        OSError: It cannot be opened, is a link, or is no regular file.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise OSError(error.errno, f"{path.name} in {path.parent} is a link, not a lock file") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, f"{path.name} in {path.parent} is not a lock file")
    return os.fdopen(descriptor, "r+", encoding="utf-8")


def take_passing_lock(path: Path) -> TextIO | None:
    """A lock file that is open, locked and still there, where its holders remove it when done; None while one has it.

    Raises:
        OSError: As `open_lock`.
    """
    while True:
        lock = open_lock(path)
        if not take_lock(lock):
            lock.close()
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                return lock
        lock.close()


def take_lock(lock: TextIO, *, shared: bool = False) -> bool:
    """Hold an open lock file until it is closed; False, without waiting, while somebody else does.

    Args:
        shared: Beside others who share it.
    """
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

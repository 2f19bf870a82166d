"""A folder for what is not finished yet, beside the place where it will be: whole there, or not at all.

folder/.NAME.1a2b3c4d.partial/     locked while its process lives; the next attempt removes those without a lock
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from automagic.errors import AutomagicError, ConfigurationError, ResourceError, is_disk_full

_FOLDER_MODE = 0o700


@contextlib.contextmanager
def open_partial(folder: Path, name: str) -> Iterator[Path]:
    """A new folder in `folder`, for its owner alone; it is gone at the end, with what is left in it.

    Args:
        name: Of what is being made.
    """
    _remove_dead(folder, name)
    path = folder / f".{name}.{secrets.token_hex(4)}.partial"
    path.mkdir(mode=_FOLDER_MODE)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def is_partial(name: str) -> bool:
    """Whether a file of that name in a folder is one of these."""
    return re.fullmatch(r"\..+\.[0-9a-f]{8}\.partial", name) is not None


def _remove_dead(folder: Path, name: str) -> None:
    """Those of attempts that were killed."""
    for path in folder.iterdir():
        if not is_partial(path.name) or path.name[1:].rsplit(".", 2)[0] != name:
            continue
        with contextlib.suppress(OSError):  # somebody else's
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(descriptor)


@contextlib.contextmanager
def explained(place: Path, done: str) -> Iterator[None]:
    """Say what a failure to write means.

    Args:
        done: What did not happen: "saved", "restored".
    """
    try:
        yield
    except AutomagicError:
        raise
    except OSError as error:
        if is_disk_full(error):
            raise ResourceError(
                f"the disk of {place} is full: nothing was {done}", hint="Free some space, or use another disk."
            ) from error
        raise ConfigurationError(
            f"{error.filename or place} cannot be used: {error.strerror or error}; nothing was {done}",
            hint="Check the folder, and that you may write there.",
        ) from error

"""Read large files block by block, in threads that may be told to stop in between (`leaving.run_in_thread` tells them).

told ─▶ check_stopped, in each block ─▶ Stopped ─▶ the thread ends; nobody waits for what it would have given
"""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

BLOCK_BYTES = 1 << 20

told_to_stop: ContextVar[threading.Event | None] = ContextVar("told_to_stop", default=None)
"""Of the work of this thread; None for work that cannot be stopped."""


class Stopped(Exception):
    """Work in a thread ended early, since it was told to."""


def check_stopped() -> None:
    """To be called often by long work.

    Raises:
        Stopped: This thread was told to stop.
    """
    told = told_to_stop.get()
    if told is not None and told.is_set():
        raise Stopped


def hash_file(file: BinaryIO) -> str:
    """The sha256 of what is left to read, in hexadecimal.

    Raises:
        Stopped: This thread was told to stop.
    """
    digest = hashlib.sha256()
    for block in read_blocks(file):
        digest.update(block)
    return digest.hexdigest()


def copy_file(source: BinaryIO, target: BinaryIO) -> None:
    """Write what is left to read of one file into another.

    Raises:
        Stopped: This thread was told to stop.
    """
    for block in read_blocks(source):
        target.write(block)


def read_blocks(file: BinaryIO) -> Iterator[bytes]:
    """What is left to read, in pieces.

    Raises:
        Stopped: This thread was told to stop.
    """
    check_stopped()
    while block := file.read(BLOCK_BYTES):
        yield block
        check_stopped()

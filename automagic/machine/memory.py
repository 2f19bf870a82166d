"""Limit what libraries hold without using it (freed memory, idle threads), and run the garbage collector less often.

glibc gives each thread a heap of its own and returns freed memory late. Encoders and pictures are made and freed on
several threads here: with the default number of heaps the same run peaks at 1.9 GB instead of 1.4 GB.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import sys
from functools import cache

_M_ARENA_MAX = -8
"""`mallopt`'s name for the largest number of heaps (malloc.h)."""

_ARENAS = 2

_ALLOCATIONS = 20_000
"""More objects than were freed, before the youngest are looked through; Python 3.11's own number is 700."""


@cache
def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def bound_threads() -> None:
    """Keep NumPy's OpenBLAS to one thread; call it before NumPy is imported.

    Work here is spread over cores as a whole. OpenBLAS would start a thread for each core besides, whose waiting alone
    took a fifth of a mix's CPU time. A person's own setting stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def calm_collector() -> None:
    """Look for cycles of garbage less often, and not at all at the end.

    Most objects of a run are what it has imported, and stay. Looking through them again and again, and a last time
    before the system takes everything anyway, was a fifth of a run that finds all its work done.
    """
    gc.set_threshold(_ALLOCATIONS, 20, 20)
    atexit.register(gc.freeze)


def bound_heaps() -> None:
    """Share a few heaps between all threads; call it before the first thread starts. Does nothing without glibc."""
    if library := _glibc():
        library.mallopt(_M_ARENA_MAX, _ARENAS)


def trim_memory() -> None:
    """Return freed memory to the system, after a piece of work that used much of it."""
    if library := _glibc():
        library.malloc_trim(0)

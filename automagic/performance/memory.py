"""The memory of this process: how much it is, and what can be given back.

cleanup_memory ─▶ what has expired leaves the cache ─▶ half of the cache, when that is asked for
               ─▶ Python looks for garbage ─▶ the C library gives freed pages back to the system
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from typing import Any

import psutil

from automagic.machine.memory import trim_memory
from automagic.monitor.measured import Measured
from automagic.performance.cache import TieredCache
from automagic.performance.config import PerformanceConfig

FRAMES = 1
"""Of each traced allocation: 25 of them would make a program 11 times slower instead of 5.5 times."""

CLEANUP = "memory cleanup"
"""What cleanups are counted under, among the calls."""

TOP = 10
SHARE_LEFT = 0.5


class MemoryWatch:
    """Of this process.

    Args:
        cache: What is only kept for speed.
        measured: Is told of each cleanup.
    """

    def __init__(self, config: PerformanceConfig, cache: TieredCache, measured: Measured) -> None:
        self._measured = measured
        self._config = config
        self._cache = cache
        self._process = psutil.Process()
        self._last_gc: float | None = None
        self._cleanups = 0
        self._freed_bytes = 0
        self._peak_bytes = 0

    def get_memory_stats(self) -> dict[str, Any]:
        """Bytes that it holds now and at most so far, as they were looked at; what the collector has done.

        `percent` is of the machine's memory; `tracemalloc` is there while allocations are traced.
        """
        current = self._read()
        counts = gc.get_count()
        stats: dict[str, Any] = {
            "current": current,
            "peak_rss": self._peak_bytes,
            "limit": self._config.max_memory_usage,
            "cleanup_from": round(self._config.max_memory_usage * self._config.memory_cleanup_threshold),
            "gc_stats": {"counter": list(counts), "last_gc": self._last_gc, "collected": _collected()},
            "cleanups": {"number": self._cleanups, "freed_bytes": self._freed_bytes},
        }
        if tracemalloc.is_tracing():
            stats["tracemalloc"] = describe_traced()
        return stats

    def should_cleanup_memory(self) -> bool:
        """Whether the process holds more than `memory_cleanup_threshold` of `max_memory_usage`."""
        return bool(self._read()["rss"] > self._config.max_memory_usage * self._config.memory_cleanup_threshold)

    def cleanup_memory(self, force: bool = False, aggressive: bool = False) -> dict[str, Any]:
        """Give back what can be given back; nothing is done where that is not needed.

        Args:
            force: Do it in any case.
            aggressive: Half of the cached values go as well, those that were used longest ago; on its own it forces.
        """
        if not (force or aggressive or self.should_cleanup_memory()):
            return {"cleaned": False, "freed_bytes": 0, "collected": 0, "uncached": 0}
        before, began_at = self._read()["rss"], time.perf_counter()
        uncached = self._cache.remove_expired()
        if aggressive or self.should_cleanup_memory():
            uncached += self._cache.shrink(SHARE_LEFT)
        collected = gc.collect()
        self._last_gc = time.time()
        trim_memory()
        freed = max(0, before - self._read()["rss"])
        self._measured.add_to(("call", CLEANUP, "done"), time.perf_counter() - began_at)
        self._cleanups += 1
        self._freed_bytes += freed
        return {"cleaned": True, "freed_bytes": freed, "collected": collected, "uncached": uncached}

    def start_tracing(self) -> None:
        """Trace each allocation from now on: see `get_memory_stats()["tracemalloc"]`. It costs: see `FRAMES`."""
        if not tracemalloc.is_tracing():
            tracemalloc.start(FRAMES)

    def stop_tracing(self) -> None:
        """Trace them no longer."""
        tracemalloc.stop()

    def _read(self) -> dict[str, Any]:
        found = self._process.memory_info()
        self._peak_bytes = max(self._peak_bytes, found.rss)
        return {"rss": found.rss, "vms": found.vms, "percent": round(self._process.memory_percent(), 2)}


def describe_traced() -> dict[str, Any]:
    """What was allocated since tracing began and is still there, in bytes, and the lines that hold most."""
    current, peak = tracemalloc.get_traced_memory()
    top = tracemalloc.take_snapshot().statistics("lineno")[:TOP]
    lines = [{"line": str(one.traceback[0]), "bytes": one.size, "blocks": one.count} for one in top]
    return {"current": current, "peak": peak, "top": lines}


def _collected() -> int:
    return sum(one["collected"] for one in gc.get_stats())


class MemoryUse:
    """What a block did to the memory of the process, in bytes; known at its end.

    Attributes:
        before, after: Resident.
        traced_peak: Most that was allocated at once within it; None where allocations are not traced.
    """

    def __init__(self) -> None:
        self.before = psutil.Process().memory_info().rss
        self.after = self.before
        self.traced_peak: int | None = None
        if tracemalloc.is_tracing():
            tracemalloc.reset_peak()

    @property
    def change(self) -> int:
        """More at the end than at the beginning."""
        return self.after - self.before

    def end(self) -> None:
        """Look again."""
        self.after = psutil.Process().memory_info().rss
        if tracemalloc.is_tracing():
            self.traced_peak = tracemalloc.get_traced_memory()[1]

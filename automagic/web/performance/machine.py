"""What the machine has and does now. Nothing here waits: a share of time is that since the look before."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import psutil

LEAST_S = 0.2
"""Looks that are closer together are told the same share of the processors: it would be noise."""


class MachineLook:
    """Remembers the look before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before = time.monotonic(), psutil.cpu_times()
        self._percent: float | None = None

    def cpu_percent(self) -> float | None:
        """Of all processors, 0..100, since the look before; None for a first one that is too early to tell."""
        with self._lock:
            now, times = time.monotonic(), psutil.cpu_times()
            if now - self._before[0] >= LEAST_S:
                idle = times.idle + getattr(times, "iowait", 0.0)
                idle_before = self._before[1].idle + getattr(self._before[1], "iowait", 0.0)
                passed = sum(times) - sum(self._before[1])
                if passed > 0:
                    self._percent = round(min(max(100 * (1 - (idle - idle_before) / passed), 0.0), 100.0), 1)
                self._before = now, times
            return self._percent

    def brief(self) -> dict[str, Any]:
        """For a health check."""
        memory = psutil.virtual_memory()
        return {
            "cpu_percent": self.cpu_percent(),
            "memory_percent": memory.percent,
            "memory_available": memory.available,
        }

    def whole(self, folder: Path) -> dict[str, Any]:
        """Processors, memory and network of the machine, and the disk that holds a folder; sizes in bytes."""
        memory, network = psutil.virtual_memory(), psutil.net_io_counters()
        frequency = psutil.cpu_freq()
        place = next(path for path in (folder, *folder.parents) if path.exists())
        disk = psutil.disk_usage(str(place))
        return {
            "cpu": {
                "percent": self.cpu_percent(),
                "count": psutil.cpu_count(),
                "frequency_mhz": round(frequency.current, 1) if frequency and frequency.current else None,
            },
            "memory": {
                "total": memory.total,
                "available": memory.available,
                "used": memory.used,
                "percent": memory.percent,
            },
            "disk": {"total": disk.total, "used": disk.used, "free": disk.free, "percent": disk.percent},
            "network": {
                "bytes_sent": network.bytes_sent if network else None,
                "bytes_recv": network.bytes_recv if network else None,
            },
        }

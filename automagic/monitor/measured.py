"""What this process measures of itself as it works, until it is added to the totals that `automagic --metrics` reads.

    a statement of the database ─▶ ("database", "select", "done")         number, time, histogram
    an answer of a cache ────────▶ ("cache", "archive health", "kept")    or "made", "late": another process is at it
                                      └─ flush, after runs and at the end ─▶ totals

A process that is killed takes with it what it had not added yet.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from automagic.database.counting import time_statements
from automagic.monitor.totals import Durations, add_measured

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.database.plain import Transactions

FLUSH_S = 60.0
"""So often at most, while runs begin and end."""


class Measured:
    """Of one process; from any thread.

    Attributes:
        wanted: Whether it is to be added to the totals: a process that only looks and plans changes nothing.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str, str], Durations] = {}
        self._flushed_at = time.monotonic()

    def watch(self, engine: sa.Engine) -> None:
        """Time each statement that an engine executes from now on."""
        time_statements(engine, lambda kind, took_s: self.add("database", kind, "done", took_s))

    def add(self, kind: str, name: str, outcome: str, took_s: float = 0.0) -> None:
        """Count one."""
        with self._lock:
            self._found.setdefault((kind, name, outcome), Durations()).add_one(took_s)

    @property
    def is_due(self) -> bool:
        """Whether the last flush is long ago."""
        return self.wanted and time.monotonic() - self._flushed_at >= FLUSH_S

    def flush(self, begin: Transactions, *, now: float) -> None:
        """Add what was found since the last time to the totals; what cannot be added now is kept.

        Args:
            begin: Transactions that write.
            now: Seconds since 1970.
        """
        with self._lock:
            found, self._found = self._found, {}
            self._flushed_at = time.monotonic()
        try:
            add_measured(begin, found, now=now)
        except BaseException:
            with self._lock:
                for key, one in found.items():
                    self._found.setdefault(key, Durations()).add(one.number, one.total_s, one.slowest_s, one.histogram)
            raise

"""What this process measures of itself as it works, until it is added to the totals that `automagic --metrics` reads.

    a statement of the database ─▶ ("database", "select", "done")         number, time, histogram
    an answer of a cache ────────▶ ("cache", "archive health", "kept")    or "made", "late": another process is at it
    what automagic.performance ──▶ ("task", "resize", "done"), ("call", …), ("counter", "mails", labels), ("measure", …)
      is asked to measure             └─ flush, after runs and at the end ─▶ totals

A process that is killed takes with it what it had not added yet.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from automagic.database.counting import time_statements
from automagic.monitor.totals import Durations, add_measured

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.database.plain import Transactions

Series = tuple[str, str, str]
"""Of what kind, its name, and how it went; of a person's own figures their labels instead."""

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
        self._found: dict[Series, Durations] = {}
        self._flushed: dict[Series, Durations] = {}
        self._flushed_at = time.monotonic()

    def watch(self, engine: sa.Engine) -> None:
        """Time each statement that an engine executes from now on."""
        time_statements(engine, lambda kind, took_s, _statement: self.add("database", kind, "done", took_s))

    def add(self, kind: str, name: str, outcome: str, took_s: float = 0.0) -> None:
        """Count one."""
        self.add_to((kind, name, outcome), took_s)

    def add_to(self, series: Series, took_s: float) -> None:
        """Count one in a series; whoever does so often keeps its name."""
        with self._lock:
            one = self._found.get(series)
            if one is None:
                one = self._found[series] = Durations()
            one.add_one(took_s)

    def add_number(self, series: Series, number: int) -> None:
        """Count many that take no time."""
        with self._lock:
            self._found.setdefault(series, Durations()).add(number, 0.0, 0.0, {})

    def all(self, *kinds: str) -> dict[Series, Durations]:
        """What was found since the beginning, of these kinds."""
        found: dict[Series, Durations] = {}
        with self._lock:
            for one in (self._flushed, self._found):
                _add_all(found, {series: took for series, took in one.items() if series[0] in kinds})
        return found

    @property
    def has_news(self) -> bool:
        """Whether there is something to flush."""
        return bool(self._found)

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
                _add_all(self._found, found)
            raise
        with self._lock:
            _add_all(self._flushed, found)


def _add_all(to: dict[Series, Durations], found: Mapping[Series, Durations]) -> None:
    for series, one in found.items():
        to.setdefault(series, Durations()).add(one.number, one.total_s, one.slowest_s, one.histogram)

"""What a database is asked for: how often, how long, what is slow; and results that are kept for a while.

watch(engine)                every statement of a SQLAlchemy engine, while it is watched (18 µs on 51)
with query_timer("report")   what a block of one's own takes; `async with` also ends it after `query_timeout`
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from automagic.caching.memory import MISSING, MemoryTier, measure_bytes
from automagic.monitor.measured import Measured
from automagic.monitor.metrics import mean_of, quantile_of
from automagic.performance.config import PerformanceConfig

if TYPE_CHECKING:
    import sqlalchemy as sa

MOST_SLOW = 50
"""The last ones are listed."""

LONGEST_SHOWN = 500
"""Characters of a statement; its values are never shown."""


class StatementTimes:
    """Of one process.

    Args:
        measured: Is told of each statement.
    """

    def __init__(self, config: PerformanceConfig, measured: Measured) -> None:
        self._config = config
        self._measured = measured
        self._results: MemoryTier[Any] = MemoryTier(config.cache_max_size)
        self._slow: deque[dict[str, Any]] = deque(maxlen=MOST_SLOW)
        self._watched: dict[sa.Engine, Callable[[], None]] = {}

    def query_timer(self, kind: str) -> QueryTimer:
        """Time a block: `with` or `async with`."""
        return QueryTimer(self, kind, self._config.query_timeout)

    def note(self, kind: str, took_s: float, statement: str = "") -> None:
        """Count one."""
        self._measured.add_to(("database", kind[:40], "done"), took_s)
        if took_s >= self._config.slow_query:
            shown = " ".join(statement.split())[:LONGEST_SHOWN]
            self._slow.append({"type": kind, "seconds": took_s, "timestamp": time.time(), "statement": shown})

    def watch(self, engine: sa.Engine) -> None:
        """Time every statement of an engine from now on; nothing happens when that is done already."""
        from automagic.database.counting import time_statements

        if engine not in self._watched:
            self._watched[engine] = time_statements(engine, self.note)

    def unwatch(self, engine: sa.Engine | None = None) -> None:
        """Time them no longer; those of all engines when None."""
        for one in list(self._watched) if engine is None else [engine]:
            if (end := self._watched.pop(one, None)) is not None:
                end()

    def open_engine(self, url: str) -> sa.Engine:
        """An engine with `connection_pool_size` connections, watched."""
        import sqlalchemy as sa

        engine = sa.create_engine(url, pool_size=self._config.connection_pool_size, pool_pre_ping=True)
        self.watch(engine)
        return engine

    def get_cached_query(self, key: str, default: Any = None) -> Any:
        """What `cache_query_result` was given less than `query_cache_ttl` ago, else `default`."""
        found = self._results.get(key)
        return default if found is MISSING else found

    def cache_query_result(self, key: str, result: Any) -> None:
        """Keep a result; it may be None."""
        now, ttl = time.time(), self._config.query_cache_ttl
        if ttl:
            self._results.set(key, result, kept_at=now, expires_at=now + ttl, size_bytes=measure_bytes(result))

    def clear(self) -> int:
        """Forget all kept results; how many there were."""
        return self._results.clear()

    def remove_expired(self) -> int:
        """Remove results that nobody will be given any more; how many there were."""
        return self._results.remove_expired()

    @property
    def asked(self) -> tuple[int, int]:
        """How often a kept result was there, and how often not."""
        return self._results.hits, self._results.misses

    def get_stats(self) -> dict[str, Any]:
        """By type how many, and how long they took in seconds; the last slow ones; how often a result was kept."""
        found = {name: took for (_, name, _), took in self._measured.all("database").items()}
        asked = self._results.hits + self._results.misses
        return {
            "query_stats": {
                kind: {
                    "count": took.number,
                    "avg_time": mean_of(took),
                    "p95_time": quantile_of(took, 0.95),
                    "max_time": took.slowest_s,
                }
                for kind, took in sorted(found.items())
            },
            "slow_queries": list(self._slow),
            "query_cache": {
                "entries": len(self._results),
                "bytes": self._results.size_bytes,
                "hit_rate": self._results.hits / asked if asked else None,
            },
            "watched_engines": len(self._watched),
        }


class QueryTimer:
    """Times one block. A block that fails counts, too: the database was asked."""

    def __init__(self, times: StatementTimes, kind: str, limit_s: float) -> None:
        self._times = times
        self._kind = kind
        self._limit_s = limit_s
        self._clock: asyncio.Timeout | None = None
        self._began_at = 0.0

    def __enter__(self) -> QueryTimer:
        self._began_at = time.perf_counter()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._end()

    def _end(self) -> None:
        self._times.note(self._kind, time.perf_counter() - self._began_at)

    async def __aenter__(self) -> QueryTimer:
        self._clock = await asyncio.timeout(self._limit_s).__aenter__()
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        assert self._clock is not None  # noqa: S101 - it was entered
        await self._clock.__aexit__(kind, failure, trace)  # raises TimeoutError when it was late

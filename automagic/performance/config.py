"""How much the performance layer may take, and for how long it keeps things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.settings import Settings


@dataclass
class PerformanceConfig:
    """Sizes and limits; times are in seconds.

    Attributes:
        cache_ttl: How long L1 and Redis keep what says nothing else; 0 keeps nothing.
        cache_max_size: How many values L1 holds, and L2 as many again.
        cache_cleanup_interval: How often what has expired is removed that nobody asks for.
        max_memory_usage: Of this process, in bytes.
        memory_cleanup_threshold: From this share of it on, memory is cleaned up.
        gc_threshold: New objects before Python looks for garbage, from `start` to `stop`.
        max_workers, max_processes: How many plain functions run at once on threads, and in processes of their own.
        task_timeout: How long one task may run; 0 for as long as it likes.
        query_cache_ttl: How long results are kept that `cache_query_result` is given.
        connection_pool_size: Of an engine that `open_engine` opens.
        query_timeout: How long a block of `async with query_timer(...)` may take.
        slow_query: Statements that take longer are listed.
        metrics_interval: How often what was measured is added to what `automagic --metrics` shows.
        keep_metrics: Whether it is; it is added to the database in AUTOMAGIC_HOME, which is made for it.
        profiling_enabled: Sample where the time goes from `start` to `stop`; needs `pyinstrument`, costs some per cent.
        tracemalloc_enabled: Trace each allocation from `start` to `stop`. A program that allocates much becomes 5 to 11
            times slower.
        redis_url: The server of the third tier; there is none without.
        redis_max_connections: To that server.
        encryption_key: Of what is sensitive: as of `cryptography.fernet.Fernet.generate_key()`.

    Raises:
        ConfigurationError: Naming each value that is out of range.
    """

    cache_ttl: float = 3600
    cache_max_size: int = 10_000
    cache_cleanup_interval: float = 300
    max_memory_usage: int = 1 << 30
    memory_cleanup_threshold: float = 0.8
    gc_threshold: int = 1000
    max_workers: int = 10
    max_processes: int = 4
    task_timeout: float = 30
    query_cache_ttl: float = 1800
    connection_pool_size: int = 20
    query_timeout: float = 10
    slow_query: float = 1.0
    metrics_interval: float = 60
    keep_metrics: bool = True
    profiling_enabled: bool = False
    tracemalloc_enabled: bool = False
    redis_url: Secret | str | None = None
    redis_max_connections: int = 50
    encryption_key: Secret | str | None = None

    def __post_init__(self) -> None:
        self.check()
        self.redis_url = _as_secret(self.redis_url)
        self.encryption_key = _as_secret(self.encryption_key)

    def check(self) -> None:
        """See that every value can be used.

        Raises:
            ConfigurationError: Naming each that cannot.
        """
        faults = []
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            kind = int if name in _WHOLE else int | float
            if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
                faults.append(f"{name}={value!r}: must be {'a whole number' if name in _WHOLE else 'a number'} "
                              f"from {low:g} to {high:g}")  # fmt: skip
        if faults:
            raise ConfigurationError("; ".join(faults), hint="See PerformanceConfig for what each of them means.")

    @property
    def server(self) -> Secret | None:
        """`redis_url`, which never shows itself."""
        return _as_secret(self.redis_url)

    @property
    def sealing_key(self) -> Secret | None:
        """`encryption_key`, likewise."""
        return _as_secret(self.encryption_key)

    @classmethod
    def from_settings(cls, settings: Settings) -> PerformanceConfig:
        """What a person set in `.env` and the environment."""
        return cls(
            cache_ttl=settings.performance_cache_ttl,
            cache_max_size=settings.performance_cache_max_size,
            max_memory_usage=round(settings.max_memory_gb * 2**30),
            memory_cleanup_threshold=settings.performance_memory_threshold,
            max_workers=settings.performance_max_workers,
            connection_pool_size=settings.database_pool_size,
            redis_url=settings.redis_url,
            redis_max_connections=settings.redis_max_connections,
            encryption_key=settings.cache_encryption_key,
        )


def _as_secret(value: Secret | str | None) -> Secret | None:
    return Secret(value) if isinstance(value, str) and value else value if isinstance(value, Secret) else None


RANGES: dict[str, tuple[float, float]] = {
    "cache_ttl": (0, 31_536_000),
    "cache_max_size": (1, 10_000_000),
    "cache_cleanup_interval": (0.01, 86_400),
    "max_memory_usage": (1 << 20, 1 << 50),
    "memory_cleanup_threshold": (0.01, 1),
    "gc_threshold": (1, 10_000_000),
    "max_workers": (1, 256),
    "max_processes": (1, 64),
    "task_timeout": (0, 604_800),
    "query_cache_ttl": (0, 31_536_000),
    "connection_pool_size": (1, 256),
    "query_timeout": (0.001, 86_400),
    "slow_query": (0, 86_400),
    "metrics_interval": (0.01, 86_400),
    "redis_max_connections": (1, 10_000),
}
"""What each number may be; NaN is outside every range."""

_WHOLE = frozenset(
    {"cache_max_size", "max_memory_usage", "gc_threshold", "max_workers", "max_processes", "connection_pool_size",
     "redis_max_connections"}
)  # fmt: skip

CHANGEABLE = ("cache_ttl", "cache_max_size", "max_workers", "memory_cleanup_threshold", "task_timeout")
"""What `PerformanceOptimizer.configure` changes while it works."""

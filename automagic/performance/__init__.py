"""What a program needs to be fast and to know that it is: a cache in three tiers, tasks, and figures that are measured.

    from automagic.performance import cache_result, optimizer, performance_monitor

    @cache_result(ttl=600)                       one call for many who ask at once; then memory, then REDIS_URL
    @performance_monitor("page")                 how often, how long, how many failed
    async def page(name: str) -> str: ...

    async with optimizer:                        or await optimizer.start() … await optimizer.stop()
        task = await optimizer.task_manager.submit_task(page, "bees")
        print(await task, optimizer.get_performance_stats())

`optimizer` is opened by its first use, with the settings of the working folder; `PerformanceOptimizer(config)` is one
of your own. What is measured is shown by `automagic --metrics`, beside what AutoMagic measures of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.caching.memory import MISSING
from automagic.machine.systems import check_system

check_system()

from automagic.performance.cache import TieredCache  # noqa: E402 - only where it works
from automagic.performance.config import PerformanceConfig  # noqa: E402
from automagic.performance.decorators import (  # noqa: E402
    cache_result,
    memory_context,
    performance_context,
    performance_monitor,
)
from automagic.performance.figures import EventCounter, ValueHistogram, counter, histogram  # noqa: E402
from automagic.performance.layer import PerformanceOptimizer, shared_optimizer  # noqa: E402

if TYPE_CHECKING:
    optimizer: PerformanceOptimizer

__all__ = [
    "MISSING",
    "EventCounter",
    "PerformanceConfig",
    "PerformanceOptimizer",
    "TieredCache",
    "ValueHistogram",
    "cache_result",
    "counter",
    "histogram",
    "memory_context",
    "optimizer",
    "performance_context",
    "performance_monitor",
]


def __getattr__(name: str) -> Any:
    if name == "optimizer":
        return shared_optimizer()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

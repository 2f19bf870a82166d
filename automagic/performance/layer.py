"""The performance layer of a program: cache, memory, tasks and statements, opened together and closed together.

    start ─▶ every `cache_cleanup_interval`   what has expired goes; memory is cleaned up when there is too much
          ─▶ every `metrics_interval`         what was measured is added to what `automagic --metrics` shows
    stop  ─▶ tasks end, the last figures are added, connections are closed

Everything but these two works without `start`, too.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from automagic.errors import AutomagicError, ConfigurationError, RequestError
from automagic.monitor.measured import Measured
from automagic.monitor.metrics import mean_of, quantile_of
from automagic.monitor.recent import FEW_ASKED, FEW_CALLS
from automagic.monitor.recommendations import recommend
from automagic.monitor.totals import Durations
from automagic.performance.cache import TIERS, TieredCache
from automagic.performance.config import CHANGEABLE, PerformanceConfig
from automagic.performance.memory import MemoryWatch
from automagic.performance.statements import StatementTimes
from automagic.performance.tasks import TaskPool

MOST_ACTIONS = 100
"""Of `manual_optimize`: the last ones are remembered."""

_log = logging.getLogger("automagic.performance")


class PerformanceOptimizer:
    """Of one process.

    Attributes:
        cache: In three tiers.
        memory_manager: Of this process.
        task_manager: What runs beside its caller.
        db_optimizer: Statements, and kept results of queries.
        measured: What all of them find.
    """

    def __init__(self, config: PerformanceConfig | None = None) -> None:
        self.config = config or PerformanceConfig()
        self.measured = Measured()
        self.cache = TieredCache(self.config)
        self.memory_manager = MemoryWatch(self.config, self.cache, self.measured)
        self.task_manager = TaskPool(self.config, self.measured)
        self.db_optimizer = StatementTimes(self.config, self.measured)
        self._background: list[asyncio.Task[None]] = []
        self._collector: tuple[int, int, int] | None = None
        self._actions: deque[dict[str, Any]] = deque(maxlen=MOST_ACTIONS)
        self._told: dict[tuple[str, str], int] = {}
        self._profiler: Any = None
        self._began_tracing = False

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return bool(self._background)

    async def start(self) -> None:
        """Begin what goes on in the background; nothing happens when it has.

        Raises:
            ConfigurationError: Profiling is enabled, and pyinstrument is not installed.
        """
        if self.running:
            return
        if self.config.profiling_enabled:
            self._profiler = open_profiler()
            self._profiler.start()
        if self.config.tracemalloc_enabled:
            self._began_tracing = True
            self.memory_manager.start_tracing()
        self._collector = gc.get_threshold()
        gc.set_threshold(self.config.gc_threshold, *self._collector[1:])
        self._background = [asyncio.create_task(self._tidy()), asyncio.create_task(self._keep_figures())]

    async def stop(self) -> None:
        """End it all; the cache and what was measured stay. It can be started again."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        was_running, self._background = self.running, []
        await self.task_manager.close()
        self.db_optimizer.unwatch()
        if was_running:
            await self.keep_figures()
        await self.cache.close()
        if self._collector is not None:
            gc.set_threshold(*self._collector)
            self._collector = None
        if self._began_tracing:
            self._began_tracing = False
            self.memory_manager.stop_tracing()
        if self._profiler is not None and self._profiler.is_running:
            self._profiler.stop()

    async def __aenter__(self) -> PerformanceOptimizer:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    def get_performance_stats(self) -> dict[str, Any]:
        """Every figure as it is now; each was measured, and what nobody knows is None. Times are in seconds."""
        return {
            "timestamp": datetime.now(UTC).isoformat(),
            "running": self.running,
            "memory": self.memory_manager.get_memory_stats(),
            "cache": self.cache.get_stats(),
            "tasks": self.task_manager.get_stats(),
            "database": self.db_optimizer.get_stats(),
            "calls": _describe_calls(self.measured),
        }

    def configure(self, **changes: float) -> PerformanceConfig:
        """Change some of `CHANGEABLE` while it works.

        Raises:
            RequestError: It cannot be changed.
            ConfigurationError: The value is out of range; nothing is changed then.
        """
        if wrong := sorted(set(changes) - set(CHANGEABLE)):
            raise RequestError(
                f"{', '.join(wrong)} cannot be changed while it works", hint=f"What can: {', '.join(CHANGEABLE)}."
            )
        before = {name: getattr(self.config, name) for name in changes}
        try:
            self._take(changes)
            self.config.check()
        except ConfigurationError:
            self._take(before)
            raise
        if changes.get("cache_max_size", 0) != before.get("cache_max_size", 0):
            self.cache.resize(self.config.cache_max_size)
        if changes.get("max_workers", 0) != before.get("max_workers", 0):
            self.task_manager.resize()
        return self.config

    def _take(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            setattr(self.config, name, value)

    async def manual_optimize(self, what: str = "all") -> dict[str, Any]:
        """Do now what goes on in the background, and more: "memory", "cache", "database" or "all".

        Returns:
            What was done, and the figures before and after.

        Raises:
            RequestError: There is no such thing to do.
        """
        doing = {"memory": self._relieve, "cache": self._tidy_cache, "database": self._tidy_results}
        if what not in (*doing, "all"):
            raise RequestError(f"{what!r} is nothing that can be optimized", hint=f"Give {', '.join(doing)} or all.")
        before = self._brief()
        done = {name: do() for name, do in doing.items() if what in (name, "all")}
        action = {"optimization": what, "timestamp": datetime.now(UTC).isoformat(), "done": done, "before": before,
                  "after": self._brief()}  # fmt: skip
        self._actions.append(action)
        return action

    def get_optimization_status(self) -> dict[str, Any]:
        """Whether it runs, what was done last, how memory and the cache are now, and what is recommended."""
        return {"running": self.running, "profiling": self._profiler is not None and self._profiler.is_running,
                "actions": list(self._actions), "now": self._brief(),
                "memory_needs_cleanup": self.memory_manager.should_cleanup_memory(),
                "recommendations": [asdict(one) for one in recommend(self._read_figures())]}  # fmt: skip

    def _read_figures(self) -> dict[str, float | None]:
        """Those of this process that alerts and recommendations go by."""
        share = self.memory_manager.get_memory_stats()["current"]["rss"] / self.config.max_memory_usage
        calls = Durations()
        for took in self.measured.all("call").values():
            calls.add(took.number, took.total_s, took.slowest_s, took.histogram)
        asked = self.cache.asked
        return {
            "memory_used_percent": 100 * share,
            "cache_hit_percent": 100 * (self.cache.get_stats()["hit_rate"] or 0.0) if asked >= FEW_ASKED else None,
            "call_p95_s": quantile_of(calls, 0.95) if calls.number >= FEW_CALLS else None,
        }

    async def profile(self, seconds: float = 5.0) -> str:
        """Where the time of this event loop's thread goes in the next seconds, as pyinstrument's text.

        Raises:
            ConfigurationError: pyinstrument is not installed.
        """
        profiler = open_profiler()
        profiler.start()
        try:
            await asyncio.sleep(seconds)
        finally:
            profiler.stop()
        return str(profiler.output_text())

    def last_profile(self) -> str:
        """What `profiling_enabled` found from `start` to `stop`; "" where it was not, or is not over."""
        if self._profiler is None or self._profiler.is_running:
            return ""
        return str(self._profiler.output_text())

    async def keep_figures(self) -> None:
        """Add what was measured since the last time to what `automagic --metrics` shows; what cannot be added waits."""
        self._note_tiers()
        if not self.config.keep_metrics:
            return
        from automagic.performance.keeping import add_figures

        try:
            await asyncio.to_thread(add_figures, self.measured, self._read_peaks())
        except (AutomagicError, OSError) as error:  # the database is away, the disk is full
            _log.warning("What was measured could not be kept yet: %s", error)

    def _note_tiers(self) -> None:
        """Count what each tier was asked for since the last time."""
        stats = self.cache.get_stats()
        figures = {tier: (stats["hits"][tier], stats["misses"][tier]) for tier in TIERS}
        figures["queries"] = self.db_optimizer.asked
        for tier, found in figures.items():
            for outcome, number in zip(("kept", "missed"), found, strict=True):
                if (more := number - self._told.get((tier, outcome), 0)) > 0:
                    self.measured.add_number(("cache", f"performance {tier}", outcome), more)
                    self._told[tier, outcome] = number

    def _read_peaks(self) -> dict[str, float]:
        """What is as it is now; of an hour the largest is kept."""
        memory, cache = self.memory_manager.get_memory_stats()["current"], self.cache.get_stats()
        return {
            "program_rss_bytes": memory["rss"],
            "program_vms_bytes": memory["vms"],
            "cache_entries": sum(cache["entries"].values()),
            "cache_bytes": cache["bytes"]["l1"] + cache["bytes"]["l2"],
            "tasks_running": self.task_manager.running_tasks,
        }

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(self.config.cache_cleanup_interval)
            self._tidy_cache()
            self._tidy_results()
            self.memory_manager.cleanup_memory()

    async def _keep_figures(self) -> None:
        while True:
            await asyncio.sleep(self.config.metrics_interval)
            await self.keep_figures()

    def _relieve(self) -> dict[str, Any]:
        return self.memory_manager.cleanup_memory(force=True)

    def _tidy_cache(self) -> dict[str, Any]:
        return {"expired": self.cache.remove_expired()}

    def _tidy_results(self) -> dict[str, Any]:
        return {"expired": self.db_optimizer.remove_expired()}

    def _brief(self) -> dict[str, Any]:
        memory, cache = self.memory_manager.get_memory_stats(), self.cache.get_stats()
        return {"rss": memory["current"]["rss"], "entries": cache["entries"], "hit_rate": cache["hit_rate"],
                "running_tasks": self.task_manager.running_tasks}  # fmt: skip


def open_profiler() -> Any:
    """pyinstrument's, which looks a thousand times a second at where the program is.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        import pyinstrument
    except ImportError as error:
        raise ConfigurationError(
            "profiling needs pyinstrument, which is not installed", hint="pip install 'automagic[profile]'"
        ) from error
    return pyinstrument.Profiler(async_mode="disabled")


def _describe_calls(measured: Measured) -> dict[str, dict[str, Any]]:
    calls: dict[str, dict[str, Any]] = {}
    for (_, name, outcome), took in measured.all("call").items():
        one = calls.setdefault(name, {"done": 0, "failed": 0})
        one[outcome] = took.number
        if outcome == "done":
            one |= {"avg_time": mean_of(took), "p95_time": quantile_of(took, 0.95), "max_time": took.slowest_s}
    return calls


_shared: PerformanceOptimizer | None = None
_opening = threading.Lock()


def opened_optimizer() -> PerformanceOptimizer | None:
    """The program's own, if it was asked for already."""
    return _shared


def shared_optimizer() -> PerformanceOptimizer:
    """The program's own, of the settings of the working folder when it is first asked for."""
    global _shared  # noqa: PLW0603 - there is one
    if _shared is not None:
        return _shared
    with _opening:
        if _shared is None:
            from automagic.settings import load_settings

            _shared = PerformanceOptimizer(PerformanceConfig.from_settings(load_settings()))
    return _shared

"""The optimizer: figures that are measured, memory, statements, the background, and what outlives it."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import tracemalloc

import pytest
import sqlalchemy as sa

from automagic import performance
from automagic.database.plain import open_sqlite
from automagic.errors import ConfigurationError, RequestError
from automagic.monitor.metrics import read_metrics
from automagic.performance import (
    PerformanceConfig,
    PerformanceOptimizer,
    cache_result,
    counter,
    histogram,
    layer,
    memory_context,
    performance_context,
    performance_monitor,
)
from automagic.performance.figures import MOST_SERIES


@pytest.fixture
def home(tmp_path, monkeypatch):
    """One that was made just now, for the program's own optimizer."""
    monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(layer, "_shared", None)
    return tmp_path / "home"


async def test_the_figures_have_the_shape_that_programs_read(open_optimizer):
    optimizer = open_optimizer()
    await optimizer.start()
    await optimizer.cache.set("a", 1)
    assert await optimizer.cache.get("a") == 1
    await optimizer.task_manager.wait_for_tasks([await optimizer.task_manager.submit_task(len, "abc", name="count")])
    with optimizer.db_optimizer.query_timer("report"):
        pass
    stats = optimizer.get_performance_stats()
    assert set(stats["memory"]["current"]) == {"rss", "vms", "percent"}
    assert 10e6 < stats["memory"]["current"]["rss"] < stats["memory"]["current"]["vms"]
    assert set(stats["memory"]["gc_stats"]) >= {"counter", "last_gc"}
    assert "tracemalloc" not in stats["memory"]
    assert stats["cache"]["hits"] == {"l1": 1, "l2": 0, "redis": 0}
    assert stats["cache"]["hit_rate"] == 1
    assert stats["tasks"]["running_tasks"] == 0
    assert stats["tasks"]["task_stats"]["count"]["completed"] == 1
    assert stats["database"]["query_stats"]["report"]["count"] == 1
    assert stats["database"]["slow_queries"] == []
    assert stats["timestamp"].endswith("+00:00")


async def test_calls_are_counted_and_timed_and_failures_apart(open_optimizer):
    optimizer = open_optimizer()

    @performance_monitor("double", optimizer=optimizer)
    def double(number: int) -> int:
        return number * 2

    @performance_monitor(optimizer=optimizer)
    async def fail() -> None:
        raise ValueError("as it should")

    assert [double(1), double(number=2)] == [2, 4]
    with pytest.raises(ValueError, match="as it should"):
        await fail()
    async with performance_context("block", optimizer=optimizer) as block:
        await asyncio.sleep(0.01)
    with pytest.raises(ZeroDivisionError), performance_context("block", optimizer=optimizer):
        1 / 0  # noqa: B018
    waiting = asyncio.create_task(performance_monitor("wait", optimizer=optimizer)(asyncio.sleep)(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    calls = optimizer.get_performance_stats()["calls"]
    assert (calls["wait"]["failed"], calls["wait"]["cancelled"]) == (0, 1)
    assert (calls["double"]["done"], calls["double"]["failed"]) == (2, 0)
    assert calls["test_calls_are_counted_and_timed_and_failures_apart.<locals>.fail"]["failed"] == 1
    assert (calls["block"]["done"], calls["block"]["failed"]) == (1, 1)
    assert block.seconds == pytest.approx(calls["block"]["avg_time"])
    assert block.seconds >= 0.01
    assert double.__name__ == "double"


# ------------------------------------------------------------------------------------------------------ memory


async def test_memory_is_cleaned_up_from_the_threshold_on_or_when_it_is_asked_for(open_optimizer):
    roomy, tight = open_optimizer(max_memory_usage=1 << 40), open_optimizer(max_memory_usage=1 << 20)
    assert not roomy.memory_manager.should_cleanup_memory()
    assert not roomy.memory_manager.cleanup_memory()["cleaned"]
    await tight.cache.set_many({str(number): number for number in range(100)})
    assert tight.memory_manager.should_cleanup_memory()
    assert tight.memory_manager.cleanup_memory()["uncached"] == 50, "what was used longest ago goes"
    around: list[object] = []
    around.append(around)
    del around
    assert roomy.memory_manager.cleanup_memory(force=True)["collected"] >= 1
    stats = roomy.memory_manager.get_memory_stats()
    assert stats["cleanups"]["number"] == 1
    assert stats["gc_stats"]["last_gc"] is not None
    assert not tracemalloc.is_tracing()


async def test_allocations_are_traced_only_where_that_is_asked_for(open_optimizer):
    optimizer = open_optimizer(tracemalloc_enabled=True)
    async with optimizer:
        held = [bytes(1000) for _ in range(1000)]
        with memory_context() as used:
            bytes(5_000_000)
        traced = optimizer.memory_manager.get_memory_stats()["tracemalloc"]
    assert traced["current"] > 1_000_000
    assert "test_layer.py" in traced["top"][0]["line"]
    assert used.traced_peak > 5_000_000
    assert not tracemalloc.is_tracing()
    del held


async def test_a_profile_is_taken_while_it_is_asked_for(open_optimizer):
    async def spin() -> None:
        for _ in range(30):
            sum(range(50_000))
            await asyncio.sleep(0)

    spinning = asyncio.create_task(spin())
    text = await open_optimizer().profile(0.2)
    await spinning
    assert "spin" in text
    optimizer = open_optimizer(profiling_enabled=True)
    async with optimizer:
        await spin()
        assert optimizer.last_profile() == ""
    assert "spin" in optimizer.last_profile()


async def test_profiling_without_its_package_is_told(open_optimizer, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyinstrument", None)
    with pytest.raises(ConfigurationError, match="pyinstrument"):
        await open_optimizer(profiling_enabled=True).start()


# -------------------------------------------------------------------------------------------------- statements


async def test_statements_are_timed_while_they_are_watched(open_optimizer, tmp_path):
    times = open_optimizer(slow_query=0.0).db_optimizer
    engine = sa.create_engine(f"sqlite:///{tmp_path}/db")

    def work() -> None:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT :secret"), {"secret": "jane@example.org"})

    work()
    times.watch(engine)
    times.watch(engine)
    work()
    times.unwatch(engine)
    work()
    stats = times.get_stats()
    assert stats["query_stats"]["select"]["count"] == 1
    assert 0 < stats["query_stats"]["select"]["p95_time"] <= stats["query_stats"]["select"]["max_time"]
    (slow,) = stats["slow_queries"]
    assert slow["statement"] == "SELECT ?"
    engine.dispose()


async def test_a_block_may_take_so_long_at_most(open_optimizer):
    times = open_optimizer(query_timeout=0.02).db_optimizer
    with pytest.raises(TimeoutError):
        async with times.query_timer("report"):
            await asyncio.sleep(30)
    assert times.get_stats()["query_stats"]["report"]["count"] == 1


async def test_results_of_queries_are_kept_where_they_are_given(open_optimizer):
    times = open_optimizer().db_optimizer
    assert times.get_cached_query("all", "none") == "none"
    times.cache_query_result("all", None)
    assert times.get_cached_query("all", "none") is None
    assert times.get_stats()["query_cache"]["hit_rate"] == 0.5
    assert times.clear() == 1


async def test_an_engine_of_so_many_connections(open_optimizer, tmp_path):
    engine = open_optimizer(connection_pool_size=3).db_optimizer.open_engine(f"sqlite:///{tmp_path}/db")
    assert engine.pool.size() == 3
    engine.dispose()


# ------------------------------------------------------------------------------------------- what it does itself


async def test_in_the_background_what_has_expired_goes(open_optimizer):
    optimizer = open_optimizer(cache_cleanup_interval=0.01)
    await optimizer.cache.set("a", 1, ttl=0.005)
    before = gc.get_threshold()
    async with optimizer:
        assert gc.get_threshold()[0] == 1000
        while optimizer.cache.get_stats()["entries"]["l1"]:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)
    assert gc.get_threshold() == before
    assert not optimizer.running


async def test_what_is_done_by_hand_is_told_and_remembered(open_optimizer):
    optimizer = open_optimizer(max_memory_usage=1 << 40)  # whatever else this process holds
    await optimizer.cache.set("a", 1, ttl=1e-9)
    done = await optimizer.manual_optimize("all")
    assert done["before"]["entries"]["l1"] == 1
    assert done["after"]["entries"]["l1"] == 0
    assert done["done"]["memory"]["cleaned"]
    status = optimizer.get_optimization_status()
    assert status["actions"] == [done]
    assert not status["running"]
    assert status["recommendations"] == []
    with pytest.raises(RequestError, match="'speed'"):
        await optimizer.manual_optimize("speed")


async def test_what_is_recommended_follows_from_its_own_figures(open_optimizer):
    optimizer = open_optimizer(max_memory_usage=1 << 20)
    for number in range(100):
        await optimizer.cache.get(str(number))
    found = {one["metric"]: one for one in optimizer.get_optimization_status()["recommendations"]}
    assert set(found) == {"memory_used_percent", "cache_hit_percent"}
    assert (found["cache_hit_percent"]["current_value"], found["cache_hit_percent"]["target_value"]) == (0, 90)
    assert found["cache_hit_percent"]["setting"] == "PERFORMANCE_CACHE_MAX_SIZE"


async def test_it_is_configured_while_it_works(open_optimizer):
    optimizer = open_optimizer(max_workers=1)
    await optimizer.cache.set_many({str(number): number for number in range(20)})
    optimizer.configure(cache_max_size=5, max_workers=4, task_timeout=7)
    assert optimizer.cache.get_stats()["entries"] == {"l1": 5, "l2": 5}
    assert (optimizer.config.max_workers, optimizer.config.task_timeout) == (4, 7)
    with pytest.raises(ConfigurationError, match=r"task_timeout=-1: must be a number from 0"):
        optimizer.configure(cache_max_size=6, task_timeout=-1)
    assert (optimizer.config.cache_max_size, optimizer.config.task_timeout) == (5, 7)
    with pytest.raises(RequestError, match="redis_url"):
        optimizer.configure(redis_url=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"cache_ttl": float("nan")}, "cache_ttl=nan"),
        (
            {"max_workers": 0, "max_processes": 2.5},
            "max_workers=0: must be a whole number from 1 to 256; max_processes",
        ),
        ({"memory_cleanup_threshold": True}, "memory_cleanup_threshold=True"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(values, said):
    with pytest.raises(ConfigurationError, match=said):
        PerformanceConfig(**values)


def test_a_configuration_shows_no_secret():
    shown = repr(PerformanceConfig(redis_url="redis://:a-password@host/0", encryption_key="a-key"))
    assert "a-password" not in shown
    assert "a-key" not in shown


def test_the_programs_own_is_opened_with_the_settings(home, monkeypatch):
    for name, value in {
        "PERFORMANCE_CACHE_TTL": "60", "PERFORMANCE_CACHE_MAX_SIZE": "7", "PERFORMANCE_MAX_WORKERS": "3",
        "PERFORMANCE_MEMORY_THRESHOLD": "0.5", "REDIS_URL": "redis://:a-password@localhost:1/0",
        "REDIS_MAX_CONNECTIONS": "9", "DATABASE_POOL_SIZE": "4",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    config = performance.optimizer.config
    assert performance.optimizer is performance.optimizer
    assert (config.cache_ttl, config.cache_max_size, config.max_workers) == (60, 7, 3)
    assert (config.memory_cleanup_threshold, config.redis_max_connections) == (0.5, 9)
    assert (config.connection_pool_size, config.server.reveal()) == (4, "redis://:a-password@localhost:1/0")


# -------------------------------------------------------------------------------------------- what outlives it


async def test_what_was_measured_is_in_the_metrics_of_the_home(home):
    mails = counter("mails", "Mails that were sent.", labels=("list",))
    sizes = histogram("mail_kilobytes")

    @cache_result()
    @performance_monitor("look")
    async def look(number: int) -> int:
        return number

    async with performance.optimizer as optimizer:
        mails.inc(list="news")
        mails.inc(2, list="news")
        sizes.observe(12.5)
        assert [await look(1), await look(1)] == [1, 1]
        await (await optimizer.task_manager.submit_task(look, 2, name="later"))
    await optimizer.keep_figures()  # nothing is new
    with open_sqlite(home / "automagic.db", writing=False) as begin, begin() as execute:
        found = read_metrics(execute, since=None, now=1e10)
    assert {one.name: (one.kept, one.missed) for one in found.caches} == {
        "performance l1": (1, 2),
        "performance l2": (0, 2),
    }
    assert {key: took.number for key, took in found.calls.items()} == {("look", "done"): 2}
    assert {key: took.number for key, took in found.tasks.items()} == {("later", "done"): 1}
    assert {key: took.total_s for key, took in found.counters.items()} == {("mails", '{"list":"news"}'): 3}
    assert {key: took.total_s for key, took in found.measures.items()} == {("mail_kilobytes", ""): 12.5}
    assert optimizer.measured.all("counter")["counter", "mails", '{"list":"news"}'].total_s == 3, "it still knows"


async def test_without_a_home_that_can_be_written_it_works_and_says_so(home, caplog):
    home.write_text("a file in its place")
    with caplog.at_level(logging.WARNING):
        async with performance.optimizer as optimizer:
            counter("visits").inc()
    assert "could not be kept yet" in caplog.text
    home.unlink()
    await optimizer.keep_figures()
    with open_sqlite(home / "automagic.db", writing=False) as begin, begin() as execute:
        assert read_metrics(execute, since=None, now=1e10).counters["visits", ""].total_s == 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: counter("Mails"), "'Mails' is not a valid name"),
        (lambda: counter("a", labels=("b-c",)), "'b-c' is not a valid name"),
        (lambda: (counter("twice"), histogram("twice")), "another figure 'twice'"),
        (lambda: counter("down").inc(-1), "cannot be lowered by 1"),
        (lambda: histogram("odd").observe(float("inf")), "inf is not a number"),
        (lambda: counter("labelled", labels=("list",)).inc(), "label 'list' is missing"),
        (lambda: counter("plain").inc(list="x"), "its labels are none"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(make, said, home):
    with pytest.raises(RequestError, match=said):
        make()


def test_labels_without_end_are_counted_together():
    measured = PerformanceOptimizer(PerformanceConfig(keep_metrics=False)).measured
    visitors = counter("visitors", labels=("address",), measured=measured)
    for number in range(MOST_SERIES + 50):
        visitors.inc(address=str(number))
    found = measured.all("counter")
    assert len(found) == MOST_SERIES + 1
    assert found["counter", "visitors", '{"address":"other"}'].total_s == 50

"""The cache in three tiers, and functions behind it."""

from __future__ import annotations

import asyncio
import datetime
import threading
from dataclasses import dataclass

import pytest
import time_machine
from cryptography.fernet import Fernet

from automagic.errors import ConfigurationError, RequestError
from automagic.performance import MISSING, PerformanceConfig, PerformanceOptimizer, cache_result, performance_monitor
from automagic.performance.cache import Keeping
from automagic.performance.values import NotPlain
from tests.support.servers.redis import redis_server


async def test_each_tier_is_asked_in_turn_and_counts(open_optimizer):
    cache = open_optimizer(cache_max_size=2).cache
    for name in "abc":  # a is pushed out of the first tier
        await cache.set(name, name.upper())
    assert cache.get_stats()["hit_rate"] is None
    assert await cache.get("a") == "A"
    assert await cache.get("c") == "C"
    assert await cache.get("x", "none") == "none"
    stats = cache.get_stats()
    assert stats["hits"] == {"l1": 1, "l2": 1, "redis": 0}
    assert stats["misses"] == {"l1": 2, "l2": 1, "redis": 0}
    assert stats["hit_rate"] == pytest.approx(2 / 3)
    assert stats["entries"] == {"l1": 2, "l2": 1}
    assert stats["bytes"]["l1"] > 0 < stats["bytes"]["l2"]


async def test_a_time_to_live_holds_in_every_tier_it_moves_to(open_optimizer):
    cache = open_optimizer(cache_max_size=1, cache_ttl=100).cache
    with time_machine.travel(1_000_000, tick=False) as clock:
        await cache.set("own", 1, ttl=10)
        await cache.set("the cache's", 2)  # pushes the first one down
        clock.move_to(1_000_009.9)
        assert await cache.get("own") == 1
        clock.move_to(1_000_010)
        assert await cache.get("own") is None
        clock.move_to(1_000_099)
        assert await cache.get("the cache's") == 2
        clock.move_to(1_000_100)
        assert await cache.get("the cache's") is None


async def test_a_time_to_live_of_nothing_keeps_nothing(open_optimizer):
    cache = open_optimizer().cache
    await cache.set("a", 1, ttl=0)
    assert await cache.get("a") is None
    with pytest.raises(RequestError, match="-1"):
        await cache.set("a", 1, ttl=-1)


async def test_a_tier_can_be_chosen_and_cleared_alone(open_optimizer):
    cache = open_optimizer().cache
    await cache.set("a", 1, None, Keeping(cache_type="l1"))
    await cache.set("b", 2, None, Keeping(cache_type="l2"))
    assert await cache.get("b", None, Keeping(cache_type="l1")) is None
    assert cache.clear("l1") == {"l1": 1}
    assert await cache.get("b", None, Keeping(cache_type="l2")) == 2
    assert await cache.clear() == {"l1": 0, "l2": 1, "redis": 0}
    with pytest.raises(RequestError, match="'l3' is not a tier"):
        cache.clear("l3")


async def test_none_is_kept_and_made_once(open_optimizer):
    made: list[int] = []

    @cache_result(optimizer=open_optimizer())
    async def look(number: int) -> None:
        made.append(number)

    assert [await look(1), await look(1)] == [None, None]
    assert made == [1]


async def test_a_hundred_who_ask_at_once_cost_one_call_and_a_failure_is_not_kept(open_optimizer):
    made: list[int] = []

    @cache_result(optimizer=open_optimizer())
    async def look(number: int) -> int:
        made.append(number)
        await asyncio.sleep(0)
        if len(made) == 1:
            raise ValueError("at first")
        return number

    failed = await asyncio.gather(*(look(1) for _ in range(100)), return_exceptions=True)
    assert {str(one) for one in failed} == {"at first"}
    assert made == [1]
    assert await asyncio.gather(*(look(1) for _ in range(100))) == [1] * 100
    assert made == [1, 1]


async def test_who_makes_it_may_be_cancelled_and_the_next_one_makes_it(open_optimizer):
    begun: list[int] = []

    @cache_result(optimizer=open_optimizer())
    async def look() -> str:
        begun.append(1)
        await asyncio.sleep(0.01)
        return "found"

    first, second = asyncio.create_task(look()), asyncio.create_task(look())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "found"
    assert len(begun) == 2


def test_threads_that_ask_a_plain_function_at_once_cost_one_call():
    made: list[int] = []
    together = threading.Barrier(8)

    @cache_result(optimizer=PerformanceOptimizer(PerformanceConfig(keep_metrics=False)))
    def look(number: int) -> int:
        made.append(number)
        return number * 2

    def ask() -> None:
        together.wait()
        assert look(3) == 6

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [3]


async def test_what_is_forgotten_is_made_again_and_functions_do_not_share_results(open_optimizer):
    optimizer = open_optimizer()
    made: list[str] = []

    @cache_result(optimizer=optimizer)
    async def one(name: str) -> str:
        made.append(name)
        return f"one {name}"

    @cache_result(optimizer=optimizer, key=lambda name: name.lower())
    async def other(name: str) -> str:
        return f"other {name}"

    assert [await one("a"), await one("b")] == ["one a", "one b"]
    assert [await other("A"), await other("a")] == ["other A"] * 2
    await one.forget("a")
    assert [await one("a"), await one("b")] == ["one a", "one b"]
    assert made == ["a", "b", "a"]


def double(number: int) -> int:
    return number * 2


def test_a_plain_function_cannot_wait_for_a_server():
    with pytest.raises(RequestError, match="plain function"):
        cache_result(cache_type="redis")(double)


# ------------------------------------------------------------------------------------------------------- Redis


@dataclass
class Page:
    title: str
    day: datetime.date


async def test_machines_share_what_is_plain_and_the_rest_stays_in_memory(open_optimizer, redis_url):
    here, there = (open_optimizer(redis_url=redis_url).cache for _ in range(2))
    values = {"plain": {"a": [1, 2.5, None, True, "ü", b"x"]}, "none": None, "tuple": (1, 2)}
    await here.set_many(values)
    assert await here.get_many(list(values)) == values
    assert await there.get_many([*values, "nothing"]) == {"plain": values["plain"], "none": None}
    assert here.get_stats()["unshared"] == 1
    assert there.get_stats()["hits"] == {"l1": 0, "l2": 0, "redis": 2}
    assert await there.get("plain") == values["plain"]
    assert there.get_stats()["hits"]["l1"] == 1, "what was found moved up"
    with pytest.raises(NotPlain, match="a tuple"):
        await here.set("tuple", (1, 2), None, Keeping(cache_type="redis"))


async def test_a_value_of_a_type_comes_back_as_one(open_optimizer, redis_url):
    keeping = Keeping(cache_type="redis", result_type=Page)
    here, there = (open_optimizer(redis_url=redis_url).cache for _ in range(2))
    await here.set("page", Page("Bees", datetime.date(2026, 1, 1)), None, keeping)
    assert await there.get("page", None, keeping) == Page("Bees", datetime.date(2026, 1, 1))
    assert await there.get("page", MISSING, Keeping(cache_type="redis", result_type=int)) is MISSING


async def test_a_decorated_function_is_called_once_for_all_machines(open_optimizer, redis_url):
    MADE.clear()
    one, other = (cache_result(60, optimizer=open_optimizer(redis_url=redis_url))(look_up) for _ in range(2))
    assert [await one(1), await other(1), await other(1)] == ["page 1"] * 3
    assert MADE == [1]
    await other.forget(1)
    third = cache_result(60, optimizer=open_optimizer(redis_url=redis_url))(look_up)
    assert await third(1) == "page 1"
    assert MADE == [1, 1]


MADE: list[int] = []


async def look_up(number: int) -> str:
    MADE.append(number)
    return f"page {number}"


async def test_functions_that_have_one_name_never_share_results(open_optimizer, redis_url):
    optimizer = open_optimizer(redis_url=redis_url)

    def times(factor: int):
        @cache_result(optimizer=optimizer)
        async def multiply(number: int) -> int:
            return number * factor

        return multiply

    assert [await times(2)(5), await times(3)(5)] == [10, 15]
    two, three = (cache_result(optimizer=optimizer)(one) for one in (lambda: 2, lambda: 3))
    assert [two(), three(), two()] == [2, 3, 2]
    assert optimizer.cache.get_stats()["bytes"]["redis_written"] == 0
    with pytest.raises(RequestError, match="no name by which another process"):
        cache_result(cache_type="redis")(times(2))
    kept = cache_result(key=lambda number: f"by 2: {number}", optimizer=optimizer)(times(2))
    assert await kept(5) == 10
    assert optimizer.cache.get_stats()["bytes"]["redis_written"] > 0


def test_what_gives_its_results_one_after_the_other_is_refused():
    async def pages():
        yield 1

    def numbers():
        yield 1

    for function in (pages, numbers):
        for decorate in (cache_result(), performance_monitor()):
            with pytest.raises(RequestError, match="one after the other"):
                decorate(function)


async def test_what_is_sensitive_cannot_be_read_on_the_server_nor_found_by_its_name(open_optimizer, redis_url):
    key = Fernet.generate_key().decode()
    secret = Keeping(sensitive=True)
    here, there = (open_optimizer(redis_url=redis_url, encryption_key=key).cache for _ in range(2))
    await here.set("jane@example.org", "owes 300 USD", None, secret)
    assert await there.get("jane@example.org", None, secret) == "owes 300 USD"
    client = here._shared._client
    names = [name async for name in client.scan_iter()]
    lying = b"".join([*names, *await client.mget(names)])
    assert b"jane" not in lying
    assert b"300" not in lying
    await here.clear("l1")
    assert await here.get("jane@example.org") is None, "nobody who asks for an open value is given it"


async def test_without_a_key_nothing_sensitive_reaches_the_server(open_optimizer, redis_url):
    cache = open_optimizer(redis_url=redis_url).cache
    with pytest.raises(ConfigurationError, match="CACHE_ENCRYPTION_KEY"):
        await cache.set("a", "b", None, Keeping(sensitive=True))


async def test_the_server_may_vanish_and_come_back(open_optimizer, tmp_path, caplog):
    address = tmp_path / "redis.sock"
    here, there = (open_optimizer(redis_url=f"unix://{address}").cache for _ in range(2))
    with redis_server(address):
        await here.set("a", 1)
        assert await there.get("a") == 1
    await here.set("b", 2)
    assert await here.get("b") == 2
    assert await there.get("b") is None
    assert here.get_stats()["redis"] == {"configured": True, "answers": False, "outages": 1}
    for cache in (here, there):
        cache._shared._down_until = 1e-9  # a while later
    with redis_server(address):
        await here.set("c", 3)
        assert await there.get("c") == 3
        assert here.get_stats()["redis"]["answers"]
    assert caplog.text.count("does not answer") == 2, "once each"


async def test_all_tiers_are_cleared_and_nothing_else_on_the_server(open_optimizer, redis_url):
    cache = open_optimizer(redis_url=redis_url).cache
    await cache.set_many({str(number): number for number in range(20)})
    client = cache._shared._client
    await client.set("somebody else's", 1)
    assert await cache.clear() == {"l1": 20, "l2": 0, "redis": 20}
    assert await client.keys() == [b"somebody else's"]


def test_it_can_be_cleared_where_nobody_waits(redis_url):
    cache = PerformanceOptimizer(PerformanceConfig(redis_url=redis_url, keep_metrics=False)).cache

    async def fill() -> None:
        await cache.set("a", 1)
        await cache.close()

    asyncio.run(fill())
    assert cache.clear() == {"l1": 1, "l2": 0, "redis": 1}

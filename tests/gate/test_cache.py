"""The response cache: what is kept how long, what goes first, and that damage is a miss."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from automagic.caching import shared
from automagic.errors import ConfigurationError
from automagic.gate import cache as response_cache
from automagic.gate.cache import MEMORY_ENTRY_BYTES, ResponseCache, decode_entry, encode_entry
from automagic.gate.calls import Answer
from automagic.values.secret import Secret
from tests.support.servers.redis import redis_server


def answer(text: str = "x") -> Answer:
    return Answer(text.encode(), "text/plain", facts={"from": "test"})


@pytest.fixture
async def open_cache(tmp_path: Path):
    opened: list[ResponseCache] = []

    def open_one(**changes: Any) -> ResponseCache:
        options: dict[str, Any] = {"ttl_s": 60, "size": 100, "redis_url": None, "tell": lambda _text: None}
        opened.append(ResponseCache(tmp_path / "responses", **(options | changes)))
        return opened[-1]

    yield open_one
    for cache in opened:
        await cache.close()


async def test_an_answer_survives_the_process(open_cache):
    cache = open_cache()
    await cache.keep("a", answer("hello"))
    await cache.close()
    found = await open_cache().find("a")
    assert (found.answer, found.source) == (answer("hello"), "disk")


async def test_what_is_found_on_disk_is_then_in_memory(open_cache):
    cache = open_cache()
    await cache.keep("a", answer())
    await cache.close()
    cache = open_cache()
    assert cache.recall("a") is None
    await cache.find("a")
    assert cache.recall("a").source == "memory"


async def test_an_answer_expires_everywhere(open_cache, monkeypatch):
    cache = open_cache(ttl_s=10)
    await cache.keep("a", answer())
    await cache.flush()
    now = time.time()
    monkeypatch.setattr(response_cache.time, "time", lambda: now + 9)
    assert cache.recall("a")
    monkeypatch.setattr(response_cache.time, "time", lambda: now + 11)
    assert cache.recall("a") is None
    assert await cache.find("a") is None
    assert await open_cache(ttl_s=10).find("a") is None


async def test_without_a_time_to_live_nothing_is_kept(open_cache, tmp_path):
    cache = open_cache(ttl_s=0)
    await cache.keep("a", answer())
    assert cache.recall("a") is None
    assert await cache.find("a") is None
    await cache.close()
    assert not (tmp_path / "responses").exists()


async def test_what_was_used_longest_ago_goes_first_in_memory(open_cache):
    cache = open_cache(size=3)
    for name in "abc":
        await cache.keep(name, answer(name))
    assert cache.recall("a")
    await cache.keep("d", answer("d"))
    assert [name for name in "abcd" if cache.recall(name)] == ["a", "c", "d"]


async def test_what_was_stored_longest_ago_goes_first_on_disk(open_cache):
    cache = open_cache(size=3)
    for name in "abcd":
        await cache.keep(name, answer(name))
        await cache.flush()
    fresh = open_cache(size=3)
    assert [name for name in "abcd" if await fresh.find(name)] == ["b", "c", "d"]


async def test_what_has_expired_leaves_the_disk(open_cache, tmp_path):
    cache = open_cache(ttl_s=60)
    await cache.keep("a", Answer(bytes(100_000), "image/png"))
    await cache.flush()
    with time_machine.travel(time.time() + 61):
        await cache.keep("b", answer())
        await cache.close()
    assert list((tmp_path / "responses").rglob("*.val")) == []


async def test_a_large_answer_is_kept_on_disk_only(open_cache):
    cache = open_cache()
    large = Answer(bytes(MEMORY_ENTRY_BYTES + 1), "image/png")
    await cache.keep("a", large)
    assert cache.recall("a") is None
    assert (await cache.find("a")).answer == large  # still on its way to disk
    await cache.flush()
    assert (await cache.find("a")).answer == large


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "rows", "folder"])
async def test_a_damaged_disk_is_a_miss_and_heals(open_cache, tmp_path, damage):
    cache = open_cache()
    for number in range(50):
        await cache.keep(str(number), answer("x" * 2000))
    await cache.close()
    damage_folder(tmp_path / "responses", damage)
    cache = open_cache()
    found = [await cache.find(str(number)) for number in range(50)]
    assert all(one is None or one.answer == answer("x" * 2000) for one in found)
    await cache.keep("new", answer("new"))
    await cache.close()
    assert (await open_cache().find("new")).answer == answer("new")


def damage_folder(folder: Path, damage: str) -> None:
    database = folder / "cache.db"
    whole = database.read_bytes()
    match damage:
        case "cut":
            database.write_bytes(whole[: len(whole) // 2])
        case "noise":
            database.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
        case "empty":
            database.write_bytes(b"no database at all")
        case "rows":
            connection = sqlite3.connect(database)
            connection.execute("UPDATE Cache SET value = zeroblob(100)")
            connection.commit()
            connection.close()
        case "folder":
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
            folder.write_text("a file in its place")


async def test_a_planted_pickle_is_not_opened(open_cache, tmp_path):
    import diskcache

    planted = diskcache.Cache(str(tmp_path / "responses"))
    planted["a"] = Planted()
    planted[Planted()] = b"its key"
    planted.close()
    cache = open_cache(size=1)
    assert await cache.find("a") is None
    await cache.keep("b", answer())  # what is beyond the size has to go
    await cache.close()
    assert Planted.opened == 0


class Planted:
    opened = 0

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return _open, ()


def _open() -> None:
    Planted.opened += 1


def test_the_planted_pickle_would_have_worked():
    pickle.loads(pickle.dumps(Planted()))  # noqa: S301 - that is the point
    assert Planted.opened == 1
    Planted.opened = 0


async def test_two_processes_may_share_the_disk(open_cache):
    one, two = open_cache(), open_cache()
    await asyncio.gather(*(cache.keep(f"{n}", answer(str(n))) for n in range(20) for cache in (one, two)))
    await asyncio.gather(one.flush(), two.flush())
    assert all([await open_cache().find(str(n)) for n in range(20)])


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_a_miss(data):
    assert decode_entry(data) is None


@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(0, 7))
def test_one_flipped_bit_is_a_miss(body, position, bit):
    data = bytearray(encode_entry(Answer(body, "text/plain"), 1.5))
    assert decode_entry(bytes(data)) == (Answer(body, "text/plain"), 1.5)
    data[position % len(data)] ^= 1 << bit
    assert decode_entry(bytes(data)) is None


async def test_a_clock_that_is_set_back_keeps_no_answer_for_longer(open_cache):
    cache = open_cache(ttl_s=60)
    await cache.keep("a", answer("of a time to come"))
    await cache.flush()
    with time_machine.travel(time.time() - 3600):
        assert cache.recall("a") is None
        assert await cache.find("a") is None
        await cache.keep("a", answer("new"))
        assert cache.recall("a").answer == answer("new")


# ------------------------------------------------------------------------------------------------------- Redis


async def test_a_redis_server_shares_answers_between_machines(tmp_path, redis_url):
    async def open_on(machine: str) -> ResponseCache:
        return ResponseCache(tmp_path / machine, ttl_s=60, size=10, redis_url=Secret(redis_url), tell=pytest.fail)

    first, second = await open_on("one"), await open_on("two")
    await first.keep("a", answer("shared"))
    found = await second.find("a")
    assert (found.answer, found.source) == (answer("shared"), "shared")
    assert second.recall("a").source == "memory"
    assert (await second.find("a")).source == "disk"
    await first.close()
    await second.close()


async def test_a_redis_server_that_is_not_there_is_mentioned_once(tmp_path):
    pytest.importorskip("redis")
    told: list[str] = []
    cache = ResponseCache(
        tmp_path, ttl_s=60, size=10, redis_url=Secret("redis://:secret-pw@127.0.0.1:1/0"), tell=told.append
    )
    for name in "ab":
        await cache.keep(name, answer(name))
    assert await cache.find("c") is None
    assert cache.recall("a")
    await cache.close()
    assert len(told) == 1
    assert "secret-pw" not in told[0]


def test_an_address_that_is_none_is_refused(tmp_path):
    pytest.importorskip("redis")
    with pytest.raises(ConfigurationError, match="REDIS_URL") as caught:
        ResponseCache(tmp_path, ttl_s=1, size=1, redis_url=Secret("carrier-pigeon:secret-pw"), tell=lambda _: None)
    assert "secret-pw" not in caught.value.message + caught.value.hint


@pytest.fixture
def redis_url(tmp_path: Path):
    with redis_server(tmp_path / "redis.sock") as url:
        yield url


async def test_a_redis_server_that_vanishes_and_comes_back_is_used_again(tmp_path, monkeypatch):
    pytest.importorskip("redis")
    socket_path = tmp_path / "redis.sock"
    monkeypatch.setattr(shared, "REST_S", 0.0)
    told: list[str] = []
    address = Secret(f"unix://{socket_path}")
    here, there = (
        ResponseCache(tmp_path / name, ttl_s=60, size=10, redis_url=address, tell=told.append)
        for name in ("here", "there")
    )
    with redis_server(socket_path):
        await here.keep("a", answer("a"))
        assert (await there.find("a")).source == "shared"
    await here.keep("b", answer("b"))  # while it is away
    assert await there.find("b") is None
    assert (await here.find("b")).answer == answer("b")
    with redis_server(socket_path):
        await here.keep("c", answer("c"))
        assert (await there.find("c")).source == "shared"
    await here.close()
    await there.close()
    assert len(told) == 2, "once each"

"""The tier on a server: asked in batches, emptied in its own space only, away and back again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from automagic.caching.shared import SharedCache
from automagic.values.secret import Secret
from tests.support.servers.redis import redis_server


@pytest.fixture
def url(tmp_path: Path):
    with redis_server(tmp_path / "redis.sock") as url:
        yield url


def commands(cache: SharedCache) -> list[str]:
    """The names of what is sent from now on."""
    sent: list[str] = []
    execute = cache._client.execute_command

    def note(*arguments: object, **options: object):
        sent.append(str(arguments[0]))
        return execute(*arguments, **options)

    cache._client.execute_command = note
    return sent


async def test_those_who_ask_in_one_turn_are_answered_together(url):
    cache = SharedCache(Secret(url), pytest.fail)
    await cache.set_many({str(number): f"value {number}".encode() for number in range(50)}, 60)
    sent = commands(cache)
    found = await asyncio.gather(*(cache.get(str(number)) for number in range(60)), cache.get("7"))
    assert found == [*(f"value {number}".encode() for number in range(50)), *([None] * 10), b"value 7"]
    assert sent == ["MGET"]
    assert (cache.hits, cache.misses) == (51, 10)
    await cache.close()


async def test_one_that_is_cancelled_leaves_the_others_their_answers(url):
    cache = SharedCache(Secret(url), pytest.fail)
    await cache.set("a", b"A", 60)
    asked = [asyncio.create_task(cache.get("a")) for _ in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    assert await asyncio.gather(*asked[1:]) == [b"A", b"A"]
    await cache.close()


async def test_only_its_own_space_is_cleared(url):
    ours, theirs = (SharedCache(Secret(url), pytest.fail, space=space) for space in ("ours:", "theirs:"))
    await ours.set_many({str(number): b"x" for number in range(1200)}, 60)
    await theirs.set("a", b"A", 60)
    assert await ours.clear() == 1200
    assert await ours.get("5") is None
    assert await theirs.get("a") == b"A"
    await ours.close()
    await theirs.close()


async def test_a_value_expires_on_the_server(url):
    cache = SharedCache(Secret(url), pytest.fail)
    await cache.set("a", b"A", 60)
    await cache.set("b", b"B", float("inf"))
    left = [await cache._client.pttl(f"automagic:{name}") for name in "ab"]
    assert 59_000 < left[0] <= 60_000
    assert left[1] == -1
    await cache.close()


def test_each_event_loop_has_its_own_connections(url):
    cache = SharedCache(Secret(url), pytest.fail)

    async def ask() -> bytes | None:
        await cache.set("a", b"A", 60)
        found = await cache.get("a")
        await cache.close()
        return found

    assert [asyncio.run(ask()), asyncio.run(ask())] == [b"A", b"A"]


async def test_a_server_that_is_away_is_not_asked_for_a_while_and_then_used_again(tmp_path):
    told: list[str] = []
    cache = SharedCache(Secret(f"unix://{tmp_path}/redis.sock"), told.append)
    assert await cache.get("a") is None
    assert cache.is_down
    sent = commands(cache)
    assert await cache.get("a") is None
    await cache.set("a", b"A", 60)
    assert sent == []
    assert (len(told), cache.outages) == (1, 1)
    cache._down_until = 1e-9  # a while later
    with redis_server(tmp_path / "redis.sock"):
        await cache.set("a", b"A", 60)
        assert await cache.get("a") == b"A"
    await cache.close()

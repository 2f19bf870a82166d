"""A cache in three tiers: what is asked for is found in the first that has it.

    L1     memory, each value with its time to live         ── full ──▶ L2, with the time that it has left
    L2     memory, what was used longest ago goes first     ── found ─▶ L1
    Redis  shared by machines, compressed, read in batches  ── found ─▶ L1

`cache_type` says in which tiers a value is kept and looked for: "l1", "l2", "redis", or "all". In memory any value can
be kept, and whoever asks gets the same object: do not change it. For Redis it has to be plain (see `values`); one that
is not stays in memory, and is counted as `unshared`. None is a value.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from automagic.caching.memory import MISSING, NEVER, Absent, CacheEntry, MemoryTier, measure_bytes
from automagic.caching.packing import Packing
from automagic.caching.shared import SharedCache
from automagic.errors import RequestError
from automagic.gate.single_flight import SingleFlight
from automagic.performance.config import PerformanceConfig
from automagic.performance.values import NotPlain, decode_value, encode_value

CacheType = Literal["l1", "l2", "redis", "all"]
TIERS: tuple[str, ...] = ("l1", "l2", "redis")
SPACE = "automagic:performance:"
"""What all keys on the server begin with."""

_log = logging.getLogger("automagic.performance")


def check_type(cache_type: str) -> None:
    """See that there is such a tier.

    Raises:
        RequestError: There is none.
    """
    if cache_type not in get_args(CacheType):
        raise RequestError(
            f"{cache_type!r} is not a tier of the cache", hint="Tiers: " + ", ".join(get_args(CacheType))
        )


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a value is kept.

    Attributes:
        ttl: In seconds; the cache's own when None, which for "l2" alone is none.
        sensitive: Whether it lies on the server under a name that nobody can guess, and sealed.
        result_type: Of values that are not plain: they are read back as it, and checked.
        shared: Whether it may lie on the server; where not, memory alone keeps it.
    """

    ttl: float | None = None
    cache_type: CacheType = "all"
    sensitive: bool = False
    result_type: Any = None
    shared: bool = True

    def __post_init__(self) -> None:
        check_type(self.cache_type)
        if self.ttl is not None and not self.ttl >= 0:
            raise RequestError(f"a time to live of {self.ttl} s is none", hint="Give seconds, or None.")


DEFAULT = Keeping()


class Cleared(dict[str, int]):
    """How many values each tier lost. Memory is cleared already; await it for what the server said."""

    def __init__(self, counts: Mapping[str, int], server: Awaitable[int] | None) -> None:
        super().__init__(counts)
        self._server = server

    def __await__(self) -> Generator[Any, None, Cleared]:
        if self._server is not None:
            self["redis"] = yield from self._server.__await__()
            self._server = None
        return self


class TieredCache:
    """For one process; from any thread, the server from an event loop.

    Args:
        config: Its sizes and times; `resize` and `config.cache_ttl` change them.
    """

    def __init__(self, config: PerformanceConfig) -> None:
        self._config = config
        self._l2: MemoryTier[Any] = MemoryTier(config.cache_max_size)
        self._l1: MemoryTier[Any] = MemoryTier(config.cache_max_size, self._l2.put)
        self._shared = self._open_shared(config)
        self._flights: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, SingleFlight[Any]]
        self._flights = weakref.WeakKeyDictionary()
        self._missed = 0
        self._unshared = 0

    @staticmethod
    def _open_shared(config: PerformanceConfig) -> SharedCache | None:
        packing = Packing(config.sealing_key)  # a wrong key is told even without a server
        if config.server is None:
            return None
        return SharedCache(
            config.server,
            _log.warning,
            space=SPACE,
            connections=config.redis_max_connections,
            packing=packing,
        )

    async def get(self, key: str | bytes, default: Any = None, keeping: Keeping = DEFAULT) -> Any:
        """What is kept under a key, else `default`; give `MISSING` to tell it from None."""
        found = self.recall(key, keeping)
        if found is MISSING and self._shared is not None:
            found = await self._fetch(key, keeping)
        if found is MISSING:
            self._missed += 1
            return default
        return found

    async def get_many(self, keys: Sequence[str | bytes], keeping: Keeping = DEFAULT) -> dict[str | bytes, Any]:
        """What is kept of many keys; the server is asked once for all that memory does not have."""
        found = {key: value for key in keys if (value := self.recall(key, keeping)) is not MISSING}
        lacking = [key for key in dict.fromkeys(keys) if key not in found]
        if lacking and self._asks_server(keeping):
            assert self._shared is not None  # noqa: S101 - that is what was asked
            names = [self._name_of(key, keeping) for key in lacking]
            for key, data in zip(lacking, await self._shared.get_many(names, sealed=keeping.sensitive), strict=True):
                value = self._accept(key, data, keeping)
                if value is not MISSING:
                    found[key] = value
        self._missed += len(keys) - len(found)
        return found

    async def set(self, key: str | bytes, value: Any, ttl: float | None = None, keeping: Keeping = DEFAULT) -> None:
        """Keep a value.

        Args:
            ttl: In seconds; that of `keeping` when None.

        Raises:
            ConfigurationError: It is sensitive, and there is no key to seal it with.
        """
        if ttl is not None or self._asks_server(keeping):
            await self.set_many({key: value}, ttl, keeping)
        else:
            self.keep(key, value, keeping)

    async def set_many(
        self, values: Mapping[str | bytes, Any], ttl: float | None = None, keeping: Keeping = DEFAULT
    ) -> None:
        """Keep many values; the server is told once."""
        if ttl is not None:
            keeping = replace(keeping, ttl=ttl)
        kept = [(key, value, self.keep(key, value, keeping)) for key, value in values.items()]
        if not self._asks_server(keeping):
            return
        assert self._shared is not None  # noqa: S101 - as above
        entries: dict[str, bytes] = {}
        ttl_s = NEVER
        for key, value, (kept_at, expires_at) in kept:
            if expires_at <= kept_at:
                continue
            ttl_s = expires_at - kept_at
            try:
                entries[self._name_of(key, keeping)] = encode_value(
                    value, kept_at=kept_at, expires_at=expires_at, result_type=keeping.result_type
                )
            except NotPlain as error:
                if keeping.cache_type == "redis":  # it would be kept nowhere
                    raise
                self._unshared += 1
                _log.debug("%s", error)
        if entries:
            await self._shared.set_many(entries, ttl_s, sealed=keeping.sensitive)

    async def delete(self, key: str | bytes, keeping: Keeping = DEFAULT) -> None:
        """Remove what is kept under a key from all tiers."""
        self.forget(key)
        if self._shared is not None:
            await self._shared.delete(self._name_of(key, keeping))

    def recall(self, key: str | bytes, keeping: Keeping = DEFAULT) -> Any:
        """What memory has, without waiting; `MISSING` when it has nothing."""
        kind = keeping.cache_type
        if kind == "all" or kind == "l1":  # noqa: PLR1714 - a set costs more than two comparisons
            found = self._l1.get(key)
            if found is not MISSING or kind == "l1":
                return found
        elif kind == "redis":
            return MISSING
        found = self._l2.get(key)
        if found is not MISSING and kind == "all" and (entry := self._l2.pop(key)) is not None:
            self._l1.put(key, entry)
        return found

    def keep(self, key: str | bytes, value: Any, keeping: Keeping = DEFAULT) -> tuple[float, float]:
        """Keep a value in memory, without waiting; gives from when to when."""
        ttl, kind = keeping.ttl, keeping.cache_type
        if ttl is None:
            ttl = NEVER if kind == "l2" else self._config.cache_ttl
        now = time.time()
        if ttl > 0 and kind != "redis":
            tier = self._l2 if kind == "l2" else self._l1
            tier.put(key, CacheEntry(now if ttl != NEVER else 0.0, now + ttl, value, measure_bytes(value)))
        return now, now + ttl

    async def fetch(self, key: str | bytes, make: Callable[[], Awaitable[Any]], keeping: Keeping = DEFAULT) -> Any:
        """What is kept, else what `make` gives, which is kept; who asks meanwhile waits. A failure is not kept."""
        found = self.recall(key, keeping)
        return await self.make_once(key, make, keeping) if found is MISSING else found

    async def make_once(self, key: str | bytes, make: Callable[[], Awaitable[Any]], keeping: Keeping = DEFAULT) -> Any:
        """The same, of what `recall` did not have a moment ago."""
        flights = self._flights.get(loop := asyncio.get_running_loop())
        if flights is None:
            flights = self._flights[loop] = SingleFlight()
        self._missed += 1

        async def look_and_make() -> Any:
            if (found := await self._fetch(key, keeping)) is not MISSING:
                self._missed -= 1
                return found
            made = await make()
            await self.set(key, made, None, keeping)
            return made

        return await flights.join(f"{keeping.cache_type}:{key!r}", look_and_make)

    def clear(self, cache_type: CacheType = "all") -> Cleared:
        """Remove everything from one tier, or from all: memory at once, the server when the result is awaited.

        Outside an event loop the server is waited for; within one that does not await, it is cleared a moment later.
        """
        check_type(cache_type)
        counts = {
            name: tier.clear() for name, tier in (("l1", self._l1), ("l2", self._l2)) if cache_type in (name, "all")
        }
        if cache_type not in ("redis", "all"):
            return Cleared(counts, None)
        counts["redis"] = 0
        if self._shared is None:
            return Cleared(counts, None)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            counts["redis"] = asyncio.run(self._clear_server())
            return Cleared(counts, None)
        return Cleared(counts, loop.create_task(self._shared.clear()))

    async def _clear_server(self) -> int:
        assert self._shared is not None  # noqa: S101 - its caller has asked
        try:
            return await self._shared.clear()
        finally:
            await self._shared.close()

    def resize(self, size: int) -> int:
        """Hold at most this many in L1, and in L2; how many had to go."""
        before = len(self._l1) + len(self._l2)
        self._config.cache_max_size = size
        self._l2.resize(size)
        self._l1.resize(size)
        return before - len(self._l1) - len(self._l2)

    def shrink(self, share: float) -> int:
        """Leave this share (0..1) of what is in memory, what was used last; how many had to go. Its size stays."""
        gone = 0
        for tier in (self._l2, self._l1):
            gone += tier.leave(int(len(tier) * share))
        return gone

    def note_miss(self) -> None:
        """Count what was asked for by `recall` and had to be made."""
        self._missed += 1

    def forget(self, key: str | bytes) -> None:
        """Remove what memory has under a key."""
        self._l1.pop(key)
        self._l2.pop(key)

    def remove_expired(self) -> int:
        """Remove what nobody will be given any more; how many there were."""
        return self._l1.remove_expired() + self._l2.remove_expired()

    @property
    def asked(self) -> int:
        """How often it was asked for a value."""
        shared = self._shared.hits if self._shared is not None else 0
        return self._l1.hits + self._l2.hits + shared + self._missed

    def get_stats(self) -> dict[str, Any]:
        """Hits and misses of each tier so far, how much it holds, and the share of what was asked for that was there.

        A value in L2 was asked for in L1 first: that is a miss there. `hit_rate` is None until something is asked for.
        """
        shared = self._shared
        tiers = (self._l1, self._l2, *((shared,) if shared else ()))
        hits = dict(zip(TIERS, [tier.hits for tier in tiers] + [0] * (3 - len(tiers)), strict=True))
        misses = dict(zip(TIERS, [tier.misses for tier in tiers] + [0] * (3 - len(tiers)), strict=True))
        asked = self.asked
        return {
            "hits": hits,
            "misses": misses,
            "hit_rate": sum(hits.values()) / asked if asked else None,
            "entries": {"l1": len(self._l1), "l2": len(self._l2)},
            "bytes": {
                "l1": self._l1.size_bytes,
                "l2": self._l2.size_bytes,
                "redis_read": shared.read_bytes if shared else 0,
                "redis_written": shared.written_bytes if shared else 0,
            },
            "unshared": self._unshared,
            "redis": {"configured": shared is not None, "answers": shared is not None and not shared.is_down,
                      "outages": shared.outages if shared else 0},
        }  # fmt: skip

    async def close(self) -> None:
        """Close the connections to the server; it is connected to again when it is needed."""
        if self._shared is not None:
            await self._shared.close()

    def _asks_server(self, keeping: Keeping) -> bool:
        return self._shared is not None and keeping.shared and keeping.cache_type in ("redis", "all")

    async def _fetch(self, key: str | bytes, keeping: Keeping) -> Any:
        if not self._asks_server(keeping):
            return MISSING
        assert self._shared is not None  # noqa: S101 - as above
        data = await self._shared.get(self._name_of(key, keeping), sealed=keeping.sensitive)
        return self._accept(key, data, keeping)

    def _accept(self, key: str | bytes, data: bytes | None, keeping: Keeping) -> Any | Absent:
        """What the server said, which is then in L1, too."""
        entry = decode_value(data, result_type=keeping.result_type) if data is not None else None
        if entry is None or not entry.kept_at - _CLOCKS_S <= time.time() < entry.expires_at:
            return MISSING
        if keeping.cache_type == "all":
            self._l1.put(key, CacheEntry(0.0, entry.expires_at, entry.value, measure_bytes(entry.value)))
        return entry.value

    def _name_of(self, key: str | bytes, keeping: Keeping) -> str:
        assert self._shared is not None  # noqa: S101 - as above
        whole = b"s" + key.encode() if isinstance(key, str) else b"b" + key
        return self._shared.packing.name_of(whole, sealed=keeping.sensitive)


_CLOCKS_S = 60.0
"""How far the clocks of two machines may differ."""

"""The tier that several machines share: a Redis server, which may vanish and come back.

    get, get, get ── in one turn of the event loop ──▶ MGET        one question to the server for all of them
    set_many ──▶ one pipeline

What lies there is packed (see `packing`). The server is asked for bytes only: nothing that it says is unpickled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from automagic.caching.packing import Packing
from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    import redis.asyncio

    from automagic.values.secret import Secret

REST_S = 30.0
"""How long a server that did not answer is not asked."""

AT_ONCE = 500
"""Keys of one question: their values are held together."""

TIMEOUT_S = 2


class SharedCache:
    """A Redis server. When it does not answer, that is said once, and the work goes on without it for a while.

    Args:
        tell: Is given what a person should know.
        space: What the names of all its keys begin with.
        connections: How many at most; any number when None.
        packing: How values lie there.

    Attributes:
        hits, misses: Of what was asked for, so far; while the server is away nothing is asked.
        outages: How often it did not answer.
        read_bytes, written_bytes: As they lie there.

    Raises:
        ConfigurationError: The package is not installed, or the address is none.
    """

    def __init__(
        self,
        url: Secret,
        tell: Callable[[str], object],
        *,
        space: str = "automagic:",
        connections: int | None = None,
        packing: Packing | None = None,
    ) -> None:
        try:
            import redis.asyncio
            import redis.exceptions
        except ImportError as error:
            raise ConfigurationError(
                "REDIS_URL is set, but the redis package is not installed",
                hint="pip install 'automagic[redis]', or leave REDIS_URL empty.",
            ) from error
        self._errors: tuple[type[Exception], ...] = (redis.exceptions.RedisError, OSError)
        self._url = url
        self._tell = tell
        self._space = space
        self._connections = connections
        self.packing = packing or Packing()
        self._client = self._connect()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: dict[str, list[asyncio.Future[bytes | None]]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._down_until = 0.0
        self.hits = 0
        self.misses = 0
        self.outages = 0
        self.read_bytes = 0
        self.written_bytes = 0

    def _connect(self) -> redis.asyncio.Redis:
        import redis.asyncio

        try:
            return redis.asyncio.from_url(
                self._url.reveal(),
                socket_timeout=TIMEOUT_S,
                socket_connect_timeout=TIMEOUT_S,
                max_connections=self._connections,
            )
        except ValueError:
            raise ConfigurationError(
                "REDIS_URL is not a valid address of a Redis server", hint="Write it like redis://host:6379/0"
            ) from None

    def _join_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that runs; connections of an earlier one are of no use in it."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                self._client = self._connect()
                self._asked = {}
            self._loop = loop
        return loop

    async def get(self, key: str, *, sealed: bool = False) -> bytes | None:
        """What is kept under a key. Those who ask in one turn of the event loop are answered together."""
        loop = self._join_loop()
        if self.is_down:
            return None
        if not self._asked:
            loop.call_soon(self._answer_all)
        answer: asyncio.Future[bytes | None] = loop.create_future()
        self._asked.setdefault(key, []).append(answer)
        return self._unpack(key, await answer, sealed=sealed)

    def _answer_all(self) -> None:
        asked, self._asked = self._asked, {}
        task = asyncio.ensure_future(self._answer(asked))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, asked: Mapping[str, Sequence[asyncio.Future[bytes | None]]]) -> None:
        found: Sequence[bytes | None] = [None] * len(asked)
        try:
            found = await self._fetch(list(asked))
        finally:
            for answers, data in zip(asked.values(), found, strict=True):
                for answer in answers:
                    if not answer.done():
                        answer.set_result(data)

    async def get_many(self, keys: Sequence[str], *, sealed: bool = False) -> list[bytes | None]:
        """What is kept under each of many keys, in their order."""
        self._join_loop()
        if self.is_down:
            return [None] * len(keys)
        found: list[bytes | None] = []
        for start in range(0, len(keys), AT_ONCE):
            found += await self._fetch(keys[start : start + AT_ONCE])
        return [self._unpack(key, data, sealed=sealed) for key, data in zip(keys, found, strict=True)]

    async def _fetch(self, keys: Sequence[str]) -> list[bytes | None]:
        space = self._space
        try:
            found = await self._client.mget([space + key for key in keys])
        except self._errors as error:
            self._give_up(error)
            return [None] * len(keys)
        return [data if isinstance(data, bytes) else None for data in found]

    def _unpack(self, key: str, packed: bytes | None, *, sealed: bool) -> bytes | None:
        data = None
        if packed is not None:
            self.read_bytes += len(packed)
            data = self.packing.unpack(packed, sealed_for=key if sealed else "")
        if data is None:
            self.misses += 1
        else:
            self.hits += 1
        return data

    async def set(self, key: str, data: bytes, ttl_s: float, *, sealed: bool = False) -> None:
        """Keep data for a while."""
        await self.set_many({key: data}, ttl_s, sealed=sealed)

    async def set_many(self, entries: Mapping[str, bytes], ttl_s: float, *, sealed: bool = False) -> None:
        """Keep many for a while.

        Args:
            ttl_s: `float("inf")` for as long as the server has room.

        Raises:
            ConfigurationError: They shall be sealed, and there is no key for that.
        """
        self._join_loop()
        packed = {key: self.packing.pack(data, sealed_for=key if sealed else "") for key, data in entries.items()}
        if self.is_down:
            return
        lasting: dict[str, Any] = {} if ttl_s == float("inf") else {"px": max(1, int(ttl_s * 1000))}
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for key, data in packed.items():
                    pipeline.set(self._space + key, data, **lasting)
                await pipeline.execute()
        except self._errors as error:
            self._give_up(error)
            return
        self.written_bytes += sum(map(len, packed.values()))

    async def delete(self, key: str) -> None:
        """Remove what is kept under a key."""
        self._join_loop()
        if self.is_down:
            return
        try:
            await self._client.unlink(self._space + key)
        except self._errors as error:
            self._give_up(error)

    async def clear(self) -> int:
        """Remove all that is kept in this space, whoever kept it; how many there were."""
        self._join_loop()
        gone = 0
        try:
            batch: list[bytes] = []
            async for key in self._client.scan_iter(match=f"{self._space}*", count=AT_ONCE):
                batch.append(key)
                if len(batch) >= AT_ONCE:
                    gone += await self._client.unlink(*batch)
                    batch = []
            if batch:
                gone += await self._client.unlink(*batch)
        except self._errors as error:
            self._give_up(error)
        return gone

    async def close(self) -> None:
        """Close the connections."""
        if self._loop is None or self._loop is asyncio.get_running_loop():
            await self._client.aclose()

    @property
    def is_down(self) -> bool:
        """Whether the server did not answer a while ago, and is not asked yet again."""
        return time.monotonic() < self._down_until

    def _give_up(self, error: Exception) -> None:
        """Do not ask it for a while; each attempt may cost seconds."""
        self.outages += 1
        if not self._down_until:
            self._tell(f"The Redis server of REDIS_URL does not answer ({type(error).__name__}); going on without it.")
        self._down_until = time.monotonic() + REST_S

"""Answers of free services, kept for a while: memory in front of disk, and a Redis server when there is one.

    recall ─▶ memory                 the answers used last, up to `size`
    find ───▶ disk ─▶ Redis          what is found moves up
    keep ───▶ memory, at once; disk and Redis a moment later, many at a time

Each answer has its time of expiry with it, wherever it lies. On disk those stored longest ago go first. A damaged file
is a miss. A damaged cache is created again: everything in it can be asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from automagic.caching.memory import MISSING, MemoryTier
from automagic.caching.shared import SharedCache
from automagic.gate.calls import Answer, Delivered, Source
from automagic.store.responses import open_responses

if TYPE_CHECKING:
    import diskcache

    from automagic.values.secret import Secret

MEMORY_ENTRY_BYTES = 64 << 10
"""Larger answers are read from disk: `size` of these are the most that memory is asked for."""

DISK_BYTES = 1 << 30

_FREE = Decimal(0)
_BROKEN = (sqlite3.Error, OSError, ValueError, EOFError)


class ResponseCache:
    """For one gate.

    Args:
        folder: Where the disk's part lives; shared by every process of this home.
        ttl_s: How long an answer is kept; 0 keeps nothing.
        size: How many answers memory and disk hold.
        redis_url: Of the shared part.
        connections: To it, at most.
        tell: Is given what a person should know, such as a Redis server that does not answer.
    """

    def __init__(
        self,
        folder: Path,
        *,
        ttl_s: float,
        size: int,
        redis_url: Secret | None,
        tell: Callable[[str], None],
        connections: int | None = None,
    ) -> None:
        self._ttl_s = ttl_s
        self._size = size
        self._memory: MemoryTier[Delivered] = MemoryTier(size)
        self._pending: dict[str, bytes] = {}
        self._closed = False
        self._writing: asyncio.Task[None] | None = None
        self._disk = _Disk(folder, size=size, ttl_s=ttl_s)
        self._writer = ThreadPoolExecutor(1, "response-cache")
        self._shared = SharedCache(redis_url, tell, connections=connections) if redis_url else None

    def recall(self, key: str) -> Delivered | None:
        """From memory."""
        found = self._memory.get(key)
        return None if found is MISSING else found

    def _is_fresh(self, expires_at: float) -> bool:
        """Whether an answer may still be used; not one of a time to come: the clock was set back since it was kept."""
        return 0 < expires_at - time.time() <= self._ttl_s

    async def find(self, key: str) -> Delivered | None:
        """From disk, else from the shared server."""
        if not self._ttl_s:
            return None
        data = self._pending.get(key) or self._disk.get(key)
        if data is not None and (found := self._take(key, data, "disk")):
            return found
        if self._shared is not None:
            data = await self._shared.get(key)
            if data is not None and (found := self._take(key, data, "shared")):
                self._write_later(key, data)
                return found
        return None

    async def keep(self, key: str, answer: Answer) -> None:
        """Keep an answer from now on."""
        if not self._ttl_s:
            return
        expires_at = time.time() + self._ttl_s
        data = encode_entry(answer, expires_at)
        self._remember(key, answer, expires_at)
        self._write_later(key, data)
        if self._shared is not None:
            await self._shared.set(key, data, self._ttl_s)

    async def flush(self) -> None:
        """Wait until the disk has everything."""
        while self._writing is not None:
            await self._writing

    async def close(self) -> None:
        """Write what is not written yet, and close; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self.flush()
        await asyncio.get_running_loop().run_in_executor(self._writer, self._disk.close)
        self._writer.shutdown()
        self._disk.close()
        if self._shared is not None:
            await self._shared.close()

    def _take(self, key: str, data: bytes, source: Source) -> Delivered | None:
        entry = decode_entry(data)
        if entry is None or not self._is_fresh(entry[1]):
            return None
        self._remember(key, *entry)
        return Delivered(entry[0], None, source, _FREE)

    def _remember(self, key: str, answer: Answer, expires_at: float) -> None:
        if len(answer.data) <= MEMORY_ENTRY_BYTES:
            delivered = Delivered(answer, None, "memory", _FREE)
            self._memory.set(key, delivered, expires_at=expires_at, kept_at=expires_at - self._ttl_s)

    def _write_later(self, key: str, data: bytes) -> None:
        self._pending[key] = data
        if len(self._pending) > self._size:  # it would be the first to go from disk
            del self._pending[next(iter(self._pending))]
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """One batch at a time: what comes while it is being written is the next."""
        loop = asyncio.get_running_loop()
        try:
            while self._pending:
                batch = dict(self._pending)
                await loop.run_in_executor(self._writer, self._disk.set_all, batch)
                for key, data in batch.items():
                    if self._pending.get(key) is data:
                        del self._pending[key]
        finally:
            self._writing = None


def encode_entry(answer: Answer, expires_at: float) -> bytes:
    """An answer and its expiry, behind a checksum of both."""
    body = msgspec.msgpack.encode([expires_at, answer.data, answer.media_type, answer.remote_id, dict(answer.facts)])
    return zlib.crc32(body).to_bytes(4, "big") + body


def decode_entry(data: bytes) -> tuple[Answer, float] | None:
    """What `encode_entry` wrote; None when it is damaged."""
    if zlib.crc32(data[4:]).to_bytes(4, "big") != data[:4]:
        return None
    try:
        expires_at, body, media_type, remote_id, facts = msgspec.msgpack.decode(
            data[4:], type=tuple[float, bytes, str, str, dict[str, str]]
        )
    except msgspec.MsgspecError:
        return None
    return Answer(body, media_type, None, remote_id, facts), expires_at


class _Disk:
    """diskcache, as a store of bytes that never unpickles and whose faults are misses."""

    def __init__(self, folder: Path, *, size: int, ttl_s: float) -> None:
        self._folder = folder
        self._size = size
        self._ttl_s = ttl_s
        self._cache: diskcache.Cache | None = None
        self._broken = False

    def get(self, key: str) -> bytes | None:
        try:
            cache = self._open()
            data = cache.get(key) if cache is not None else None
        except _BROKEN as error:
            self._start_anew(error)
            return None
        return data if isinstance(data, bytes) else None

    def set_all(self, batch: Mapping[str, bytes]) -> None:
        try:
            cache = self._open()
            if cache is None:
                return
            with cache.transact(retry=True):
                for key, data in batch.items():
                    cache.set(key, data, expire=self._ttl_s, retry=True)
                oldest = iter(cache)
                for _ in range(len(cache) - self._size):
                    cache.delete(next(oldest), retry=True)
        except _BROKEN as error:
            self._start_anew(error)

    def close(self) -> None:
        if self._cache is not None:
            self._cache.close()

    def _open(self) -> diskcache.Cache | None:
        if self._cache is None and not self._broken:
            self._cache = open_responses(self._folder, size_limit=DISK_BYTES)
        return self._cache

    def _start_anew(self, error: Exception) -> None:
        """Start again with an empty cache; when that fails too, go on without one. A cache in use is not damaged."""
        import diskcache

        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return
        cache, self._cache = self._cache, None
        with contextlib.suppress(*_BROKEN, diskcache.Timeout):
            if cache is not None:
                cache.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self._folder.unlink(missing_ok=True)  # a file in its place
        try:
            self._cache = open_responses(self._folder, size_limit=DISK_BYTES)
        except _BROKEN:
            self._broken = True

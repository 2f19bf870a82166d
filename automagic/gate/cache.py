"""Answers of free services, kept for a while: memory in front of disk, and a Redis server when there is one.

    recall ─▶ memory                 the answers used last, up to `size`
    find ───▶ disk ─▶ Redis          what is found moves up
    keep ───▶ memory, at once; disk and Redis a moment later, many at a time

Each answer has its time of expiry with it, wherever it lies. On disk, too, the answers used longest ago go first. A
damaged file is a miss, a damaged cache is made anew: it holds nothing that cannot be asked again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cachetools
import msgspec

from automagic.gate.calls import Answer, Delivered, Source
from automagic.gate.shared_cache import SharedCache

if TYPE_CHECKING:
    import diskcache

    from automagic.values.secret import Secret

MEMORY_ENTRY_BYTES = 64 << 10
"""Larger answers are read from disk: `size` of these are the most that memory is asked for."""

DISK_BYTES = 1 << 30
_SNAPSHOT_S = 0.25
"""What another process wrote is seen so much later at most."""

_FEW_QUESTIONS, _FEW_KEYS = 20, 10_000
"""Beyond so many questions in that time it pays to take all keys at once, if a cache has no more than these."""

_QUIET_S = 0.1
_LONGEST_WRITE_WAIT_S = 2.0
"""Writing waits for the end of a burst of calls, which it would slow down, but not longer than this."""

_FREE = Decimal(0)
_BROKEN = (sqlite3.Error, OSError, ValueError, EOFError)


class ResponseCache:
    """For one gate.

    Args:
        folder: Where the disk's part lives; shared by every process of this home.
        ttl_s: How long an answer is kept; 0 keeps nothing.
        size: How many answers memory and disk hold.
        redis_url: Of the shared part.
        tell: Is given what a person should know, such as a Redis server that does not answer.
    """

    def __init__(
        self, folder: Path, *, ttl_s: float, size: int, redis_url: Secret | None, tell: Callable[[str], None]
    ) -> None:
        self._ttl_s = ttl_s
        self._size = size
        self._memory: cachetools.LRUCache[str, tuple[float, Delivered]] = cachetools.LRUCache(size)
        self._pending: dict[str, bytes] = {}
        self._used: set[str] = set()
        self._kept = 0
        self._closed = False
        self._hurry = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._disk = _Disk(folder, size)
        self._snapshot = _Snapshot(folder / "cache.db", size)
        self._writer = ThreadPoolExecutor(1, "response-cache")
        self._shared = SharedCache(redis_url, tell) if redis_url else None

    def recall(self, key: str) -> Delivered | None:
        """From memory."""
        entry = self._memory.get(key)
        if entry is None:
            return None
        if not self._is_fresh(entry[0]):
            del self._memory[key]
            return None
        return entry[1]

    def _is_fresh(self, expires_at: float) -> bool:
        """Whether an answer may still be used; not one of a time to come: the clock was set back since it was kept."""
        return 0 < expires_at - time.time() <= self._ttl_s

    async def find(self, key: str) -> Delivered | None:
        """From disk, else from the shared server."""
        if not self._ttl_s:
            return None
        data = self._pending.get(key)
        if data is None and not self._snapshot.lacks(key):
            data = self._disk.get(key)
        if data is not None and (found := self._take(key, data, "disk")):
            self._used.add(key)
            self._write_later(key, data)
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
        self._hurry.set()
        while self._writing is not None:
            await self._writing
        self._hurry.clear()

    async def close(self) -> None:
        """Write what is not written yet, and close; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self.flush()
        self._snapshot.end()
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
            self._memory[key] = (expires_at, Delivered(answer, None, "memory", _FREE))

    def _write_later(self, key: str, data: bytes) -> None:
        self._pending[key] = data
        if len(self._pending) > self._size:  # it would be the first to go from disk
            del self._pending[next(iter(self._pending))]
        self._kept += 1
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._pending:
                await self._wait_for_quiet()
                batch, used = dict(self._pending), frozenset(self._used)
                self._used.clear()
                await loop.run_in_executor(self._writer, self._disk.set_all, batch, used)
                self._snapshot.end()
                for key, data in batch.items():
                    if self._pending.get(key) is data:
                        del self._pending[key]
        finally:
            self._writing = None

    async def _wait_for_quiet(self) -> None:
        waited_s = 0.0
        seen = -1
        while seen != self._kept and waited_s < _LONGEST_WRITE_WAIT_S and not self._hurry.is_set():
            seen = self._kept
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _QUIET_S)
            waited_s += _QUIET_S


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


class _Snapshot:
    """What diskcache's file held a moment ago. Asking it costs a tenth of a look-up, which locks the file each time."""

    def __init__(self, file: Path, size: int) -> None:
        self._address = f"{file.absolute().as_uri()}?mode=ro"
        self._few_keys = size <= _FEW_KEYS
        self._connection: sqlite3.Connection | None = None
        self._asked = 0
        self._keys: frozenset[str] | None = None

    def lacks(self, key: str) -> bool:
        """Whether it certainly had no answer to `key`."""
        if self._keys is not None:
            return key not in self._keys
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._address, uri=True, isolation_level=None)
                self._connection.execute("BEGIN")
                # By the clock, not at the next question: an open one keeps the file's journal from being cleared.
                asyncio.get_running_loop().call_later(_SNAPSHOT_S, self.end)
            self._asked += 1
            if self._few_keys and self._asked > _FEW_QUESTIONS:
                found = self._connection.execute("SELECT key FROM Cache WHERE raw = 1")
                self._keys = frozenset(known for (known,) in found)
                return key not in self._keys
            found = self._connection.execute("SELECT 1 FROM Cache WHERE key = ? AND raw = 1", (key,))
            return found.fetchone() is None
        except sqlite3.Error:  # not there yet, or damaged: who reads it deals with that
            self.end()
            return False

    def end(self) -> None:
        """See at the next question what was written since."""
        self._asked, self._keys = 0, None
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Disk:
    """diskcache, as a store of bytes that never unpickles and whose faults are misses."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._cache: diskcache.Cache | None = None
        self._broken = False

    def get(self, key: str) -> bytes | None:
        try:
            cache = self._open()
            data = cache.get(key) if cache is not None else None
        except _BROKEN as error:
            self._heal(error)
            return None
        return data if isinstance(data, bytes) else None

    def set_all(self, batch: dict[str, bytes], used: frozenset[str]) -> None:
        """Write answers; `used` are those that are there already and were asked for again."""
        try:
            cache = self._open()
            if cache is None:
                return
            with cache.transact(retry=True):
                for key, data in batch.items():
                    if key in used:  # taken out first: what was stored last stands last
                        cache.delete(key, retry=True)
                    cache.set(key, data, retry=True)
                oldest = iter(cache)
                for _ in range(len(cache) - self._size):
                    cache.delete(next(oldest), retry=True)
            if cache.volume() > DISK_BYTES:
                self._halve(cache)
        except _BROKEN as error:
            self._heal(error)

    def close(self) -> None:
        if self._cache is not None:
            self._cache.close()

    @staticmethod
    def _halve(cache: diskcache.Cache) -> None:
        """Remove the older half."""
        with cache.transact(retry=True):
            for key in itertools.islice(iter(cache), (len(cache) + 1) // 2):
                cache.delete(key, retry=True)

    def _open(self) -> diskcache.Cache | None:
        if self._cache is None and not self._broken:
            self._cache = _open_diskcache(self._folder)
        return self._cache

    def _heal(self, error: Exception) -> None:
        """Start with an empty cache; when that fails too, go on without one. A cache in use by others is not broken."""
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
            self._cache = _open_diskcache(self._folder)
        except _BROKEN:
            self._broken = True


def _open_diskcache(folder: Path) -> diskcache.Cache:
    import diskcache
    from diskcache.core import MODE_PICKLE

    class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
        """Refuses to unpickle: whoever can write into the folder could run code with it."""

        def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
            if mode == MODE_PICKLE:
                raise ValueError("not written by us")
            return super().fetch(mode, filename, value, read)

    folder.mkdir(parents=True, exist_ok=True)
    return diskcache.Cache(
        str(folder),
        disk=BytesDisk,
        cull_limit=0,  # what must go is decided here: by number, oldest first
        eviction_policy="none",
        timeout=5,
    )

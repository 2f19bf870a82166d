"""The part of the response cache that several machines share: a Redis server, which may vanish and come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    import redis.asyncio

    from automagic.values.secret import Secret

REST_S = 30.0
"""How long a server that did not answer is not asked."""


class SharedCache:
    """A Redis server. When it does not answer, that is said once, and the run goes on without it for a while."""

    def __init__(self, url: Secret, tell: Callable[[str], None]) -> None:
        try:
            import redis.asyncio
            import redis.exceptions
        except ImportError as error:
            raise ConfigurationError(
                "REDIS_URL is set, but the redis package is not installed",
                hint="pip install 'automagic[redis]', or leave REDIS_URL empty.",
            ) from error
        try:
            self._client: redis.asyncio.Redis = redis.asyncio.from_url(
                url.reveal(), socket_timeout=2, socket_connect_timeout=2
            )
        except ValueError:
            raise ConfigurationError(
                "REDIS_URL is not a valid address of a Redis server", hint="Write it like redis://host:6379/0"
            ) from None
        self._errors: tuple[type[Exception], ...] = (redis.exceptions.RedisError, OSError)
        self._tell = tell
        self._down_until = 0.0

    async def get(self, key: str) -> bytes | None:
        if self._is_down:
            return None
        try:
            data = await self._client.get(f"automagic:{key}")
        except self._errors as error:
            self._give_up(error)
            return None
        return data if isinstance(data, bytes) else None

    async def set(self, key: str, data: bytes, ttl_s: float) -> None:
        if self._is_down:
            return
        try:
            await self._client.set(f"automagic:{key}", data, px=max(1, int(ttl_s * 1000)))
        except self._errors as error:
            self._give_up(error)

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    @property
    def _is_down(self) -> bool:
        return time.monotonic() < self._down_until

    def _give_up(self, error: Exception) -> None:
        """Do not ask it for a while; each attempt may cost seconds."""
        if not self._down_until:
            self._tell(f"The Redis server of REDIS_URL does not answer ({type(error).__name__}); going on without it.")
        self._down_until = time.monotonic() + REST_S

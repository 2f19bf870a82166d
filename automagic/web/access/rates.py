"""How many requests a client may send: a bucket that fills again, and the headers that say how full it is.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10, which replaced the X-RateLimit-… that each vendor
spells in its own way: RateLimit-Policy: "changes";q=240;w=4 and RateLimit: "changes";r=239;t=1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from cachetools import LRUCache

MAX_CLIENTS = 10_000
"""Whose buckets are remembered; who was not seen for longest begins with a full one."""


@dataclass
class Rate:
    """How many requests a client may send.

    Attributes:
        burst: At once.
        per_s: Afterwards.
        name: In the headers.
    """

    burst: float = 240.0
    per_s: float = 60.0
    name: str = "changes"
    _buckets: LRUCache[str, tuple[float, float]] = field(default_factory=lambda: LRUCache(MAX_CLIENTS))

    def take(self, client: str, now: float) -> tuple[float, float]:
        """How long until a request may pass, 0 for at once, which counts it; and how many more may come now.

        Args:
            now: Of a clock that only goes on, in seconds.
        """
        left, since = self._buckets.get(client, (self.burst, now))
        left = min(left + (now - since) * self.per_s, self.burst)
        if left < 1:
            self._buckets[client] = left, now
            return (1 - left) / self.per_s, 0.0
        self._buckets[client] = left - 1, now
        return 0.0, left - 1

    def headers(self, left: float) -> list[tuple[bytes, bytes]]:
        """What a client is told of it."""
        window = math.ceil(self.burst / self.per_s)
        full = math.ceil((self.burst - left) / self.per_s)
        return [
            (b"ratelimit-policy", f'"{self.name}";q={self.burst:.0f};w={window}'.encode()),
            (b"ratelimit", f'"{self.name}";r={math.floor(left)};t={full}'.encode()),
        ]

"""How fast a vendor is asked: so many requests a minute, in bursts of the pool's size, and what the vendor itself says.

turn() ── the vendor said "none left until ..." ── wait ──▶ leaky bucket ── wait ──▶ go
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from aiolimiter import AsyncLimiter

from automagic.orchestrator.waits import read_pause

LONGEST_PAUSE_S = 120.0
"""Of what a vendor's headers ask for; beyond it the next call is made, and its refusal says more."""


class Pace:
    """For one vendor.

    Args:
        requests_per_minute: The rate in the long run.
        burst: How many may go at once after a rest.
        tell: Is given the reason and the seconds of a wait that a person would notice.
    """

    def __init__(self, requests_per_minute: int, burst: int, tell: Callable[[str, float | None], None]) -> None:
        self._limiter = AsyncLimiter(burst, burst * 60 / requests_per_minute)
        self._free_at = 0.0
        self._tell = tell

    async def turn(self) -> None:
        """Wait until one request may go."""
        clock = asyncio.get_running_loop().time
        while (pause_s := self._free_at - clock()) > 0:
            self._tell("the vendor's limit", pause_s)
            await asyncio.sleep(pause_s)
        if not self._limiter.has_capacity():
            self._tell("rate limit", None)
        await self._limiter.acquire()

    def obey(self, headers: Mapping[str, str]) -> None:
        """Look at a reply's headers: when they say that no requests are left, nobody goes until they are."""
        pause_s = read_pause(headers)
        if pause_s:
            self.hold(pause_s)

    def hold(self, pause_s: float) -> None:
        """Let nobody go for so long, at most `LONGEST_PAUSE_S`."""
        free_at = asyncio.get_running_loop().time() + min(pause_s, LONGEST_PAUSE_S)
        self._free_at = max(self._free_at, free_at)

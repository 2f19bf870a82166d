"""How fast all processes together may call a vendor: a number of requests a minute, in bursts of the pool's size.

    take() ── a turn of ours is left ──────────────────────────────────────────▶ go
    turn() ── the leaky bucket in the database: some turns at once, or one later ─▶ wait ─▶ go

The bucket leaks at the rate and holds a burst; a request is one turn in it. A run takes as many turns at once as it
used up lately, at most what leaks in `LEASE_S`, so that fast work asks the database five times a second and slow work
once a request. When the vendor itself says that none are left, all calls wait until there are more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from automagic.gate.retry_after import read_pause
from automagic.gate.vendor_state import SharedVendorState, VendorState

LONGEST_PAUSE_S = 120.0
"""Of what a vendor's headers ask for; beyond it the next call is made, and its refusal says more."""

LEASE_S = 0.2
"""Turns that are not used within this time are lost."""


@dataclass(frozen=True, slots=True)
class RateGrant:
    """How many turns were given, and the seconds until they begin: for the rate's sake, and for the vendor's."""

    turns: int
    wait_s: float
    held_s: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """A leaky bucket as a meter (ITU-T I.371): each turn fills it, time empties it, it holds a burst.

    Attributes:
        burst: How many go at once after a rest; more where more go in `LEASE_S` anyway.
    """

    per_s: float
    burst: int

    def fill(self, standing: VendorState, now: float, *, wanted: int, held_s: float) -> tuple[VendorState, RateGrant]:
        """Put turns in: those wanted, at most a lease, for the moment when there is room for all of them."""
        most = max(1, int(self.per_s * LEASE_S))
        holds = max(self.burst, most)
        turns = max(0.0, standing.turns - max(0.0, now - standing.turns_at) * self.per_s)
        given = max(1, min(wanted, most))
        wait_s = max(0.0, (turns + given - holds) / self.per_s)
        held_s = min(max(standing.held_until - now, held_s, 0.0), LONGEST_PAUSE_S)
        # Whatever stood there: a clock that was set back does not make a pause last longer.
        filled = replace(standing, turns=turns + given, turns_at=now, held_until=now + held_s)
        return filled, RateGrant(given, wait_s, held_s)


class RateLimiter:
    """For one vendor.

    Args:
        requests_per_minute: The rate in the long run.
        burst: As of `Bucket`.
        tell: Is given the reason and the seconds of a wait that a person would notice.
    """

    def __init__(
        self,
        shared: SharedVendorState,
        requests_per_minute: int,
        burst: int,
        tell: Callable[[str, float], None],
    ) -> None:
        self._shared = shared
        self._bucket = Bucket(requests_per_minute / 60, burst)
        self._tell = tell
        self._given = self._left = 0
        self._left_until = self._held_until = 0.0
        self._queue = asyncio.Lock()

    @property
    def held(self) -> bool:
        """Whether the vendor asked this run for a pause that is not over."""
        return self._held_until > 0 and time.monotonic() < self._held_until

    def take(self) -> bool:
        """One of the turns that this run holds, if there is one."""
        now = time.monotonic()
        if not self._left or now >= self._left_until or now < self._held_until:
            return False
        self._left -= 1
        return True

    async def turn(self) -> None:
        """Wait until one request may go."""
        async with self._queue:
            while not self.take():
                await self._lease()

    def obey(self, headers: Mapping[str, str]) -> None:
        """Look at a reply's headers: when they say that no requests are left, all calls wait until there are more."""
        if pause_s := read_pause(headers):
            self.hold(pause_s)

    def hold(self, pause_s: float) -> None:
        """Let all calls wait this long, at most `LONGEST_PAUSE_S`; `share` tells other processes."""
        self._held_until = max(self._held_until, time.monotonic() + min(pause_s, LONGEST_PAUSE_S))

    async def share(self) -> None:
        """Tell the other processes of a pause that the vendor asked this one for."""
        pause_s = self._held_until - time.monotonic()
        if self._shared.seen.held_until < self._shared.now() + pause_s - LEASE_S:
            await self._shared.change(lambda standing, now: (replace(standing, held_until=now + pause_s), None))

    async def _lease(self) -> None:
        wanted = 4 * (self._given - self._left)
        held_s = self._held_until - time.monotonic()
        self._given = self._left = 0
        lease = await self._shared.change(partial(self._bucket.fill, wanted=wanted, held_s=held_s))
        if lease.held_s > lease.wait_s:
            self._tell("the vendor's limit", lease.held_s)
        elif lease.wait_s > 0:
            self._tell("rate limit", lease.wait_s)
        if (wait_s := max(lease.wait_s, lease.held_s)) > 0:
            await asyncio.sleep(wait_s)
        self._given = self._left = lease.turns
        self._left_until = time.monotonic() + LEASE_S

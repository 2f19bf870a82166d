"""A circuit breaker for one vendor: after some failed calls in a row no process calls it for a while.

    closed ── `threshold` failures in a row ──▶ open ── after `recovery_s` ──▶ half-open ── one call tries ──▶ closed
       ▲                                          ▲                                │ it fails
       └── every success resets the count         └────────────────────────────────┘

Its state stands in the database (vendor_state.py); the libraries that keep one keep it in memory or ask Redis at each
call. A vendor that refuses a request for a reason, or says when to come back, is alive: that is no failure.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from automagic.errors import Retryable, Unknown
from automagic.gate.vendor_state import SharedVendorState, VendorState


class VendorDown(Retryable):
    """The vendor failed too often; it was not asked."""


class Breaker:
    """For one vendor: `enter` before a call, `leave` after it.

    Args:
        threshold: Failed calls in a row that open it.
        recovery_s: How long it stays open; then one call in each such time is let through until one succeeds.
    """

    def __init__(self, vendor: str, shared: SharedVendorState, *, threshold: int, recovery_s: float) -> None:
        self._vendor = vendor
        self._shared = shared
        self._threshold = threshold
        self._recovery_s = recovery_s

    @property
    def state(self) -> str:
        """ "closed", "open" or "half-open", as of the last look."""
        opened_at = self._shared.seen.opened_at
        if not opened_at:
            return "closed"
        return "open" if self._shared.now() < opened_at + self._recovery_s else "half-open"

    async def enter(self) -> bool:
        """Ask to let a call through. Returns whether it is the trial call; tell `leave` so.

        Raises:
            VendorDown: It is open, or half-open and another call is trying.
        """
        if not (await self._shared.look()).opened_at:
            return False
        wait_s = await self._shared.change(self._admit)
        if wait_s:
            raise VendorDown(
                f"{self._vendor} failed {self._threshold} times in a row and is left alone for {wait_s:.0f} s",
                hint="Run the same command again later: finished work is kept.",
                after_s=wait_s,
            )
        return bool(self._shared.seen.opened_at)

    async def leave(self, error: BaseException | None, *, trying: bool) -> None:
        """Report the outcome of a call."""
        cancelled = isinstance(error, asyncio.CancelledError)
        if cancelled and trying:
            await self._shared.change(lambda standing, _now: (replace(standing, tried_at=0.0), None))
        elif not cancelled and _is_failure(error):
            await self._shared.change(lambda standing, now: (self._count(standing, now, trying), None))
        elif not cancelled and (trying or self._shared.seen.failures):
            await self._shared.change(lambda standing, _now: (_forgive(standing, trying), None))

    def _admit(self, standing: VendorState, now: float) -> tuple[VendorState, float]:
        """Let one call try when it is time; and how long the others wait, 0 for this one."""
        if not standing.opened_at:
            return standing, 0.0
        # A clock that was set back does not make it last longer.
        standing = replace(standing, opened_at=min(standing.opened_at, now), tried_at=min(standing.tried_at, now))
        wait_s = max(standing.opened_at, standing.tried_at) + self._recovery_s - now
        return (standing, wait_s) if wait_s > 0 else (replace(standing, tried_at=now), 0.0)

    def _count(self, standing: VendorState, now: float, trying: bool) -> VendorState:
        if standing.opened_at and not trying:
            return standing  # it left before the breaker opened
        failures = standing.failures + 1
        opens = trying or failures >= self._threshold
        return replace(standing, failures=failures, opened_at=now if opens else 0.0, tried_at=0.0)


def _forgive(standing: VendorState, trying: bool) -> VendorState:
    if standing.opened_at and not trying:
        return standing  # it left before the breaker opened
    return replace(standing, failures=0, opened_at=0.0, tried_at=0.0)


def _is_failure(error: BaseException | None) -> bool:
    if isinstance(error, Retryable):
        return error.after_s is None
    return isinstance(error, Unknown)

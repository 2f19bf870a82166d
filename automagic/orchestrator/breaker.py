"""A circuit breaker for one vendor: after some failed calls in a row it is left alone for a while.

    closed ── `threshold` failures in a row ──▶ open ── after `recovery_s` ──▶ half-open ── one call tries ──▶ closed
       ▲                                          ▲                                │ it fails
       └── every success starts the count anew    └────────────────────────────────┘

purgatory keeps the state; what is added here is that a half-open breaker lets one call through, not all that wait.
A vendor that refuses a request for a reason, or says when to come back, is alive: that is no failure.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from purgatory.domain.model import CLOSED, HALF_OPENED, OPENED, Context, OpenedState

from automagic.errors import Retryable, Unknown


class VendorDown(Retryable):
    """The vendor failed too often; it was not asked."""


class Breaker:
    """For one vendor.

    Args:
        threshold: Failed calls in a row that open it.
        recovery_s: How long it stays open.
    """

    def __init__(self, vendor: str, *, threshold: int, recovery_s: float) -> None:
        self._vendor = vendor
        self._threshold = threshold
        self._recovery_s = recovery_s
        self._context = Context(
            vendor, threshold, recovery_s, exclude=[(BaseException, lambda error: not _is_failure(error))]
        )
        self._trying = False

    @property
    def state(self) -> str:
        """ "closed", "open" or "half-open"."""
        return {OPENED: "open", HALF_OPENED: "half-open"}.get(self._context.state, CLOSED)

    @contextlib.asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        """Carry a call out in here.

        Raises:
            VendorDown: It is open, or half-open and another call is trying.
        """
        if self._trying:
            raise self._down(self._recovery_s)
        try:
            self._context.handle_new_request()
        except OpenedState as opened:
            raise self._down(opened.opened_at + self._recovery_s - time.time()) from None
        self._trying = trying = self._context.state == HALF_OPENED
        try:
            yield
        except BaseException as error:
            # Someone else may have opened it meanwhile; and a cancelled call says nothing about the vendor.
            if self._context.state != OPENED and not isinstance(error, asyncio.CancelledError):
                self._context.handle_exception(error)
            raise
        else:
            if self._context.state != OPENED:
                self._context.handle_end_request()
        finally:
            self._context.messages.clear()
            if trying:
                self._trying = False

    def _down(self, left_s: float) -> VendorDown:
        return VendorDown(
            f"{self._vendor} failed {self._threshold} times in a row and is left alone for {max(left_s, 0):.0f} s",
            hint="Run the same command again later: finished work is kept.",
            after_s=max(left_s, 0.0),
        )


def _is_failure(error: BaseException) -> bool:
    if isinstance(error, Retryable):
        return error.after_s is None
    return isinstance(error, Unknown)

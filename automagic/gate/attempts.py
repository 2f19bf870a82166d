"""The attempts of one call: as fast as the vendor allows, repeated while that can help.

    breaker ─▶ retry ─┬▶ pace ─▶ send ─▶ answer
                      └── what is worth repeating: after what the vendor asked for, else after a growing wait

The breaker counts calls, not attempts: a vendor that stumbles once under ten calls at the same time is not given up.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from automagic.errors import AutomagicError, Retryable, Unknown, VendorError
from automagic.gate.http import Unreachable, observe_headers
from automagic.values.events import CallFinished, CallRetried, CallWaiting, Listener

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.gate.breaker import Breaker
    from automagic.gate.calls import Call
    from automagic.gate.rate_limiter import RateLimiter
    from automagic.settings import Settings

Result = TypeVar("Result")

LONGEST_WAIT_S = 120.0
"""When a vendor asks for a longer wait than this, the call fails at once."""

_LONGEST_BACKOFF_S = 20.0

_UNREACHABLE_ATTEMPTS = 2
"""Without a connection the list of providers should go on soon."""


@dataclass
class _Vendor:
    """What is known of one vendor during a run."""

    pace: RateLimiter
    breaker: Breaker


class Attempts:
    """For all vendors of one run.

    Args:
        engine: Of the database through which all processes share what they know of a vendor.
        backoff_s: The first wait before an attempt is repeated; it doubles each time, up to 20 s.
    """

    def __init__(self, settings: Settings, engine: sa.Engine, emit: Listener, *, backoff_s: float) -> None:
        self._settings = settings
        self._engine = engine
        self._emit = emit
        self._backoff_s = backoff_s
        self._vendors: dict[str, _Vendor] = {}

    async def make(
        self, call: Call, send: Callable[[int], Awaitable[Result]], *, retried: tuple[type[VendorError], ...]
    ) -> Result:
        """The result of `send`, from the first or a later attempt; it is given the attempt's number, from 1.

        Args:
            retried: The failures that are worth another attempt.

        Raises:
            VendorError: The last attempt's; `VendorDown` when the vendor was not asked.
        """
        name = f"{call.vendor}:{call.server}" if call.server else call.vendor
        vendor = self._vendors.get(name) or self._open_vendor(name)
        trying = await vendor.breaker.enter()
        started = time.perf_counter()
        try:
            number = 1
            while True:
                try:
                    result = await _attempt(vendor.pace, send, number)
                    break
                except retried as error:
                    pause_s = self._pause_after(error, number)
                    if pause_s is None:
                        raise
                    vendor.pace.hold(_asked_for(error))  # it holds for the calls beside this one as well
                    number += 1
                    self._emit(CallRetried(call.vendor, call.operation, number, pause_s, str(error)))
                    await asyncio.sleep(pause_s)
        except BaseException as error:
            await vendor.breaker.leave(error, trying=trying)
            self._tell_end(call, started, error)
            raise
        await vendor.breaker.leave(None, trying=trying)
        self._tell_end(call, started)
        return result

    def _tell_end(self, call: Call, started: float, error: BaseException | None = None) -> None:
        if error is None:
            outcome = "answered"
        elif isinstance(error, VendorError) and not isinstance(error, Unknown):
            outcome = "failed"
        else:
            outcome = "unknown"
        why = describe(error) if error else ""
        self._emit(CallFinished(call.vendor, call.operation, outcome, time.perf_counter() - started, why))

    def breaker_state(self, vendor: str) -> str:
        """ "closed", "open" or "half-open"."""
        return self._vendors[vendor].breaker.state if vendor in self._vendors else "closed"

    def _pause_after(self, error: VendorError, number: int) -> float | None:
        """Seconds until another attempt after the failure of this one; None when there is none."""
        last = self._settings.retry_attempts
        if isinstance(error, Unreachable):
            last = min(last, _UNREACHABLE_ATTEMPTS)
        if number >= last or _asked_for(error) > LONGEST_WAIT_S:
            return None
        if isinstance(error, Retryable) and error.after_s is not None:
            return error.after_s
        growing_s = self._backoff_s * 2.0 ** (number - 1) + random.uniform(0, self._backoff_s)  # noqa: S311 - jitter
        return min(growing_s, _LONGEST_BACKOFF_S)

    def _open_vendor(self, name: str) -> _Vendor:
        from automagic.gate.breaker import Breaker
        from automagic.gate.rate_limiter import RateLimiter
        from automagic.gate.vendor_state import SharedVendorState

        settings = self._settings
        shared = SharedVendorState(name, self._engine)
        pace = RateLimiter(
            shared,
            settings.rate_limit_rpm,
            settings.connection_pool_size,
            lambda reason, for_s: self._emit(CallWaiting(name, "", reason, for_s)),
        )
        breaker = Breaker(name, shared, threshold=settings.breaker_threshold, recovery_s=settings.breaker_recovery_s)
        self._vendors[name] = _Vendor(pace, breaker)
        return self._vendors[name]


async def _attempt(pace: RateLimiter, send: Callable[[int], Awaitable[Result]], number: int) -> Result:
    if not pace.take():
        await pace.turn()
    token = observe_headers.set(pace.obey)
    try:
        return await send(number)
    finally:
        observe_headers.reset(token)
        if pace.held:
            await pace.share()


def describe(error: BaseException) -> str:
    """What ended a call, in words."""
    if isinstance(error, AutomagicError):
        return error.message
    if isinstance(error, asyncio.CancelledError):
        return "it was interrupted before an answer came"
    return f"{type(error).__name__}: {error}"


def _asked_for(error: BaseException) -> float:
    """Seconds that the vendor itself asked for; 0 for none."""
    return (error.after_s or 0.0) if isinstance(error, Retryable) else 0.0

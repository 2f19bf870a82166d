"""A gate that learns during a run: a refused key is not sent again, and without a network no vendor is tried for long.

a vendor's first call ──▶ a trial: its other calls wait for that to end, but not longer than TRIAL_S
KeyRefused            ──▶ all further calls to this vendor fail with it, unasked
Unreachable           ──▶ each call has one attempt, until somebody is reached again
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from automagic.errors import VendorError
from automagic.gate.calls import Answer, Attempt, Call, Delivered
from automagic.gate.gate import Gate, Recover, Send
from automagic.gate.replies import Unreachable
from automagic.providers.shared.account import KeyRefused

TRIAL_S = 0.5
"""A key is refused sooner than that; a picture takes longer, and the next one should not wait for it."""


class _Offline(VendorError):
    """Not reached, and not tried again: others were not reached either."""


@dataclass
class WaryGate(Gate):
    """The gate of one run, wary of vendors that failed before."""

    _refusals: dict[str, KeyRefused] = field(default_factory=dict)
    _trials: dict[str, asyncio.Event] = field(default_factory=dict)
    _offline: bool = False

    async def call(self, call: Call, send: Send, *, recover: Recover | None = None) -> Delivered:
        """Make a call as `Gate.call` does.

        Raises:
            KeyRefused: Also for an earlier call of this run.
        """

        async def learn(attempt: Attempt) -> Answer:
            with self._lesson(call.vendor):
                return await send(attempt)

        trial = await self._await_trial(call.vendor)
        if (refusal := self._refusals.get(call.vendor)) is not None:
            raise KeyRefused(refusal.message, hint=refusal.hint)
        try:
            return await super().call(call, learn, recover=recover)
        except _Offline as error:
            raise Unreachable(error.message, hint=error.hint) from error
        finally:
            trial.set()  # it may have been answered from memory

    async def _await_trial(self, vendor: str) -> asyncio.Event:
        """The vendor's trial, which has ended or takes long, or is ours to make."""
        if vendor in self._trials:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRIAL_S):
                    await self._trials[vendor].wait()
        return self._trials.setdefault(vendor, asyncio.Event())

    @contextlib.contextmanager
    def _lesson(self, vendor: str) -> Iterator[None]:
        """Learn from one attempt that is made in here."""
        try:
            yield
        except KeyRefused as error:
            self._refusals[vendor] = error
            raise
        except Unreachable as error:
            if self._offline:
                raise _Offline(error.message, hint=error.hint) from error
            self._offline = True
            raise
        else:
            self._offline = False
        finally:
            self._trials[vendor].set()

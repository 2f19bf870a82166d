"""A gate that finishes what has left: an answer that will be billed is waited for and kept, even when its run ends.

budget reached, a sibling failed, Ctrl-C ──▶ cancelled ─┬─ not sent yet: given up
                                                        └─ sent: its answer is kept first; a second time ends it
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from automagic.errors import Permanent, Retryable, Unknown
from automagic.orchestrator.calls import Answer, Attempt, Call, Delivered
from automagic.orchestrator.events import Notice
from automagic.orchestrator.flights import settle
from automagic.orchestrator.gate import Gate, Recover

Send = Callable[[Attempt], Awaitable[Answer]]


@dataclass
class PatientGate(Gate):
    """See the module's docstring. Free reads end at once."""

    _told: bool = False

    async def call(self, call: Call, send: Send, *, recover: Recover | None = None) -> Delivered:
        """As `Gate.call`."""
        if call.estimate_usd is None:
            return await super().call(call, send, recover=recover)

        async def finish(attempt: Attempt) -> Answer:
            sending = asyncio.ensure_future(send(attempt))
            try:
                return await asyncio.shield(sending)
            except asyncio.CancelledError:
                if sending.done():
                    raise
                self._tell()
                await _wait_once(sending)
                try:
                    # The purchase goes on to be kept; who asked for it is told of the cancellation by itself.
                    return sending.result()
                except Retryable as error:
                    raise Permanent(error.message, hint=error.hint) from error  # nothing was billed: no further attempt
                except Unknown:
                    raise asyncio.CancelledError from None  # a doubt, for the next run to settle

        return await super().call(call, finish, recover=recover)

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self.emit(Notice("Waiting for answers that are paid for already; Ctrl-C gives them up."))


async def _wait_once(sending: asyncio.Future[Answer]) -> None:
    """Wait for its end; another cancellation ends it."""
    try:
        await settle(sending)  # type: ignore[arg-type]  # it only waits and looks at the outcome
    except asyncio.CancelledError:
        sending.cancel()
        await asyncio.wait((sending,))
        raise

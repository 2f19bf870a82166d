"""The call gate: every call to a vendor passes this one chain, whatever the vendor.

    free read    memory ─▶ one flight ─▶ disk, Redis ─────────────────────▶ attempts ─▶ keep; `ask`: attempts alone
    purchase     one flight ─▶ stored? claim ─▶ recover? ─▶ reserve money ─▶ attempts ─▶ store ─▶ journal
    attempts     breaker ─▶ retry ─▶ pace ─▶ send; a purchase is journaled "calling" just before each one leaves

An unknown outcome of a purchase stays counted as spent. It is fetched by its remote id where the vendor can, else the
call is submitted once more with the same idempotency key; a second unknown outcome is the caller's. What is findable
is looked for first, and sent again only where it is certain that it is not there.

Cancellation (the budget is reached, a sibling failed, Ctrl-C): a request that was sent and will be billed is waited
for, and its answer is kept. A second cancellation gives it up. Everything else ends at once.

Nothing heavy is imported before a call needs it: a run of hits passes here without paying for the network.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from automagic.errors import AutomagicError, Retryable, Unknown, VendorError
from automagic.gate.attempts import Attempts, describe
from automagic.gate.calls import MAX_SUBMISSIONS, Answer, Attempt, Call, Delivered, Money, current_step
from automagic.gate.http import Http, Unusable
from automagic.gate.leases import RENEW_S, this_holder
from automagic.gate.single_flight import SingleFlight, settle, shield_to_completion
from automagic.machine.leaving import paying
from automagic.values.events import CallResubmitted, CallWaiting, Event, Listener, MoneySpent, Notice

if TYPE_CHECKING:
    from automagic.gate.budget import Budget
    from automagic.gate.cache import ResponseCache
    from automagic.gate.journal import Doubt, Journal, PurchaseClaim
    from automagic.settings import Settings
    from automagic.store.artifacts import ArtifactStore

P = ParamSpec("P")
Result = TypeVar("Result")
Send = Callable[[Attempt], Awaitable[Answer]]
Recover = Callable[[str], Awaitable[Answer | None]]

_POLL_S, _POLL_LEASE_S = 0.2, 2.0


def _unheard(_event: Event) -> None:
    pass


@dataclass
class Gate:
    """The call gate of one run; close it. Nothing is opened before it is needed.

    Attributes:
        store: Keeps what is bought; its database holds the journal, and what all runs know of a vendor.
        http: The run's connections, for senders.
        run_id: Whose money is spent.
        max_cost_usd: For this run; None for no limit.
        emit: Is told of waits, retries and money.
        backoff_s: The first wait before an attempt is repeated; it doubles each time, up to 20 s.
    """

    settings: Settings
    store: ArtifactStore
    http: Http
    run_id: str
    max_cost_usd: Decimal | None = None
    emit: Listener = _unheard
    backoff_s: float = 0.5
    _free: SingleFlight[Delivered] = field(default_factory=SingleFlight)
    _paid: SingleFlight[Delivered] = field(default_factory=SingleFlight)
    _attempts: Attempts = field(init=False)
    _cache: ResponseCache | None = None
    _journal: Journal | None = None
    _renewing: asyncio.Task[None] | None = None
    _told_of_patience: bool = False

    def __post_init__(self) -> None:
        self._attempts = Attempts(self.settings, self.store.engine, self.emit, backoff_s=self.backoff_s)

    async def call(self, call: Call, send: Send, *, recover: Recover | None = None) -> Delivered:
        """The answer to a call: from where it is kept, else from the vendor.

        Args:
            send: Makes one attempt. It raises Retryable when nothing was billed, Unknown when it may have been,
                Permanent when repeating is useless.
            recover: Fetches by remote id what an unknown call made; None when there is nothing.

        Raises:
            VendorError: Of the kind that its sender raised last; `VendorDown` when the breaker is open.
            BudgetError: It would cost more than allowed; nothing was sent.
        """
        key = call.key()
        if call.estimate_usd is not None:
            return await self._buy_once(call, key, send, recover)
        cache = self._cache or self._open_cache()
        kept = cache.recall(key)
        if kept is not None:
            return kept
        return await self._free.join(key, partial(self._read, call, key, send, cache))

    async def recall(self, call: Call) -> Delivered | None:
        """The answer to a purchase that was bought earlier; None when it was not. Nothing is sent."""
        stored = await _whole(self._open_journal().find, call.key(), current_step.get())
        return Delivered(stored.answer, stored.artifact, "stored", Decimal(0)) if stored else None

    async def ask(self, call: Call, send: Send) -> Answer:
        """What a vendor says just now, free and not kept: a list that grows. Raises as `call` does."""
        key = call.key()
        return await self._attempts.make(call, lambda number: send(Attempt(key, number)), retried=(Retryable, Unknown))

    def breaker_state(self, vendor: str) -> str:
        """ "closed", "open" or "half-open"."""
        return self._attempts.breaker_state(vendor)

    async def flush(self) -> None:
        """Wait until every free answer so far is on disk."""
        if self._cache is not None:
            await self._cache.flush()

    async def close(self) -> None:
        """Write what is not written yet and release every claim. Who opened the connections closes them."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        if self._journal is not None:
            await asyncio.to_thread(self._journal.release_all)
        if self._cache is not None:
            await self._cache.close()
            self._cache = None

    async def _read(self, call: Call, key: str, send: Send, cache: ResponseCache) -> Delivered:
        if found := await cache.find(key):
            return found
        answer = await self._attempts.make(
            call, lambda number: send(Attempt(key, number)), retried=(Retryable, Unknown)
        )
        await cache.keep(key, answer)
        return Delivered(answer, None, "called", Decimal(0))

    def _open_cache(self) -> ResponseCache:
        from automagic.gate.cache import ResponseCache

        settings = self.settings
        self._cache = ResponseCache(
            settings.home / "responses",
            ttl_s=settings.cache_ttl,
            size=settings.cache_size,
            redis_url=settings.redis_url,
            connections=settings.redis_max_connections,
            tell=lambda text: self.emit(Notice(text)),
        )
        return self._cache

    async def _buy_once(self, call: Call, key: str, send: Send, recover: Recover | None) -> Delivered:
        began = False

        async def begin() -> Delivered:
            nonlocal began
            began = True
            return await self._buy_to_the_end(_Purchase(call, key, self._open_journal(), send, recover))

        delivered = await self._paid.join(key, begin)
        if not began:  # another step bought it for both
            await _whole(self._open_journal().note_use, key, current_step.get())
            return replace(delivered, source="stored", cost_usd=Decimal(0))
        return delivered

    async def _buy_to_the_end(self, purchase: _Purchase) -> Delivered:
        """Buy. A cancellation waits for a request that was sent, so that no answer is billed and lost."""
        buying = asyncio.create_task(self._buy(purchase))
        try:
            return await asyncio.shield(buying)
        except asyncio.CancelledError:
            purchase.ending = True
            try:
                if purchase.left and not buying.done():
                    if not self._told_of_patience:
                        self._told_of_patience = True
                        self.emit(Notice("Waiting for answers that are paid for already; Ctrl-C gives them up."))
                    await settle(buying)
            finally:
                buying.cancel()
                await settle(buying)
            raise

    async def _buy(self, purchase: _Purchase) -> Delivered:
        from automagic.gate.journal import PurchaseClaim, StaleClaim, Stored

        call, journal = purchase.call, purchase.journal
        told = False
        while True:
            found = await _whole(journal.claim, purchase.key, current_step.get())
            if isinstance(found, Stored):
                return Delivered(found.answer, found.artifact, "stored", Decimal(0))
            if isinstance(found, PurchaseClaim):
                try:
                    return await self._buy_under(found, purchase)
                except StaleClaim:  # taken over, after a long sleep of this machine: see what the other one makes
                    continue
            if not told:
                told = True
                self.emit(CallWaiting(call.vendor, call.operation, f"run {found.run_id} is already buying the same"))
            await asyncio.sleep(_POLL_S if found.same_host else _POLL_LEASE_S)

    async def _buy_under(self, claim: PurchaseClaim, purchase: _Purchase) -> Delivered:
        """Buy under a claim. The claim has ended when this returns or raises."""
        purchase.begin(claim)
        try:
            if delivered := await self._recover(purchase):
                return delivered
            return await self._submit_and_again(purchase)
        finally:
            if not purchase.ended:
                await _whole(purchase.journal.release, claim)

    async def _recover(self, purchase: _Purchase) -> Delivered | None:
        """What an earlier submission made, when the vendor still has it.

        Raises:
            VendorError: It is findable, and cannot be looked for now.
        """
        if purchase.recover is None:
            return None
        findable = purchase.call.findable
        for doubt in tuple(purchase.doubts):
            answer = None
            if doubt.remote_id:
                ask = partial(_ask_for, purchase.recover, doubt.remote_id)
                try:
                    answer = await self._attempts.make(purchase.call, ask, retried=(Retryable, Unknown))
                except VendorError:
                    if findable:
                        raise
                    continue  # not to be had there: the rule for unknown outcomes goes on
            if answer is not None:
                return await self._deliver(purchase, doubt.row_id, answer)
            if findable:
                await _whole(purchase.journal.dismiss, purchase.claim, doubt.row_id)
                purchase.doubts.remove(doubt)
        return None

    async def _submit_and_again(self, purchase: _Purchase) -> Delivered:
        while True:
            known = purchase.lost if purchase.call.findable else len(purchase.doubts)
            if known >= MAX_SUBMISSIONS and not purchase.doubts:  # it was looked for each time, and is not there
                raise Retryable(f"{purchase.error}; nothing was done", hint="Run the same command again later.")
            if known >= MAX_SUBMISSIONS:
                raise Unknown(
                    f"{purchase.call.vendor} was asked {known} times, and the outcome is unknown: {purchase.error}",
                    hint="Check your account at the vendor. --redo of the step, or another --take, buys it again.",
                )
            if known:
                self.emit(CallResubmitted(purchase.call.vendor, purchase.call.operation, purchase.error))
            try:
                return await self._submit(purchase)
            except Unknown:
                if purchase.ending:  # a doubt, for the next run to settle
                    raise
                if delivered := await self._recover(purchase):
                    return delivered

    async def _submit(self, purchase: _Purchase) -> Delivered:
        """One submission: its money, its attempts, its outcome in the journal."""
        journal, claim, call = purchase.journal, purchase.claim, purchase.call
        row_id = await _whole(journal.reserve, claim, call, self._budget())
        purchase.left, purchase.remote_id = False, ""

        async def note(remote_id: str) -> None:
            purchase.remote_id = remote_id
            await _whole(journal.note_remote_id, claim, row_id, remote_id)

        async def leave(number: int) -> Answer:
            await _whole(journal.leave, claim, row_id)
            purchase.left = True
            try:
                with paying():
                    return await purchase.send(Attempt(claim.idempotency_key, number, note))
            except Retryable as error:
                await _whole(journal.come_back, claim, row_id, error.message)
                purchase.left = False
                if purchase.ending:
                    raise asyncio.CancelledError from error
                raise

        try:
            answer = await self._attempts.make(call, leave, retried=(Retryable,))
        except BaseException as error:
            await self._journal_failure(purchase, row_id, error)
            raise
        # From here on the answer is ours: a cancellation waits until it is kept.
        return await shield_to_completion(asyncio.create_task(self._deliver(purchase, row_id, answer)))

    async def _journal_failure(self, purchase: _Purchase, row_id: int, error: BaseException) -> None:
        """Record a failure. An unknown outcome, or a call that was broken off, may have been billed; no other was."""
        from automagic.gate.journal import Doubt, StaleClaim

        if isinstance(error, StaleClaim):
            return
        journal, claim = purchase.journal, purchase.claim
        message = describe(error)
        # A sender that refuses (nobody is signed in any more) says as surely as the vendor that nothing was done.
        refused = isinstance(error, VendorError) or (isinstance(error, AutomagicError) and error.refusal)
        explained = refused and not isinstance(error, Unknown)
        if purchase.left and not explained:
            await _whole(journal.doubt, claim, row_id, message)
            purchase.doubts.append(Doubt(row_id, purchase.remote_id, message))
            purchase.error, purchase.lost = message, purchase.lost + 1
        else:
            await _whole(journal.fail, claim, row_id, message, billed=isinstance(error, Unusable))
            purchase.ended = True

    async def _deliver(self, purchase: _Purchase, row_id: int, answer: Answer) -> Delivered:
        """Keep the answer in the store for good, then say so in the journal."""
        from automagic.gate.journal import store_answer

        call = purchase.call
        artifact = await _whole(store_answer, self.store, answer)
        cost = await _whole(purchase.journal.deliver, purchase.claim, row_id, answer, artifact)
        purchase.ended = True
        run = await _whole(purchase.journal.spent_by_run)
        self.emit(MoneySpent(call.vendor, call.operation, call.model, cost.usd, run.usd))
        return Delivered(answer, artifact, "called", cost.usd, resubmitted=bool(purchase.doubts))

    def _budget(self) -> Budget:
        from automagic.gate.budget import Budget

        month = self.settings.monthly_budget_usd
        return Budget(
            run=None if self.max_cost_usd is None else Money.from_usd(self.max_cost_usd),
            month=None if month is None else Money.from_usd(month),
        )

    def _open_journal(self) -> Journal:
        if self._journal is None:
            from automagic.gate.journal import Journal

            self._journal = Journal(self.store, this_holder(self.run_id))
            self._renewing = asyncio.create_task(self._renew())
        return self._journal

    async def _renew(self) -> None:
        """Renew the leases, for processes on other hosts, which cannot see that this one is alive."""
        from sqlalchemy.exc import OperationalError

        while self._journal is not None:
            await asyncio.sleep(RENEW_S)
            with contextlib.suppress(OperationalError):  # busy: a lease bears two missed renewals
                await asyncio.to_thread(self._journal.renew)


@dataclass
class _Purchase:
    """One call, and how far it has come.

    Attributes:
        ending: Who asked for it was cancelled: what is out is waited for, nothing more is sent.
        doubts: Submissions whose outcome is unknown, oldest first; grows when another one is.
        ended: The claim is no longer ours to release.
        left: A request is out.
        remote_id: By which the vendor knows the work of this submission.
        lost: How many submissions of this claim had an unknown outcome.
        error: Why the latest outcome is unknown.
    """

    call: Call
    key: str
    journal: Journal
    send: Send
    recover: Recover | None
    ending: bool = False
    claim: PurchaseClaim = field(init=False)
    doubts: list[Doubt] = field(default_factory=list)
    ended: bool = False
    left: bool = False
    remote_id: str = ""
    lost: int = 0
    error: str = ""

    def begin(self, claim: PurchaseClaim) -> None:
        """Go on under a new claim."""
        self.claim, self.doubts, self.ended, self.left = claim, list(claim.doubts), False, False
        self.lost, self.error = 0, claim.doubts[-1].error if claim.doubts else ""


async def _ask_for(recover: Recover, remote_id: str, _number: int) -> Answer | None:
    return await recover(remote_id)


async def _whole(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run `work` in a thread, to its end also when we are cancelled."""
    return await shield_to_completion(asyncio.create_task(asyncio.to_thread(work, *args, **kwargs)))

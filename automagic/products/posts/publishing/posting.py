"""Send what is ready: one network after the other, each part noted as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from automagic.destinations.shared.network import Partly, PublishedPart, published
from automagic.destinations.shared.published_posts import PublishedPosts
from automagic.destinations.shared.registry import Target
from automagic.errors import AutomagicError, BudgetError
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.preparing import DraftToSend, ReadyThread, lost, make_ready
from automagic.products.posts.publishing.result import Posting, show_usd
from automagic.runs.run import Run
from automagic.services import Services
from automagic.values.events import Notice, StepFailed, StepFinished, StepStarted


async def prepare(
    targets: Sequence[Target], material: DraftToSend, run: Run[Services], *, max_cost_usd: Decimal | None
) -> list[ReadyThread | Posting]:
    """A thread for each network, in their order; where there can be none, why.

    Args:
        max_cost_usd: For all of them together: a network that would cross it has none.
    """
    left = max_cost_usd
    found: list[ReadyThread | Posting] = []
    meant: set[tuple[str, str]] = set()
    for target in targets:
        try:
            ready = await make_ready(target, material, run)
            if (account := (ready.account.network, ready.account.id)) in meant:  # "x" and "x:jane" may be one
                continue
            meant.add(account)
            if left is not None and ready.price_usd > left:
                raise BudgetError(
                    f"{target.kind} costs {show_usd(ready.price_usd)}, and {show_usd(left)} is left",
                    hint="Raise --max-cost, or take a link out of the posts where that makes them cheaper.",
                )
        except AutomagicError as error:
            found.append(lost(target, material, error))
            continue
        left = None if left is None else left - ready.price_usd
        found.append(ready)
    return found


def plan(prepared: Sequence[ReadyThread | Posting], material: DraftToSend) -> tuple[Posting, ...]:
    """What would be published."""
    return tuple(
        one if isinstance(one, Posting) else one.posting(material, "unchanged" if one.beginning.is_done else "planned")
        for one in prepared
    )


async def send(
    prepared: Sequence[ReadyThread | Posting], material: DraftToSend, run: Run[Services]
) -> tuple[Posting, ...]:
    """Publish at each network; one that fails stops no other."""
    return tuple([one if isinstance(one, Posting) else await _send_one(one, material, run) for one in prepared])


async def _send_one(ready: ReadyThread, material: DraftToSend, run: Run[Services]) -> Posting:
    subject = f"{ready.target.kind}: {ready.account.name}"
    if ready.beginning.is_done:
        run.emit(StepFinished("publish", subject, hit=True, duration_s=0.0))
        return ready.posting(material, "unchanged")
    run.emit(StepStarted("publish", subject))
    clock = asyncio.get_running_loop().time
    started = clock()
    try:
        posting = await _publish(ready, material, run)
    except BaseException:
        run.emit(StepFailed("publish", subject, "it was interrupted", clock() - started))
        raise
    if posting.error:
        run.emit(StepFailed("publish", subject, posting.error.message, clock() - started))
    else:
        run.emit(StepFinished("publish", subject, posting.state == "unchanged", clock() - started))
    for notice in posting.notices:
        run.emit(Notice(f"{ready.target.kind}: {notice}"))
    return posting


async def _publish(ready: ReadyThread, material: DraftToSend, run: Run[Services]) -> Posting:
    journal = PublishedPosts(run.services.store.engine)
    account, place = ready.account, material.draft.place
    there: dict[int, PublishedPart] = {}

    async def note(part: PublishedPart) -> None:
        if part.part not in there:
            there[part.part] = part
            await in_thread(journal.note, account, thread, part)

    error: AutomagicError | None = None
    thread = ready.thread
    token = published.set(note)
    try:
        beginning = await in_thread(journal.begin, account, thread, place, again=material.again)
        thread = replace(thread, variant=beginning.variant, written_at=beginning.begun_at)
        for part in await ready.network.publish(account, thread):
            await note(part)
    except Partly as failure:
        error = failure
        for part in failure.parts:
            await note(part)
    except AutomagicError as failure:
        error = failure
    finally:
        published.reset(token)
    parts = tuple(there.values())
    if error:
        return replace(ready.posting(material, "partly" if parts else "failed", parts), error=error)
    new = any(part.new for part in parts)
    return ready.posting(material, "published" if new else "unchanged", parts)

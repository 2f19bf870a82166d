"""Publish what is due of the drafts that wait: each once, no more a day than the settings say, failures tried again."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from automagic.destinations.shared.post_queue import PostQueue, QueuedPost
from automagic.destinations.shared.published_posts import PublishedPosts
from automagic.destinations.shared.registry import parse_network
from automagic.errors import AutomagicError, BudgetError, QualityError, RequestError
from automagic.gate.leases import RENEW_S, LeaseHolder, this_holder
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.drafts import (
    check_held,
    check_writer,
    read_attachments,
    read_stored,
)
from automagic.products.posts.publishing.pictures import bare_card, read_card
from automagic.products.posts.publishing.posting import plan, prepare, send
from automagic.products.posts.publishing.preparing import DraftToSend, ReadyThread
from automagic.products.posts.publishing.request import PublishPostsRequest
from automagic.products.posts.publishing.result import Posting, PublishPostsResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.values.events import Notice

DAY_S = 86400.0


async def publish_due(request: PublishPostsRequest, run: Run[Services], folder: Path) -> PublishPostsResult:
    """Publish every draft whose time has come.

    Args:
        folder: For what is made on the way.
    """
    queue = PostQueue(run.services.store.engine)
    if request.plan:
        waiting = await in_thread(queue.list)
        due = [one for one in waiting if one.state == "waiting" and one.next_at <= time.time()]
        return PublishPostsResult(
            run.id,
            "posts that are due",
            tuple([found for one in due for found in await _plan(one, run, folder)]),
            planned=True,
        )
    holder = this_holder(run.id)
    postings: list[Posting] = []
    tried: list[int] = []
    while post := await in_thread(queue.claim, holder, but=tuple(tried)):
        tried.append(post.id)
        async with _kept(queue, post, holder):
            postings += await _publish(post, queue, holder, run, folder)
    cost = sum((one.cost_usd for one in postings), Decimal(0))
    return PublishPostsResult(run.id, "posts that are due", tuple(postings), cost_usd=cost)


async def _plan(post: QueuedPost, run: Run[Services], folder: Path) -> tuple[Posting, ...]:
    try:
        material = await _read(post, run, folder)
    except (QualityError, RequestError) as error:
        return (_lost(post, error),)
    return plan(await _prepare(post, material, run), material)


async def _publish(
    post: QueuedPost, queue: PostQueue, holder: LeaseHolder, run: Run[Services], folder: Path
) -> tuple[Posting, ...]:
    """Publish one; what became of it is in the queue."""
    try:
        material = await _read(post, run, folder)
    except (QualityError, RequestError) as error:
        await in_thread(queue.fail, post, holder, error.message, for_good=True)
        _tell(run, post, error, None)
        return (_lost(post, error),)
    material = replace(material, card=await read_card(material.draft))
    prepared = await _prepare(post, material, run)
    if (until := await in_thread(_find_room, prepared, run.services)) is not None:
        why = f"{run.services.settings.posts_per_day} a day are published already"
        await in_thread(queue.wait, post, holder, until, why)
        run.emit(Notice(f"{post.place} waits until {_show(until)}: {why}."))
        return ()
    postings = await send(prepared, material, run)
    failed = next((one.error for one in postings if one.error), None)
    if failed is None:
        await in_thread(queue.settle, post, holder)
    else:
        for_good = isinstance(failed, RequestError | BudgetError)
        _tell(run, post, failed, await in_thread(queue.fail, post, holder, failed.message, for_good=for_good))
    return postings


async def _read(post: QueuedPost, run: Run[Services], folder: Path) -> DraftToSend:
    draft = await in_thread(read_stored, post.folder, post.place)
    if draft.sha256 != post.text_sha256:
        check_writer(draft)
    attachments = await in_thread(read_attachments, draft)
    if draft.edited or draft.sha256 != post.text_sha256:
        check_held(draft)  # nobody has seen this one
        run.emit(Notice(f"{draft.place} was edited after it was written: the edited text is published."))
    return DraftToSend(draft, folder, attachments, bare_card(draft))


async def _prepare(post: QueuedPost, material: DraftToSend, run: Run[Services]) -> list[ReadyThread | Posting]:
    targets = tuple(map(parse_network, post.targets))
    return await prepare(targets, material, run, max_cost_usd=post.max_cost_usd)


def _find_room(prepared: list[ReadyThread | Posting], services: Services) -> float | None:
    """When a full day is over; None where there is room now, or something of it is there already."""
    journal, now = PublishedPosts(services.store.engine), time.time()
    waits: list[float] = []
    for one in prepared:
        if isinstance(one, ReadyThread) and not any(row.state == "published" for row in one.beginning.rows):
            account = one.account
            count, earliest = journal.count_since(account.network, account.id, now - DAY_S)
            if count >= services.settings.posts_per_day and earliest is not None:
                waits.append(earliest + DAY_S)
    return max(waits, default=None)


def _lost(post: QueuedPost, error: AutomagicError) -> Posting:
    networks = ", ".join(name.partition(":")[0] for name in post.targets)
    return Posting(str(post.place), networks, "", "failed", error=error)


def _tell(run: Run[Services], post: QueuedPost, error: AutomagicError, again: float | None) -> None:
    then = "It is not tried again." if again is None else f"It is tried again {_show(again)}."
    run.emit(Notice(f"{post.place} could not be published: {error.message.removesuffix('.')}. {then}"))


def _show(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


@contextlib.asynccontextmanager
async def _kept(queue: PostQueue, post: QueuedPost, holder: LeaseHolder) -> AsyncIterator[None]:
    """Keep the lease of an entry, for processes on other hosts; whatever happens, it is free in the end."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            await in_thread(queue.renew, post, holder)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await in_thread(queue.release, post, holder)

"""How posts are published: now, later, or what is due of those that wait.

draft ─▶ prepare ─┬─▶ plan      what would be published, and what it costs
                  ├─▶ queue     --at
                  └─▶ send
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from automagic.destinations.shared.post_queue import PostQueue, QueuedPost
from automagic.destinations.shared.registry import Target, parse_network
from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.drafts import StoredDraft, check_held, read_attachments, read_draft
from automagic.products.posts.publishing.due import publish_due
from automagic.products.posts.publishing.pictures import bare_card, read_card
from automagic.products.posts.publishing.posting import plan, prepare, send
from automagic.products.posts.publishing.preparing import DraftToSend, ReadyThread
from automagic.products.posts.publishing.request import NEXT, PublishPostsRequest
from automagic.products.posts.publishing.result import Posting, PublishPostsResult
from automagic.products.posts.publishing.times import good_hours, next_time, parse_time
from automagic.runs.run import Run
from automagic.services import Services
from automagic.store.corpora import Corpora
from automagic.values.events import Notice


async def publish(request: PublishPostsRequest, run: Run[Services]) -> PublishPostsResult:
    """Publish a draft at each network, or let it wait; what is there already stays as it is.

    Raises:
        RequestError: There is no such draft, or it is damaged.
        QualityError: Its writer has refused it.
    """
    with tempfile.TemporaryDirectory(prefix="automagic-") as folder:
        if request.due:
            return await publish_due(request, run, Path(folder))
        return await _publish(request, run, Path(folder))


async def _publish(request: PublishPostsRequest, run: Run[Services], folder: Path) -> PublishPostsResult:
    engine = run.services.store.engine
    draft = await in_thread(read_draft, engine, request.source, origin=request.origin)
    check_held(draft, anyway=request.anyway)
    attachments = await in_thread(read_attachments, draft)
    targets = tuple(dict.fromkeys(map(parse_network, request.to)))
    if draft.edited:
        run.emit(Notice(f"{draft.place} was edited after it was written: the edited text is published."))
    if draft.refused:
        run.emit(Notice(f"{draft.place} was not found good enough: {' '.join(draft.reasons)}"))
    card = None if request.plan or request.at else await read_card(draft)
    material = DraftToSend(draft, folder, attachments, card or bare_card(draft), request.again)
    prepared = await prepare(targets, material, run, max_cost_usd=request.max_cost_usd)
    due_at = await _time_of(request, draft, targets, run) if request.at else None
    result = PublishPostsResult(run.id, f"posts of {draft.place}", plan(prepared, material), due_at, planned=True)
    if request.plan:
        return result
    if due_at is not None:
        return await _let_wait(result, draft, prepared, request, run)
    postings = await send(prepared, material, run)
    cost = sum((one.cost_usd for one in postings), Decimal(0))
    return replace(result, postings=postings, planned=False, cost_usd=cost)


async def _time_of(
    request: PublishPostsRequest, draft: StoredDraft, targets: tuple[Target, ...], run: Run[Services]
) -> float:
    now = time.time()
    if request.at.strip().lower() != NEXT:
        return parse_time(request.at.strip(), now=now)
    engine = run.services.store.engine
    corpus = await in_thread(Corpora(engine).find, draft.author) if draft.author else None
    times = [post.created_at for post in corpus.posts if post.created_at and post.kind != "reply"] if corpus else []
    hours = good_hours(times)
    if not hours:
        whose = f"when {draft.author} posts" if draft.author else f"whose posts {draft.place} is like"
        raise RequestError(f"nobody knows {whose}", hint="Give a time: --at 2027-01-31T18:00+01:00.")
    kinds = {target.kind for target in targets}
    waiting = await in_thread(PostQueue(engine).list)
    taken = [
        one.next_at
        for one in waiting
        if one.state == "waiting"
        and one.place != draft.place
        and kinds & {name.partition(":")[0] for name in one.targets}
    ]
    return next_time(hours, taken, run.services.settings.posts_per_day, now=now)


async def _let_wait(
    result: PublishPostsResult,
    draft: StoredDraft,
    prepared: list[ReadyThread | Posting],
    request: PublishPostsRequest,
    run: Run[Services],
) -> PublishPostsResult:
    """Put into the queue what could be published now."""
    ready = [one for one in prepared if isinstance(one, ReadyThread) and not one.beginning.is_done]
    if not ready or result.due_at is None:
        return replace(result, planned=False)
    post = QueuedPost(
        draft.place,
        draft.folder,
        tuple(f"{one.target.kind}:{one.account.id}" for one in ready),
        draft.title,
        draft.sha256,
        result.price_usd if request.max_cost_usd is None else request.max_cost_usd,
        result.due_at,
    )
    queued = await in_thread(PostQueue(run.services.store.engine).add, post)
    postings = tuple(replace(one, state="waiting") if one.state == "planned" else one for one in result.postings)
    return replace(result, postings=postings, number=queued.id, planned=False)

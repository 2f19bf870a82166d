"""Take posts back, or change what they say, where their network allows it.

name ─▶ the journal's rows ─▶ each account opened once ─▶ delete the last part first, or correct one
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from automagic.destinations.shared.accounts import open_network
from automagic.destinations.shared.network import NetworkAccount, PostNetwork
from automagic.destinations.shared.published_posts import PostRow, PublishedPosts
from automagic.destinations.shared.registry import Target
from automagic.errors import AutomagicError, RequestError
from automagic.language.posts.counting.length import limits_of, measure
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.drafts import names_of
from automagic.products.posts.publishing.preparing import check_parts
from automagic.products.posts.publishing.request import CorrectPostRequest, DeletePostsRequest, split_name
from automagic.products.posts.publishing.result import ChangedPostsResult, Posting, PostingState, ShownPost
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.publishing import network_access


async def delete(request: DeletePostsRequest, run: Run[Services]) -> ChangedPostsResult:
    """Delete what is meant, the last post of each thread first; what is gone already stays so.

    Raises:
        RequestError: Nothing that was published here is called so.
    """
    journal = PublishedPosts(run.services.store.engine)
    rows = await in_thread(_find, run.services.store.engine, request.post)
    there = [row for row in reversed(rows) if row.state == "published"]
    result = ChangedPostsResult(run.id, request.title, "Delete", (), planned=request.plan)
    accounts = _Accounts(run)
    if request.plan:
        planned = [replace(_posting(row, "planned"), price_usd=accounts.find(row).forecast_delete()) for row in there]
        return replace(result, postings=tuple(planned))
    postings = []
    for row in there:
        try:
            network, account = await accounts.open(row)
            await network.delete(account, row.remote_id)
            await in_thread(journal.delete, row)
            postings.append(_posting(row, "deleted"))
        except AutomagicError as error:
            postings.append(replace(_posting(row, "failed"), error=error))
    return replace(result, postings=tuple(postings), cost_usd=run.cost_usd)


async def correct(request: CorrectPostRequest, run: Run[Services]) -> ChangedPostsResult:
    """Change what a post says, at each network that has it.

    Raises:
        RequestError: Nothing is called so, or it is a thread of several posts.
    """
    journal = PublishedPosts(run.services.store.engine)
    rows = [row for row in await in_thread(_find, run.services.store.engine, request.post) if row.state == "published"]
    if not rows:
        raise RequestError(f"{request.post} is deleted", hint="Publish it anew.")
    if len({(row.network, row.account) for row in rows}) < len(rows):
        shown = ", ".join(f"{row.remote_id} ({row.network})" for row in rows[:6])
        raise RequestError(f"{request.post} is {len(rows)} posts", hint=f"Name one of them: {shown}.")
    result = ChangedPostsResult(run.id, request.title, "Correct", (), planned=request.plan)
    accounts = _Accounts(run)
    if request.plan:
        planned = [
            replace(_posting(row, "planned", request.text), price_usd=accounts.find(row).forecast_correct(request.text))
            for row in rows
        ]
        return replace(result, postings=tuple(planned))
    postings = []
    for row in rows:
        try:
            network, account = await accounts.open(row)
            notices = check_parts([request.text], account)
            part = await network.correct(account, row.remote_id, request.text)
            await in_thread(journal.correct, row, request.text, part)
            changed = replace(row, text=request.text, remote_id=part.remote_id, url=part.url)
            postings.append(replace(_posting(changed, "corrected"), notices=(*notices, *part.notices)))
        except AutomagicError as error:
            postings.append(replace(_posting(row, "failed"), error=error))
    return replace(result, postings=tuple(postings), cost_usd=run.cost_usd)


class _Accounts:
    """Those of a run, each opened once."""

    def __init__(self, run: Run[Services]) -> None:
        self._run = run
        self._open: dict[tuple[str, str], tuple[PostNetwork, NetworkAccount]] = {}

    def find(self, row: PostRow) -> PostNetwork:
        """Without asking it for anything."""
        return open_network(Target(row.network, row.account), network_access(self._run.services))

    async def open(self, row: PostRow) -> tuple[PostNetwork, NetworkAccount]:
        key = (row.network, row.account)
        if key not in self._open:
            network = self.find(row)
            self._open[key] = network, await network.open()
        return self._open[key]


def _find(engine: sa.Engine, name: str) -> tuple[PostRow, ...]:
    journal = PublishedPosts(engine)
    found = journal.find(name)
    source, number = split_name(name)
    for one in names_of(engine, source):
        found += tuple(row for row in journal.find(one, number) if row not in found)
    if not found and Path(source).exists():  # a folder or file, which the journal knows by its whole path
        found = journal.find(str(Path(source).absolute()), number)
    if found:
        return found
    near: Sequence[str] = difflib.get_close_matches(name, journal.names(), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Name what `posts publish` told: a post's address, or the run."
    raise RequestError(f"nothing that was published here is called {name[:200]!r}", hint=hint)


def _posting(row: PostRow, state: PostingState, text: str | None = None) -> Posting:
    network = row.network
    size = measure(row.text if text is None else text, network, limits_of(network))
    post = ShownPost(
        row.part, row.text if text is None else text, size.length, size.limit, size.unit, row.remote_id, row.url
    )
    source = f"{row.source}:{row.draft}" if row.draft else row.source
    return Posting(source, network, row.account_name, state, (post,))

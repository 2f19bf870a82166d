"""How posts are learned, described and forgotten.

    files, accounts ─▶ exports ─▶ without reposts, each id once ─▶ whose are they? may they be? enough?
                                                                                └─▶ database ─▶ style

A repost is another person's text: it is counted, and not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import RequestError
from automagic.language.style.background import DIGEST
from automagic.language.style.likeness import FEWEST_POSTS, choose_texts
from automagic.language.style.numbering import OwnPosts
from automagic.machine.leaving import in_thread
from automagic.products.posts.learning.author import style_of
from automagic.products.posts.learning.forgetting import STAYS, forget_author
from automagic.products.posts.learning.page import write_page
from automagic.products.posts.learning.steps import try_author
from automagic.products.posts.request import DescribePostsRequest, ForgetPostsRequest, LearnPostsRequest
from automagic.products.posts.result import DescribePostsResult, ForgetPostsResult, LearnPostsResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.posts.accounts.shared import find_account, read_account
from automagic.sources.posts.export import Export
from automagic.sources.posts.reading import read_exports
from automagic.stages.publishing import network_access
from automagic.store.corpora import Corpora, Corpus, CorpusGlance, Permission
from automagic.values.events import Notice
from automagic.values.post import Post


async def learn(request: LearnPostsRequest, run: Run[Services]) -> LearnPostsResult:
    """Keep what is new, and learn how its author writes.

    Raises:
        RequestError: A file is broken; there is no such account, or nobody said what reading it may cost; nobody said
            whose posts they are; they are another account's; they are too few.
        BudgetError: Reading an account costs more.
        VendorError: A network failed.
    """
    new = await _keep(request, run)
    style = await style_of(request.author, run)
    return LearnPostsResult(
        run.id,
        style,
        tuple(run.records),
        cost_usd=run.cost_usd,
        new=new.new,
        known=new.known,
        left_out=new.left_out,
    )


@dataclass(frozen=True, slots=True)
class _New:
    """What was new in some files; as of `LearnPostsResult`."""

    new: int
    known: int
    left_out: Mapping[str, int]


async def _keep(request: LearnPostsRequest, run: Run[Services]) -> _New:
    """Keep what is new. None of the posts stay in memory: for learning they are read once more."""
    corpora = Corpora(run.services.store.engine)
    known = await in_thread(corpora.glance, request.author)
    permission = _find_permission(request, known)
    for account in request.accounts:  # before anything is read
        find_account(account)
    exports = await in_thread(read_exports, map(Path, request.files))
    exports += await _read_accounts(request.accounts, corpora, request.author, run.services)
    for notice in filter(None, (export.notice for export in exports)):
        run.emit(Notice(notice))
    posts, left_out = _choose(exports)
    accounts = {one for export in exports for one in export.accounts}
    _check_accounts(request.author, (*(known.accounts if known else ()), *accounts))

    def check(corpus: Corpus) -> None:
        _check_enough(corpus, left_out)

    _, count = await in_thread(
        corpora.learn, request.author, posts, permission=permission, accounts=accounts, check=check
    )
    return _New(count, len(posts) - count, dict(left_out))


async def profile(request: DescribePostsRequest, run: Run[Services]) -> DescribePostsResult:
    """Say what is known, and whether it was right about their newest posts.

    Raises:
        RequestError: Nothing is known; the page cannot be written.
    """
    style = await style_of(request.author, run)
    trial = (await run.step(try_author, request.author, style.corpus.sha256, DIGEST)).trial
    if request.html:
        await in_thread(write_page, request.html, style, trial)
    return DescribePostsResult(run.id, style, tuple(run.records), trial=trial, page=request.html)


async def forget(request: ForgetPostsRequest, run: Run[Services]) -> ForgetPostsResult:
    """Remove all there is of an author; see `learning.forgetting`.

    Raises:
        RequestError: There is nothing.
    """
    gone = await in_thread(forget_author, run, request.author)
    return ForgetPostsResult(run.id, request.author, gone.posts, STAYS, gone.withdrawn)


async def _read_accounts(accounts: Sequence[str], corpora: Corpora, author: str, services: Services) -> list[Export]:
    if not accounts:
        return []
    known = await in_thread(corpora.post_ids, author)
    access = network_access(services)
    return [await read_account(account, access, known) for account in accounts]


def _find_permission(request: LearnPostsRequest, known: CorpusGlance | None) -> Permission:
    if request.mine or request.consent:
        return "mine" if request.mine else "consent"
    if known is not None:
        return known.permission
    raise RequestError(
        f"nobody has said that the posts of {request.author} may be learned from",
        hint="Add --mine if they are your own, or --consent if their author has agreed; you are asked once.",
    )


def _check_accounts(author: str, accounts: Iterable[str]) -> None:
    """Refuse two accounts of one network: their styles would become one, which is nobody's."""
    by_network: dict[str, set[str]] = {}
    for account in accounts:
        network, _, name = account.partition(":")
        by_network.setdefault(network, set()).add(name)
    for network, names in by_network.items():
        if len(names) > 1:
            there = "" if network == "rows" else f" on {network}"
            raise RequestError(
                f"the posts of {author} are those of {len(names)} accounts{there}: {', '.join(sorted(names)[:5])}",
                hint="Learn each account under an --author of its own.",
            )


def _choose(exports: Sequence[Export]) -> tuple[list[Post], Counter[str]]:
    """The posts to keep, each id once, and why others are left out."""
    left_out: Counter[str] = Counter()
    chosen: dict[str, Post] = {}
    for export in exports:
        left_out += export.left_out
        for post in export.posts:
            if post.kind == "repost":
                left_out["reposts"] += 1
            elif post.id in chosen:
                left_out["twice in the files"] += 1
            else:
                chosen[post.id] = post
    return list(chosen.values()), left_out


def _check_enough(corpus: Corpus, left_out: Counter[str]) -> None:
    """Refuse what is too little to learn from."""
    own = sum(post.kind in ("post", "quote") for post in corpus.posts)
    if own >= FEWEST_POSTS:
        choose_texts(OwnPosts.of(corpus.posts))
        return
    replies = len(corpus.posts) - own
    others = {"replies": replies, **left_out}
    beside = ", ".join(f"{why} {count:,}" for why, count in others.items() if count)
    raise RequestError(
        f"{corpus.author} has too few posts to learn from: {own}" + (f", besides {beside}" if beside else ""),
        hint=f"At least {FEWEST_POSTS} are needed that are no replies or reposts. Name all their archives at once.",
    )

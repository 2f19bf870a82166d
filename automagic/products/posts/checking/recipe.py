"""How texts are checked: all of them at once, against networks and, where one is named, an author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from automagic.language.posts.counting.length import read_networks
from automagic.language.posts.verdict import NO_STANDARD, Standard, Verdict, judge
from automagic.machine.leaving import in_thread
from automagic.products.posts.checking.request import CheckPostsRequest
from automagic.products.posts.checking.result import CheckPostsResult
from automagic.products.posts.checking.texts import read_texts
from automagic.products.posts.learning.author import author_of
from automagic.runs.run import Run
from automagic.services import Services

if TYPE_CHECKING:
    from automagic.language.posts.counting.length import Network


async def check(request: CheckPostsRequest, run: Run[Services]) -> CheckPostsResult:
    """Judge each text.

    Raises:
        RequestError: There are none, or they are broken; or nothing is known of the author.
    """
    texts = await in_thread(read_texts, request.source)
    standard = NO_STANDARD
    if request.author:
        author = await author_of(request.author, run)
        standard = Standard(author.model, author.earlier)
    verdicts = await in_thread(_judge_all, texts, read_networks(request.platforms), standard)
    return CheckPostsResult(run.id, request.author, verdicts, run.records)


def _judge_all(texts: Sequence[str], networks: Sequence[Network], standard: Standard) -> tuple[Verdict, ...]:
    return tuple(judge(text, networks, standard) for text in texts)

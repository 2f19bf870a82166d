"""An author is learned once for each state of their posts, and what was learned is what others get."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from automagic import open_studio
from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.style.background import DIGEST
from automagic.language.style.describe import describe
from automagic.language.style.likeness import learn_style
from automagic.products.posts.learning.author import author_of, style_of
from automagic.products.posts.learning.wording import explain_likeness
from automagic.products.video.request import VideoRequest
from automagic.runs.run import Run
from automagic.services import Services
from automagic.settings import Settings
from automagic.store.corpora import Corpora
from tests.support.texts.posts import bierce_posts, posts_of

Result = TypeVar("Result")
DRAFT = "AUCTIONEER, n. The man who proclaims with a hammer that he has picked a pocket."


def in_run(home: Path, work: Callable[[Run[Services]], Awaitable[Result]], *, plan: bool = False) -> Result:
    async def run() -> Result:
        async with (
            open_studio(Settings(automagic_home=home)) as studio,
            studio._open_run("posts", None, request=VideoRequest("any that can be planned", plan=plan)) as run,
        ):
            return await work(run)

    return asyncio.run(run())


def keep(run: Run[Services], posts: slice) -> None:
    Corpora(run.services.store.engine).learn(
        "ambrose", bierce_posts()[posts], permission="mine", accounts=(), check=lambda _corpus: None
    )


def test_an_author_is_learned_once_and_again_when_posts_came(tmp_path: Path) -> None:
    async def ask(run: Run[Services]) -> list[str]:
        keep(run, slice(60))
        for _ in range(2):
            author = await author_of("ambrose", run)
            assert author.profile == describe(bierce_posts()[:60])
            assert author.model.likeness(DRAFT) == learn_style(bierce_posts()[:60]).likeness(DRAFT)
            assert author.earlier.nearest(author.corpus.posts[7].text).id == "p7"
        keep(run, slice(61))
        assert (await style_of("ambrose", run)).profile.posts == 61
        return [record.state for record in run.records]

    assert in_run(tmp_path, ask) == ["miss", "miss"], "the second time it is held in memory"

    async def ask_again(run: Run[Services]) -> list[str]:
        assert (await style_of("ambrose", run)).profile.posts == 61
        assert (await author_of("ambrose", run)).profile.posts == 61
        return [record.state for record in run.records]

    assert in_run(tmp_path, ask_again) == ["hit", "hit"]


def test_many_that_ask_at_once_get_the_same_author(tmp_path: Path) -> None:
    async def ask(run: Run[Services]) -> int:
        keep(run, slice(60))
        return len({id(author) for author in await asyncio.gather(*(author_of("ambrose", run) for _ in range(20)))})

    assert in_run(tmp_path, ask) == 1


def test_a_plan_learns_and_keeps_nothing(tmp_path: Path) -> None:
    async def fill(run: Run[Services]) -> None:
        keep(run, slice(60))

    async def ask(run: Run[Services]) -> int:
        return (await author_of("ambrose", run)).profile.posts

    in_run(tmp_path, fill)
    assert in_run(tmp_path, ask, plan=True) == 60
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


def test_nobody_is_no_author(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there are no posts of ambrose"):
        in_run(tmp_path, lambda run: author_of("ambrose", run))


def test_the_digest_is_that_of_what_authors_are_compared_with() -> None:
    assert hashlib.sha256(shipped("style/background.npy").read_bytes()).hexdigest() == DIGEST


@pytest.mark.parametrize(("text", "told"), [("The tide of the sea {}.", False), ("Die Flut der See {}.", True)])
def test_who_posts_in_another_language_is_told_of_the_background(tmp_path: Path, text: str, told: bool) -> None:
    posts = posts_of([text.format(f"{chr(97 + number % 26)}{chr(97 + number // 26)}") for number in range(60)])

    async def ask(run: Run[Services]) -> list[str]:
        corpora = Corpora(run.services.store.engine)
        corpora.learn("ann", posts, permission="mine", accounts=(), check=lambda _corpus: None)
        return explain_likeness(await style_of("ann", run), None)

    assert any("in English only" in said for said in in_run(tmp_path, ask)) is told

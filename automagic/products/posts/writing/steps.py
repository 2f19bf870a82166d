"""The steps that write candidates, and judge them.

write-posts ─▶ candidates ─▶ judge-posts ─▶ for each draft the best that holds, and why the others do not
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from automagic.errors import RequestError
from automagic.products.posts.learning.steps import LearnedStyle
from automagic.products.posts.writing.drafts import CandidatePosts, JudgedPosts, PostTask
from automagic.providers.shared.post_draft import PostBrief, WrittenPosts
from automagic.providers.shared.registry import asks_server, is_paid, write_posts_here
from automagic.providers.shared.vendors import Maker
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.store.corpora import Corpora
from automagic.values.document import Document

if TYPE_CHECKING:
    from automagic.store.artifacts import ArtifactStore
    from automagic.store.corpora import Corpus


def read_corpus(store: ArtifactStore, author: str, corpus: str) -> Corpus:
    """The posts of an author, in the state that was asked for.

    Raises:
        RequestError: They were changed meanwhile.
    """
    kept = Corpora(store.engine).find(author)
    if kept is None or kept.sha256 != corpus:
        raise RequestError(
            f"the posts of {author} were changed while drafts were written", hint="Run the same command again."
        )
    return kept


def _brief(store: ArtifactStore, document: Document, task: PostTask, take: int) -> PostBrief:
    posts = read_corpus(store, task.author, task.corpus).posts
    return PostBrief(
        document,
        task.author,
        posts,
        task.networks,
        task.count,
        thread=task.thread,
        language=document.language,
        take=take,
        link=task.link,
        names=task.names,
    )


def _price_posts(services: Services, maker: Maker, document: Document, task: PostTask) -> Quote | None:
    if not is_paid(maker.name):
        return None
    from automagic.providers.shared.chat_writer import ChatWriter
    from automagic.providers.shared.post_writing import first_prompt

    vendors = services.vendors
    model = cast("ChatWriter[Any]", vendors.writer(maker.name))
    prompt = first_prompt(_brief(services.store, document, task, vendors.take))
    return vendors.quote(model.call(prompt, vendors.take), write_drafts.name)


@step(
    "write-posts",
    2,
    creative=True,
    plannable=lambda maker: not asks_server(maker.name),
    forecast=lambda maker, task: CandidatePosts(
        task.author, WrittenPosts((), (f"{maker} has not written yet: what it costs is the most that it may cost.",))
    ),
    price=_price_posts,
)
async def write_drafts(
    context: Context, maker: Maker, document: Document, task: PostTask, parser: str = ""
) -> CandidatePosts:
    """CandidatePosts for each draft. `parser` is what parses the document's sentences here, "" for nothing."""
    brief = _brief(context.store, document, task, context.take)
    if not asks_server(maker.name):
        if parser:
            from automagic.providers.local.extract.units import sentences_to_parse

            texts = sentences_to_parse(document, document.language)
            trees = await context.services.engines.sentence_parser.parse(texts, document.language)
            brief = replace(brief, trees=trees)
        return CandidatePosts(task.author, await context.compute(lambda _stop: write_posts_here(maker.name, brief)))
    from automagic.providers.shared.chat_writer import ChatWriter
    from automagic.providers.shared.post_writing import write_posts

    model = cast("ChatWriter[Any]", context.services.vendors.writer(maker.name))
    return CandidatePosts(task.author, await write_posts(model, brief))


@step(
    "judge-posts",
    2,
    creative=True,
    plannable=lambda learned, candidates: learned.model.is_known and bool(candidates.written.candidates),
    forecast=lambda task: JudgedPosts(task.author, (), 0, 0),
)
async def judge_drafts(
    context: Context, candidates: CandidatePosts, document: Document, task: PostTask, learned: LearnedStyle
) -> JudgedPosts:
    """Of each draft the candidate that is most like the author and has no fault; of another take, the next one."""
    from automagic.products.posts.writing.judging import judge_candidates, read_standard

    def work(_stop: object) -> JudgedPosts:
        corpus = read_corpus(context.store, task.author, task.corpus)
        model = context.path_of(learned.model).read_bytes()
        standard = read_standard(document, task, corpus.posts, model)
        return judge_candidates(candidates, standard, task, take=context.take)

    return await context.compute(work)

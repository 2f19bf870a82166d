"""How posts are written.

author ─▶ what was learned of them ─┐
source, topic or run ─▶ document ───┼▶ candidates, by the first writer who can ─▶ judged ─▶ folder with drafts.json
                    └▶ media, alt ──┘
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from automagic.errors import AutomagicError, RequestError, VendorError
from automagic.language.style.background import DIGEST
from automagic.language.text.identify import identify_language
from automagic.language.text.sentences import primary_tag
from automagic.language.text.slug import slugify
from automagic.machine.leaving import in_thread
from automagic.products.posts.learning.author import explain_unknown
from automagic.products.posts.learning.steps import learn_author
from automagic.products.posts.writing.drafts import CandidatePosts, JudgedPosts, PostTask
from automagic.products.posts.writing.folder import arrange_drafts, refuse_edited, refuse_waiting
from automagic.products.posts.writing.material import PostMaterial, read_material
from automagic.products.posts.writing.request import WritePostsRequest
from automagic.products.posts.writing.result import WritePostsResult
from automagic.products.posts.writing.steps import judge_drafts, write_drafts
from automagic.providers.shared.registry import asks_server
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.result_folder import publish, reserve
from automagic.stages.writing import tell_failures
from automagic.store.corpora import Corpora, Corpus
from automagic.values.document import Document
from automagic.values.events import Notice

WRITER = "profile"
"""Who writes where nobody is named: any other is sent posts of the author's."""

REJECTED = ".rejected"


async def write(request: WritePostsRequest, run: Run[Services]) -> WritePostsResult:
    """Write posts about what the request names, in the author's style.

    Raises:
        RequestError: Nothing is known of the author; what they are about cannot be read, or holds nothing to tell;
            drafts of the same folder wait for their time, or were edited.
        VendorError: The last writer in the list failed.
    """
    run.services.names  # noqa: B018 - before any work: what is wrong in the list is told
    chain = run.services.vendors.chain("writer", request.writer or WRITER)
    corpora = Corpora(run.services.store.engine)
    glance = await in_thread(corpora.glance, request.author)
    if glance is None:
        raise explain_unknown(request.author, await in_thread(corpora.names))
    learned = await run.step(learn_author, request.author, glance.sha256, DIGEST)
    material = await read_material(request, run)
    document = material.document
    names = run.services.names.of(document.title, *document.paragraphs).kept
    task = PostTask(
        request.author, glance.sha256, request.networks, request.count, request.thread, material.link, names
    )
    folder = _choose_folder(request, document)
    if not request.plan:
        await in_thread(refuse_waiting, run.services.store.engine, folder)
        await in_thread(refuse_edited, folder)
    with contextlib.nullcontext() if request.plan else reserve(folder):
        writer, candidates = await _ask_writers(chain, document, task, run)
        judged = await run.step(judge_drafts, candidates, document, task, learned)
        notices = [*candidates.written.notices]
        if not all(draft.reasons == () for draft in judged.drafts):
            notices += await in_thread(_compare_languages, corpora.find(request.author), document)
        for notice in notices:
            run.emit(Notice(notice))
        if request.plan:
            return _result(request, run, material, judged, writer, notices, None)
        good = any(not draft.reasons for draft in judged.drafts)
        if not good:
            folder = folder.with_name(f"{folder.name}{REJECTED}")
            await in_thread(refuse_edited, folder)
        result = _result(request, run, material, judged, writer, notices, folder)
        files = arrange_drafts(result)
        await in_thread(publish, folder, files)
    return result


async def _ask_writers(
    chain: Sequence[str], document: Document, task: PostTask, run: Run[Services]
) -> tuple[str, CandidatePosts]:
    """The candidates by the first in the list who can, and who that is."""
    failed: list[tuple[str, AutomagicError]] = []
    for name in chain:
        maker = run.services.vendors.maker("writer", name)
        parser = "" if asks_server(name) else run.services.engines.sentence_parser.fingerprint(document.language)
        try:
            candidates = await run.step(write_drafts, maker, document, task, parser)
        except (VendorError, RequestError) as error:
            if name == chain[-1] or not asks_server(name):
                _tell(failed, name, run)
                raise
            failed.append((name, error))
        else:
            _tell(failed, name, run)
            return str(maker), candidates
    raise AssertionError("unreachable")  # the last one returns or raises


def _tell(failed: Sequence[tuple[str, AutomagicError]], writer: str, run: Run[Services]) -> None:
    for notice in tell_failures(failed, writer, what="the posts"):
        run.emit(Notice(notice))


def _choose_folder(request: WritePostsRequest, document: Document) -> Path:
    take = f"-take-{request.take}" if request.take > 1 else ""
    name = slugify(f"{document.title or 'posts'} {request.author}")
    return request.out or Path("final_posts") / f"{time.strftime('%Y-%m-%d')}-{name}{take}"


def _compare_languages(corpus: Corpus | None, document: Document) -> list[str]:
    """That nothing of a source can be like posts in another language."""
    posts = corpus.posts if corpus else ()
    said = Counter(primary_tag(post.language) for post in posts if post.language)
    own = said.most_common(1)[0][0] if said else identify_language("\n".join(post.text for post in posts[-200:]))
    if not own or own == document.language:
        return []
    return [f"The source is in {document.language!r}, the posts in {own!r}: nothing of it can be like them."]


def _result(
    request: WritePostsRequest,
    run: Run[Services],
    material: PostMaterial,
    judged: JudgedPosts,
    writer: str,
    notices: Sequence[str],
    folder: Path | None,
) -> WritePostsResult:
    good = tuple(draft for draft in judged.drafts if not draft.reasons)
    return WritePostsResult(
        run.id,
        request.author,
        material,
        writer,
        request.networks,
        request.count,
        good or judged.drafts,
        tuple(draft for draft in judged.drafts if draft.reasons) if good else (),
        judged.like,
        judged.considered,
        tuple(notices),
        folder,
        tuple(run.records),
        run.cost_usd,
    )

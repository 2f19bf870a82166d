"""An author whose posts are kept, and what was learned of them: what every operation on posts begins with.

name ─▶ hash of the corpus ─▶ step learn-style (a hit, unless posts came) ─┬▶ StyleProfile       style_of
                                                                           └▶ StyleModel
                                                 posts ─▶ EarlierPosts     ─▶ all of it         author_of
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.language.style.background import DIGEST
from automagic.language.style.profile import StyleProfile
from automagic.machine.leaving import in_thread
from automagic.products.posts.learning.steps import LearnedStyle, learn_author
from automagic.reading.json import parse_json
from automagic.runs.run import Run
from automagic.services import Services
from automagic.store.corpora import Corpora, Corpus, CorpusGlance

if TYPE_CHECKING:
    from automagic.language.style.earlier import EarlierPosts
    from automagic.language.style.likeness import StyleModel
    from automagic.store.artifacts import ArtifactStore


@dataclass(frozen=True, slots=True, eq=False)
class Author:
    """An author, all that they published, and how they write.

    Attributes:
        corpus: What is kept of them.
        profile: What can be counted of it.
        model: Tells how like them a text is.
        earlier: Tells what of a text they said before.
    """

    corpus: Corpus
    profile: StyleProfile
    model: StyleModel
    earlier: EarlierPosts


@dataclass(frozen=True, slots=True)
class AuthorStyle:
    """How an author writes, without their posts.

    Attributes:
        corpus: What it was learned from.
        counted: How many posts likeness rests on.
        calibration: How many of the newest among them p rests on.
    """

    corpus: CorpusGlance
    profile: StyleProfile
    counted: int
    calibration: int


async def author_of(name: str, run: Run[Services]) -> Author:
    """The author of this name; the one that was asked for last is held in memory, for all runs of the process.

    In a plan, what was not learned yet is learned and not kept.

    Raises:
        RequestError: No posts of theirs are kept.
    """
    glance = await _glance(name, run)
    held, key = run.services.held, f"author {name} {glance.sha256}"
    if key not in held:
        learned = await run.step(learn_author, name, glance.sha256, DIGEST)
    if key not in held:  # nor has another request put it there meanwhile
        for other in [one for one in held if one.startswith("author ")]:
            del held[other]
        held[key] = asyncio.create_task(in_thread(_read_author, run.store, learned))
    try:
        author: Author = await asyncio.shield(held[key])
    except BaseException:
        held.pop(key, None)
        raise
    return author


async def style_of(name: str, run: Run[Services]) -> AuthorStyle:
    """How the author of this name writes: a small part of the time.

    Raises:
        RequestError: No posts of theirs are kept.
    """
    glance = await _glance(name, run)
    learned = await run.step(learn_author, name, glance.sha256, DIGEST)
    if learned.model.is_known:
        profile = _read_profile(run.store, learned)
        return AuthorStyle(glance, profile, learned.counted, learned.calibration)
    author = await in_thread(_read_author, run.store, learned)
    model = author.model
    return AuthorStyle(glance, author.profile, model.learned, len(model.characters.calibration))


def explain_unknown(name: str, names: Sequence[str]) -> RequestError:
    """That there are no posts of an author, and whose there are."""
    near = difflib.get_close_matches(name, names, n=1)
    known = f"Did you mean {near[0]}? " if near else ""
    there = f"Authors: {', '.join(names)}." if names else "Keep some: automagic posts learn FILE --author NAME --mine."
    return RequestError(f"there are no posts of {name}", hint=known + there)


async def _glance(name: str, run: Run[Services]) -> CorpusGlance:
    corpora = Corpora(run.store.engine)
    if run.store.may_wait:
        glance = await in_thread(corpora.glance, name)
    else:
        glance = corpora.glance(name)  # a thread would take longer than the look
    if glance is None:
        raise explain_unknown(name, await in_thread(corpora.names))
    return glance


def _read_author(store: ArtifactStore, learned: LearnedStyle) -> Author:
    from automagic.language.style.describe import describe
    from automagic.language.style.earlier import EarlierPosts
    from automagic.language.style.likeness import StyleModel, learn_style

    corpus = Corpora(store.engine).find(learned.author)
    if corpus is None:  # forgotten meanwhile
        raise explain_unknown(learned.author, ())
    if learned.model.is_known:
        profile = _read_profile(store, learned)
        model = StyleModel.from_bytes(store.path_of(learned.model).read_bytes())
    else:
        profile, model = describe(corpus.posts), learn_style(corpus.posts)
    return Author(corpus, profile, model, EarlierPosts(corpus.posts))


def _read_profile(store: ArtifactStore, learned: LearnedStyle) -> StyleProfile:
    return parse_json(store.path_of(learned.profile).read_bytes(), name="the profile", type=StyleProfile)

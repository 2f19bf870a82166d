"""An author whose posts are kept, and what was learned of them: what every operation on posts begins with.

name ─▶ hash of the corpus ─▶ step learn-style (a hit, unless posts came) ─┬▶ StyleProfile       style_of
                                                                           └▶ StyleModel
                                                 posts ─▶ EarlierPosts     ─▶ all of it         author_of
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, eq=False)
class AuthorStyle:
    """How an author writes, without their posts.

    Attributes:
        corpus: What it was learned from.
    """

    corpus: CorpusGlance
    profile: StyleProfile
    model: StyleModel


async def author_of(name: str, run: Run[Services]) -> Author:
    """The author of this name. In a plan, what was not learned yet is learned and not kept.

    Raises:
        RequestError: No posts of theirs are kept.
    """
    style = await style_of(name, run)
    return await in_thread(_join, run, name, style)


async def style_of(name: str, run: Run[Services]) -> AuthorStyle:
    """The same without the posts: a small part of the time.

    Raises:
        RequestError: No posts of theirs are kept.
    """
    corpora = Corpora(run.services.store.engine)
    corpus = await in_thread(corpora.glance, name)
    if corpus is None:
        raise explain_unknown(name, await in_thread(corpora.names))
    learned = await run.step(learn_author, name, corpus.sha256, DIGEST)
    return await in_thread(_read_style if learned.model.is_known else _learn_style, run, learned, corpus)


def explain_unknown(name: str, names: Sequence[str]) -> RequestError:
    """That there are no posts of an author, and whose there are."""
    near = difflib.get_close_matches(name, names, n=1)
    known = f"Did you mean {near[0]}? " if near else ""
    there = f"Authors: {', '.join(names)}." if names else "Keep some: automagic posts learn FILE --author NAME --mine."
    return RequestError(f"there are no posts of {name}", hint=known + there)


def _read_style(run: Run[Services], learned: LearnedStyle, corpus: CorpusGlance) -> AuthorStyle:
    from automagic.language.style.likeness import StyleModel

    written = run.store.path_of(learned.profile).read_bytes()
    profile = parse_json(written, name="the profile", type=StyleProfile)
    return AuthorStyle(corpus, profile, StyleModel.from_bytes(run.store.path_of(learned.model).read_bytes()))


def _learn_style(run: Run[Services], learned: LearnedStyle, corpus: CorpusGlance) -> AuthorStyle:
    """In a plan."""
    from automagic.language.style.describe import describe_own
    from automagic.language.style.likeness import learn_own
    from automagic.language.style.numbering import OwnPosts

    own = OwnPosts.of(_find(run, learned.author).posts)
    return AuthorStyle(corpus, describe_own(own), learn_own(own))


def _join(run: Run[Services], name: str, style: AuthorStyle) -> Author:
    from automagic.language.style.earlier import EarlierPosts

    corpus = _find(run, name)
    return Author(corpus, style.profile, style.model, EarlierPosts(corpus.posts))


def _find(run: Run[Services], name: str) -> Corpus:
    corpus = Corpora(run.services.store.engine).find(name)
    if corpus is None:  # forgotten meanwhile
        raise explain_unknown(name, ())
    return corpus

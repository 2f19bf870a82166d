"""The steps that learn how an author writes, and try what they learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from automagic.errors import RequestError
from automagic.language.style.trial import StyleTrial
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.store.corpora import Corpora
from automagic.values.artifact import Artifact
from automagic.values.post import Post

if TYPE_CHECKING:
    from automagic.language.style.likeness import StyleModel

STYLE = "application/vnd.automagic.style"


@dataclass(frozen=True, slots=True)
class LearnedStyle:
    """What was learned of an author's posts.

    Attributes:
        author: By the name that the person gave them, so that it can be forgotten with them.
        counted: How many posts likeness rests on; 0 in a plan.
        calibration: How many of the newest among them p rests on.
        profile: A `StyleProfile` as JSON.
        model: A `StyleModel` as its `to_bytes` writes it.
    """

    author: str
    counted: int
    calibration: int
    profile: Artifact
    model: Artifact


@dataclass(frozen=True, slots=True)
class TriedStyle:
    """What came of trying what was learned of an author's posts.

    Attributes:
        author: As of `LearnedStyle`.
    """

    author: str
    trial: StyleTrial


@step(
    "learn-style",
    2,
    forecast=lambda author: LearnedStyle(
        author, 0, 0, Artifact.unknown("profile", "application/json"), Artifact.unknown("style", STYLE)
    ),
)
async def learn_author(context: Context, author: str, corpus: str, background: str) -> LearnedStyle:
    """Describe an author's posts, and learn to tell what is like them.

    Args:
        corpus: The hash of the posts: they are read from the database, where they are kept anyway.
        background: The digest of what the author is compared with.

    Raises:
        RequestError: There are too few different posts; or others came meanwhile.
    """
    from automagic.language.style.background import DIGEST
    from automagic.language.style.describe import describe_own
    from automagic.language.style.likeness import learn_own
    from automagic.language.style.numbering import OwnPosts

    assert background == DIGEST  # noqa: S101 - it is given for the key
    profile_file, model_file = context.folder / "profile.json", context.folder / "style.npz"

    def learn(_: object) -> StyleModel:
        own = OwnPosts.of(_read_posts(context, author, corpus))
        profile_file.write_bytes(msgspec.json.encode(describe_own(own)))
        model = learn_own(own)
        model_file.write_bytes(model.to_bytes())
        return model

    model = await context.compute(learn)
    return LearnedStyle(
        author,
        model.learned,
        len(model.characters.calibration),
        await context.keep(profile_file, "application/json"),
        await context.keep(model_file, STYLE),
    )


@step("try-style", 2, plannable=True)
async def try_author(context: Context, author: str, corpus: str, background: str) -> TriedStyle:  # noqa: ARG001 - for the key
    """Try on an author's newest posts what their others teach. Arguments as of `learn-style`."""
    from automagic.language.style.trial import try_style

    return TriedStyle(author, await context.compute(lambda _: try_style(_read_posts(context, author, corpus))))


def _read_posts(context: Context, author: str, corpus: str) -> tuple[Post, ...]:
    kept = Corpora(context.store.engine).find(author)
    if kept is None or kept.sha256 != corpus:
        raise RequestError(
            f"the posts of {author} were changed while they were learned from", hint="Run the same command again."
        )
    return kept.posts

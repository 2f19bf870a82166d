"""Forget an author: every place where their texts are, or something that was learned of them.

    jobs        queued, running, finished: what was asked, the archives and drafts that travelled along, results here
    drafts      that wait for their time, or could not be published: withdrawn
    steps       of this product, whose result names the author, with the files in it
    answers     of language models that were asked to write like the author; what they cost stays on record
    posts       all of them, and the author
    runs        titles, errors and folders that name the author

What a person did with it is theirs, and stays: `STAYS` tells them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from automagic.database.erasing import erasing
from automagic.database.publication_tables import queued_posts
from automagic.database.tables import artifacts, call_steps, runs, step_artifacts, steps, vendor_calls
from automagic.destinations.shared.post_queue import PostQueue
from automagic.products.posts.learning.author import explain_unknown
from automagic.products.posts.publishing.drafts import written_by
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.corpora import Corpora, forget_corpus
from automagic.store.removal import take_rows
from automagic.values.artifact import Artifact

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.artifacts import ArtifactStore


PRODUCT = "posts"
_WRITING = "chat"
"""What the calls of `ChatWriter` are known by."""
STEPS = ("learn-style", "try-style", "write-posts", "judge-posts")
"""All that keep something of an author's; the field `author` of their result says whose it is."""


STAYS = (
    "what was published",
    "drafts and pages in folders of yours, and the posts' own files",
    "backups",
    "the author's name in the log, until it is rotated, and in your schedules, which are refused from now on",
)
"""What is not removed."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What there was of an author.

    Attributes:
        posts: Theirs.
        withdrawn: Drafts like theirs that waited for their time.
    """

    posts: int
    withdrawn: int


def forget_author(run: Run[Services], author: str) -> Forgotten:
    """Remove all there is of an author.

    Raises:
        RequestError: There is nothing.
    """
    store, queue = run.store, run.services.queue
    names = Corpora(store.engine).names()
    if author not in names:
        raise explain_unknown(author, names)
    run.services.held.clear()
    travelled = queue.forget(PRODUCT, "author", author, but=run.id) if queue else set()
    drafts = [one for one in PostQueue(store.engine).list() if written_by(one.folder)[1] == author]
    with erasing(store.engine) as connection:
        connection.execute(sa.delete(queued_posts).where(queued_posts.c.id.in_([one.id for one in drafts])))
        removed = forget_corpus(connection, author)
        files = travelled - _recorded(connection, travelled)
        keys = _find_keys(connection, author)
        held = sa.select(step_artifacts.c.sha256).where(step_artifacts.c.key.in_(keys))
        bought = _find_answers(connection, keys)
        made = [*connection.execute(held).scalars(), *bought]
        take_rows(connection, made, paid=bought)
        connection.execute(sa.delete(steps).where(steps.c.key.in_(keys)))
        named = sa.or_(
            runs.c.title.endswith(f" of {author}", autoescape=True),
            runs.c.title.contains(f" of {author} ", autoescape=True),
            runs.c.error.contains(author, autoescape=True),
        )
        those = sa.update(runs).where(runs.c.product == PRODUCT, named)
        connection.execute(those.values(title="", error="", result=None))
    _remove_files(store, files | set(made))
    return Forgotten(removed, sum(one.state == "waiting" for one in drafts))


def _find_keys(connection: sa.Connection, author: str) -> list[str]:
    found = connection.execute(sa.select(steps.c.key, steps.c.result).where(steps.c.name.in_(STEPS)))
    return [key for key, result in found if _author_of(result) == author]


def _find_answers(connection: sa.Connection, keys: list[str]) -> list[str]:
    """The files of what these steps bought; and of what was bought for posts that came to nothing.

    Of the latter nobody knows whose style they are in. At worst they are bought again.
    """
    of_these = sa.select(call_steps.c.key).where(call_steps.c.step_key.in_(keys))
    of_any = sa.select(call_steps.c.key).join(steps, steps.c.key == call_steps.c.step_key)
    of_posts = sa.select(runs.c.id).where(runs.c.product == PRODUCT, runs.c.state != "running")
    chosen = sa.or_(
        vendor_calls.c.key.in_(of_these),
        vendor_calls.c.run_id.in_(of_posts)
        & vendor_calls.c.key.not_in(of_any)
        & (vendor_calls.c.operation == _WRITING),
    )
    found = sa.select(vendor_calls.c.artifact_sha256).where(chosen, vendor_calls.c.artifact_sha256.is_not(None))
    return list(connection.execute(found.distinct()).scalars())


class _Named(msgspec.Struct):
    author: str = ""


def _author_of(result: str) -> str:
    try:
        return parse_json(result, name="a step's result", type=_Named).author
    except MalformedText:  # no object
        return ""


def _recorded(connection: sa.Connection, names: Iterable[str]) -> set[str]:
    """Those that are artifacts as well: another run has need of the same file."""
    return set(connection.execute(sa.select(artifacts.c.sha256).where(artifacts.c.sha256.in_(names))).scalars())


def _remove_files(store: ArtifactStore, names: Iterable[str]) -> None:
    for name in names:
        store.path_of(Artifact(name, "", 0)).unlink(missing_ok=True)
        if store.shared is not None:
            store.shared.remove(name)

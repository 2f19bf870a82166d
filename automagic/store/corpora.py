"""The posts of each author that styles are learned from: kept once each, read back as they were, forgotten for good.

    learn(author, posts) ─▶ one transaction: those whose id is new ─▶ Corpus: all of them, and their hash
    forget_corpus        ─▶ rows gone; see `database.erasing`

The hash of a corpus stands for all that is in it, in any order: what is made of a corpus has it in its key.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

import msgspec
import sqlalchemy as sa

from automagic.database.engine import insert_once, now_of
from automagic.database.post_tables import authors, posts
from automagic.reading.json import parse_json
from automagic.values.post import Post, PostKind

Permission = Literal["mine", "consent"]
"""Why an author's posts may be here: they are the person's own, or the author has agreed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_GLANCE = sa.select(authors.c.permission, authors.c.accounts, authors.c.corpus).where(
    authors.c.name == sa.bindparam("author")
)
"""Made once, since to make it takes as long as to carry it out."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is kept of one author.

    Attributes:
        author: By the name that the person gave them.
        permission: Why it may be here.
        accounts: Whose posts they are: "x:jane"; empty where no file said so.
        posts: By time; those of no known time first.
        sha256: Of all of these, in any order.
    """

    author: str
    permission: Permission
    accounts: tuple[str, ...]
    posts: tuple[Post, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class CorpusGlance:
    """What is kept of one author, without the posts.

    Attributes:
        author, permission, accounts, sha256: As of the `Corpus`.
        kinds: How many posts there are of each kind.
    """

    author: str
    permission: Permission
    accounts: tuple[str, ...]
    kinds: Mapping[PostKind, int]
    sha256: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept beside an author's name."""

    sha256: str
    kinds: dict[PostKind, int]


def _know(corpus: Corpus) -> _Known:
    return _Known(corpus.sha256, dict(Counter(post.kind for post in corpus.posts)))


class Corpora:
    """All that is kept, in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def names(self) -> tuple[str, ...]:
        """The authors there are."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return tuple(connection.execute(sa.select(authors.c.name).order_by(authors.c.name)).scalars())

    def find(self, author: str) -> Corpus | None:
        """What is kept of an author; None for nothing."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return _read(connection, author)

    def post_ids(self, author: str) -> frozenset[str]:
        """Of all posts of an author that are kept."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return frozenset(connection.execute(sa.select(posts.c.id).where(posts.c.author == author)).scalars())

    def glance(self, author: str) -> CorpusGlance | None:
        """What can be said of what is kept of an author without reading a text; None for nothing."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            row = connection.execute(_GLANCE, {"author": author}).first()
            if row is None:
                return None
            if row.corpus is not None:
                known = parse_json(row.corpus, name="the corpus", type=_Known)
            else:  # an older version has written it
                known = _know(corpus) if (corpus := _read(connection, author)) else _Known("", {})
        accounts = tuple(parse_json(row.accounts, name="accounts"))
        return CorpusGlance(author, row.permission, accounts, known.kinds, known.sha256)

    def learn(
        self,
        author: str,
        found: Iterable[Post],
        *,
        permission: Permission,
        accounts: Iterable[str],
        check: Callable[[Corpus], None],
    ) -> tuple[Corpus, int]:
        """Add the posts that are new by their ids, durably, all or none; gives all there are, and how many were new.

        Args:
            permission: Kept where the author is new.
            check: Is given what would be kept; when it raises, nothing is.
        """
        row = {"name": author, "permission": permission, "accounts": "[]"}
        rows = [_row(author, post) for post in found]
        with self._engine.begin() as connection:
            insert_once(connection, authors, [{**row, "asked_at": now_of(connection)}])
            this = authors.c.name == author
            before = connection.execute(sa.select(authors.c.accounts).where(this).with_for_update()).scalar_one()
            known = sorted({*parse_json(before, name="accounts"), *accounts})
            text = msgspec.json.encode(known).decode()
            connection.execute(sa.update(authors).where(this).values(accounts=text))
            count = insert_once(connection, posts, rows)
            corpus = _read(connection, author)
            assert corpus is not None  # noqa: S101 - its row was written above
            check(corpus)
            told = msgspec.json.encode(_know(corpus)).decode()
            connection.execute(sa.update(authors).where(this).values(corpus=told))
        return corpus, count


def forget_corpus(connection: sa.Connection, author: str) -> int:
    """Remove an author and all their posts; gives how many there were."""
    count = connection.execute(sa.delete(posts).where(posts.c.author == author)).rowcount
    connection.execute(sa.delete(authors).where(authors.c.name == author))
    return count


def hash_posts(digests: Iterable[str]) -> str:
    """The hash of a corpus out of those of its posts."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def _row(author: str, post: Post) -> dict[str, Any]:
    when = None if post.created_at is None else (post.created_at - _EPOCH) / timedelta(seconds=1)
    return {
        "author": author,
        "id": post.id,
        "text": post.text,
        "created_at": when,
        "kind": post.kind,
        "language": post.language,
        "likes": post.likes,
        "reposts": post.reposts,
        "replies": post.replies,
        "media": post.media,
        "sha256": hashlib.sha256(msgspec.json.encode(post)).hexdigest(),
    }


def _read(connection: sa.Connection, author: str) -> Corpus | None:
    row = connection.execute(sa.select(authors).where(authors.c.name == author)).first()
    if row is None:
        return None
    order = (sa.nullsfirst(posts.c.created_at), posts.c.id)
    rows = connection.execute(sa.select(posts).where(posts.c.author == author).order_by(*order)).all()
    return Corpus(
        author,
        cast("Permission", row.permission),
        tuple(parse_json(row.accounts, name="accounts")),
        tuple(_post(one) for one in rows),
        hash_posts(one.sha256 for one in rows),
    )


def _post(row: sa.Row[Any]) -> Post:
    return Post(
        id=row.id,
        text=row.text,
        created_at=None if row.created_at is None else _EPOCH + timedelta(seconds=row.created_at),
        kind=cast("PostKind", row.kind),
        language=row.language,
        likes=row.likes,
        reposts=row.reposts,
        replies=row.replies,
        media=row.media,
    )

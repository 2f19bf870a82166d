"""The posts of each author that styles are learned from: kept once each, read back as they were, forgotten for good.

    learn(author, posts) ─▶ one transaction: those whose id is new ─▶ Corpus: all of them, and their hash
    forget(author)       ─▶ rows overwritten with zeros, journal emptied

The hash of a corpus stands for all that is in it, in any order: what is made of a corpus has it in its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
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

    def hash_of(self, author: str) -> str | None:
        """The hash of what is kept of an author, without reading it; None for nothing."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            this = sa.select(posts.c.sha256).where(posts.c.author == author)
            return hash_posts(connection.execute(this).scalars()) if _is_kept(connection, author) else None

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
        return corpus, count

    def forget(self, author: str) -> int:
        """Remove an author and all their posts; gives how many there were.

        SQLite leaves removed text in its file until something is written over it: here zeros are, at once.
        """
        lite = self._engine.dialect.name == "sqlite"
        with self._engine.connect() as connection:
            if lite:
                connection.connection.cursor().execute("PRAGMA secure_delete=ON")
            with connection.begin():
                count = connection.execute(sa.delete(posts).where(posts.c.author == author)).rowcount
                connection.execute(sa.delete(authors).where(authors.c.name == author))
            if lite:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count


def _is_kept(connection: sa.Connection, author: str) -> bool:
    return connection.execute(sa.select(sa.exists().where(authors.c.name == author))).scalar_one()


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

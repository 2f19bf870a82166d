"""The journal of posts: what of each thread is there, and under which variant it is published.

    begin ──▶ begun ──note──▶ published ──delete──▶ deleted
      │         one row for each part, before anything is sent
      └─ the same content again: goes on behind what is there; a new variant where all of it was deleted, or --again

The call gate sees to it that no part is sent twice; this journal knows what to show, to delete and to correct.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from automagic.database.engine import insert_once, now_of
from automagic.database.publication_tables import published_posts
from automagic.destinations.shared.network import NetworkAccount, PostThread, PublishedPart
from automagic.errors import RequestError
from automagic.gate.calls import Money
from automagic.language.posts.counting.length import Network

PostState = Literal["begun", "published", "deleted"]

STALE_S = 3600.0
"""A thread of which nothing is there after this time was not sent: its records are named by a later time."""

_ROW = published_posts.c


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft comes from.

    Attributes:
        source: The run, or the folder or file.
        draft: Its number, from 1; 0 for a text of the person's own.
    """

    source: str
    draft: int

    def __str__(self) -> str:
        """As a person names it."""
        return f"{self.source}:{self.draft}" if self.draft else self.source


@dataclass(frozen=True, slots=True)
class PostRow:
    """A part of a thread, as the journal knows it.

    Attributes:
        account: The id of the account.
        parts: Of its thread.
        published_at: Seconds since 1970; None while it is not there.
    """

    network: Network
    account: str
    content: str
    variant: int
    part: int
    parts: int
    account_name: str
    text: str
    source: str
    draft: int
    run_id: str
    remote_id: str
    url: str
    state: PostState
    begun_at: float
    published_at: float | None
    cost_micro_usd: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a thread is published.

    Attributes:
        variant: Of its calls.
        begun_at: When its publication was begun, in UTC.
        rows: What the journal knows of this variant, by part.
    """

    variant: int
    begun_at: datetime
    rows: tuple[PostRow, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether all of it is there."""
        return bool(self.rows) and all(row.state == "published" for row in self.rows)


class PublishedPosts:
    """All that was published. Blocks: not on the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def look(self, account: NetworkAccount, thread: PostThread, place: DraftPlace, *, again: bool = False) -> Beginning:
        """How it would be published; nothing is written.

        Raises:
            RequestError: It is there in another form, or parts of it were deleted, and `again` is not said.
        """
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return _decide(connection, account, thread, place, again=again)

    def begin(
        self, account: NetworkAccount, thread: PostThread, place: DraftPlace, *, again: bool = False
    ) -> Beginning:
        """The same, and its rows are there from now on.

        Raises:
            RequestError: As `look`.
        """
        with self._engine.begin() as connection:
            found = _decide(connection, account, thread, place, again=again)
            key = _key(account, thread.content, found.variant)
            rows = [
                {
                    **key,
                    "part": part,
                    "parts": len(thread.parts),
                    "account_name": account.name,
                    "text": text,
                    "source": place.source,
                    "draft": place.draft,
                    "run_id": thread.run_id,
                    "remote_id": "",
                    "url": "",
                    "state": "begun",
                    "begun_at": found.begun_at.timestamp(),
                    "published_at": None,
                    "cost_micro_usd": 0,
                }
                for part, text in enumerate(thread.parts, 1)
            ]
            insert_once(connection, published_posts, rows)
            mine = sa.and_(*(_ROW[name] == value for name, value in key.items()))
            connection.execute(
                sa.update(published_posts)
                .where(mine)
                .values(run_id=thread.run_id, begun_at=found.begun_at.timestamp(), account_name=account.name)
            )
            return Beginning(found.variant, found.begun_at, _read(connection, mine))

    def note(self, account: NetworkAccount, thread: PostThread, part: PublishedPart) -> None:
        """A part is there, sent now or found; one that was deleted since stays so."""
        key = _key(account, thread.content, thread.variant)
        mine = sa.and_(*(_ROW[name] == value for name, value in key.items()), _ROW.part == part.part)
        with self._engine.begin() as connection:
            cost = Money.from_usd(part.cost_usd).micro_usd
            connection.execute(
                sa.update(published_posts)
                .where(mine, _ROW.state != "deleted")
                .values(
                    remote_id=part.remote_id,
                    url=part.url,
                    state="published",
                    published_at=sa.func.coalesce(_ROW.published_at, now_of(connection)),
                    cost_micro_usd=_ROW.cost_micro_usd + cost,
                )
            )

    def find(self, name: str, draft: int | None = None) -> tuple[PostRow, ...]:
        """The posts that a person means, whatever has become of them, each thread in order.

        Args:
            name: The network's name of one, its address, or the run, folder or file of the draft.
            draft: Only of this draft of the run.
        """
        named = sa.or_(_ROW.remote_id == name, _ROW.url == name)
        if draft is not None:
            named = sa.false()
        of_source = sa.or_(_ROW.source == name, _ROW.run_id == name)
        if draft is not None:
            of_source = sa.and_(of_source, _ROW.draft == draft)
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return _read(connection, sa.and_(sa.or_(named, of_source), _ROW.state != "begun"))

    def list_there(self, network: Network, account: str) -> tuple[PostRow, ...]:
        """All that was published at an account and not deleted since, oldest first."""
        here = sa.and_(_ROW.network == network, _ROW.account == account, _ROW.state == "published")
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return _read(connection, here)

    def names(self) -> tuple[str, ...]:
        """What the latest of them are called: for a person who has misspelt one."""
        latest = sa.select(_ROW.remote_id, _ROW.url, _ROW.source, _ROW.run_id).where(_ROW.state == "published")
        with self._engine.connect().execution_options(reads_only=True) as connection:
            rows = connection.execute(latest.order_by(_ROW.published_at.desc()).limit(200)).all()
        return tuple(dict.fromkeys(name for row in rows for name in row if name))

    def delete(self, row: PostRow) -> None:
        """It is not there any more."""
        self._change(row, state="deleted")

    def correct(self, row: PostRow, text: str, part: PublishedPart) -> None:
        """It says something else from now on."""
        self._change(row, text=text, remote_id=part.remote_id, url=part.url)

    def count_since(self, network: str, account: str, since: float) -> tuple[int, float | None]:
        """How many threads were published there since a time, and when the earliest of them was."""
        first = sa.select(sa.func.count(), sa.func.min(_ROW.published_at)).where(
            _ROW.network == network, _ROW.account == account, _ROW.part == 1, _ROW.published_at > since
        )
        with self._engine.connect().execution_options(reads_only=True) as connection:
            count, earliest = connection.execute(first).one()
        return int(count), earliest

    def _change(self, row: PostRow, **values: Any) -> None:
        key = ("network", "account", "content", "variant", "part")
        mine = sa.and_(*(_ROW[name] == getattr(row, name) for name in key))
        with self._engine.begin() as connection:
            connection.execute(sa.update(published_posts).where(mine).values(**values))


def _key(account: NetworkAccount, content: str, variant: int) -> dict[str, Any]:
    return {"network": account.network, "account": account.id, "content": content, "variant": variant}


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[PostRow, ...]:
    order = (_ROW.network, _ROW.account, _ROW.begun_at, _ROW.content, _ROW.variant, _ROW.part)
    found = connection.execute(sa.select(published_posts).where(which).order_by(*order))
    return tuple(PostRow(**row._mapping) for row in found)


def _decide(
    connection: sa.Connection, account: NetworkAccount, thread: PostThread, place: DraftPlace, *, again: bool
) -> Beginning:
    here = sa.and_(_ROW.network == account.network, _ROW.account == account.id)
    rows = _read(connection, sa.and_(here, _ROW.content == thread.content))
    now = time.time()
    if not rows:
        if place.draft and not again:
            _refuse_other_form(connection, here, place)
        return Beginning(1, _moment(now))
    variant = _choose_variant(rows, again=again)
    latest = tuple(row for row in rows if row.variant == variant)
    there = [row for row in latest if row.state == "published"]
    gone = [row for row in latest if row.state == "deleted"]
    complete = len(there) == len(latest)
    if gone and there and not again:
        raise RequestError(
            f"{len(gone)} of {len(latest)} posts of {place} at {account.name} were deleted",
            hint=f"Delete the rest: automagic posts delete {place}. Or publish all of it anew: --again.",
        )
    if gone or (again and complete and latest[0].run_id != thread.run_id):
        return Beginning(variant + 1, _moment(now))
    begun = latest[0].begun_at
    if not there and now - begun > STALE_S:
        begun = now
    return Beginning(variant, _moment(begun), latest)


def _choose_variant(rows: Sequence[PostRow], *, again: bool) -> int:
    """The latest; unless `again` is said, an earlier one that is there, where nothing of the latest has come to be."""
    latest = max(row.variant for row in rows)
    states: dict[int, set[PostState]] = {}
    for row in rows:
        states.setdefault(row.variant, set()).add(row.state)
    whole = [variant for variant, found in states.items() if found == {"published"}]
    return max(whole) if whole and states[latest] == {"begun"} and not again else latest


def _refuse_other_form(connection: sa.Connection, here: sa.ColumnElement[bool], place: DraftPlace) -> None:
    """Refuse a draft that was edited after it, or the beginning of it, was published."""
    mine = sa.and_(here, _ROW.source == place.source, _ROW.draft == place.draft, _ROW.state == "published")
    rows: Sequence[PostRow] = _read(connection, mine)
    if rows:
        what = "the beginning of it" if len(rows) < rows[0].parts else "it"
        raise RequestError(
            f"{place} was edited after {what} was published: {rows[0].url}",
            hint=f"Correct what is there, or delete it: automagic posts delete {place}. To publish both: --again.",
        )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)

"""Drafts that wait for their time.

    add ──▶ waiting ──claim──▶ settle ──▶ published
               ▲                 ├──────▶ failed        it is wrong, or has failed MOST_ATTEMPTS times
               └────────────────postpone                a network failed, or the day is full

One process at a time publishes an entry; when that process has died, the next one goes on. What was missed while nobody
looked is published once, when somebody does. That no part is ever sent twice is the call gate's doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from automagic.database.engine import now_of
from automagic.database.publication_tables import queued_posts
from automagic.destinations.shared.published_posts import DraftPlace
from automagic.errors import RequestError
from automagic.gate.calls import Money
from automagic.gate.leases import LEASE_S, LeaseHolder, lives
from automagic.reading.json import parse_json

MOST_ATTEMPTS = 6
RETRY_S = 300.0
"""After the first failure; it doubles each time: the last attempt is two and a half hours after the first."""

_ROW = queued_posts.c


@dataclass(frozen=True, slots=True)
class QueuedPost:
    """A draft that waits.

    Attributes:
        folder: Where it lies: a result's folder, or a file.
        targets: Where it goes: "mastodon:@jane@example.social".
        title: Its first words.
        text_sha256: As it was when it was queued.
        max_cost_usd: What was agreed to.
        due_at, next_at: When it was to be published, and when it is tried next, in seconds since 1970.
        attempts: That failed.
    """

    place: DraftPlace
    folder: Path
    targets: tuple[str, ...]
    title: str
    text_sha256: str
    max_cost_usd: Decimal
    due_at: float
    next_at: float = 0.0
    id: int = 0
    state: Literal["waiting", "published", "failed"] = "waiting"
    attempts: int = 0
    error: str = ""


class PostQueue:
    """All that waits. Blocks: not on the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, post: QueuedPost) -> QueuedPost:
        """Let a draft wait; one that waits already for these networks has the new time."""
        targets = msgspec.json.encode(post.targets).decode()
        values = {
            "folder": str(post.folder),
            "title": post.title[:300],
            "text_sha256": post.text_sha256,
            "max_cost_micro_usd": Money.from_usd(post.max_cost_usd).micro_usd,
            "due_at": post.due_at,
            "next_at": post.due_at,
            "attempts": 0,
            "error": "",
        }
        same = sa.and_(
            _ROW.source == post.place.source,
            _ROW.draft == post.place.draft,
            _ROW.targets == targets,
            _ROW.state == "waiting",
        )
        with self._engine.begin() as connection:
            changed = sa.update(queued_posts).where(same).values(**values).returning(_ROW.id)
            number = connection.execute(changed).scalar()
            if number is None:
                new = {
                    "source": post.place.source,
                    "draft": post.place.draft,
                    "targets": targets,
                    "state": "waiting",
                    "run_id": "",
                    "added_at": now_of(connection),
                    **_NOBODY,
                }
                added = sa.insert(queued_posts).values(**values, **new).returning(_ROW.id)
                number = connection.execute(added).scalar_one()
            return _post(connection.execute(sa.select(queued_posts).where(_ROW.id == number)).one())

    def list(self, *, ended: bool = False) -> list[QueuedPost]:
        """What waits, the next first.

        Args:
            ended: What was published, or failed, as well.
        """
        which = sa.true() if ended else _ROW.state != "published"
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return [
                _post(row) for row in connection.execute(sa.select(queued_posts).where(which).order_by(_ROW.next_at))
            ]

    def remove(self, number: int) -> QueuedPost:
        """Take one out.

        Raises:
            RequestError: There is none of this number, or it is being published.
        """
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(queued_posts).where(_ROW.id == number).with_for_update()).first()
            if row is None or row.state == "published":
                known = connection.execute(sa.select(_ROW.id).where(_ROW.state != "published")).scalars()
                there = ", ".join(map(str, known))
                raise RequestError(
                    f"no draft of number {number} waits", hint=f"There are: {there}." if there else "None waits."
                )
            if _is_held(row, now_of(connection)):
                raise RequestError(f"draft {number} is being published", hint="automagic posts delete takes it back.")
            connection.execute(sa.delete(queued_posts).where(_ROW.id == number))
            return _post(row)

    def is_due(self) -> bool:
        """Whether somebody should look."""
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return bool(connection.execute(_due(now_of(connection)).limit(1)).first())

    def claim(self, holder: LeaseHolder, *, but: Sequence[int] = ()) -> QueuedPost | None:
        """The next that is due, ours to publish; None for none.

        Args:
            but: Not these again.
        """
        with self._engine.begin() as connection:
            now = now_of(connection)
            for row in connection.execute(_due(now)).all():
                if row.id in but or _is_held(row, now):
                    continue
                free = sa.and_(_ROW.id == row.id, _ROW.state == "waiting", _ROW.owner == row.owner)
                taken = connection.execute(  # by nobody else since we looked
                    sa.update(queued_posts)
                    .where(free, _ROW.next_at <= now)
                    .values(
                        owner=holder.mark,
                        host=holder.host,
                        pid=holder.pid,
                        process_started_at=holder.process_started_at,
                        lease_until=now + LEASE_S,
                        run_id=holder.run_id,
                    )
                )
                if taken.rowcount:
                    return _post(row)
        return None

    def renew(self, post: QueuedPost, holder: LeaseHolder) -> None:
        """It is still under way."""
        with self._engine.begin() as connection:
            self._change(connection, post, holder, lease_until=now_of(connection) + LEASE_S)

    def release(self, post: QueuedPost, holder: LeaseHolder) -> None:
        """Who broke off does not hold it any longer."""
        with self._engine.begin() as connection:
            self._change(connection, post, holder, **_NOBODY)

    def settle(self, post: QueuedPost, holder: LeaseHolder) -> None:
        """It is published."""
        with self._engine.begin() as connection:
            self._change(connection, post, holder, state="published", error="", **_NOBODY)

    def wait(self, post: QueuedPost, holder: LeaseHolder, until: float, why: str) -> None:
        """It waits for another time; that is no failure."""
        with self._engine.begin() as connection:
            self._change(connection, post, holder, next_at=until, error=why, **_NOBODY)

    def fail(self, post: QueuedPost, holder: LeaseHolder, why: str, *, for_good: bool) -> float | None:
        """It could not be published; gives when it is tried again, None for never."""
        attempts = post.attempts + 1
        with self._engine.begin() as connection:
            values: dict[str, Any] = {"attempts": attempts, "error": why, **_NOBODY}
            if for_good or attempts >= MOST_ATTEMPTS:
                self._change(connection, post, holder, state="failed", **values)
                return None
            again = now_of(connection) + RETRY_S * 2.0 ** (attempts - 1)
            self._change(connection, post, holder, next_at=again, **values)
            return again

    def _change(self, connection: sa.Connection, post: QueuedPost, holder: LeaseHolder, **values: Any) -> None:
        mine = sa.and_(_ROW.id == post.id, _ROW.owner == holder.mark)
        connection.execute(sa.update(queued_posts).where(mine).values(**values))


_NOBODY: dict[str, Any] = {"owner": "", "host": "", "pid": 0, "process_started_at": 0.0, "lease_until": 0.0}


def _due(now: float) -> sa.Select[Any]:
    return sa.select(queued_posts).where(_ROW.state == "waiting", _ROW.next_at <= now).order_by(_ROW.next_at, _ROW.id)


def _is_held(row: Any, now: float) -> bool:
    return bool(row.owner) and lives(row.host, row.pid, row.process_started_at, row.lease_until, now=now)


def _post(row: Any) -> QueuedPost:
    return QueuedPost(
        DraftPlace(row.source, row.draft),
        Path(row.folder),
        parse_json(row.targets, name="a queued post's networks", type=tuple[str, ...]),
        row.title,
        row.text_sha256,
        Money(row.max_cost_micro_usd).usd,
        row.due_at,
        row.next_at,
        row.id,
        row.state,
        row.attempts,
        row.error,
    )

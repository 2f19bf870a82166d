"""The journal of publications: who is publishing what, how far it is, and the outcome.

    claimed ──▶ uploading ──▶ finishing ──▶ uploaded ──▶ published
                   chunks       the last      it exists    captions, thumbnail
                                is on its way              and the rest have joined

One process at a time works on a row; when that process has died, the next one goes on where the row says.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, cast

import sqlalchemy as sa

from automagic.database.engine import now_of
from automagic.database.publication_tables import publications
from automagic.errors import RequestError, Unknown
from automagic.gate.leases import LEASE_S, RENEW_S, LeaseHolder, lives, this_holder

State = Literal["claimed", "uploading", "finishing", "uploaded", "published"]


@dataclass(frozen=True, slots=True)
class PublicationKey:
    """What is published where.

    Attributes:
        destination: With the account: "youtube:UC…".
        platform: "" where all platforms go together.
        content: The sha256 of it.
        size_bytes: Of it.
    """

    destination: str
    platform: str
    content: str
    size_bytes: int = 0


class HeldPublication:
    """One row, held by this process.

    Attributes:
        state, session_url, bytes_sent, remote_id, url: As the table says.
        extras: What has joined it.
    """

    def __init__(self, engine: sa.Engine, subject: PublicationKey, owner: LeaseHolder, row: sa.Row[Any]) -> None:
        self._engine = engine
        self._owner = owner
        self.subject = subject
        self.state = cast("State", row.state)
        self.session_url: str = row.session_url
        self.session_at: float | None = row.session_at
        self.bytes_sent: int = row.bytes_sent
        self.remote_id: str = row.remote_id
        self.url: str = row.url
        self.extras = frozenset(row.extras.split())

    def begin_session(self, url: str) -> None:
        """An upload has its address."""
        self.state, self.session_url, self.bytes_sent = "uploading", url, 0
        self.session_at = time.time()
        self._write(session_url=url, session_at=self.session_at)

    def drop_session(self) -> None:
        """The upload's address has ended; nothing of it is left."""
        self.state, self.session_url, self.bytes_sent = "claimed", "", 0
        self._write(session_url="")

    def advance(self, bytes_sent: int, state: State = "uploading") -> None:
        """Note how many bytes have arrived."""
        self.state, self.bytes_sent = state, bytes_sent
        self._write()

    def arrive(self, remote_id: str, url: str) -> None:
        """It exists there from now on."""
        self.state, self.remote_id, self.url = "uploaded", remote_id, url
        self.bytes_sent = self.subject.size_bytes
        self._write(remote_id=remote_id, url=url)

    def join(self, extra: str) -> None:
        """Captions or the like have joined it."""
        self.extras |= {extra}
        self._write(extras=" ".join(sorted(self.extras)))

    def complete(self) -> None:
        """Nothing is left to do."""
        self.state = "published"
        self._write()

    def renew(self) -> None:
        """Note that the work is still going on."""
        self._write()

    def _write(self, **values: Any) -> None:
        mine = sa.and_(_is(self.subject), publications.c.owner == self._owner.mark)
        with self._engine.begin() as connection:
            now = now_of(connection)
            changed = {
                "state": self.state,
                "bytes_sent": self.bytes_sent,
                "updated_at": now,
                "lease_until": now + LEASE_S,
            }
            done = connection.execute(sa.update(publications).where(mine).values(**changed, **values))
        if done.rowcount != 1:
            raise Unknown(
                f"another process took over the publication at {self.subject.destination}",
                hint="It goes on there; look at its outcome.",
            )


@contextlib.asynccontextmanager
async def hold(
    engine: sa.Engine, subject: PublicationKey, *, run_id: str, again: bool
) -> AsyncIterator[HeldPublication]:
    """The row of a subject, ours until the block ends.

    Args:
        again: Publish again what was published before.

    Raises:
        RequestError: Another living process is publishing it.
    """
    owner = this_holder(run_id)
    try:
        entry = _claim(engine, subject, owner, again=again)
    except sa.exc.IntegrityError:  # another process made the row a moment before us
        raise _held(subject, "another") from None
    renewal = asyncio.create_task(_keep(entry))
    try:
        yield entry
    finally:
        renewal.cancel()
        # A renewal that failed because somebody took over makes the work's own next write fail as well.
        await asyncio.gather(renewal, return_exceptions=True)
        with engine.begin() as connection:
            mine = sa.and_(_is(subject), publications.c.owner == owner.mark)
            connection.execute(sa.update(publications).where(mine).values(owner=""))


def state_of(engine: sa.Engine, subject: PublicationKey) -> State | None:
    """How far it is; None where nobody has begun."""
    query = sa.select(publications.c.state).where(_is(subject))
    with engine.execution_options(reads_only=True).begin() as connection:
        return cast("State | None", connection.execute(query).scalar_one_or_none())


def count_sessions(engine: sa.Engine, kind: str, since: float) -> int:
    """How many uploads to this kind of destination were begun since then; one that was begun twice counts once."""
    begun = sa.and_(publications.c.destination.startswith(f"{kind}:"), publications.c.session_at >= since)
    with engine.execution_options(reads_only=True).begin() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(publications).where(begun)).scalar_one()


async def _keep(entry: HeldPublication) -> None:
    while True:
        await asyncio.sleep(RENEW_S)
        entry.renew()


def _held(subject: PublicationKey, run_id: str) -> RequestError:
    kind = subject.destination.partition(":")[0]
    return RequestError(
        f"another process is publishing this at {kind} (run {run_id})", hint="Wait for it, then look at its outcome."
    )


def _is(subject: PublicationKey) -> sa.ColumnElement[bool]:
    return sa.and_(
        publications.c.destination == subject.destination,
        publications.c.platform == subject.platform,
        publications.c.content == subject.content,
    )


def _claim(engine: sa.Engine, subject: PublicationKey, owner: LeaseHolder, *, again: bool) -> HeldPublication:
    fresh = {
        "state": "claimed",
        "session_url": "",
        "size_bytes": subject.size_bytes,
        "bytes_sent": 0,
        "remote_id": "",
        "url": "",
        "extras": "",
    }
    with engine.begin() as connection:
        now = now_of(connection)
        held = {
            "run_id": owner.run_id,
            "updated_at": now,
            "owner": owner.mark,
            "host": owner.host,
            "pid": owner.pid,
            "process_started_at": owner.process_started_at,
            "lease_until": now + LEASE_S,
        }
        row = connection.execute(sa.select(publications).where(_is(subject)).with_for_update()).first()
        if row is None:
            identity = {"destination": subject.destination, "platform": subject.platform, "content": subject.content}
            connection.execute(sa.insert(publications).values(**identity, **fresh, **held, session_at=None))
        else:
            if row.owner and lives(row.host, row.pid, row.process_started_at, row.lease_until, now=now):
                raise _held(subject, row.run_id)
            anew = fresh if again and row.state == "published" else {}
            connection.execute(sa.update(publications).where(_is(subject)).values(**anew, **held))
        row = connection.execute(sa.select(publications).where(_is(subject))).one()
    return HeldPublication(engine, subject, owner, row)

"""Tells an address once a job has ended: a signed webhook (Standard Webhooks), again and again until it is taken.

    submit with a callback_url ─▶ row ─▶ (the job ends) ─▶ a worker claims the row ─▶ POST ─┬─ told
                                              ▲                                            ├─ next time later
                                              └── a worker that died leaves its claim ◀────┴─ given up

A delivery has the same id at each try: who receives it twice, after an answer that was lost, knows it by that.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from automagic.database.approval_tables import callbacks
from automagic.errors import AutomagicError
from automagic.jobs.document import public_document
from automagic.machine.logs import write_line

if TYPE_CHECKING:
    from automagic.jobs.queue.reads import Job
    from automagic.studio import Studio

EVENT = "job.finished"
LOOK_S = 2.0
AT_ONCE = 100
CLAIM_S = 120.0
"""For so long a worker that tells is alone with a row; one that dies meanwhile is followed by another."""

GAPS_S = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Between one try and the next; after the last it is given up: some 31 hours later."""


def add_callback(engine: sa.Engine, job_id: str, url: str) -> None:
    """Have an address told when a job has ended; while that waits, the same one once. Blocks.

    A job that is queued again ends again: who asks anew is told of that, too, as another delivery.
    """
    with engine.begin() as connection:
        known = connection.execute(
            sa.select(callbacks.c.state).where(callbacks.c.job_id == job_id, callbacks.c.url == url)
        ).scalars()
        states = list(known)
    if "waiting" in states:
        return
    delivery = "dlv_" + hashlib.sha256(f"{job_id} {url} {len(states)}".encode()).hexdigest()[:32]
    row = {"id": delivery, "job_id": job_id, "url": url, "state": "waiting", "tries": 0, "next_at": 0.0,
           "added_at": time.time(), "error": ""}  # fmt: skip
    with contextlib.suppress(sa.exc.IntegrityError), engine.begin() as connection:  # another request was first
        connection.execute(callbacks.insert().values(row))


def ask_again(engine: sa.Engine, job_id: str) -> None:
    """Have the addresses of a job told of its next end, too: it was queued again. Blocks."""
    with engine.begin() as connection:
        urls = set(connection.execute(sa.select(callbacks.c.url).where(callbacks.c.job_id == job_id)).scalars())
    for url in urls:
        add_callback(engine, job_id, url)


def find_callbacks(engine: sa.Engine, job_id: str) -> list[dict[str, Any]]:
    """How those of a job stand: state, tries and the last fault; without their addresses, which may hold a secret."""
    columns = (callbacks.c.id, callbacks.c.state, callbacks.c.tries, callbacks.c.error)
    with engine.begin() as connection:
        return [
            dict(row._mapping) for row in connection.execute(sa.select(*columns).where(callbacks.c.job_id == job_id))
        ]


@dataclass
class CallbackSender:
    """A background task beside a worker."""

    studio: Studio

    async def __call__(self, tell: Callable[[str], object]) -> None:
        """Look every `LOOK_S`, until cancelled."""
        fails = False
        while True:
            try:
                await self.send_due()
                fails = False
            except (AutomagicError, sa.exc.OperationalError) as error:  # the database is away, the disk is full
                if not fails:
                    why = error.message if isinstance(error, AutomagicError) else str(error.orig)
                    tell(f"Callbacks wait: {why.strip()}.")
                fails = True
            await asyncio.sleep(LOOK_S)

    async def send_due(self, *, now: float | None = None) -> int:
        """Tell of the jobs that have ended; gives how many were told."""
        moment = time.time() if now is None else now
        found = await asyncio.to_thread(self._find_due, moment)
        sent = 0
        for row, job in found:
            if await asyncio.to_thread(self._claim, row, moment):
                sent += await self._send(row, job, moment)
        return sent

    def _find_due(self, now: float) -> list[tuple[Any, Job | None]]:
        from automagic.jobs.queue import reads
        from automagic.jobs.queue.location import QueueLocation

        engine = self.studio.services.store.engine
        waiting = sa.select(callbacks).where(callbacks.c.state == "waiting", callbacks.c.next_at <= now)
        due = waiting.order_by(callbacks.c.next_at, callbacks.c.id).limit(AT_ONCE)
        with engine.begin() as connection:
            rows = connection.execute(due).all()
        if not rows:
            return []
        with reads.open_database(QueueLocation.of(self.studio.settings)) as database:
            jobs = [(row, reads.find_job(database, row.job_id)) for row in rows]
        found = [(row, job) for row, job in jobs if job is None or job.finished]
        early = [row.id for row, job in jobs if not (job is None or job.finished)]
        if early and len(rows) == AT_ONCE:  # those of jobs that run yet go behind the others
            later = callbacks.update().where(callbacks.c.id.in_(early), callbacks.c.state == "waiting")
            with engine.begin() as connection:
                connection.execute(later.values(next_at=now + LOOK_S / 2))
        return found

    def _claim(self, row: Any, now: float) -> bool:
        change = callbacks.update().where(
            callbacks.c.id == row.id, callbacks.c.state == "waiting", callbacks.c.next_at == row.next_at
        )
        with self.studio.services.store.engine.begin() as connection:
            return connection.execute(change.values(next_at=now + CLAIM_S, tries=row.tries + 1)).rowcount == 1

    async def _send(self, row: Any, job: Job | None, now: float) -> bool:
        from automagic.destinations.shared.publication import DestinationAccess
        from automagic.destinations.webhook.address import parse_place
        from automagic.destinations.webhook.delivery import Webhook

        services = self.studio.services
        access = DestinationAccess(services.vendors.http, services.store.engine, services.settings)
        facts = {"id": row.job_id, "state": "removed"} if job is None else public_document(job)
        try:
            webhook = Webhook(parse_place(row.url), access, attempts=1)
            await webhook.check()
            await webhook.notify(EVENT, facts, delivery=row.id)
        except AutomagicError as error:
            await asyncio.to_thread(self._put_off, row, now, error.message)
            return False
        await asyncio.to_thread(self._set, row, {"state": "told", "error": ""})
        return True

    def _put_off(self, row: Any, now: float, why: str) -> None:
        if row.tries >= len(GAPS_S):
            self._set(row, {"state": "given up", "error": why[:500]})
            write_line("callbacks", logging.WARNING, f"job {row.job_id}: its address could not be told: {why}")
        else:
            self._set(row, {"next_at": now + GAPS_S[row.tries], "error": why[:500]})

    def _set(self, row: Any, values: dict[str, Any]) -> None:
        with self.studio.services.store.engine.begin() as connection:
            connection.execute(callbacks.update().where(callbacks.c.id == row.id).values(values))

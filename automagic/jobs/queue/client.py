"""The queue from Python, without blocking the event loop: `studio.jobs`.

job = await studio.jobs.add(VideoRequest(topic="Tides"), priority="high")
async for job in studio.jobs.watch(job.id): print(job.progress)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from automagic.jobs.kinds import kind_of
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import WATCH_S, JobQueue
from automagic.jobs.queue.reads import Job, Priority, State


class AsyncJobQueue:
    """Jobs for async code; each call as in `JobQueue`, whose errors it raises."""

    def __init__(self, place: QueueLocation) -> None:
        self.queue = JobQueue(place)

    async def add(
        self, request: Any, *, kind: str = "", priority: Priority = "normal", at: str = "", key: str = ""
    ) -> Job:
        """Queue a request; files that it names are copied now.

        Args:
            kind: The product that the request is one of; "" to tell by its type.
            at: Not before this time; "" for at once.
            key: The same key makes one job, for as long as it is kept; "" for a new one.
        """

        def add() -> Job:
            draft = self.queue.draft(kind or kind_of(request), request, priority=priority, at=at, key=key)
            return self.queue.find(self.queue.add([draft])[0].id)

        return await asyncio.to_thread(add)

    async def get(self, job_id: str) -> Job:
        """The job as it stands now."""
        return await asyncio.to_thread(self.queue.find, job_id)

    async def find_all(self, *, states: Sequence[State] = (), limit: int | None = 20) -> list[Job]:
        """Jobs, the newest first."""
        return await asyncio.to_thread(lambda: self.queue.find_all(states=states, limit=limit))

    async def watch(self, job_id: str) -> AsyncIterator[Job]:
        """The job as it stands now, then each time it changed, until it is finished."""
        last: Job | None = None
        while last is None or not last.finished:
            job = await self.get(job_id)
            if job != last:
                yield job
                last = job
            if not job.finished:
                await asyncio.sleep(WATCH_S)

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job."""
        return await asyncio.to_thread(self.queue.cancel, job_id)

    async def retry(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again."""
        return await asyncio.to_thread(self.queue.retry, job_id)

    async def fetch(self, job_id: str, out: Path) -> Path:
        """Put a job's result into a folder."""
        return await asyncio.to_thread(self.queue.fetch, job_id, out)

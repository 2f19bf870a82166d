"""Events of jobs for any number of readers: one look at the queue a tick, one frame of bytes for all who wait for it.

    worker ─▶ queue's database ◀─ one look each tick ─ Hub ─▶ readers (server-sent events)

An event's id is a mark of what it tells, so a reader that comes back with the last id it saw is sent only what changed
meanwhile: whichever server it comes back to.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec

from automagic.errors import AutomagicError
from automagic.jobs.queue import reads
from automagic.machine.logs import write_line
from automagic.web.jobs_told import JobTeller, mark_of
from automagic.web.reading import Reader

TICK_S = 0.3
COMMENT_S = 15.0
"""How often a stream says something, so that nobody in between takes it for dead."""

NEWEST = 50
"""How many jobs the stream of all of them watches: the newest."""


@dataclass
class _Channel:
    """What is told of one job, or of all under "".

    Attributes:
        changed: Set when `frame` is another; then replaced.
        final: Nothing more will come.
    """

    readers: int = 0
    mark: str = ""
    frame: bytes = b""
    final: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, frame: bytes, mark: str, *, final: bool) -> None:
        """Let all readers have it."""
        if mark != self.mark:
            self.frame, self.mark, self.final = frame, mark, final
            self.changed.set()
            self.changed = asyncio.Event()


class Hub:
    """Looks for all. It looks only while somebody reads."""

    def __init__(self, reader: Reader, teller: JobTeller | None = None) -> None:
        self._reader = reader
        self._teller = teller or JobTeller()
        self._newest: list[reads.Row] = []
        self._channels: dict[str, _Channel] = {}
        self._work: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return sum(channel.readers for channel in self._channels.values())

    async def follow(self, job_id: str, seen: str = "") -> AsyncIterator[bytes]:
        """Frames of server-sent events, until the job is finished or the server ends.

        Args:
            job_id: "" for all.
            seen: The id of the last event that the reader had.
        """
        channel = self._channels.setdefault(job_id, _Channel())
        channel.readers += 1
        try:
            if self._work is None:
                self._work = asyncio.create_task(self._look_on())
            yield b": automagic\n\n"
            while not self._ended.is_set():
                changed = channel.changed
                if channel.mark and channel.mark != seen:
                    seen = channel.mark
                    yield channel.frame
                if channel.final:
                    return
                if channel.changed is not changed:
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), COMMENT_S)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            channel.readers -= 1
            if not channel.readers:
                self._channels.pop(job_id, None)

    async def _look_on(self) -> None:
        try:
            while self._channels:
                try:
                    await self._look()
                except AutomagicError as error:  # an outage: the streams stay open and go on when it is over
                    write_line("web", logging.WARNING, f"events wait: {error.message}")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), TICK_S)
                if self._ended.is_set():
                    return
        finally:
            self._work = None

    async def _look(self) -> None:
        for job_id, channel in list(self._channels.items()):
            if job_id:
                row = await self._reader.read(lambda database, job_id=job_id: reads.find_row(database, job_id))  # type: ignore[misc]
                if row is None:
                    gone = _frame("gone", msgspec.json.encode({"id": job_id}), "gone")
                    channel.tell(gone, "gone", final=True)
                    continue
                told = self._teller.tell(row)
                if told.mark != channel.mark:
                    channel.tell(_frame("job", told.body, told.mark), told.mark, final=told.finished)
            else:
                rows = await self._reader.read(lambda database: reads.list_rows(database, limit=NEWEST))
                if rows != self._newest or not channel.mark:
                    self._newest = rows
                    body = b'{"jobs":[%s]}' % b",".join(self._teller.tell(row).body for row in rows)
                    mark = mark_of(body)
                    channel.tell(_frame("jobs", body, mark), mark, final=False)

    async def end(self) -> None:
        """Let all streams end."""
        self._ended.set()
        for channel in self._channels.values():
            channel.changed.set()
        if self._work is not None:
            await self._work


def _frame(kind: str, body: bytes, mark: str) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (mark.encode(), kind.encode(), body)

"""Events of jobs for any number of readers: one look at the queue a tick, one frame of bytes for all who wait for it.

    worker ─▶ queue's database ◀─ one look each tick ─ Hub ─▶ readers (server-sent events)

An event's id is a mark of how things stand, so a reader that comes back with the last id it saw is sent nothing twice,
whichever server it comes back to. Of many jobs a reader is sent only those that changed since the event before; who
missed an event is sent all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable
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
        mark: Of how things stand.
        frame: Tells all of it.
        before: The mark before; who has seen that one is told `step` alone.
        known: Each job as it was told last.
        changed: Set when `mark` is another; then replaced.
        final: Nothing more will come.
    """

    readers: int = 0
    mark: str = ""
    frame: bytes = b""
    before: str = ""
    step: bytes = b""
    final: bool = False
    known: dict[str, bytes] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, mark: str, frame: bytes, step: bytes = b"", *, final: bool = False) -> None:
        """Let all readers have it."""
        if mark != self.mark:
            self.before, self.step = self.mark, step or frame
            self.frame, self.mark, self.final = frame, mark, final
            self.changed.set()
            self.changed = asyncio.Event()

    def frame_for(self, seen: str) -> bytes:
        """What a reader is sent that has seen the state of this mark."""
        return self.step if seen and seen == self.before else self.frame


class Hub:
    """Looks for all. It looks only while somebody reads."""

    def __init__(self, reader: Reader, teller: JobTeller | None = None) -> None:
        self._reader = reader
        self._teller = teller or JobTeller()
        self._newest: list[reads.Row] = []
        self._channels: dict[str, _Channel] = {}
        self._clients: Counter[str] = Counter()
        self._work: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return sum(channel.readers for channel in self._channels.values())

    def readers_of(self, client: str) -> int:
        """How many streams a client has open."""
        return self._clients[client]

    async def follow(self, job_id: str, seen: str = "", client: str = "") -> AsyncIterator[bytes]:
        """Frames of server-sent events, until the job is finished or the server ends.

        Args:
            job_id: "" for all.
            seen: The id of the last event that the reader had.
            client: Whose streams are counted; "" for nobody's.
        """
        channel = self._channels.setdefault(job_id, _Channel())
        channel.readers += 1
        self._clients[client] += 1
        try:
            if self._work is None:
                self._work = asyncio.create_task(self._look_on())
            yield b": automagic\n\n"
            while not self._ended.is_set():
                changed = channel.changed
                if channel.mark and channel.mark != seen:
                    frame, seen = channel.frame_for(seen), channel.mark
                    yield frame
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
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]
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
                await self._look_at(job_id, channel)
            else:
                rows = await self._reader.read(lambda database: reads.list_rows(database, limit=NEWEST))
                if rows != self._newest or not channel.mark:
                    self._newest = rows
                    told = {row[0]: self._teller.tell(row).body for row in rows}
                    _tell_jobs(channel, told)

    async def _look_at(self, job_id: str, channel: _Channel) -> None:
        row = await self._reader.read(lambda database: reads.find_row(database, job_id))
        if row is None:
            channel.tell("gone", _frame("gone", msgspec.json.encode({"id": job_id}), "gone"), final=True)
            return
        told = self._teller.tell(row)
        channel.tell(told.mark, _frame("job", told.body, told.mark), final=told.finished)

    async def end(self) -> None:
        """Let all streams end."""
        self._ended.set()
        for channel in self._channels.values():
            channel.changed.set()
        if self._work is not None:
            await self._work


def _tell_jobs(channel: _Channel, told: dict[str, bytes]) -> None:
    """Tell how the newest jobs stand, and who saw the last state only what is another now."""
    mark = mark_of(b"".join(told.values()))
    if mark == channel.mark:
        return
    changed = [body for job_id, body in told.items() if channel.known.get(job_id) != body]
    channel.known = told
    channel.tell(mark, _frame("jobs", _list(told.values()), mark), _frame("jobs", _list(changed), mark))


def _list(bodies: Iterable[bytes]) -> bytes:
    return b'{"jobs":[%s]}' % b",".join(bodies)


def _frame(kind: str, body: bytes, mark: str) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (mark.encode(), kind.encode(), body)

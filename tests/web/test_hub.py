"""Events for any number of readers, of one look at the queue."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from automagic.errors import ConfigurationError
from automagic.jobs.queue.reads import Database
from automagic.web import hub as hub_module
from automagic.web.hub import Hub
from automagic.web.reading import Reader
from tests.support.homes.web_app import WebHome
from tests.support.programs.trial_worker import trial


class CountingReader(Reader):
    """Counts the looks, and is out of order as often as it is told."""

    looks = 0
    broken = 0

    async def read(self, look: Callable[[Database], Any]) -> Any:
        self.looks += 1
        if self.broken:
            self.broken -= 1
            raise ConfigurationError("the queue is away")
        return await super().read(look)


@pytest.fixture
async def hub(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Hub, CountingReader]]:
    monkeypatch.setattr(hub_module, "TICK_S", 0.02)
    reader = CountingReader(web.place)
    hub = Hub(reader)
    yield hub, reader
    await hub.end()
    reader.close()


def add(web: WebHome, tmp_path: Path) -> str:
    [added] = web.queue.add([trial(tmp_path / "log")])
    return added.id


async def event(frames: AsyncIterator[bytes]) -> tuple[str, str, Any]:
    """The next: its id, its kind and what it tells."""
    while True:
        frame = (await anext(frames)).decode()
        if not frame.startswith(":"):
            mark, kind, data = frame.strip().split("\n")
            return mark.removeprefix("id: "), kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_all_readers_get_each_change_of_one_look_a_tick(
    web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path
) -> None:
    job = add(web, tmp_path)
    streams = [hub[0].follow(job) for _ in range(200)]
    seen = await asyncio.gather(*map(event, streams))
    assert {told["state"] for _, _, told in seen} == {"queued"}
    assert hub[0].readers == 200
    looks = hub[1].looks
    web.queue.cancel(job)
    seen = await asyncio.gather(*map(event, streams))
    assert {told["state"] for _, _, told in seen} == {"cancelled"}
    assert hub[1].looks - looks < 60  # not one for each reader
    for stream in streams:
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
    assert hub[0].readers == 0


async def test_nobody_looks_while_nobody_reads(web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path) -> None:
    stream = hub[0].follow(add(web, tmp_path))
    await event(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0.1)  # several ticks
    looks = hub[1].looks
    await asyncio.sleep(0.1)
    assert hub[1].looks == looks


async def test_who_comes_back_is_sent_only_what_changed(
    web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path
) -> None:
    job = add(web, tmp_path)
    mark, _, _ = await event(hub[0].follow(job))
    other = Hub(hub[1])  # another server
    waiting = asyncio.create_task(event(other.follow(job, mark)))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    web.queue.cancel(job)
    assert (await waiting)[2]["state"] == "cancelled"
    await other.end()


async def test_a_job_that_is_removed_ends_its_stream(
    web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path
) -> None:
    job = add(web, tmp_path)
    stream = hub[0].follow(job)
    await event(stream)
    web.queue.forget("trial", "log", str(tmp_path / "log"))
    told = [await event(stream)]
    if told[-1][1] == "job":  # that it was cancelled first may be seen, too
        told = [("", "gone", {"id": job})]
    assert told[-1][1:] == ("gone", {"id": job})


async def test_an_outage_ends_no_stream(web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path) -> None:
    job = add(web, tmp_path)
    stream = hub[0].follow(job)
    await event(stream)
    hub[1].broken = 3
    web.queue.cancel(job)
    assert (await event(stream))[2]["state"] == "cancelled"
    assert hub[1].broken == 0


async def test_a_quiet_stream_says_that_it_lives(
    web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "COMMENT_S", 0.05)
    stream = hub[0].follow(add(web, tmp_path))
    await event(stream)
    assert await anext(stream) == b": still here\n\n"


async def test_its_end_ends_all_streams(web: WebHome, hub: tuple[Hub, CountingReader], tmp_path: Path) -> None:
    streams = [hub[0].follow(job) for job in ("", add(web, tmp_path)) for _ in range(10)]
    await asyncio.gather(*map(event, streams))
    rest = [asyncio.create_task(_rest(stream)) for stream in streams]
    await hub[0].end()
    async with asyncio.timeout(1):
        assert await asyncio.gather(*rest) == [0] * 20
    assert hub[0].readers == 0


async def _rest(stream: AsyncIterator[bytes]) -> int:
    return len([frame async for frame in stream if not frame.startswith(b":")])

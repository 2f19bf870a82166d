"""An address is told once a job has ended: signed, again until it is taken, and given up in the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.approval_tables import callbacks
from automagic.errors import RequestError
from automagic.jobs.callback_address import check_address
from automagic.jobs.callbacks import AT_ONCE, GAPS_S, CallbackSender, add_callback, ask_again, find_callbacks
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.secret import Secret
from tests.support.programs.trial_worker import trial
from tests.support.servers.base import Fault
from tests.support.servers.webhook import KNOWN, WebhookServer


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(automagic_home=home, of_plugins={"WEBHOOK_SECRET": Secret(KNOWN)})


def queue_of(settings: Settings) -> JobQueue:
    return JobQueue(QueueLocation.of(settings), settings)


async def test_an_address_is_told_once_the_job_has_ended(settings: Settings, tmp_path: Path) -> None:
    queue = queue_of(settings)
    [added] = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt")])
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            sender, engine = CallbackSender(studio), studio.services.store.engine
            add_callback(engine, added.id, f"{server.url}/hook")
            add_callback(engine, added.id, f"{server.url}/hook")
            assert await sender.send_due() == 0  # it has not ended
            await asyncio.to_thread(queue.cancel, added.id)
            assert await sender.send_due() == 1
            assert await sender.send_due() == 0
            [told] = server.accepted.values()
            assert (told["type"], told["data"]["id"], told["data"]["state"]) == ("job.finished", added.id, "cancelled")
            assert [one["state"] for one in find_callbacks(engine, added.id)] == ["told"]


async def test_it_is_told_again_later_with_the_same_id_and_given_up_in_the_end(
    settings: Settings, tmp_path: Path
) -> None:
    queue = queue_of(settings)
    [added] = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt")])
    await asyncio.to_thread(queue.cancel, added.id)
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            sender, engine = CallbackSender(studio), studio.services.store.engine
            add_callback(engine, added.id, f"{server.url}/hook")
            server.fail(Fault(503), times=len(GAPS_S) + 1)
            now = 1e10
            for gap in GAPS_S:
                assert await sender.send_due(now=now) == 0
                assert await sender.send_due(now=now + gap - 1) == 0
                now += gap
            [before] = find_callbacks(engine, added.id)
            assert (before["state"], before["tries"]) == ("waiting", len(GAPS_S))
            assert await sender.send_due(now=now) == 0
            [after] = find_callbacks(engine, added.id)
            assert after["state"] == "given up"
            assert "503" in after["error"]
            assert len({call.headers["webhook-id"] for call in server.calls}) == 1


async def test_a_claim_of_a_worker_that_died_is_taken_over(settings: Settings, tmp_path: Path) -> None:
    queue = queue_of(settings)
    [added] = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt")])
    await asyncio.to_thread(queue.cancel, added.id)
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            engine = studio.services.store.engine
            add_callback(engine, added.id, f"{server.url}/hook")
            with engine.begin() as connection:
                connection.execute(callbacks.update().values(next_at=1000.0, tries=1))
            assert await CallbackSender(studio).send_due(now=999.0) == 0
            assert await CallbackSender(studio).send_due(now=1000.0) == 1
            with engine.begin() as connection:
                assert connection.execute(sa.select(callbacks.c.tries)).scalar() == 2


async def test_an_address_that_leads_elsewhere_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    queue = queue_of(settings)
    [added] = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt")])
    await asyncio.to_thread(queue.cancel, added.id)
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            engine = studio.services.store.engine
            add_callback(engine, added.id, f"{server.url}/moved")
            assert await CallbackSender(studio).send_due() == 0
            assert "redirects" in find_callbacks(engine, added.id)[0]["error"]
            assert server.accepted == {}


def test_only_what_may_be_told_is_kept(settings: Settings, home: Path) -> None:
    assert check_address("https://example.com/hook#x", settings) == "https://example.com/hook"
    for url in ("ftp://example.com/x", "http://example.com/x", "https://ada:secret@example.com/x", "nonsense"):
        with pytest.raises(RequestError):
            check_address(url, settings)
    with pytest.raises(RequestError, match="no secret to sign with"):
        check_address("https://example.com/hook", Settings(automagic_home=home))


async def test_jobs_that_run_yet_do_not_hold_up_those_that_have_ended(settings: Settings, tmp_path: Path) -> None:
    queue = queue_of(settings)
    jobs = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt") for _ in range(AT_ONCE + 1)])
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            engine = studio.services.store.engine
            for added in jobs:
                add_callback(engine, added.id, f"{server.url}/hook")
            for ended in (jobs[0], jobs[-1]):
                await asyncio.to_thread(queue.cancel, ended.id)
            assert sum([await CallbackSender(studio).send_due(now=1e10 + look) for look in range(3)]) == 2


async def test_a_job_that_is_queued_again_is_told_of_again(settings: Settings, tmp_path: Path) -> None:
    queue = queue_of(settings)
    [added] = await asyncio.to_thread(queue.add, [trial(tmp_path / "log.txt")])
    with WebhookServer() as server:
        async with open_studio(settings) as studio:
            engine = studio.services.store.engine
            add_callback(engine, added.id, f"{server.url}/hook")
            await asyncio.to_thread(queue.cancel, added.id)
            assert await CallbackSender(studio).send_due() == 1
            await asyncio.to_thread(queue.retry, added.id)
            ask_again(engine, added.id)
            ask_again(engine, added.id)
            assert await CallbackSender(studio).send_due() == 0
            await asyncio.to_thread(queue.cancel, added.id)
            assert await CallbackSender(studio).send_due() == 1
            assert len(server.accepted) == 2

"""The vendors of one run: what they learn from refusals, what is waited for, and the self-test that asks each."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from automagic import VideoRequest, open_studio
from automagic.cli.trial.vendor_test import painter
from automagic.gate.replies import Unreachable
from automagic.providers.shared.account import KeyRefused
from automagic.providers.shared.vendors import Vendors
from automagic.services import open_services
from automagic.settings import Settings, load_settings
from automagic.values.events import CallRetried, Event, Notice
from tests.support.processes.vendor_shell import KEY, KEYS, WRONG_KEY, World, until
from tests.support.servers.base import Fault
from tests.support.servers.openai import OpenAIServer


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


def settings_for(folder: Path, **more: str) -> Settings:
    environment = {"AUTOMAGIC_HOME": str(folder / "home"), "RATE_LIMIT_RPM": "100000"} | more
    return load_settings(environment=environment, folder=folder)


@contextlib.asynccontextmanager
async def open_vendors(settings: Settings, events: list[Event]) -> AsyncIterator[Vendors]:
    async with open_services(settings) as services, services.for_run("run-1", emit=events.append) as run:
        yield run.vendors


# -------------------------------------------------------------------------------------------- what is learned


async def test_a_key_that_is_refused_is_shown_once_however_many_scenes_ask(tmp_path, server):
    settings = settings_for(tmp_path, OPENAI_API_KEY=WRONG_KEY, OPENAI_BASE_URL=f"{server.url}/v1")
    async with open_vendors(settings, []) as vendors:
        asked = [vendors.painter("openai").draw(f"Scene {n}", width=64, height=64) for n in range(8)]
        failures = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(failure) for failure in failures} == {KeyRefused}
    assert len(server.calls) == 1


async def test_pictures_do_not_wait_long_for_the_first_one(tmp_path, server):
    server.latency_s = 2.0
    settings = settings_for(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"{server.url}/v1")
    async with open_vendors(settings, []) as vendors:
        await asyncio.gather(*(vendors.painter("openai").draw(f"{n}", width=64, height=64) for n in range(8)))
    first, *others = (call.at for call in server.calls)
    assert len(others) == 7
    assert max(others) - first < 2.0, "they waited for its answer"


async def test_without_a_network_only_the_first_call_is_repeated(tmp_path, nowhere):
    addresses = {f"{name}_BASE_URL": nowhere for name in ("OPENAI", "GEMINI", "PEXELS")}
    events: list[Event] = []
    async with open_vendors(settings_for(tmp_path, **KEYS, **addresses), events) as vendors:
        for name in ("openai", "gemini"):
            for prompt in ("one", "two"):
                with pytest.raises(Unreachable, match="cannot be reached"):
                    await vendors.painter(name).draw(prompt, width=64, height=64)
        with pytest.raises(Unreachable):
            await vendors.check("pexels")
    assert [event.vendor for event in events if isinstance(event, CallRetried)] == ["openai"]


async def test_whoever_is_reached_shows_that_there_is_a_network(tmp_path, server, nowhere):
    addresses = {"OPENAI_BASE_URL": f"{server.url}/v1", "GEMINI_BASE_URL": nowhere}
    events: list[Event] = []
    async with open_vendors(settings_for(tmp_path, **KEYS, **addresses), events) as vendors:
        for _ in range(2):
            with pytest.raises(Unreachable):
                await vendors.painter("gemini").draw("a pier", width=64, height=64)
            await vendors.painter("openai").draw("a pier", width=64, height=64, take=len(events) + 1)
    assert [event.vendor for event in events if isinstance(event, CallRetried)] == ["gemini", "gemini"]


async def test_without_a_network_the_list_is_followed(tmp_path, nowhere):
    """Nothing listens anywhere: the text is an outline, cards are drawn; each loss is told once."""
    names = ("OPENAI", "ANTHROPIC", "GEMINI", "PEXELS", "ELEVENLABS")
    settings = settings_for(tmp_path, **KEYS, **{f"{name}_BASE_URL": nowhere for name in names})
    texts: list[str] = []
    lost = asyncio.Event()

    def listen(event: Event) -> None:
        if isinstance(event, Notice):
            texts.append(event.text)
            if "A card is drawn" in event.text:
                lost.set()

    request = VideoRequest(
        topic="The sea",
        writer="openai,gemini,outline",
        illustrator="pexels,cards",
        voice="espeak",
        out=tmp_path / "out",
    )
    async with open_studio(settings) as studio:
        making = asyncio.create_task(studio.video(request, listener=listen))
        async with asyncio.timeout(60):  # far above the pause between two attempts: only a hang is that long
            await lost.wait()
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
    assert [sum(name in text for text in texts) for name in ("openai and gemini could not", "pexels could not")] == [
        1,
        1,
    ]


@pytest.mark.parametrize("status", [0, 429])
async def test_what_is_paid_for_is_waited_for_when_its_run_ends(tmp_path, server, status):
    """A cancelled call that was sent is kept, not asked for again; one that was refused is not tried again."""
    server.latency_s = 0.2
    if status:
        server.fail(Fault(status=status, headers={"retry-after": "0"}))
    settings = settings_for(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"{server.url}/v1")
    async with open_vendors(settings, []) as vendors:
        painter = vendors.painter("openai")
        drawing = asyncio.create_task(painter.draw("A pier", width=512, height=512))
        await asyncio.to_thread(until, lambda: server.calls)
        drawing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drawing
        assert len(server.calls) == 1
        await painter.draw("A pier", width=512, height=512)
    assert len(server.calls) == (2 if status else 1)
    assert server.billed("image") == 1


# ---------------------------------------------------------------------------------------------- the self-test


def test_the_self_test_asks_each_configured_vendor_and_names_what_is_wrong(tmp_path: Path) -> None:
    world = World()
    with world.open(tmp_path) as shell:
        shell.environment |= {"ANTHROPIC_API_KEY": WRONG_KEY, "PEXELS_API_KEY": "", "CONTACT": ""}
        result = shell.run("--test", "api", "--json", code=1)
        trials = {trial["part"]: trial for trial in result.json["trials"]}
        assert [name for name, trial in trials.items() if not trial["passed"]] == ["anthropic"]
        assert [name for name, trial in trials.items() if not trial["configured"]] == [
            "pexels", "wikipedia", "commons", "youtube",
        ]  # fmt: skip
        assert "ANTHROPIC_API_KEY" in trials["anthropic"]["detail"]
        assert "remaining-requests 499" in trials["openai"]["detail"]
        assert "limit 10000" in trials["elevenlabs"]["detail"]
        assert all(
            "breaker closed" in trials[name]["detail"] for name in ("openai", "anthropic", "gemini", "elevenlabs")
        )
        assert world.bill == {}
        assert WRONG_KEY not in result.stdout + result.stderr
        assert shell.files_with(WRONG_KEY) == []


async def test_the_self_test_paints_one_new_picture_each_time(tmp_path, server):
    settings = settings_for(
        tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"{server.url}/v1", ILLUSTRATOR="openai,cards"
    )
    assert "drew 1024x1024" in await painter(settings, tmp_path)
    assert "drew 1024x1024" in await painter(settings, tmp_path)
    assert server.billed("image") == 2

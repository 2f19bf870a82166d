"""kill -9 while vendors are being paid: what was answered is not bought again, what is unknown once more at most."""

from __future__ import annotations

import collections
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes.python_programs import Program
from tests.support.processes.vendor_shell import QUICK, Shell, World, told, until

PAID = (
    "--now", "--topic", "The sea", "--duration", "5", *QUICK,
    "--writer", "anthropic", "--illustrator", "openai", "--narrator", "elevenlabs",
)  # fmt: skip
SAID = told("Waves return to the shore today.")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shell(tmp_path: Path, world: World) -> Iterator[Shell]:
    with world.open(tmp_path) as shell:
        yield shell


def asked(world: World) -> collections.Counter[tuple[str, bytes]]:
    """How often each purchase was asked for, whatever came of it."""
    paid = [
        call
        for server in (world.anthropic, world.openai, world.elevenlabs)
        for call in list(server.calls)
        if call.method == "POST" and "history" not in call.path
    ]
    return collections.Counter((call.path, call.body) for call in paid)


def stored(shell: Shell, world: World) -> set[tuple[str, bytes]]:
    """Those of them whose answer the journal calls delivered."""
    rows = (
        shell.journal("idempotency_key, remote_id", "state = 'delivered'")
        if (shell.home / "automagic.db").exists()
        else []
    )
    keys, items = {row[0] for row in rows}, {row[1] for row in rows}
    texts = {item["text"] for item in world.elevenlabs.history if item["history_item_id"] in items}
    found = set()
    for server in (world.anthropic, world.openai, world.elevenlabs):
        for call in list(server.calls):
            if call.headers.get("idempotency-key") in keys or (call.billed == "speech" and call.json["text"] in texts):
                found.add((call.path, call.body))
    return found


def kill(process: Program) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.soak
def test_three_kills_of_one_run_buy_nothing_again(shell: Shell, world: World) -> None:
    """While the script is written, while pictures are painted and lines spoken, and when all is paid for."""
    world.anthropic.say(SAID, SAID)
    for server in (world.anthropic, world.openai, world.elevenlabs):
        server.latency_s = 0.3
    with shell.start(*PAID) as process:
        until(lambda: world.anthropic.calls, process=process)
        kill(process)
    with shell.start(*PAID) as process:
        until(lambda: world.openai.calls and world.elevenlabs.calls, process=process)
        kill(process)
    kept, before = stored(shell, world), asked(world)
    assert len(kept) >= 1
    with shell.start(*PAID) as process:
        until(lambda: shell.journal("count(*)", "state = 'delivered'") == [(3,)], process=process)
        kill(process)
    assert all(asked(world)[purchase] == before[purchase] for purchase in kept)
    before = asked(world)
    result = shell.run(*PAID)
    assert asked(world) == before
    assert max(before.values()) == 2
    assert world.openai.billed("image") == 1
    line = "Written by anthropic claude-haiku-5-5, pictures by openai gpt-image-2, voice elevenlabs George."
    assert line in " ".join(result.stdout.split())
    credits = {credit["part"]: (credit["name"], credit["origin"]) for credit in shell.read("credits.json")}
    assert credits.pop("text") == ("anthropic claude-haiku-5-5", "anthropic")
    assert credits.pop("voice") == ("ElevenLabs, voice George", "elevenlabs")
    assert set(credits.values()) == {("openai gpt-image-2", "openai")}
    assert "anthropic claude-haiku-5-5" in shell.read("metadata.json")["description"]


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_twenty_kills_at_random_moments_buy_nothing_again(tmp_path: Path, world: World) -> None:
    chance = random.Random(20)  # noqa: S311 - any moment will do
    for server in (world.anthropic, world.openai, world.elevenlabs):
        server.latency_s = 0.25
    with world.open(tmp_path) as any_shell:
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            shell = Shell(folder, any_shell.environment)
            for server in (world.anthropic, world.openai, world.elevenlabs):
                server.calls.clear()
                server.answers_by_idempotency_key.clear()
            world.elevenlabs.history.clear()
            world.anthropic.say(SAID, SAID)
            with shell.start(*PAID) as process:
                until(lambda: world.anthropic.calls, process=process)
                time.sleep(chance.uniform(0, 2.5))
                kill(process)
            kept, before = stored(shell, world), asked(world)
            shell.run(*PAID)
            world.anthropic.script.take()  # the answer that was not needed
            after = asked(world)
            assert all(after[purchase] == before[purchase] for purchase in kept), "a stored answer was bought again"
            assert max(after.values()) <= 2, "an unknown call was repeated more than once"
            assert world.openai.billed("image") == 1

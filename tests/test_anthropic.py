"""Anthropic through the whole gate, against the test server that Anthropic's own client accepts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.anthropic import AnthropicServer
from servers.base import Fault
from servers.scripted import Cut, Refusal
from test_writing import BRIEF, GOOD
from vendor_gate import Line, open_line

from automagic.errors import ConfigurationError, Permanent, Retryable, Unknown
from automagic.orchestrator.events import MoneySpent
from automagic.orchestrator.prices import load_prices
from automagic.orchestrator.store import ArtifactStore
from automagic.providers.anthropic import AnthropicWriter, check_anthropic, open_anthropic
from automagic.providers.script_draft import Brief
from automagic.providers.vendor import Account
from automagic.settings import Secret

# The base of the servers keeps its ledger entry in the request under a plain string.
MODEL = "claude-haiku-4-5"


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


@pytest.fixture
async def line(home: Path, store: ArtifactStore) -> AsyncIterator[Line]:
    async with open_line(home, store) as line:
        yield line


def connect(line: Line, server: AnthropicServer, key: str = "") -> Account:
    return open_anthropic(
        line.http, line.gate, key=Secret(key or server.key), base_url=server.url, prices=load_prices()
    )


@pytest.fixture
def writer(line: Line, server: AnthropicServer) -> AnthropicWriter:
    return AnthropicWriter(connect(line, server), model=MODEL)


async def test_a_script_is_written_and_paid_for_once(server, writer, line):
    server.say(GOOD)
    first, again = await writer.write(BRIEF), await writer.write(BRIEF)
    assert first == again
    assert first.script.writer == "anthropic"
    assert server.billed("chat") == 1
    asked = server.calls[0].json
    assert asked["output_config"]["format"]["type"] == "json_schema"
    assert [turn["role"] for turn in asked["messages"]] == ["user"]
    (money,) = [event for event in line.events if isinstance(event, MoneySpent)]
    assert 0 < money.cost_usd <= writer.estimate(BRIEF)


async def test_an_unscripted_server_writes_a_script_that_follows_its_source(writer):
    assert len((await writer.write(BRIEF)).script.scenes) == 3


async def test_a_bad_answer_is_repaired_in_the_same_conversation(server, writer):
    server.say({"title": "no scenes", "scenes": []}, GOOD)
    assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert [turn["role"] for turn in server.calls[1].json["messages"]] == ["user", "assistant", "user"]


async def test_an_empty_answer_can_be_repaired_too(server, writer):
    server.say("{", GOOD)
    assert (await writer.write(BRIEF)).script.title == GOOD["title"]


async def test_a_refusal_says_why(server, writer):
    server.say(Refusal("This is against the usage policy."))
    with pytest.raises(Permanent, match="against the usage policy"):
        await writer.write(BRIEF)


async def test_an_answer_that_is_cut_off_twice_is_an_error(server, writer):
    server.say(Cut(), Cut())
    with pytest.raises(Permanent, match="cut off"):
        await writer.write(BRIEF)


@pytest.mark.parametrize("retry_after", ["0.02", ""])
async def test_a_rate_limit_is_waited_for(server, writer, retry_after):
    reset = datetime.now(UTC) + timedelta(seconds=0.05)
    server.limit(reset=reset.isoformat().replace("+00:00", "Z"), retry_after=retry_after)
    assert (await writer.write(BRIEF)).script.scenes
    assert server.billed("chat") == 1


async def test_a_limit_with_a_date_is_waited_for_until_then(server, line):
    """Retry-After as an HTTP date in the past: at once."""
    server.fail(Fault(status=429, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}))
    assert (await AnthropicWriter(connect(line, server), model=MODEL).write(BRIEF)).script.scenes


@pytest.mark.parametrize("status", [500, 529])
async def test_an_overloaded_vendor_is_asked_again_and_then_given_up(server, writer, status):
    server.fail(Fault(status=status))
    await writer.write(BRIEF)
    server.fail(Fault(status=status), times=9)
    with pytest.raises(Retryable):
        await writer.write(Brief(10, topic="tides"))


@pytest.mark.parametrize("fault", [Fault(truncate=True), Fault(drop="before"), Fault(status=504)])
async def test_an_unknown_outcome_is_resubmitted_once(server, writer, fault):
    server.fail(fault)
    assert (await writer.write(BRIEF)).script.scenes
    assert len(server.calls) == 2
    server.fail(fault, times=9)
    with pytest.raises(Unknown):
        await writer.write(Brief(10, topic="tides"))
    assert len(server.calls) == 4


async def test_a_hang_ends_in_time(home, store, server):
    server.fail(Fault(hang=True), times=2)
    async with open_line(home, store, read_s=0.2) as line:
        with pytest.raises(Unknown, match="in time"):
            await AnthropicWriter(connect(line, server), model=MODEL).write(BRIEF)


@pytest.mark.parametrize(
    "body", ["<html>Sign in</html>", '{"content": [', '{"content": 7}', '{"content": [], "usage": {}}']
)
async def test_a_body_that_is_no_answer_is_refused_in_clear_words(server, writer, body):
    server.fail(Fault(malformed=body))
    with pytest.raises(Permanent, match="answered"):
        await writer.write(BRIEF)
    assert len(server.calls) == 1


async def test_a_page_with_status_200_is_refused(server, writer):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await writer.write(BRIEF)


async def test_a_wrong_key_is_named_by_its_setting_and_never_shown(server, line):
    with pytest.raises(Permanent) as error:
        await AnthropicWriter(connect(line, server, "sk-ant-wrong-1234567890"), model=MODEL).write(BRIEF)
    assert "ANTHROPIC_API_KEY" in error.value.hint
    shown = f"{error.value} {error.value.hint} {error.value.__dict__} {line.events}"
    assert "1234567890" not in shown
    with pytest.raises(ConfigurationError, match="ANTHROPIC_API_KEY is not set"):
        open_anthropic(line.http, line.gate, key=None, prices=None)


async def test_a_model_that_does_not_exist_is_named(server, line):
    prices = load_prices()
    prices.tables["anthropic"]["text"]["claude-none"] = prices.tables["anthropic"]["text"][MODEL]
    account = open_anthropic(line.http, line.gate, key=Secret(server.key), base_url=server.url, prices=prices)
    with pytest.raises(Permanent, match="claude-none"):
        await AnthropicWriter(account, model="claude-none").write(BRIEF)


async def test_the_check_costs_nothing_and_says_what_is_left(server, line):
    checked = await check_anthropic(connect(line, server))
    assert checked.left["anthropic-ratelimit-requests-remaining"] == "49"
    assert server.billed() == 0

"""Anthropic through the whole gate, against the test server that Anthropic's own client accepts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from automagic.errors import Permanent
from automagic.gate.prices import load_prices
from automagic.providers.anthropic.api import API, AnthropicWriter
from automagic.providers.shared.account import Account
from automagic.values.secret import Secret
from tests.support.servers.anthropic import AnthropicServer
from tests.support.servers.base import Fault
from tests.support.servers.scripted import Refusal
from tests.support.texts.written_scripts import BRIEF, GOOD
from tests.support.vendors.open_gate import Line

MODEL = "claude-haiku-5-5"


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


def connect(line: Line, server: AnthropicServer, key: str = "") -> Account:
    return API.open(line.http, line.gate, key=Secret(key or server.key), base_url=server.url, prices=load_prices())


@pytest.fixture
def writer(line: Line, server: AnthropicServer) -> AnthropicWriter:
    return AnthropicWriter(connect(line, server), model=MODEL)


async def test_a_bad_answer_is_repaired_in_the_same_conversation(server, writer):
    server.say({"title": "no scenes", "scenes": []}, GOOD)
    assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert [turn["role"] for turn in server.calls[1].json["messages"]] == ["user", "assistant", "user"]
    assert server.calls[0].json["output_config"]["format"]["type"] == "json_schema"


async def test_a_refusal_says_why(server, writer):
    server.say(Refusal("This is against the usage policy."))
    with pytest.raises(Permanent, match="against the usage policy"):
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


async def test_the_check_costs_nothing_and_says_what_is_left(server, line):
    checked = await AnthropicWriter(connect(line, server), model=MODEL).check()
    assert checked.left["anthropic-ratelimit-requests-remaining"] == "49"
    assert server.billed() == 0


async def test_an_overloaded_vendor_is_asked_again(server, writer):
    server.fail(Fault(status=529))
    assert (await writer.write(BRIEF)).script.scenes
    assert len(server.calls) == 2

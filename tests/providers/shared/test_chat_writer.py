"""What every vendor's language model does alike: each through the whole gate, against the server that its own client
accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from automagic.errors import ConfigurationError, Permanent, Retryable, Unknown
from automagic.gate.prices import Prices, load_prices
from automagic.providers.anthropic import api as anthropic
from automagic.providers.anthropic.api import AnthropicWriter
from automagic.providers.gemini import api as gemini
from automagic.providers.gemini.api import GeminiWriter
from automagic.providers.openai import api as openai
from automagic.providers.openai.api import OpenAIWriter
from automagic.providers.shared.account import Account, KeyRefused
from automagic.providers.shared.chat_writer import ChatWriter
from automagic.providers.shared.script_draft import WriterBrief
from automagic.values.events import MoneySpent
from automagic.values.secret import Secret
from tests.support.servers.anthropic import AnthropicServer
from tests.support.servers.base import Fault
from tests.support.servers.gemini import GeminiServer
from tests.support.servers.openai import OpenAIServer
from tests.support.servers.scripted import Cut, Refusal, ScriptedServer
from tests.support.texts.written_scripts import BRIEF, GOOD
from tests.support.vendors.open_gate import Line, open_line

TIDES = WriterBrief(10, topic="tides")


@dataclass(frozen=True)
class Vendor:
    """How one of them is reached."""

    name: str
    server: type[ScriptedServer]
    open: Callable[..., Account]
    writer: Callable[..., ChatWriter[Any]]
    model: str
    path: str = ""
    keys: int = 1  # how many idempotency keys two submissions of one purchase have; 0 where none are known

    def connect(self, line: Line, server: ScriptedServer, key: str = "", prices: Prices | None = None) -> Account:
        return self.open(
            line.http,
            line.gate,
            key=Secret(key or server.key),
            base_url=server.url + self.path,
            prices=prices or load_prices(),
        )


VENDORS = (
    Vendor("openai", OpenAIServer, openai.API.open, OpenAIWriter, "gpt-5.4-mini", "/v1"),
    Vendor("anthropic", AnthropicServer, anthropic.API.open, AnthropicWriter, "claude-haiku-5-5", keys=0),
    Vendor("gemini", GeminiServer, gemini.API.open, GeminiWriter, "gemini-3.5-flash-lite", keys=0),
)


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    found: Vendor = request.param
    return found


@pytest.fixture
def server(vendor: Vendor) -> Iterator[ScriptedServer]:
    with vendor.server() as server:
        yield server


@pytest.fixture
def writer(vendor: Vendor, line: Line, server: ScriptedServer) -> ChatWriter[Any]:
    return vendor.writer(vendor.connect(line, server), model=vendor.model)


async def test_a_script_is_written_and_paid_for_once(vendor, server, writer, line):
    server.say(GOOD)
    first, again = await writer.write(BRIEF), await writer.write(BRIEF)
    assert first == again
    assert (first.script.writer, first.script.title) == (vendor.name, GOOD["title"])
    assert server.billed("chat") == 1
    (money,) = [event for event in line.events if isinstance(event, MoneySpent)]
    assert 0 < money.cost_usd <= writer.first_call(BRIEF).estimate_usd


async def test_an_unscripted_server_writes_a_script_that_follows_its_source(writer):
    written = await writer.write(BRIEF)
    assert [scene.origins[0].paragraph for scene in written.script.scenes] == [0, 1, 2]


async def test_another_take_is_another_purchase(server, writer):
    server.say(GOOD, GOOD)
    await writer.write(BRIEF)
    await writer.write(WriterBrief(duration_s=15, document=BRIEF.document, take=2))
    assert server.billed("chat") == 2


async def test_a_bad_answer_and_its_repair_are_both_bought_once(server, writer):
    server.say("not JSON at all", GOOD)
    for _ in range(2):
        assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert server.billed("chat") == 2


async def test_a_refusal_says_why_and_is_not_bought_again(server, writer):
    server.say(Refusal("PROHIBITED_CONTENT, that is"))
    for _ in range(2):
        with pytest.raises(Permanent, match="PROHIBITED_CONTENT"):
            await writer.write(BRIEF)
    assert len(server.calls) == 1


async def test_an_answer_that_is_cut_off_twice_is_an_error(server, writer):
    server.say(Cut(), Cut())
    with pytest.raises(Permanent, match="cut off"):
        await writer.write(BRIEF)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_vendor_that_stumbles_is_asked_again_and_then_given_up(server, writer, status):
    server.fail(Fault(status=status))
    await writer.write(BRIEF)
    server.fail(Fault(status=status), times=9)
    with pytest.raises(Retryable):
        await writer.write(TIDES)


@pytest.mark.parametrize("fault", [Fault(truncate=True), Fault(drop="after"), Fault(drop="before"), Fault(status=504)])
async def test_an_unknown_outcome_is_resubmitted_once(vendor, server, writer, fault):
    server.fail(fault)
    assert (await writer.write(BRIEF)).script.scenes
    assert len({call.idempotency_key for call in server.calls if call.idempotency_key}) == vendor.keys
    assert len(server.calls) == 2
    server.fail(fault, times=9)
    with pytest.raises(Unknown):
        await writer.write(TIDES)
    assert len(server.calls) == 4


async def test_a_hang_ends_in_time(store, vendor, server):
    server.fail(Fault(hang=True), times=2)
    async with open_line(store, read_s=0.2) as line:
        with pytest.raises(Unknown, match="in time"):
            await vendor.writer(vendor.connect(line, server), model=vendor.model).write(BRIEF)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Sign in</body></html>", '{"choices": [', '{"choices": 7, "content": 7, "candidates": 7}',
        '{"choices": [], "content": [], "usage": {}, "candidates": []}',
    ],
)  # fmt: skip
async def test_a_body_that_is_no_answer_is_refused_in_clear_words(server, writer, body):
    server.fail(Fault(malformed=body))
    with pytest.raises(Permanent, match=r"gave an|answered with nothing") as error:
        await writer.write(BRIEF)
    assert error.value.hint
    assert len(server.calls) == 1


async def test_a_page_with_status_200_is_refused(server, writer):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await writer.write(BRIEF)


async def test_a_wrong_key_is_named_by_its_setting_and_never_shown(vendor, server, line):
    wrong = vendor.connect(line, server, "sk-wrong-1234567890")
    with pytest.raises(KeyRefused) as error:
        await vendor.writer(wrong, model=vendor.model).write(BRIEF)
    assert f"{vendor.name.upper()}_API_KEY" in error.value.hint
    shown = f"{error.value} {error.value.hint} {error.value.__dict__} {line.events}"
    assert "1234567890" not in shown
    assert server.key not in shown
    assert all("key" not in call.query for call in server.calls)
    with pytest.raises(ConfigurationError, match=f"{vendor.name.upper()}_API_KEY is not set"):
        vendor.open(line.http, line.gate, key=None, prices=None)


async def test_a_model_that_does_not_exist_is_named(vendor, server, line):
    prices = load_prices()
    prices.tables[vendor.name]["text"]["model/none"] = prices.tables[vendor.name]["text"][vendor.model]
    account = vendor.connect(line, server, prices=prices)
    with pytest.raises(Permanent, match="model/none") as error:
        await vendor.writer(account, model="model/none").write(BRIEF)
    assert f"{vendor.name.upper()}_…_MODEL" in error.value.hint


async def test_a_model_without_a_price_is_not_asked(vendor, server, line):
    with pytest.raises(ConfigurationError, match="no price"):
        await vendor.writer(vendor.connect(line, server), model="gpt-none").write(BRIEF)
    assert not server.calls

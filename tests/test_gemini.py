"""Gemini through the whole gate, against the test server that Google's own client accepts."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from servers.base import Fault
from servers.gemini import GeminiServer
from servers.scripted import Cut, Refusal
from test_writing import BRIEF, GOOD
from vendor_gate import Line, open_line

from automagic.errors import ConfigurationError, Permanent, Retryable, Unknown
from automagic.orchestrator.events import CallRetried, MoneySpent
from automagic.orchestrator.prices import load_prices
from automagic.orchestrator.store import ArtifactStore
from automagic.providers.gemini import GeminiIllustrator, GeminiWriter, check_gemini, open_gemini, picture_body
from automagic.providers.script_draft import Brief
from automagic.providers.vendor import Account
from automagic.settings import Secret

# The base of the servers keeps its ledger entry in the request under a plain string.
CHAT, IMAGE = "gemini-2.5-flash", "gemini-2.5-flash-image"


@pytest.fixture
def server() -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        yield server


@pytest.fixture
async def line(home: Path, store: ArtifactStore) -> AsyncIterator[Line]:
    async with open_line(home, store) as line:
        yield line


def connect(line: Line, server: GeminiServer, key: str = "") -> Account:
    return open_gemini(line.http, line.gate, key=Secret(key or server.key), base_url=server.url, prices=load_prices())


@pytest.fixture
def writer(line: Line, server: GeminiServer) -> GeminiWriter:
    return GeminiWriter(connect(line, server), model=CHAT)


@pytest.fixture
def illustrator(line: Line, server: GeminiServer) -> GeminiIllustrator:
    return GeminiIllustrator(connect(line, server), model=IMAGE)


# ------------------------------------------------------------------------------------------------------- writer


async def test_a_script_is_written_and_paid_for_once(server, writer, line):
    server.say(GOOD)
    first, again = await writer.write(BRIEF), await writer.write(BRIEF)
    assert first == again
    assert first.script.writer == "gemini"
    assert server.billed("chat") == 1
    assert server.calls[0].path == f"/v1/models/{CHAT}:generateContent"
    (money,) = [event for event in line.events if isinstance(event, MoneySpent)]
    assert 0 < money.cost_usd <= writer.estimate(BRIEF)


async def test_an_unscripted_server_writes_a_script_that_follows_its_source(writer):
    assert len((await writer.write(BRIEF)).script.scenes) == 3


async def test_a_bad_answer_is_repaired_in_the_same_conversation(server, writer):
    server.say("no JSON", GOOD)
    assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert [turn["role"] for turn in server.calls[1].json["contents"]] == ["user", "model", "user"]


async def test_a_blocked_prompt_says_why(server, writer):
    server.say(Refusal())
    with pytest.raises(Permanent, match="PROHIBITED_CONTENT"):
        await writer.write(BRIEF)


async def test_an_answer_that_is_cut_off_twice_is_an_error(server, writer):
    server.say(Cut(), Cut())
    with pytest.raises(Permanent, match="cut off"):
        await writer.write(BRIEF)


# ------------------------------------------------------------------------------------------------------- faults


async def test_a_rate_limit_in_the_body_is_waited_for(server, writer, line):
    server.limit("0.03s")
    assert (await writer.write(BRIEF)).script.scenes
    (retried,) = [event for event in line.events if isinstance(event, CallRetried)]
    assert retried.after_s == pytest.approx(0.03, abs=0.03)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_vendor_that_stumbles_is_asked_again_and_then_given_up(server, writer, status):
    server.fail(Fault(status=status))
    await writer.write(BRIEF)
    server.fail(Fault(status=status), times=9)
    with pytest.raises(Retryable):
        await writer.write(Brief(10, topic="tides"))


@pytest.mark.parametrize("fault", [Fault(truncate=True), Fault(drop="after"), Fault(status=504)])
async def test_an_unknown_outcome_is_resubmitted_once(server, writer, fault):
    server.fail(fault)
    assert (await writer.write(BRIEF)).script.scenes
    server.fail(fault, times=9)
    with pytest.raises(Unknown):
        await writer.write(Brief(10, topic="tides"))
    assert len(server.calls) == 4


async def test_a_hang_ends_in_time(home, store, server):
    server.fail(Fault(hang=True), times=2)
    async with open_line(home, store, read_s=0.2) as line:
        with pytest.raises(Unknown, match="in time"):
            await GeminiWriter(connect(line, server), model=CHAT).write(BRIEF)


@pytest.mark.parametrize("body", ["<html>Sign in</html>", '{"candidates": [', '{"candidates": 7}', "{}"])
async def test_a_body_that_is_no_answer_is_refused_in_clear_words(server, writer, body):
    server.fail(Fault(malformed=body))
    with pytest.raises(Permanent, match="answered"):
        await writer.write(BRIEF)
    assert len(server.calls) == 1


async def test_a_page_with_status_200_is_refused(server, illustrator):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await illustrator.draw("a fox", width=1080, height=1920)


async def test_a_wrong_key_is_named_by_its_setting_and_never_shown(server, line):
    with pytest.raises(Permanent) as error:
        await GeminiWriter(connect(line, server, "AIza-wrong-1234567890"), model=CHAT).write(BRIEF)
    assert "GEMINI_API_KEY" in error.value.hint
    shown = f"{error.value} {error.value.hint} {error.value.__dict__} {line.events}"
    assert "1234567890" not in shown
    assert all("key" not in call.query for call in server.calls)
    with pytest.raises(ConfigurationError, match="GEMINI_API_KEY is not set"):
        open_gemini(line.http, line.gate, key=None, prices=None)


async def test_a_model_that_does_not_exist_is_named(server, line):
    prices = load_prices()
    prices.tables["gemini"]["text"]["gemini/none"] = prices.tables["gemini"]["text"][CHAT]
    account = open_gemini(line.http, line.gate, key=Secret(server.key), base_url=server.url, prices=prices)
    with pytest.raises(Permanent, match="gemini/none"):
        await GeminiWriter(account, model="gemini/none").write(BRIEF)


async def test_the_check_costs_nothing(server, line):
    assert (await check_gemini(connect(line, server))).latency_s > 0
    assert server.billed() == 0


# -------------------------------------------------------------------------------------------------- illustrator


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(1080, 1920, "9:16"), (1920, 1080, "16:9"), (1080, 1080, "1:1"), (1080, 1350, "3:4"), (3000, 1000, "21:9")],
)
def test_the_nearest_shape_is_asked_for(width, height, ratio):
    assert picture_body("x", width, height)["generationConfig"]["imageConfig"] == {"aspectRatio": ratio}


async def test_a_picture_is_bought_once_for_its_price(server, illustrator):
    first = await illustrator.draw("a fox", width=1080, height=1920)
    again = await illustrator.draw("a fox", width=1080, height=1920)
    assert Image.open(io.BytesIO(first.data)).size == (768, 1344)
    assert (first.media_type, first.cost_usd) == ("image/png", Decimal("0.039"))
    assert (again.data, again.cost_usd) == (first.data, 0)
    await illustrator.draw("a fox", width=1080, height=1920, take=2)
    assert server.billed("image") == 2


async def test_a_picture_that_policy_refuses_says_why(server, illustrator):
    server.say(Refusal("Unsafe picture."))
    with pytest.raises(Permanent, match="Unsafe picture") as error:
        await illustrator.draw("?", width=1080, height=1920)
    assert "content policy" in error.value.hint


async def test_a_picture_that_is_none_is_refused(server, illustrator):
    server.say("this is no picture")
    with pytest.raises(Permanent, match="no picture"):
        await illustrator.draw("a fox", width=1080, height=1920)

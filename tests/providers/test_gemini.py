"""Gemini through the whole gate, against the test server that Google's own client accepts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from PIL import Image

from automagic.errors import Permanent
from automagic.gate.prices import load_prices
from automagic.providers.gemini.api import API, GeminiIllustrator, GeminiWriter, picture_body
from automagic.providers.shared.account import Account
from automagic.values.events import CallRetried
from automagic.values.secret import Secret
from tests.support.servers.base import Fault
from tests.support.servers.gemini import GeminiServer
from tests.support.servers.scripted import Refusal
from tests.support.texts.written_scripts import BRIEF, GOOD
from tests.support.vendors.open_gate import Line

CHAT, IMAGE = "gemini-3.5-flash-lite", "gemini-nano-banana-2.1"


@pytest.fixture
def server() -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        yield server


def connect(line: Line, server: GeminiServer, key: str = "") -> Account:
    return API.open(line.http, line.gate, key=Secret(key or server.key), base_url=server.url, prices=load_prices())


@pytest.fixture
def writer(line: Line, server: GeminiServer) -> GeminiWriter:
    return GeminiWriter(connect(line, server), model=CHAT)


@pytest.fixture
def illustrator(line: Line, server: GeminiServer) -> GeminiIllustrator:
    return GeminiIllustrator(connect(line, server), model=IMAGE)


# ------------------------------------------------------------------------------------------------------- writer


async def test_a_bad_answer_is_repaired_in_the_same_conversation(server, writer):
    server.say("no JSON", GOOD)
    assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert [turn["role"] for turn in server.calls[1].json["contents"]] == ["user", "model", "user"]
    assert server.calls[0].path == f"/v1beta/models/{CHAT}:generateContent"


# ------------------------------------------------------------------------------------------------------- faults


async def test_a_rate_limit_in_the_body_is_waited_for(server, writer, line):
    server.limit("0.03s")
    assert (await writer.write(BRIEF)).script.scenes
    (retried,) = [event for event in line.events if isinstance(event, CallRetried)]
    assert retried.after_s == pytest.approx(0.03, abs=0.03)


async def test_a_page_with_status_200_is_refused(server, illustrator):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await illustrator.draw("a fox", width=1080, height=1920)


async def test_the_check_costs_nothing(server, line):
    assert (await GeminiWriter(connect(line, server), model="gemini-3.5-flash-lite").check()).latency_s > 0
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
    assert (first.media_type, first.cost_usd) == ("image/png", Decimal("0.0336"))
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
    with pytest.raises(Permanent, match="not a picture"):
        await illustrator.draw("a fox", width=1080, height=1920)

"""How many requests may come, and what a client is told of it."""

from __future__ import annotations

import pytest
from starlette.types import Receive, Scope, Send

from automagic.web.access.guard import AccessRules, HttpGuard
from automagic.web.access.rates import Rate
from tests.support.web.asgi import ask, problem


async def say_yes(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"yes"})


def test_a_rate_fills_again() -> None:
    rate = Rate(burst=2, per_s=1)
    assert [rate.take(who, 0.0)[0] for who in ("a", "a", "b")] == [0, 0, 0]
    assert rate.take("a", 0.5)[0] == pytest.approx(0.5)
    assert rate.take("a", 1.0) == (0, 0)
    assert [rate.take("a", 100.0)[0] for _ in range(3)][:2] == [0, 0]  # no more than the burst
    assert rate.take("a", 100.0)[0] == pytest.approx(1)


async def test_a_client_is_told_how_much_is_left() -> None:
    guard = HttpGuard(say_yes, AccessRules(), changes=Rate(burst=3, per_s=0.5))
    told = [(await ask(guard, "POST", "/a")).headers for _ in range(3)]
    assert {headers["ratelimit-policy"] for headers in told} == {'"changes";q=3;w=6'}
    assert [headers["ratelimit"] for headers in told] == ['"changes";r=2;t=2', '"changes";r=1;t=4', '"changes";r=0;t=6']
    refused = await ask(guard, "POST", "/a")
    problem(refused, 429)
    assert refused.headers["ratelimit"] == '"changes";r=0;t=6'
    assert int(refused.headers["retry-after"]) >= 1
    assert "ratelimit" not in (await ask(guard, "GET", "/a")).headers  # on loopback looking is not counted

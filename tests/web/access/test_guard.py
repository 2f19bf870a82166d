"""What every request passes: Host, Origin, token, sizes, rates; and what every answer is given."""

from __future__ import annotations

import logging

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from automagic.web.access.guard import SECURITY_HEADERS, AccessRules, HttpGuard
from automagic.web.access.rates import Rate
from tests.support.web.asgi import ask, problem

TOKEN = "t" * 43


class Echo:
    """An application that says yes, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yes"})


@pytest.fixture
def echo() -> Echo:
    return Echo()


def guard(echo: ASGIApp, token: str = "", hosts: tuple[str, ...] = (), **rates: Rate) -> HttpGuard:
    return HttpGuard(echo, AccessRules(token, hosts), **rates)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8000", "[::1]"])
async def test_it_is_reached_under_the_names_of_loopback(echo: Echo, host: str) -> None:
    assert (await ask(guard(echo), "GET", "/a", headers={"host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "127.0.0.2", "[::1", "[::2]"),
        *("evil.example:127.0.0.1", "0.0.0.1", "2130706433", "127.1", "localhost.", " ", "127.0.0.1@evil.example"),
        "a" * 2000,
    ],
)
async def test_a_name_of_a_stranger_is_refused_on_loopback_too(echo: Echo, host: str) -> None:
    told = problem(await ask(guard(echo), "GET", "/a", headers={"host": host}), 421)
    assert "--allow-host" in told["hint"]
    assert echo.asked == []


async def test_no_host_and_two_hosts_are_refused(echo: Echo) -> None:
    problem(await ask(guard(echo), "GET", "/a", headers={"host": ""}), 421)
    problem(await ask(guard(echo), "GET", "/a", headers=[("host", "localhost"), ("host", "localhost")]), 421)


async def test_names_are_added(echo: Echo) -> None:
    app = guard(echo, hosts=("Studio.example",))
    assert (await ask(app, "GET", "/a", headers={"host": "studio.example:8000"})).status == 200
    problem(await ask(app, "GET", "/a", headers={"host": "other.example"}), 421)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://127.0.0.1"},
        {"origin": "file://"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "cross-site"},
    ],
)
async def test_a_page_of_another_site_changes_nothing(echo: Echo, headers: dict[str, str]) -> None:
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        problem(await ask(guard(echo), method, "/a", headers=headers), 403)
    assert echo.asked == []


async def test_a_page_of_this_server_and_a_program_may(echo: Echo) -> None:
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    for headers in (own, {"sec-fetch-site": "none"}, {}):
        assert (await ask(guard(echo), "POST", "/a", headers=headers)).status == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xe9", f"bearer{TOKEN}"]
)
async def test_without_the_token_nothing_is_told(echo: Echo, given: str) -> None:
    reply = await ask(guard(echo, TOKEN), "GET", "/a", headers={"authorization": given})
    problem(reply, 401)
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in reply.body.decode()
    assert echo.asked == []


async def test_with_the_token_it_is(echo: Echo) -> None:
    for scheme in ("Bearer", "bearer"):
        headers = {"authorization": f"{scheme} {TOKEN}"}
        assert (await ask(guard(echo, TOKEN), "POST", "/a", headers=headers)).status == 200
    opened = HttpGuard(echo, AccessRules(TOKEN), open_paths=["/api/health"])
    assert (await ask(opened, "GET", "/api/health")).status == 200  # tells nothing


async def test_every_answer_is_given_what_keeps_browsers_safe(echo: Echo) -> None:
    for reply in (await ask(guard(echo), "GET", "/a"), await ask(guard(echo), "GET", "/a", headers={"host": "evil"})):
        assert SECURITY_HEADERS.items() <= reply.headers.items()
        assert reply.headers["cache-control"] == "no-store"
        assert len(reply.headers["x-request-id"]) == 16
        assert "access-control-allow-origin" not in reply.headers


async def test_large_headers_are_refused(echo: Echo) -> None:
    problem(await ask(guard(echo), "GET", "/a", headers={"cookie": "c" * 17_000}), 431)
    many = [(f"x-{number}", "1") for number in range(3_000)]
    problem(await ask(guard(echo), "GET", "/a", headers=many), 431)
    assert echo.asked == []


async def test_who_asks_too_often_waits(echo: Echo) -> None:
    app = guard(echo, changes=Rate(burst=3, per_s=0.01))
    assert [(await ask(app, "POST", "/a")).status for _ in range(5)] == [200, 200, 200, 429, 429]
    reply = await ask(app, "POST", "/a")
    problem(reply, 429)
    assert 90 <= int(reply.headers["retry-after"]) <= 101
    assert (await ask(app, "GET", "/a")).status == 200  # looking is counted by itself


async def test_a_change_is_written_down_with_who_and_what(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "automagic.web")
    reply = await ask(guard(echo, TOKEN), "POST", "/a?secret=1", headers={"authorization": f"Bearer {TOKEN}"})
    refused = await ask(guard(echo, TOKEN), "DELETE", "/b")
    await ask(guard(echo, TOKEN), "GET", "/c", headers={"authorization": f"Bearer {TOKEN}"})
    first, second = [record for record in caplog.records if record.name == "automagic.web"]
    facts = first.__dict__["facts"]
    assert first.getMessage() == "POST /a"
    assert (facts["who"], facts["from"], facts["status"]) == ("token", "127.0.0.1", 200)
    assert facts["request"] == reply.headers["x-request-id"]
    assert second.__dict__["facts"]["status"] == 401
    assert second.__dict__["facts"]["request"] == refused.headers["x-request-id"]
    assert TOKEN not in caplog.text

"""The HTTP layer against real sockets: what each failure means, where secrets go, how much is taken in."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gzip
import json
import pickle
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from email.utils import formatdate

import msgspec
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import ConfigurationError, Permanent, RequestError, Retryable, Unknown
from automagic.gate.http import Http, Reply, Unreachable, Unusable, explain
from automagic.gate.retry_after import read_pause, read_wait
from automagic.settings import load_settings
from automagic.values.secret import Secret
from tests.support.servers.base import Fault, VendorServer

# The servers keep their call under a plain string.
KEY = Secret("Bearer sk-test-0123456789abcdef")


class Echo(VendorServer):
    """Says what it was asked, and redirects wherever it is told to."""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/echo", self.echo)
        app.router.add_route("*", "/to", self.redirect)
        app.router.add_get("/loop", self.loop)
        app.router.add_get("/bytes", self.some_bytes)
        app.router.add_get("/bomb", self.bomb)
        app.router.add_get("/page", self.page)
        app.router.add_get("/cookie", self.cookie)

    async def echo(self, request: web.Request) -> web.Response:
        return web.json_response({"method": request.method, "body": (await request.read()).decode()})

    async def redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.query.get("status", 302)), headers={"Location": request.query["url"]})

    async def loop(self, _request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/loop"})

    async def some_bytes(self, request: web.Request) -> web.Response:
        return web.Response(body=b"x" * int(request.query["n"]), content_type="image/png")

    async def bomb(self, _request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Sign in</title>", content_type="text/html")

    async def cookie(self, _request: web.Request) -> web.Response:
        return web.Response(headers={"Set-Cookie": "session=1"})


@pytest.fixture
def server() -> Iterator[Echo]:
    with Echo() as server:
        yield server


@pytest.fixture
async def http(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Http]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    http = Http(pool=4, user_agent="AutoMagic-test/1 (https://example.com)")
    yield http
    await http.close()


async def test_a_request_carries_json_headers_and_our_name(http, server):
    reply = await http.request("post", f"{server.url}/echo", json={"a": [1]}, secret_headers={"Authorization": KEY})
    assert reply.json() == {"method": "POST", "body": '{"a":[1]}'}
    (call,) = server.calls
    assert call.headers["authorization"] == KEY.reveal()
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"].startswith("AutoMagic-test/1")
    assert "sk-test" not in repr(reply)


async def test_parameters_join_the_address_and_are_not_shown(http, server):
    reply = await http.request("GET", f"{server.url}/echo?a=1", params={"q": "café & co", "n": 2})
    assert server.calls[0].query == {"a": "1", "q": "café & co", "n": "2"}
    assert reply.url == f"{server.url}/echo"


async def test_cookies_are_not_kept(http, server):
    await http.request("GET", f"{server.url}/cookie")
    await http.request("GET", f"{server.url}/echo")
    assert "cookie" not in server.calls[1].headers


# --------------------------------------------------------------------------------------- failures by their meaning


async def test_a_closed_port_sends_nothing(http):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="cannot be reached"):
            await http.request("POST", f"http://127.0.0.1:{taken.getsockname()[1]}/")


async def test_a_name_that_does_not_exist_sends_nothing(http):
    with pytest.raises(Unreachable, match="could not be found"):
        await http.request("POST", "http://no-such-host.invalid/")


async def test_tls_that_fails_sends_nothing(http, server):
    with pytest.raises(Unreachable):
        await http.request("POST", server.url.replace("http:", "https:"), total_s=5)


@pytest.mark.parametrize("fault", [Fault(drop="before"), Fault(drop="after"), Fault(truncate=True)])
async def test_a_connection_that_breaks_leaves_the_outcome_unknown(http, server, fault):
    server.fail(fault)
    with pytest.raises(Unknown, match="broke off"):
        await http.request("POST", f"{server.url}/echo", json={"long": "x" * 1000})


async def test_a_connection_that_is_never_made_sends_nothing():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        try:
            for one in waiting:  # nobody accepts: the queue of connections fills up
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            http = Http(pool=1, connect_s=0.3, user_agent="x")
            with pytest.raises(Unreachable, match="cannot be reached"):
                await http.request("POST", f"http://127.0.0.1:{full.getsockname()[1]}/")
            await http.close()
        finally:
            for one in waiting:
                one.close()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A server that does with its one connection whatever `handler` does; its address."""
    ended = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handler(reader, writer)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        ended.set()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await ended.wait()


async def test_a_connection_that_is_reset_while_the_request_is_sent_leaves_the_outcome_unknown(http):
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with listening(reset) as url:
        with pytest.raises(Unknown, match="broke off"):
            await http.request("POST", url, data=bytes(900_000))


async def test_silence_in_the_middle_of_a_reply_leaves_the_outcome_unknown():
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await reader.read()  # until the other side has had enough

    async with listening(stall) as url:
        http = Http(pool=1, read_s=0.2, user_agent="x")
        with pytest.raises(Unknown, match="did not answer in time"):
            await http.request("GET", url)
        await http.close()


async def test_silence_leaves_the_outcome_unknown(http, server):
    server.fail(Fault(hang=True))
    with pytest.raises(Unknown, match="did not answer in time"):
        await http.request("POST", f"{server.url}/echo", total_s=0.2)


async def test_a_pool_that_is_full_is_waited_for_outside_of_the_timeout(server):
    http = Http(pool=1, total_s=0.5, user_agent="x")
    server.latency_s = 0.3
    replies = await asyncio.gather(*(http.request("GET", f"{server.url}/echo") for _ in range(3)))
    await http.close()
    assert [reply.status for reply in replies] == [200] * 3


async def test_a_cancelled_request_gives_its_place_back(server):
    http = Http(pool=1, user_agent="x")
    server.fail(Fault(hang=True))
    hanging = asyncio.create_task(http.request("GET", f"{server.url}/echo"))
    while not server.calls:  # noqa: ASYNC110 - the server runs in another thread
        await asyncio.sleep(0.01)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    assert (await http.request("GET", f"{server.url}/echo")).status == 200
    await http.close()


# ---------------------------------------------------------------------------------------------------- redirects


async def test_secrets_do_not_follow_a_redirect_to_another_origin(http, server):
    with Echo() as other:
        await http.request(
            "POST",
            f"{server.url}/to",
            params={"url": f"{other.url}/echo", "status": 307},
            json={"a": 1},
            secret_headers={"Authorization": KEY},
        )
        (call,) = other.calls
    assert server.calls[0].headers["authorization"] == KEY.reveal()
    assert "authorization" not in call.headers
    assert (call.method, call.body) == ("POST", b'{"a":1}')


async def test_secrets_stay_with_a_redirect_inside_the_origin(http, server):
    await http.request("GET", f"{server.url}/to", params={"url": "/echo"}, secret_headers={"X-Key": KEY})
    assert server.calls[1].headers["x-key"] == KEY.reveal()


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_redirected_post_becomes_what_the_status_says(http, server, status, method):
    reply = await http.request("POST", f"{server.url}/to", params={"url": "/echo", "status": status}, json={"a": 1})
    assert reply.json() == {"method": method, "body": '{"a":1}' if method == "POST" else ""}


async def test_redirects_end_after_five(http, server):
    with pytest.raises(Permanent, match="redirects more than 5 times"):
        await http.request("GET", f"{server.url}/loop")
    assert len(server.calls) == 6


async def test_every_hop_is_checked(http, server):
    seen: list[str] = []

    def check(url: str) -> None:
        seen.append(url)
        if "/echo" in url.partition("?")[0]:
            raise RequestError("not there")

    with pytest.raises(RequestError, match="not there"):
        await http.request("GET", f"{server.url}/to", params={"url": "/echo"}, check=check)
    assert len(seen) == 2
    assert len(server.calls) == 1


@pytest.mark.parametrize("url", ["ftp://example.com/", "/path", "http://user:secret-pw@example.com/", "http://", "::"])
async def test_an_address_that_is_none_is_refused_without_repeating_it(http, url):
    with pytest.raises(Permanent) as caught:
        await http.request("GET", url)
    assert "secret-pw" not in str(caught.value)


def test_a_redirect_from_https_to_http_is_refused():
    from yarl import URL

    from automagic.gate.http import _Asked

    asked = _Asked("GET", URL("https://example.com/"), {}, {}, None, None)
    with pytest.raises(Permanent, match="without encryption"):
        asked.redirected(302, "http://example.com/")


# ------------------------------------------------------------------------------------------------------- bodies


async def test_a_body_that_is_too_large_is_not_taken_in(http, server):
    with pytest.raises(Unusable, match="more than"):
        await http.request("GET", f"{server.url}/bytes", params={"n": 2_000_001}, max_bytes=2_000_000)
    assert len((await http.request("GET", f"{server.url}/bytes?n=2000000", max_bytes=2_000_000)).body) == 2_000_000


async def test_a_bomb_stays_small(http, server):
    with pytest.raises(Unusable, match="more than 1 MB"):
        await http.request("GET", f"{server.url}/bomb", max_bytes=1_000_000)


async def test_a_page_with_status_200_is_not_json(http, server):
    reply = await http.request("GET", f"{server.url}/page")
    assert (reply.status, reply.media_type) == (200, "text/html")
    with pytest.raises(Unusable, match=r"not JSON.*doctype"):
        reply.json()


# ---------------------------------------------------------------------------------------------------- downloads


async def test_a_download_is_complete_or_absent(http, server, tmp_path):
    target = tmp_path / "picture.png"
    reply = await http.download(f"{server.url}/bytes?n=300000", target, max_bytes=300_000, allow=lambda _: True)
    assert (reply.status, reply.media_type, target.stat().st_size) == (200, "image/png", 300_000)
    server.fail(Fault(truncate=True))
    broken = tmp_path / "broken.png"
    with pytest.raises(Unknown):
        await http.download(f"{server.url}/bytes?n=300000", broken, max_bytes=300_000, allow=lambda _: True)
    with pytest.raises(Unusable):
        await http.download(f"{server.url}/bytes?n=300001", broken, max_bytes=300_000, allow=lambda _: True)
    server.fail(Fault(status=404))
    assert (await http.download(f"{server.url}/bytes?n=1", broken, max_bytes=9, allow=lambda _: True)).status == 404
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_a_download_does_not_reach_into_the_private_network(http, server, tmp_path, host):
    with pytest.raises(RequestError, match="not on the public internet"):
        await http.download(f"http://{host}:{server.port}/bytes?n=1", tmp_path / "x", max_bytes=9)
    assert server.calls == []


async def test_a_redirect_of_a_download_is_checked_anew(http, server, tmp_path):
    url = f"{server.url}/to?url=http://127.0.0.2:{server.port}/bytes"
    with pytest.raises(RequestError, match=r"127\.0\.0\.2 is not on the public internet"):
        await http.download(url, tmp_path / "x", max_bytes=9, allow=lambda address: str(address) == "127.0.0.1")


# -------------------------------------------------------------------------------------------------------- proxy


async def test_https_goes_through_the_proxy_of_the_environment(monkeypatch):
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(proxy, "127.0.0.1", 0)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "")
    http = Http(pool=1, user_agent="x")
    with pytest.raises(Unreachable, match=r"the proxy refused to connect to api\.example\.com"):
        await http.request("POST", "https://api.example.com/v1", secret_headers={"Authorization": KEY}, json={})
    await http.close()
    listener.close()
    await listener.wait_closed()
    assert asked[0].startswith(b"CONNECT api.example.com:443")
    assert b"sk-test" not in asked[0]


async def test_a_proxy_that_does_not_answer_sends_nothing(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.delenv("https_proxy", raising=False)
        http = Http(pool=1, user_agent="x")
        with pytest.raises(Unreachable, match="proxy") as caught:
            await http.request("GET", "https://api.example.com/")
        assert caught.value.hint.count("HTTPS_PROXY") == 1
        await http.close()


# --------------------------------------------------------------------------------------- what a status means


def reply(status: int, body: object = b"", **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, raw, "https://api.example.com/v1", (KEY,))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Permanent) for status in (400, 401, 402, 403, 404, 409, 413, 422, 451)),
        *((status, Retryable) for status in (408, 425, 429, 500, 503, 529)),
        *((status, Unknown) for status in (502, 504, 520, 522, 524)),
    ],
)
def test_a_status_says_whether_it_is_worth_another_try(status, kind):
    error = explain(reply(status, {"error": {"message": "No."}}), "acme")
    assert type(error) is kind
    assert f"acme answered {status}" in error.message
    assert error.message.endswith("No.")


def test_a_refused_key_is_named_by_its_setting_and_never_shown():
    body = {"error": {"message": f"Incorrect API key provided: {KEY.reveal()[7:]}. Or was it sk-proj-abcdefghijkl?"}}
    error = explain(reply(401, body), "openai")
    assert "OPENAI_API_KEY" in error.hint
    assert "sk-" not in error.message


def test_an_account_without_money_is_not_asked_again():
    body = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}
    assert type(explain(reply(429, body), "openai")) is Permanent


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "too long"}},
        {"error": "too long"},
        {"detail": {"status": "x", "message": "too long"}},
        {"detail": [{"msg": "too long"}]},
        {"message": "too long"},
        [{"error": {"message": "too long"}}],
        b"too long",
    ],
)
def test_the_vendors_own_words_are_found_in_every_shape(body):
    assert explain(reply(400, body), "acme").message == "acme answered 400 Bad Request: too long"


@given(st.binary(max_size=400))
def test_any_body_is_explained_in_one_short_line(body):
    message = explain(reply(400, body), "acme").message
    assert "\n" not in message
    assert len(message) < 360


def test_a_page_is_not_quoted():
    assert explain(reply(500, b"<html>nginx"), "acme").message == "acme answered 500 Internal Server Error"


# ------------------------------------------------------------------------------------------------------- waits

NOW = 1_769_526_245.0


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "12"}, 12),
        ({"retry-after": "0"}, 0),
        ({"retry-after": formatdate(NOW + 90, usegmt=True)}, 90),
        ({"retry-after": formatdate(NOW - 90, usegmt=True)}, 0),
        ({"retry-after-ms": "850", "retry-after": "1"}, 0.85),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0.5s"}, 360.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms"}, 0.02),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-01-27T15:05:05Z",
            },
            60,
        ),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 30)}, 30),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 30),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW) + 30)}, 30),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "30"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_what_the_vendor_says(headers, wait_s):
    assert read_wait(headers, now=NOW) == (None if wait_s is None else pytest.approx(wait_s))


def test_words_count_when_there_is_no_header():
    assert read_wait({}, "Rate limit reached. Please try again in 1.2s.") == pytest.approx(1.2)
    assert read_wait({}, "Please try again in 20 seconds") == pytest.approx(20)


def test_an_answer_may_say_that_none_are_left():
    assert read_pause({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2"}, now=NOW) == 2
    assert read_pause({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "2"}, now=NOW) is None


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]), st.text(max_size=30)))
def test_no_header_breaks_us(headers):
    wait_s = read_wait(headers | {"x-ratelimit-remaining": "0"}, now=NOW)
    assert wait_s is None or wait_s >= 0


# ------------------------------------------------------------------------------------------------------ secrets


def test_a_secret_shows_itself_nowhere():
    shown = (repr(KEY), str(KEY), f"{KEY}", f"{KEY!r:>40}", repr({"key": KEY}), repr(reply(200)))
    assert not any("sk-" in text for text in shown)
    for encode in (msgspec.json.encode, json.dumps, pickle.dumps):
        with pytest.raises(TypeError):
            encode(KEY)
    assert copy.deepcopy(KEY) == KEY
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_malformed_secret_setting_is_named_without_its_value(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment={"REDIS_URL": "redis://:very secret@host"}, folder=tmp_path)
    assert "REDIS_URL" in caught.value.message
    assert "very" not in caught.value.message

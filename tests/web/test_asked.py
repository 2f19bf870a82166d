"""Bodies that are no JSON objects, in every way there is."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from automagic.web import asked
from automagic.web.asked import MAX_JSON_BYTES
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import JSON, ask, post, problem

BAD_BODIES = {
    "empty": b"",
    "cut off": b'{"platform": ["sho',
    "no object": b"[]",
    "a string": b'"ads"',
    "null": b"null",
    "two documents": b"{} {}",
    "deep": b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
    "deep lists": b'{"platform": ' + b"[" * 70 + b"]" * 70 + b"}",
    "a key twice": b'{"platform": [], "platform": ["x"]}',
    "a key twice within": b'{"platform": [{"a": 1, "\\u0061": 2}]}',
    "NaN": b'{"platform": NaN}',
    "infinity": b'{"platform": 1e400}',
    "half of a pair": b'{"platform": "\\ud800"}',
    "a control character": b'{"platform": "\x00"}',
    "UTF-16": '{"platform": []}'.encode("utf-16"),
    "Latin 1": '{"platform": "é"}'.encode("latin-1"),
    "a huge number": b'{"platform": 123456789012345678901234567890}',
    "single quotes": b"{'platform': []}",
    "compressed": gzip.compress(b"{}"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_what_is_no_json_is_refused(web: WebHome, name: str) -> None:
    before = web.kept()
    problem(await post(web.app, "/api/ads/specs", BAD_BODIES[name]), 400)
    assert web.kept() == before


async def test_a_byte_order_mark_is_none_of_its_business(web: WebHome) -> None:
    assert (await post(web.app, "/api/ads/specs", b"\xef\xbb\xbf{}")).status == 202


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]
)
async def test_what_does_not_say_that_it_is_json_is_refused(web: WebHome, kind: str) -> None:
    before = web.kept()
    problem(await ask(web.app, "POST", "/api/ads/specs", headers={"content-type": kind}, body=b"{}"), 415)
    assert web.kept() == before


async def test_a_body_that_is_too_large_is_refused_however_it_is_sent(web: WebHome) -> None:
    before = web.kept()
    large = b'{"platform": "' + b"a" * (MAX_JSON_BYTES - 14) + b'"}'
    problem(await post(web.app, "/api/ads/specs", large), 413)
    problem(await post(web.app, "/api/ads/specs", b"{}", content_length=str(MAX_JSON_BYTES + 1)), 413)
    parts = [b'{"platform": "', *[b"a" * 65_536] * 17]
    problem(await ask(web.app, "POST", "/api/ads/specs", headers={"content-type": JSON}, body=parts), 413)
    assert web.kept() == before


async def test_a_body_that_ends_midway_is_refused(web: WebHome) -> None:
    headers = {"content-type": JSON, "content-length": "100"}
    problem(await ask(web.app, "POST", "/api/ads/specs", headers=headers, body=b"{", ends=False), 400)


async def test_a_slow_body_is_given_up(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MAX_BODY_S", 0.05)
    stream = asked.Request.stream

    async def slow(own: asked.Request) -> object:
        await asyncio.Event().wait()
        async for part in stream(own):
            yield part

    monkeypatch.setattr(asked.Request, "stream", slow)
    problem(await post(web.app, "/api/ads/specs", {}), 408)


@pytest.mark.parametrize("limit", ["0", "-1", "1000000000", "1e3", "٣", "", "20.0", "0x10", "9" * 5000])
async def test_a_number_in_the_query_has_bounds(web: WebHome, limit: str) -> None:
    told = problem(await ask(web.app, "GET", f"/api/jobs?limit={limit}"), 400)
    assert told["errors"][0]["pointer"] == "?limit"


async def test_a_whole_number_may_be_written_with_a_point(web: WebHome) -> None:
    assert (await post(web.app, "/api/video", b'{"topic": "Bees", "duration_s": 53.0, "take": 2.0}')).status == 202
    problem(await post(web.app, "/api/video", b'{"topic": "Bees", "take": 2.5}'), 422)

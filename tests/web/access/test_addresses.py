"""Addresses that a client hands in."""

from __future__ import annotations

import pytest

from automagic.web.access.addresses import find_fault
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import post, problem

PRIVATE = (
    *("http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://017700000001/"),
    *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25eth0]/"),
    *("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1:8000", "http://192.168.1.1", "http://0/"),
    *("http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://printer.local/", "http://intranet/"),
    *("https://metadata.google.internal/", "http://100.100.100.200/", "http://168.63.129.16/"),
)
OTHERS = (
    *("file:///etc/passwd", "FILE:///etc/passwd", "ftp://example.org/a", "gopher://example.org", "data://text"),
    *("http://user@example.org/", "http://user:pass@example.org/", "http:///a", "http://", "http://[::1/"),
    *("http://example.org:99999/", "http://example.org/" + "a" * 2000, "javascript://%0aalert(1)"),
)


@pytest.mark.parametrize("address", [*PRIVATE, *OTHERS])
async def test_what_is_not_on_the_public_web_is_refused(web: WebHome, address: str) -> None:
    assert find_fault(address)
    before = web.kept()
    for path, field in (("/api/video", "source"), ("/api/clips", "recording"), ("/api/posts/write", "source")):
        told = problem(await post(web.app, path, {field: address}), 422)
        assert told["errors"][0]["pointer"] == f"/{field}"
        assert "pass@" not in str(told)
    assert web.kept() == before


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c#d", "HTTP://Example.org:8080", "http://8.8.8.8/", "https://bücher.example/"]
)
def test_what_is_may_be_handed_in(address: str) -> None:
    assert find_fault(address) == ""

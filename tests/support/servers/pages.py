"""Pages of a real server on loopback, which only tests may ask."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]
Address = IPv4Address | IPv6Address

ARTICLE = """<!doctype html><html lang="en-GB"><head><title>Harbour news</title><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2024-05-06T07:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>The harbour opens at dawn</h1><p>The first boats leave the harbour at dawn. They come back before noon.</p>
<p>The market sells the catch on the same day.</p></article><footer>All rights reserved</footer></body></html>"""


def allow_loopback(address: Address) -> bool:
    return address == ip_address("127.0.0.1")


def page(text: str = ARTICLE, **options: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=options.get("content_type", "text/html"))

    return answer


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server with one handler for every path; gives its address without the last slash."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler, *, tls: ssl.SSLContext | None = None) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        return f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()

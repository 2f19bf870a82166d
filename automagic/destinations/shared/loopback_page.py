"""The page on this machine to which a service sends the browser back once a person agreed.

    browser ──▶ the service's page ──▶ http://127.0.0.1:PORT/?code&state ──▶ LoopbackPage.wait ──▶ {"code": …}

RFC 8252, 7.3 (loopback) and RFC 7636 (PKCE).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError, ResourceError

if TYPE_CHECKING:
    from aiohttp import web

SIGN_IN_S = 300.0
"""How long a person has."""

_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>AutoMagic</title>"
    "<body style='font:18px sans-serif;margin:4em'><p>{}</p><p>You can close this page.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class LoopbackPage:
    """A page that listens.

    Attributes:
        address: Of the page: the redirect URI.
    """

    address: str
    _answered: asyncio.Future[dict[str, str]]

    async def wait(self, whose: str) -> dict[str, str]:
        """The parameters that the browser brought: "code", or "error" where the person refused.

        Args:
            whose: The service, for people: "Google".

        Raises:
            ConfigurationError: Nobody came in time.
        """
        try:
            return await asyncio.wait_for(self._answered, SIGN_IN_S)
        except TimeoutError:
            raise ConfigurationError(
                f"nobody answered {whose}'s question within {SIGN_IN_S:.0f} s",
                hint="Run it again and open the page that it names in a browser on this machine.",
            ) from None


@contextlib.asynccontextmanager
async def open_loopback_page(state: str, *, granted: str, port: int = 0) -> AsyncIterator[LoopbackPage]:
    """Listen on the loopback interface, and to nobody who does not know `state`.

    Args:
        state: What was given to the service to bring back: nobody else knows it.
        granted: What the page says when permission was given.
        port: 0 for any that is free; a service that knows the redirect URI beforehand wants a certain one.

    Raises:
        ResourceError: The port is taken.
    """
    from aiohttp import web

    answered: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def take(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.query.get("state", "").encode(), state.encode()):
            return _page("This page was not asked for.", 400)
        if not answered.done():
            answered.set_result(dict(request.query))
        return _page(granted if "code" in request.query else "AutoMagic was not given permission.")

    app = web.Application()
    app.router.add_get("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise ResourceError(
                f"the page for the sign-in cannot listen on port {port}: {error.strerror}",
                hint="End the program that uses it, and sign in again.",
            ) from error
        yield LoopbackPage(f"http://127.0.0.1:{runner.addresses[0][1]}/", answered)
    finally:
        await runner.cleanup()


def make_verifier() -> tuple[str, str]:
    """A secret for one sign-in, and the challenge (S256) by which the service knows it again."""
    verifier = secrets.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _page(text: str, status: int = 200) -> web.Response:
    from aiohttp import web

    return web.Response(text=_PAGE.format(text), content_type="text/html", status=status)

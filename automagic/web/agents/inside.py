"""The application asked from within its process: a request and its whole answer, without a socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from starlette.types import ASGIApp, Message

from automagic.reading.json import parse_json

_OWN_HOST = "127.0.0.1"


class Inside:
    """Asks an application.

    Args:
        token: What it asks for; "" for nothing.
    """

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        self._app = app
        self._headers = {"host": _OWN_HOST} | ({"authorization": f"Bearer {token}"} if token else {})

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        data = b"" if body is None else msgspec.json.encode(body)
        told = self._headers | dict(headers or {}) | {"content-length": str(len(data))}
        told |= {"content-type": "application/json"} if body is not None else {}
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": urlencode(query or {}).encode(),
            "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()],
            "client": ("agent", 0),
            "server": (_OWN_HOST, 0),
        }
        status, parts = 500, list[bytes]()
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                await asyncio.Event().wait()  # the client stays until it is answered
            sent = True
            return {"type": "http.request", "body": data, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        content = b"".join(parts)
        return status, parse_json(content, name="the answer") if content else None


@contextlib.asynccontextmanager
async def living(app: ASGIApp) -> AsyncIterator[None]:
    """Let the application begin, and end after the block, as a server would."""
    ended, asked = asyncio.Event(), asyncio.Queue[Message]()
    began = asyncio.Event()

    async def send(message: Message) -> None:
        (began if message["type"].startswith("lifespan.startup") else ended).set()

    await asked.put({"type": "lifespan.startup"})
    life = asyncio.create_task(_live(app, asked, send))
    await began.wait()
    try:
        yield
    finally:
        await asked.put({"type": "lifespan.shutdown"})
        await ended.wait()
        await life


async def _live(app: ASGIApp, asked: asyncio.Queue[Message], send: Any) -> None:
    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, asked.get, send)

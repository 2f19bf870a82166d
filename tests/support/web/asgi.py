"""Ask an ASGI application without a socket: whole requests, and such as no client library would send."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

HOST = "127.0.0.1:8000"
JSON = "application/json"
Headers = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What was answered; header names in small letters."""

    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    app: ASGIApp,
    method: str,
    target: str,
    *,
    headers: Headers | Sequence[tuple[str, str]] = (),
    body: bytes | Sequence[bytes] = b"",
    ends: bool = True,
) -> Reply:
    """The answer to one request from 127.0.0.1.

    Args:
        target: The path, quoted, with its query.
        headers: A Host header is added where there is none; one of "" is left out.
        body: In parts, where it is several.
        ends: Whether the client sends all of it; else it is gone afterwards.
    """
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if not any(name.lower() == "host" for name, _ in pairs):
        pairs.append(("host", HOST))
    path, _, query = target.partition("?")
    parts = [body] if isinstance(body, bytes) else list(body)
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False} if ends else {"type": "http.disconnect"})
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs if value],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    first, *rest = sent
    told = {name.decode(): value.decode("latin-1") for name, value in first["headers"]}
    return Reply(first["status"], told, b"".join(message.get("body", b"") for message in rest))


@contextlib.asynccontextmanager
async def alive(app: ASGIApp) -> AsyncIterator[ASGIApp]:
    """The application from its start to its end, at which it lets go of what it has opened."""
    messages: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    life = asyncio.create_task(app(scope, messages.get, said.put))
    await messages.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    try:
        yield app
    finally:
        await messages.put({"type": "lifespan.shutdown"})
        assert (await said.get())["type"] == "lifespan.shutdown.complete"
        await life


async def post(app: ASGIApp, target: str, value: Any, *, key: str = "", **headers: str) -> Reply:
    """The answer to a JSON body; `value` may be the bytes of one.

    Args:
        headers: With underscores for dashes.
    """
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    given = {"content-type": JSON, **({"idempotency-key": key} if key else {})}
    given |= {name.replace("_", "-"): one for name, one in headers.items()}
    return await ask(app, "POST", target, headers=given, body=body)


def problem(reply: Reply, status: int) -> dict[str, Any]:
    """What is wrong, where the answer is one as RFC 9457 has it, with nothing in it that is nobody's business."""
    assert reply.status == status, (reply.status, reply.body)
    assert reply.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = reply.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["type"] == "about:blank"
    text = reply.body.decode()
    assert "Traceback" not in text
    assert "/tmp/" not in text, text  # where the tests' homes are
    assert ".py" not in text
    return told

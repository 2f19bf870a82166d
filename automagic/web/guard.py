"""What every request passes before anything else looks at it, and what every answer is given on its way out.

    header size ─▶ Host ─▶ Origin ─▶ token ─▶ rate ─▶ handler ─▶ security headers, request id

Host is compared on loopback too: a page of a stranger whose name now points at 127.0.0.1 sends its own (DNS rebinding).
Plain ASGI: Starlette's BaseHTTPMiddleware would break streams.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automagic.machine.logs import write_line
from automagic.web.problems import Problem, answer

MAX_HEADER_BYTES = 16_384
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN_PATHS = frozenset({"/api/health"})
"""What tells nothing but that somebody is there: without a token."""

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Where a handler has not set another. OWASP ASVS 5.0, V3."""


_GIVEN = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


@dataclass
class Rate:
    """How many requests a client may send: a bucket that fills again.

    Attributes:
        burst: At once.
        per_s: Afterwards.
    """

    burst: float = 240.0
    per_s: float = 60.0
    _buckets: LRUCache[str, tuple[float, float]] = field(default_factory=lambda: LRUCache(10_000))

    def wait_s(self, client: str, now: float) -> float:
        """0 where a request may pass, which counts it; else how long until one may."""
        left, since = self._buckets.get(client, (self.burst, now))
        left = min(left + (now - since) * self.per_s, self.burst)
        if left < 1:
            self._buckets[client] = left, now
            return (1 - left) / self.per_s
        self._buckets[client] = left - 1, now
        return 0.0


@dataclass(frozen=True)
class AccessRules:
    """Who may ask.

    Attributes:
        token: What a client has to bring; "" for nothing, on loopback only.
        hosts: Names under which it is reached, besides those of loopback; without a port.
    """

    token: str = ""
    hosts: Collection[str] = ()


class HttpGuard:
    """Lets through what the rules allow. See above."""

    def __init__(
        self, app: ASGIApp, rules: AccessRules, *, reads: Rate | None = None, changes: Rate | None = None
    ) -> None:
        self._app = app
        self._token = rules.token.encode()
        self._hosts = LOOPBACK_HOSTS | {host.lower() for host in rules.hosts}
        # Where nobody else can reach it, looking is not counted: who could ask too often could do so otherwise.
        self._reads = reads or (Rate(burst=6_000, per_s=2_000) if rules.token else None)
        self._changes = changes or Rate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)
        status = 0

        async def leave(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                there = {name for name, _ in message["headers"]}
                given = [header for header in _GIVEN if header[0] not in there]
                message["headers"] = [*message["headers"], *given, (b"x-request-id", request_id.encode())]
            await send(message)

        begun = time.monotonic()
        try:
            who = self._admit(scope)
        except Problem as problem:
            await answer(problem, request_id)(scope, receive, leave)
            who = ""
        else:
            await self._app(scope, receive, leave)
        if scope["method"] not in SAFE_METHODS:
            facts: dict[str, Any] = {"who": who, "from": _client(scope), "status": status, "request": request_id}
            facts["took_ms"] = round((time.monotonic() - begun) * 1000)
            write_line("web", logging.INFO, f"{scope['method']} {scope['path'][:200]}", facts)

    def _admit(self, scope: Scope) -> str:
        """Who it is.

        Raises:
            Problem: It may not pass.
        """
        if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            raise Problem(431, f"the headers are larger than {MAX_HEADER_BYTES:,} bytes")
        headers = Headers(scope=scope)
        host = self._check_host(headers.getlist("host"))
        if scope["method"] not in SAFE_METHODS:
            _check_origin(headers, host)
        who = self._check_token(headers, scope["path"].removeprefix(scope.get("root_path", "")))
        rate = self._reads if scope["method"] in SAFE_METHODS else self._changes
        if rate is not None and (wait := rate.wait_s(_client(scope), time.monotonic())):
            seconds = str(max(round(wait + 0.5), 1))
            raise Problem(429, "too many requests", hint=f"Again in {seconds} s.", headers={"retry-after": seconds})
        return who

    def _check_host(self, given: list[str]) -> str:
        host = given[0].lower() if len(given) == 1 else ""
        name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
        if name not in self._hosts:
            raise Problem(
                421,
                f"this server is not reached under the name {name[:100]!r}" if name else "there is no Host header",
                hint="Name it with --allow-host when the server is started.",
            )
        return host

    def _check_token(self, headers: Headers, path: str) -> str:
        if not self._token or path in OPEN_PATHS:
            return "local"
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token):
            return "token"
        raise Problem(
            401, "there is no valid token", hint="Send Authorization: Bearer TOKEN.",
            headers={"www-authenticate": 'Bearer realm="automagic"'},
        )  # fmt: skip


def _check_origin(headers: Headers, host: str) -> None:
    """A change that a page asked for must come from a page of this server: a stranger's page has its own origin."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
        raise Problem(403, f"a page of {origin[:100]!r} may not change anything here")
    if site is not None and site not in ("same-origin", "none"):
        raise Problem(403, "a page of another site may not change anything here")


def _client(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""

"""What every request passes before anything else looks at it, and what every answer is given on its way out.

    header size ─▶ Host ─▶ Origin ─▶ token, key or cookie ─▶ rate ─▶ handler ─▶ security headers, request id

Host is compared on loopback too: a page of a stranger whose name now points at 127.0.0.1 sends its own (DNS rebinding).
Plain ASGI: Starlette's BaseHTTPMiddleware would break streams.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automagic.machine.logs import write_line
from automagic.web.access.callers import LOCAL, NOBODY, OWNER, Caller, KeyRing, is_same
from automagic.web.access.rates import Rate
from automagic.web.access.sessions import COOKIE, is_session
from automagic.web.problems import Problem, answer

MAX_HEADER_BYTES = 16_384
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN_FOLDER = "/static/"
"""What the way in is drawn with: for everybody."""

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


@dataclass(frozen=True)
class AccessRules:
    """Who may ask.

    Attributes:
        token: What a client has to bring; "" for nothing, on loopback only.
        hosts: Names under which it is reached, besides those of loopback; without a port.
        home: Whose named keys and browsers' sessions are known as well; None for none.
        folders: Of this machine, from which clients may name files.
    """

    token: str = ""
    hosts: Collection[str] = ()
    home: Path | None = None
    folders: Sequence[Path] = ()


class HttpGuard:
    """Lets through what the rules allow. See above.

    Args:
        open_paths: What tells nothing but that somebody is there, and the way in: without a token.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: AccessRules,
        *,
        open_paths: Collection[str] = (),
        reads: Rate | None = None,
        changes: Rate | None = None,
    ) -> None:
        self._app = app
        self._begun, self._count_up = secrets.token_hex(5), itertools.count(1)
        self._token = rules.token.encode()
        self._home = rules.home
        self._open = frozenset(open_paths)
        self._keys = KeyRing(rules.home) if rules.home else None
        self._hosts = LOOPBACK_HOSTS | {host.lower() for host in rules.hosts}
        # Where nobody else can reach it, looking is not counted: who could ask too often could do so otherwise.
        self._reads = reads or (Rate(burst=6_000, per_s=2_000, name="reads") if rules.token else None)
        self._changes = changes or Rate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["request_id"] = f"{self._begun}{next(self._count_up):06x}"
        status = 0
        who, limits = NOBODY, list[tuple[bytes, bytes]]()

        async def leave(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                there = {name for name, _ in headers}
                headers += [header for header in _GIVEN if header[0] not in there]
                headers += [*limits, (b"x-request-id", request_id.encode())]
            await send(message)

        begun = time.monotonic()
        try:
            who = scope["state"]["who"] = self._admit(scope)
            limits += self._count(scope, who)
        except Problem as problem:
            await _refuse(scope, problem, request_id)(scope, receive, leave)
        else:
            await self._app(scope, receive, leave)
        if scope["method"] not in SAFE_METHODS:
            facts: dict[str, Any] = {"who": who.name, "from": _client(scope), "status": status, "request": request_id}
            facts["took_ms"] = round((time.monotonic() - begun) * 1000)
            write_line("web", logging.INFO, f"{scope['method']} {scope['path'][:200]}", facts)

    def _admit(self, scope: Scope) -> Caller:
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
        return self._check_token(headers, scope["path"].removeprefix(scope.get("root_path", "")))

    def _count(self, scope: Scope, who: Caller) -> list[tuple[bytes, bytes]]:
        """The headers that say how much is left, where that is counted.

        Raises:
            Problem: There were too many.
        """
        rate = self._reads if scope["method"] in SAFE_METHODS else self._changes
        if rate is None:
            return []
        wait, left = rate.take(f"{who.name} {_client(scope)}", time.monotonic())
        if wait:
            seconds = str(max(round(wait + 0.5), 1))
            told = {name.decode(): value.decode() for name, value in rate.headers(0)}
            raise Problem(
                429, "too many requests", hint=f"Again in {seconds} s.", headers={"retry-after": seconds} | told
            )
        return rate.headers(left)

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

    def _check_token(self, headers: Headers, path: str) -> Caller:
        if not self._token:
            return LOCAL
        scheme, _, given = headers.get("authorization", "").partition(" ")
        given = given.strip()
        if scheme.lower() == "bearer":
            if is_same(given, self._token):
                return OWNER
            if self._keys is not None and (found := self._keys.find(given)) is not None:
                return found
        elif self._home is not None:
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
            if cookie and is_session(self._home, cookie):
                return OWNER
        if path in self._open or path.startswith(OPEN_FOLDER):
            return NOBODY
        raise Problem(
            401, "there is no valid token", hint="Send Authorization: Bearer TOKEN.",
            headers={"www-authenticate": 'Bearer realm="automagic"'},
        )  # fmt: skip


def _refuse(scope: Scope, problem: Problem, request_id: str) -> Response:
    """The answer; a person in a browser who is not known is shown the way in."""
    headers = Headers(scope=scope)
    looks = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if problem.status == HTTPStatus.UNAUTHORIZED and looks and "authorization" not in headers:
        return RedirectResponse(f"{scope.get('root_path', '')}/enter", HTTPStatus.SEE_OTHER)
    return answer(problem, request_id)


def _check_origin(headers: Headers, host: str) -> None:
    """A change that a page asked for must come from a page of this server: a stranger's page has its own origin."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
        raise Problem(403, f"a page of {origin[:100]!r} may not change anything here")
    if site is not None and site not in ("same-origin", "none"):
        raise Problem(403, "a page of another site may not change anything here")


def _client(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""

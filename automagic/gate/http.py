"""Requests over the network: one session per run, bounded bodies, failures by what they mean for a bill.

    request ─▶ a free connection of the pool ─▶ send ─▶ redirects, by hand ─▶ body, up to its size ─▶ Reply
                 not made: Unreachable           └──── broke off, too late: Unknown ────┘

A reply with status 400 and above is a Reply; `explain` says what it means. Secrets become header text only while a
request is sent, and go to the origin (scheme, host and port) that they were meant for, nowhere else.
"""

from __future__ import annotations

import asyncio
import io
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.errors import Permanent
from automagic.gate.admitted import Allow, check_literal, checked_resolver
from automagic.gate.replies import Reply, Unreachable, Unusable, explain, explain_break
from automagic.machine.addresses import is_public

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

    from automagic.values.secret import Secret

__all__ = ["Allow", "Http", "Reply", "Unreachable", "Unusable", "explain", "observe_headers"]

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 1 << 16
_TIMEOUTS = 64
"""How many are kept: callers ask for few different ones, what a redirect leaves is never the same."""

observe_headers: ContextVar[Callable[[Mapping[str, str]], None] | None] = ContextVar("observe_headers", default=None)
"""Is given the headers of each reply; the gate uses it to obey a vendor's own rate limit."""


class Http:
    """One session per run; opened by its first request.

    Args:
        pool: How many requests are under way at once; further ones wait, outside of any timeout.
        connect_s: For a connection, the look-up of the name included.
        read_s: The longest silence in the middle of a reply.
        total_s: For everything together, redirects included.
        user_agent: Says who we are, to vendors that want to know.
    """

    def __init__(
        self, *, pool: int, connect_s: float = 10, read_s: float = 60, total_s: float = 300, user_agent: str
    ) -> None:
        self._pool = pool
        self._connect_s = connect_s
        self._read_s = read_s
        self._total_s = total_s
        self._user_agent = user_agent
        self._free = asyncio.Semaphore(pool)
        self._sessions: dict[Allow | None, aiohttp.ClientSession] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}
        self._proxies: dict[tuple[str, str], str | None] = {}

    @staticmethod
    def load() -> None:
        """Load what the first request would, so that who measures how long an answer takes measures nothing else."""
        import aiohttp  # noqa: F401

    async def close(self) -> None:
        """Close every connection; safe to call twice."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def request(  # noqa: PLR0913 - the parts of a request, as HTTP has them
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, Secret] | None = None,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        data: bytes | aiohttp.FormData | None = None,
        max_bytes: int = 16 << 20,
        total_s: float | None = None,
        check: Callable[[str], None] | None = None,
        allow: Allow | None = None,
    ) -> Reply:
        """One request and its whole reply, whatever its status.

        Args:
            secret_headers: Sent to the origin of `url` only.
            json: Any value that msgspec can encode.
            max_bytes: Of the body, unpacked.
            total_s: Instead of the session's.
            check: Is given each address before it is asked, those of redirects too; raises to refuse.
            allow: As of `download`; None for any.

        Raises:
            Retryable: Nothing was sent: no connection, no such name, TLS failed, a proxy refused.
            Unknown: It was sent, but no complete reply came.
            Unusable: The reply is larger than `max_bytes`.
            Permanent: The address or a redirect cannot be followed.
            RequestError: `allow` forbids the address.
        """
        body = data
        sent_headers = dict(headers or {})
        if json is not None:
            body = msgspec.json.encode(json)
            sent_headers["Content-Type"] = "application/json"
        asked = _Asked(method.upper(), _parse(url, params), sent_headers, dict(secret_headers or {}), body, check)

        async def read(response: aiohttp.ClientResponse, shown: str) -> bytes:
            length = response.content_length
            if length is not None and length > max_bytes:
                raise _too_large(shown, max_bytes)
            if length is not None and "Content-Encoding" not in response.headers:
                return await response.read()
            whole = bytearray()
            async for chunk in response.content.iter_any():
                whole += chunk
                if len(whole) > max_bytes:
                    raise _too_large(shown, max_bytes)
            return bytes(whole)

        return await self._follow(asked, allow, total_s, read)

    async def download(
        self,
        url: str,
        target: Path,
        *,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
        total_s: float | None = None,
        allow: Allow = is_public,
    ) -> Reply:
        """GET a file into `target`, which is complete or absent.

        With a status of 400 and above nothing is written; the reply then holds the beginning of the body.

        Args:
            allow: Which network addresses may be connected to. Names are looked up once: what is looked at here is
                what is connected to, while TLS asks for the name. Behind a proxy, which looks names up itself, this
                holds for addresses in numbers only.

        Raises:
            As `request`; RequestError when `allow` forbids the address.
        """

        async def read(response: aiohttp.ClientResponse, shown: str) -> bytes:
            if response.status >= 400:
                return await response.content.read(_CHUNK_BYTES)
            if response.content_length is not None and response.content_length > max_bytes:
                raise _too_large(shown, max_bytes)
            await _write(response, target, shown, max_bytes)
            return b""

        return await self.stream(url, read, headers=headers, total_s=total_s, allow=allow)

    async def stream(
        self,
        url: str,
        read: Callable[[aiohttp.ClientResponse, str], Awaitable[bytes]],
        *,
        headers: Mapping[str, str] | None = None,
        total_s: float | None = None,
        allow: Allow | None = is_public,
        check: Callable[[str], None] | None = None,
    ) -> Reply:
        """GET, its body read as it comes.

        Args:
            read: Is given the response, whatever its status, and its address for people; gives the reply's body.
            allow: As of `download`; None for any.
            check: As of `request`.

        Raises:
            As `request`; what `read` raises.
        """
        asked = _Asked("GET", _parse(url), dict(headers or {}), {}, None, check)
        return await self._follow(asked, allow, total_s, read)

    async def _follow(
        self,
        asked: _Asked,
        allow: Allow | None,
        total_s: float | None,
        read: Callable[[aiohttp.ClientResponse, str], Awaitable[bytes]],
    ) -> Reply:
        """Send it, and send it on where a redirect says so."""
        total_s = left_s = total_s or self._total_s
        async with self._free:
            started = time.monotonic()
            for _ in range(MAX_REDIRECTS + 1):
                shown = _show(asked.url)
                check_literal(asked.url, allow)
                if asked.check is not None:
                    asked.check(str(asked.url))
                reply, target = await self._exchange(asked, allow, left_s, shown, read)
                if not target:
                    if observe := observe_headers.get():
                        observe(reply.headers)
                    return reply
                asked = asked.redirected(reply.status, target)
                left_s = total_s - (time.monotonic() - started)
        raise Permanent(f"{shown} redirects more than {MAX_REDIRECTS} times", hint="Check the address.")

    async def _exchange(
        self,
        asked: _Asked,
        allow: Allow | None,
        left_s: float,
        shown: str,
        read: Callable[[aiohttp.ClientResponse, str], Awaitable[bytes]],
    ) -> tuple[Reply, str]:
        """One request and its reply; of a redirect its target besides, and no body."""
        import aiohttp

        proxy = self._proxy_for(asked.url)
        session = self._session(None if proxy else allow)
        headers = asked.headers
        if asked.secret_headers:
            headers = headers | {name: secret.reveal() for name, secret in asked.secret_headers.items()}
        try:
            async with session.request(
                asked.method,
                asked.url,
                headers=headers,
                # As a stream: aiohttp warns of large bytes, which it would copy.
                data=io.BytesIO(asked.body) if isinstance(asked.body, bytes) else asked.body,
                timeout=self._timeout(left_s),
                proxy=proxy,
                allow_redirects=False,
            ) as response:
                received = {name.lower(): value for name, value in response.headers.items()}
                target = received.get("location", "") if response.status in _REDIRECTS else ""
                body = b"" if target else await read(response, shown)
                return Reply(response.status, received, body, shown, tuple(asked.secret_headers.values())), target
        except aiohttp.InvalidURL as error:
            raise Permanent(f"{shown} is not a valid web address", hint="Write it like https://example.com") from error
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise explain_break(error, shown, asked.url.host or "", proxied=proxy is not None) from error

    def _timeout(self, left_s: float) -> aiohttp.ClientTimeout:
        known = self._timeouts.get(left_s)
        if known is None:
            import aiohttp

            # A connection takes less than everything together, so that the two kinds of "too late" stay apart.
            known = aiohttp.ClientTimeout(
                total=left_s, connect=min(self._connect_s, left_s * 0.9), sock_read=self._read_s, ceil_threshold=1e9
            )
            if len(self._timeouts) < _TIMEOUTS:
                self._timeouts[left_s] = known
        return known

    def _session(self, allow: Allow | None) -> aiohttp.ClientSession:
        """The session of all vendors, or the one that connects only to what `allow` admits."""
        session = self._sessions.get(allow)
        if session is None:
            import aiohttp

            resolver = None if allow is None else checked_resolver(allow)
            connector = aiohttp.TCPConnector(
                limit=0,  # `self._free` bounds it, outside of the timeouts
                ttl_dns_cache=300,
                # What was admitted once is asked again, so that a name server cannot change its mind behind our back.
                use_dns_cache=allow is None,
                # Servers close after 5 s of silence or more; one that does so just as we send leaves a doubt.
                keepalive_timeout=4,
                resolver=resolver,
            )
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent},
                trust_env=False,  # proxies are looked up here; ~/.netrc is never read
            )
            self._sessions[allow] = session
        return session

    def _proxy_for(self, url: URL) -> str | None:
        """The proxy that the environment names for this address: HTTPS_PROXY, HTTP_PROXY, NO_PROXY."""
        place = (url.scheme, f"{url.host}:{url.port}")
        if place not in self._proxies:
            from urllib.request import getproxies, proxy_bypass

            proxy = getproxies().get(url.scheme)
            self._proxies[place] = proxy if proxy and not proxy_bypass(place[1]) else None
        return self._proxies[place]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, before its secrets are revealed."""

    method: str
    url: URL
    headers: dict[str, str]
    secret_headers: dict[str, Secret]
    body: bytes | aiohttp.FormData | None
    check: Callable[[str], None] | None

    def redirected(self, status: int, target: str) -> _Asked:
        """What to send after a redirect (RFC 9110, 15.4): 303, and by custom a POST with 301 or 302, becomes a GET."""
        url = _parse(target, base=self.url)
        if self.url.scheme == "https" and url.scheme == "http":
            raise Permanent(f"{_show(self.url)} redirects to an address without encryption", hint="Check the address.")
        same = url.origin() == self.url.origin()
        become_get = status == 303 or (status in (301, 302) and self.method == "POST")
        headers = self.headers
        if become_get:
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return _Asked(
            "GET" if become_get and self.method != "HEAD" else self.method,
            url,
            headers,
            self.secret_headers if same else {},
            None if become_get else self.body,
            self.check,
        )


def _too_large(shown: str, max_bytes: int) -> Unusable:
    return Unusable(
        f"{shown} answered with more than {max_bytes / 1e6:.0f} MB", hint="That is more than AutoMagic accepts."
    )


def _show(url: URL) -> str:
    """An address for people: without its query, where secrets may stand. `_parse` let no others in."""
    return str(url).partition("?")[0]


def _parse(text: str, params: Mapping[str, str | int] | None = None, *, base: URL | None = None) -> URL:
    from yarl import URL

    try:
        url = URL(text) if base is None else base.join(URL(text))
        if params:
            url = url.update_query(dict(params))
        fits = url.scheme in ("http", "https") and bool(url.raw_host) and not ("@" in text and "@" in url.raw_authority)
    except ValueError:
        fits = False
    if not fits:
        what = "the target of a redirect" if base is not None else "that"
        raise Permanent(
            f"{what} is not a valid web address without credentials", hint="Write it like https://example.com"
        )
    return url.with_fragment(None) if "#" in text else url


async def _write(response: aiohttp.ClientResponse, target: Path, shown: str, max_bytes: int) -> None:
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.partial")
    size = 0
    try:
        with partial.open("wb") as file:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise _too_large(shown, max_bytes)
                file.write(chunk)
        os.replace(partial, target)  # noqa: PTH105 - the one call that is atomic, by its own name
    finally:
        partial.unlink(missing_ok=True)

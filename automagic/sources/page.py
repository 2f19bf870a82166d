"""A page of the web. It is fetched from the public internet only, within a size and a time.

    address ─▶ may it be asked? ─▶ resolve ─▶ is every address public? ─▶ connect to that very address ─▶ read
       ▲                                                                                              │
       └───────────────────────────── at most five redirects, each checked too ◀──────────────────────┘

The resolver that checks is the one that connects, so a name server cannot answer twice in two ways (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import re
import socket
import zlib
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from automagic.errors import RequestError
from automagic.machine.addresses import is_public
from automagic.sources.text import read_document, too_large
from automagic.values.document import Document
from automagic.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Allow = Callable[[IPv4Address | IPv6Address], bool]

MAX_REDIRECTS = 5
USER_AGENT = f"AutoMagic/{__version__} (fetches one page at a person's request)"
_REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK_BYTES = 65536
_NOT_PROSE = {"text/css", "text/javascript", "text/csv", "text/calendar", "text/vcard", "text/event-stream"}
_SECRET_NAMES = {"auth", "apikey", "credential", "key", "password", "secret", "session", "sig", "signature", "token"}
_COPY_HINT = "Copy its text into a .txt file and give that."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of file is asked for.

    Attributes:
        accept: The header that asks for it.
        name: For people: "a text page".
        hint: Of what else they can do.
        fits: Whether a media type is one, in lower case and without parameters.
    """

    accept: str
    name: str
    hint: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of the web.

    Attributes:
        address: Where it was in the end.
    """

    data: bytes
    media_type: str
    address: URL

    @property
    def location(self) -> str:
        """The address for people."""
        return _show(self.address)


def _is_prose(media_type: str) -> bool:
    is_text = media_type.startswith("text/") and media_type not in _NOT_PROSE
    return is_text or media_type == "application/xhtml+xml"


PAGES = Wanted(
    "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8", "a text page", _COPY_HINT, _is_prose
)


async def fetch_page(
    url: str, *, max_bytes: int = 10_000_000, timeout_s: float = 20.0, allow: Allow = is_public
) -> Document:
    """The readable text of the page at `url`.

    Args:
        max_bytes: Of the page, before and after it is unpacked.
        timeout_s: For everything together, redirects included.
        allow: Which addresses may be connected to.

    Raises:
        RequestError: The address is not one of a public page, or the page cannot be had within the limits, or it is
            not a text.
    """
    found = await fetch(url, PAGES, max_bytes=max_bytes, timeout_s=timeout_s, allow=allow)
    # Reading the tree of a large page takes a while: the event loop stays live meanwhile.
    return await asyncio.to_thread(read_document, found.data, location=found.location, media_type=found.media_type)


async def fetch(url: str, wanted: Wanted, *, max_bytes: int, timeout_s: float, allow: Allow = is_public) -> Fetched:
    """The file at `url`. Arguments and errors as of `fetch_page`."""
    address = _parse(url)
    try:
        async with asyncio.timeout(timeout_s), _open_session(allow, timeout_s, wanted.accept) as session:
            return await _follow(session, address, allow, max_bytes, wanted)
    except TimeoutError as error:
        raise RequestError(
            f"{_show(address)} did not answer in full within {timeout_s:g} s.",
            hint="Try again later, or copy its text into a .txt file and give that.",
        ) from error
    except aiohttp.ClientError as error:
        raise _explain(error, address) from error


class CheckedResolver(AbstractResolver):
    """Resolves names to those of their addresses that `allow` admits."""

    def __init__(self, allow: Allow) -> None:
        self._allow = allow
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raise RequestError when `host` has addresses but none may be connected to; OSError when it has none."""
        found = await self._resolver.resolve(host, port, family)
        allowed = [result for result in found if self._allow(ip_address(result["host"]))]
        if not allowed:
            raise _forbidden(host)
        return allowed

    async def close(self) -> None:
        """Nothing is held open."""
        await self._resolver.close()


@asynccontextmanager
async def _open_session(allow: Allow, timeout_s: float, accept: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A session for one file: no cache, no proxy of the environment, no automatic unpacking."""
    connector = aiohttp.TCPConnector(resolver=CheckedResolver(allow), use_dns_cache=False, force_close=True)
    timeout = aiohttp.ClientTimeout(total=timeout_s, connect=min(10.0, timeout_s), sock_read=min(10.0, timeout_s))
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": accept,
        "Accept-Encoding": "gzip",
    }
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, headers=headers, trust_env=False, auto_decompress=False
    ) as session:
        yield session


async def _follow(
    session: aiohttp.ClientSession, address: URL, allow: Allow, max_bytes: int, wanted: Wanted
) -> Fetched:
    """The body, its media type and where it was found in the end."""
    for _ in range(MAX_REDIRECTS + 1):
        _check_literal(address, allow)
        async with session.get(address, allow_redirects=False) as response:
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or not target:
                _check_answer(response, address, max_bytes, wanted)
                data = await _read_body(response, address, max_bytes)
                return Fetched(data, response.headers.get("Content-Type", ""), address)
        address = _parse(target, base=address)
    raise RequestError(f"{_show(address)} redirects more than {MAX_REDIRECTS} times.", hint="Open it in a browser.")


def _parse(text: str, *, base: URL | None = None) -> URL:
    """An address that may be asked, without its fragment; a redirect's target is relative to `base`."""
    what = "A redirect leads to" if base else "That is"
    try:
        address = URL(text.strip())
        if base is not None:
            address = base.join(address)
    except ValueError as error:
        raise RequestError(
            f"{what} what is not a valid web address." if base else "That is not a valid web address.",
            hint="It looks like https://example.com/page",
        ) from error
    if address.scheme not in {"http", "https"}:
        shown = f"{address.scheme}:" if address.scheme else "an address without https://"
        raise RequestError(
            f"{what} {shown}, but a page is fetched by http or https only.",
            hint="Write it like https://example.com/page",
        )
    if not address.host:
        raise RequestError(f"{what} an address without a host.", hint="Write it like https://example.com/page")
    if address.user is not None or address.password is not None:
        raise RequestError(
            f"{what} an address with a user name in it; pages are fetched without credentials.",
            hint="Leave out what stands before the @, or save the page as a file.",
        )
    return address.with_fragment(None)


def _check_literal(address: URL, allow: Allow) -> None:
    """Numbers in place of a name never reach a resolver: look at them here."""
    try:
        literal = ip_address(address.host or "")
    except ValueError:
        return  # a name, for the resolver
    if not allow(literal):
        raise _forbidden(str(literal))


def _check_answer(response: aiohttp.ClientResponse, address: URL, max_bytes: int, wanted: Wanted) -> None:
    status = response.status
    if status != HTTPStatus.OK:
        raise _explain_status(status, address)
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type and not wanted.fits(media_type):
        kind = media_type if media_type.isascii() and media_type.isprintable() else "something else"
        raise RequestError(f"{_show(address)} is not {wanted.name}: it is {kind[:80]}.", hint=wanted.hint)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise RequestError(f"{_show(address)} is sent packed in a way that was not asked for.", hint=_COPY_HINT)
    if response.content_length is not None and response.content_length > max_bytes:
        raise too_large(_show(address), max_bytes)


async def _read_body(response: aiohttp.ClientResponse, address: URL, max_bytes: int) -> bytes:
    """The body, unpacked; stops as soon as it is too large, so that a small bomb stays small."""
    packed = response.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
    unpack = _Gunzip(max_bytes) if packed else None
    body = bytearray()
    received = 0
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        received += len(chunk)
        try:
            body += unpack.feed(chunk, len(body)) if unpack else chunk
        except zlib.error as error:
            raise RequestError(f"{_show(address)} is sent with damaged compression.", hint=_COPY_HINT) from error
        if max(received, len(body)) > max_bytes:
            raise too_large(_show(address), max_bytes)
    if unpack is not None and received and not unpack.complete:
        raise RequestError(f"{_show(address)} ended too early.", hint="Try again.")
    return bytes(body)


class _Gunzip:
    """Unpacks gzip members one after the other and never makes more than `max_bytes` + 1 bytes in all."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._unpacker = zlib.decompressobj(wbits=31)  # 31: a gzip header, and the largest window

    @property
    def complete(self) -> bool:
        """Whether the last member has come to its end."""
        return self._unpacker.eof

    def feed(self, chunk: bytes, made: int) -> bytes:
        """What `chunk` adds to the `made` bytes so far."""
        out = bytearray()
        while chunk and made + len(out) <= self._max_bytes:
            if self._unpacker.eof:
                self._unpacker = zlib.decompressobj(wbits=31)
            out += self._unpacker.decompress(chunk, self._max_bytes + 1 - made - len(out))
            chunk = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        return bytes(out)


def _show(address: URL) -> str:
    """The address for people, without parameters that look like a secret."""
    if not address.query_string:
        return str(address)
    pairs = address.query.items()
    kept = [pair for pair in pairs if _SECRET_NAMES.isdisjoint(re.split(r"[^a-z]+", pair[0].lower()))]
    return str(address.with_query(kept))


def _forbidden(host: str) -> RequestError:
    return RequestError(
        f"{host} is not on the public internet: pages of this machine or a private network are not fetched.",
        hint="Save the page as a file and give that.",
    )


def _explain_status(status: int, address: URL) -> RequestError:
    try:
        shown = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        shown = str(status)
    hint = "Open it in a browser, copy its text into a .txt file and give that."
    if status in {404, 410}:
        hint = "Check the address: there is no such page."
    elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
        hint = "The server has a problem or is busy: try again later."
    return RequestError(f"{_show(address)} answered {shown}.", hint=hint)


# The first that fits counts: the errors of names and certificates are connection errors too.
_FAILURES: tuple[tuple[type[aiohttp.ClientError], str, str], ...] = (
    (
        aiohttp.ClientConnectorDNSError,
        "The name {host} could not be found.",
        "Check its spelling and your connection to the internet.",
    ),
    (aiohttp.ClientConnectorCertificateError, "The certificate of {host} is not trusted.", _COPY_HINT),
    (aiohttp.ClientSSLError, "A secure connection to {host} could not be made.", "Check the address and its port."),
    (aiohttp.ClientConnectorError, "{host} cannot be reached.", "Check the address and your connection."),
    (aiohttp.InvalidURL, "That is not a valid web address.", "It looks like https://example.com/page"),
    (aiohttp.ClientResponseError, "{page} gave an answer that is not proper HTTP.", _COPY_HINT),
    (aiohttp.ClientError, "{page} broke off before it was complete.", "Try again."),
)


def _explain(error: aiohttp.ClientError, address: URL) -> RequestError:
    message, hint = next((message, hint) for kind, message, hint in _FAILURES if isinstance(error, kind))
    host = getattr(error, "host", None) or address.host  # after a redirect not the one that was asked for first
    return RequestError(message.format(host=host, page=_show(address)), hint=hint)

"""A large file over the network, in as many goes as it takes: what lies there is not fetched again.

    target.partial          the bytes so far
    target.partial.json     whose bytes they are: address, strong ETag or date, size

    begin ─▶ is there a part? hash it ─▶ ask for the rest, if it is still the same file (If-Range) ─▶ append, hash
                                          ├─ 206 from the byte that was asked for: go on
                                          ├─ 200: another file, or a server without ranges: begin anew
                                          └─ broken off: ask again, as long as each go brings something
    whole ─▶ fsync ─▶ rename ─▶ noted by who wanted it ─▶ forgotten whose bytes they are

A process that dies before it has noted its file finds it again: it asks for one byte, which proves that it is the same.

Ranges: RFC 9110, sections 13.1.5 (If-Range), 14.2 and 14.4. A weak ETag proves nothing about bytes; then the date has
to be the same, and the size.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypedDict
from urllib.parse import urlsplit

import msgspec

from automagic.errors import Permanent, ResourceError, Retryable, Unknown, is_disk_full
from automagic.gate.replies import explain
from automagic.machine.addresses import is_public
from automagic.machine.blocks import hash_file
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.blobs import sync_folder

if TYPE_CHECKING:
    import aiohttp

    from automagic.gate.admitted import Allow
    from automagic.gate.http import Http, Reply

    class _Bounds(TypedDict):
        allow: Allow | None
        check: Callable[[str], None] | None


CHUNK_BYTES = 1 << 18
FRUITLESS = 3
"""So many goes in a row that bring nothing are the end of it, for now."""
WAIT_S = 1.0
"""Before the second go without a byte; then twice as long each time."""
LONGEST_S = 24 * 3600.0

ORIGIN = ".partial.json"
"""Behind a target's name: whose bytes they are, of a part and of a file that nobody has noted yet."""

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that is whole.

    Attributes:
        sha256, sha1: In hexadecimal digits.
        requests: How many it took.
        received_bytes: Of bodies, those that were thrown away as well.
    """

    size_bytes: int
    sha256: str
    sha1: str
    requests: int
    received_bytes: int


class Pace:
    """No more than so many bytes a second, together, of all that shares it; 0 for no limit."""

    def __init__(self, bytes_per_s: float = 0.0) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at = 0.0

    async def take(self, size_bytes: int) -> None:
        """Wait until so many have their turn."""
        if not self._bytes_per_s:
            return
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + size_bytes / self._bytes_per_s
        await asyncio.sleep(self._free_at - now)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Under which bounds a file is fetched.

    Attributes:
        max_bytes: Of the file.
        pace: How fast.
        may_go_on: Is given how many bytes are still to come, 0 where nobody knows; raises to stop, and what lies there
            stays.
        check: Is given the file before it gets its name; raises to refuse it.
    """

    max_bytes: int
    pace: Pace = field(default_factory=Pace)
    may_go_on: Callable[[int], None] = lambda _missing: None
    check: Callable[[Path, FetchedFile], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class _Origin:
    """Whose bytes lie in a part; what is not known is empty or None."""

    url: str
    etag: str = ""
    modified: str = ""
    total: int | None = None

    @property
    def proof(self) -> str:
        """What a server is asked to compare; "" where nothing proves that it is the same file."""
        return self.etag or self.modified

    def is_same(self, other: _Origin) -> bool:
        """Whether nothing that both say differs; an answer to If-Range need not repeat everything."""
        pairs = ((self.etag, other.etag), (self.modified, other.modified), (self.total, other.total))
        return bool(self.proof) and all(mine == its for mine, its in pairs if mine and its)


class _Part:
    """What lies there of a file; its hashes go with it."""

    def __init__(self, target: Path, url: str) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.partial")
        self.about = target.with_name(f"{target.name}{ORIGIN}")
        self.origin = _Origin(url)
        self.size_bytes = 0
        self.sha256, self.sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)

    def open(self, noted: str) -> BinaryIO:
        """The part, its end reached; empty unless it is known to be this address's.

        Args:
            noted: As of `fetch_file`.
        """
        origin = self._read_about()
        if origin and not self.path.exists() and self.target.exists() and not _holds(self.target, noted):
            self.target.replace(self.path)  # it was whole, and who should have noted it died
        # Without a buffer: what a killed process has received is in the file.
        file = self.path.open("r+b" if origin and self.path.exists() else "w+b", buffering=0)
        if origin is not None:
            self.origin = origin
            while block := file.read(1 << 20):
                self._count(block)
        return file

    def _read_about(self) -> _Origin | None:
        with contextlib.suppress(OSError, MalformedText):
            origin = parse_json(self.about.read_bytes(), name=self.about.name, type=_Origin)
            if origin.url == self.origin.url and origin.proof:
                return origin
        return None

    def begin(self, file: BinaryIO, origin: _Origin) -> None:
        """Throw away what lies there; what comes now is another file's, or the same from its beginning."""
        file.seek(0)
        file.truncate()
        self.origin, self.size_bytes = origin, 0
        self.sha256, self.sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
        beside = self.about.with_name(f"{self.about.name}.new")
        beside.write_bytes(msgspec.json.encode(origin))
        beside.replace(self.about)

    def append(self, file: BinaryIO, block: bytes) -> None:
        """Write and hash."""
        view = memoryview(block)
        while view:
            view = view[file.write(view) :]
        self._count(block)

    def _count(self, block: bytes) -> None:
        self.sha256.update(block)
        self.sha1.update(block)
        self.size_bytes += len(block)

    def finish(self) -> None:
        """Give it its name."""
        os.replace(self.path, self.target)  # noqa: PTH105 - the one call that is atomic, by its own name
        sync_folder(self.target.parent)


class _Restart(Exception):
    """The server does not go on with what lies there."""


async def fetch_file(
    http: Http, url: str, target: Path, *, limits: FetchLimits, trusted: bool = False, noted: str = ""
) -> FetchedFile:
    """Fetch a file; `target` is complete or absent, and what was received stays beside it until it is.

    One process at a time may fetch into one target. Who has noted that it is there removes what `ORIGIN` names.

    Args:
        trusted: The address may lie in a private network; then a redirect must not leave its host.
        noted: The sha256 of what may lie at `target` already and is to stay until the new file is whole.

    Raises:
        Permanent: The server says that there is no such file, or sends what cannot be one, or it is too large.
        Retryable, Unknown: It broke off, again and again: what lies there stays.
        RequestError: It, or a redirect, leads into a private network.
        ResourceError: The disk is full; what lies there stays.
    """
    download = _Download(http, url, limits, _Part(target, url), trusted=trusted)
    try:
        with await asyncio.to_thread(download.part.open, noted) as file:
            await download.run(file)
            await asyncio.to_thread(os.fsync, file.fileno())
        if limits.check is not None:
            await limits.check(download.part.path, download.fetched)
        await asyncio.to_thread(download.part.finish)
    except OSError as error:
        if is_disk_full(error):
            raise ResourceError(
                f"the disk is full: {target.name} could not be written to {target.parent}",
                hint="Free some space and run the same command again: it goes on where it stopped.",
            ) from error
        raise
    return download.fetched


def remove_part(target: Path) -> None:
    """Remove what lies there of a file that is not wanted any more."""
    part = _Part(target, "")
    part.path.unlink(missing_ok=True)
    part.about.unlink(missing_ok=True)


class _Download:
    """One file."""

    def __init__(self, http: Http, url: str, limits: FetchLimits, part: _Part, *, trusted: bool) -> None:
        self._http, self._url, self._limits, self._trusted = http, url, limits, trusted
        self.part = part
        self.requests = 0
        self.received_bytes = 0
        self._whole = False

    @property
    def fetched(self) -> FetchedFile:
        """What there is of it."""
        part = self.part
        return FetchedFile(
            part.size_bytes, part.sha256.hexdigest(), part.sha1.hexdigest(), self.requests, self.received_bytes
        )

    async def run(self, file: BinaryIO) -> None:
        """Until all of it is there."""
        fruitless = 0
        while not self._whole:
            self._limits.may_go_on(self._missing)
            before = self.part.size_bytes
            try:
                await self._go(file)
            except _Restart:
                self.part.begin(file, _Origin(self._url))
                fruitless += 1
                if fruitless >= FRUITLESS:
                    raise Permanent(
                        f"{self._url} does not send the rest of what it began", hint="Try again later."
                    ) from None
            except (Retryable, Unknown) as error:
                # A server that begins anew each time brings bytes for ever: a go has to bring more than there was.
                fruitless = 0 if self.part.size_bytes > before else fruitless + 1
                if fruitless >= FRUITLESS:
                    raise
                after_s = getattr(error, "after_s", None)
                await asyncio.sleep(min(60.0, after_s or (WAIT_S * 2 ** (fruitless - 1) if fruitless else 0.0)))

    async def _go(self, file: BinaryIO) -> None:
        """One request, its body appended."""
        self.requests += 1
        part = self.part
        headers = {"Accept-Encoding": "identity"}
        asked_from = part.size_bytes if part.origin.proof else 0
        if asked_from and asked_from == part.origin.total:
            asked_from -= 1  # a range has to hold a byte; the last one proves that the file is still the same
        if asked_from:
            headers |= {"Range": f"bytes={asked_from}-", "If-Range": part.origin.proof}

        async def read(response: aiohttp.ClientResponse, shown: str) -> bytes:
            if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and asked_from:
                raise _Restart
            if response.status >= HTTPStatus.BAD_REQUEST:
                return await response.content.read(1 << 16)
            self._check(response, shown, asked_from)
            await self._receive(response, file, shown, asked_from)
            return b""

        reply: Reply = await self._http.stream(self._url, read, headers=headers, total_s=LONGEST_S, **self._bounds)
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise explain(reply, reply.url, has_key=False)

    def _check(self, response: aiohttp.ClientResponse, shown: str, asked_from: int) -> None:
        """Whether an answer is one to what was asked."""
        if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise Retryable(
                f"{shown} answers without sending the file ({response.status})",
                hint="Something in front of it takes us for a robot. Ask the station to let this machine in.",
            )
        if (response.content_type or "") in ("text/html", "application/xhtml+xml"):
            raise Permanent(f"{shown} is a web page, and no recording", hint="It may want a sign-in.")
        if response.status == HTTPStatus.OK:
            return
        match = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
        squeezed = response.headers.get("Content-Encoding", "identity") != "identity"
        if not asked_from or match is None or int(match[1]) != asked_from or squeezed:
            raise _Restart
        total = None if match[3] == "*" else int(match[3])
        if not _origin_of(response, self._url, total).is_same(self.part.origin):
            raise _Restart

    async def _receive(self, response: aiohttp.ClientResponse, file: BinaryIO, shown: str, asked_from: int) -> None:
        part = self.part
        if response.status == HTTPStatus.OK:
            squeezed = "Content-Encoding" in response.headers
            part.begin(file, _origin_of(response, self._url, None if squeezed else response.content_length))
            asked_from = 0
        known = part.size_bytes - asked_from  # 1 where only the proof was wanted
        total = part.origin.total
        if total is not None and total > self._limits.max_bytes:
            raise self._too_large(shown)
        self._limits.may_go_on(self._missing)
        async for block in response.content.iter_chunked(CHUNK_BYTES):
            self.received_bytes += len(block)
            part.append(file, block[known:])
            known = 0
            if part.size_bytes > self._limits.max_bytes:
                raise self._too_large(shown)
            self._limits.may_go_on(self._missing)
            await self._limits.pace.take(len(block))
        if total is not None and part.size_bytes != total:
            raise Unknown(f"{shown} broke off at {part.size_bytes:,} of {total:,} bytes")
        self._whole = True

    @property
    def _bounds(self) -> _Bounds:
        return {"allow": None, "check": self._stay} if self._trusted else {"allow": is_public, "check": None}

    def _stay(self, url: str) -> None:
        """Refuse to be sent to another host: it is not the one that a person trusts."""
        if urlsplit(url).hostname != urlsplit(self._url).hostname:
            raise Permanent(f"{self._url} sends us to another host: {urlsplit(url).netloc}")

    @property
    def _missing(self) -> int:
        return max(0, (self.part.origin.total or 0) - self.part.size_bytes)

    def _too_large(self, shown: str) -> Permanent:
        return Permanent(f"{shown} is larger than {self._limits.max_bytes / 1e9:.1f} GB")


def _holds(path: Path, sha256: str) -> bool:
    if not sha256:
        return False
    with path.open("rb") as file:
        return hash_file(file) == sha256


def _origin_of(response: aiohttp.ClientResponse, url: str, total: int | None) -> _Origin:
    etag = response.headers.get("ETag", "")
    return _Origin(url, "" if etag.startswith("W/") else etag, response.headers.get("Last-Modified", ""), total)

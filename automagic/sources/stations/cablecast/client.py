"""Requests to a Cablecast server, and answers read the way real servers give them.

202 with an empty body     a firewall that asks for a browser: an error, never "no shows"
200 with a page for people a sign-in page in between: an error
404 with a page for people a server of the web in between: says nothing about what is there
offset                     counts recordings on most servers, pages on some: whichever brings new ones
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.errors import ConfigurationError, Permanent
from automagic.sources.stations.shared.asking import StationClient, check_answer
from automagic.sources.stations.shared.kind import AnotherKind
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.gate.http import Reply
    from automagic.sources.stations.shared.asking import Pause
    from automagic.sources.stations.shared.kind import StationAccess

PAGE = 200
_ROOT = "/cablecastapi"
_NOT_ONE = "Is it a Cablecast server?"


class CablecastClient:
    """One server.

    Args:
        password: Of the access's user; None for nobody.
        pause: Waits so many seconds.
    """

    def __init__(self, access: StationAccess, password: Secret | None, *, pause: Pause = asyncio.sleep) -> None:
        self._base = _base_of(access.address)
        headers: dict[str, Secret] = {}
        if access.user:
            if password is None:
                raise ConfigurationError(
                    f"the source asks as {access.user}, and there is no password",
                    hint="Set ARCHIVE_PASSWORD in .env.",
                )
            pair = base64.b64encode(f"{access.user}:{password.reveal()}".encode()).decode()
            headers = {"Authorization": Secret(f"Basic {pair}")}
        self._client = StationClient(access, secret_headers=headers, stays=True, pause=pause)

    @property
    def requests(self) -> int:
        """How many it was sent."""
        return self._client.requests

    @property
    def host(self) -> str:
        """For people."""
        return urlsplit(self._base).netloc

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any] | None:
        """The object of an answer; None where the server says that there is none of this name (404)."""
        return await self._object("GET", path, params=params)

    async def post(self, path: str, body: object) -> dict[str, Any] | None:
        """The same, of a question that has a body."""
        return await self._object("POST", path, body=body)

    async def text(self, url: str) -> str | None:
        """A text file that lies anywhere; None where there is none."""
        reply = await self._client.send("GET", url)
        if reply.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.GONE):  # a bucket says 403 of both
            return None
        if reply.status != HTTPStatus.OK:  # an empty file is one
            check_answer(reply, urlsplit(url).netloc)
        return reply.body.decode("utf-8-sig", "replace")

    async def pages(self, path: str, key: str, params: Mapping[str, str | int]) -> AsyncIterator[dict[str, Any]]:
        """The pages of a list, until each of its things was seen once.

        Args:
            key: Of the things in an answer: "shows".

        Raises:
            Permanent: The pages hold more or fewer than the server says; each that it has was given before.
        """
        seen, walked, first = set[int](), set[int](), set[int]()  # `walked`: in this way of counting
        total, page, by_item = 0, 0, True
        while True:
            offset = len(walked) if by_item else page
            answer = await self.get(path, {**params, "page_size": PAGE, "offset": offset}) or {}
            things = [one for one in _list(answer, key, self.host) if isinstance(one, dict)]
            total = _total(answer, self.host)
            ids = {number for one in things if (number := read_number(one, "id")) is not None}
            if not ids - walked:
                if not (by_item and page and len(seen) < total):
                    break
                by_item, page, walked = False, 1, set(first)  # this server may count pages
                continue
            if not by_item and page == 1 and ids & first:
                break  # it does not: this was its second recording
            first, page = first or ids, page + 1
            walked |= ids
            if ids - seen:
                seen |= ids
                yield {**answer, key: things}
            if len(walked) >= total and len(things) < PAGE:
                break
        if len(seen) != total:
            raise Permanent(
                f"{self.host} says that it has {total:,} {key}, and its pages hold {len(seen):,}",
                hint="Look again later; if it stays so, tell the station.",
            )

    # ------------------------------------------------------------------------------------------- asking

    async def _object(
        self, method: str, path: str, *, params: Mapping[str, str | int] | None = None, body: object = None
    ) -> dict[str, Any] | None:
        url = f"{self._base}{path}"
        reply = await self._client.send(method, url, accept="application/json", params=params, body=body)
        if reply.status == HTTPStatus.NOT_FOUND:
            if _is_page(reply):
                raise AnotherKind(f"{self.host} has nothing there (404), and says so to people", hint=_NOT_ONE)
            return None
        check_answer(reply, self.host)
        if _is_page(reply):
            raise AnotherKind(
                f"{self.host} answers with a page for people instead of its list",
                hint="A sign-in page may stand in front of it. Ask the station to let this machine in.",
            )
        answer = reply.json()
        if not isinstance(answer, dict):
            raise AnotherKind(f"{self.host} answers in another form than Cablecast's", hint=_NOT_ONE)
        return answer


def read_number(of: Mapping[str, Any], key: str) -> int | None:
    """A whole number, such as an id; None for anything else."""
    value = of.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_page(reply: Reply) -> bool:
    """Whether it is HTML, whatever it calls itself."""
    return reply.body.lstrip()[:1] == b"<"


def _base_of(address: str) -> str:
    """Scheme, host and the root of the interface, however the person wrote the address."""
    parts = urlsplit(address.strip())
    path = parts.path.rstrip("/")
    at = path.lower().find(_ROOT)
    path = path[: at + len(_ROOT)] if at >= 0 else _ROOT
    return f"{parts.scheme}://{parts.netloc}{path}"


def _list(answer: Mapping[str, Any], key: str, host: str) -> list[Any]:
    found = answer.get(key)
    if not isinstance(found, list):
        raise AnotherKind(f"{host} answers without {key}", hint=_NOT_ONE)
    return found


def _total(answer: Mapping[str, Any], host: str) -> int:
    meta = answer.get("meta")
    count = read_number(meta, "count") if isinstance(meta, dict) else None
    if count is None or count < 0:
        raise Permanent(f"{host} does not say how many there are", hint=_NOT_ONE)
    return count

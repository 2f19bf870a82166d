"""Requests to a Cablecast server, and answers read the way real servers give them.

202 with an empty body     a firewall that asks for a browser: an error, never "no shows"
200 with a page for people a sign-in page in between: an error
offset                     counts recordings on most servers, pages on some: whichever brings new ones
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.errors import ConfigurationError, Permanent, Retryable
from automagic.gate.http import explain
from automagic.machine.addresses import is_public
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.gate.http import Allow, Http, Reply
    from automagic.sources.stations.shared.kind import StationAccess

PAGE = 200
LARGEST_BYTES = 64 << 20
_ROOT = "/cablecastapi"
_AGAIN = 3


class CablecastClient:
    """One server.

    Args:
        password: Of the access's user; None for nobody.
    """

    def __init__(self, access: StationAccess, password: Secret | None) -> None:
        self._http: Http = access.http
        self._base = _base_of(access.address)
        self._allow: Allow | None = None if access.allow_private else is_public
        self._headers: dict[str, Secret] = {}
        if access.user:
            if password is None:
                raise ConfigurationError(
                    f"the source asks as {access.user}, and there is no password",
                    hint="Set ARCHIVE_PASSWORD in .env.",
                )
            pair = base64.b64encode(f"{access.user}:{password.reveal()}".encode()).decode()
            self._headers = {"Authorization": Secret(f"Basic {pair}")}
        self.requests = 0

    @property
    def host(self) -> str:
        """For people."""
        return urlsplit(self._base).netloc

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any] | None:
        """The object of an answer; None where the server says that there is none of this name (404)."""
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, body: object) -> dict[str, Any] | None:
        """The same, of a question that has a body."""
        return await self._ask("POST", path, body=body)

    async def pages(self, path: str, key: str, params: Mapping[str, str | int]) -> AsyncIterator[dict[str, Any]]:
        """The pages of a list, until each of its things was seen once.

        Args:
            key: Of the things in an answer: "shows".

        Raises:
            Permanent: The pages end, or come again, before all were seen.
        """
        seen: set[object] = set()
        total, page, by_item = -1, 0, True
        while total < 0 or len(seen) < total:
            offset = len(seen) if by_item else page
            answer = await self.get(path, {**params, "page_size": PAGE, "offset": offset}) or {}
            things = [one for one in _list(answer, key, self.host) if isinstance(one, dict)]
            total = _total(answer, self.host)
            new = {one.get("id") for one in things} - seen
            if not new and total > len(seen):
                if by_item and page == 1:
                    by_item = False  # this server counts pages
                    continue
                raise Permanent(
                    f"{self.host} says that it has {total:,} {key}, and its pages hold {len(seen):,}",
                    hint="Look again later; if it stays so, tell the station.",
                )
            seen |= new
            page += 1
            yield {**answer, key: things}

    async def _ask(
        self, method: str, path: str, *, params: Mapping[str, str | int] | None = None, body: object = None
    ) -> dict[str, Any] | None:
        for attempt in range(_AGAIN):
            self.requests += 1
            reply = await self._http.request(
                method,
                f"{self._base}{path}",
                params=params,
                json=body,
                headers={"Accept": "application/json"},
                secret_headers=self._headers,
                max_bytes=LARGEST_BYTES,
                allow=self._allow,
            )
            if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR or attempt + 1 == _AGAIN:
                break
        return self._read(reply)

    def _read(self, reply: Reply) -> dict[str, Any] | None:
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise ConfigurationError(
                f"{self.host} refuses to answer ({reply.status})",
                hint="It may want a user (archive add --user), or refuse this network.",
            )
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise explain(reply, self.host)
        if reply.status != HTTPStatus.OK or not reply.body.strip():
            raise Retryable(
                f"{self.host} answers without saying anything ({reply.status})",
                hint="Something in front of it takes us for a robot. Ask the station to let this machine in.",
            )
        answer = reply.json()
        if not isinstance(answer, dict):
            raise Permanent(f"{self.host} answers in another form than Cablecast's", hint="Is it a Cablecast server?")
        return answer


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
        raise Permanent(f"{host} answers without {key}", hint="Is it a Cablecast server?")
    return found


def _total(answer: Mapping[str, Any], host: str) -> int:
    meta = answer.get("meta")
    count = meta.get("count") if isinstance(meta, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise Permanent(f"{host} does not say how many there are", hint="Is it a Cablecast server?")
    return count

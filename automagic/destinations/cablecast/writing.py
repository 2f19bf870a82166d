"""Requests to a Cablecast server that change something there, signed in, and repeated only where that does no harm."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.destinations.cablecast.settings import PASSWORD
from automagic.errors import ConfigurationError, Permanent, Retryable, Unknown
from automagic.gate.replies import explain
from automagic.machine.addresses import is_public
from automagic.values.secret import Secret

if TYPE_CHECKING:
    import aiohttp

    from automagic.destinations.shared.captions import CaptionAccess
    from automagic.gate.http import Reply

_ROOT = "/cablecastapi"
_ATTEMPTS = 3


class CablecastWriter:
    """One server, signed in.

    Raises:
        ConfigurationError: The source names nobody, or there is no password.
    """

    def __init__(self, access: CaptionAccess) -> None:
        password: Secret | None = access.settings[PASSWORD]
        if not access.user or password is None:
            raise ConfigurationError(
                "captions are published as somebody whom the station knows",
                hint="Add the source with --user NAME, and set ARCHIVE_PASSWORD in .env.",
            )
        pair = base64.b64encode(f"{access.user}:{password.reveal()}".encode()).decode()
        self._secret_headers = {"Authorization": Secret(f"Basic {pair}")}
        self._access = access
        parts = urlsplit(access.address.strip())
        at = parts.path.lower().find(_ROOT)
        path = parts.path[: at + len(_ROOT)] if at >= 0 else _ROOT
        self.host = parts.netloc
        self._base = f"{parts.scheme}://{parts.netloc}{path}"

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        form: Callable[[], aiohttp.FormData] | None = None,
    ) -> Reply:
        """One request, repeated where the answer is lost or the server busy: to be used for what may come twice.

        Args:
            form: Makes the body anew for each attempt.

        Raises:
            ConfigurationError: The server does not let us in.
            VendorError: It refuses, or does not answer. A status of 404 is given back.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                reply = await self._access.http.request(
                    method,
                    f"{self._base}{path}",
                    params=params,
                    json=body,
                    data=form() if form else None,
                    headers={"Accept": "application/json"},
                    secret_headers=self._secret_headers,
                    allow=None if self._access.allow_private else is_public,
                    check=self._stay,
                )
                return self._check(reply)
            except (Retryable, Unknown) as error:
                if attempt == _ATTEMPTS:
                    raise Retryable(error.message, hint="Publish them again later: it goes on from there.") from error
                await asyncio.sleep(self._access.pause_s * attempt)
        raise AssertionError("the last attempt answers or raises")

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any] | None:
        """The object of an answer; None where there is none of this name."""
        reply = await self.ask("GET", path, params=params)
        return None if reply.status == HTTPStatus.NOT_FOUND else self.read(reply)

    def read(self, reply: Reply) -> dict[str, Any]:
        """The object of an answer.

        Raises:
            Permanent: It is something else.
        """
        value = reply.json() if reply.body.lstrip()[:1] == b"{" else None
        if not isinstance(value, dict):
            raise Permanent(f"{self.host} answers in another form than Cablecast's", hint="Is it a Cablecast server?")
        return value

    def _check(self, reply: Reply) -> Reply:
        if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise ConfigurationError(
                f"{self.host} does not let us in ({reply.status})",
                hint="Check the source's user and ARCHIVE_PASSWORD in .env.",
            )
        if reply.status == HTTPStatus.NOT_FOUND:
            return reply
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise explain(reply, self.host)
        if reply.status == HTTPStatus.ACCEPTED and not reply.body.strip():
            raise Retryable(f"{self.host} answers without saying anything ({reply.status})")
        return reply

    def _stay(self, url: str) -> None:
        if urlsplit(url).netloc != self.host:
            raise Permanent(
                f"{self.host} sends us to another host: {urlsplit(url).netloc}",
                hint="If that is the station's, add the source by that address.",
            )

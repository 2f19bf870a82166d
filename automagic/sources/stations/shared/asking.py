"""Questions to a source over the network: politely repeated, and never led astray.

The source's own host may lie in a private network where the person said so (`archive add --allow-private`); no other
host may, wherever a redirect or an answer points. A password goes to the source's own origin only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import ConfigurationError, Permanent, RequestError, Retryable, Unknown, VendorError
from automagic.gate.http import explain
from automagic.machine.addresses import is_public

if TYPE_CHECKING:
    from automagic.gate.http import Reply
    from automagic.sources.stations.shared.kind import StationAccess
    from automagic.values.secret import Secret

Pause = Callable[[float], Awaitable[None]]

LARGEST_BYTES = 64 << 20
LONGEST_WAIT_S = 60.0
"""Where a source asks for a longer wait, the look ends."""


class StationClient:
    """One source, over the network.

    Args:
        stays: Whether it may send us to another host.
        pause: Waits so many seconds.

    Attributes:
        requests: How many it was sent.
    """

    def __init__(
        self,
        access: StationAccess,
        *,
        secret_headers: Mapping[str, Secret] | None = None,
        stays: bool = False,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._http = access.http
        self._own = urlsplit(access.address.strip())
        self._allow_private = access.allow_private
        self._secret_headers = secret_headers or {}
        self._stays = stays or access.allow_private
        self._pause = pause
        self._attempts = access.attempts
        self.requests = 0

    async def send(
        self,
        method: str,
        url: str,
        *,
        accept: str = "*/*",
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        unless_since: str = "",
    ) -> Reply:
        """One question, repeated where the other side is busy or breaks off: all that is asked here only reads.

        Args:
            unless_since: An HTTP date: what was not modified since then may be left out of the answer (304).

        Raises:
            VendorError: It does not answer.
            ConfigurationError: It lies in a private network, and the person did not say that it does.
        """
        asked = urlsplit(url)
        own = asked.hostname == self._own.hostname
        same_origin = (asked.scheme, asked.netloc) == (self._own.scheme, self._own.netloc)
        for attempt in range(1, self._attempts + 1):
            self.requests += 1
            failure: VendorError
            try:
                reply = await self._http.request(
                    method,
                    url,
                    params=params,
                    json=body,
                    headers={"Accept": accept} | ({"If-Modified-Since": unless_since} if unless_since else {}),
                    secret_headers=self._secret_headers if same_origin else {},
                    max_bytes=LARGEST_BYTES,
                    allow=None if own and self._allow_private else is_public,
                    check=self._stay if own and self._stays else None,
                )
            except RequestError as error:
                raise ConfigurationError(
                    f"{asked.netloc} leads into a private network: {error.message}",
                    hint="If that is meant, add the source with --allow-private.",
                ) from error
            except (Retryable, Unknown) as error:
                failure = error
            else:
                if reply.status != HTTPStatus.TOO_MANY_REQUESTS and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return reply
                failure = explain(reply, asked.netloc, has_key=False)
            told_s = failure.after_s if isinstance(failure, Retryable) else None
            wait_s = 2.0 ** (attempt - 1) if told_s is None else told_s
            if attempt == self._attempts or wait_s > LONGEST_WAIT_S:
                raise failure
            await self._pause(wait_s)
        raise AssertionError("the last attempt answers or raises")

    def _stay(self, url: str) -> None:
        """Refuse to be sent to another host: it is not the one that the person trusts, and may be anybody's."""
        if urlsplit(url).hostname != self._own.hostname:
            raise Permanent(
                f"{self._own.netloc} sends us to another host: {urlsplit(url).netloc}",
                hint="If that is the station's, add the source by that address.",
            )


def check_answer(reply: Reply, host: str) -> None:
    """Refuse what is no answer.

    Raises:
        ConfigurationError: It refuses us.
        Retryable: It says nothing.
        VendorError: Another status of 400 and above.
    """
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise ConfigurationError(
            f"{host} refuses to answer ({reply.status})",
            hint="It may want a user (archive add --user), or refuse this network.",
        )
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise explain(reply, host, has_key=False)
    if reply.status != HTTPStatus.OK or not reply.body.strip():
        raise Retryable(
            f"{host} answers without saying anything ({reply.status})",
            hint="Something in front of it takes us for a robot. Ask the station to let this machine in.",
        )

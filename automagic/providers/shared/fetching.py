"""Files that collections offer: fetched through the call gate, from public addresses only, straight to disk.

A file is not kept in the response cache: whoever asks for it keeps it as an artifact.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import Permanent, RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Allow, explain
from automagic.machine.addresses import is_public

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http


class Fetcher:
    """Fetches the files of one collection; no key is ever sent to where they lie.

    Args:
        vendor: The collection. Its files have a rate limit and a breaker of their own, since another host serves them.
        allow: Which network addresses may be connected to.
    """

    def __init__(
        self,
        gate: Gate,
        http: Http,
        *,
        vendor: str,
        headers: Mapping[str, str] | None = None,
        allow: Allow = is_public,
    ) -> None:
        self._gate = gate
        self._http = http
        self._vendor = f"{vendor} files"
        self._headers = dict(headers or {})
        self._allow = allow

    async def fetch(self, url: str, target: Path, *, max_bytes: int) -> None:
        """Write the file at `url` to `target`, which is then complete or absent.

        Raises:
            Retryable, Permanent, Unknown: As the gate; Permanent also when the address leads to a private network.
        """

        async def send(_attempt: Attempt) -> Answer:
            try:
                reply = await self._http.download(
                    url, target, max_bytes=max_bytes, headers=self._headers, allow=self._allow
                )
            except RequestError as error:
                raise Permanent(f"{self._vendor}: {error.message}") from error
            if reply.status in (401, 403, 404, 410):
                raise Permanent(f"{reply.url} cannot be fetched ({reply.status})")
            if reply.status >= 400:
                raise explain(reply, self._vendor)
            return Answer(b"", reply.media_type)

        # The number makes it a call of its own: an answer in the cache would say nothing about a file on this disk.
        once = {"url": url, "once": secrets.token_hex(16)}
        await self._gate.call(Call(self._vendor, "file", "", once), send)

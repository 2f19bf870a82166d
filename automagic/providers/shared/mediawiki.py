"""The action API of MediaWiki, which Wikipedia and Wikimedia Commons share: questions asked through the call gate.

    parameters ──▶ gate (response cache, rate limit, retries) ──▶ /w/api.php ──▶ errors told apart ──▶ "query"

The API reports its own failures with status 200. Wikimedia asks every client to name a contact in its User-Agent
(https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy) and refuses those that do not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.errors import Permanent, Retryable, VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import explain
from automagic.gate.replies import Reply, Unusable
from automagic.gate.retry_after import read_wait
from automagic.providers.shared.contact import is_contact
from automagic.reading.json import parse_json
from automagic.version import __version__

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http

MAX_BYTES = 8 << 20
_LATER = ("ratelimited", "maxlag", "readonly", "internal_api_error", "timeout", "cirrussearch-too-busy-error")
"""Beginnings of the codes of failures that pass."""


class NoSuchWiki(Permanent):
    """There is no wiki at that address."""


class MediaWiki:
    """One wiki.

    Args:
        vendor: As it is called in limits and messages.
        base_url: Such as "https://en.wikipedia.org"; the API is at `/w/api.php` below it.
        contact: An address of the person who runs this, by mail or on the web, as Wikimedia asks for.
    """

    def __init__(self, gate: Gate, http: Http, *, vendor: str, base_url: str, contact: str) -> None:
        self._gate = gate
        self._http = http
        self._vendor = vendor
        self._api = f"{base_url.rstrip('/')}/w/api.php"
        self._headers = {"User-Agent": user_agent(contact), "Accept": "application/json"}

    async def check(self) -> None:
        """Ask for next to nothing, past the response cache: does the wiki answer?

        Raises:
            As `query`.
        """
        if "general" not in await self._query({"meta": "siteinfo", "siprop": "general"}, secrets.token_hex(16)):
            raise Unusable(f"{self._vendor} gave an answer that its API does not define")

    async def query(self, **parameters: str | int) -> dict[str, Any]:
        """What `action=query` answers, in format version 2; `{}` when it has nothing to say.

        Raises:
            NoSuchWiki: The address belongs to no wiki.
            Retryable, Permanent, Unknown: As the gate.
        """
        return await self._query(parameters, "")

    async def _query(self, parameters: Mapping[str, str | int], once: str) -> dict[str, Any]:
        """`once` makes it another call than all before, which the cache does not know."""
        asked = {"action": "query", "format": "json", "formatversion": 2, **parameters}

        async def send(_attempt: Attempt) -> Answer:
            reply = await self._http.request("GET", self._api, params=asked, headers=self._headers, max_bytes=MAX_BYTES)
            self._check(reply)
            return Answer(reply.body, "application/json")

        delivered = await self._gate.call(Call(self._vendor, "query", once, {"url": self._api, **asked}), send)
        query: dict[str, Any] = parse_json(delivered.answer.data, name=f"{self._vendor}'s answer").get("query", {})
        return query

    def _check(self, reply: Reply) -> None:
        """Raise what the reply stands for, when it is no answer."""
        if reply.status == 404 or urlsplit(reply.url).netloc != urlsplit(self._api).netloc:
            # A wiki that does not exist is a page that says so, or a redirect to the incubator.
            raise NoSuchWiki(f"there is no wiki at {self._api}", hint="Check the language.")
        if reply.status == 403:
            raise Permanent(
                f"{self._vendor} refused the request (403)",
                hint="Wikimedia blocks some networks, and clients whose User-Agent names no contact.",
            )
        if reply.status >= 400:
            raise explain(reply, self._vendor)
        body = reply.json()
        if not isinstance(body, dict) or not isinstance(body.get("query", {}), dict):
            raise Unusable(f"{self._vendor} gave an answer that its API does not define")
        if error := body.get("error"):
            raise _explain_error(error, reply, self._vendor)


def user_agent(contact: str) -> str:
    """What Wikimedia wants to read: the program, its version and whom to ask when it misbehaves.

    Raises:
        ValueError: The contact is neither a web nor a mail address.
    """
    if not is_contact(contact):
        raise ValueError(f"{contact!r} is neither a mail address nor a web address")
    return f"AutoMagic/{__version__} ({contact})"


def _explain_error(error: Any, reply: Reply, vendor: str) -> VendorError:
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    said = str(error.get("info", ""))[:300] if isinstance(error, dict) else ""
    message = f"{vendor} answered with the error {code}: {said}"
    if code.startswith(_LATER):
        return Retryable(message, hint=f"{vendor} is busy: try again later.", after_s=read_wait(reply.headers))
    return Permanent(message)

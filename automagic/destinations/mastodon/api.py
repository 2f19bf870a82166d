"""Requests to one instance of Mastodon: signed, to nobody else, and its refusals in words.

https://docs.joinmastodon.org/client/intro/ and .../api/rate-limits/: X-RateLimit-Reset is a date in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from automagic.destinations.mastodon.address import allow_for
from automagic.errors import AutomagicError, ConfigurationError, Permanent, RequestError, Retryable, VendorError
from automagic.gate.http import Http, Reply, explain

if TYPE_CHECKING:
    import aiohttp

    from automagic.values.secret import Secret

SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
"""What is asked of an account: who it is, what it posted, to post, to upload. Nothing of whom it follows or hears."""
_UPLOAD_S = 1800.0
_MOST_BYTES = 8 << 20


class Refused(Permanent):
    """Inside the call gate, which takes failures that are nobody's for unknown outcomes: nothing was done.

    Attributes:
        cause: For the person.
    """

    def __init__(self, cause: AutomagicError) -> None:
        super().__init__(cause.message, hint=cause.hint)
        self.cause = cause


class MastodonApi:
    """One instance.

    Args:
        server: "https://example.social".
        token: Of an account; None before there is one.
        account: As a person names it, for what they are told.
    """

    def __init__(self, http: Http, server: str, token: Secret | None = None, account: str = "") -> None:
        self._http = http
        self.server = server
        self.host = server.partition("://")[2]
        self._token = token
        self._account = account

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Reply:
        """What is there.

        Raises:
            VendorError, ConfigurationError, RequestError: As of `send`.
        """
        return await self.send("GET", path, params=params)

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A request and its answer, of a status below 400.

        Raises:
            ConfigurationError: The token is not taken any more, or lacks a permission.
            RequestError: The instance does not take what was sent.
            VendorError: It failed.
        """
        reply = await self.ask(method, path, params=params, json=json, data=data, headers=headers)
        if reply.status >= 400:
            raise self.explain(reply)
        return reply

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A request and its answer, of whatever status."""
        from automagic.values.secret import Secret

        signed = {"Authorization": Secret(f"Bearer {self._token.reveal()}")} if self._token else None
        return await self._http.request(
            method,
            self.server + path,
            params=params,
            json=json,
            data=data,
            headers=headers,
            secret_headers=signed,
            max_bytes=_MOST_BYTES,
            total_s=_UPLOAD_S if data is not None else None,
            check=None if method == "GET" else self._stay,
            allow=allow_for(self.server),
        )

    def _stay(self, address: str) -> None:
        """A redirect would make a question of what was to be posted."""
        if not address.startswith(f"{self.server}/"):
            raise Permanent(
                f"{self.host} sends what is posted elsewhere",
                hint="Has it moved? Sign in at its new address: automagic posts accounts add mastodon",
            )

    def explain(self, reply: Reply) -> AutomagicError:
        """What an answer of status 400 or above means."""
        told = explain(reply, self.host)
        said = told.message.partition(": ")[2]
        if reply.status in (401, 403):
            return self._explain_denial(reply.status, told, said)
        if reply.status == 422 and "not finished processing" in said:
            return Retryable(told.message, hint="Publish it again in a moment.")
        if reply.status in (400, 413, 422):
            why = said.removeprefix("Validation failed: ") or told.message
            return RequestError(f"{self.host} does not take it: {why}", hint="Change it, and publish it again.")
        if reply.status in (404, 410):
            told.hint = "What it names is not there, or not any more."
        elif isinstance(told, Retryable) and told.after_s:
            told.hint = f"Try again in {_say(told.after_s)}."
        return told

    def _explain_denial(self, status: int, told: VendorError, said: str) -> AutomagicError:
        if status == 401:
            whose = f"the sign-in of {self._account} any more" if self._account else "that token"
            return ConfigurationError(f"{self.host} does not take {whose}", hint=self._again)
        if "scope" in said:
            return ConfigurationError(
                f"the token of {self._account or self.host} does not permit this",
                hint=f"It needs {', '.join(SCOPES)}. {self._again}",
            )
        return Permanent(told.message, hint="Look at the account on the instance's page.")

    @property
    def _again(self) -> str:
        return f"Sign in again: automagic posts accounts add mastodon:{self._account or self.host}"


def read_object(reply: Reply) -> dict[str, Any]:
    """An answer that is an object."""
    value = reply.json()
    if not isinstance(value, dict):
        raise Permanent(f"{reply.url} gave something else than was asked for", hint="Is it an instance of Mastodon?")
    return value


def read_statuses(reply: Reply) -> list[dict[str, Any]]:
    """An answer that is a list of posts."""
    value = reply.json()
    listed: list[Any] = value if isinstance(value, list) else [None]
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in listed):
        raise Permanent(f"{reply.url} gave no list of posts", hint="Is it an instance of Mastodon?")
    return listed


def _say(wait_s: float) -> str:
    minutes = round(wait_s / 60)
    return f"{wait_s:.0f} s" if wait_s < 120 else f"{minutes} minutes"

"""Requests to a server of Bluesky's protocol (XRPC), and what its refusals mean.

    GET  /xrpc/com.atproto.repo.getRecord?repo=did:plc:…        {"uri", "cid", "value"}
    POST /xrpc/com.atproto.repo.applyWrites                     {"results": […]}
    any status of 400 and above                                 {"error": "ExpiredToken", "message": "…"}

See https://atproto.com/specs/xrpc.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from automagic.errors import Permanent, Retryable, VendorError
from automagic.gate.http import Allow, Http, Reply, explain
from automagic.gate.retry_after import read_wait
from automagic.machine.addresses import is_public
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.values.secret import Secret

MAX_BYTES = 8 << 20
"""Of an answer: a hundred records of posts are less than 1 MB."""

UPLOAD_S = 3600.0

_ENDED = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing"})
_NOT_THERE = ("Could not locate record", "Could not find repo")
_ACCOUNTS = {
    "AccountTakedown": "the account was taken down by its server's moderators",
    "RepoTakendown": "the account was taken down by its server's moderators",
    "AccountDeactivated": "the account is deactivated",
    "RepoDeactivated": "the account is deactivated",
    "AccountSuspended": "the account is suspended",
    "RepoSuspended": "the account is suspended",
}


class TokenRefused(Permanent):
    """The access token is not taken, or not any more: a new one may be."""


class LimitReached(Retryable):
    """Too much was asked; nothing was done."""


class NotThere(Permanent):
    """What was asked for does not exist."""


class BlobGone(Permanent):
    """A file that was uploaded is not there any more: servers keep one that no post shows for some hours."""


@dataclass(frozen=True, slots=True)
class XrpcServer:
    """A server.

    Attributes:
        url: Its origin: "https://morel.us-east.host.bsky.network".
        allow: What it may be connected to; None for anything.
    """

    http: Http
    url: str
    allow: Allow | None = is_public

    async def ask(
        self,
        method: str,
        name: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: Secret | None = None,
    ) -> Reply:
        """One request; its reply, of a status below 400.

        Args:
            name: Of the procedure or query: "com.atproto.repo.getRecord".
            data: A file, which may take an hour.
            bearer: The token that allows it.

        Raises:
            TokenRefused, NotThere, BlobGone: As they say.
            VendorError: As `Http.request`, or what the refusal means.
        """
        reply = await self.http.request(
            method,
            f"{self.url}/xrpc/{name}",
            params=params,
            json=json,
            data=data,
            headers=headers,
            secret_headers={"Authorization": Secret(f"Bearer {bearer.reveal()}")} if bearer else None,
            max_bytes=MAX_BYTES,
            total_s=None if data is None else UPLOAD_S,
            check=self.stay,
            allow=self.allow,
        )
        if reply.status >= 400:
            raise explain_refusal(reply)
        return reply

    def stay(self, address: str) -> None:
        """Follow no redirect to another server: what is sent may hold a password, and what is answered is believed."""
        from yarl import URL

        if URL(address).origin() != URL(self.url).origin():
            raise Permanent(
                f"{urlsplit(self.url).netloc} redirects to {urlsplit(address).netloc}",
                hint="Check the connection: a proxy or a sign-in page may be in between.",
            )


def error_name(reply: Reply) -> str:
    """The typed name of a refusal: "InvalidRequest"; "" where it has none."""
    try:
        body = parse_json(reply.body, name=reply.url)
    except MalformedText:
        return ""
    name = body.get("error") if isinstance(body, dict) else None
    return name if isinstance(name, str) else ""


def message_of(reply: Reply) -> str:
    """The server's own words, in one line of at most 200 characters; "" for none."""
    try:
        body = parse_json(reply.body, name=reply.url)
    except MalformedText:
        return ""
    said = body.get("message") if isinstance(body, dict) else None
    return reply.mask(" ".join(said.split()))[:200] if isinstance(said, str) else ""


def explain_refusal(reply: Reply) -> VendorError:
    """What a reply of a status of 400 and above means, in plain words."""
    name, said = error_name(reply), message_of(reply)
    if (known := _explain_name(name, said)) is not None:
        return known
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait_s = read_wait(reply.headers, said)
        return LimitReached(
            "Bluesky's limit of requests is reached" + (f"; it ends in {_duration(wait_s)}" if wait_s else ""),
            hint="Run the same command again later: nothing is published twice.",
            after_s=wait_s,
        )
    if 400 <= reply.status < 500 and reply.status not in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY):
        hint = "Sign in again." if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else ""
        return Permanent(f"Bluesky refuses it: {said or name or reply.status}", hint=hint)
    return explain(reply, "bluesky")


def _explain_name(name: str, said: str) -> VendorError | None:
    if name in _ENDED:
        return TokenRefused("Bluesky does not take the sign-in any more", hint="Sign in again.")
    if name in _ACCOUNTS:
        return Permanent(f"Bluesky: {_ACCOUNTS[name]}", hint="Look at the account in Bluesky's own app.")
    if name in ("RecordNotFound", "RepoNotFound") or said.startswith(_NOT_THERE):
        return NotThere(f"Bluesky: {said or 'it is not there'}", hint="")
    if name == "BlobNotFound":
        return BlobGone("Bluesky does not have an uploaded file any more", hint="Publish again.")
    return None


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"

"""Requests to X's API: signed, and its refusals in words.

    401            once more with a new token; then nobody is signed in
    402            OutOfCredits: the app's account at X has to be filled
    403            DuplicatePost, ReplyRefused, or what X says
    429            Retryable, when X says so
    5xx, no answer of a request that changes something: Unknown, X may have done it

https://docs.x.com/x-api (API v2; requests are those of its OpenAPI file 2.168).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from automagic.errors import AutomagicError, ConfigurationError, Permanent, RequestError, Retryable, Unknown
from automagic.gate.http import Http, Reply
from automagic.gate.replies import mask_keys
from automagic.gate.retry_after import read_wait
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from automagic.destinations.x.permission import XPermission

CHUNK_S = 600.0
"""For one request: 4 MiB at 10 kB a second."""


class OutOfCredits(Permanent):
    """Nothing is left of what was paid to X in advance."""


class DuplicatePost(Permanent):
    """X has a post of the same words from this account."""


class ReplyRefused(Permanent):
    """X does not let the app answer a post: since 2026-02-23 only where its author mentioned or quoted the account.

    Whether one's own thread is exempt X does not write. What is there of the thread stays; it can go on later.
    """


class XApi:
    """One account's API.

    Args:
        url: Scheme and host.
    """

    def __init__(self, http: Http, permission: XPermission, url: str) -> None:
        self._http = http
        self._permission = permission
        self._url = url
        self.ahead_s = 0.0
        """How far X's clock is before ours, by its latest answer."""

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
    ) -> Any:
        """One request, and what X answers.

        Raises:
            Unknown: It changes something, and may have been done.
            VendorError: It was refused, or X cannot be reached.
            ConfigurationError: Nobody is signed in any more.
            RequestError: X does not take such a post.
        """
        reply = await self._send(method, path, params, json)
        if reply.status >= 400:
            raise explain_refusal(reply, changes=method != "GET")
        return reply.json() if reply.body else {}

    async def _send(self, method: str, path: str, params: Mapping[str, str | int] | None, json: Any) -> Reply:
        bearer = await self._permission.bearer()
        for last in (False, True):
            reply = await self._http.request(
                method,
                self._url + path,
                params=params,
                json=json,
                secret_headers={"Authorization": bearer},
                total_s=CHUNK_S if method == "POST" else None,
            )
            self._watch_clock(reply)
            if reply.status != HTTPStatus.UNAUTHORIZED or last:
                break
            bearer = await self._permission.bearer(refused=bearer)
        return reply

    def _watch_clock(self, reply: Reply) -> None:
        try:
            self.ahead_s = parsedate_to_datetime(reply.headers["date"]).timestamp() - time.time()
        except (KeyError, ValueError):
            return


def explain_refusal(reply: Reply, *, changes: bool) -> AutomagicError:
    """What a reply with status 400 or above means.

    Args:
        changes: Whether what was asked for would change something.
    """
    said, kind = _words(reply)
    status = reply.status
    message = f"X answered {status}: {said}" if said else f"X answered {status}"
    if status == HTTPStatus.UNAUTHORIZED:
        return ConfigurationError(
            "X does not accept the permission any more", hint="Sign in again: automagic posts accounts add x"
        )
    if status == HTTPStatus.PAYMENT_REQUIRED or "CreditsDepleted" in kind or kind.endswith("/credits"):
        return OutOfCredits(
            "the credits of your app at X are used up (402 CreditsDepleted)",
            hint="Buy some at console.x.com and do it again: what is there already is neither sent nor paid twice.",
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait_s = read_wait(reply.headers) or _until_reset(reply)
        when = f" until {datetime.fromtimestamp(time.time() + wait_s, UTC):%H:%M} UTC" if wait_s else ""
        return Retryable(
            f"X takes no more requests{when} (429)",
            hint="Do it again then: what is there already is not sent again.",
            after_s=wait_s,
        )
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= 500:
        kinds = Unknown if changes else Retryable
        return kinds(message, hint="X may have done it anyway." if changes else "Try again later.")
    if status == HTTPStatus.FORBIDDEN:
        return _explain_forbidden(said, message)
    return Permanent(message, hint="Change what X names, and do it again.")


def _explain_forbidden(said: str, message: str) -> AutomagicError:
    low = said.lower()
    if "duplicate content" in low:
        return DuplicatePost(
            "X refuses the post: your account has posted the same words already",
            hint="Change a word of it, or delete the other one at X.",
        )
    if "reply to this conversation is not allowed" in low:
        return ReplyRefused(
            "X does not let your app answer this post (403): it allows that only where the author of a post has "
            "mentioned or quoted you, and took your own thread for no exception",
            hint="Publish the text as one long post, as an article, or add the rest by hand in X's own app.",
        )
    if "spend cap" in low or "spending limit" in low:
        return OutOfCredits(message, hint="Raise the limit at console.x.com, or wait for the next billing cycle.")
    if "longer than" in low and "video" in low:
        return RequestError(message, hint="Publish a shorter video, or a clip of it.")
    if "permission" in low or "enrolled" in low or "scope" in low:
        return ConfigurationError(
            message, hint="Let the app read and write at console.x.com, then: automagic posts accounts add x"
        )
    return Permanent(message, hint="Change what X names, and do it again.")


def _until_reset(reply: Reply) -> float | None:
    """Seconds until X's own moment, of this quarter of an hour or of the day; None when it names none."""
    now = time.time()
    for name in ("x-user-limit-24hour", "x-app-limit-24hour", "x-rate-limit"):
        reset = reply.headers.get(f"{name}-reset", "")
        left = reply.headers.get(f"{name}-remaining", "0" if name == "x-rate-limit" else "")
        if left == "0" and reset.isdecimal():
            return max(float(reset) - now, 0.0)
    return None


def _words(reply: Reply) -> tuple[str, str]:
    """What X says, in one line of at most 300 characters, and its title and type: a problem (RFC 9457) or a list."""
    try:
        body = parse_json(reply.body, name=reply.url)
    except MalformedText:
        return "", ""
    body = body if isinstance(body, dict) else {}
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    said = next(
        (str(one[name]) for name in ("detail", "message", "title") for one in (body, first) if one.get(name)), ""
    )
    kind = f"{body.get('title', '')} {body.get('type', '')}"
    return mask_keys(reply.mask(" ".join(said.replace("\0", " ").split())))[:300], kind

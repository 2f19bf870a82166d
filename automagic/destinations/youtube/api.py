"""Requests to YouTube's Data API: signed, repeated while that helps, and its refusals in words.

https://developers.google.com/youtube/v3/docs and .../docs/errors
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.destinations.youtube.texts import say_reset
from automagic.errors import ConfigurationError, Permanent, Retryable, Unknown, VendorError
from automagic.gate.http import Http, Reply, Unreachable, explain
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    import tenacity

    from automagic.destinations.youtube.google_oauth import Permission

API_URL = "https://youtube.googleapis.com"
DAILY_UPLOADS = 100
"""videos.insert calls a day that Google grants a project, in a bucket of their own."""
CHUNK_S = 600.0
"""For one chunk: 8 MiB at 14 kB a second."""
LONGEST_WAIT_S = 60.0
OFFLINE_ATTEMPTS = 2


class YouTubeApi:
    """One channel's API.

    Args:
        url: Scheme and host of the service.
        attempts: How often a request is tried.
        backoff_s: Before the second try; doubled before each further one.
    """

    def __init__(
        self, http: Http, permission: Permission, *, url: str = API_URL, attempts: int = 6, backoff_s: float = 1.0
    ) -> None:
        self._http = http
        self._permission = permission
        self._url = url.rstrip("/")
        self._attempts = attempts
        self._backoff_s = backoff_s

    async def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        fine: Callable[[Reply], bool] | None = None,
        patient: bool = True,
    ) -> Reply:
        """A request that may be repeated without harm.

        Args:
            patient: Whether to wait for a connection that cannot be made at the moment.
            fine: Says of a refusal that it is as good as an answer.

        Raises:
            VendorError: It was refused, or is still not answered after all attempts.
        """
        url = self._url + path
        async for attempt in self.retrying(patient=patient):
            with attempt:
                reply = await self.send(method, url, data=data, headers=headers, params=params)
                if reply.status >= 400 and not (fine and fine(reply)):
                    raise explain_refusal(reply)
                return reply
        raise AssertionError("unreachable: the last attempt raises")

    async def get(self, path: str, **params: str) -> list[Any]:
        """The items of a list."""
        reply = await self.call("GET", f"/youtube/v3/{path}", params, patient=False)
        answer = reply.json()
        return list(answer.get("items", [])) if isinstance(answer, dict) else []

    async def send(
        self,
        method: str,
        url: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request, and once more with a new token when the old one is not taken."""
        self._expect_google(url)
        bearer = await self._permission.bearer()
        for last in (False, True):
            reply = await self._http.request(
                method,
                url,
                data=data,
                params=params,
                headers=headers,
                secret_headers={"Authorization": bearer},
                total_s=CHUNK_S,
            )
            if reply.status != 401 or last:
                break
            bearer = await self._permission.bearer(refused=bearer)
        return reply

    def retrying(self, *, patient: bool = True) -> tenacity.AsyncRetrying:
        """Attempts with growing waits between them; what the service asks for is obeyed up to a minute."""
        import tenacity

        backoff = tenacity.wait_exponential_jitter(initial=self._backoff_s, max=30, jitter=self._backoff_s)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.after_s if isinstance(error, Retryable) and error.after_s else 0.0
            return max(backoff(state), min(asked, LONGEST_WAIT_S))

        def stop(state: tenacity.RetryCallState) -> bool:
            offline = bool(state.outcome and isinstance(state.outcome.exception(), Unreachable))
            most = OFFLINE_ATTEMPTS if offline and not patient else self._attempts
            return state.attempt_number >= most

        return tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type((Retryable, Unknown)),
            wait=wait,
            stop=stop,
            reraise=True,
        )

    def _expect_google(self, url: str) -> None:
        """An upload's address comes from an answer and from the journal; the token goes to Google only."""
        there, home = urlsplit(url), urlsplit(self._url)
        google = there.scheme == "https" and (there.hostname or "").endswith(".googleapis.com")
        if not google and (there.scheme, there.netloc) != (home.scheme, home.netloc):
            raise Permanent("an upload's address leads away from Google", hint="Publish it again.")


def reason_of(reply: Reply) -> str:
    """Google's word for a refusal, such as "quotaExceeded"; "" when it gives none."""
    try:
        error = parse_json(reply.body, name=reply.url)["error"]
        return str(error["errors"][0]["reason"])
    except (MalformedText, KeyError, IndexError, TypeError):
        return ""


def quota_error(message: str) -> Permanent:
    """Today's uploads are used up."""
    reset = say_reset(datetime.now(UTC))
    return Permanent(message, hint=f"Google's count starts again {reset}. Publish it then: what was made is kept.")


_LOGIN = "automagic publish --login"
_REFUSALS: dict[str, tuple[type[VendorError | ConfigurationError], str, str]] = {
    "uploadLimitExceeded": (
        Permanent,
        "your channel has reached the number of videos it may upload for now (uploadLimitExceeded)",
        "YouTube lifts it within 24 hours; verifying the channel's phone number raises it.",
    ),
    "youtubeSignupRequired": (
        ConfigurationError,
        "the Google account that you signed in with has no YouTube channel",
        f"Create one, or sign in with another account: {_LOGIN}",
    ),
    "insufficientPermissions": (
        ConfigurationError,
        "AutoMagic has permission for a part of its work on YouTube only",
        f"Sign in again and allow both requests: {_LOGIN}",
    ),
    "authError": (ConfigurationError, "YouTube does not accept the permission any more", f"Sign in again: {_LOGIN}"),
    "accessNotConfigured": (
        ConfigurationError,
        "the YouTube Data API v3 is not enabled in your Google Cloud project",
        "Enable it under “APIs & Services”, wait a few minutes, then try again.",
    ),
}
"""Google's word → what it means to the person."""


def explain_refusal(reply: Reply) -> VendorError | ConfigurationError:
    """What a reply with status 400 or above means."""
    reason = reason_of(reply)
    explained = explain(reply, "youtube")
    if reason in ("quotaExceeded", "dailyLimitExceeded"):
        return quota_error(f"YouTube's daily quota of your Google Cloud project is used up ({reason})")
    if reason in ("rateLimitExceeded", "userRateLimitExceeded"):
        return Retryable(explained.message, hint="Try again later.", after_s=getattr(explained, "after_s", None))
    if reason in _REFUSALS:
        kind, message, hint = _REFUSALS[reason]
        return kind(message, hint=hint)
    if isinstance(explained, Permanent):
        denied = reply.status in (401, 403)
        hint = f"Sign in again: {_LOGIN}" if denied else "Change what it names, then publish again."
        return Permanent(explained.message, hint=hint)
    return explained

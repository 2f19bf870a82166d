"""Permission of a person's instance: a token that they made on its page, or one that it grants in the browser.

    POST /api/v1/apps ─▶ /oauth/authorize in the browser ─▶ loopback page, or a code typed in ─▶ POST /oauth/token

https://docs.joinmastodon.org/spec/oauth/. Whether a code can be bound to who asked for it (PKCE) is asked first:
servers before 4.3 cannot.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from automagic.destinations.mastodon.api import SCOPES, MastodonApi
from automagic.destinations.shared.loopback_page import make_verifier, open_loopback_page
from automagic.destinations.shared.network import SignInTalk
from automagic.errors import ConfigurationError, Permanent
from automagic.gate.http import Reply
from automagic.values.secret import Secret

NO_SECRET = Secret("")
TYPED_IN = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect URI for a code that the page shows, where the browser runs on another machine."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What an instance granted.

    Attributes:
        token: Without an end.
        client_id, client_secret: Of the application that was registered for it; empty for a token of the person's own.
    """

    token: Secret
    client_id: str = ""
    client_secret: Secret = NO_SECRET


async def ask_permission(api: MastodonApi, talk: SignInTalk) -> Granted:
    """Ask the person, and the instance.

    Raises:
        ConfigurationError: The person refused, or did not answer in time.
        VendorError: The instance refused, or could not be reached.
    """
    question = f"Access token of {api.host} (Enter to sign in with the browser)"
    token = (await asyncio.to_thread(talk.ask_secret, question)).reveal().strip()
    if token:
        return Granted(Secret(token))
    here = await asyncio.to_thread(talk.ask, "Does the browser run on this machine? [Y/n]")
    if here.strip().lower() in ("n", "no"):
        return await _with_a_code(api, talk)
    return await _with_the_browser(api, talk)


async def take_back(api: MastodonApi, granted: Granted) -> None:
    """End a token; one of the person's own is theirs to end."""
    if granted.client_id:
        form = {**_client(granted), "token": granted.token.reveal()}
        reply = await _post_form(api, "/oauth/revoke", form)
        if reply.status >= 400 and reply.status not in (401, 403, 404):  # not known any more: it has ended
            raise api.explain(reply)


async def _with_the_browser(api: MastodonApi, talk: SignInTalk) -> Granted:
    state = secrets.token_urlsafe(32)
    async with open_loopback_page(state, granted="AutoMagic may post in your name.") as page:
        asking = await _register(api, page.address)
        await asyncio.to_thread(talk.show, f"Open this page and agree: {asking.page(api, state)}")
        answer = await page.wait(api.host)
    if "code" not in answer:
        raise ConfigurationError(
            f"{api.host} did not give permission: {answer.get('error', 'no reason given')[:100]}",
            hint="Sign in again, and agree.",
        )
    return await asking.fetch(api, answer["code"])


async def _with_a_code(api: MastodonApi, talk: SignInTalk) -> Granted:
    asking = await _register(api, TYPED_IN)
    await asyncio.to_thread(talk.show, f"Open this page, agree, and copy the code: {asking.page(api, '')}")
    code = (await asyncio.to_thread(talk.ask_secret, "The code that it shows")).reveal().strip()
    if not code:
        raise ConfigurationError("no code was typed in", hint="Sign in again, and copy the code that the page shows.")
    return await asking.fetch(api, code)


@dataclass(frozen=True, slots=True)
class _Asking:
    """An application that is registered, and asks a person."""

    client_id: str
    client_secret: Secret
    redirect_uri: str
    verifier: str
    challenge: str

    def page(self, api: MastodonApi, state: str) -> str:
        """The address of the instance's question."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
        }
        if state:
            asked["state"] = state
        if self.challenge:
            asked |= {"code_challenge": self.challenge, "code_challenge_method": "S256"}
        return f"{api.server}/oauth/authorize?{urlencode(asked)}"

    async def fetch(self, api: MastodonApi, code: str) -> Granted:
        """The token for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "client_secret": self.client_secret.reveal(),
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
        }
        if self.verifier:
            form["code_verifier"] = self.verifier
        reply = await _post_form(api, "/oauth/token", form)
        if reply.status in (400, 401):
            raise ConfigurationError(
                f"{api.host} does not take the code", hint="It can be used once, for some minutes: sign in again."
            )
        if reply.status >= 400:
            raise api.explain(reply)
        answer = reply.json()
        missing = sorted(set(SCOPES) - _scopes(_text(answer, "scope")))
        if missing:
            raise ConfigurationError(
                f"{api.host} gave permission for a part only; missing: {', '.join(missing)}", hint="Sign in again."
            )
        if not (token := _text(answer, "access_token")):
            raise Permanent(f"{api.host} gave no token", hint="Try again.")
        return Granted(Secret(token), self.client_id, self.client_secret)


async def _register(api: MastodonApi, redirect_uri: str) -> _Asking:
    form = {
        "client_name": "AutoMagic",
        "redirect_uris": redirect_uri,
        "scopes": " ".join(SCOPES),
    }
    reply = await _post_form(api, "/api/v1/apps", form)
    if reply.status >= 400:
        raise api.explain(reply)
    answer = reply.json()
    client_id, client_secret = _text(answer, "client_id"), _text(answer, "client_secret")
    if not client_id or not client_secret:
        raise Permanent(f"{api.host} did not register AutoMagic", hint="Make a token on its page, and give that.")
    verifier, challenge = make_verifier() if await _knows_challenges(api) else ("", "")
    return _Asking(client_id, Secret(client_secret), redirect_uri, verifier, challenge)


async def _knows_challenges(api: MastodonApi) -> bool:
    """Whether a code can be bound to who asked for it (RFC 8414; Mastodon 4.3)."""
    reply = await api.ask("GET", "/.well-known/oauth-authorization-server")
    if reply.status >= 400 or reply.media_type != "application/json":
        return False
    answer = reply.json()
    methods = answer.get("code_challenge_methods_supported") if isinstance(answer, dict) else None
    return isinstance(methods, list) and "S256" in methods


async def _post_form(api: MastodonApi, path: str, form: Mapping[str, str]) -> Reply:
    return await api.ask(
        "POST",
        path,
        data=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


def _client(granted: Granted) -> dict[str, str]:
    return {"client_id": granted.client_id, "client_secret": granted.client_secret.reveal()}


def _scopes(text: str) -> set[str]:
    """Those that were granted; a wide one holds the narrow ones. A server that says nothing granted all."""
    given = set(text.split()) or set(SCOPES)
    return given | {one for one in SCOPES if one.partition(":")[0] in given}


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""

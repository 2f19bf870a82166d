"""Permission from Google: the flow for installed applications, and the token that it leaves.

    browser ──▶ accounts.google.com ──▶ http://127.0.0.1:PORT/?code&state ──▶ code + PKCE verifier
                                                                                 ──▶ youtube-token.json (0600)

https://developers.google.com/identity/protocols/oauth2/native-app and RFC 8252 (loopback), RFC 7636 (PKCE).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from automagic.destinations.shared.loopback_page import make_verifier, open_loopback_page
from automagic.errors import ConfigurationError, Permanent, ResourceError
from automagic.gate.http import Http, Reply, explain
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.named_files import file_name, read_named
from automagic.values.secret import Secret

AUTH_URL = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_EARLY_S = 60.0
"""A token that ends within this time is renewed first."""

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The person's own Google Cloud project, as an application of the type "Desktop app"."""

    id: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """What Google granted.

    Attributes:
        access: For the next hour.
        refresh: For new ones.
        expires_at: Of `access`, seconds since 1970.
        scopes: What the person agreed to.
    """

    access: Secret
    refresh: Secret
    expires_at: float
    scopes: frozenset[str]


def read_client(client_id: str, client_secret: Secret | None, file: Path | None) -> OAuthClient:
    """The application's id and secret, from the settings or from the JSON file that Google offers.

    Raises:
        ConfigurationError: Neither is there, or the file is something else.
    """
    if client_id and client_secret:
        return OAuthClient(client_id, client_secret)
    if file is None:
        raise ConfigurationError(
            "YouTube needs the client id and secret of your Google Cloud project",
            hint="Create an OAuth client of the type “Desktop app” with the YouTube Data API v3 enabled, then set "
            "YOUTUBE_CLIENT_ID and YOUTUBE_CLIENT_SECRET in .env, or YOUTUBE_CLIENT_SECRETS to its JSON file.",
        )
    called = f"{file_name(file)} (YOUTUBE_CLIENT_SECRETS)"
    data = read_named(file, _MOST_BYTES, what="a client's JSON file", called=called, error=ConfigurationError)
    try:
        installed = parse_json(data, name=called)["installed"]
        return OAuthClient(str(installed["client_id"]), Secret(str(installed["client_secret"])))
    except (MalformedText, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{file.name} holds no OAuth client of the type “Desktop app”",
            hint="Create one in the Google Cloud console and download its JSON file.",
        ) from error


# --------------------------------------------------------------------------------------------- the file, 0600


def save_token(path: Path, token: OAuthToken) -> None:
    """Write it so that only its owner can read it, complete or not at all."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    text = msgspec.json.encode(
        {
            "access_token": token.access.reveal(),
            "refresh_token": token.refresh.reveal(),
            "expires_at": token.expires_at,
            "scopes": sorted(token.scopes),
        }
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ResourceError(
            f"the permission for YouTube cannot be kept in {path}: {error.strerror}", hint="Make room and try again."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def load_token(path: Path) -> OAuthToken | None:
    """The token of an earlier sign-in, or None. A file that others can read is closed to them first.

    Raises:
        ConfigurationError: The file cannot be read or is damaged.
    """
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        kept = parse_json(path.read_bytes(), name=path.name)
        return OAuthToken(
            Secret(kept["access_token"]),
            Secret(kept["refresh_token"]),
            float(kept["expires_at"]),
            frozenset(kept["scopes"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, MalformedText, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be used", hint="Sign in again: automagic publish --login") from error


# ------------------------------------------------------------------------------------------------- signing in


async def sign_in(
    http: Http,
    client: OAuthClient,
    scopes: tuple[str, ...],
    *,
    open_page: Callable[[str], object],
    auth_url: str = AUTH_URL,
    token_url: str = TOKEN_URL,
) -> OAuthToken:
    """Ask the person, in a browser on this machine, and fetch the token.

    Args:
        open_page: Shows the address of Google's page to the person: prints it, opens a browser.

    Raises:
        ConfigurationError: The person refused, did not answer in time, or agreed to less than was asked.
        VendorError: Google refused the client or could not be reached.
    """
    state = secrets.token_urlsafe(32)
    verifier, challenge = make_verifier()
    async with open_loopback_page(state, granted="AutoMagic may publish on your channel.") as page:
        asked = {
            "client_id": client.id,
            "redirect_uri": page.address,
            "response_type": "code",
            "scope": " ".join(scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",  # without it Google gives a refresh token the first time only
        }
        await asyncio.to_thread(open_page, f"{auth_url}?{urlencode(asked)}")
        query = await page.wait("Google")
    if "code" not in query:
        raise ConfigurationError(
            f"Google did not give permission: {query.get('error', 'no reason given')[:100]}",
            hint="Sign in again and allow both requests.",
        )
    form = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": page.address,
        "code_verifier": verifier,
    }
    token = _read_token(await _ask(http, token_url, client, form), None)
    missing = sorted(set(scopes) - token.scopes)
    if missing:
        raise ConfigurationError(
            f"Google gave permission for a part only; missing: {', '.join(missing)}",
            hint="Sign in again and tick every box on Google's page.",
        )
    return token


# ---------------------------------------------------------------------------------------------------- renewal


class Permission:
    """A token that is renewed when it ends.

    Args:
        path: Where it is kept.
        scopes: What the work needs.
    """

    def __init__(
        self, http: Http, client: OAuthClient, path: Path, scopes: tuple[str, ...], *, token_url: str = TOKEN_URL
    ) -> None:
        self._http = http
        self._client = client
        self._path = path
        self._scopes = scopes
        self._token_url = token_url
        self._token: OAuthToken | None = None
        self._lock = asyncio.Lock()

    async def bearer(self, *, refused: Secret | None = None) -> Secret:
        """The value of an Authorization header.

        Args:
            refused: The one that the service does not take any more.

        Raises:
            ConfigurationError: The person has not signed in, or withdrew the permission.
            VendorError: Google could not be reached.
        """
        async with self._lock:  # several calls that find it old renew it once
            token = self._token or self._load()
            value = Secret(f"Bearer {token.access.reveal()}")
            if token.expires_at - _EARLY_S < time.time() or value == refused:
                token = await self._renew(token)
                value = Secret(f"Bearer {token.access.reveal()}")
            self._token = token
            return value

    def _load(self) -> OAuthToken:
        token = load_token(self._path)
        if token is None or not token.scopes.issuperset(self._scopes):
            raise ConfigurationError(
                "AutoMagic has no permission to publish on your YouTube channel yet",
                hint="Sign in once: automagic publish --login",
            )
        return token

    async def _renew(self, token: OAuthToken) -> OAuthToken:
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh.reveal()}
        renewed = _read_token(await _ask(self._http, self._token_url, self._client, form), token)
        save_token(self._path, renewed)
        return renewed


async def _ask(http: Http, url: str, client: OAuthClient, form: dict[str, str]) -> Reply:
    body = {**form, "client_id": client.id, "client_secret": client.secret.reveal()}
    return await http.request(
        "POST",
        url,
        data=urlencode(body).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        max_bytes=1 << 16,
        check=lambda address: _stay(address, url),
    )


def _stay(address: str, url: str) -> None:
    """The body holds secrets: it goes where it was meant to go, and to no redirect."""
    if address != url:
        raise Permanent(
            "the token service redirects elsewhere",
            hint="Check the connection: a proxy or a sign-in page may be in between.",
        )


def _read_token(reply: Reply, before: OAuthToken | None) -> OAuthToken:
    """Parse the token service's answer (RFC 6749, 5.1 and 5.2)."""
    if reply.status in (400, 401):
        error = _text(reply.json(), "error")
        if error == "invalid_grant":
            raise ConfigurationError(
                "the permission for your YouTube channel has expired or was withdrawn",
                hint="Sign in again: automagic publish --login. (Google ends it after 7 days while the project's "
                "consent screen is in testing.)",
            )
        raise ConfigurationError(
            f"Google refused the OAuth client: {error or reply.status}",
            hint="Check YOUTUBE_CLIENT_ID and YOUTUBE_CLIENT_SECRET.",
        )
    if reply.status != 200:
        raise explain(reply, "google")
    answer = reply.json()
    refresh = _text(answer, "refresh_token") or (before.refresh.reveal() if before else "")
    access = _text(answer, "access_token")
    if not access or not refresh:
        raise Permanent("Google's token service gave no token", hint="Try again.")
    scopes = frozenset(_text(answer, "scope").split()) or (before.scopes if before else frozenset())
    lasts_s = answer.get("expires_in")
    expires_at = time.time() + (float(lasts_s) if isinstance(lasts_s, int | float) else 0.0)
    return OAuthToken(Secret(access), Secret(refresh), expires_at, scopes)


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""

"""XPermission from X: the person's own app asks for it in a browser, and renews it every two hours.

    browser ──▶ x.com/i/oauth2/authorize ──▶ http://127.0.0.1:17171/?code&state ──▶ code + PKCE verifier ──▶ two tokens
    renewal     a lock for all processes ──▶ the refresh token, which is good once ──▶ two new ones, kept before use

https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token and RFC 7636 (PKCE).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from automagic.destinations.shared.kept_accounts import KeptAccount, find_account, keep_account
from automagic.destinations.shared.loopback_page import make_verifier, open_loopback_page
from automagic.destinations.x.settings import BASE_URL, CLIENT_ID, CLIENT_SECRET
from automagic.errors import ConfigurationError, Permanent, ResourceError, Retryable, Unknown
from automagic.gate.http import Http, Reply
from automagic.gate.single_flight import shield_to_completion
from automagic.machine.lock_files import open_lock, take_lock
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.destinations.shared.network import SignInTalk
    from automagic.settings import Settings

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
PORT = 17171
"""X sends the browser only to an address that was registered with the app, so it cannot be any that is free. This one
is below those that systems give out by themselves."""
REDIRECT_URI = f"http://127.0.0.1:{PORT}/"

_EARLY_S = 60.0
"""A token that ends within this time is renewed first."""
_LOCK_S = 60.0
_AGAIN = "Sign in again: automagic posts accounts add x"


@dataclass(frozen=True, slots=True)
class XApp:
    """The person's own app, and where it asks.

    Attributes:
        secret: None for an app of the type "native".
        api: The address of the API.
        pages: Of the site, where the person is asked.
    """

    id: str
    secret: Secret | None
    api: str = "https://api.x.com"
    pages: str = "https://x.com"


def read_app(settings: Settings) -> XApp:
    """The app of the settings.

    Raises:
        ConfigurationError: There is none.
    """
    if not settings[CLIENT_ID]:
        raise ConfigurationError(
            "X needs the client id of your own app",
            hint=f"Make an app at console.x.com, let it read and write, give it the callback {REDIRECT_URI} "
            "and set X_CLIENT_ID in .env, and X_CLIENT_SECRET where it has one.",
        )
    app = XApp(settings[CLIENT_ID], settings[CLIENT_SECRET])
    base = settings[BASE_URL]
    return replace(app, api=base, pages=base) if base else app


@dataclass(frozen=True, slots=True)
class XToken:
    """What X granted.

    Attributes:
        access: For two hours.
        refresh: For new ones, once.
        expires_at: Of `access`, seconds since 1970.
    """

    access: Secret
    refresh: Secret
    expires_at: float

    @property
    def secrets(self) -> dict[str, Secret]:
        """As a kept account has them."""
        return {"access": self.access, "refresh": self.refresh}


async def ask_permission(http: Http, app: XApp, talk: SignInTalk) -> XToken:
    """Ask the person, in a browser on this machine.

    Raises:
        ConfigurationError: They refused, did not answer in time, or X refused the app.
        ResourceError: The port of the page is taken.
        VendorError: X cannot be reached.
    """
    state = secrets.token_urlsafe(32)
    verifier, challenge = make_verifier()
    async with open_loopback_page(state, granted="AutoMagic may post on X for you.", port=PORT) as page:
        asked = {
            "response_type": "code",
            "client_id": app.id,
            "redirect_uri": page.address,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = f"{app.pages}/i/oauth2/authorize?{urlencode(asked)}"
        await asyncio.to_thread(talk.show, f"Open this page in a browser on this machine:\n{address}")
        query = await page.wait("X")
    if "code" not in query:
        raise ConfigurationError(
            f"X did not give permission: {query.get('error', 'no reason given')[:100]}",
            hint="Sign in again and authorize the app.",
        )
    form = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": page.address,
        "code_verifier": verifier,
    }
    return _read_token(await _ask(http, app, "token", form))


async def take_back(http: Http, app: XApp, account: KeptAccount) -> None:
    """Tell X that the permission is no longer wanted; that it knows of none is fine.

    Raises:
        VendorError: X cannot be reached.
    """
    for name in ("refresh", "access"):
        form = {"token": account.secrets[name].reveal(), "token_type_hint": f"{name}_token"}
        reply = await _ask(http, app, "revoke", form)
        if reply.status == 429 or reply.status >= 500:
            raise Retryable(
                f"X's token service answered {reply.status}",
                hint="Try again later, or take the permission back yourself: x.com/settings/connected_apps",
            )


class XPermission:
    """The permission of one account, renewed when it ends.

    Args:
        home: Where accounts are kept.
    """

    def __init__(self, http: Http, app: XApp, home: Path, account: KeptAccount) -> None:
        self._http = http
        self._app = app
        self._home = home
        self._account = account
        self._lock = asyncio.Lock()

    async def bearer(self, *, refused: Secret | None = None) -> Secret:
        """The value of an Authorization header.

        Args:
            refused: The one that X does not take any more.

        Raises:
            ConfigurationError: The person withdrew the permission.
            VendorError: X cannot be reached.
        """
        async with self._lock:  # several calls that find it old renew it once
            if _is_old(self._account, refused):
                # Broken off between the answer and the file, the permission would be lost.
                self._account = await shield_to_completion(asyncio.create_task(self._renew(refused)))
            return _bearer(self._account)

    async def _renew(self, refused: Secret | None) -> KeptAccount:
        async with _alone(self._home / "accounts" / "x.lock"):
            kept = find_account(self._home, "x", self._account.id)
            if not _is_old(kept, refused):
                return kept  # another process was here first
            form = {"grant_type": "refresh_token", "refresh_token": kept.secrets["refresh"].reveal()}
            try:
                reply = await _ask(self._http, self._app, "token", form)
            except Unknown:  # X may have made a new one; whether it takes the old one again, it has to say
                reply = await _ask(self._http, self._app, "token", form)
            token = _read_token(reply)
            renewed = replace(kept, secrets=token.secrets, facts={**kept.facts, "expires_at": token.expires_at})
            keep_account(self._home, renewed)
            return renewed


def _bearer(account: KeptAccount) -> Secret:
    return Secret(f"Bearer {account.secrets['access'].reveal()}")


def _is_old(account: KeptAccount, refused: Secret | None) -> bool:
    return float(account.facts.get("expires_at", 0)) - _EARLY_S < time.time() or _bearer(account) == refused


@contextlib.asynccontextmanager
async def _alone(path: Path) -> AsyncIterator[None]:
    """Hold a lock among all processes of this machine."""
    patience = time.monotonic() + _LOCK_S
    with open_lock(path) as lock:
        while not take_lock(lock):
            if time.monotonic() > patience:
                raise ResourceError(
                    "another process has been renewing the permission for X for a minute",
                    hint="End it, and try again.",
                )
            await asyncio.sleep(0.05)
        yield


async def _ask(http: Http, app: XApp, what: str, form: Mapping[str, str]) -> Reply:
    url = f"{app.api}/2/oauth2/{what}"
    if app.secret is None:
        form, proof = {**form, "client_id": app.id}, {}
    else:
        pair = base64.b64encode(f"{app.id}:{app.secret.reveal()}".encode()).decode()
        proof = {"Authorization": Secret(f"Basic {pair}")}

    def stay(address: str) -> None:
        if address != url:  # the body holds secrets
            raise Permanent("X's token service redirects elsewhere", hint="Check the connection: a proxy may be there.")

    return await http.request(
        "POST",
        url,
        data=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        secret_headers=proof,
        max_bytes=1 << 16,
        check=stay,
    )


def _read_token(reply: Reply) -> XToken:
    """Parse the token service's answer (RFC 6749, 5.1 and 5.2)."""
    if reply.status == 401:
        raise ConfigurationError("X refuses the app", hint="Check X_CLIENT_ID and X_CLIENT_SECRET in .env.")
    if reply.status == 400:  # "invalid_request", also for a token that was used or withdrawn
        raise ConfigurationError("the permission for X has ended or was withdrawn", hint=_AGAIN)
    if reply.status != 200:
        raise Retryable(f"X's token service answered {reply.status}", hint="Try again later.")
    answer = reply.json()
    access, refresh = _text(answer, "access_token"), _text(answer, "refresh_token")
    if not access or not refresh:
        raise Permanent("X's token service gave no token", hint="Try again later.")
    if missing := sorted(set(SCOPES) - set(_text(answer, "scope").split())):
        raise ConfigurationError(
            f"X gave permission for a part only; missing: {', '.join(missing)}",
            hint="Let the app read and write at console.x.com, then sign in again.",
        )
    lasts_s = answer.get("expires_in")
    return XToken(
        Secret(access), Secret(refresh), time.time() + (lasts_s if isinstance(lasts_s, int | float) else 7200)
    )


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""

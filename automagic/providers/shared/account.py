"""A vendor's account: where its server is, which key opens it, what its work costs. What the vendor files share.

OpenAIWriter ──┐                          ┌── Gate.call(Call, send)      claim, budget, journal, pace, retry
OpenAIIllus... ├─▶ Account ── request ──▶ ┤
OpenAINarr...  ┘                          └── Http ── reply ── explain   only inside `send`
"""

from __future__ import annotations

import base64
import binascii
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from automagic.errors import ConfigurationError, Permanent, VendorError
from automagic.gate.http import Reply, Unusable
from automagic.gate.http import explain as explain_status
from automagic.shaping import to_shape

if TYPE_CHECKING:
    import aiohttp

    from automagic.gate.calls import Attempt
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.values.artifact import Artifact
    from automagic.values.secret import Secret

Shape = TypeVar("Shape")

MAX_PICTURE_BYTES = 64 << 20
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


class KeyRefused(Permanent):
    """The vendor does not accept the key: every further call would fail too."""


def explain(reply: Reply, vendor: str) -> VendorError:
    """What a reply with status 400 or above means: a refused key told apart, and the settings of models named."""
    error = explain_status(reply, vendor)
    if reply.status == HTTPStatus.UNAUTHORIZED:
        return KeyRefused(error.message, hint=error.hint)
    if reply.status == HTTPStatus.NOT_FOUND:
        error.hint = f"Check the model, {vendor.upper()}_…_MODEL in .env, and the address."
    return error


@dataclass(frozen=True, slots=True)
class Account:
    """One vendor, as one user of it.

    Attributes:
        name: As in the settings and the journal: "openai".
        base_url: Without a slash at its end; part of every key, because servers differ.
        headers: Sent with every request.
        secret_headers: Likewise; they hold the key.
        prices: None when its work costs nothing (a server on this machine).
        explain: What a reply with status 400 or above means.
    """

    name: str
    base_url: str
    http: Http
    gate: Gate
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, Secret] = field(default_factory=dict)
    prices: Prices | None = None
    explain: Callable[[Reply, str], VendorError] = explain

    async def request(
        self,
        method: str,
        path: str,
        *,
        attempt: Attempt | None = None,
        json: Any = None,
        data: aiohttp.FormData | None = None,
        max_bytes: int = 16 << 20,
    ) -> Reply:
        """A reply with status below 400.

        Raises:
            VendorError: As `Http.request`; or what the vendor's refusal means.
        """
        headers = dict(self.headers)
        if attempt is not None:
            headers["Idempotency-Key"] = attempt.idempotency_key
        reply = await self.http.request(
            method,
            self.base_url + path,
            headers=headers,
            secret_headers=self.secret_headers,
            json=json,
            data=data,
            max_bytes=max_bytes,
        )
        if reply.status >= 400:
            raise self._moved(reply) or self.explain(reply, self.name)
        return reply

    def _moved(self, reply: Reply) -> VendorError | None:
        """A refusal by a host that we were sent on to, and that was not shown the key."""
        here, there = urlsplit(self.base_url).netloc, urlsplit(reply.url).netloc
        if here == there or reply.status != HTTPStatus.UNAUTHORIZED:
            return None
        return Permanent(
            f"{here} redirects to {there}, which does not get the key and answered 401",
            hint=f"If that is where {self.name} is now, set {self.name.upper()}_BASE_URL to it.",
        )

    def read(self, reply: Reply, shape: type[Shape]) -> Shape:
        """The reply's JSON, as what it should be.

        Raises:
            Unusable: It is something else.
        """
        try:
            return to_shape(reply.json(), shape)
        except msgspec.ValidationError as error:
            raise Unusable(
                f"{self.name} gave an unexpected answer: {error}",
                hint="Check the address of the server and the model's name.",
            ) from error

    def price(self, of: Callable[[Prices], Decimal]) -> Decimal:
        """What some work costs; 0 where nothing does."""
        return Decimal(0) if self.prices is None else of(self.prices)

    async def check(self, path: str) -> Checked:
        """Ask for something that costs nothing, past the cache: is the key valid, how far away is the server.

        Raises:
            VendorError: As `request`.
        """
        began = time.monotonic()
        reply = await self.request("GET", path)
        left = {
            name: value for name, value in sorted(reply.headers.items()) if "ratelimit" in name and "remaining" in name
        }
        reply.json()
        return Checked(self.name, round(time.monotonic() - began, 3), left)


@dataclass(frozen=True, slots=True)
class VendorApi:
    """A vendor's server, and how it is shown a key.

    Attributes:
        base_url: Its own address.
        secret_headers: What holds the key.
        headers, explain: As of `Account`.
        keyless: Whether another server that speaks its protocol may do without a key.
    """

    name: str
    base_url: str
    secret_headers: Callable[[Secret], Mapping[str, Secret]]
    headers: Mapping[str, str] = field(default_factory=dict)
    explain: Callable[[Reply, str], VendorError] = explain
    keyless: bool = False

    def open(self, http: Http, gate: Gate, *, key: Secret | None, base_url: str = "", prices: Prices | None) -> Account:
        """An account with the vendor.

        Args:
            base_url: Of another server that speaks its protocol, as far as its own goes; "" for its own.
            prices: None when its work costs nothing.

        Raises:
            ConfigurationError: There is no key.
        """
        address = base_url.rstrip("/") or self.base_url
        if address == self.base_url or not self.keyless:
            key = require_key(self.name, key)
        secret_headers = self.secret_headers(key) if key else {}
        return Account(self.name, address, http, gate, self.headers, secret_headers, prices, self.explain)


@dataclass(frozen=True, slots=True)
class Checked:
    """A vendor that answered.

    Attributes:
        latency_s: From the request to the whole reply.
        left: Its rate limit headers that say what is left; empty when it has none.
    """

    vendor: str
    latency_s: float
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture as the vendor gave it; nobody has decoded it yet.

    Attributes:
        media_type: By its first bytes.
        artifact: Where the gate keeps it.
        cost_usd: Spent now; 0 when it was bought before.
    """

    data: bytes
    media_type: str
    artifact: Artifact | None
    cost_usd: Decimal


def require_key(name: str, key: Secret | None) -> Secret:
    """The key.

    Raises:
        ConfigurationError: There is none.
    """
    if not key:
        setting = f"{name.upper()}_API_KEY"
        raise ConfigurationError(
            f"{setting} is not set, so {name} cannot be used", hint=f"Put {setting}=... into .env."
        )
    return key


def bearer(key: Secret) -> Mapping[str, Secret]:
    """An Authorization header."""
    return {"Authorization": type(key)(f"Bearer {key.reveal()}")}


def picture_type(data: bytes) -> str:
    """The media type of a picture by its first bytes; "" for what is none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _PICTURES if data.startswith(mark)), "")


def decode_picture(text: str) -> bytes:
    """The bytes of a picture in base 64; none for what is not that."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def count_tokens(*texts: str) -> int:
    """About the most tokens of a text: three bytes each, where English has four and other scripts two to three."""
    return sum(math.ceil(len(text.encode()) / 3) + 8 for text in texts)


def nearest_shape(width: int, height: int, offered: Mapping[str, tuple[int, int]]) -> str:
    """The name of the offered size whose shape is nearest; of equal shapes the largest."""

    def distance(name: str) -> tuple[float, int]:
        across, down = offered[name]
        return round(abs(math.log((across / down) / (width / height))), 6), -across * down

    return min(offered, key=distance)

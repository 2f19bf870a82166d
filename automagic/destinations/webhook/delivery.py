"""A webhook: tells a person's own server, in signed JSON, that a video is ready.

The signature is that of https://www.standardwebhooks.com, which servers in most languages have a library for:

    webhook-id: dlv_…             the same for each attempt and each repetition of one delivery
    webhook-timestamp: 1769526245 seconds since 1970; refuse what is older than five minutes
    webhook-signature: v1,…       base64 of HMAC-SHA256(secret, "{id}.{timestamp}.{body}")

The secret is WEBHOOK_SECRET: "whsec_" and base64, or any other text, whose bytes are then the key.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import msgspec

from automagic.destinations.shared.publication import DestinationAccess, Options, Publication, Receipt
from automagic.destinations.shared.publication_journal import PublicationKey, hold
from automagic.destinations.webhook.address import LOOPBACK
from automagic.destinations.webhook.settings import SECRET
from automagic.errors import ConfigurationError, Permanent, RequestError, Retryable, Unknown
from automagic.gate.http import Allow, explain
from automagic.machine.addresses import is_public
from automagic.values.secret import Secret

EVENT = "video.ready"
MIN_SECRET_BYTES = 16


class Webhook:
    """One address that is told.

    Args:
        attempts, backoff_s: Of a delivery; the wait doubles.
    """

    def __init__(
        self,
        url: str,
        access: DestinationAccess,
        options: Options | None = None,
        *,
        attempts: int = 5,
        backoff_s: float = 1.0,
    ) -> None:
        self._url = url
        self._access = access
        self._options = options or Options()
        self._attempts = attempts
        self._backoff_s = backoff_s

    async def check(self) -> None:
        """There is a secret, and the address is public or this machine's own by name."""
        self._key()
        await self._check_address()

    async def publish(self, publication: Publication) -> tuple[Receipt, ...]:
        """Tell of a result, once."""
        key = self._key()
        payload = await asyncio.to_thread(make_payload, publication)
        # What is said decides, not which run says it: a run that was repeated from memory has nothing new to say.
        content = hashlib.sha256(msgspec.json.encode([self._url, {**payload, "run_id": ""}])).hexdigest()
        place = hashlib.sha256(self._url.encode()).hexdigest()[:16]  # an address may hold a secret
        shown = _origin(self._url)
        async with hold(
            self._access.engine,
            PublicationKey(f"webhook:{place}", "", content),
            run_id=publication.run_id,
            again=self._options.again,
        ) as entry:
            if entry.state == "published":
                return (Receipt(f"webhook:{shown}", entry.remote_id, shown, "unchanged"),)
            # Asked for again, it is a delivery of its own.
            salt = publication.run_id if self._options.again else ""
            delivery = "dlv_" + hashlib.sha256(f"{content}{salt}".encode()).hexdigest()[:32]
            await self._deliver(delivery, msgspec.json.encode({"type": EVENT, "id": delivery, "data": payload}), key)
            entry.arrive(delivery, shown)
            entry.complete()
        return (Receipt(f"webhook:{shown}", delivery, shown, "published"),)

    async def notify(self, event: str, facts: Mapping[str, object], *, delivery: str = "") -> None:
        """Send an event that is not a publication: nothing is remembered of it.

        Args:
            delivery: Its id, where it may be sent again; a new one when "".

        Raises:
            AutomagicError: It cannot be delivered.
        """
        key = self._key()
        delivery = delivery or f"dlv_{secrets.token_hex(16)}"
        await self._deliver(delivery, msgspec.json.encode({"type": event, "id": delivery, "data": facts}), key)

    async def _deliver(self, delivery: str, body: bytes, key: bytes) -> None:
        import tenacity

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type((Retryable, Unknown)),
            wait=tenacity.wait_exponential_jitter(initial=self._backoff_s, max=30, jitter=self._backoff_s),
            stop=tenacity.stop_after_attempt(self._attempts),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt, self._telling_forbidden():
                reply = await self._access.http.request(
                    "POST",
                    self._url,
                    data=body,
                    headers={"Content-Type": "application/json", **sign(key, delivery, int(time.time()), body)},
                    max_bytes=1 << 16,
                    total_s=30,
                    check=self._stay,
                    allow=self._allow,
                )
                if reply.status in (401, 403):
                    raise ConfigurationError(
                        f"the webhook at {_origin(self._url)} refused the delivery ({reply.status})",
                        hint="Does the server know the same WEBHOOK_SECRET, and is its clock right?",
                    )
                if reply.status >= 500 or reply.status == 429:
                    raise Retryable(
                        f"the webhook at {_origin(self._url)} answered {reply.status}", hint="Publish it again later."
                    )
                if not 200 <= reply.status < 300:
                    raise Permanent(explain(reply, "webhook").message, hint="Check the address and the server's log.")

    def _stay(self, address: str) -> None:
        from yarl import URL

        if URL(address) != URL(self._url):
            raise Permanent(
                f"the webhook at {_origin(self._url)} redirects to {_origin(address)}",
                hint="Give the address that it leads to.",
            )

    def _key(self) -> bytes:
        """The key of the signature.

        Raises:
            ConfigurationError: There is none, or it is too short to protect anything.
        """
        secret = self._access.settings[SECRET]
        if not secret:
            raise ConfigurationError(
                "a webhook is signed, and there is no secret to sign with",
                hint="Set WEBHOOK_SECRET in .env to at least 16 characters that the server knows too.",
            )
        return read_secret(secret)

    @property
    def _host(self) -> str:
        from yarl import URL

        return URL(self._url).host or ""

    @property
    def _allow(self) -> Allow:
        """What a delivery may be connected to: the public internet, or this machine where its address says so."""
        return _is_this_machine if self._host in LOOPBACK else is_public

    async def _check_address(self) -> None:
        """Refuse an address that may not be connected to, before any work; a delivery checks again as it connects.

        Raises:
            RequestError: It leads into this machine or a private network.
            Retryable: The name cannot be found.
        """
        from yarl import URL

        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                self._host, URL(self._url).port, type=socket.SOCK_STREAM
            )
        except OSError as error:
            raise Retryable(f"the name {self._host} could not be found", hint="Check the webhook's address.") from error
        if not all(self._allow(ip_address(place[0])) for *_, place in found):
            raise self._forbidden()

    @contextlib.contextmanager
    def _telling_forbidden(self) -> Iterator[None]:
        try:
            yield
        except RequestError as error:
            raise self._forbidden() from error

    def _forbidden(self) -> RequestError:
        return RequestError(
            f"the webhook {self._host} is not on the public internet",
            hint="Only public addresses are told, and http://localhost of this machine.",
        )


def _is_this_machine(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


def _origin(url: str) -> str:
    """An address for people: paths and queries of webhooks often are secrets."""
    from yarl import URL

    return str(URL(url).origin())


def read_secret(secret: Secret) -> bytes:
    """The bytes of a secret, in the form of the specification or any other.

    Raises:
        ConfigurationError: It is shorter than 16 bytes or no base64 behind "whsec_".
    """
    text = secret.reveal()
    try:
        key = base64.b64decode(text.removeprefix("whsec_") + "==") if text.startswith("whsec_") else text.encode()
    except ValueError:  # no base64
        key = b""
    if len(key) < MIN_SECRET_BYTES:
        raise ConfigurationError(
            "WEBHOOK_SECRET is too short or damaged",
            hint='Give at least 16 characters, or "whsec_" and base64 of at least 16 bytes.',
        )
    return key


def sign(key: bytes, delivery: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery."""
    digest = hmac.digest(key, f"{delivery}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def make_payload(publication: Publication) -> dict[str, Any]:
    """What the server is told: no path of this machine, every file by name, size and hash."""
    return {
        "run_id": publication.run_id,
        "name": publication.name,
        "title": publication.title,
        "description": publication.description,
        "tags": list(publication.tags),
        "language": publication.language,
        "duration_s": publication.duration_s,
        "videos": {platform: path.name for platform, path in publication.videos.items()},
        "thumbnails": {platform: path.name for platform, path in publication.thumbnails.items()},
        "captions": publication.captions.name if publication.captions else None,
        "files": [_describe(publication.folder / name) for name in sorted(publication.files)],
        "published": [
            {"destination": receipt.destination.partition(":")[0], "platform": receipt.platform, "url": receipt.url}
            for receipt in publication.receipts
            if not receipt.url.startswith("file:")
        ],
    }


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": path.name, "size_bytes": file.tell(), "sha256": digest}

"""What a vendor's reply means: its body, and for a status of 400 and above the failure that it stands for. Pure.

401 403      Permanent, naming the key's setting
408 425 429 500 503 529
             Retryable, after what the vendor says
502 504 520-524
             Unknown: a middleman that does not know what the vendor did
other 4xx    Permanent, in the vendor's own words
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from automagic.errors import Permanent, Retryable, Unknown, VendorError
from automagic.gate.retry_after import read_wait
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from automagic.values.secret import Secret

_UNCERTAIN = frozenset({502, 504, *range(520, 525)})
"""520-524 are Cloudflare's."""

_LATER = frozenset({408, 425, 429, 500, 503, 529})


class Unreachable(Retryable):
    """No connection could be made, so nothing was sent."""


class Unusable(Permanent):
    """The vendor answered, and will bill it, but the answer cannot be used. A purchase counts as spent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        headers: Names in lower case; of repeated ones the last.
        body: Complete; empty after `Http.download`.
        url: Where it came from in the end, without its query.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    _secrets: tuple[Secret, ...] = field(default=(), repr=False, compare=False)

    def json(self) -> Any:
        """The body, decoded.

        Raises:
            Unusable: It is not JSON: a page for people, or half of an answer.
        """
        try:
            return parse_json(self.body, name=self.url)
        except MalformedText as error:
            begin = self.mask(self.body[:80].decode("utf-8", "replace"))
            raise Unusable(
                f"{self.url} gave an answer that is not JSON (it begins {begin!r})",
                hint="Check the address: a web page or a proxy may have answered in the vendor's place.",
            ) from error

    @property
    def media_type(self) -> str:
        """Such as "image/png", without parameters; "" when it is not given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def mask(self, text: str) -> str:
        """`text` without the secrets that were sent."""
        for secret in self._secrets:
            for part in {secret.reveal(), secret.reveal().rpartition(" ")[2]}:
                if len(part) >= 4:
                    text = text.replace(part, "***")
        return text


_HINTS = {
    401: "It may want a sign-in, or refuse this network.",
    402: "It wants to be paid.",
    403: "It may want a sign-in, or refuse this network.",
    404: "It may have moved: check the address.",
}
"""Of servers that no setting names, by status."""


def explain(reply: Reply, vendor: str, *, has_key: bool = True) -> VendorError:
    """What a reply with status 400 or above means.

    Args:
        vendor: Such as "openai"; the name of its key's setting is made of it. Or an address.
        has_key: Whether it is a vendor whose key and models are set; else it is anybody's server.
    """
    said = _vendor_message(reply)
    status = reply.status
    try:
        named = f"{vendor} answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = f"{vendor} answered {status}"
    message = f"{named}: {said}" if said else named
    if status in _UNCERTAIN:
        return Unknown(message, hint=f"{vendor} may have done the work anyway.")
    if status in _LATER and not _out_of_money(reply):
        return Retryable(message, hint=f"{vendor} is busy: try again later.", after_s=read_wait(reply.headers, said))
    return Permanent(message, hint=_hint_for(reply, vendor) if has_key else _HINTS.get(status, ""))


def _hint_for(reply: Reply, vendor: str) -> str:
    """What to do about a vendor's refusal."""
    setting = f"{vendor.upper()}_API_KEY"
    if reply.status in (401, 403):
        return f"Check {setting} in .env: it is missing, wrong or expired, or lacks a permission."
    if reply.status == HTTPStatus.NOT_FOUND:
        return "Check the model's name and the address."
    if reply.status == HTTPStatus.PAYMENT_REQUIRED or _out_of_money(reply):
        return f"The account behind {setting} has no credit left."
    return ""


def explain_break(error: Exception, shown: str, host: str, *, proxied: bool) -> VendorError:
    """What it means that no complete reply came.

    Args:
        error: Of aiohttp, or a TimeoutError.
        shown: The address, for people.
        proxied: Whether a proxy was asked to connect.
    """
    import aiohttp

    # The first that fits counts: the errors of names, certificates and proxies are connection errors too.
    unsent: tuple[tuple[type[Exception], str, str], ...] = (
        (aiohttp.ClientHttpProxyError, f"the proxy refused to connect to {host}", "Check HTTPS_PROXY."),
        (aiohttp.ClientProxyConnectionError, "the proxy cannot be reached", "Check HTTPS_PROXY."),
        (
            aiohttp.ClientConnectorDNSError,
            f"the name {host} could not be found",
            "Check your connection to the internet.",
        ),
        (
            aiohttp.ClientConnectorCertificateError,
            f"the certificate of {host} is not trusted",
            "Check the address, and this machine's clock.",
        ),
        (aiohttp.ClientSSLError, f"a secure connection to {host} could not be made", "Check the address."),
        (aiohttp.ClientConnectorError, f"{host} cannot be reached", "Check the address and your connection."),
        (aiohttp.ConnectionTimeoutError, f"{host} cannot be reached", "Check the address and your connection."),
    )
    for kind, message, hint in unsent:
        if isinstance(error, kind):
            named = proxied and "HTTPS_PROXY" not in hint
            return Unreachable(message, hint=f"{hint} HTTPS_PROXY is set." if named else hint)
    if isinstance(error, TimeoutError):
        return Unknown(f"{shown} did not answer in time", hint="It may have been done anyway.")
    return Unknown(f"{shown} broke off before the answer was complete", hint="It may have been done anyway.")


def _out_of_money(reply: Reply) -> bool:
    """OpenAI says 429 for this as well, and waiting does not help."""
    return reply.status == HTTPStatus.TOO_MANY_REQUESTS and b"insufficient_quota" in reply.body


def _vendor_message(reply: Reply) -> str:
    """The vendor's own words, from the shapes that vendors use for errors; at most 300 characters, one line."""
    try:
        value = parse_json(reply.body, name=reply.url)
    except MalformedText:
        html = reply.media_type == "text/html" or reply.body.lstrip()[:1] == b"<"
        value = "" if html else reply.body[:2000].decode("utf-8", "replace")
    for _ in range(4):  # {"error": {"message"}}, {"error"}, {"detail": {"message"}}, {"message"}, [{"error": ...}]
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = next((value[name] for name in ("error", "detail", "message", "msg", "info") if value.get(name)), "")
    text = " ".join(value.replace("\0", " ").split()) if isinstance(value, str) else ""  # which no database takes
    return mask_keys(reply.mask(text))[:300]


def mask_keys(text: str) -> str:
    """`text` without anything that looks like a vendor's key: some repeat the one they refuse."""
    return re.sub(r"\b(sk|pk|rk|gsk|AIza|xi|ya29)[-_.]?[\w\-*.]{8,}", "***", text)

"""Who is behind a handle, and on which server their posts are kept.

    jane.bsky.social ─▶ DID ─▶ DID document ─┬─▶ is it their handle too?
                                             └─▶ server: https, on the public internet

A handle can be had by anybody who owns a domain, so what it leads to is a stranger's word until the document of the DID
says the same. See https://atproto.com/specs/handle and https://atproto.com/specs/did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.destinations.bluesky.settings import BASE_URL
from automagic.destinations.bluesky.xrpc import XrpcServer, explain_refusal, message_of
from automagic.errors import ConfigurationError, Permanent, RequestError
from automagic.gate.http import Reply
from automagic.gate.prices import is_local
from automagic.machine.addresses import is_public

if TYPE_CHECKING:
    from automagic.gate.http import Http
    from automagic.settings import Settings

DIRECTORY = "https://public.api.bsky.app"
"""Bluesky's own service, which knows every handle."""
PLC = "https://plc.directory"
_HANDLE = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
_DID = re.compile(r"did:plc:[a-z2-7]{24}|did:web:(?P<host>[a-zA-Z0-9.-]{4,253})")
_MAX_DOCUMENT_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Identity:
    """An account.

    Attributes:
        did: What never changes: "did:plc:…".
        handle: "jane.bsky.social"; "" when none is known.
        server: The origin of where its posts are kept.
    """

    did: str
    handle: str
    server: str


def open_server(http: Http, url: str, settings: Settings) -> XrpcServer:
    """A server that may be talked to: one on the public internet, or the one that the settings name.

    Raises:
        ConfigurationError: The settings name one elsewhere that is not encrypted.
    """
    named = settings[BASE_URL]
    if not named or url != named:
        return XrpcServer(http, url, is_public)
    if named.startswith("http:") and not is_local(named):
        raise ConfigurationError(
            f"{BASE_URL.name}={named} is not encrypted, and passwords would be sent to it",
            hint="Write https:// in it. Only a server on this machine may do without.",
        )
    return XrpcServer(http, url, None)


async def find_identity(http: Http, name: str, settings: Settings) -> Identity:
    """The account that a person names.

    Args:
        name: A handle or a DID.

    Raises:
        RequestError: It is neither, or there is no such account.
        VendorError: Nobody could be asked.
    """
    if named := settings[BASE_URL]:
        did = await find_did(open_server(http, named, settings), name)
        return Identity(did, "" if name == did else name.lower(), named)
    did = await find_did(XrpcServer(http, DIRECTORY), name)
    document = await _fetch_document(http, did)
    handle = _handle_in(document)
    if name != did and handle != name.lower():
        raise RequestError(
            f"{name} leads to an account on Bluesky that is called {handle or 'otherwise'}",
            hint=f"If that is the one you mean, name it: {handle or did}.",
        )
    return Identity(did, handle, _server_in(document, did))


async def find_did(server: XrpcServer, name: str) -> str:
    """The DID of a handle; of a DID itself.

    Raises:
        RequestError: It is no handle, or nobody's.
        VendorError: The server cannot say.
    """
    if _DID.fullmatch(name):
        return name
    if not _HANDLE.fullmatch(name):
        hint = f"Did you mean {name}.bsky.social?" if name.isidentifier() else "Write it like jane.bsky.social."
        raise RequestError(f"{name[:80]!r} is not a valid handle of Bluesky", hint=hint)
    reply = await server.http.request(
        "GET",
        f"{server.url}/xrpc/com.atproto.identity.resolveHandle",
        params={"handle": name.lower()},
        max_bytes=_MAX_DOCUMENT_BYTES,
        allow=server.allow,
    )
    if reply.status in (400, 404) and "handle" in message_of(reply).lower():
        raise RequestError(f"there is no account {name} on Bluesky", hint="Check how its handle is written.")
    if reply.status >= 400:
        raise explain_refusal(reply)
    did = _field(reply, "did")
    if not _DID.fullmatch(did):
        raise Permanent(f"Bluesky gave no valid DID for {name}", hint="Try again later.")
    return did


async def _fetch_document(http: Http, did: str) -> Any:
    found = _DID.fullmatch(did)
    host = found["host"] if found else None
    url = f"https://{host}/.well-known/did.json" if host else f"{PLC}/{did}"
    reply = await http.request("GET", url, max_bytes=_MAX_DOCUMENT_BYTES, allow=is_public)
    if reply.status in (404, 410):
        raise RequestError(f"there is no account {did} any more", hint="Check how its handle is written.")
    if reply.status >= 400:
        raise explain_refusal(reply)
    document = reply.json()
    if not isinstance(document, dict) or document.get("id") != did:
        raise Permanent(f"what {urlsplit(url).netloc} gave is not the document of {did}", hint="Try again later.")
    return document


def _handle_in(document: Any) -> str:
    names = document.get("alsoKnownAs")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("at://"):
            return name.removeprefix("at://").lower()
    return ""


def _server_in(document: Any, did: str) -> str:
    """The origin of the account's server.

    Raises:
        RequestError: The document names none that is encrypted.
    """
    services = document.get("service")
    for one in services if isinstance(services, list) else ():
        match one:
            case {"id": str(name), "type": "AtprotoPersonalDataServer", "serviceEndpoint": str(url)} if name in (
                "#atproto_pds",
                f"{did}#atproto_pds",
            ):
                found = re.fullmatch(r"(https://[a-zA-Z0-9.-]+(?::\d{1,5})?)/?", url)
                if found:
                    return found[1].lower()
                raise RequestError(f"the server of {did} is not a valid address: {url[:80]!r}", hint="")
    raise RequestError(f"{did} names no server where its posts are kept", hint="")


def _field(reply: Reply, name: str) -> str:
    body = reply.json()
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""

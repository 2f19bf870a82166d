"""Where an ad may lead: to a page of the public internet, by https. The link stays as the person wrote it."""

from __future__ import annotations

import re
from ipaddress import ip_address

from yarl import URL

from automagic.errors import RequestError
from automagic.machine.addresses import is_public

_LOCAL = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\\]")
_HINT = "Write it like https://example.com/product"


def check_link(link: str) -> None:
    """Refuse a link that an ad may not have. Its parameters and its fragment are the person's and stay.

    Raises:
        RequestError: It is not https, not of the public internet, or names a user.
    """
    if not link:
        raise RequestError("the brief has no link: an ad has to lead somewhere", hint=f"{_HINT}, or give --link.")
    if _UNSEEN.search(link):
        raise RequestError("the link has spaces or signs in it that nobody sees", hint=_HINT)
    try:
        address = URL(link)
        host = address.host or ""
    except ValueError as error:
        raise RequestError(f"the link {link[:80]!r} is not a valid web address", hint=_HINT) from error
    if address.scheme != "https":
        shown = f"{address.scheme}:" if address.scheme else "without https://"
        raise RequestError(f"the link is {shown}, but platforms take ads with https:// only", hint=_HINT)
    if address.user is not None or address.password is not None:
        raise RequestError("the link has a user name in it, which everybody would see", hint=_HINT)
    if not _is_public_host(host):
        raise RequestError(f"the link leads to {host or 'nowhere'}, which others cannot reach", hint=_HINT)


def check_landing(asked: URL, found: URL) -> None:
    """Refuse a page that led to another host: platforms reject an ad whose link shows one and opens another.

    Raises:
        RequestError: The hosts differ by more than "www.".
    """
    one, other = ((address.host or "").lower().removeprefix("www.") for address in (asked, found))
    if one != other:
        raise RequestError(
            f"{asked.host} leads on to another host, {found.host}: platforms reject such links",
            hint=f"Give the address where it ends, at {found.host}, if that is yours.",
        )


def _is_public_host(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        host = host.lower().rstrip(".")
        return "." in host and not host.endswith(_LOCAL)

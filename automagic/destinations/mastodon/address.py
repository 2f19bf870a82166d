"""How a person names an account or an instance of Mastodon, and what may be connected to at that word.

@jane@example.social   jane@example.social   https://example.social/@jane   example.social   http://localhost:3000
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from automagic.errors import RequestError
from automagic.machine.addresses import is_public

_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\W_](?:[\w.-]*[^\W_])?)(?::\d{1,5})?"
_ACCOUNT = re.compile(rf"@?(?P<name>\w[\w.-]*)@(?P<host>{_HOST})")
_ADDRESS = re.compile(rf"(?:(?P<scheme>https?)://)?(?P<host>{_HOST})(?:/(?:users/|@)(?P<name>\w[\w.-]*))?/?")
_HINT = "Write it like @jane@example.social, or example.social for the instance."


def parse_place(text: str) -> str:
    """What stands behind "mastodon:", in its one form: "@jane@example.social", or an instance's address.

    Raises:
        RequestError: It names neither.
    """
    text = text.strip()
    if not text:
        return ""
    name, server = split_account(text)
    return f"@{name}@{server.partition('://')[2]}" if name else server


def split_account(text: str) -> tuple[str, str]:
    """The name, "" where only the instance is named, and the instance's address: ("jane", "https://example.social").

    Raises:
        RequestError: It names neither, or asks for a connection without encryption.
    """
    found = _ACCOUNT.fullmatch(text) or _ADDRESS.fullmatch(text)
    # A name of one word is somebody's, or of a machine behind the internet.
    if found is None or not (re.search(r"[.:]", found["host"]) or _is_this_machine(found["host"].lower())):
        raise RequestError(f"{text[:100]!r} is not an account or an instance of Mastodon", hint=_HINT)
    host, scheme = found["host"].lower(), found.groupdict().get("scheme")
    here = _is_this_machine(host)
    if scheme == "http" and not here:
        raise RequestError(f"the connection to {host} must be encrypted", hint="Write https:// in its address.")
    scheme = scheme or ("http" if here else "https")
    return found["name"] or "", f"{scheme}://{host}"


def allow_for(server: str) -> Callable[[IPv4Address | IPv6Address], bool]:
    """Which addresses may be connected to: the public internet, or exactly the one that the person named in numbers.

    Args:
        server: "https://example.social".
    """
    host = _bare(server.partition("://")[2])
    if host == "localhost":
        return _is_loopback
    try:
        literal = ip_address(host)
    except ValueError:
        return is_public
    return _exactly(literal)


@cache
def _exactly(literal: IPv4Address | IPv6Address) -> Callable[[IPv4Address | IPv6Address], bool]:
    """One function for one address: connections are kept by it."""
    return lambda address: address == literal


def _is_loopback(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


def _is_this_machine(host: str) -> bool:
    bare = _bare(host)
    try:
        return bare == "localhost" or ip_address(bare).is_loopback
    except ValueError:
        return False


def _bare(host: str) -> str:
    """Without a port and brackets."""
    return re.sub(r":\d+$", "", host).strip("[]")

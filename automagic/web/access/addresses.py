"""Which addresses a client may hand in: of the public web. Names are resolved by who fetches them, who looks again."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from automagic.machine.addresses import is_public

MAX_ADDRESS = 2_000
_INSIDE = ("localhost", ".localhost", ".local", ".internal", ".home.arpa", ".lan")


def find_fault(address: str) -> str:
    """Why an address may not be handed in; "" where it may."""
    if len(address) > MAX_ADDRESS:
        return f"an address has at most {MAX_ADDRESS:,} characters"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").lower()
        _ = parts.port
    except ValueError:
        return "it is no valid address"
    number = _as_number(host)
    inside = not is_public(number) if number else host.endswith(_INSIDE) or "." not in host
    faults = {
        "only addresses that begin with http:// or https:// are fetched": parts.scheme not in ("http", "https"),
        "an address with a password is not kept": "@" in parts.netloc,
        "it is no valid address": not host,
        "it lies in a private network": inside,
    }
    return next((says for says, is_so in faults.items() if is_so), "")


def _as_number(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is a number of: 127.1, 0x7f000001 and 2130706433 are one."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None

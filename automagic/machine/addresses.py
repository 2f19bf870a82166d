"""Which network addresses may be connected to at the word of a stranger: the public internet, nothing behind it.

A person pastes an address, a page redirects, a name server answers: each could point into the machine's own network,
or at the metadata service of a cloud, which hands out keys. The networks are those of IANA's registries
(https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; holds Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform service, inside public space
        "169.254.0.0/16",  # link-local; holds the metadata services of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; holds Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, deprecated
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")  # all that has been given out; the rest is local, reserved or a mapping
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; holds Teredo, which hides an IPv4 address
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is the last 32 bits


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether `address` belongs to the public internet; for one that holds an IPv4 address, whether that one does.

    Such are IPv4-mapped (::ffff:a.b.c.d), 6to4 (2002::/16) and NAT64 (64:ff9b::/96) addresses.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address.scope_id is not None:
        return False  # an address with a zone ("%eth0") is meant for one link
    held = address.ipv4_mapped or address.sixtofour
    if held is None and address in _NAT64:
        held = IPv4Address(int(address) & 0xFFFF_FFFF)
    if held is not None:
        return is_public(held)
    return address in _GLOBAL_UNICAST_V6 and not any(address in network for network in _NOT_PUBLIC_V6)

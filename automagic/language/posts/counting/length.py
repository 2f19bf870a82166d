"""How long a post is for a network, and how long it may be.

text ─▶ the network's own counter ─▶ PostLength(287, of 280, in weighted characters, not ok)
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, get_args

from automagic.data import words
from automagic.errors import RequestError
from automagic.language.posts.counting.graphemes import count_graphemes
from automagic.language.posts.counting.mastodon import mastodon_length
from automagic.language.posts.counting.threads import threads_length
from automagic.language.posts.counting.x import x_length

Network = Literal["x", "bluesky", "mastodon", "threads", "linkedin"]
NETWORKS: tuple[Network, ...] = get_args(Network)


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """What a network takes, as it was read on a day: a row of data/words/networks.toml.

    Attributes:
        limit: The longest post, in `unit`.
        bytes: The longest in UTF-8; None when only `limit` counts.
        links: The most links; None when nobody counts them.
        link_length: What a link counts on an instance of Mastodon.
        read: The day, ISO 8601.
        source: Where.
    """

    label: str
    limit: int
    unit: str
    read: str
    source: str
    bytes: int | None = None
    links: int | None = None
    link_length: int = 23


@dataclass(frozen=True, slots=True)
class PostLength:
    """How long a post is for a network.

    Attributes:
        length, limit: In `unit`: "weighted", "graphemes", "characters", or "bytes" where those are what is too many.
        ok: Whether it is taken. An empty one is of a length that fits.
    """

    length: int
    limit: int
    ok: bool
    unit: str


def read_networks(names: Iterable[str]) -> tuple[Network, ...]:
    """The networks that a person names, each once.

    Raises:
        RequestError: One is unknown.
    """
    known: dict[str, Network] = {**{network: network for network in NETWORKS}, "twitter": "x"}
    found: dict[Network, None] = {}
    for name in names:
        network = known.get(name.strip().lower())
        if network is None:
            near = difflib.get_close_matches(name.lower(), known, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise RequestError(f"there is no network {name[:60]!r}", hint=f"{meant}There are: {', '.join(NETWORKS)}.")
        found[network] = None
    return tuple(found)


@cache
def limits_of(network: Network) -> NetworkLimits:
    """What a network takes."""
    return NetworkLimits(**words("networks")[network])


def mastodon_instance(limit: int, link_length: int = 23) -> NetworkLimits:
    """What an instance takes, from its `configuration.statuses`.

    Args:
        limit: `max_characters`.
        link_length: `characters_reserved_per_url`.
    """
    return replace(limits_of("mastodon"), limit=limit, link_length=link_length)


def measure(text: str, network: Network, limits: NetworkLimits | None = None) -> PostLength:
    """How long a text is by the network's own rule.

    Args:
        limits: Of an instance of Mastodon, or of a paying account; the network's usual ones when None.
    """
    limits = limits or limits_of(network)
    length = mastodon_length(text, limits.link_length) if network == "mastodon" else _COUNTERS[network](text)
    if limits.bytes is not None and length <= limits.limit < limits.bytes < 4 * len(text):
        size = len(text.encode("utf-8", "replace"))
        if size > limits.bytes:
            return PostLength(size, limits.bytes, ok=False, unit="bytes")
    return PostLength(length, limits.limit, length <= limits.limit, limits.unit)


def _utf16_length(text: str) -> int:
    """The largest of the counts that LinkedIn may mean, since it does not say which."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_COUNTERS: dict[Network, Callable[[str], int]] = {
    "x": x_length,
    "bluesky": count_graphemes,
    "threads": threads_length,
    "linkedin": _utf16_length,
}

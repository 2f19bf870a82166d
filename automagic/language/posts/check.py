"""Whether a post can be published on networks as it is, and what speaks against it.

text ─▶ its length by each network's rule
     └▶ findings: empty, too long, signs nobody sees, letters that deceive, broken links, keys
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from automagic.language.posts.counting.length import Network, NetworkLimits, PostLength, limits_of, measure
from automagic.language.posts.facets import count_cashtags, links_of
from automagic.language.posts.suspicious import (
    find_bad_links,
    find_forbidden,
    find_invisible,
    find_keys,
    find_lookalikes,
)

FindingCode = Literal[
    "empty",
    "too_long",
    "forbidden_character",
    "invisible_character",
    "lookalike",
    "bad_link",
    "secret",
    "cashtags",
    "links",
    "verbatim",
    "unfounded",
]
NO_LIMITS: Mapping[Network, NetworkLimits] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PostFinding:
    """What is wrong with a post.

    Attributes:
        network: Where; None for everywhere.
        message: For the person who wrote it.
    """

    code: FindingCode
    message: str
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class CheckedPost:
    """A post, how long it is on each network, and what was found."""

    text: str
    lengths: Mapping[Network, PostLength]
    findings: tuple[PostFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether it can be published everywhere as it is."""
        return not self.findings


def check_post(
    text: str, networks: Sequence[Network], limits: Mapping[Network, NetworkLimits] = NO_LIMITS
) -> CheckedPost:
    """Measure a post for these networks and look for what speaks against it.

    Args:
        limits: Those that differ from a network's usual ones: of an instance of Mastodon, of a paying account.
    """
    lengths = {network: measure(text, network, limits.get(network)) for network in dict.fromkeys(networks)}
    own = (one for network in lengths for one in _find_on(text, network, lengths[network], limits.get(network)))
    return CheckedPost(text, MappingProxyType(lengths), (*_find_everywhere(text), *own))


def _find_everywhere(text: str) -> Iterator[PostFinding]:
    if not text.strip():
        yield PostFinding("empty", "The post is empty.")
    if forbidden := ", ".join(find_forbidden(text)):
        yield PostFinding("forbidden_character", f"It holds characters that no text may hold: {forbidden}.")
    if invisible := ", ".join(find_invisible(text)):
        yield PostFinding("invisible_character", f"It holds signs that nobody sees: {invisible}.")
    links = tuple(text[link.start : link.end] for link in links_of(text, "bluesky"))
    for word in find_lookalikes(text, links):
        yield PostFinding("lookalike", f"“{word}” has letters of another alphabet that look like Latin ones.")
    for link, why in find_bad_links(text):
        shown = link if len(link) <= 60 and "@" not in link else f"{link[:8]}…"
        yield PostFinding("bad_link", f"The link {shown} {why}.")
    for name in find_keys(text):
        what = name if name.startswith("a ") else f"a key of {name}"
        yield PostFinding("secret", f"It holds what looks like {what}. Take it out, and make a new one if it was real.")


def _find_on(text: str, network: Network, length: PostLength, own: NetworkLimits | None) -> Iterator[PostFinding]:
    limits = own or limits_of(network)
    if not length.ok:
        over = f"{length.length - length.limit:,} too long"
        counted = f"{length.length:,} of {length.limit:,} {_UNITS[length.unit]}"
        yield PostFinding("too_long", f"It is {over} for {limits.label}: {counted}.", network)
    if network == "x" and (count := count_cashtags(text)) > 1:
        yield PostFinding("cashtags", f"It has {count} cashtags; X takes one in a post.", network)
    if limits.links is not None:
        count = len({text[link.start : link.end] for link in links_of(text, network)})
        if count > limits.links:
            yield PostFinding("links", f"It has {count} links; {limits.label} takes {limits.links}.", network)


_UNITS = {"weighted": "weighted characters", "graphemes": "characters", "characters": "characters", "bytes": "bytes"}

"""Mastodon, and servers that speak as it does: the account on one instance that a person signed in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.mastodon.address import parse_place
from automagic.destinations.shared.kind import DestinationKind

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess, PostNetwork


def _open(place: str, access: NetworkAccess) -> PostNetwork:
    from automagic.destinations.mastodon.network import Mastodon

    return Mastodon(place, access)


DESTINATION = DestinationKind(
    "mastodon",
    "mastodon[:@NAME@INSTANCE]",
    parse_place,
    None,
    works="signed in",
    place=130,
    network=_open,
)

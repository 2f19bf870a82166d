"""Bluesky: posts and threads in the repository of an account, on whichever server it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.bluesky.settings import BASE_URL
from automagic.destinations.shared.kind import DestinationKind

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess, PostNetwork


def parse_place(text: str) -> str:
    """A handle or a DID, without "@"; "" for the only account."""
    return text.strip().removeprefix("@")


def _open(place: str, access: NetworkAccess) -> PostNetwork:
    from automagic.destinations.bluesky.account import Bluesky

    return Bluesky(place, access)


DESTINATION = DestinationKind(
    "bluesky", "bluesky[:HANDLE]", parse_place, None, settings=(BASE_URL,), works="signed in", network=_open, place=120
)

"""Bluesky: posts and threads in the repository of an account, on whichever server it is kept."""

from __future__ import annotations

from automagic.destinations.bluesky.settings import BASE_URL
from automagic.destinations.shared.kind import DestinationKind


def parse_place(text: str) -> str:
    """A handle or a DID, without "@"; "" for the only account."""
    return text.strip().removeprefix("@")


DESTINATION = DestinationKind("bluesky", "bluesky[:HANDLE]", parse_place, None, settings=(BASE_URL,), place=120)

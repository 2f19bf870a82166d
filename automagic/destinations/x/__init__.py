"""X, as a network that posts are published on: an account that a person signed in with, through their own app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.destinations.x.settings import BASE_URL, CLIENT_ID, CLIENT_SECRET
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess, PostNetwork


def parse_place(text: str) -> str:
    """An account's name without "@", or its number; "" for the only one.

    Raises:
        RequestError: It is neither.
    """
    name = text.strip().removeprefix("@")
    if not re.fullmatch(r"\w{0,20}", name, re.ASCII):
        raise RequestError(f"x:{text[:40]} is not the name of an account of X", hint="Write it like x:jane.")
    return name


def _open(place: str, access: NetworkAccess) -> PostNetwork:
    from automagic.destinations.x.account import XNetwork

    return XNetwork(place, access)


DESTINATION = DestinationKind(
    "x",
    "x:ACCOUNT",
    parse_place,
    None,
    settings=(CLIENT_ID, CLIENT_SECRET, BASE_URL),
    needs=(CLIENT_ID,),
    works="signed in",
    network=_open,
)

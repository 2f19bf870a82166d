"""YouTube, as one place: the channel that a person signed in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.destinations.youtube.settings import CLIENT_FILE, CLIENT_ID, CLIENT_SECRET
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options


def parse_place(text: str) -> str:
    """Nothing: there is one channel.

    Raises:
        RequestError: Something stands behind the colon.
    """
    if text:
        raise RequestError(f"youtube:{text}: youtube takes nothing after its name", hint="Write --publish youtube.")
    return ""


def _open(_place: str, access: DestinationAccess, options: Options) -> Destination:
    from automagic.destinations.youtube.channel import YouTube

    return YouTube(access, options)


DESTINATION = DestinationKind(
    "youtube",
    "youtube",
    parse_place,
    _open,
    settings=(CLIENT_ID, CLIENT_SECRET, CLIENT_FILE),
    needs=(CLIENT_ID, CLIENT_FILE),
    works="signed in, uploads are left today",
)

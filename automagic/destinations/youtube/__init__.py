"""YouTube, as one place: the channel that a person signed in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Access, Destination, Options

FORM = "youtube"


def parse_place(text: str) -> str:
    """Nothing: there is one channel.

    Raises:
        RequestError: Something stands behind the colon.
    """
    if text:
        raise RequestError(f"youtube:{text}: youtube takes nothing behind it", hint="Write --publish youtube.")
    return ""


def open_destination(place: str, access: Access, options: Options) -> Destination:  # noqa: ARG001 - the same for all
    """The channel of the person who signed in."""
    from automagic.destinations.youtube.channel import YouTube

    return YouTube(access, options)

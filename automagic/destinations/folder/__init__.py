"""A folder as a destination: a shared drive, or the folder where a station picks up its programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.errors import RequestError
from automagic.reading.named_files import expand_home

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options

FORM = "folder:PATH"


def parse_place(text: str) -> str:
    """The path, with "~" replaced.

    Raises:
        RequestError: It is missing.
    """
    if not text:
        raise RequestError(
            "folder: is not followed by a folder", hint=f"Write --publish {FORM}, such as folder:/media/share."
        )
    return str(expand_home(text))


def _open(place: str, access: DestinationAccess, options: Options) -> Destination:
    from pathlib import Path

    from automagic.destinations.folder.copies import Folder

    return Folder(Path(place), access, options)


DESTINATION = DestinationKind("folder", FORM, parse_place, _open)

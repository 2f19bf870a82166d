"""A Cablecast server, which takes captions as files beside its films."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.captions import CaptionAccess, CaptionStation


def _parse_place(place: str) -> str:
    if place:
        raise RequestError("cablecast has no place of its own", hint="It is the source of the recording.")
    return place


def _open(access: CaptionAccess) -> CaptionStation:
    from automagic.destinations.cablecast.station import CablecastStation

    return CablecastStation(access)


DESTINATION = DestinationKind("cablecast", "cablecast:SOURCE", _parse_place, None, place=120, captions=_open)

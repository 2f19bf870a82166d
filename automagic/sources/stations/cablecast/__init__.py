"""A Cablecast server as a source of the archive: what most community stations in the United States play out with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.destinations.cablecast.settings import PASSWORD
from automagic.sources.stations.shared.kind import StationKind

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess, StationReader


def _understands(address: str) -> bool:
    parts = urlsplit(address.strip())
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _open(access: StationAccess) -> StationReader:
    from automagic.sources.stations.cablecast.client import CablecastClient
    from automagic.sources.stations.cablecast.reader import CablecastReader

    return CablecastReader(access, CablecastClient(access, access.settings[PASSWORD]))


STATION = StationKind("cablecast", "URL of a Cablecast server", _understands, _open, settings=(PASSWORD,), place=50)

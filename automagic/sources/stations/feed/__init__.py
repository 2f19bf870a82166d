"""An RSS or Atom feed as a source of the archive: a podcast, or what a station's player offers to subscribers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.sources.stations.shared.kind import StationKind

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess, StationReader


def _understands(address: str) -> bool:
    parts = urlsplit(address.strip())
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _open(access: StationAccess) -> StationReader:
    from automagic.sources.stations.feed.reader import FeedReader

    return FeedReader(access)


STATION = StationKind("feed", "URL of an RSS or Atom feed", _understands, _open, place=60)

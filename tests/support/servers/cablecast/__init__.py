"""A Cablecast server: a station's programmes, recordings, captions and files, with paging quirks and its own clock.

    with CablecastServer() as server:
        vod = server.station.add("City Council", length=3600, captions={"en": [(0.0, 2.0, "Good evening.")]})
        server.fail(Fault(status=202))          # a firewall that takes us for a robot
        ...
    server.counts_pages = True                  # an offset is a page's number here

Everything answers below /cablecastapi in any letter case, as JSON under one name. Paths and shapes: the explorer of a
server, /ui/api-docs/explorer (2025-07-03), and what its maker's own clients ask for.
"""

from tests.support.servers.cablecast.data import STORE, Chapter, MediaFile, Show, Station, Vod
from tests.support.servers.cablecast.uploads import CablecastServer, Upload

__all__ = ["STORE", "CablecastServer", "Chapter", "MediaFile", "Show", "Station", "Upload", "Vod"]

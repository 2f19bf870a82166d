"""Where a station's recordings are listed: its server, a feed, a folder. One file each, which declares `STATION`."""

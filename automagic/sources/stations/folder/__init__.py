"""A folder of recordings as a source of the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.reading.named_files import expand_home
from automagic.sources.stations.shared.kind import StationKind

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess, StationReader


def _understands(address: str) -> bool:
    return bool(address.strip()) and "://" not in address and expand_home(address).is_dir()


def _open(access: StationAccess) -> StationReader:
    from automagic.sources.stations.folder.reader import FolderReader

    floor_bytes = round(access.settings.archive_free_gb * 1e9)
    return FolderReader(expand_home(access.address), floor_bytes=floor_bytes)


STATION = StationKind("folder", "FOLDER", _understands, _open, place=10)

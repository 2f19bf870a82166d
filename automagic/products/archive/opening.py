"""Open the reader of a source."""

from __future__ import annotations

from automagic.errors import ConfigurationError
from automagic.services import Services
from automagic.sources.stations.shared.kind import StationAccess, StationReader
from automagic.sources.stations.shared.registry import station_kinds
from automagic.store.sources import ArchiveSource


def open_reader(source: ArchiveSource, services: Services) -> StationReader:
    """The reader of a source, for the run whose services these are.

    Raises:
        ConfigurationError: Nobody reads its kind any more.
    """
    kind = station_kinds().get(source.kind)
    if kind is None:
        raise ConfigurationError(
            f"{source.name} is a source of the kind {source.kind}, which nobody here reads",
            hint=f"Kinds: {', '.join(station_kinds())}.",
        )
    access = StationAccess(services.vendors.http, services.settings, source.address, source.user, source.allow_private)
    return kind.open(access)

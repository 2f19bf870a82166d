"""Find out what kind of source answers at an address, and open the reader of one."""

from __future__ import annotations

from dataclasses import replace

from automagic.errors import ConfigurationError, RequestError, VendorError
from automagic.gate.http import Unreachable
from automagic.services import Services
from automagic.sources.stations.shared.kind import AnotherKind, StationAccess, StationReader
from automagic.sources.stations.shared.registry import kinds_of, station_kinds
from automagic.store.sources import ArchiveSource


def open_reader(source: ArchiveSource, services: Services, *, attempts: int = 3) -> StationReader:
    """The reader of a source, for the run whose services these are.

    Args:
        attempts: As of `StationAccess`.

    Raises:
        ConfigurationError: Nobody reads its kind any more.
    """
    kind = station_kinds().get(source.kind)
    if kind is None:
        raise ConfigurationError(
            f"{source.name} is a source of the kind {source.kind}, which nobody here reads",
            hint=f"Kinds: {', '.join(station_kinds())}.",
        )
    return kind.open(replace(access_to(source, services), attempts=attempts))


def access_to(source: ArchiveSource, services: Services) -> StationAccess:
    """What a source is asked with."""
    return StationAccess(services.vendors.http, services.settings, source.address, source.user, source.allow_private)


async def recognise(source: ArchiveSource, services: Services) -> str:
    """The kind of what answers at a source's address, which is asked.

    Args:
        source: Its kind does not matter.

    Raises:
        RequestError: Nobody understands the address, or what answers there.
        VendorError, ConfigurationError: It does not answer, or refuses to.
    """
    failure: VendorError | ConfigurationError | None = None
    kinds = kinds_of(source.address)
    for kind in kinds:
        try:
            await open_reader(replace(source, kind=kind.name), services).clock()
        except AnotherKind as error:
            failure = failure or (error if len(kinds) == 1 else None)
        except Unreachable:
            raise
        except (VendorError, ConfigurationError) as error:
            failure = error if failure is None else failure
        else:
            return kind.name
    if failure is not None:
        raise failure
    forms = " and no ".join(kind.form for kind in kinds)
    raise RequestError(f"{source.address} is no {forms}", hint="Open it in a browser: what is there?")

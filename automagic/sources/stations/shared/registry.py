"""Every kind of station by name, and which an address may belong to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

from automagic import plugins
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationKind


@cache
def station_kinds() -> Mapping[str, StationKind]:
    """By name, in the order in which an address is offered to them."""
    return {kind.name: kind for kind in (cast("StationKind", one) for one in plugins.declared("sources.stations"))}


def kinds_of(address: str) -> list[StationKind]:
    """The kinds that an address may belong to, in the order in which they are asked.

    Raises:
        RequestError: None.
    """
    if found := [kind for kind in station_kinds().values() if kind.understands(address)]:
        return found
    forms = ", ".join(kind.form for kind in station_kinds().values())
    raise RequestError(f"{address} is no folder here and no address of a station", hint=f"Give one of: {forms}.")

"""Every destination by name, found by its file or folder, and what a person writes behind `--publish`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from automagic import plugins
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.kind import DestinationKind
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options


@dataclass(frozen=True, slots=True)
class Target:
    """A destination as a person names it.

    Attributes:
        kind: "youtube", "folder", "webhook".
        place: What stands behind the colon, checked for its form.
    """

    kind: str
    place: str = ""

    def open(self, access: DestinationAccess, options: Options) -> Destination:
        """The destination, not yet checked."""
        opener = destination_kinds()[self.kind].open
        assert opener is not None  # noqa: S101 - `parse_destination` names no other
        return opener(self.place, access, options)


@cache
def destination_kinds() -> Mapping[str, DestinationKind]:
    """Every kind of destination by name, found by its file or folder."""
    found = (cast("DestinationKind", one) for one in plugins.declared("destinations"))
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def parse_destination(text: str) -> Target:
    """From what stands behind `--publish`: "youtube", "folder:PATH", "webhook:URL".

    Raises:
        RequestError: There is no such destination, or its place is missing or wrong.
    """
    name, _, place = text.strip().partition(":")
    name = name.strip().lower()
    kinds = {kind.name: kind for kind in destination_kinds().values() if kind.open}
    if name in destination_kinds() and destination_kinds()[name].captions:
        raise RequestError(
            f"{name} takes captions, not finished videos and clips",
            hint="Publish those of a recording: automagic archive publish-captions ID.",
        )
    if name in destination_kinds() and name not in kinds:
        raise RequestError(
            f"{name} takes posts, not finished videos and clips",
            hint=f"Write one first: automagic posts write --run RUN; then automagic posts publish RUN --to {name}",
        )
    if name not in kinds:
        near = difflib.get_close_matches(name, kinds, n=1, cutoff=0.5)
        forms = ", ".join(kind.form for kind in kinds.values())
        meant = f"Did you mean {kinds[near[0]].form}? " if near else ""
        raise RequestError(f"there is no destination {name!r}", hint=f"{meant}Destinations: {forms}")
    return Target(name, kinds[name].parse_place(place.strip()))


def network_kinds() -> Mapping[str, DestinationKind]:
    """Those that take posts, by name."""
    return {name: kind for name, kind in destination_kinds().items() if kind.network}


def parse_network(text: str) -> Target:
    """From what stands behind `posts publish --to`: "mastodon", "bluesky:jane.bsky.social".

    Raises:
        RequestError: There is no such network, or what it names cannot be an account there.
    """
    name, _, place = text.strip().partition(":")
    name, kinds = name.strip().lower(), network_kinds()
    if name in kinds:
        return Target(name, kinds[name].parse_place(place.strip()) if place.strip() else "")
    forms = ", ".join(kind.form for kind in kinds.values())
    if name in destination_kinds():
        raise RequestError(
            f"{name} takes finished videos and clips, not posts",
            hint=f"Publish those there: automagic publish RUN --to {name}. Networks: {forms}",
        )
    near = difflib.get_close_matches(name, kinds, n=1, cutoff=0.5)
    raise RequestError(
        f"there is no network {name[:40]!r}", hint=f"{f'Did you mean {near[0]}? ' if near else ''}Networks: {forms}"
    )

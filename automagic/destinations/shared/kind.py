"""What a destination declares of itself: how it is named behind `--publish` or `--to`, what it needs, how it is opened.

The file of a destination, or the `__init__.py` of its folder, holds `DESTINATION`. Every command imports it, so it
imports what sends anything only where that is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.destinations.shared.captions import CaptionAccess, CaptionStation
    from automagic.destinations.shared.network import NetworkAccess, PostNetwork
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options
    from automagic.reading.setting import Setting


@dataclass(frozen=True, slots=True)
class DestinationKind:
    """Somewhere to publish.

    Attributes:
        name: What stands before the colon.
        form: How it is written: "folder:PATH"; the name alone where there is one place only.
        parse_place: Checks the form of what stands behind the colon; raises RequestError.
        open: The destination of finished videos and clips at a place, not yet checked; None when it takes none.
        settings: All that it reads, in the order of `.env.example`.
        needs: The settings of which one must be there.
        tells: Whether it tells of the other destinations, and so comes after them.
        works: What the self-test says of it when it works.
        place: Where it stands in lists, smallest first.
        network: For what takes posts: the account at a place, the only one where that is "".
        captions: For what takes captions: the station that is a source of the archive, of the kind of this name.
    """

    name: str
    form: str
    parse_place: Callable[[str], str]
    open: Callable[[str, DestinationAccess, Options], Destination] | None
    settings: tuple[Setting[Any], ...] = ()
    needs: tuple[Setting[Any], ...] = ()
    tells: bool = False
    works: str = "answers"
    place: int = 100
    network: Callable[[str, NetworkAccess], PostNetwork] | None = None
    captions: Callable[[CaptionAccess], CaptionStation] | None = None

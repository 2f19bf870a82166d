"""What a destination declares of itself: how it is named behind `--publish`, what it needs, and how it is opened.

The file of a destination, or the `__init__.py` of its folder, holds `DESTINATION`. Every command imports it, so it
imports what sends anything only where that is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options
    from automagic.reading.setting import Setting


@dataclass(frozen=True, slots=True)
class DestinationKind:
    """Somewhere to publish.

    Attributes:
        name: What stands before the colon.
        form: How it is written: "folder:PATH"; the name alone where there is one place only.
        parse_place: Checks the form of what stands behind the colon; raises RequestError.
        open: The destination at a place, not yet checked.
        settings: All that it reads, in the order of `.env.example`.
        needs: The settings of which one must be there.
        tells: Whether it tells of the other destinations, and so comes after them.
        works: What the self-test says of it when it works.
        place: Where it stands in lists, smallest first.
    """

    name: str
    form: str
    parse_place: Callable[[str], str]
    open: Callable[[str, DestinationAccess, Options], Destination]
    settings: tuple[Setting[Any], ...] = ()
    needs: tuple[Setting[Any], ...] = ()
    tells: bool = False
    works: str = "answers"
    place: int = 100

"""What a destination of captions has to offer, and how it is opened.

archive publish-captions ID ─▶ DestinationKind.captions ─▶ CaptionStation.find ─▶ place ─▶ CaptionStation.bring
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from automagic.destinations.shared.publication_journal import HeldPublication
    from automagic.gate.http import Http
    from automagic.settings import Settings


@dataclass(frozen=True, slots=True)
class CaptionAccess:
    """What a station is opened with.

    Attributes:
        address: Of its server, as the source has it.
        user: Whom to sign in as; "" for nobody.
        allow_private: Whether the address may lead into a private network: the person named it on purpose.
        progress: Is told how much is done, 0..1.
        pause_s: Between two questions whether something is ready.
    """

    http: Http
    settings: Settings
    address: str
    user: str
    allow_private: bool
    progress: Callable[[float], None] = lambda _share: None
    pause_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Where captions lie beside the film that they belong to.

    Attributes:
        store: The server's number of the store that holds the film.
        store_name: For people.
        file_name: The film's own, with the ending of the captions.
    """

    store: int
    store_name: str
    file_name: str


class CaptionStation(Protocol):
    """One station that takes captions."""

    async def find(self, show_id: str, length_s: float) -> Sidecar:
        """Where the captions of a programme's film belong.

        Raises:
            Permanent: The station does not say which file that is, or captions would not fit it.
            ConfigurationError: It does not let us in.
        """
        ...

    async def bring(self, sidecar: Sidecar, data: bytes, entry: HeldPublication) -> str:
        """Lay a file there, from wherever an earlier attempt stopped; gives the station's name of it.

        Raises:
            VendorError: The station did not take it; it goes on from here next time.
        """
        ...

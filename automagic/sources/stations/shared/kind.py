"""What a kind of source has to offer to the archive, and how it declares itself.

    archive add council https://council.example ─▶ StationKind.understands ─▶ StationKind.open ─▶ StationReader

A reader answers what the source answers, and invents nothing: an empty answer that is none is an error, a page that
comes again is one, and a count that does not fit is told.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from automagic.errors import Permanent

if TYPE_CHECKING:
    from datetime import datetime

    from automagic.gate.http import Http
    from automagic.reading.setting import Setting
    from automagic.settings import Settings
    from automagic.values.station import CaptionPlace, StationChapter, StationClock, StationItem


class AnotherKind(Permanent):
    """What answers is something else than the kind of source that was asked for."""


@dataclass(frozen=True, slots=True)
class StationAccess:
    """What a reader is opened with.

    Attributes:
        http: The run's connections.
        settings: Those that its kind declares are read from it.
        address: As the person gave it: a URL, or a folder's path.
        user: Whom to sign in as; "" for nobody.
        allow_private: Whether the address may lead into a private network: the person named it on purpose.
        attempts: How often a question is asked where the other side is busy or breaks off.
    """

    http: Http
    settings: Settings
    address: str
    user: str = ""
    allow_private: bool = False
    attempts: int = 3


class StationReader(Protocol):
    """One source, opened."""

    @property
    def requests(self) -> int:
        """How many it was sent so far."""
        ...

    @property
    def lists_all(self) -> bool:
        """Whether what it does not list is not there any more; a feed shows the newest only."""
        ...

    @property
    def left_out(self) -> Sequence[str]:
        """Of recordings that `everything` cannot give: which and why, a clause without a stop each."""
        ...

    async def clock(self) -> StationClock:
        """Its time; also whether it answers at all.

        Raises:
            VendorError: It does not answer, or something else does: a sign-in page, an empty page.
            AnotherKind: What answers is no source of this kind.
        """
        ...

    async def probe(self) -> str:
        """See with one light question whether it answers; gives what a person should know, "" for nothing.

        Raises:
            AutomagicError: It does not, or something else does.
        """
        ...

    async def count(self) -> int | None:
        """How many recordings it has; None where it does not say, or only a list of all tells."""
        ...

    def everything(self) -> AsyncIterator[list[StationItem]]:
        """All of them, a page at a time, each once.

        Raises:
            VendorError: The list is broken: what was read of it says nothing about what is missing.
        """
        ...

    def changed(self, since: datetime) -> AsyncIterator[list[StationItem]] | None:
        """Those that changed since then by the source's clock; None where it cannot be asked."""
        ...

    async def find(self, remote_id: str) -> StationItem | None:
        """One of them; None where the source says that there is none of this name.

        Raises:
            VendorError: It says neither.
        """
        ...

    async def captions(self, item: StationItem) -> tuple[CaptionPlace, ...]:
        """The captions that it serves of one of them, best first; asked for when they are wanted."""
        ...

    async def chapters(self, item: StationItem) -> tuple[StationChapter, ...]:
        """The chapters of one of them, by time; asked for when they are wanted."""
        ...


@dataclass(frozen=True, slots=True)
class StationKind:
    """A kind of source.

    Attributes:
        name: In the database: "cablecast".
        form: How its address is written, for help.
        understands: Whether an address may be one of its own, without asking anybody.
        open: A reader of a source.
        settings: All that it reads, in the order of `.env.example`.
        place: Which is asked first whether an address is its own, smallest first.
    """

    name: str
    form: str
    understands: Callable[[str], bool]
    open: Callable[[StationAccess], StationReader]
    settings: tuple[Setting[Any], ...] = ()
    place: int = 100

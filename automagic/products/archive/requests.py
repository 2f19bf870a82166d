"""What a person asks the archive for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

Item = Annotated[
    str,
    Meta(title="id", description="A recording, by the id that the archive shows."),
    Flag("ID", subject=True, argument=True),
]


def check_source_name(name: str) -> None:
    """Refuse what is no name of a source: it becomes a folder's name.

    Raises:
        RequestError: It is none.
    """
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"{name[:60]!r} is not a valid name of a source",
            hint="Use small letters, digits and hyphens, such as council or channel-9.",
        )


@dataclass(frozen=True, slots=True)
class AddSourceRequest(Request):
    """A source to add."""

    name: Annotated[str, Meta(description="What you call it."), Flag("NAME", subject=True, argument=True)]
    address: Annotated[
        str,
        Meta(description="A folder, a Cablecast server, or an RSS or Atom feed: it is asked which."),
        Flag("URL|FOLDER|FEED", argument=True),
    ]
    user: Annotated[
        str, Meta(description="Whom to sign in as; the password is ARCHIVE_PASSWORD."), Flag("U", panel="Input")
    ] = ""
    allow_private: Annotated[
        bool, Meta(description="The address may lead into your own network."), Flag(panel="Input")
    ] = False

    def __post_init__(self) -> None:
        check_fields(self)
        check_source_name(self.name)
        if not self.address.strip():
            raise RequestError("the source has no address", hint="Give a folder, a station's address or a feed's.")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"source {self.name}"


@dataclass(frozen=True, slots=True)
class SyncRequest(Request):
    """A look at one source, or at all."""

    name: Annotated[
        str, Meta(description="The source; all, if none is named."), Flag("NAME", subject=True, argument=True)
    ] = ""
    full: Annotated[bool, Meta(description="List everything, whatever the counts say."), Flag(panel="Input")] = False
    no_media: Annotated[
        bool, Meta(title="no-media", description="Look only; fetch no recording."), Flag(panel="Input")
    ] = False
    retry: Annotated[bool, Meta(description="Fetch also what could not be had before."), Flag(panel="Input")] = False
    plan: Annotated[
        bool, Meta(description="Show what would be noted; change nothing."), Flag(at_once=True, panel="Output")
    ] = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.name:
            check_source_name(self.name)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"look at {self.name or 'all sources'}"


@dataclass(frozen=True, slots=True)
class ArchiveStatusRequest(Request):
    """A count of what is here."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "status of the archive"


@dataclass(frozen=True, slots=True)
class HoldRequest(Request):
    """A recording to keep."""

    item: Item
    why: Annotated[str, Meta(description="The reason."), Flag("TEXT", panel="Input")]
    by: Annotated[str, Meta(description="Who decided it."), Flag("NAME", panel="Input")]

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.why.strip() or not self.by.strip():
            raise RequestError(
                "a hold needs a reason and a name", hint='Such as --why "public records request" --by Ann.'
            )

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"hold {self.item}"


@dataclass(frozen=True, slots=True)
class ReleaseRequest(Request):
    """A recording that need not be kept any more."""

    item: Item

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"release {self.item}"


@dataclass(frozen=True, slots=True)
class RemoveSourceRequest(Request):
    """A source to forget."""

    name: Annotated[str, Meta(description="The source."), Flag("NAME", subject=True, argument=True)]

    def __post_init__(self) -> None:
        check_fields(self)
        check_source_name(self.name)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"forget {self.name}"

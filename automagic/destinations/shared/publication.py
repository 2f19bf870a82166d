"""What is published, how, and where: the values that every destination shares.

    final_videos/…-a-title/ ──result_folder──▶ Publication ─┐
    "folder:/media/share"   ──parse_destination──▶ Target ──┴─▶ Destination.check, .publish ──▶ Receipts

Only what passed its measurements becomes a Publication: a video, or each clip of a recording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from msgspec import Meta

from automagic.errors import RequestError
from automagic.values.request import Flag
from automagic.values.request_fields import check_fields

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.gate.http import Http
    from automagic.settings import Settings

Privacy = Literal["private", "unlisted", "public"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decides about a publication.

    Until `publish_at` it is private. Without a word about `synthetic_media` the result says of itself whether it shows
    or sounds like something that a machine made: a video does, clips of a recording do not.
    """

    privacy: Annotated[
        Privacy, Meta(description="Who may see it: private, unlisted or public."), Flag("WHO", panel="Publish")
    ] = "private"
    publish_at: Annotated[
        datetime | None,
        Meta(description="When it becomes public, such as 2027-01-31T18:00+01:00."),
        Flag("TIME", panel="Publish"),
    ] = None
    made_for_kids: Annotated[bool, Meta(description="Say that it is made for children."), Flag(panel="Publish")] = False
    synthetic_media: Annotated[
        bool | None,
        Meta(
            title="synthetic",
            description="Say that a machine made its sound or pictures; by default for videos, not clips.",
        ),
        Flag(panel="Publish"),
    ] = None
    category: Annotated[str, Meta(description="YouTube's category."), Flag("NAME", alone=True, panel="Publish")] = (
        "people"
    )
    playlist: Annotated[
        str, Meta(description="Add it to this YouTube playlist."), Flag("ID", alone=True, panel="Publish")
    ] = ""
    again: Annotated[
        bool, Meta(description="Publish again what was published before."), Flag(alone=True, panel="Publish")
    ] = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.publish_at is not None and self.publish_at.tzinfo is None:
            raise RequestError(
                f"the time {self.publish_at.isoformat()} has no time zone", hint="Write it like 2027-01-31T18:00+01:00."
            )
        if self.publish_at is not None and self.privacy == "unlisted":
            raise RequestError(
                "an unlisted video cannot have a time at which it becomes public", hint="Leave one of the two out."
            )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome at one destination.

    Attributes:
        destination: As the person named it, without secrets: "youtube", "folder:/media/share".
        id: The destination's own name of it.
        url: Where it is.
        state: "unchanged" when it was there already.
        platform: Of the video; "" when all went together.
        notices: What the person should be told.
        clip: Its title, where a result has several; "" for a video.
    """

    destination: str
    id: str
    url: str
    state: Literal["published", "scheduled", "unchanged"]
    platform: str = ""
    notices: tuple[str, ...] = ()
    clip: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A finished video or clip, as its folder tells it.

    Attributes:
        run_id: The run that asks for it.
        folder: Where the files are.
        name: What it is called where many lie together, as a folder's name.
        files: Names of the files in it that belong to it.
        videos: Platform → video; platforms of one geometry share one.
        thumbnails: Platform → JPEG picture.
        captions: The .srt file; None where nobody speaks.
        title: One line.
        description: With chapters, sources and credits.
        tags: For searching.
        language: BCP-47 primary tag of voice and captions.
        duration_s: Of each video.
        synthetic: Whether it shows or sounds like something that a machine made.
        receipts: From destinations that came before in the same command.
    """

    run_id: str
    folder: Path
    name: str
    files: tuple[str, ...]
    videos: Mapping[str, Path]
    thumbnails: Mapping[str, Path]
    captions: Path | None
    title: str
    description: str
    tags: tuple[str, ...]
    language: str
    duration_s: float
    synthetic: bool = True
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class DestinationAccess:
    """What a destination may use.

    Attributes:
        http: The run's session.
        engine: The database with the journal of publications.
        settings: Those that the destination declares are read from it.
        progress: Is told how much of an upload is done, 0..1.
    """

    http: Http
    engine: sa.Engine
    settings: Settings
    progress: Callable[[float], None] = field(default=lambda _fraction: None)

    @property
    def home(self) -> Path:
        """AUTOMAGIC_HOME, where tokens are kept."""
        return self.settings.home


class Destination(Protocol):
    """Somewhere to publish."""

    async def check(self) -> None:
        """Fail now, before any work, when it could not be published later.

        Raises:
            ConfigurationError, RequestError: Credentials, address or folder are missing or wrong.
            VendorError: The service refuses or cannot be reached.
        """
        ...

    async def publish(self, publication: Publication) -> tuple[Receipt, ...]:
        """Publish it, go on where a killed attempt stopped, or do nothing when it is there already."""
        ...

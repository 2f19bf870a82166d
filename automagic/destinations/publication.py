"""What is published, how, and where: the values that every destination shares.

    final_videos/…-a-title/ ──read_result──▶ Publication ──┐
    "folder:/media/share"   ──parse_destination──▶ Target ─┴─▶ Destination.check, .publish ──▶ Receipts

Only a result that passed its measurements becomes a Publication.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import msgspec

from automagic.errors import QualityError, RequestError
from automagic.request_fields import check_fields

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.orchestrator.http import Http
    from automagic.settings import Secret

Privacy = Literal["private", "unlisted", "public"]

REJECTED = ".rejected"
_SHARED = {"publication", "publication_journal", "google_oauth", "youtube_api", "youtube_texts", "youtube_upload"}
"""Files of this folder that are no destinations."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decides about a publication.

    Attributes:
        privacy: Who may see it.
        publish_at: When it becomes public, with its time zone; until then it is private.
        made_for_kids: What the law asks every uploader to say.
        synthetic_media: Whether it shows or sounds like something that a machine made; ours do.
        category: Name or number of YouTube's.
        playlist: Id of a playlist that it joins; "" for none.
        again: Publish what was published before once more, as something new.
    """

    privacy: Privacy = "private"
    publish_at: datetime | None = None
    made_for_kids: bool = False
    synthetic_media: bool = True
    category: str = "people"
    playlist: str = ""
    again: bool = False

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
    """What came of it at one destination.

    Attributes:
        destination: As the person named it, without secrets: "youtube", "folder:/media/share".
        id: The destination's own name of it.
        url: Where it is.
        state: "unchanged" when it was there already.
        platform: Of the video; "" when all went together.
        notices: What the person should be told.
    """

    destination: str
    id: str
    url: str
    state: Literal["published", "scheduled", "unchanged"]
    platform: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """A finished result, as its folder tells it.

    Attributes:
        run_id: The run that asks for it.
        folder: Where the files are.
        files: Names of all files of the result in it.
        videos: Platform → video; platforms of one geometry share one.
        thumbnails: Platform → JPEG picture.
        captions: The .srt file.
        title: One line.
        description: With chapters, sources and credits.
        tags: For searching.
        language: BCP-47 primary tag of voice and captions.
        duration_s: Of each video.
        receipts: From destinations that came before in the same command.
    """

    run_id: str
    folder: Path
    files: tuple[str, ...]
    videos: Mapping[str, Path]
    thumbnails: Mapping[str, Path]
    captions: Path
    title: str
    description: str
    tags: tuple[str, ...]
    language: str
    duration_s: float
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """What a destination may use.

    Attributes:
        http: The run's session.
        engine: The database with the journal of publications.
        home: AUTOMAGIC_HOME, where tokens are kept.
        youtube_client_id, youtube_client_secret: Of the person's own Google Cloud project.
        youtube_client_file: The same as the JSON file that Google offers; the two settings win.
        webhook_secret: Signs deliveries.
        progress: Is told how much of an upload is done, 0..1.
    """

    http: Http
    engine: sa.Engine
    home: Path
    youtube_client_id: str = ""
    youtube_client_secret: Secret | None = None
    youtube_client_file: Path | None = None
    webhook_secret: Secret | None = None
    progress: Callable[[float], None] = field(default=lambda _fraction: None)


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


class _DestinationFile(Protocol):
    """What the file of a destination offers."""

    FORM: str

    def parse_place(self, text: str) -> str: ...

    def open_destination(self, place: str, access: Access, options: Options) -> Destination: ...


@dataclass(frozen=True, slots=True)
class Target:
    """A destination as a person names it.

    Attributes:
        kind: "youtube", "folder", "webhook".
        place: What stands behind the colon, checked for its form.
    """

    kind: str
    place: str = ""

    def open(self, access: Access, options: Options) -> Destination:
        """The destination, not yet checked."""
        return _load(self.kind).open_destination(self.place, access, options)


def kinds() -> tuple[str, ...]:
    """Every kind of destination, by the files of this folder; none is imported."""
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name for name in names if name not in _SHARED))


def parse_destination(text: str) -> Target:
    """From what stands behind `--publish`: "youtube", "folder:PATH", "webhook:URL".

    Raises:
        RequestError: There is no such destination, or its place is missing or wrong.
    """
    kind, _, place = text.strip().partition(":")
    kind = kind.strip().lower()
    if kind not in kinds():
        near = difflib.get_close_matches(kind, kinds(), n=1, cutoff=0.5)
        forms = ", ".join(_load(known).FORM for known in kinds())
        meant = f"Did you mean {_load(near[0]).FORM}? " if near else ""
        raise RequestError(f"there is no destination {kind!r}", hint=f"{meant}Destinations: {forms}")
    return Target(kind, _load(kind).parse_place(place.strip()))


def _load(kind: str) -> _DestinationFile:
    return cast("_DestinationFile", importlib.import_module(f"automagic.destinations.{kind}"))


# ------------------------------------------------------------------------------------------------ result folders


def read_result(folder: Path, *, run_id: str) -> Publication:
    """The result that lies in a folder.

    Raises:
        RequestError: The folder is missing, incomplete, or not one of ours.
        QualityError: The result did not pass its measurements.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise RequestError(f"there is no result folder {folder}", hint="Make the video again, or check the name.")
    if folder.name.endswith(REJECTED):
        raise QualityError(f"{folder.name} did not pass its measurements", hint="Only what passed is published.")
    facts = _read_json(folder, "metadata.json")
    quality = _read_json(folder, "quality.json")
    try:
        if not facts["generator"].startswith("AutoMagic"):
            raise KeyError("generator")  # noqa: TRY301 - one message for everything that is not ours
        failed = sorted(name for name, report in quality.items() if report["passed"] is not True)
        files = tuple(str(name) for name in facts["files"])
        videos, thumbnails = (_by_platform(folder, files, tuple(quality), *kind) for kind in _KINDS)
        publication = Publication(
            run_id=run_id,
            folder=folder,
            files=files,
            videos=videos,
            thumbnails=thumbnails,
            captions=folder / "captions.srt",
            title=str(facts["title"]),
            description=str(facts["description"]),
            tags=tuple(str(tag) for tag in facts["tags"]),
            language=str(facts["language"]),
            duration_s=float(facts["duration_s"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RequestError(
            f"{folder} is not a result of AutoMagic: {error} is missing or wrong in its papers",
            hint="Name a folder that `automagic` made.",
        ) from error
    if failed or not quality:
        raise QualityError(
            f"{folder.name} did not pass its measurements for {', '.join(failed) or 'any platform'}",
            hint="Only what passed is published; quality.json says what failed.",
        )
    if not videos:
        raise RequestError(f"{folder} holds no video", hint="Make the video again.")
    for name in files:
        if Path(name).name != name or not (folder / name).is_file():
            raise RequestError(f"{name} is missing in {folder}", hint="Make the video again: what it needs is kept.")
    return publication


_KINDS = (("video", ".mp4"), ("thumbnail", ".jpg"))


def _by_platform(
    folder: Path, files: tuple[str, ...], platforms: tuple[str, ...], stem: str, suffix: str
) -> dict[str, Path]:
    """Platform → file: one file for all ("video.mp4"), or each named for its own ("video-shorts-reels.mp4")."""
    if f"{stem}{suffix}" in files:
        return dict.fromkeys(platforms, folder / f"{stem}{suffix}")
    found = {}
    for name in files:
        if name.startswith(f"{stem}-") and name.endswith(suffix):
            for platform in name.removeprefix(f"{stem}-").removesuffix(suffix).split("-"):
                found[platform] = folder / name
    return found


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode((folder / name).read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise RequestError(
            f"{folder} is not a result of AutoMagic: {name} cannot be read", hint="Name a folder that `automagic` made."
        ) from error
    if not isinstance(value, dict):
        raise RequestError(f"{folder} is not a result of AutoMagic: {name} is damaged", hint="Make the video again.")
    return value

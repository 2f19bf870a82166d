"""What a person asks for when asking for a video; as plain data, so that it can be made later, elsewhere.

    flags, a line of a batch file ──read_video──▶ VideoRequest ──pack_video──▶ data + the files it names
                                                                                  │ (another day, another machine)
                                    VideoRequest ◀──────unpack_video──────────────┘

The files are copied when the request is packed: a script, source, picture, theme or piece of music may change or vanish
afterwards. They keep their names, so a video made later has the same steps as one made at once.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from automagic.destinations.shared.publication import Options
from automagic.destinations.shared.registry import parse_destination
from automagic.errors import RequestError
from automagic.media.design.platforms import group_platforms
from automagic.runs.redo import Redo, refuse_unknown
from automagic.stages.languages import primary_language
from automagic.stages.request_files import as_path, at, check_amount, check_makers, pack_file, pack_theme, theme_at
from automagic.stages.writing import check_language
from automagic.values.request_fields import check_fields, read_fields

SUBJECTS = ("topic", "source", "script")
"""What a video can be about: a request has exactly one."""


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """What a person asks for.

    Attributes:
        topic, source, script: Exactly one: a subject; a file, URL or "-"; a script file of their own.
        platforms: Where it will be watched.
        duration_s: About how long a written script may be; a person's own script is as long as it is.
        voice: A voice ("af_heart"), a narrator ("piper"), both ("espeak:british"), or None for the best.
        theme: Name of a shipped theme, or the path of a folder.
        music: "auto", "none" or a file.
        images: A folder of the person's own pictures, or None for designed cards.
        language: BCP-47 primary tag.
        out: The result's folder; None for `final_videos/<date>-<slug>`.
        draft: The fast voice and the fastest sensible encode.
        credentials: Whether content credentials are signed into the file.
        take: Variant of the creative steps.
        redo: Steps to do again, each "STEP" or "STEP:scene".
        plan: Say what would be done and change nothing.
        writer, illustrator, narrator: Who is asked, in order ("openai,extract"); None for what the settings say.
        max_cost_usd: For this run; a call that would cross it is not made.
        publish: Where the result goes when it has passed: "youtube", "folder:PATH", "webhook:URL".
        publication: How it is published.
    """

    PRODUCT: ClassVar = "video"

    topic: str | None = None
    source: str | None = None
    script: str | None = None
    platforms: Annotated[tuple[str, ...], Meta(title="platform")] = ("shorts",)
    duration_s: Annotated[float, Meta(title="duration", ge=5, le=3600, extra={"unit": "seconds"})] = 45.0
    voice: str | None = None
    theme: str = "default"
    music: str = "auto"
    images: Path | None = None
    language: str = "en"
    out: Path | None = None
    draft: bool = False
    credentials: bool = True
    take: Annotated[int, Meta(ge=1, le=1000)] = 1
    redo: tuple[str, ...] = ()
    plan: bool = False
    writer: str | None = None
    illustrator: str | None = None
    narrator: str | None = None
    max_cost_usd: Annotated[Decimal | None, Meta(title="max-cost")] = None
    publish: tuple[str, ...] = ()
    publication: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        check_fields(self)
        given = [name for name in SUBJECTS if (getattr(self, name) or "").strip()]
        if len(given) != 1:
            raise RequestError(
                f"{' and '.join(given)} exclude each other" if given else "there is nothing to make a video about",
                hint='Give one of --topic "…", --source FILE|URL|-, --script FILE.',
            )
        group_platforms(self.platforms)
        primary_language(self.language)
        check_makers(self, "writer", "illustrator", "narrator")
        check_amount(self.max_cost_usd)
        for name in self.publish:
            parse_destination(name)


class _Wishes(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The flags of `--now` by their names; a line of a batch file has the same."""

    topic: str | None = None
    source: str | None = None
    script: str | None = None
    platform: tuple[str, ...] = ("shorts",)
    duration: float = 45.0
    voice: str | None = None
    theme: str = "default"
    music: str = "auto"
    images: str | None = None
    language: str = "en"
    take: int = 1
    redo: tuple[str, ...] = ()
    writer: str | None = None
    illustrator: str | None = None
    narrator: str | None = None
    max_cost: Decimal | None = None
    publish: tuple[str, ...] = ()
    privacy: str = "private"
    publish_at: datetime | None = None
    made_for_kids: bool = False
    synthetic: bool | None = None
    draft: bool = False
    credentials: bool = True


WISHES = _Wishes.__struct_fields__
"""What may be asked for."""

_SEVERAL = {"platform", "redo", "publish"}
_PATHS = ("source", "script", "images", "theme", "music")


def read_video(values: Mapping[str, Any], *, folder: Path) -> VideoRequest:
    """What a person asks for by flags, or on a line of a batch file.

    Args:
        values: By the flags' names, as text or typed; what is missing or None has its default.
        folder: What relative paths are relative to.

    Raises:
        RequestError: A name or a value is wrong.
    """
    given: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    for name in _SEVERAL & given.keys():
        if isinstance(given[name], str):  # in CSV
            given[name] = given[name].replace(",", " ").split()
    wishes = read_fields(given, _Wishes)
    return VideoRequest(
        topic=wishes.topic,
        source=wishes.source if wishes.source in (None, "-") or "://" in wishes.source else at(wishes.source, folder),
        script=wishes.script and at(wishes.script, folder),
        platforms=wishes.platform,
        duration_s=wishes.duration,
        voice=wishes.voice,
        theme=theme_at(wishes.theme, folder),
        music=wishes.music if wishes.music in ("auto", "none") else at(wishes.music, folder),
        images=Path(at(wishes.images, folder)) if wishes.images else None,
        language=wishes.language,
        draft=wishes.draft,
        credentials=wishes.credentials,
        take=wishes.take,
        redo=wishes.redo,
        writer=wishes.writer,
        illustrator=wishes.illustrator,
        narrator=wishes.narrator,
        max_cost_usd=wishes.max_cost,
        publish=wishes.publish,
        publication=Options(
            privacy=wishes.privacy,  # type: ignore[arg-type]  # checked by Options itself
            publish_at=wishes.publish_at,
            made_for_kids=wishes.made_for_kids,
            synthetic_media=wishes.synthetic,
        ),
    )


def pack_video(request: VideoRequest) -> tuple[dict[str, Any], dict[str, Path | bytes]]:
    """A request as plain data, and the files that it names; everything that can be checked without work is.

    Returns:
        The data, in which paths are names of the files; the files by name.

    Raises:
        RequestError: Something in it, or in a file, is wrong.
    """
    if request.redo:
        from automagic.products.video.redo import STEPS

        refuse_unknown(map(Redo.parse, request.redo), {step.name for step in STEPS}, None)
    language = primary_language(request.language)
    files: dict[str, Path | bytes] = {}
    changes: dict[str, Any] = {"out": None, "plan": False}
    if request.source and "://" not in request.source:
        changes["source"] = _pack_source(request.source, files)
    if request.script:
        changes["script"] = _pack_script(Path(request.script), language, files, images=request.images)
    if request.images:
        from automagic.media.framing.picture_files import list_pictures

        files |= {f"images/{path.name}": path for path in list_pictures(request.images)}
        changes["images"] = Path("images")
    if request.music not in ("auto", "none"):
        changes["music"] = pack_file("music", Path(request.music), files)
    changes["theme"] = pack_theme(request.theme, files)
    data: dict[str, Any] = msgspec.to_builtins(replace(request, **changes), enc_hook=str)
    return data, files


def unpack_video(data: Mapping[str, Any], folder: Path, *, out: Path) -> VideoRequest:
    """The request whose files now lie in `folder` under their names; its result goes to `out`."""
    request = msgspec.convert(data, VideoRequest, dec_hook=as_path)
    changes: dict[str, Any] = {"out": out}
    for name in _PATHS:
        value = getattr(request, name)
        if value is not None and (folder / value).exists() and str(value).partition("/")[0] == name:
            changes[name] = type(value)(folder / value) if isinstance(value, str) else folder / value
    return replace(request, **changes)


def title_of(request: VideoRequest) -> str:
    """What a person knows it by until it has a title."""
    name = request.source or request.script
    if request.topic or not name or "://" in name:
        return request.topic or name or ""
    return "standard input" if name == "-" else Path(name).name


def _pack_source(source: str, files: dict[str, Path | bytes]) -> str:
    from automagic.sources.file import read_file
    from automagic.sources.standard_input import LOCATION
    from automagic.sources.text import MAX_BYTES, read_document, too_large

    if source != "-":
        read_file(Path(source))
        return pack_file("source", Path(source), files)
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large(LOCATION, MAX_BYTES)
    read_document(data, location=LOCATION)
    files[f"source/{LOCATION}"] = data
    return f"source/{LOCATION}"


def _pack_script(path: Path, language: str, files: dict[str, Path | bytes], *, images: Path | None) -> str:
    from automagic.language.script.file import parse_script
    from automagic.sources.file import read_text

    script = parse_script(read_text(path), language=language)
    check_language(script, language)
    for scene in script.scenes:
        if scene.picture and images is None:
            picture = (path.parent / scene.picture).resolve()
            if not picture.is_relative_to(path.parent.resolve()):
                raise RequestError(
                    f"the picture {scene.picture!r} lies outside {path.parent}", hint="Copy it beside the script."
                )
            if not picture.is_file():
                raise RequestError(f"there is no picture {scene.picture!r} beside {path.name}")
            files[f"script/{scene.picture}"] = picture
    return pack_file("script", path, files)

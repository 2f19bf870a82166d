"""A request for clips from flags or a line of a batch file, and as plain data, so that it can be made later, elsewhere.

    flags, a line ──read_clips──▶ ClipsRequest ──pack_clips──▶ data + the files it names
                                                                     │ (another day, another machine)
                                  ClipsRequest ◀──unpack_clips───────┘

A transcript, a plan or a theme is copied when the request is packed. A recording is too large for that: it stays where
it lies, and must be the same when its turn has come; only machines that share their files get a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from automagic.destinations.shared.publication import Options
from automagic.errors import RequestError
from automagic.media.analysis.watching import describe_recording
from automagic.media.sound.audio_tracks import check_number
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.sources import Order, find_sources, tracks_of, transcript_for
from automagic.runs.redo import Redo, refuse_unknown
from automagic.sources.recordings import is_address
from automagic.sources.transcripts.file import read_transcript
from automagic.stages.request_files import as_path, at, pack_file, pack_theme, theme_at
from automagic.values.request_fields import read_fields


class _Wishes(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The flags of `automagic clips` by their names; a line of a batch file has the same."""

    recording: tuple[str, ...] = ()
    platform: tuple[str, ...] = ("shorts",)
    max_clips: int = 10
    min: float = 15.0
    max: float = 60.0
    query: str = ""
    transcript: str | None = None
    language: str | None = None
    layout: str = "auto"
    tighten: bool = False
    plan_file: str | None = None
    theme: str = "default"
    redo: tuple[str, ...] = ()
    credentials: bool = True
    ranker: str | None = None
    transcriber: str | None = None
    max_cost: Decimal | None = None
    publish: tuple[str, ...] = ()
    privacy: str = "private"
    publish_at: datetime | None = None
    made_for_kids: bool = False
    synthetic: bool | None = None
    audio_track: int | None = None


WISHES = _Wishes.__struct_fields__
"""What may be asked for."""


def read_clips(values: Mapping[str, Any], *, folder: Path) -> ClipsRequest:
    """What a person asks for by flags, or on a line of a batch file.

    Args:
        values: By the flags' names, as text or typed; what is missing or None has its default.
        folder: What relative paths are relative to.

    Raises:
        RequestError: A name or a value is wrong.
    """
    given: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    for name in {"platform", "redo", "publish"} & given.keys():
        if isinstance(given[name], str):  # in CSV
            given[name] = given[name].replace(",", " ").split()
    if isinstance(given.get("recording"), str):
        given["recording"] = [given["recording"]]
    wishes = read_fields(given, _Wishes)
    places = tuple(one if not one or is_address(one) else at(one, folder) for one in wishes.recording)
    return ClipsRequest(
        recording=places[0] if places else "",
        more=places[1:],
        platforms=wishes.platform,
        max_clips=wishes.max_clips,
        min_s=wishes.min,
        max_s=wishes.max,
        query=wishes.query,
        transcript=Path(at(wishes.transcript, folder)) if wishes.transcript else None,
        language=wishes.language,
        layout=wishes.layout,  # type: ignore[arg-type]  # the request looks itself
        tighten=wishes.tighten,
        plan_file=Path(at(wishes.plan_file, folder)) if wishes.plan_file else None,
        theme=theme_at(wishes.theme, folder),
        redo=wishes.redo,
        credentials=wishes.credentials,
        ranker=wishes.ranker,
        transcriber=wishes.transcriber,
        max_cost_usd=wishes.max_cost,
        publish=wishes.publish,
        publication=Options(
            privacy=wishes.privacy,  # type: ignore[arg-type]  # checked by Options itself
            publish_at=wishes.publish_at,
            made_for_kids=wishes.made_for_kids,
            synthetic_media=wishes.synthetic,
        ),
        audio_track=wishes.audio_track,
    )


def pack_clips(request: ClipsRequest) -> tuple[dict[str, Any], dict[str, Path | bytes], dict[str, Path]]:
    """A request as plain data, and the files that it names; everything that can be checked without work is.

    Returns:
        The data, in which paths are names of the files; the files by name; the recordings by name.

    Raises:
        RequestError: Something in it, or in a file, is wrong.
    """
    if request.redo:
        from automagic.products.clips.redo import STEPS

        refuse_unknown(map(Redo.parse, request.redo), {step.name for step in STEPS}, None)
    order = find_sources(request)
    if order.skipped:
        told = "; ".join(one.error.message.removesuffix(".") for one in order.skipped)
        raise RequestError(f"not everything there can be used: {told}", hint=order.skipped[0].error.hint)
    files: dict[str, Path | bytes] = {}
    recordings: dict[str, Path] = {}
    places = [
        _pack_recording(number, given, order, recordings)
        for number, given in enumerate((request.recording, *request.more))
    ]
    if request.audio_track is not None:
        for path in recordings.values():
            check_number(request.audio_track, tracks_of(path), path.name)
    changes: dict[str, Any] = {"recording": places[0], "more": tuple(places[1:]), "out": None, "plan": False}
    changes["originals"] = {name: str(path) for name, path in recordings.items()}
    if request.transcript:
        names = [
            pack_file("transcript", own, files)
            for source in order.sources
            if (own := transcript_for(source, request.transcript))
        ]
        for name in names:
            read_transcript(
                request.transcript if request.transcript.is_file() else request.transcript / Path(name).name
            )
        changes["transcript"] = Path("transcript") if request.transcript.is_dir() else Path(names[0])
    if request.plan_file:
        changes["plan_file"] = Path(pack_file("plan_file", request.plan_file, files))
    changes["theme"] = pack_theme(request.theme, files)
    data: dict[str, Any] = msgspec.to_builtins(replace(request, **changes), enc_hook=str)
    return data, files, recordings


def _pack_recording(number: int, given: str, order: Order, recordings: dict[str, Path]) -> str:
    """Its name among the files: of a folder, whose recordings are in it, or of a file; an address stays one."""
    if is_address(given):
        return given
    path = Path(given)
    name = f"recordings/{number}/{path.resolve().name}"
    if not path.is_dir():
        describe_recording(path)
        recordings[name] = path.absolute()
        return name
    for source in order.sources:
        if Path(source.place).parent == path:
            recordings[f"{name}/{source.name}"] = Path(source.place).absolute()
    return name


def unpack_clips(data: Mapping[str, Any], folder: Path, *, out: Path) -> ClipsRequest:
    """The request whose files now lie in `folder` under their names; its result goes to `out`."""
    request = msgspec.convert(data, ClipsRequest, dec_hook=as_path)

    def here(name: str) -> str:
        return name if is_address(name) else str(folder / name)

    theme = folder / request.theme
    return replace(
        request,
        out=out,
        recording=here(request.recording),
        more=tuple(map(here, request.more)),
        transcript=request.transcript and folder / request.transcript,
        plan_file=request.plan_file and folder / request.plan_file,
        theme=str(theme) if theme.exists() else request.theme,
        originals={str(folder / name): path for name, path in request.originals.items()},
    )


def title_of(request: ClipsRequest) -> str:
    """What a person knows it by until it has a title."""
    names = [one if is_address(one) else Path(one).name for one in (request.recording, *request.more)]
    return f"clips of {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")

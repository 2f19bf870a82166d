"""What a person asks for when captions shall be written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

from msgspec import Meta

from automagic.errors import RequestError
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields

CaptionFormat = Literal["srt", "vtt", "scc", "txt"]
FORMATS: tuple[CaptionFormat, ...] = get_args(CaptionFormat)

_ITEM = re.compile(r"[0-9a-f]{12}")


def names_item(source: str) -> bool:
    """Whether it is the id of a recording, and not a file."""
    return _ITEM.fullmatch(source) is not None and not Path(source).exists()


def check_source(source: str) -> None:
    """Refuse a request that is about nothing.

    Raises:
        RequestError: There is neither a file nor an id.
    """
    if not source.strip():
        raise RequestError("there are no captions", hint="Name a file of captions, or a recording by its id.")


@dataclass(frozen=True, slots=True)
class CaptionsRequest(Request):
    """Captions to write."""

    source: Annotated[
        str,
        Meta(description="Captions or a transcript, or a recording by its id."),
        Flag("FILE|ID", subject=True, argument=True),
        NamesFile(unless=names_item, room="captions"),
    ]
    format: Annotated[
        str,
        Meta(description="srt, vtt, scc or txt; by the ending of --out where that says it, else srt."),
        Flag("FORMAT", panel="Output"),
    ] = ""
    out: Annotated[
        Path | None,
        Meta(description="Write them to this file, or into this folder; else they are printed."),
        Flag("FILE", at_once=True, panel="Output"),
    ] = None
    embed: Annotated[
        Path | None,
        Meta(description="Put them into a copy of this video, which --out names, as CEA-608; H.264 stays as it is."),
        Flag("VIDEO", at_once=True, panel="Output"),
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        check_source(self.source)
        if self.format and self.format not in FORMATS:
            raise RequestError(
                f"{self.format!r} is not a valid format of captions", hint=f"Formats: {', '.join(FORMATS)}."
            )
        if self.embed is None:
            return
        if self.out is None or self.out.suffix.lower() in {f".{one}" for one in FORMATS}:
            raise RequestError(
                "it is not said where the video with captions goes", hint=f"Such as --out {self.embed.stem}-cc.mp4."
            )
        if self.format not in ("", "scc"):
            raise RequestError(
                f"{self.format} cannot be embedded", hint="Leave --format out: CEA-608 is what SCC holds."
            )

    @property
    def kind(self) -> CaptionFormat:
        """The format that is written."""
        if self.embed is not None:
            return "scc"
        ending = self.out.suffix.lower().removeprefix(".") if self.out else ""
        return cast("CaptionFormat", self.format or (ending if ending in FORMATS else "srt"))

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"captions of {Path(self.source).name}"

"""What a person asks for when captions shall be checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.archive.captioning.request import check_source, names_item
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class CheckCaptionsRequest(Request):
    """Captions to check."""

    source: Annotated[
        str,
        Meta(description="Captions; or a recording by its id, of which those of its station are checked."),
        Flag("FILE|ID", subject=True, argument=True),
        NamesFile(unless=names_item, room="captions"),
    ]
    against: Annotated[
        Path | None,
        Meta(description="A transcript of the same recording, whose words have times: what was said."),
        Flag("TRANSCRIPT", panel="Input"),
        NamesFile(),
    ] = None
    media: Annotated[
        Path | None,
        Meta(description="The recording itself: somebody listens to it."),
        Flag("FILE", panel="Input"),
        NamesFile(),
    ] = None
    language: Annotated[str, Meta(description="What is spoken; found out if not said."), Flag("TAG", panel="Input")] = (
        ""
    )
    rules: Annotated[
        Path | None,
        Meta(description="The station's rules as JSON or TOML: minDuration, maxDuration, maxChars, maxLines …"),
        Flag("FILE", panel="Input"),
        NamesFile(),
    ] = None
    html: Annotated[
        Path | None,
        Meta(description="Write the report to this file, as a page."),
        Flag("FILE", at_once=True, panel="Output"),
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        check_source(self.source)
        if self.against and self.media:
            raise RequestError(
                "--against and --media cannot be used together", hint="Either a transcript, or the recording."
            )

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"check of the captions of {Path(self.source).name}"

"""What a person asks for when what is said in recordings shall be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from automagic.products.archive.requests import check_source_name
from automagic.stages.languages import primary_language
from automagic.stages.request_files import check_makers
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class HearRequest(Request):
    """Recordings of one source, or of all, of which nobody knows yet what is said."""

    name: Annotated[
        str, Meta(description="The source; all, if none is named."), Flag("NAME", subject=True, argument=True)
    ] = ""
    limit: Annotated[
        int, Meta(ge=1, le=1_000_000, description="At most so many, the newest first."), Flag("N", panel="Input")
    ] = 1_000_000
    language: Annotated[
        str | None, Meta(description="Of the speech; detected by default."), Flag("TAG", panel="Input")
    ] = None
    captions_only: Annotated[
        bool,
        Meta(title="captions-only", description="Read the captions there are; hear nothing."),
        Flag(panel="Input"),
    ] = False
    quick: Annotated[
        bool,
        Meta(description="A first pass by a tiny model; heard better by the next command without it. English only."),
        Flag(panel="Input"),
    ] = False
    transcriber: Annotated[
        str | None, Meta(description="Who hears the words, in order: whisper, openai."), Flag("A,B", panel="Input")
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        if self.name:
            check_source_name(self.name)
        if self.language:
            primary_language(self.language)
        check_makers(self, "transcriber")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"hear {self.name or 'all sources'}"

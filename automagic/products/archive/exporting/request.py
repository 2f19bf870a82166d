"""What a person asks for when a source shall be exported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.archive.requests import check_source_name
from automagic.reading.named_files import expand_home
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class ExportRequest(Request):
    """A source to export.

    Attributes:
        bag: Where a person wants it, also of a job: it may be too large to be copied once more.
        out: Where the bag of a job lies that was not told where.
    """

    name: Annotated[str, Meta(description="The source."), Flag("NAME", subject=True, argument=True)]
    bagit: Annotated[bool, Meta(description="As a BagIt bag (RFC 8493)."), Flag(panel="Output")] = False
    bag: Annotated[
        Path | None,
        Meta(title="out", description="The folder of the bag; there must be none yet."),
        Flag("DIR", panel="Output"),
    ] = None
    copies: Annotated[
        bool,
        Meta(description="Copy the files also where they could be the same file under two names."),
        Flag(panel="Output"),
    ] = False
    out: Path | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        check_source_name(self.name)
        if self.bag is not None:  # a worker carries it out in another folder
            object.__setattr__(self, "bag", expand_home(self.bag).absolute())
        if not self.bagit:
            raise RequestError("it is not said in which form", hint="There is one: --bagit.")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"export of {self.name}"

"""What a person asks for when they want to know what a platform takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class AdSpecsRequest(Request):
    """A platform whose facts are to be shown."""

    platform: Annotated[
        str,
        Meta(description="A platform; if none is named, all are listed."),
        Flag("PLATFORM", subject=True, argument=True),
    ] = ""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"ad specifications{f' of {self.platform}' if self.platform else ''}"

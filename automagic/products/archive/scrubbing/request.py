"""What a person asks for when what lies here shall be read again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from automagic.products.archive.requests import check_source_name
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class ScrubRequest(Request):
    """The media of one source, or of all, that were not read again for a while."""

    name: Annotated[
        str, Meta(description="The source; all, if none is named."), Flag("NAME", subject=True, argument=True)
    ] = ""
    older_days: Annotated[
        float,
        Meta(title="older", ge=0, le=36_500, description="Only what was not read again in so many days; 0 for all."),
        Flag("DAYS", panel="Input"),
    ] = 1.0
    max_gb: Annotated[
        float,
        Meta(title="max-gb", ge=0, le=10_000_000, description="Stop after about so many GB; 0 for no limit."),
        Flag("GB", panel="Input"),
    ] = 0.0
    rate_mb: Annotated[
        float,
        Meta(title="rate", ge=0, le=100_000, description="How many MB a second are read at most; 0 for no limit."),
        Flag("MB", panel="Input"),
    ] = 0.0

    lost: Annotated[
        bool,
        Meta(description="Call files lost also where their whole folder is: its disk is not just away."),
        Flag(panel="Input"),
    ] = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.name:
            check_source_name(self.name)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"scrub {self.name or 'all sources'}"

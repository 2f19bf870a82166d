"""What a person asks for when captions shall go back to the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from automagic.products.archive.requests import Item
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class PublishCaptionsRequest(Request):
    """The captions of a recording, for its station."""

    item: Item
    replace: Annotated[
        bool,
        Meta(description="Also where the station serves captions that are not ours: they are lost."),
        Flag(panel="Publish"),
    ] = False
    wait_minutes: Annotated[
        float,
        Meta(ge=0, le=1440, title="wait", description="How long to wait until the station serves them, in minutes."),
        Flag("MINUTES", panel="Publish"),
    ] = 15.0
    plan: Annotated[
        bool, Meta(description="Show what would be published; change nothing."), Flag(at_once=True, panel="Publish")
    ] = False
    yes: Annotated[bool, Meta(description="Do not ask first."), Flag(at_once=True, panel="Publish")] = False

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"captions of {self.item} for its station"

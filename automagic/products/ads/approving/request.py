"""What a person asks for when they decide which ads may be published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.reading.named_files import expand_home
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class ApproveAdsRequest(Request):
    """A package, and what is decided of it. Where nothing is, it is told what waits.

    Attributes:
        folder: Where it is, also for a job: what is decided belongs to this package, and to no copy of it.
        ids: Of those that are approved.
    """

    folder: Annotated[
        str,
        Meta(description="The folder of a package, and the ids of its texts and pictures that may be published."),
        Flag("FOLDER [ID…]", subject=True, argument=True, rest="ids"),
    ]
    every: Annotated[
        bool, Meta(title="all", description="Approve all of it that nobody has decided of."), Flag(panel="Publish")
    ] = False
    reject: Annotated[tuple[str, ...], Meta(description="Not this one; repeatable."), Flag("ID", panel="Publish")] = ()
    by: Annotated[
        str, Meta(max_length=200, description="Who decides; your name on this machine otherwise."),
        Flag("NAME", panel="Publish"),
    ] = ""  # fmt: skip
    note: Annotated[
        str, Meta(max_length=2000, description="Why, for who reads it later."), Flag("TEXT", panel="Publish")
    ] = ""
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.folder.strip():
            raise RequestError("there is no package", hint="Name the folder that `automagic ads make` wrote.")
        object.__setattr__(self, "folder", str(expand_home(self.folder).absolute()))
        both = sorted({*self.ids} & {*self.reject})
        if both:
            raise RequestError(f"{both[0]} is approved and rejected at once", hint="Name it once.")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"approval of {Path(self.folder).name}"

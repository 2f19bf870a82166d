"""What a person asks for when asking for words at the door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class HelloRequest(Request):
    """Words for somebody who comes."""

    name: Annotated[str, Meta(description="Whom to greet."), Flag("NAME", subject=True, argument=True)]
    times: Annotated[int, Meta(ge=1, le=3, description="How often."), Flag("N")] = 1
    letter: Annotated[Path | None, Meta(description="What else to say."), Flag("FILE"), NamesFile()] = None
    out: Annotated[Path | None, Meta(description="Where the result goes."), Flag("DIR", at_once=True)] = None
    redo: Annotated[tuple[str, ...], Meta(description="Do one step again."), Flag("STEP")] = ()
    plan: Annotated[bool, Meta(description="Make nothing."), Flag(at_once=True)] = False

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"hello to {self.name}"


@dataclass(frozen=True, slots=True)
class FarewellRequest(Request):
    """Words for somebody who leaves."""

    name: Annotated[str, Meta(description="Who leaves."), Flag("NAME", subject=True)]
    out: Annotated[Path | None, Meta(description="Where the result goes."), Flag("DIR", at_once=True)] = None

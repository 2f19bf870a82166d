"""What a person asks for when lines of an ad, or a package, shall be checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.ads.briefs.places import ROOM, is_page
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class CheckAdsRequest(Request):
    """Lines or a package, and the brief that they shall not go beyond."""

    source: Annotated[
        str,
        Meta(description="A text with a line of an ad on each of its lines, or the folder of a package."),
        Flag("FILE|FOLDER", subject=True, argument=True),
        NamesFile(),
    ]
    brief: Annotated[
        str,
        Meta(description="The brief: a TOML file or a text; of a package its own brief.toml where none is named."),
        Flag("FILE", panel="Input"),
        NamesFile(unless=is_page, room=ROOM),
    ] = ""

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.source.strip():
            raise RequestError("there is nothing to check", hint="Name a text, or the folder of a package.")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"check of {Path(self.source).name}"

"""What a person asks for when texts shall be checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.posts.request import read_author
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields


def _is_standard_input(source: str) -> bool:
    return source == "-"


@dataclass(frozen=True, slots=True)
class CheckPostsRequest(Request):
    """Texts to check, and the networks that they are for."""

    source: Annotated[
        str,
        Meta(
            description='Texts: JSON lines with "text", or blocks parted by empty lines; "-" reads them from standard '
            "input."
        ),
        Flag("FILE|-", subject=True, argument=True),
        NamesFile(unless=_is_standard_input, room="texts"),
    ]
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="x, bluesky, mastodon, threads or linkedin; repeatable."),
        Flag("NAME", panel="Input"),
    ]
    author: Annotated[
        str,
        Meta(description="Tell how like this author's posts they are, and which they repeat."),
        Flag("NAME", panel="Input"),
    ] = ""

    def __post_init__(self) -> None:
        # The root's flags come from here, and its help shall not wait for this.
        from automagic.language.posts.counting.length import NETWORKS, read_networks

        check_fields(self)
        if not self.source.strip():
            raise RequestError("there is no file to check", hint='Name one, or "-" for standard input.')
        if not self.platforms:
            raise RequestError("there is no platform", hint=f"Give one or more of {', '.join(NETWORKS)}.")
        object.__setattr__(self, "platforms", read_networks(self.platforms))
        if self.author:
            object.__setattr__(self, "author", read_author(self.author))

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"check of {'standard input' if self.source == '-' else Path(self.source).name}"

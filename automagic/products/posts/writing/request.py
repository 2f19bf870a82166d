"""What a person asks for when posts shall be written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from msgspec import Meta

from automagic.data import words
from automagic.errors import RequestError
from automagic.products.posts.request import read_author
from automagic.stages.request_files import check_amount, check_makers
from automagic.values.request import Flag, NamesFile, Request, list_request_fields
from automagic.values.request_fields import check_fields

if TYPE_CHECKING:
    from automagic.language.posts.counting.length import Network

MOST_DRAFTS = 20


def offer_networks() -> tuple[str, ...]:
    """Every network that has posts."""
    return tuple(words("networks"))


def _is_no_file(source: str) -> bool:
    return source == "-" or "://" in source


@dataclass(frozen=True, slots=True)
class WritePostsRequest(Request):
    """Posts to write. Of topic, source and run there is exactly one.

    `run` is a run's id or its folder, with ":2" behind it for its second clip. `writer` says who is asked, in order:
    "profile" works on this machine; None is the same as that, since whoever else writes is sent posts of the author's.
    """

    author: Annotated[
        str, Meta(description="In whose style: a name that you gave to posts learn."), Flag("NAME", panel="Input")
    ]
    topic: Annotated[
        str | None, Meta(description="What they are about."), Flag("TEXT", subject=True, panel="Input")
    ] = None
    source: Annotated[
        str | None,
        Meta(description="Markdown, text or HTML to write from."),
        Flag("FILE|URL|-", subject=True, panel="Input"),
        NamesFile(unless=_is_no_file),
    ] = None
    run: Annotated[
        str | None,
        Meta(description="A finished video or clip, which is attached."),
        Flag("RUN[:CLIP]", subject=True, panel="Input"),
    ] = None
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="bluesky, mastodon, x, threads or linkedin; repeatable."),
        Flag("NAME", panel="Output", offers=offer_networks),
    ] = ("bluesky", "mastodon", "x")
    count: Annotated[int, Meta(ge=1, le=MOST_DRAFTS, description="So many drafts."), Flag("N", panel="Output")] = 3
    thread: Annotated[bool, Meta(description="Longer drafts, divided into posts."), Flag(panel="Output")] = False
    writer: Annotated[
        str | None, Meta(description="Who writes, in order, such as openai,profile."), Flag("A,B", panel="Input")
    ] = None
    out: Annotated[
        Path | None, Meta(description="The folder for the result."), Flag("DIR", at_once=True, panel="Output")
    ] = None
    take: Annotated[int, Meta(ge=1, le=1000, description="Another variant."), Flag("N", panel="Output")] = 1
    redo: Annotated[
        tuple[str, ...], Meta(description="Do one step again; repeatable."), Flag("STEP", panel="Output")
    ] = ()
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="Stop before a call that would cost more in this run."),
        Flag("USD", panel="Money"),
    ] = None
    plan: Annotated[
        bool, Meta(description="Show what would be done; change nothing."), Flag(at_once=True, panel="Output")
    ] = False

    def __post_init__(self) -> None:
        # The root's flags come from here, and its help shall not wait for this.
        from automagic.language.posts.counting.length import read_networks

        check_fields(self)
        object.__setattr__(self, "author", read_author(self.author))
        subjects = [one.field for one in list_request_fields(type(self)) if one.flag.subject]
        given = [name for name in subjects if (getattr(self, name) or "").strip()]
        if len(given) != 1:
            raise RequestError(
                f"{' and '.join(given)} cannot be used together" if given else "there is nothing to write about",
                hint='Give one of --topic "…", --source FILE|URL|-, --run RUN[:CLIP].',
            )
        if not self.platforms:
            raise RequestError("no platform is named", hint=f"There are: {', '.join(offer_networks())}.")
        object.__setattr__(self, "platforms", read_networks(self.platforms))
        check_makers(self, "writer")
        check_post_writers(self.writer)
        check_amount(self.max_cost_usd)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The platforms, each once."""
        return cast("tuple[Network, ...]", self.platforms)

    @property
    def title(self) -> str:
        """What a person knows it by until it has a title."""
        name = self.source or self.run or ""
        subject = self.topic or (name if "://" in name else "standard input" if name == "-" else Path(name).name)
        return f"posts about {subject}"


def check_post_writers(asked: str | None) -> None:
    """Refuse who writes no posts.

    Raises:
        RequestError: Naming who does.
    """
    from automagic.providers.shared.registry import parse_chain, post_writers

    able = post_writers()
    for name in parse_chain("writer", asked, said_by="--writer") if asked else ():
        if name not in able:
            raise RequestError(f"{name} writes no posts", hint=f"These do: {', '.join(able)}.")

"""What a person asks for when posts shall be published, deleted or corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.stages.request_files import check_amount
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields

NEXT = "next"
_RUN = re.compile(r"\d{8}-\d{6}-[0-9a-f]{12}(?::\d+)?", re.ASCII)

Yes = Annotated[bool, Meta(description="Do not ask first."), Flag(at_once=True, panel="Publish")]


def _names_no_file(source: str) -> bool:
    """Whether it is a run's id, with a draft's number or without, or nothing."""
    return not source or bool(_RUN.fullmatch(source))


def split_name(source: str) -> tuple[str, int | None]:
    """A run, folder or file, and the number behind it; None for none.

    >>> split_name("20270131-180000-0123456789ab:2")
    ('20270131-180000-0123456789ab', 2)
    """
    name, colon, number = source.rpartition(":")
    if colon and name and number.isascii() and number.isdigit():
        return name, int(number)
    return source, None


@dataclass(frozen=True, slots=True)
class PublishPostsRequest(Request):
    """A draft for networks, or what is due of those that wait.

    Attributes:
        origin: What a person calls the draft, where its files are elsewhere by now: a job's.
        author: In whose style a job's draft is: when they are forgotten, the job is too.
    """

    source: Annotated[
        str,
        Meta(description="A run of posts write and the number of a draft (the best by default), or a text."),
        Flag("RUN[:N]|FILE", subject=True, argument=True),
        NamesFile(room="drafts", unless=_names_no_file),
    ] = ""
    to: Annotated[
        tuple[str, ...],
        Meta(description="bluesky, mastodon or x, with the account where you have several; repeatable."),
        Flag("NETWORK[:ACCOUNT]", panel="Publish"),
    ] = ()
    at: Annotated[
        str,
        Meta(description="Later: 2027-01-31T18:00+01:00, or next for the author's next good hour."),
        Flag("TIME", at_once=True, panel="Publish"),
    ] = ""
    due: Annotated[
        bool, Meta(description="Publish what is due of the drafts that wait."), Flag(subject=True, panel="Publish")
    ] = False
    again: Annotated[bool, Meta(description="Publish anew what is published already."), Flag(panel="Publish")] = False
    anyway: Annotated[
        bool, Meta(description="Publish a draft that was not found good enough."), Flag(panel="Publish")
    ] = False
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="Publish nothing that would cost more."),
        Flag("USD", panel="Money"),
    ] = None
    plan: Annotated[
        bool,
        Meta(description="Show the posts and what they cost; publish nothing."),
        Flag(at_once=True, panel="Publish"),
    ] = False
    yes: Yes = False
    origin: str = ""
    author: str = ""

    def __post_init__(self) -> None:
        from automagic.destinations.shared.registry import parse_network

        check_fields(self)
        check_amount(self.max_cost_usd)
        for name in self.to:
            parse_network(name)
        if self.due and (self.source or self.to or self.at):
            raise RequestError("--due is about the drafts that wait", hint="Leave the rest out: posts publish --due.")
        if self.again and self.at:
            raise RequestError("--again and --at cannot be used together", hint="Publish it anew without --at.")
        if not self.due and not (self.source.strip() and self.to):
            raise RequestError(
                "nothing to publish" if not self.source.strip() else "it is not said where to publish",
                hint="automagic posts publish RUN:1 --to bluesky, mastodon or x; or --due for the drafts that wait.",
            )

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "posts that are due" if self.due else f"posts of {self.origin or Path(self.source).name}"


@dataclass(frozen=True, slots=True)
class DeletePostsRequest(Request):
    """Posts to take back."""

    post: Annotated[
        str,
        Meta(description="A post's id or address; or the run, and the number of the draft, for all that it made."),
        Flag("ID|URL|RUN[:N]", subject=True, argument=True),
    ]
    plan: Annotated[
        bool, Meta(description="Show what would be deleted; delete nothing."), Flag(at_once=True, panel="Publish")
    ] = False
    yes: Yes = False

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"deletion of {self.post}"


@dataclass(frozen=True, slots=True)
class CorrectPostRequest(Request):
    """Another text for a post that is there."""

    post: Annotated[
        str,
        Meta(description="A post's id or address; or the run and the number of the draft."),
        Flag("ID|URL|RUN[:N]", subject=True, argument=True),
    ]
    text: Annotated[str, Meta(description="What it says from now on."), Flag("TEXT", panel="Publish")]
    plan: Annotated[
        bool, Meta(description="Show what would change; change nothing."), Flag(at_once=True, panel="Publish")
    ] = False
    yes: Yes = False

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"correction of {self.post}"

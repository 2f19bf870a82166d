"""What a person asks for when an author's posts shall be learned from, described or forgotten."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.stages.request_files import check_amount
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields

MAX_NAME = 80

Author = Annotated[
    str, Meta(description="The author, by the name you gave them."), Flag("AUTHOR", subject=True, argument=True)
]


def _is_account(text: str) -> bool:
    from automagic.sources.posts.accounts.shared import is_account

    return is_account(text)


def read_author(given: str) -> str:
    """An author's name in its one form: composed, without "@" and white space around it.

    Raises:
        RequestError: It is no name.
    """
    name = unicodedata.normalize("NFC", given).strip().removeprefix("@")
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise RequestError(
            f"author {given[:MAX_NAME]!r} is not a valid name",
            hint=f"Give one of at most {MAX_NAME} characters, such as --author jane.",
        )
    return name


def check_author(request: LearnPostsRequest | DescribePostsRequest | ForgetPostsRequest) -> None:
    """Bring the author's name of a request into its one form.

    Raises:
        RequestError: It is no name.
    """
    object.__setattr__(request, "author", read_author(request.author))


@dataclass(frozen=True, slots=True)
class LearnPostsRequest(Request):
    """Posts to keep. Whose they are, and that they may be learned from, is asked once for each author."""

    source: Annotated[
        str,
        Meta(
            description="Archives of X, Mastodon or Bluesky; posts as .jsonl, .csv or .txt; folders of these; accounts "
            "such as bluesky:jane.bsky.social, or the addresses of their pages."
        ),
        Flag("FILE|FOLDER|ACCOUNT", subject=True, argument=True, rest="more"),
        NamesFile(unless=_is_account, room="archives"),
    ]
    author: Annotated[str, Meta(description="Whose posts they are; any name."), Flag("NAME", panel="Input")]
    mine: Annotated[bool, Meta(description="They are your own; asked once."), Flag(panel="Input")] = False
    consent: Annotated[bool, Meta(description="Another's, who has agreed to it; asked once."), Flag(panel="Input")] = (
        False
    )
    more: Annotated[tuple[str, ...], NamesFile(unless=_is_account, room="archives")] = ()
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="What reading an account on X may cost."),
        Flag("USD", panel="Money"),
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        check_author(self)
        check_amount(self.max_cost_usd)
        if not all(one.strip() for one in self.places):
            raise RequestError("there is no file to learn from", hint="Name an archive, a file or a folder.")
        if self.mine and self.consent:
            raise RequestError(
                "--mine and --consent cannot be used together", hint="Posts are your own, or another's: give one."
            )

    @property
    def places(self) -> tuple[str, ...]:
        """All that is named."""
        return (self.source, *self.more)

    @property
    def files(self) -> tuple[str, ...]:
        """The files and folders that are named."""
        return tuple(one for one in self.places if not _is_account(one))

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that are named."""
        return tuple(one for one in self.places if _is_account(one))

    @property
    def title(self) -> str:
        """What a person knows it by."""
        more = f" and {len(self.more)} more" if self.more else ""
        return f"posts of {self.author} in {Path(self.source).name}{more}"


@dataclass(frozen=True, slots=True)
class DescribePostsRequest(Request):
    """What is known of an author's posts."""

    author: Author
    html: Annotated[
        Path | None,
        Meta(description="Write it to this file, as a page with charts."),
        Flag("FILE", at_once=True, panel="Output"),
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        check_author(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"profile of {self.author}"


@dataclass(frozen=True, slots=True)
class ForgetPostsRequest(Request):
    """An author to forget."""

    author: Author

    def __post_init__(self) -> None:
        check_fields(self)
        check_author(self)

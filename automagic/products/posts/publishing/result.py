"""What comes of publishing posts, and of taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from automagic.errors import AutomagicError
from automagic.runs.run import StepRecord
from automagic.values.product import Result

PostingState = Literal["planned", "published", "unchanged", "partly", "failed", "waiting", "deleted", "corrected"]


def show_usd(usd: Decimal) -> str:
    """An amount, to the last of its places, cents always: "$0.015", "$0.20"."""
    exponent = usd.normalize().as_tuple().exponent
    return f"${usd:.{max(2, -exponent if isinstance(exponent, int) else 2)}f}"


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One post.

    Attributes:
        part: Its place in the thread, from 1.
        length, limit: By the network's own counting, in `unit`.
        id, url: Of the network; "" while it is not there.
        new: Whether it was sent now.
    """

    part: int
    text: str
    length: int
    limit: int
    unit: str
    id: str = ""
    url: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """A draft at one account.

    Attributes:
        source: The draft, as a person names it.
        account: Its name; what was asked for where it could not be opened.
        posts: Of the thread, in order.
        price_usd: Of what is still to be sent, before it is.
        cost_usd: Of what was sent now.
        error: Why not all of it is there.
        notices: What the person should know.
    """

    source: str
    network: str
    account: str
    state: PostingState
    posts: tuple[ShownPost, ...] = ()
    price_usd: Decimal = Decimal(0)
    cost_usd: Decimal = Decimal(0)
    error: AutomagicError | None = None
    notices: tuple[str, ...] = ()


class NotAllPosted(AutomagicError):
    """Some networks have it and others have not; the exit code is that of the first failure."""

    def __init__(self, failed: Sequence[Posting], of: int) -> None:
        errors = [one.error for one in failed if one.error]
        told = "; ".join(f"{one.network}: {one.error.message.removesuffix('.')}" for one in failed if one.error)
        hint = errors[0].hint
        super().__init__(
            f"{len(failed)} of {of} could not be done: {told}",
            hint=f"{hint}{' ' if hint else ''}Do it again to go on: what is done already stays as it is.",
        )
        self.exit_code = errors[0].exit_code
        self.refusal = errors[0].refusal


@dataclass(frozen=True, slots=True)
class PublishPostsResult(Result):
    """What is published, queued, or was planned.

    Attributes:
        postings: One for each account, and of drafts that waited for each of them.
        due_at: When it is published, in seconds since 1970; None for now.
        number: Of the draft in the queue; 0 when it does not wait.
        planned: Nothing was done.
    """

    run_id: str
    title: str
    postings: tuple[Posting, ...]
    due_at: float | None = None
    number: int = 0
    planned: bool = False
    cost_usd: Decimal = Decimal(0)
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()

    @property
    def complaint(self) -> AutomagicError | None:
        """What could not be done."""
        failed = [one for one in self.postings if one.error]
        if len(failed) == len(self.postings) == 1:
            return failed[0].error
        return NotAllPosted(failed, len(self.postings)) if failed else None

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps."""
        published = [
            {"destination": f"{one.network}:{one.account}", "url": post.url, "state": one.state}
            for one in self.postings
            for post in one.posts
            if post.url
        ]
        return {**super(PublishPostsResult, self).kept, "published": published}

    @property
    def price_usd(self) -> Decimal:
        """What carrying it out costs."""
        return sum((one.price_usd for one in self.postings if not one.error), Decimal(0))

    @property
    def question(self) -> str:
        """What a person is asked before it is done."""
        meant = [one for one in self.postings if one.state == "planned" and not one.error]
        if not meant:
            return ""
        count = sum(len([post for post in one.posts if not post.id]) for one in meant)
        what = "1 post" if count == 1 else f"{count} posts"
        where = " and ".join(f"{one.network} as {one.account}" for one in meant)
        price = f" for {show_usd(self.price_usd)}" if self.price_usd else ""
        return f"Publish {what} at {where}{price}?"


@dataclass(frozen=True, slots=True)
class ChangedPostsResult(Result):
    """What was deleted or corrected.

    Attributes:
        postings: One for each post.
        verb: "Delete" or "Correct".
    """

    run_id: str
    title: str
    verb: Literal["Delete", "Correct"]
    postings: tuple[Posting, ...]
    planned: bool = False
    cost_usd: Decimal = Decimal(0)
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()

    @property
    def complaint(self) -> AutomagicError | None:
        """What could not be done."""
        failed = [one for one in self.postings if one.error]
        if len(failed) == len(self.postings) == 1:
            return failed[0].error
        return NotAllPosted(failed, len(self.postings)) if failed else None

    @property
    def question(self) -> str:
        """What a person is asked before it is done."""
        meant = [one for one in self.postings if one.state == "planned"]
        if not meant:
            return ""
        what = "this post" if len(meant) == 1 else f"these {len(meant)} posts"
        where = " and ".join(dict.fromkeys(f"{one.network} ({one.account})" for one in meant))
        price = f" for {show_usd(self.price_usd)}" if self.price_usd else ""
        return f"{self.verb} {what} at {where}{price}?"

    @property
    def price_usd(self) -> Decimal:
        """What carrying it out costs."""
        return sum((one.price_usd for one in self.postings if not one.error), Decimal(0))

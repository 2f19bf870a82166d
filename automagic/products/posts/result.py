"""What comes of a request about posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from automagic.products.posts.description import PostCounts
from automagic.runs.run import StepRecord
from automagic.values.product import Result


@dataclass(frozen=True, slots=True)
class DescribePostsResult(Result):
    """What is known of an author's posts.

    Attributes:
        author: By the name that the person gave them.
        permission: "mine" or "consent".
        accounts: Whose posts they are: "x:jane"; empty where no file said so.
        corpus: The hash of all that is kept.
    """

    run_id: str
    author: str
    permission: str
    accounts: tuple[str, ...]
    counts: PostCounts
    corpus: str
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"posts of {self.author}"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {
            "author": self.author,
            "permission": self.permission,
            "accounts": list(self.accounts),
            "corpus": self.corpus,
            "counts": msgspec.to_builtins(self.counts),
        }


@dataclass(frozen=True, slots=True)
class LearnPostsResult(DescribePostsResult):
    """What was learned, and all that is known since.

    Attributes:
        new: Posts and replies that were not there before.
        known: Those that were.
        left_out: Why others of the files are not kept, and how many: "reposts": 12.
    """

    new: int = 0
    known: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        new = {"new": self.new, "known": self.known, "left_out": dict(self.left_out)}
        return {**super(LearnPostsResult, self).facts, **new}


@dataclass(frozen=True, slots=True)
class ForgetPostsResult(Result):
    """That an author is forgotten. Its title does not name them: it is kept.

    Attributes:
        removed: How many posts there were.
    """

    run_id: str
    author: str
    removed: int
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "an author forgotten"

"""What comes of a request about posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from automagic.language.style.trial import StyleTrial
from automagic.products.posts.learning.author import AuthorStyle
from automagic.runs.run import StepRecord
from automagic.values.product import Result


@dataclass(frozen=True, slots=True)
class DescribePostsResult(Result):
    """What is known of an author's posts.

    Attributes:
        style: How they write.
        trial: What came of trying it on their newest posts; None where it was not tried.
        page: Where all of it was written to, to look at.
    """

    run_id: str
    style: AuthorStyle
    steps: Sequence[StepRecord] = ()
    trial: StyleTrial | None = None
    page: Path | None = None
    folder: Path | None = None
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"posts of {self.style.corpus.author}"

    @property
    def place(self) -> Path | None:
        """The page."""
        return self.page

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        corpus = self.style.corpus
        return {
            "author": corpus.author,
            "permission": corpus.permission,
            "accounts": list(corpus.accounts),
            "corpus": corpus.sha256,
            "replies": corpus.kinds.get("reply", 0),
            "profile": msgspec.to_builtins(self.style.profile),
            "likeness": {
                "counted": self.style.counted,
                "calibration": self.style.calibration,
                "trial": msgspec.to_builtins(self.trial),
            },
            "page": str(self.page) if self.page else None,
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
        stays: What is not removed, in words.
        withdrawn: How many drafts do not wait for their time any more.
    """

    run_id: str
    author: str
    removed: int
    stays: tuple[str, ...] = ()
    withdrawn: int = 0
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "an author forgotten"

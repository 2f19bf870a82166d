"""Drafts of posts, and how a request for them ends for the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from automagic.errors import AutomagicError, QualityError
from automagic.language.posts.suspicious import hide_keys
from automagic.products.posts.writing.drafts import JudgedDraft
from automagic.products.posts.writing.material import Medium, PostMaterial
from automagic.runs.run import StepRecord
from automagic.values.product import Ending, Result, count_steps


@dataclass(frozen=True, slots=True)
class WritePostsResult(Result):
    """What came of a request for posts.

    Attributes:
        author: In whose style they are.
        material: What they are written from, and what goes with them.
        writer: Who wrote: "profile", "openai gpt-5.4-mini".
        networks: Where they are to be published.
        wanted: How many drafts were asked for.
        drafts: The likest first. Where none is good enough, the best ones all the same: their `reasons` say why.
        refused: Drafts that are not good enough beside some that are.
        like: How many of the candidates are, each by itself, like the author.
        considered: How many candidates there were.
    """

    run_id: str
    author: str
    material: PostMaterial
    writer: str
    networks: tuple[str, ...]
    wanted: int
    drafts: tuple[JudgedDraft, ...]
    refused: tuple[JudgedDraft, ...]
    like: int
    considered: int
    notices: tuple[str, ...]
    folder: Path | None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        document = self.material.document
        return f"posts of {self.author} about {document.title or document.location}"

    @property
    def passed(self) -> bool:
        """Whether a draft is good enough."""
        return any(not draft.reasons for draft in self.drafts)

    @property
    def state(self) -> Ending:
        """How the run ends."""
        return "rejected" if self.complaint else "succeeded"

    @property
    def complaint(self) -> AutomagicError | None:
        """That no draft is good enough."""
        if self.passed or not self.drafts:
            return None
        why = dict.fromkeys(reason for draft in self.drafts for reason in draft.reasons)
        place = f" The best ones are in {self.folder}." if self.folder else ""
        return QualityError(
            f"not in this style: {self.like} of {self.considered} like {self.author}, and none that holds",
            hint=f"{' '.join(list(why)[:3])}{place}",
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for drafts.json and other documents."""
        document = self.material.document
        return {
            "run_id": self.run_id,
            "author": self.author,
            "writer": self.writer,
            "passed": self.passed,
            "source": {"title": document.title, "location": document.location, "language": document.language},
            "like": self.like,
            "considered": self.considered,
            "drafts": [self.describe(draft) for draft in self.drafts],
            "refused": [self.describe(draft) for draft in self.refused],
            "notices": list(self.notices),
        }

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps."""
        return {
            "title": self.title,
            "folder": str(self.folder) if self.folder else "",
            "cost_usd": float(self.cost_usd),
            "passed": self.passed,
            "steps": count_steps(self.steps),
            "drafts": [draft.text for draft in self.drafts],
            "notices": list(self.notices),
        }

    def describe(self, draft: JudgedDraft) -> dict[str, Any]:
        """A draft as plain data."""
        return {
            **draft.verdict,
            "sources": [msgspec.to_builtins(origin) for origin in draft.origins],
            "shape_of": draft.like,
            "parts": {network: list(parts) for network, parts in draft.parts.items()},
            "ok": not draft.reasons,
            "reasons": list(draft.reasons),
            "refused": [{"text": hide_keys(one.text), "reasons": list(one.reasons)} for one in draft.refused],
            "media": [{"file": file_name(medium), "alt": medium.alt} for medium in self.material.media],
            "link": self.material.link,
            "language": self.material.document.language,
        }


def file_name(medium: Medium) -> str:
    """What a medium is called beside the drafts."""
    return f"attached{medium.file.suffix}"

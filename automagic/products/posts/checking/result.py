"""What was found of the texts that were checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, QualityError
from automagic.language.posts.verdict import Verdict, to_document
from automagic.runs.run import StepRecord
from automagic.values.product import Ending, Result

MOST_KEPT = 100
"""Of how many texts a job keeps the verdicts."""


@dataclass(frozen=True, slots=True)
class CheckPostsResult(Result):
    """A verdict on each text.

    Attributes:
        author: Whose posts they were compared with; "" for nobody's.
        verdicts: In the order of the texts.
    """

    run_id: str
    author: str
    verdicts: tuple[Verdict, ...]
    steps: Sequence[StepRecord] = ()
    folder: Path | None = None
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"{count_texts(len(self.verdicts))} checked"

    @property
    def refused(self) -> int:
        """How many should not be published as they are."""
        return sum(not verdict.ok for verdict in self.verdicts)

    @property
    def complaint(self) -> AutomagicError | None:
        """That some should not be published as they are."""
        if not self.refused:
            return None
        whole = len(self.verdicts)
        message = f"{self.refused:,} of {count_texts(whole)} should not be published as they are"
        if whole == 1:
            message = "the text should not be published as it is"
        return QualityError(message, hint="What speaks against it stands with each text.")

    @property
    def shortfall(self) -> AutomagicError | None:
        """None: all that was asked for is to be told what was found."""
        return None

    @property
    def state(self) -> Ending:
        """A check ends well, whatever it finds."""
        return "succeeded"

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it: of the first texts all that was found."""
        first = [to_document(verdict) for verdict in self.verdicts[:MOST_KEPT]]
        found = {"author": self.author, "checked": len(self.verdicts), "refused": self.refused, "texts": first}
        return {**super(CheckPostsResult, self).kept, **found}


def count_texts(count: int) -> str:
    """ "1 text", "2 texts"."""
    return f"{count:,} {'text' if count == 1 else 'texts'}"

"""What came of publishing captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from automagic.errors import AutomagicError, Retryable
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord

PublishState = Literal["planned", "published", "unchanged", "waiting"]


@dataclass(frozen=True, slots=True)
class PublishCaptionsResult(ArchiveResult):
    """Captions that went to a station.

    Attributes:
        item, name: The recording.
        source: Its station, as the person calls it.
        outcome: "published": the station serves them; "unchanged": it did before; "waiting": it has the file, and does
            not serve it yet; "planned": nothing was done.
        cues: How many captions.
        file_name, store: Of the file there; "" where it was not asked.
        replaces: Whether captions that are not ours are lost by it.
        notices: What was told.
    """

    run_id: str
    item: str
    name: str
    source: str
    outcome: PublishState
    cues: int
    file_name: str = ""
    store: str = ""
    replaces: bool = False
    notices: tuple[str, ...] = ()
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"captions of {self.name}"

    @property
    def question(self) -> str:
        """What the person is asked."""
        if self.outcome != "planned":
            return ""
        over = " in place of those it serves now" if self.replaces else ""
        return f"Publish {self.cues:,} captions of {self.name} at {self.source}{over}?"

    @property
    def complaint(self) -> AutomagicError | None:
        """That the station does not serve them yet."""
        if self.outcome != "waiting":
            return None
        return Retryable(
            f"{self.source} has {self.file_name} and does not serve it yet",
            hint=f"Look again later, nothing is sent twice: automagic archive publish-captions {self.item}",
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {
            "id": self.item,
            "name": self.name,
            "source": self.source,
            "state": self.outcome,
            "cues": self.cues,
            "file": self.file_name or None,
            "store": self.store or None,
            "replaces": self.replaces,
            "notices": list(self.notices),
        }

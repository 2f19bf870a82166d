"""What came of hearing recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from automagic.errors import AutomagicError
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord
from automagic.stages.archive.failures import explain_failures, tell_failure

From = Literal["captions", "heard", "quick", "known", "silent", "no sound"]
"""Where what is said is known from: the station's captions, hearing, a first pass of hearing, a recording with the same
sound that was heard; or nobody says anything."""


@dataclass(frozen=True, slots=True)
class HearResult(ArchiveResult):
    """Recordings that were heard.

    Attributes:
        ways: How many by each way.
        skipped: Left for another time.
        failures: By the names of the recordings, and why.
        findings: What a person should know, a sentence each.
    """

    run_id: str
    ways: Counter[From] = field(default_factory=Counter)
    skipped: int = 0
    passages: int = 0
    heard_s: float = 0.0
    failures: dict[str, AutomagicError] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        count = self.ways.total()
        return f"{count:,} {'recording' if count == 1 else 'recordings'} heard"

    @property
    def complaint(self) -> AutomagicError | None:
        """Recordings that could not be heard."""
        return explain_failures(self.failures)

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        failed = [f"{tell_failure(name, error)}." for name, error in self.failures.items()]
        return {
            "success": self.ways.total(),
            "failed": len(self.failures),
            "skipped": self.skipped,
            "from": dict(sorted(self.ways.items())),
            "passages": self.passages,
            "heard_s": round(self.heard_s, 1),
            "findings": [*failed, *self.findings],
        }

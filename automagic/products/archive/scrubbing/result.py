"""What came of reading again what lies here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from automagic.errors import AutomagicError, MediaError
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord

Trouble = Literal["damaged", "lost", "changed"]
"""Another content than when it came; not there any more; written anew by its owner, which the next sync looks at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A recording whose file is not as it came.

    Attributes:
        what: A sentence without its stop.
        next: What becomes of it, likewise.
    """

    item: str
    trouble: Trouble
    what: str
    next: str

    @property
    def sentence(self) -> str:
        """Both."""
        return f"{self.what}: {self.next}."


@dataclass(frozen=True, slots=True)
class ScrubResult(ArchiveResult):
    """What was read.

    Attributes:
        checked: Files that were looked at, and `bytes` of those that were read.
        left: Files that are due and were not read for the bounds that were set.
        fresh: Files that are not due.
        away: Sources whose folder is not there, and why nothing of theirs was marked.
    """

    run_id: str
    checked: int = 0
    bytes: int = 0
    left: int = 0
    fresh: int = 0
    findings: tuple[Finding, ...] = ()
    away: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"{self.checked:,} {'file' if self.checked == 1 else 'files'} read again"

    def count(self, trouble: Trouble) -> int:
        """How many have it."""
        return sum(one.trouble == trouble for one in self.findings)

    @property
    def complaint(self) -> AutomagicError | None:
        """What is damaged or lost, or could not be looked for."""
        told = [one.sentence.removesuffix(".") for one in self.findings] + list(self.away.values())
        if not told:
            return None
        more = f", and {len(told) - 1} more" if len(told) > 1 else ""
        return MediaError(f"{told[0]}{more}", hint="automagic archive status counts them.")

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {
            "checked": self.checked,
            "bytes": self.bytes,
            **{name: self.count(name) for name in ("damaged", "lost", "changed")},
            "left": self.left,
            "fresh": self.fresh,
            "recordings": [{"id": one.item, "trouble": one.trouble} for one in self.findings],
            "findings": [*(one.sentence for one in self.findings), *(f"{why}." for why in self.away.values())],
        }

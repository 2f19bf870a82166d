"""What was exported of a package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.products.ads.brief import AdBrief
from automagic.runs.run import StepRecord
from automagic.values.product import Result


@dataclass(frozen=True, slots=True)
class ExportAdsResult(Result):
    """Files that platforms take.

    Attributes:
        files: Their names in the folder, with "/".
        texts, pictures, scripts: How many are in them.
        unapproved: Where those stand that nobody approved, and that are in it because they were asked for.
        rejected: Where those stand that are left out.
    """

    run_id: str
    brief: AdBrief
    folder: Path
    files: tuple[str, ...]
    texts: int
    pictures: int
    unapproved: tuple[str, ...]
    rejected: tuple[str, ...]
    scripts: int = 0
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"export of ads for {self.brief.name}"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for documents."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "texts": self.texts,
            "pictures": self.pictures,
            "scripts": self.scripts,
            "unapproved": list(self.unapproved),
            "rejected": list(self.rejected),
        }

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it."""
        return {**super(ExportAdsResult, self).kept, **self.facts, "files": len(self.files)}

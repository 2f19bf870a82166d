"""What came of an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, QualityError
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord


@dataclass(frozen=True, slots=True)
class ExportResult(ArchiveResult):
    """A bag.

    Attributes:
        recordings, files, bytes: That are in it.
        linked: How many of the files are those of the archive under a second name, and take no room.
        left_out: What is not in it, and why.
    """

    run_id: str
    name: str
    bag: Path
    recordings: int
    files: int
    bytes: int
    linked: int
    left_out: tuple[str, ...]
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"export of {self.name}"

    @property
    def folder(self) -> Path:
        """The bag."""
        return self.bag

    @property
    def kept(self) -> dict[str, Any]:
        """A job keeps where it is, and no copy: a station's films may be terabytes."""
        return {**super(ExportResult, self).kept, "folder": ""}

    @property
    def complaint(self) -> AutomagicError | None:
        """That something is missing in it."""
        if not self.left_out:
            return None
        count = len(self.left_out)
        return QualityError(
            f"{self.left_out[0]}" + (f", and {count - 1} more" if count > 1 else ""),
            hint="The bag has all the others. Fetch these again: automagic archive sync.",
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        names = ("name", "recordings", "files", "bytes", "linked")
        return {
            **{name: getattr(self, name) for name in names},
            "bag": str(self.bag),
            "left_out": list(self.left_out),
        }

"""What came of writing captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.products.archive.captioning.request import CaptionFormat
from automagic.products.archive.captioning.writing import WrittenCaptions
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord


@dataclass(frozen=True, slots=True)
class CaptionsResult(ArchiveResult):
    """Captions that were written.

    Attributes:
        name: Of what they are.
        file: Where they lie; None where they are to be printed.
        embedded: How many pairs of bytes the video carries; None where there is none.
        notices: What was told.
    """

    run_id: str
    name: str
    kind: CaptionFormat
    written: WrittenCaptions
    file: Path | None = None
    embedded: int | None = None
    notices: tuple[str, ...] = ()
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"captions of {self.name}"

    @property
    def place(self) -> Path | None:
        """The file."""
        return self.file

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document; the text itself where there is no file of it."""
        written = self.written
        return {
            "name": self.name,
            "format": self.kind,
            "cues": written.cues,
            "file": str(self.file) if self.file else None,
            "embedded": self.embedded,
            "replaced": [{"at_s": round(at, 3), "sign": sign, "as": stands} for at, sign, stands in written.replaced],
            "late": [{"at_s": round(at, 3), "by_s": round(by, 3)} for at, by in written.late],
            "dropped": [round(at, 3) for at in written.dropped],
            "notices": list(self.notices),
            **({} if self.file else {"text": written.text}),
        }

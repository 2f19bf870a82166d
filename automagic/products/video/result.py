"""The result of a request for a video, and how it ends for the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.destinations.shared.publication import Receipt
from automagic.errors import QualityError
from automagic.products.video.credits import MadeBy
from automagic.products.video.words import ToldScene
from automagic.runs.run import StepRecord
from automagic.values.product import Ending, Result, count_steps
from automagic.values.report import QualityReport


@dataclass(frozen=True, slots=True)
class VideoResult(Result):
    """What came of a request.

    Attributes:
        folder: Where the files are; None for a plan and a preview.
        outputs: Platform → video file in `folder`.
        quality: Platform → report.
        rejected: Whether a measure failed. Where none passed, the folder's name says so.
        aside: Platform → video file that did not pass while others did; in a folder of its own, whose name says so.
        steps: What each step came to.
        made_by: Who made what; in a plan, who would be asked first.
        receipts: Where it was published.
        scenes: What is said and shown in each.
        preview: The sheet that was drawn instead of a video.
    """

    run_id: str
    title: str
    folder: Path | None
    outputs: dict[str, Path]
    duration_s: float
    quality: dict[str, QualityReport]
    rejected: bool
    notices: tuple[str, ...]
    steps: tuple[StepRecord, ...]
    made_by: MadeBy
    cost_usd: Decimal = Decimal(0)
    receipts: tuple[Receipt, ...] = ()
    aside: dict[str, Path] = field(default_factory=dict)
    scenes: tuple[ToldScene, ...] = ()
    preview: Path | None = None

    @property
    def place(self) -> Path | None:
        """The folder of the video, or the sheet that was drawn instead."""
        return self.preview or self.folder

    @property
    def state(self) -> Ending:
        """How the run ends."""
        return "rejected" if self.rejected else "succeeded"

    @property
    def complaint(self) -> QualityError | None:
        """What did not pass, where it is and where the rest is."""
        if not self.rejected:
            return None
        failed = {name: report for name, report in self.quality.items() if not report.passed}
        which = ", ".join(_failed_measures(failed.values()))
        if not self.aside:
            return QualityError(
                f"the result did not pass: {which}", hint=f"It is kept aside in {self.folder}; quality.json says why."
            )
        aside = next(iter(self.aside.values())).parent
        rest = f"{', '.join(self.outputs)} passed and {'is' if len(self.outputs) == 1 else 'are'} in {self.folder}."
        return QualityError(
            f"the video for {', '.join(failed)} did not pass: {which}",
            hint=f"It is kept aside in {aside}; quality.json says why. {rest}",
        )

    @property
    def shortfall(self) -> QualityError | None:
        """Why a job that came to this has failed."""
        if not self.rejected:
            return None
        return QualityError(
            f"the result did not pass: {', '.join(_failed_measures(self.quality.values()))}",
            hint=f"{'The part that did is delivered, the other' if self.aside else 'It'} is kept aside",
        )

    @property
    def record(self) -> dict[str, Any]:
        """What the database keeps; paths are absolute."""
        return {
            "folder": str(Path.cwd() / self.folder) if self.folder else "",
            "outputs": {name: str(Path.cwd() / path) for name, path in self.outputs.items()},
            "duration_s": self.duration_s,
            "passed": not self.rejected,
            "aside": str(Path.cwd() / next(iter(self.aside.values())).parent) if self.aside else "",
        }

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps."""
        return {
            "title": self.title,
            "folder": str(self.folder),
            "outputs": {name: path.name for name, path in self.outputs.items()},
            "duration_s": round(self.duration_s, 3),
            "cost_usd": float(self.cost_usd),
            "passed": not self.rejected,
            "aside": str(next(iter(self.aside.values())).parent) if self.aside else "",
            "steps": count_steps(self.steps),
            "published": [
                {"destination": one.destination, "platform": one.platform, "url": one.url, "state": one.state}
                for one in self.receipts
            ],
            "notices": list(self.notices),
        }


def _failed_measures(reports: Iterable[QualityReport]) -> list[str]:
    failed = (one.name for report in reports for one in report.measures if one.verdict == "fail")
    return list(dict.fromkeys(failed))

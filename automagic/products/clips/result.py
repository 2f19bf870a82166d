"""The result of a request for clips, and how it ends for the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from automagic.destinations.shared.publication import Receipt
from automagic.errors import AutomagicError, MediaError, QualityError, RequestError
from automagic.products.clips.film import Clip
from automagic.products.clips.sources import Skipped
from automagic.runs.run import StepRecord
from automagic.stages.publishing import NotAllPublished, Unpublished
from automagic.values.moments import MomentChoice
from automagic.values.product import Ending, Result, count_steps
from automagic.values.report import QualityReport


@dataclass(frozen=True, slots=True)
class Episode:
    """The result for one recording.

    Attributes:
        name: Its file's.
        folder: Where its files are; None for a plan.
        choice: What was chosen, and what was not; None when the clips were taken from a plan file, or nothing is known
            yet in a plan.
        clips: In the order in which they are offered.
        outputs: Clip id → platform → video file.
        broken: The clips that could not be made.
        files: What lies in its folder: name → a file to copy, or its content.
    """

    name: str
    title: str
    folder: Path | None
    choice: MomentChoice | None
    clips: tuple[Clip, ...] = ()
    outputs: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    broken: tuple[Skipped, ...] = ()
    files: Mapping[str, Path | bytes] = field(default_factory=dict)

    @property
    def quality(self) -> dict[str, dict[str, QualityReport]]:
        """Clip id → platform → what was measured."""
        return {
            clip.plan.id: {name: report for one in clip.deliveries for name, report in one.reports.items()}
            for clip in self.clips
        }

    @property
    def rejected(self) -> tuple[str, ...]:
        """Ids of the clips that did not pass their measurements; their folders' names say so."""
        return tuple(
            clip for clip, reports in self.quality.items() if not all(report.passed for report in reports.values())
        )


@dataclass(frozen=True, slots=True)
class ClipsResult(Result):
    """What came of a request.

    Attributes:
        folder: Where the files are; None for a plan.
        episodes: One for each recording of which something came, in order.
        skipped: The recordings and the clips of which nothing came, and why.
        left_out: Files of a folder that are no recordings.
        receipts: Of the clips that were published.
        unpublished: Clips that passed and could not be published everywhere, and why.
    """

    run_id: str
    title: str
    folder: Path | None
    episodes: tuple[Episode, ...]
    skipped: tuple[Skipped, ...] = ()
    left_out: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    cost_usd: Decimal = Decimal(0)
    receipts: tuple[Receipt, ...] = ()
    unpublished: tuple[Unpublished, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Of all recordings."""
        return tuple(chain.from_iterable(episode.clips for episode in self.episodes))

    @property
    def choice(self) -> MomentChoice | None:
        """Of the one recording; None where there are several."""
        return self.episodes[0].choice if len(self.episodes) == 1 else None

    @property
    def outputs(self) -> dict[str, Mapping[str, Path]]:
        """Clip id → platform → video file, of all recordings."""
        return {clip: files for episode in self.episodes for clip, files in episode.outputs.items()}

    @property
    def quality(self) -> dict[str, dict[str, QualityReport]]:
        """Clip id → platform → what was measured, of all recordings."""
        return {clip: reports for episode in self.episodes for clip, reports in episode.quality.items()}

    @property
    def rejected(self) -> tuple[str, ...]:
        """Ids of the clips that did not pass their measurements, of all recordings."""
        return tuple(chain.from_iterable(episode.rejected for episode in self.episodes))

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person must know of the choices."""
        return tuple(chain.from_iterable(episode.choice.notices for episode in self.episodes if episode.choice))

    @property
    def state(self) -> Ending:
        """How the run ends."""
        if self.complaint is None:
            return "succeeded"
        if isinstance(self.complaint, QualityError):
            return "rejected"
        return "refused" if self.complaint.refusal else "failed"

    @property
    def _not_published(self) -> NotAllPublished | None:
        passed = len(self.clips) - len(self.rejected)
        return NotAllPublished(self.receipts, self.unpublished, passed) if self.unpublished else None

    @property
    def complaint(self) -> AutomagicError | None:
        """What the caller is told at the end, with its exit code; None when everything that was asked for is there."""
        if self.skipped:
            kind = (
                MediaError if any(one.error.exit_code == MediaError.exit_code for one in self.skipped) else RequestError
            )
            told = "; ".join(one.why for one in self.skipped)
            what = "1 thing" if len(self.skipped) == 1 else f"{len(self.skipped)} things"
            place = f"The rest is in {self.folder}. " if self.folder else ""
            unpublished = f". {self._not_published.message}" if self._not_published else ""
            return kind(f"{what} could not be made: {told}{unpublished}", hint=place + self.skipped[0].error.hint)
        if self._not_published:
            return self._not_published
        if self.rejected:
            return QualityError(
                f"{len(self.rejected)} of {len(self.clips)} clips did not pass their measurements",
                hint=f"Their folders in {self.folder} end in .rejected; quality.json says why.",
            )
        return None

    @property
    def shortfall(self) -> AutomagicError | None:
        """Why a job that came to this has failed. Clips that did not pass lie beside those that did."""
        if self.clips and len(self.rejected) == len(self.clips):
            return QualityError("no clip passed its measurements", hint="They are kept aside")
        return self.complaint if self.unpublished else None

    @property
    def record(self) -> dict[str, Any]:
        """What the database keeps."""
        return {
            "folder": str(Path.cwd() / self.folder) if self.folder else "",
            "clips": len(self.clips),
            "duration_s": sum(clip.duration_s for clip in self.clips),
            "passed": not self.rejected,
        }

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps."""
        return {
            "title": self.title,
            "folder": str(self.folder),
            "clips": [
                {
                    "id": clip.plan.id,
                    "title": clip.plan.title,
                    "duration_s": round(clip.duration_s, 3),
                    "passed": clip.plan.id not in self.rejected,
                }
                for clip in self.clips
            ],
            "cost_usd": float(self.cost_usd),
            "passed": not self.rejected,
            "published": [
                {
                    "clip": one.clip,
                    "destination": one.destination,
                    "platform": one.platform,
                    "url": one.url,
                    "state": one.state,
                }
                for one in self.receipts
            ],
            "skipped": [{"name": one.name, "error": one.error.message} for one in self.skipped],
            "steps": count_steps(self.steps),
            "notices": [*self.notices, *([self.complaint.message] if self.complaint else [])],
        }
